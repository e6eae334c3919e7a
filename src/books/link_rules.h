#pragma once

#include "books/books.h"
#include "store/link_rules.h"

// Rules by which projects, tasks and people of planners belong to clients and people of the CRM
// (G13): adding and removing them, what one would change, and what they find now.
namespace hb::books {

// What a rule changes, before it does. In the words of MappingEffect.
struct LinkEffect {
    struct Row {
        std::string ref, name;            // REMOTE:KIND:ID
        std::string before, after;        // whose it is by rules: references; "" nobody's
        std::vector<std::string> between; // ambiguous: those that it could be
        std::string stays;                // what comes before rules, "" nothing
    };
    std::vector<Row> rows;            // projects, tasks, people that the rules see differently
    std::int64_t ambiguous = 0;       // of those
    std::int64_t tasks = 0;           // that change hands
    std::int64_t free_seconds = 0;    // of their free time, and of joined people's
    std::vector<std::int64_t> drafts; // that hold time of them
    std::vector<std::int64_t> sent;   // of reports that a client has seen
};

// Code::Usage: the rule says nothing that can be meant; Conflict: it stands already.
Result<LinkEffect> preview_link_rule(const Reading& read, const KnownRemote& remote,
                                     const domain::LinkRule& rule,
                                     std::optional<std::int64_t> before);
struct AddedRule {
    std::int64_t number = 0;
    LinkEffect effect;
};
Result<AddedRule> add_link_rule(Books& books, const KnownRemote& remote,
                                const domain::LinkRule& rule, std::optional<std::int64_t> before,
                                const std::string& note, const Actor& actor);
Result<LinkEffect> remove_link_rule(Books& books, std::int64_t number, const Actor& actor);

// What rules link now: hands off where a link by hand stands.
struct RuleLinked {
    std::string ref, name;
    std::int64_t rule = 0;
    std::string value;                // what the rule looked at
    std::vector<std::string> targets; // more than one: ambiguous
};
std::vector<RuleLinked> linked_by_rules(const Reading& read);
// "worksection: a project's name, like \"* / *\", is a company's"
std::string rule_words(const Reading& read, const store::LinkRuleRow& row);
// Companies and people by their store's id, as references; "?" is nobody.
std::string target_ref(const Reading& read, domain::LinkRule::What what, std::int64_t id);

} // namespace hb::books
