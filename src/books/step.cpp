#include "books/step.h"

#include "base/ensure.h"
#include "books/books.h"
#include "books/settling.h"

namespace hb::books {
namespace {

const KnownRemote* named(const std::vector<const KnownRemote*>& all, std::string_view name) {
    for (const auto* remote : all)
        if (remote->row.name == name) return remote;
    return nullptr;
}

} // namespace

Reading::Reading(const store::Tables& tables, Surroundings around)
    : settings(around.settings), tables_(&tables), remotes_(std::move(around.remotes)),
      senders_(std::move(around.senders)), now_(around.now) {}

const KnownRemote* Reading::find_remote(std::string_view name) const {
    return named(remotes_, name);
}

const KnownRemote* Reading::crm() const {
    return settings.crm_remote.empty() ? nullptr : find_remote(settings.crm_remote);
}

const std::string& Reading::remote_name(std::int64_t id) const {
    static const std::string unknown = "?";
    for (const auto* all : {&remotes_, &senders_})
        for (const auto* remote : *all)
            if (remote->row.id == id) return remote->row.name;
    return unknown;
}

Locked::Locked(Books& books) : lock_(books.mutex_) {}

Step::Step(Books& books, std::string_view actor)
    : Locked(books), Reading(books.tables_, books.around()), ids(books.ids), meters(books.meters),
      books_(books), tables_(&books.tables_), actor_(actor), changes_(books.db_.total_changes()) {
    ensure(!books.db_.in_transaction(), "a step is not taken within another one");
    tx_.emplace(books.db_);
}

Step::~Step() = default;

Uptime Step::up() const {
    return books_.up();
}

bool Step::wrote() const {
    return books_.db_.total_changes() != changes_;
}

void Step::done() {
    if (wrote() || ends_ != nullptr) settle(*this, ends_);
    commit();
}

void Step::leave() {
    commit();
}

void Step::put_off(const KnownRemote& remote) {
    if (wrote()) tables_->touched.put_off(remote.row.id);
    commit();
}

void Step::ends_reading(const KnownRemote& remote) {
    ends_ = &remote;
}

void Step::commit() {
    ensure(tx_.has_value(), "a step is done once");
    if (wrote()) tx_->commit();
    tx_.reset();
}

Read::Read(Books& books) : Locked(books), Reading(books.tables_, books.around()) {}

ViewedBooks::ViewedBooks(Books& books) : shown_(books.readers ? books.shown() : nullptr) {
    if (shown_) {
        reader_.emplace(books.readers->read());
        own_.emplace(reader_->db());
    } else {
        lock_ = std::unique_lock<BooksMutex>(books.mutex_);
    }
}

View::View(Books& books)
    : ViewedBooks(books),
      Reading(own_ ? *own_ : books.tables_, shown_ ? books.around(*shown_) : books.around()) {}

} // namespace hb::books
