#include "case.h"

#include <fstream>
#include <sstream>

#include "base/text.h"
#include "connector/manifest.h"
#include "desk/decisions.h"
#include "mapping/shipped.h"

namespace field {
namespace {

std::string file_text(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

class Wire final : public net::HttpClient {
public:
    explicit Wire(Account& account) : account_(account) {}
    net::Response send(const net::Request& request) override { return account_.answer(request); }

private:
    Account& account_;
};

std::string id_member(const json::Value& row) {
    for (const char* name : {"gid", "time_entries"})
        if (!row[name].missing()) return name;
    return "id";
}

} // namespace

const std::string& folder() {
    static const std::string at = std::string(HB_SOURCE_DIR) + "/tests/samples/field/";
    return at;
}

json::Document load(const std::string& name) {
    auto document = json::Document::parse(file_text(folder() + name + ".json"));
    REQUIRE(document.ok());
    return std::move(*document);
}

std::vector<std::string> records(const json::Value& entries, int count) {
    std::vector<std::string> out;
    for (const json::Value& each : entries) out.push_back(each.dump());
    if (count == 0) return out;
    const json::Value row = entries[std::size_t{0}];
    const std::string member = id_member(row);
    const bool grouped = member == "time_entries";
    const json::Value value = grouped ? row[member][std::size_t{0}]["id"] : row[member];
    const std::string name = grouped ? "id" : member;
    const std::string old = "\"" + name + "\":" + value.dump();
    const std::string first = out.front();
    out.clear();
    for (int i = 1; i <= count; ++i) {
        std::string copy = first;
        const std::string now =
            value.is_string() ? "\"x" + std::to_string(i) + "\"" : std::to_string(i);
        copy.replace(copy.find(old), old.size(), "\"" + name + "\":" + now);
        out.push_back(std::move(copy));
    }
    return out;
}

std::int64_t expected(const json::Document& document, const char* what) {
    return document.root()["expected"][what].integer().value();
}

int number_in(const json::Value& text) {
    const std::string words(text.text_view().value());
    return std::stoi(words.substr(words.find_first_of("0123456789")));
}

Case::Case(const std::string& planner, const std::string& terms) {
    account.planner = planner;
    world.clock.set(*parse_instant("2026-11-30T10:00:00Z"));
    std::vector<connector::ManifestProblem> problems;
    auto plan = connector::Plan::parse(connector::shipped_manifest(planner), planner, problems);
    REQUIRE(static_cast<bool>(plan));
    connector::PlannerOptions options;
    options.remote = planner;
    options.base_url = "https://acme.example";
    for (const auto& [name, value] : settings_of(planner)) options.settings[name] = Secret(value);
    REQUIRE(connector::check_settings(plan, options).empty());
    auto runtime = std::make_unique<books::RemoteRuntime>();
    runtime->connector =
        connector::make_planner(plan, options, std::make_unique<Wire>(account), world.clock);
    std::vector<mapping::FileProblem> wrong;
    auto mapping = mapping::Mapping::parse(mapping::shipped_mapping(planner), planner, wrong);
    REQUIRE(mapping.has_value());
    runtime->mapping = std::make_unique<mapping::Mapping>(std::move(*mapping));
    {
        store::Tx tx(*world.db);
        runtime->row = world.tables->sources.add_remote(
            planner, planner, runtime->connector->account(), world.clock.now());
        tx.commit();
    }
    remote = runtime.get();
    world.books->remotes.push_back(std::move(runtime));
    world.books->show_settings(); // what only reads sees it from now on
    client = world.company("Client 101");
    REQUIRE(!world.pull().error);
    world.contract(client, "60.00", terms, "EUR");
}

lanes::PullReport Case::pull(bool full) {
    lanes::PullOptions options;
    options.full = full;
    auto told = world.service->pull(*remote, options);
    if (told.error) UNSCOPED_INFO(to_string(*told.error));
    return told;
}

void Case::link(const std::string& project) {
    const auto linked =
        desk::set_link(*world.books, account.planner + ":project:" + project,
                       "bitrix24:company:" + std::to_string(client), std::nullopt, world.actor);
    if (!linked) UNSCOPED_INFO(to_string(linked.error()));
    REQUIRE(linked.ok());
}

Case::Sums Case::sums_of(std::int64_t report) {
    const auto row = world.tables->reports.find(report).value();
    Sums out;
    for (const auto& line : world.tables->reports.lines(report, row.revision)) {
        out.worked += line.line.worked_seconds;
        if (line.line.billable)
            out.billed += line.line.billed_seconds;
        else
            out.free += line.line.worked_seconds;
    }
    return out;
}

std::int64_t Case::draft(const std::string& from, const std::string& to) {
    for (const auto& problem : world.tables->sources.problems(5))
        UNSCOPED_INFO(problem.stream << " " << problem.id << ": " << problem.problem);
    return world.draft(client, from, to);
}

Case::Sums Case::sums(const std::string& from, const std::string& to) {
    return sums_of(draft(from, to));
}

bool Case::warns(std::int64_t report, const std::string& code) {
    const auto view = world.books->show(report);
    REQUIRE(view.ok());
    return std::any_of(view->warnings.begin(), view->warnings.end(),
                       [&](const auto& warning) { return warning.code == code; });
}

} // namespace field
