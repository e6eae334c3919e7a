#include "desk/sending.h"
#include "desk/reports.h"

namespace hb::desk {

Sending send_report(Books& books, const Reread& reread, std::int64_t report, const SendWish& wish,
                    const Actor& actor) {
    books.settle_client_of(
        report); // else what the end of a reading brings would look like a change
    const std::string before = books.fingerprint(report);
    std::optional<Error> stale;
    if (!before.empty()) // else it is no draft, and the books say what it is
        if (auto read = reread(report); !read) {
            if (!wish.stale_ok) return {read.error(), true, std::nullopt};
            stale = read.error();
        }
    if (wish.accept)
        if (auto accepted = wish.accept(); !accepted) return {accepted.error(), false, stale};
    return {send(books, report, before, wish.strict, stale.has_value(), actor), false, stale};
}

} // namespace hb::desk
