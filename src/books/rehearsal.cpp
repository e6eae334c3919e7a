#include "books/rehearsal.h"

#include "base/ensure.h"
#include "store/private_copy.h"

namespace hb::books {
namespace {

std::unique_ptr<store::Database> pages_of(Books& books, store::Database& own) {
    if (!books.readers) {
        const Read held = books.read(); // in memory: no other connection sees them
        return store::private_copy(own);
    }
    const store::Reader reader = books.readers->read();
    return store::private_copy(reader.db());
}

// A log that is sealed takes no row without a key.
std::unique_ptr<store::Database> copy_of(Books& books, store::Database& own, const Secret& key) {
    auto copy = pages_of(books, own);
    if (!own.chain_key().empty()) copy->use_chain_key(key);
    return copy;
}

} // namespace

Rehearsal::Rehearsal(Books& of)
    : shown_(of.as_shown()), copy_(copy_of(of, of.db_, shown_->settings.key)),
      books_(*copy_, of.clock, of.ids, shown_) {
    books_.uptime = of.uptime;
}

const KnownRemote& Rehearsal::read_by(std::string_view name, const mapping::Mapping& next) {
    for (const auto& remote : shown_->remotes) {
        if (remote->row.name != name) continue;
        remote->mapping = {std::shared_ptr<void>(), &next};
        return *remote;
    }
    fail_invariant("a rehearsal reads anew what is configured");
}

} // namespace hb::books
