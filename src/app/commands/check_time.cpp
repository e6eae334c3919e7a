#include "app/commands/check_time.h"

#include <set>

#include "books/aliases.h"
#include "books/drafting.h"
#include "books/own_company.h"
#include "domain/versions.h"
#include "store/without_time.h"

namespace hb::app {
namespace {

WithoutTime without_time(const books::Reading& read, const books::RemoteRuntime& remote) {
    WithoutTime out{remote.row.name, {}, {}};
    for (const auto& id : read->overview.entries_without_time(remote.row.id)) {
        const domain::Ref ref{remote.row.name, "entry", id};
        out.entries.push_back(to_string(ref));
        const auto text = read->sources.record_text(remote.row.id, "entries", id);
        if (!text) continue;
        const auto amount = books::cost_in(*remote.mapping, {"entries", id, *text, ""});
        if (amount == 0) continue;
        out.costs.entries.push_back(ref);
        out.costs.sum += amount;
    }
    return out;
}

// The terms of today, of each client (G57).
std::vector<std::string> unbillable_terms(const books::Reading& read) {
    std::set<std::int64_t> clients;
    for (const auto& contract : read->contracts.all()) clients.insert(contract.client);
    const Day today = read.settings.zone.day_of(read.now());
    books::Drafting drafting(read);
    std::vector<std::string> out;
    for (const auto client : clients) {
        const auto* terms = domain::in_force(drafting.contracts_of(client), today);
        const auto trouble = books::own_company_trouble(read, *terms);
        if (!trouble) continue;
        const auto company = read->sources.find_company(client);
        out.push_back((company ? company->name : "?") + ": " + trouble->message + "; " +
                      trouble->hint);
    }
    return out;
}

} // namespace

Result<TimeFindings> look_at_time(const Config& config, Process& process) {
    auto world = open_world(config, {Access::Reads, false, ""}, nullptr, process);
    if (!world) return world.error();
    auto& books = *(*world)->books;
    TimeFindings out;
    for (const auto& remote : books.remotes)
        if (auto found = without_time(books.view(), *remote); !found.entries.empty())
            out.without_time.push_back(std::move(found));
    for (const auto& remote : books.remotes)
        if (auto found = books.view()->overview.nameless_people(remote->row.id);
            !found.without.empty())
            out.nameless.push_back({remote->row.name, std::move(found)});
    for (const auto& pair : books::aliases(books.view(), false))
        ++(pair.report ? out.billed_alike : out.alike);
    out.without_terms = books::clients_without_terms(books.view());
    {
        const books::View read = books.view();
        out.held = books::held_time(read);
        out.taken_away = books::taken_away(read);
    }
    out.own_companies = unbillable_terms(books.view());
    return out;
}

std::vector<std::string> examples_of(const WithoutTime& found) {
    std::vector<std::string> out;
    for (const auto& ref : found.costs.entries) out.push_back(to_string(ref));
    if (out.empty()) out = found.entries;
    if (out.size() > kExamples) out.resize(kExamples);
    return out;
}

} // namespace hb::app
