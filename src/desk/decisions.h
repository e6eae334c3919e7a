#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desk/floor.h"

// What people decide about late time, money by hand, links and time billed elsewhere.
// Each takes its own step and commits it; none calls a remote. Safe from any thread that holds no
// step. An Error leaves the books as they were.
namespace hb::desk {

// A record of more than a day is true, as it stands now (G54).
Status accept_long(Books& books, std::string_view ref, std::string_view reason, const Actor& actor);
Status decide_late(Books& books, std::string_view ref, std::string_view decision,
                   std::string_view reason, const Actor& actor);

// payments by hand
Result<store::PaymentRow> add_payment(Books& books, std::int64_t report, std::string_view amount,
                                      Day date, std::string_view ref, const Actor& actor);
Status reverse_payment(Books& books, std::int64_t payment, std::string_view reason,
                       const Actor& actor);

// links, adoption (G13, G2)
Status set_link(Books& books, std::string_view subject, std::string_view target,
                std::optional<Day> from, const Actor& actor);
Status remove_link(Books& books, std::string_view subject, const Actor& actor);
Result<std::int64_t> adopt(Books& books, std::string_view subject, Day until, bool undo,
                           const Actor& actor);

} // namespace hb::desk
