#pragma once

#include <memory>
#include <optional>

#include "app/wiring.h"
#include "base/books_mutex.h"

// The books for commands that only look.
namespace hb::app {

// The books as a check may use them. Only an application whose token has expired needs more than
// reading: renewing it is keeping the new one, which the service does when there is one.
struct CheckBooks {
    std::unique_ptr<WriterLock> lock;
    std::unique_ptr<store::Database> db; // none: there are no books yet
    std::unique_ptr<books::Books> books; // over them
    Secret key;
};

// Read-only, and only when there are any: a check makes nothing.
std::optional<Error> open_books(CheckBooks& books, const Config& config, Process& process);
// nullptr: there are no books.
std::shared_ptr<connector::Keeper> keeper_of(CheckBooks& books, const RemoteConfig& remote,
                                             Process& process);

} // namespace hb::app
