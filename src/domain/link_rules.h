#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

// Links by rule: what a planner's own names, keys, tags and fields say about whose something is
// (G13). Pure; ids of targets are the store's.
namespace hb::domain {

struct LinkRule {
    enum class What { Project, Task, User };
    enum class By { Name, Key, Tag, Field, Email };
    std::int64_t number = 0;
    What what = What::Project;
    By by = By::Name;
    std::string at; // JSON pointer into the kept record; "" the usual places (usual_places)
    // Of the value, `*` for any text. "": any. Without `to`, what the first `*` covers is the name
    // that is looked for.
    std::string pattern;
    std::optional<std::int64_t> to; // the company or person; absent: the one of that name
};
const char* to_string(LinkRule::What what);
const char* to_string(LinkRule::By by);
std::optional<LinkRule::What> parse_link_what(std::string_view word);
std::optional<LinkRule::By> parse_link_by(std::string_view word);
// Does it say something that can be meant? Code::Usage with a hint else.
Status check_link_rule(const LinkRule& rule);

// Where a rule's values are in a record: its pointer, else the closed list for keys, e-mails and
// clients' names. Empty for rules by name and tag.
std::vector<std::string> places_of(const LinkRule& rule);
// A name for those places, under which a value is kept; "" for rules by name and tag.
std::string values_name(const LinkRule& rule);

// A project, task or person of a planner, as rules see it.
struct LinkSubject {
    std::string name;
    std::vector<std::string> tags;
    std::map<std::string, std::vector<std::string>> values; // by values_name()
};

// Those that can be found by what they are called.
class LinkTargets {
public:
    void add_company(std::int64_t id, std::string_view remote_id, std::string_view title);
    void add_person(std::int64_t id, std::string_view name, const std::vector<std::string>& emails);
    std::vector<std::int64_t> called(const LinkRule& rule, std::string_view text) const;

private:
    using Index = std::unordered_map<std::string, std::vector<std::int64_t>>;
    Index titles_, ids_, names_, emails_;
};

struct LinkMatch {
    std::int64_t rule = 0;
    std::vector<std::int64_t> targets; // one: the link; more: ambiguous, and no link
    std::string value;                 // what matched
    bool ambiguous() const { return targets.size() > 1; }
    bool operator==(const LinkMatch&) const = default;
};
// Rules are read in their order; the first that matches decides, also when it is ambiguous.
std::optional<LinkMatch> match_rules(const std::vector<LinkRule>& rules, const LinkSubject& subject,
                                     const LinkTargets& targets);
std::optional<LinkMatch> match_rule(const LinkRule& rule, const LinkSubject& subject,
                                    const LinkTargets& targets);

// Each text that the first `*` may cover so that the whole matches, without case and with spaces
// as one; for a pattern without `*` the text itself. Empty: it does not match.
std::vector<std::string> covered(std::string_view pattern, std::string_view text);

} // namespace hb::domain
