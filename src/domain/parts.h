#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

// A text or id that is known only when an op is sent: the client's link, which the books never hold
// in clear (G23), the id that another op brings, a stage that only the remote can name. Kept as
// pieces beside the op's fields and joined when it goes out; nothing is ever searched for in a text
// that may hold somebody's words (G60).
namespace hb::domain {

struct LinkPart { // the client's page of a report, by its link's number
    std::int64_t report = 0;
    std::int64_t n = 0;
    bool preview = false; // or the draft's preview, for staff
    bool operator==(const LinkPart&) const = default;
};
struct OpPart { // the remote id of an op that ran before
    std::int64_t op = 0;
    bool operator==(const OpPart&) const = default;
};
enum class StageOf { Deal, Invoice };
struct FailedStagePart { // the failed stage of a deal's category, or of invoices
    StageOf of = StageOf::Deal;
    std::string category; // of deals
    bool operator==(const FailedStagePart&) const = default;
};

using Part = std::variant<std::string, LinkPart, OpPart, FailedStagePart>;
using Parts = std::vector<Part>;

// What belongs at one place of an op's fields. `path` is a JSON pointer (RFC 6901) to a member that
// holds "" until then.
struct Need {
    std::string path;
    Parts parts;
};

// [{"text":"…"},{"link":{"n":2,"report":17}},{"op":12}]
std::string parts_text(const Parts& parts);
// [{"parts":[…],"path":"/comment"}]; "[]" for none.
std::string needs_text(const std::vector<Need>& needs);

} // namespace hb::domain
