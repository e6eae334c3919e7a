#include "desk/remotes.h"

#include <algorithm>
#include <map>

#include "books/drafting.h"
#include "books/lookup.h"
#include "books/settings_names.h"
#include "desk/terms.h"

namespace hb::desk {
namespace {

Error unknown(const std::string& name) {
    return Error{Code::NotFound, "no remote is known here under the name \"" + name + "\"", "",
                 "hourbridge remote list shows them"};
}

void note_change(Step& step, const char* action, const std::string& subject,
                 const std::string& from, const std::string& to) {
    step->events.add(step.now(), step.actor(), action, std::nullopt, subject,
                     books::EventData().add("from", from).add("to", to).text());
}

// The terms of a contract with this remote's new name in its references; false: it has none.
bool rename_in(domain::Contract& contract, const std::string& from, const std::string& to) {
    bool changed = false;
    const auto rename = [&](domain::Ref& ref) {
        if (ref.remote != from) return;
        ref.remote = to;
        changed = true;
    };
    rename(contract.client);
    if (contract.own_company) rename(*contract.own_company);
    for (auto& rule : contract.rates) {
        if (rule.project) rename(*rule.project);
        if (rule.person) rename(*rule.person);
    }
    for (auto& rule : contract.nonbillable) {
        auto group = domain::parse_ref(rule.group);
        if (!group) continue; // a name, or none
        rename(*group);
        rule.group = to_string(*group);
    }
    return changed;
}

std::vector<std::int64_t> clients_with_terms(const Reading& read) {
    std::vector<std::int64_t> out;
    for (const auto& row : read->contracts.all())
        if (std::find(out.begin(), out.end(), row.client) == out.end()) out.push_back(row.client);
    return out;
}

} // namespace

Result<Renamed> rename_remote(Books& books, const std::string& from, const std::string& to,
                              const Actor& actor) {
    Step step = books.begin(actor);
    const auto row = step->sources.find_remote(from);
    const auto other = step->sources.find_remote(to);
    if (!row && !other) return unknown(from);
    if (row && other)
        return Error{Code::Conflict, "\"" + to + "\" is the name of another remote here", "",
                     "choose another name"};
    if (!row) return Renamed{*other, false};
    step->sources.rename_remote(row->id, to);
    note_change(step, "remote.renamed", to, from, to);
    step.done();
    return Renamed{*row, true};
}

Status renew_contracts(Books& books, const std::string& from, const std::string& to,
                       const Actor& actor) {
    const auto clients = clients_with_terms(books.read());
    for (const auto client : clients) {
        std::map<Day, domain::Contract> in_force; // the newest version of each day
        for (auto& contract : books.contracts_of(client))
            in_force.insert_or_assign(contract.valid_from, std::move(contract));
        for (auto& [day, contract] : in_force) {
            if (!rename_in(contract, from, to)) continue;
            contract.id = 0;
            const auto applied =
                apply_contract(books, contract, {contract.currency.code}, false, actor);
            if (!applied) return applied.error();
        }
    }
    return {};
}

Result<store::Remote> move_remote(Books& books, const std::string& name, const std::string& account,
                                  const Actor& actor) {
    Step step = books.begin(actor);
    const auto row = step->sources.find_remote(name);
    if (!row) return unknown(name);
    if (const auto other = step->sources.find_account(account); other && other->id != row->id)
        return Error{Code::Conflict, account + " is known here as \"" + other->name + "\"", "",
                     "one account has one name: hourbridge remote rename " + other->name + " NEW"};
    step->sources.move_remote(row->id, account);
    step->kept.erase(row->id, books::kept::kMember); // the next genuine event says whose they are
    note_change(step, "remote.moved", name, row->account, account);
    step.done();
    return *row;
}

Result<Rested> pause_remote(Books& books, const std::string& name, std::optional<Instant> until,
                            const Actor& actor) {
    Step step = books.begin(actor);
    const auto row = step->sources.find_remote(name);
    if (!row) return unknown(name);
    books::pause(step, *row, until);
    const auto pause = books::pause_of(step->kept, row->id, step.now());
    ensure(pause.has_value(), "a pause that was just written is there");
    step.done();
    return Rested{*row, *pause};
}

Result<Resumed> resume_remote(Books& books, const std::string& name, const Actor& actor) {
    Step step = books.begin(actor);
    const auto row = step->sources.find_remote(name);
    if (!row) return unknown(name);
    const bool rested = books::resume(step, *row);
    step.done();
    return Resumed{*row, rested};
}

void note_accepted(Books& books, std::string_view remote, Accepted what, std::string_view field,
                   const Actor& actor) {
    Step step = books.begin(actor);
    books::EventData data;
    if (!field.empty()) data.add("field", std::string(field));
    step->events.add(step.now(), step.actor(),
                     what == Accepted::Deletions ? "deletions.accepted" : "values.accepted",
                     std::nullopt, std::string(remote), data.text());
    step.done();
}

} // namespace hb::desk
