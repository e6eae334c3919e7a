#include "books/link_rules.h"

#include <algorithm>
#include <set>

#include "books/aliases.h"
#include "books/drafting.h"
#include "books/owners.h"
#include "books/rule_links.h"
#include "books/streams.h"

namespace hb::books {
namespace {

using domain::LinkMatch;
using domain::LinkRule;
using Matches = std::map<std::string, LinkMatch>;

std::string name_of(const Reading& read, const domain::Ref& ref) {
    if (ref.kind == "task") {
        const auto task = read->sources.find_task(ref);
        return task ? task->facts.title : "";
    }
    if (ref.kind == "user") {
        const auto person = read->sources.find_person(ref);
        return person ? person->name : "";
    }
    const auto project = read->sources.find_project(ref);
    return project ? project->name : "";
}

std::vector<std::string> target_refs(const Reading& read, LinkRule::What what,
                                     const LinkMatch& match) {
    std::vector<std::string> out;
    for (const auto id : match.targets) out.push_back(target_ref(read, what, id));
    return out;
}

// Of two states of the rules of one remote: what differs.
class Comparing {
public:
    Comparing(const Reading& read, const store::Remote& remote) : read_(read), remote_(remote) {
        for (const auto& link : read->sources.links()) by_hand_[link.subject] = link.target;
    }

    LinkEffect compare(const std::vector<LinkRule>& before, const std::vector<LinkRule>& after) {
        const auto was = find_rule_links(read_, remote_, before);
        const auto now = find_rule_links(read_, remote_, after);
        add_rows(LinkRule::What::Project, was.projects, now.projects);
        add_rows(LinkRule::What::Task, was.tasks, now.tasks);
        add_rows(LinkRule::What::User, was.users, now.users);
        add_tasks(was, now);
        if (!people_.empty()) add_people();
        for (const auto id : reports_)
            if (const auto row = read_->reports.find(id))
                (domain::was_sent(row->state) ? out_.sent : out_.drafts).push_back(id);
        return std::move(out_);
    }

private:
    static std::optional<LinkMatch> of(const Matches& all, const std::string& id) {
        const auto found = all.find(id);
        return found == all.end() ? std::nullopt : std::optional(found->second);
    }

    void add_rows(LinkRule::What what, const Matches& was, const Matches& now) {
        std::set<std::string> ids;
        for (const auto& [id, match] : was) ids.insert(id);
        for (const auto& [id, match] : now) ids.insert(id);
        for (const auto& id : ids) {
            const auto before = of(was, id), after = of(now, id);
            if (before && after && before->targets == after->targets) continue;
            const auto ref = ref_of(remote_, stream_of(what), id);
            LinkEffect::Row row{to_string(ref), name_of(read_, ref), "", "", {}, ""};
            if (before && !before->ambiguous())
                row.before = target_ref(read_, what, before->targets.front());
            if (after && after->ambiguous())
                row.between = target_refs(read_, what, *after);
            else if (after)
                row.after = target_ref(read_, what, after->targets.front());
            if (const auto hand = by_hand_.find(row.ref); hand != by_hand_.end())
                row.stays = "with " + hand->second + ", by hand";
            else if (what == LinkRule::What::User)
                people_.insert(read_->sources.find_person(ref)->id);
            out_.ambiguous += row.between.empty() ? 0 : 1;
            out_.rows.push_back(std::move(row));
        }
    }

    std::map<std::string, std::optional<std::int64_t>>
    clients(domain::OwnerFacts& facts, const std::vector<store::Sources::TaskOwner>& tasks,
            const RuleLinks& links) {
        std::map<std::string, std::optional<std::int64_t>> out;
        put_rule_links(facts, links);
        for (const auto& task : tasks)
            if (task.known) out[task.remote_id] = domain::owner_of(facts, task.remote_id).client;
        return out;
    }

    void add_tasks(const RuleLinks& was, const RuleLinks& now) {
        auto tasks = read_->sources.task_owners(remote_.id);
        auto facts = owner_facts(read_, remote_, tasks);
        const auto before = clients(facts, tasks, was);
        const auto after = clients(facts, tasks, now);
        for (const auto& task : tasks) {
            if (!task.known || before.at(task.remote_id) == after.at(task.remote_id)) continue;
            ++out_.tasks;
            for (const auto& entry : read_->sources.entries_of_task(task.id)) {
                if (entry.live_report)
                    reports_.insert(*entry.live_report);
                else
                    out_.free_seconds += entry.seconds;
            }
        }
    }

    // Who they are decides about rates: of what is free and in drafts, not of what was sent.
    void add_people() {
        for (const auto& [person, seconds] : read_->link_rules.free_by_person(remote_.id))
            if (people_.count(person) > 0) out_.free_seconds += seconds;
        for (const auto& draft : read_->reports.drafts())
            for (const auto& entry : read_->sources.entries_of_report(draft.id))
                if (people_.count(entry.person) > 0) reports_.insert(draft.id);
    }

    const Reading& read_;
    const store::Remote& remote_;
    std::map<std::string, std::string> by_hand_;
    std::set<std::int64_t> people_, reports_;
    LinkEffect out_;
};

bool same_rule(const LinkRule& a, const LinkRule& b) {
    return a.what == b.what && a.by == b.by && a.at == b.at && a.pattern == b.pattern &&
           a.to == b.to;
}

Error no_rule(std::int64_t number) {
    return Error{Code::NotFound, "there is no rule " + std::to_string(number), "",
                 "hourbridge link rule list shows them"};
}

Status may_add(const Reading& read, const KnownRemote& remote, const LinkRule& rule,
               std::optional<std::int64_t> before) {
    if (auto right = check_link_rule(rule); !right) return right;
    const auto* crm = read.crm();
    if (crm == nullptr)
        return Error{Code::Usage, "no CRM is configured, so there are no clients to link to",
                     "/crm/remote", "name the CRM's remote in the configuration"};
    if (rule.what == LinkRule::What::User && crm == &remote)
        return Error{Code::Usage, "people of " + remote.row.name + " are the CRM's own", "",
                     "name another planner; its people are joined to the CRM's"};
    const auto& rules = read->link_rules;
    for (const auto& row : rules.of_remote(remote.row.id))
        if (same_rule(row.rule, rule))
            return Error{Code::Conflict,
                         "rule " + std::to_string(row.rule.number) + " says this already", "",
                         "nothing is left to do; hourbridge link rule list shows the rules"};
    if (before && !rules.find(*before)) return no_rule(*before);
    return {};
}

std::vector<LinkRule> with(const Reading& read, const KnownRemote& remote, const LinkRule& rule,
                           std::optional<std::int64_t> before) {
    auto rules = rules_of(read, remote.row);
    auto at = rules.end();
    if (before) {
        // Another remote's rule has a place among these, too.
        std::set<std::int64_t> later;
        bool reached = false;
        for (const auto& row : read->link_rules.all()) {
            reached = reached || row.rule.number == *before;
            if (reached) later.insert(row.rule.number);
        }
        at = std::find_if(rules.begin(), rules.end(),
                          [&later](const LinkRule& each) { return later.count(each.number) > 0; });
    }
    rules.insert(at, rule);
    return rules;
}

std::string event_data(const Reading& read, const store::LinkRuleRow& row) {
    return EventData().add("rule", rule_words(read, row)).add("note", row.note).text();
}

} // namespace

std::string target_ref(const Reading& read, LinkRule::What what, std::int64_t id) {
    if (what == LinkRule::What::User) {
        const auto person = read->sources.find_person(id);
        return person ? to_string(person->ref) : "?";
    }
    const auto company = read->sources.find_company(id);
    return company ? to_string(company->ref) : "?";
}

std::string rule_words(const Reading& read, const store::LinkRuleRow& row) {
    const auto& rule = row.rule;
    std::string words = std::string(rule.what == LinkRule::What::Project ? "a project's "
                                    : rule.what == LinkRule::What::Task  ? "a task's "
                                                                         : "a person's ");
    words += domain::to_string(rule.by);
    if (!rule.at.empty()) words += " " + rule.at;
    if (!rule.pattern.empty()) words += " like \"" + rule.pattern + "\"";
    const bool user = rule.what == LinkRule::What::User;
    if (rule.to)
        words += (user ? " is " : " goes to ") + target_ref(read, rule.what, *rule.to);
    else
        words += user ? " is that of a person of the CRM" : " is the name of a company";
    return read.remote_name(row.remote) + ": " + words;
}

Result<LinkEffect> preview_link_rule(const Reading& read, const KnownRemote& remote,
                                     const LinkRule& rule, std::optional<std::int64_t> before) {
    if (auto may = may_add(read, remote, rule, before); !may) return may.error();
    return Comparing(read, remote.row)
        .compare(rules_of(read, remote.row), with(read, remote, rule, before));
}

Result<AddedRule> add_link_rule(Books& books, const KnownRemote& remote, const LinkRule& rule,
                                std::optional<std::int64_t> before, const std::string& note,
                                const Actor& actor) {
    Step step = books.begin(actor);
    step.cause = Step::Cause::Decision;
    AddedRule out;
    auto effect = preview_link_rule(step, remote, rule, before);
    if (!effect) return effect.error();
    out.effect = std::move(*effect);
    store::LinkRuleRow row{remote.row.id, rule, note, actor.name, step.now()};
    out.number = row.rule.number = step->link_rules.add(row, before);
    fill_link_values(step, remote.row, rule);
    step->events.add(row.at, actor.name, "link_rule.added", std::nullopt,
                     "rule " + std::to_string(out.number), event_data(step, row));
    resolve_owners(step, remote);
    find_repeated(step); // before a draft takes what became this client's (rule 7)
    step.done();
    return out;
}

Result<LinkEffect> remove_link_rule(Books& books, std::int64_t number, const Actor& actor) {
    Step step = books.begin(actor);
    step.cause = Step::Cause::Decision;
    auto& stored = step->link_rules;
    const auto row = stored.find(number);
    if (!row) return no_rule(number);
    const auto* remote = books.find_remote(books.remote_name(row->remote));
    if (remote == nullptr)
        return Error{Code::NotFound,
                     "the configuration has no remote " + books.remote_name(row->remote) +
                         ", which rule " + std::to_string(number) + " is for",
                     "",
                     "put it back into \"remotes\"; under another name: hourbridge remote rename " +
                         books.remote_name(row->remote) + " NEW"};
    const auto before = rules_of(step, remote->row);
    auto after = before;
    std::erase_if(after, [number](const LinkRule& rule) { return rule.number == number; });
    auto effect = Comparing(step, remote->row).compare(before, after);
    stored.remove(number, actor.name, step.now());
    step->events.add(step.now(), actor.name, "link_rule.removed", std::nullopt,
                     "rule " + std::to_string(number), event_data(step, *row));
    drop_link_values(step, remote->row, row->rule);
    if (after.empty() && row->rule.what == LinkRule::What::User)
        join_people(step, remote->row, {}, {});
    resolve_owners(step, *remote);
    find_repeated(step);
    step.done();
    return effect;
}

std::vector<RuleLinked> linked_by_rules(const Reading& read) {
    std::vector<RuleLinked> out;
    std::set<std::string> by_hand;
    for (const auto& link : read->sources.links()) by_hand.insert(link.subject);
    for (const auto& remote : read.remotes()) {
        const auto rules = rules_of(read, remote->row);
        if (rules.empty()) continue;
        const auto links = find_rule_links(read, remote->row, rules);
        const auto put = [&](LinkRule::What what, const Matches& matches) {
            for (const auto& [id, match] : matches) {
                const auto ref = ref_of(remote->row, stream_of(what), id);
                if (by_hand.count(to_string(ref)) > 0) continue;
                out.push_back({to_string(ref), name_of(read, ref), match.rule, match.value,
                               target_refs(read, what, match)});
            }
        };
        put(LinkRule::What::Project, links.projects);
        put(LinkRule::What::Task, links.tasks);
        put(LinkRule::What::User, links.users);
    }
    return out;
}

} // namespace hb::books
