#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "desk/floor.h"

// What a person says about differences between the CRM and what was agreed (G56): that ours is
// right, or that the CRM's is known. Neither changes a report's state, `paid` or `due`.
namespace hb::desk {

// One question among those that stand: its code, and the value that the person was shown ("" that
// of now).
struct Shown {
    domain::QuestionKind kind{};
    std::string value;
};

// The CRM's values are known and stay: others ask again. `only`: these, else all. Returns how many
// questions that answered.
Result<std::int64_t> accept_crm(Books& books, std::int64_t report, const std::vector<Shown>& only,
                                std::string_view reason, std::string_view actor);
// Ours are written again, through the outbox; the questions end when they are read back. With
// nothing that asks, what was accepted before is taken back. Returns how many writes it takes.
Result<std::int64_t> restore_crm(Books& books, std::int64_t report, const std::vector<Shown>& only,
                                 std::string_view actor);

} // namespace hb::desk
