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

Surroundings Books::around() const {
    return {settings, known(remotes), known(senders), clock.now()};
}

Surroundings Books::around(const SettingsShown& shown) const {
    return {shown.settings, known(shown.remotes), known(shown.senders), clock.now()};
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

std::vector<domain::ReportView> Books::list(std::optional<domain::State> state,
                                            std::optional<std::int64_t> client,
                                            std::string_view search) {
    const View view = this->view();
    return Lookup(view).list(state, client, search);
}

Result<std::int64_t> Books::find_report(std::string_view id_or_number) {
    const View view = this->view();
    return Lookup(view).find_report(id_or_number);
}

Result<Created> Books::preview(const domain::Filter& filter, const Actor& actor) {
    const View view = this->view();
    return Lookup(view).preview(filter, actor);
}

Status Books::check_filter(const domain::Filter& filter) {
    const View view = this->view();
    return Lookup(view).check_filter(filter);
}

std::map<std::string, std::vector<std::string>> Books::entries_to_read(std::int64_t report) {
    const View view = this->view();
    return Lookup(view).entries_to_read(report);
}

std::string Books::fingerprint(std::int64_t report) {
    const View view = this->view();
    return Lookup(view).fingerprint(report);
}

std::optional<ByToken> Books::by_token(std::string_view token, Detail detail) {
    const View view = this->view();
    return Lookup(view).by_token(token, detail);
}

std::vector<domain::LateRow> Books::late(std::optional<std::int64_t> client, bool all) {
    const View view = this->view();
    return Lookup(view).late(client, all);
}

std::vector<domain::Contract> Books::contracts_of(std::int64_t client) {
    const View view = this->view();
    return Lookup(view).contracts_of(client);
}

std::optional<domain::Contract> Books::contract_on(std::int64_t client, Day day) {
    const View view = this->view();
    return Lookup(view).contract_on(client, day);
}

std::optional<int> Books::percent_of_task(std::int64_t task) {
    const View view = this->view();
    return Lookup(view).percent_of_task(task);
}

} // namespace hb::books
