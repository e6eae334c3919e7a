#pragma once

#include "books/books.h"

// What something would do to the books, by doing it to a copy of them.
namespace hb::books {

// The books once more, with the same settings and remotes, to be thrown away. Making it waits for
// nobody who writes, and what is done to it nobody sees: steps of it are its own, under its own
// lock. Costs a copy of the file. From one thread; outlived by the books that it was made of.
class Rehearsal {
public:
    explicit Rehearsal(Books& of); // throws StoreError (store/private_copy.h)

    // From here on this remote's records are read by `next`, which outlives this.
    const KnownRemote& read_by(std::string_view remote, const mapping::Mapping& next);
    Books& books() { return books_; }

private:
    const std::shared_ptr<SettingsShown> shown_;
    const std::unique_ptr<store::Database> copy_;
    Books books_;
};

} // namespace hb::books
