#pragma once

#include <tuple>

#include "books/books.h"
#include "domain/owner.h"
#include "store/link_rules.h"

// What the rules of a planner find (G13). Derived whenever owners are; nothing here asks a
// remote.
namespace hb::books {

struct RuleLinks {
    std::map<std::string, domain::LinkMatch> projects, tasks, users; // by remote id
};
// Names as rules see them, where they differ from those of the mirror: by remote, stream and id.
using SeenNames = std::map<std::tuple<std::int64_t, std::string, std::string>, std::string>;
// Those that changed and that nobody has confirmed yet (G46 c).
SeenNames unconfirmed_names(const Reading& read);
// A rule without a number is a candidate: what it looks at is read from the kept records.
RuleLinks find_rule_links(const Reading& read, const store::Remote& remote,
                          const std::vector<domain::LinkRule>& rules, const SeenNames& names);
RuleLinks find_rule_links(const Reading& read, const store::Remote& remote,
                          const std::vector<domain::LinkRule>& rules);
std::vector<domain::LinkRule> rules_of(const Reading& read, const store::Remote& remote);
void put_rule_links(domain::OwnerFacts& facts, const RuleLinks& links);

// People who are one by a rule (persons.same_as). Returns how many
// changed.
std::int64_t join_people(Step& step, const store::Remote& remote,
                         const std::vector<domain::LinkRule>& rules, const RuleLinks& links);

// Of the records of a page, what rules look at: also of records that count as unchanged, whose
// other fields may differ. Without rules one small question.
void keep_link_values(Step& step, const store::Remote& remote, const std::string& stream,
                      const std::vector<domain::SourceRecord>& records);
// The same of all kept records, for a rule that is new.
void fill_link_values(Step& step, const store::Remote& remote, const domain::LinkRule& rule);
// What no rule looks at any more.
void drop_link_values(Step& step, const store::Remote& remote, const domain::LinkRule& removed);

} // namespace hb::books
