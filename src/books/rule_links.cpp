#include "books/rule_links.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "books/named_companies.h"
#include "books/streams.h"
#include "mapping/record_values.h"
#include "store/mappings.h"
#include "store/renames.h"

namespace hb::books {
namespace {

using domain::LinkRule;
using store::LinkRules;

constexpr std::int64_t kBatch = 2500; // records

template <class Each>
void each_record(const Reading& read, std::int64_t remote, const std::string& stream,
                 const Each& each) {
    const auto& mappings = read->mappings;
    for (std::int64_t after = 0;;) {
        const auto rows = mappings.records(remote, stream, after, kBatch);
        if (rows.empty()) return;
        for (const auto& row : rows) each(row.record);
        after = rows.back().row;
    }
}

LinkRule email_of_crm() {
    LinkRule rule;
    rule.what = LinkRule::What::User;
    rule.by = LinkRule::By::Email;
    return rule;
}

bool is_crm(const Reading& read, const store::Remote& remote) {
    return remote.name == read.settings.crm_remote;
}

// The distinct things that rules in force look at in one stream, one rule for each.
std::map<std::string, LinkRule> looked_at(const Reading& read, const store::Remote& remote,
                                          const std::string& stream) {
    std::map<std::string, LinkRule> out;
    const auto& stored = read->link_rules;
    for (auto& row : stored.of_remote(remote.id)) {
        const auto name = values_name(row.rule);
        if (!name.empty() && stream == stream_of(row.rule.what)) out.emplace(name, row.rule);
    }
    if (stream == "users" && is_crm(read, remote) && stored.any_by_email())
        out.emplace(values_name(email_of_crm()), email_of_crm());
    return out;
}

// Values of one remote's stream, each read once.
class ValueBook {
public:
    explicit ValueBook(const Reading& read) : read_(read) {}
    const LinkRules::Values& of(const store::Remote& remote, const LinkRule& rule) {
        const std::string stream = stream_of(rule.what);
        const auto name = values_name(rule);
        const auto [at, added] = known_.try_emplace({remote.id, stream, name});
        if (!added) return at->second;
        if (looked_at(read_, remote, stream).count(name) > 0) {
            at->second = read_->link_rules.values(remote.id, stream, name);
        } else {
            const auto places = places_of(rule);
            each_record(read_, remote.id, stream, [&](const domain::SourceRecord& record) {
                auto values = mapping::record_values(record.text, places);
                if (!values.empty()) at->second[record.id] = std::move(values);
            });
        }
        return at->second;
    }

private:
    const Reading& read_;
    std::map<std::tuple<std::int64_t, std::string, std::string>, LinkRules::Values> known_;
};

std::string seen_as(const SeenNames& names, std::int64_t remote, const char* stream,
                    const std::string& id, std::string name) {
    if (names.empty()) return name;
    const auto other = names.find({remote, stream, id});
    return other == names.end() ? std::move(name) : other->second;
}

domain::LinkTargets targets_of(const Reading& read, const std::vector<LinkRule>& rules,
                               ValueBook& values, const SeenNames& names) {
    domain::LinkTargets out;
    const auto crm = read->sources.find_remote(read.settings.crm_remote);
    if (!crm) return out;
    const auto any = [&rules](const auto& test) {
        return std::any_of(rules.begin(), rules.end(), test);
    };
    const auto is_user = [](const LinkRule& rule) { return rule.what == LinkRule::What::User; };
    if (any([&](const LinkRule& rule) { return !is_user(rule) && !rule.to; }))
        for (const auto& company : companies_by_name(read, crm->id))
            out.add_company(company.id, company.ref.id,
                            seen_as(names, crm->id, "companies", company.ref.id, company.name));
    if (!any(is_user)) return out;
    const bool by_email =
        any([](const LinkRule& rule) { return rule.by == LinkRule::By::Email && !rule.to; });
    static const LinkRules::Values kNone;
    const auto& emails = by_email ? values.of(*crm, email_of_crm()) : kNone;
    for (const auto& person : read->sources.persons(crm->id)) {
        const auto found = emails.find(person.ref.id);
        if (person.known)
            out.add_person(person.id, seen_as(names, crm->id, "users", person.ref.id, person.name),
                           found == emails.end() ? std::vector<std::string>{} : found->second);
    }
    return out;
}

std::vector<LinkRule> only(const std::vector<LinkRule>& rules, LinkRule::What what) {
    std::vector<LinkRule> out;
    std::copy_if(rules.begin(), rules.end(), std::back_inserter(out),
                 [what](const LinkRule& rule) { return rule.what == what; });
    return out;
}

bool any_by(const std::vector<LinkRule>& rules, LinkRule::By by) {
    return std::any_of(rules.begin(), rules.end(),
                       [by](const LinkRule& rule) { return rule.by == by; });
}

// Matches the subjects of one kind, whose names and tags the caller gives.
class Matching {
public:
    Matching(const store::Remote& remote, std::vector<LinkRule> rules,
             const domain::LinkTargets& targets, ValueBook& values)
        : rules_(std::move(rules)), targets_(targets) {
        for (const auto& rule : rules_)
            if (const auto name = values_name(rule); !name.empty())
                values_[name] = &values.of(remote, rule);
    }
    const std::vector<LinkRule>& rules() const { return rules_; }

    void match(const std::string& id, std::string name, std::vector<std::string> tags,
               std::map<std::string, domain::LinkMatch>& out) const {
        domain::LinkSubject subject{std::move(name), std::move(tags), {}};
        for (const auto& [called, all] : values_)
            if (const auto found = all->find(id); found != all->end())
                subject.values[called] = found->second;
        if (auto match = look(subject)) out[id] = std::move(*match);
    }
    // Of subjects that only their values tell of.
    std::set<std::string> ids() const {
        std::set<std::string> out;
        for (const auto& [called, all] : values_)
            for (const auto& [id, values] : *all) out.insert(id);
        return out;
    }

private:
    // Many tasks have the same few tags.
    std::optional<domain::LinkMatch> look(const domain::LinkSubject& subject) const {
        if (!subject.values.empty()) return domain::match_rules(rules_, subject, targets_);
        std::string key = any_by(rules_, LinkRule::By::Name) ? subject.name : "";
        for (const auto& tag : subject.tags) key += '\n' + tag;
        const auto [at, added] = looked_.try_emplace(key);
        if (added) at->second = domain::match_rules(rules_, subject, targets_);
        return at->second;
    }

    mutable std::unordered_map<std::string, std::optional<domain::LinkMatch>> looked_;
    std::vector<LinkRule> rules_;
    const domain::LinkTargets& targets_;
    std::map<std::string, const LinkRules::Values*> values_;
};

void match_tasks(const Reading& read, const store::Remote& remote, const Matching& tasks,
                 std::map<std::string, domain::LinkMatch>& out) {
    if (tasks.rules().empty()) return;
    const bool by_name = any_by(tasks.rules(), LinkRule::By::Name);
    if (!by_name && !any_by(tasks.rules(), LinkRule::By::Tag)) {
        for (const auto& id : tasks.ids()) tasks.match(id, "", {}, out);
        return;
    }
    auto rest = tasks.ids();
    for (auto& task : read->sources.task_words(remote.id, !by_name)) {
        rest.erase(task.remote_id);
        tasks.match(task.remote_id, std::move(task.title), std::move(task.tags), out);
    }
    for (const auto& id : rest) tasks.match(id, "", {}, out);
}

} // namespace

std::vector<LinkRule> rules_of(const Reading& read, const store::Remote& remote) {
    std::vector<LinkRule> out;
    for (auto& row : read->link_rules.of_remote(remote.id)) out.push_back(std::move(row.rule));
    return out;
}

SeenNames unconfirmed_names(const Reading& read) {
    SeenNames out;
    for (auto& row : read->renames.all())
        out[{row.remote, row.stream, row.id}] = std::move(row.used);
    return out;
}

RuleLinks find_rule_links(const Reading& read, const store::Remote& remote,
                          const std::vector<LinkRule>& rules) {
    return find_rule_links(read, remote, rules,
                           rules.empty() ? SeenNames() : unconfirmed_names(read));
}

RuleLinks find_rule_links(const Reading& read, const store::Remote& remote,
                          const std::vector<LinkRule>& rules, const SeenNames& names) {
    RuleLinks out;
    if (rules.empty()) return out;
    ValueBook values(read);
    const auto targets = targets_of(read, rules, values, names);
    const Matching projects(remote, only(rules, LinkRule::What::Project), targets, values);
    // Those that are gone keep what they were, like their tasks.
    if (!projects.rules().empty())
        for (auto& project : read->sources.projects(remote.id))
            projects.match(project.ref.id,
                           seen_as(names, remote.id, "groups", project.ref.id, project.name), {},
                           out.projects);
    match_tasks(read, remote, {remote, only(rules, LinkRule::What::Task), targets, values},
                out.tasks);
    const Matching users(remote, only(rules, LinkRule::What::User), targets, values);
    if (!users.rules().empty() && !is_crm(read, remote))
        for (auto& person : read->sources.persons(remote.id))
            users.match(person.ref.id,
                        seen_as(names, remote.id, "users", person.ref.id, person.name), {},
                        out.users);
    return out;
}

void put_rule_links(domain::OwnerFacts& facts, const RuleLinks& links) {
    const auto link_of = [](const domain::LinkMatch& match) {
        domain::RuleLink link;
        if (!match.ambiguous()) link.client = match.targets.front();
        link.rule = match.rule;
        link.value = match.value;
        return link;
    };
    facts.projects_by_rule.clear();
    for (const auto& [id, match] : links.projects) facts.projects_by_rule[id] = link_of(match);
    for (auto& [id, task] : facts.tasks) task.by_rule.reset();
    for (const auto& [id, match] : links.tasks)
        if (const auto task = facts.tasks.find(id); task != facts.tasks.end())
            task->second.by_rule = link_of(match);
}

std::int64_t join_people(Step& step, const store::Remote& remote,
                         const std::vector<LinkRule>& rules, const RuleLinks& links) {
    const bool any = !only(rules, LinkRule::What::User).empty();
    std::int64_t changed = 0;
    for (const auto& person : step->sources.persons(remote.id)) {
        if (any && !person.known) continue; // who is gone stays who they were
        std::optional<std::int64_t> same_as;
        const auto match = links.users.find(person.ref.id);
        if (match != links.users.end() && !match->second.ambiguous())
            same_as = match->second.targets.front();
        if (same_as == person.same_as) continue;
        step->sources.set_same_as(person.id, same_as);
        ++changed;
    }
    return changed;
}

void keep_link_values(Step& step, const store::Remote& remote, const std::string& stream,
                      const std::vector<domain::SourceRecord>& records) {
    if (stream == "entries" || records.empty()) return;
    if (stream == "companies" && is_crm(step, remote)) keep_categories(step, remote.id, records);
    for (const auto& [name, rule] : looked_at(step, remote, stream)) {
        const auto places = places_of(rule);
        for (const auto& record : records)
            step->link_rules.keep_values(remote.id, stream, name, record.id,
                                         mapping::record_values(record.text, places));
    }
}

namespace {

void fill(Step& step, const store::Remote& remote, const LinkRule& rule) {
    const std::string stream = stream_of(rule.what);
    const auto name = values_name(rule);
    const auto places = places_of(rule);
    auto& stored = step->link_rules;
    each_record(step, remote.id, stream, [&](const domain::SourceRecord& record) {
        stored.keep_values(remote.id, stream, name, record.id,
                           mapping::record_values(record.text, places));
    });
}

} // namespace

void fill_link_values(Step& step, const store::Remote& remote, const LinkRule& rule) {
    if (values_name(rule).empty()) return;
    fill(step, remote, rule);
    const auto crm = step->sources.find_remote(step.settings.crm_remote);
    if (rule.by == LinkRule::By::Email && crm) fill(step, *crm, email_of_crm());
}

void drop_link_values(Step& step, const store::Remote& remote, const LinkRule& removed) {
    const auto drop = [&step](const store::Remote& from, const LinkRule& rule) {
        const std::string stream = stream_of(rule.what);
        const auto name = values_name(rule);
        if (!name.empty() && looked_at(step, from, stream).count(name) == 0)
            step->link_rules.forget_values(from.id, stream, name);
    };
    drop(remote, removed);
    const auto crm = step->sources.find_remote(step.settings.crm_remote);
    if (removed.by == LinkRule::By::Email && crm) drop(*crm, email_of_crm());
}

} // namespace hb::books
