#include "books/books.h"

#include "books/settling.h"
#include "store/health.h"
#include "store/numbers.h"

namespace hb::books {
namespace {

template <class Remotes> std::vector<const KnownRemote*> known(const Remotes& remotes) {
    std::vector<const KnownRemote*> out;
    for (const auto& remote : remotes) out.push_back(remote.get());
    return out;
}

// A remote as views see it: as it was when settings were shown, without its connector. What it
// asks of that one calls nobody, and may be asked from any thread.
struct ShownRemote final : KnownRemote {
    explicit ShownRemote(const KnownRemote& remote) : of(remote) {
        row = remote.row;
        mapping = remote.mapping;
        poll = remote.poll;
        window_days = remote.window_days;
        reconcile_at = remote.reconcile_at;
    }
    const connector::Capabilities* can() const override { return of.can(); }
    std::string task_url(std::string_view task, std::string_view group,
                         std::string_view person) const override {
        return of.task_url(task, group, person);
    }

    const KnownRemote& of;
};

// `keeps`: remotes that live as long as the books do; of the others only rows are shown.
template <class Remotes>
std::vector<std::unique_ptr<KnownRemote>> shown_of(const Remotes& remotes, bool keeps) {
    std::vector<std::unique_ptr<KnownRemote>> out;
    for (const auto& remote : remotes) {
        if (keeps) {
            out.push_back(std::make_unique<ShownRemote>(*remote));
            continue;
        }
        out.push_back(std::make_unique<KnownRemote>());
        out.back()->row = remote->row;
    }
    return out;
}

} // namespace

RemoteRuntime* Books::find_remote(std::string_view name) {
    for (auto& remote : remotes)
        if (remote->row.name == name) return remote.get();
    return nullptr;
}

RemoteRuntime* Books::crm() {
    return settings.crm_remote.empty() ? nullptr : find_remote(settings.crm_remote);
}

const std::string& Books::remote_name(std::int64_t id) const {
    static const std::string unknown = "?";
    for (const auto& remote : remotes)
        if (remote->row.id == id) return remote->row.name;
    for (const auto& sender : senders)
        if (sender->row.id == id) return sender->row.name;
    return unknown;
}

Books::Books(store::Database& db, Clock& clock_, IdSource& ids_,
             std::shared_ptr<const SettingsShown> instead)
    : clock(clock_), ids(ids_), settings(instead->settings), db_(db), tables_(db),
      instead_(std::move(instead)) {}

Surroundings Books::around() const {
    if (instead_) return around(*instead_);
    return {settings, known(remotes), known(senders), clock.now()};
}

Surroundings Books::around(const SettingsShown& shown) const {
    return {shown.settings, known(shown.remotes), known(shown.senders), clock.now()};
}

// For a rehearsal, which may change what it got: from what views see, or under the lock where they
// see nothing of their own.
std::shared_ptr<SettingsShown> Books::as_shown() {
    struct Kept {
        std::shared_ptr<const SettingsShown> of; // which the fresh ones ask
        SettingsShown fresh;
    };
    const auto kept = std::make_shared<Kept>();
    if (readers) kept->of = shown();
    if (kept->of) {
        kept->fresh.settings = kept->of->settings;
        kept->fresh.remotes = shown_of(kept->of->remotes, true);
        kept->fresh.senders = shown_of(kept->of->senders, false);
    } else {
        const Read read = this->read();
        kept->fresh.settings = settings;
        kept->fresh.remotes = shown_of(remotes, true);
        kept->fresh.senders = shown_of(senders, false);
    }
    return {kept, &kept->fresh};
}

void Books::show_settings() {
    auto fresh = std::make_shared<SettingsShown>();
    {
        const Read read = this->read();
        fresh->settings = settings;
        fresh->remotes = shown_of(remotes, true);
        fresh->senders = shown_of(senders, false);
    }
    const MutexLock guard(shown_mutex_);
    shown_ = std::move(fresh);
}

void Books::change(const std::function<void()>& how) {
    {
        const Read read = this->read();
        how();
    }
    show_settings();
}

std::shared_ptr<const SettingsShown> Books::shown() const {
    const MutexLock guard(shown_mutex_);
    return shown_;
}

Step Books::begin_settled(std::int64_t report, const Actor& actor) {
    const Read held = read();
    settle_client_of(report);
    return begin(actor);
}

void Books::settle_client_of(std::int64_t report) {
    const Read held = read();
    const auto row = held->reports.find(report);
    if (!row || held->touched.unsettled_by(row->client).empty()) return;
    Step step = begin();
    settle_unsettled(step, row->client);
    step.leave();
}

void Books::note_calls(const RemoteRuntime& remote) {
    const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
    meters.note_calls(remote.row.name, remote.connector->counters());
}

bool Books::held() {
    const bool taken = mutex_.try_lock();
    if (taken) mutex_.unlock();
    return !taken;
}

void Books::shrink() {
    const Read read = this->read();
    store::shrink(db_);
}

void Books::keep_numbers() {
    const Read read = this->read();
    store::keep_numbers(db_);
}

Result<domain::ReportView> Books::show(std::int64_t report) {
    const View view = this->view();
    return Lookup(view).show(report);
}

Result<std::int64_t> Books::find_report(std::string_view id_or_number) {
    const View view = this->view();
    return Lookup(view).find_report(id_or_number);
}

Result<Created> Books::preview(const domain::Filter& filter, const Actor& actor) {
    const View view = this->view();
    return Lookup(view).preview(filter, actor);
}

std::string Books::fingerprint(std::int64_t report) {
    const View view = this->view();
    return Lookup(view).fingerprint(report);
}

std::vector<domain::LateRow> Books::late(std::optional<std::int64_t> client, bool all) {
    const View view = this->view();
    return Lookup(view).late(client, all);
}

std::vector<domain::Contract> Books::contracts_of(std::int64_t client) {
    const View view = this->view();
    return Lookup(view).contracts_of(client);
}

} // namespace hb::books
