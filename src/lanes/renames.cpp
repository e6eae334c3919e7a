#include "lanes/renames.h"

#include <algorithm>

#include "books/drafting.h"
#include "books/owners.h"
#include "books/rule_links.h"
#include "books/streams.h"
#include "domain/same_text.h"
#include "store/renames.h"

namespace hb::lanes {
namespace {

const std::string* name_in(const domain::Fact& fact) {
    if (const auto* project = std::get_if<domain::SourceProject>(&fact)) return &project->name;
    if (const auto* person = std::get_if<domain::SourcePerson>(&fact)) return &person->name;
    if (const auto* company = std::get_if<domain::SourceCompany>(&fact)) return &company->name;
    return nullptr;
}

std::optional<std::string> known_name(const store::Sources& sources, const std::string& stream,
                                      const domain::Ref& ref) {
    if (stream == "companies") {
        const auto company = sources.find_company(ref);
        return company ? std::optional(company->name) : std::nullopt;
    }
    if (stream == "users") {
        const auto person = sources.find_person(ref);
        return person ? std::optional(person->name) : std::nullopt;
    }
    const auto project = sources.find_project(ref);
    return project ? std::optional(project->name) : std::nullopt;
}

// Groups are named in the configuration and in every version of every contract.
bool is_free_group(const Reading& read, const std::string& name) {
    const auto named = [&](const std::vector<domain::NonBillableRule>& rules) {
        return std::any_of(rules.begin(), rules.end(), [&](const auto& rule) {
            return !rule.group.empty() && domain::same_text(rule.group, name);
        });
    };
    if (named(read.settings.nonbillable)) return true;
    books::Drafting drafting(read);
    std::set<std::int64_t> clients;
    for (const auto& row : read->contracts.all()) clients.insert(row.client);
    return std::any_of(clients.begin(), clients.end(), [&](std::int64_t client) {
        const auto& versions = drafting.contracts_of(client);
        return std::any_of(versions.begin(), versions.end(),
                           [&](const auto& contract) { return named(contract.nonbillable); });
    });
}

using Matches = std::map<std::string, domain::LinkMatch>;

const Matches& matches_of(const books::RuleLinks& links, const std::string& stream) {
    static const Matches none;
    return stream == "groups" ? links.projects : stream == "users" ? links.users : none;
}

bool leads_to(const domain::LinkMatch& match, std::int64_t target) {
    return std::find(match.targets.begin(), match.targets.end(), target) != match.targets.end();
}

// What rules find with the names that they see now, and with those that the page brings.
class Compared {
public:
    Compared(const Reading& read, const books::SeenNames& now, const books::SeenNames& then) {
        for (const auto& remote : read.remotes()) {
            const auto rules = rules_of(read, remote->row);
            if (rules.empty()) continue;
            remotes_.push_back({remote->row.id, find_rule_links(read, remote->row, rules, now),
                                find_rule_links(read, remote->row, rules, then)});
        }
    }

    // Does it lose what a rule matched it with?
    bool subject_moves(std::int64_t remote, const std::string& stream,
                       const std::string& id) const {
        return std::any_of(remotes_.begin(), remotes_.end(), [&](const One& one) {
            return one.remote == remote &&
                   moves(matches_of(one.now, stream), matches_of(one.then, stream), id);
        });
    }
    // Does anything that was matched with this company or person move?
    bool target_moves(const std::string& stream, std::int64_t target) const {
        return std::any_of(remotes_.begin(), remotes_.end(), [&](const One& one) {
            if (stream == "users") return any_moves(one.now.users, one.then.users, target);
            return any_moves(one.now.projects, one.then.projects, target) ||
                   any_moves(one.now.tasks, one.then.tasks, target);
        });
    }

private:
    static bool moves(const Matches& now, const Matches& then, const std::string& id) {
        const auto before = now.find(id);
        if (before == now.end()) return false;
        const auto after = then.find(id);
        return after == then.end() || after->second.targets != before->second.targets;
    }
    static bool any_moves(const Matches& now, const Matches& then, std::int64_t target) {
        return std::any_of(now.begin(), now.end(), [&](const auto& each) {
            return leads_to(each.second, target) && moves(now, then, each.first);
        });
    }
    struct One {
        std::int64_t remote;
        books::RuleLinks now, then;
    };
    std::vector<One> remotes_;
};

struct NewName {
    std::string id, used, name;
    domain::Ref ref;
};

// Those of the page that are called otherwise than rules see them.
std::vector<NewName> new_names(Step& step, const KnownRemote& remote, const std::string& stream,
                               const books::PagePlan& plan) {
    std::vector<NewName> out;
    auto& renames = step->renames;
    const auto waiting = renames.used(remote.row.id, stream);
    for (const auto& kept : plan.changed) {
        const auto* name = kept.fact ? name_in(*kept.fact) : nullptr;
        if (name == nullptr) continue;
        const auto ref = books::ref_of(remote.row, stream, kept.record.id);
        const auto held = waiting.find(kept.record.id);
        const auto known = held != waiting.end() ? std::optional(held->second)
                                                 : known_name(step->sources, stream, ref);
        if (!known) continue;
        if (*known != *name)
            out.push_back({kept.record.id, *known, *name, ref});
        else if (held != waiting.end()) // called again as it was
            renames.drop(remote.row.id, stream, kept.record.id);
    }
    return out;
}

std::int64_t target_id(const Reading& read, const std::string& stream, const domain::Ref& ref) {
    if (stream == "companies") {
        const auto company = read->sources.find_company(ref);
        return company ? company->id : 0;
    }
    const auto person = stream == "users" ? read->sources.find_person(ref) : std::nullopt;
    return person ? person->id : 0;
}

} // namespace

void hold_renames(Step& step, const KnownRemote& remote, const std::string& stream,
                  const books::PagePlan& plan) {
    if (stream != "groups" && stream != "users" && stream != "companies") return;
    const auto names = new_names(step, remote, stream, plan);
    if (names.empty()) return;
    const auto now = unconfirmed_names(step);
    auto then = now;
    for (const auto& each : names) then[{remote.row.id, stream, each.id}] = each.name;
    const Compared compared(step, now, then);
    const bool of_crm = remote.row.name == step.settings.crm_remote;
    auto& renames = step->renames;
    for (const auto& each : names) {
        const auto target = of_crm ? target_id(step, stream, each.ref) : 0;
        const bool free_group =
            stream == "groups" && is_free_group(step, each.used) && !is_free_group(step, each.name);
        if (free_group || compared.subject_moves(remote.row.id, stream, each.id) ||
            (target != 0 && compared.target_moves(stream, target)))
            renames.put({remote.row.id, stream, each.id, each.used, step.now()});
        else
            renames.drop(remote.row.id, stream, each.id);
    }
}

std::vector<Rename> renames_to_confirm(const store::Tables& tables) {
    std::vector<Rename> out;
    const auto& sources = tables.sources;
    for (const auto& row : tables.renames.all()) {
        for (const auto& remote : sources.remotes()) {
            if (remote.id != row.remote) continue;
            const auto ref = books::ref_of(remote, row.stream, row.id);
            out.push_back(
                {ref, row.used, known_name(sources, row.stream, ref).value_or(""), row.since});
        }
    }
    return out;
}

Result<std::vector<Rename>> confirm_renames(Books& books, const std::vector<domain::Ref>& refs,
                                            const Actor& actor) {
    Step step = books.begin(actor);
    step.cause = Step::Cause::Decision;
    std::vector<Rename> chosen;
    const auto all = renames_to_confirm(*step.operator->());
    for (const auto& ref : refs) {
        const auto found = std::find_if(all.begin(), all.end(), [&](const Rename& each) {
            return to_string(each.ref) == to_string(ref);
        });
        if (found == all.end())
            return Error{Code::NotFound, to_string(ref) + " waits for no confirmation", "",
                         "hourbridge check names what was renamed"};
        chosen.push_back(*found);
    }
    if (refs.empty()) chosen = all;
    if (chosen.empty()) return chosen;
    const Instant now = step.now();
    for (const auto& each : chosen) {
        const auto remote = step->sources.find_remote(each.ref.remote);
        step->renames.drop(remote->id, books::stream_of(each.ref.kind), each.ref.id);
        step->events.add(now, actor.name, "rename.confirmed", std::nullopt, to_string(each.ref),
                         books::EventData().add("was", each.used).add("now", each.name).text());
    }
    for (const auto& remote : books.remotes)
        if (remote->mapping) resolve_owners(step, *remote);
    step.done();
    return chosen;
}

} // namespace hb::lanes
