#include <catch2/catch.hpp>

#include "../audit/reader.h"
#include "base/text.h"
#include "books/own_company.h"
#include "desk/decisions.h"
#include "desk/reports.h"
#include "desk/terms.h"
#include "domain/brand.h"
#include "engine/books_world.h"

// In whose name a client is billed (G57).

using namespace hb;
using domain::TaskStatus;

namespace {

struct Agency : test::BooksWorld {
    Agency() {
        company("1", "Client");
        company("2", "Other client");
        person("1");
        task("1", "1", TaskStatus::InProgress);
        task("2", "2", TaskStatus::InProgress);
        int n = 0;
        for (const char* month : {"2026-05-10", "2026-06-10"})
            for (const char* of : {"1", "2"})
                entry(std::to_string(++n), of, "1", 3600, *parse_day(month));
        settle();
    }
    Result<desk::Applied> terms(const std::string& client, const std::string& own,
                                const std::string& rate = "90") {
        const std::string named =
            own.empty() ? "" : R"("own_company":"bitrix24:company:)" + own + "\",";
        return contract(client, R"("valid_from":"2026-01-01","currency":"BYN",)" + named +
                                    R"("rates":[{"amount":")" + rate + "\"}]");
    }
    Result<domain::ReportView> send(const std::string& client, const char* from, const char* to) {
        domain::Filter filter;
        filter.company = {"bitrix24", "company", client};
        filter.from = *parse_day(from);
        filter.to = *parse_day(to);
        const auto created = desk::create(*books, filter, actor);
        REQUIRE(created.ok());
        return desk::send(*books, *created->view.id, "", false, false, actor);
    }
    // What the configuration says from now on: prefixes of numbers, by own company.
    void brands(const std::map<std::string, std::string>& prefixes) {
        books->settings.brands.clear();
        for (const auto& [company, prefix] : prefixes) {
            auto brand = std::make_shared<domain::Brand>();
            brand->company = "bitrix24:company:" + company;
            brand->prefix = prefix;
            books->settings.brands.push_back(brand);
        }
        books->show_settings();
    }
    // The number of a bill of one hour more.
    std::string next(const std::string& client) {
        const Day day = *parse_day("2026-05-10") + std::chrono::days{++more};
        entry("more" + std::to_string(more), client, "1", 3600, day);
        settle();
        return number(client, format_day(day).c_str(), format_day(day).c_str());
    }
    int more = 0;
    std::string number(const std::string& client, const char* from, const char* to) {
        const auto sent = send(client, from, to);
        INFO((sent ? "" : sent.error().message));
        REQUIRE(sent.ok());
        return *sent->number;
    }
};

} // namespace

TEST_CASE("a client's company is no name to bill in: exit 2 when terms name it anew (G57)") {
    Agency world;
    world.own_company("9", "Studio");
    const auto refused = world.terms("1", "2");
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::Usage);
    CHECK(refused.error().message.find("Other client") != std::string::npos);
    CHECK(refused.error().hint.find("bitrix24:company:9 (Studio)") != std::string::npos);
    CHECK(world.terms("1", "9").ok());
}

TEST_CASE("terms in force that name a client's company stay readable, and send refuses (G57)") {
    Agency world;
    world.own_company("9", "Studio");
    world.own_company("8", "Sister");
    REQUIRE(world.terms("1", "8").ok());
    world.company("8", "Sister"); // the CRM no longer calls it one's own
    const auto contracts = world.books->contracts_of(
        world.tables->sources.find_company(domain::Ref{"bitrix24", "company", "1"})->id);
    REQUIRE(contracts.size() == 1);
    const auto trouble = books::own_company_trouble(world.books->read(), contracts.front());
    REQUIRE(trouble.has_value());
    CHECK(trouble->message.find("Sister") != std::string::npos);
    const auto refused = world.send("1", "2026-05-01", "2026-05-31");
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::Conflict);
}

TEST_CASE("none named is the only own company: heading, series and corrections (G57, rule 5)") {
    Agency world;
    world.own_company("9", "Studio");
    REQUIRE(world.terms("1", "").ok());
    const auto may = world.send("1", "2026-05-01", "2026-05-31");
    REQUIRE(may.ok());
    REQUIRE(may->own_company.has_value());
    CHECK(may->own_company->name == "Studio");
    CHECK(*may->number == "2026-0001");
    REQUIRE(desk::agree(*world.books, *may->id, "", world.actor).ok());

    // The terms name it now. The series that began without a prefix keeps it, and what is billed
    // is corrected on the next report.
    world.clock.advance(std::chrono::seconds{1});
    REQUIRE(world.terms("1", "9").ok());
    world.entry("1", "1", "1", 7200, *parse_day("2026-05-10"));
    world.settle();
    const auto open = world.tables->reports.adjustments(std::nullopt, false);
    REQUIRE(open.size() == 1);
    REQUIRE(desk::decide_late(*world.books, "adjustment:" + std::to_string(open.front().id),
                              "next_report", "forgotten", world.actor)
                .ok());
    const auto june = world.send("1", "2026-06-01", "2026-06-30");
    REQUIRE(june.ok());
    CHECK(*june->number == "2026-0002");
    CHECK(june->totals.total == 2 * 9000);
    CHECK(world.terms("2", "9").ok());
    CHECK(world.number("2", "2026-05-01", "2026-05-31") == "2026-0003");
    const auto dump = test::dump_of(*world.db);
    CHECK(join(test::AuditReader(dump).problems(), "\n") == "");
}

TEST_CASE("a series that began with its company's prefix goes on where none is named (G57)") {
    Agency world;
    world.own_company("9", "Studio");
    REQUIRE(world.terms("1", "9").ok());
    CHECK(world.number("1", "2026-05-01", "2026-05-31") == "C9-2026-0001");
    REQUIRE(world.terms("2", "").ok());
    CHECK(world.number("2", "2026-05-01", "2026-05-31") == "C9-2026-0002");
}

TEST_CASE("several own companies and none named: the terms are kept, and send refuses (G57)") {
    Agency world;
    world.own_company("9", "Studio");
    REQUIRE(world.terms("1", "").ok());
    CHECK(world.number("1", "2026-05-01", "2026-05-31") == "2026-0001");
    world.own_company("8", "Sister");
    const auto refused = world.send("1", "2026-06-01", "2026-06-30");
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::Conflict);
    const auto applied = world.terms("2", "");
    REQUIRE(applied.ok());
    REQUIRE_FALSE(applied->warnings.empty());
    CHECK(applied->warnings.front().find("Studio") != std::string::npos);
    // Named, each has its own series; the one without a prefix is the first company's.
    REQUIRE(world.terms("2", "8").ok());
    CHECK(world.number("2", "2026-05-01", "2026-05-31") == "C8-2026-0001");
    REQUIRE(world.terms("1", "9").ok());
    const auto drafts = world.tables->reports.drafts();
    REQUIRE(drafts.size() == 1);
    const auto june = desk::send(*world.books, drafts.front().id, "", false, false, world.actor);
    REQUIRE(june.ok());
    CHECK(*june->number == "2026-0002");
}

TEST_CASE("a brand's prefix takes force with the next year, in the books too (G57)") {
    Agency world;
    world.own_company("9", "Studio");
    world.own_company("8", "Sister");
    REQUIRE(world.terms("1", "9").ok());
    REQUIRE(world.terms("2", "8").ok());
    CHECK(world.next("1") == "C9-2026-0001");
    world.brands({{"9", "HB-"}, {"8", "SI-"}});
    CHECK(world.next("1") == "C9-2026-0002"); // this year goes on as it began
    CHECK(world.next("2") == "SI-2026-0001"); // nothing had begun

    SECTION("so do an edited prefix and one that is removed") {
        world.clock.set(*parse_instant("2027-03-01T09:00:00Z"));
        CHECK(world.next("1") == "HB-2027-0001");
        world.brands({{"9", "NW-"}});
        CHECK(world.next("1") == "HB-2027-0002");
        CHECK(world.next("2") == "C8-2027-0001");
        world.brands({});
        CHECK(world.next("1") == "HB-2027-0003");
        world.brands({{"9", "NW-"}});
        world.clock.set(*parse_instant("2028-03-01T09:00:00Z"));
        CHECK(world.next("1") == "NW-2028-0001");
    }
    SECTION("a year is that of the report's own zone: the old one goes on as it began") {
        world.brands({{"9", "HB-"}, {"8", "NW-"}});
        CHECK(world.next("2") == "SI-2026-0002");
        world.clock.set(*parse_instant("2027-01-02T09:00:00Z"));
        CHECK(world.next("2") == "NW-2027-0001");
        world.clock.set(*parse_instant("2026-12-31T09:00:00Z"));
        CHECK(world.next("2") == "SI-2026-0003");
    }
    const auto dump = test::dump_of(*world.db);
    CHECK(join(test::AuditReader(dump).problems(), "\n") == "");
}

TEST_CASE("two brands never share a series, whatever the configuration says later (G57)") {
    Agency world;
    world.own_company("9", "Studio");
    world.own_company("8", "Sister");
    REQUIRE(world.terms("1", "9").ok());
    REQUIRE(world.terms("2", "8").ok());
    world.brands({{"9", "HB-"}});
    CHECK(world.next("1") == "HB-2026-0001");
    // The prefixes change hands, in this year and in later ones.
    world.brands({{"8", "HB-"}, {"9", "SI-"}});
    CHECK(world.next("2") == "C8-2026-0001");
    CHECK(world.next("1") == "HB-2026-0002");
    for (const char* year : {"2027", "2028"}) {
        world.clock.set(*parse_instant(std::string(year) + "-03-01T09:00:00Z"));
        CHECK(world.next("2") == std::string("C8-") + year + "-0001");
        CHECK(world.next("1") == std::string("SI-") + year + "-0001");
    }
    world.brands({{"8", "SI-"}, {"9", "HB-"}});
    world.clock.set(*parse_instant("2029-03-01T09:00:00Z"));
    CHECK(world.next("2") == "C8-2029-0001");
    CHECK(world.next("1") == "HB-2029-0001"); // it was always this one's
}
