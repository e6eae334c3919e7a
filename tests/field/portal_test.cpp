#include <algorithm>

#include "base/text.h"
#include "case.h"
#include "desk/reports.h"
#include "sandbox/planner.h"

// The cases about the CRM itself: a portal with state answers.
using namespace hb;
using field::expected;
using field::load;
using test::World;
using test::WorldOptions;

namespace {

struct Client {
    World world;
    std::int64_t company = 0, person = 0;

    explicit Client(WorldOptions options = {}) : world(std::move(options)) {
        company = world.company("Client 101");
        person = world.user("P");
    }
    std::int64_t task(const std::string& title = "Task") {
        return world.task({title, {"CO_" + std::to_string(company)}, {}, 0, 0, 5});
    }
    void entries(std::int64_t task, std::int64_t first, std::int64_t step, std::int64_t count) {
        const auto at = to_epoch_seconds(*parse_instant("2026-06-10T10:00:00Z"));
        world.portal->edit([&](sandbox::State& state) {
            for (std::int64_t i = 0; i < count; ++i) {
                sandbox::Entry entry;
                entry.id = static_cast<std::uint32_t>(first + i * step);
                entry.task = static_cast<std::uint32_t>(task);
                entry.user = static_cast<std::uint32_t>(person);
                entry.seconds = 60;
                entry.created = entry.start = entry.stop = static_cast<std::uint32_t>(at);
                state.add_entry(entry, "work");
            }
        });
    }
    domain::ReportView view(const std::string& from, const std::string& to) {
        const auto created =
            desk::create(*world.books, world.filter(company, from, to), world.actor);
        if (!created) UNSCOPED_INFO(to_string(created.error()));
        REQUIRE(created.ok());
        return created->view;
    }
    json::Document call(const std::string& method, const std::string& body) {
        const auto answer = world.portal->handle(
            {"POST", "/rest/1/sandbox/" + method, "", "application/json", body, "127.0.0.1"});
        auto parsed = json::Document::parse(answer.body);
        REQUIRE(parsed.ok());
        return std::move(*parsed);
    }
    std::vector<std::string> row_names() {
        const auto deals = world.deals();
        REQUIRE(deals.size() == 1);
        const auto rows =
            call("crm.item.productrow.list", R"({"filter":{"=ownerType":"D","=ownerId":)" +
                                                 std::to_string(deals.front()) + "}}");
        std::vector<std::string> out;
        for (const json::Value& row : rows.root()["result"]["productRows"])
            out.emplace_back(row["productName"].text_view().value_or(""));
        return out;
    }
};

} // namespace

TEST_CASE("Field: walks by the last id neither repeat nor skip a row at the border of a page") {
    const auto given = load("paging-bitrix-by-id");
    for (const json::Value& each : given.root()["given"]["counts"]) {
        const auto count = each.integer().value();
        INFO(count << " records");
        Client agency;
        agency.entries(agency.task(), 3, 7, count); // "ids 3, 10, 17 ..., 60 s each"
        REQUIRE(!agency.world.pull().error);
        agency.world.contract(agency.company, "60.00");
        CHECK(agency.view("2026-06-01", "2026-06-30").worked_seconds ==
              field::number_in(given.root()["expected"]["worked_seconds"]) * count);
    }
}

TEST_CASE("Field: the last day of one bill is no day of the next") {
    const auto given = load("days-adjacent-periods");
    Client agency;
    const auto task = agency.task();
    for (const json::Value& each : given.root()["given"]["entries"])
        agency.world.entry(task, agency.person, each["seconds"].integer().value(),
                           std::string(each["day"].text_view().value()) + "T10:00:00+03:00");
    REQUIRE(!agency.world.pull().error);
    agency.world.contract(agency.company, "60.00");
    const auto first = agency.view("2025-10-01", "2025-10-10");
    const auto second = agency.view("2025-10-10", "2025-10-31");
    CHECK(first.worked_seconds == expected(given, "first"));
    CHECK(second.worked_seconds == expected(given, "second"));
}

TEST_CASE("Field: one refusal for too many requests is over within seconds") {
    const auto given = load("crm-one-503");
    const json::Value answer = given.root()["given"]["answer"];
    WorldOptions options;
    options.portal_limits = true;
    Client agency(options);
    agency.world.entry(agency.task(), agency.person, 3600, "2026-06-10T10:00:00+03:00");
    sandbox::Fault fault;
    fault.kind = sandbox::Fault::Kind::Error;
    fault.method = answer["method"].text_view().value();
    fault.status = static_cast<int>(answer["http"].integer().value());
    fault.code = answer["error"].text_view().value();
    fault.count = answer["times"].integer().value();
    agency.world.portal->add_fault(fault);
    const Instant begun = agency.world.clock.now();
    const auto report = agency.world.run(std::chrono::seconds{60});
    for (const auto& error : report.errors) UNSCOPED_INFO(error);
    CHECK(report.errors.empty());
    // "under 10: the bucket empties at two a second"
    CHECK(agency.world.clock.now() - begun <
          std::chrono::seconds{field::number_in(given.root()["expected"]["seconds"])});
    CHECK(agency.world.tables->sources.count_known(1, "entries") == 1);
}

TEST_CASE("Field: a run time that is used up is a pause") {
    const auto given = load("crm-run-time-used-up");
    const json::Value answer = given.root()["given"]["answer"];
    Client agency;
    agency.world.entry(agency.task(), agency.person, 3600, "2026-06-10T10:00:00+03:00");
    sandbox::Fault fault;
    fault.kind = sandbox::Fault::Kind::Error;
    fault.method = answer["method"].text_view().value();
    fault.status = 429;
    fault.code = answer["error"].text_view().value();
    fault.count = answer["times"].integer().value();
    agency.world.portal->add_fault(fault);
    for (int tries = 0; tries < 6; ++tries) {
        agency.world.run(std::chrono::seconds{5});
        agency.world.clock.advance(std::chrono::minutes{10});
    }
    agency.world.contract(agency.company, "60.00");
    CHECK(agency.view("2026-06-01", "2026-06-30").worked_seconds ==
          expected(given, "worked_seconds"));
}

// The portal binds the arguments of task.elapseditem.getlist by their position: one that were
// added would shift the others, and fail or list everything.
TEST_CASE("Field: requests add no parameter to those that a portal binds by position") {
    const auto given = load("crm-extra-parameter");
    Client agency;
    agency.world.entry(agency.task(), agency.person, 3600, "2026-06-10T10:00:00+03:00");
    const auto report = agency.world.run();
    CHECK(report.errors.size() ==
          static_cast<std::size_t>(given.root()["expected"]["rc"].integer().value()));
    CHECK(agency.world.tables->sources.count_known(1, "entries") == 1);
}

TEST_CASE("Field: the rows of a deal arrive, and none is emptied") {
    const auto given = load("crm-rows-are-emptied");
    Client agency;
    for (const char* title : {"Grid", "Header"})
        agency.world.entry(agency.task(title), agency.person, 3600, "2026-06-10T10:00:00+03:00");
    REQUIRE(!agency.world.pull().error);
    agency.world.contract(agency.company, "60.00");
    const auto report = agency.world.draft(agency.company, "2026-06-01", "2026-06-30");
    agency.world.send(report);
    agency.world.agree(report);
    agency.world.run();
    const auto names = agency.row_names();
    CHECK(static_cast<std::int64_t>(names.size()) == expected(given, "rows"));
    CHECK(agency.world.state(report) == "invoiced");
}

TEST_CASE("Field: titles are cut at a character, and nothing is filled into them") {
    const auto given = load("crm-emoji-titles");
    Client agency;
    std::vector<std::string> titles;
    for (const json::Value& each : given.root()["given"]["titles"]) {
        std::string title(each.text_view().value());
        if (const auto times = title.find(" x ");
            times != std::string::npos && title.find('[') == std::string::npos) {
            const int count = field::number_in(each); // "🚀 x 300"
            const std::string one = title.substr(0, times);
            title.clear();
            for (int i = 0; i < count; ++i) title += one;
        }
        titles.push_back(title);
        agency.world.entry(agency.task(title), agency.person, 3600, "2026-06-10T10:00:00+03:00");
    }
    REQUIRE(!agency.world.pull().error);
    agency.world.contract(agency.company, "60.00");
    const auto report = agency.world.draft(agency.company, "2026-06-01", "2026-06-30");
    agency.world.send(report);
    agency.world.agree(report);
    agency.world.run();
    const auto names = agency.row_names();
    CHECK(names.size() == titles.size());
    bool braces = false;
    for (const auto& name : names) {
        INFO(name);
        CHECK(json::Document::parse(json::quote(name)).ok()); // whole characters
        CHECK_FALSE(name.empty());
        braces = braces || name.find("{task} {hours}") != std::string::npos;
    }
    CHECK(braces);
    CHECK(agency.world.state(report) == "invoiced");
}
