#include <catch2/catch.hpp>

#include <cstdlib>
#include <iostream>
#include <random>

#include "base/ensure.h"
#include "base/limits.h"
#include "base/text.h"
#include "mapping/writes.h"
#include "support.h"
#include "json/value.h"

using namespace hb;
using namespace hb::domain;

namespace {

Line line(const char* id, const char* title, std::int64_t seconds, std::int64_t amount) {
    Line out;
    out.task_ref = {"bitrix24", "task", id};
    out.task_title = title;
    out.project = {"bitrix24", "group", "7"};
    out.project_name = "Site";
    out.worked_seconds = seconds;
    out.billed_seconds = seconds;
    out.rate = 9000;
    out.amount = amount;
    return out;
}

// Totals and gross amounts as the domain makes them.
void close(Revision& revision) {
    std::vector<std::int64_t> amounts;
    std::int64_t sum = 0;
    std::vector<Line*> billable;
    for (Line& each : revision.lines)
        if (each.billable) billable.push_back(&each);
    for (const Line* each : billable) amounts.push_back(each->amount);
    for (const std::int64_t amount : amounts) sum += amount;
    const auto gross = gross_of(amounts, revision.contract.vat);
    for (std::size_t i = 0; i < billable.size(); ++i) billable[i]->gross = gross[i];
    revision.totals = totals_of(sum, revision.contract.vat);
    revision.billed_seconds = 0;
    for (const Line* each : billable) revision.billed_seconds += each->billed_seconds;
}

Revision revision(const char* currency = "BYN", const char* locale = "en") {
    Revision out;
    out.number = "A-2026-0001";
    out.client = {{"bitrix24", "company", "12"}, "Acme"};
    out.contract.currency = *find_currency(currency);
    out.contract.locale = locale;
    out.contract.vat = {VatMode::Added, 200000};
    out.period = {*parse_day("2026-03-01"), *parse_day("2026-03-31")};
    out.lines = {line("8017", "Layout", 12600, 31500), line("8020", "Menu", 5400, 13500)};
    close(out);
    return out;
}

struct Sums {
    std::int64_t sum = 0;
    std::size_t rows = 0;
    bool whole = true; // quantity 1, taxIncluded Y, sorted, short names
};
Sums sums_of(const std::string& fields, const Currency& currency) {
    const auto document = json::Document::parse(fields);
    REQUIRE(document.ok());
    Sums out;
    std::int64_t sort = 0;
    for (const json::Value& row : document->root()["rows"]) {
        ++out.rows;
        out.sum += parse_remote_amount(*row["price"].string(), currency).value();
        out.whole = out.whole && *row["quantity"].string() == "1" &&
                    *row["taxIncluded"].string() == "Y" && *row["sort"].integer() > sort &&
                    shorten(*row["productName"].string(), 250) == *row["productName"].string();
        sort = *row["sort"].integer();
    }
    return out;
}

std::uint64_t seed() {
    const char* given = std::getenv("SEED");
    const std::uint64_t chosen =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
    std::cerr << "writes_test: SEED=" << chosen << "\n";
    return chosen;
}

} // namespace

TEST_CASE("G5: a deal's amount is set by hand and equals the total, with our key on it (G18)") {
    const auto deal = mapping::deal_fields(
        shipped(), revision(),
        {"hb-00000000000000000000000000000001", "12", "1", 9, "C9:NEW", LinkPart{17, 2}});
    CHECK(deal.fields ==
          R"({"title":"Hours A-2026-0001: Acme, 2026-03-01 to 2026-03-31",)"
          R"("categoryId":9,"stageId":"C9:NEW","companyId":"12","currencyId":"BYN",)"
          R"("isManualOpportunity":"Y","opportunity":"540.00",)"
          R"("originatorId":"hourbridge","originId":"hb-00000000000000000000000000000001",)"
          R"("comments":""})");
    // The client's link is a piece that the books do not hold (G60).
    CHECK(needs_text(deal.needs) ==
          R"([{"parts":[{"text":"Report A-2026-0001, 5:00 hours. The client's page: "},)"
          R"({"link":{"n":2,"report":17}}],"path":"/comments"}])");
}

TEST_CASE("a deal's texts are in the contract's language, its dates too") {
    const auto deal =
        mapping::deal_fields(shipped(), revision("BYN", "ru"), {"hb-1", "12", "", 0, "NEW", {}});
    CHECK(deal.needs.empty());
    CHECK(deal.fields == R"({"title":"Часы A-2026-0001: Acme, 01.03.2026 – 31.03.2026",)"
                         R"("categoryId":0,"stageId":"NEW","companyId":"12","currencyId":"BYN",)"
                         R"("isManualOpportunity":"Y","opportunity":"540.00",)"
                         R"("originatorId":"hourbridge","originId":"hb-1"})");
}

TEST_CASE("G5: one row per billable line, quantity 1, its gross amount as the price") {
    Revision r = revision();
    Line free = line("8021", "Internal", 600, 0);
    free.billable = false;
    free.billed_seconds = 0;
    r.lines.push_back(free);
    close(r);
    CHECK(mapping::row_fields(shipped(), r) ==
          R"~({"rows":[{"productName":"Layout (3:30 h × 90.00)","price":"378.00","quantity":"1",)~"
          R"("taxRate":"20","taxIncluded":"Y","sort":10},)"
          R"~({"productName":"Menu (1:30 h × 90.00)","price":"162.00","quantity":"1",)~"
          R"("taxRate":"20","taxIncluded":"Y","sort":20}]})");
}

TEST_CASE("G5: without VAT the rate is null, not 0") {
    Revision r = revision();
    r.contract.vat = {VatMode::None, 0};
    close(r);
    CHECK(mapping::row_fields(shipped(), r) ==
          R"~({"rows":[{"productName":"Layout (3:30 h × 90.00)","price":"315.00","quantity":"1",)~"
          R"("taxRate":null,"taxIncluded":"Y","sort":10},)"
          R"~({"productName":"Menu (1:30 h × 90.00)","price":"135.00","quantity":"1",)~"
          R"("taxRate":null,"taxIncluded":"Y","sort":20}]})");
}

TEST_CASE("G7: amounts carry exactly the currency's decimals") {
    Revision yen = revision("JPY");
    yen.lines = {line("1", "Layout", 3600, 2501)};
    yen.contract.vat = {VatMode::None, 0};
    close(yen);
    CHECK(mapping::row_fields(shipped(), yen).find(R"("price":"2501")") != std::string::npos);
    CHECK(mapping::deal_fields(shipped(), yen, {"hb-1", "12", "", 0, "NEW", {}})
              .fields.find(R"("opportunity":"2501")") != std::string::npos);
    Revision cents = yen;
    cents.contract.currency = *find_currency("EUR");
    CHECK(mapping::row_fields(shipped(), cents).find(R"("price":"25.01")") != std::string::npos);
    // A double would write 90071992547409.9.
    cents.lines[0].amount = 9'007'199'254'740'993;
    close(cents);
    CHECK(mapping::deal_fields(shipped(), cents, {"hb-1", "12", "", 0, "NEW", {}})
              .fields.find(R"("opportunity":"90071992547409.93")") != std::string::npos);
}

TEST_CASE("G5: what a correction takes back is taken off other rows, since a portal refuses rows "
          "below zero; zero rows stay") {
    Revision r = revision();
    r.contract.vat = {VatMode::Included, 200000};
    r.lines.clear();
    r.lines.push_back(line("8017", "Layout", 7200, 18000));
    r.lines.push_back(line("8030", "Shop", 36000, 90000));
    r.lines.push_back(line("8022", "Talk", 0, 0));
    Line back = line("8017", "Layout", -3600, -9000);
    back.kind = "adjustment";
    r.lines.push_back(back);
    SECTION("of the same task first") {
        close(r);
        const std::string fields = mapping::row_fields(shipped(), r);
        const auto has = [&fields](const char* row) {
            return fields.find(row) != std::string::npos;
        };
        CHECK(has(R"~({"productName":"Layout (2:00 h × 90.00); Adjustment: Layout (-1:00 h × )~"
                  R"~(90.00)","price":"90.00")~"));
        CHECK(has(R"~({"productName":"Shop (10:00 h × 90.00)","price":"900.00")~"));
        CHECK(has(R"~({"productName":"Talk (0:00 h × 90.00)","price":"0.00")~"));
        CHECK(sums_of(fields, r.contract.currency).rows == 3);
    }
    SECTION("then of others, as far as they reach") {
        r.lines[3].amount = -20000;
        close(r);
        const std::string fields = mapping::row_fields(shipped(), r);
        CHECK(fields.find("\"-") == std::string::npos);
        CHECK(fields.find(R"("price":"880.00")") != std::string::npos);
    }
    const std::string fields = mapping::row_fields(shipped(), r);
    CHECK(sums_of(fields, r.contract.currency).sum == r.totals.total);
}

TEST_CASE("G5: over 200 lines there is one row per project and work type") {
    Revision r = revision();
    r.lines.clear();
    for (std::size_t i = 0; i < kDealRowsMax + 1; ++i) {
        Line each = line("1", "Task", 3600, 9001);
        each.project.id = i % 2 == 0 ? "7" : "";
        each.project_name = i % 2 == 0 ? "Site" : "";
        each.work_type = i % 3 == 0 ? "design" : "";
        r.lines.push_back(each);
    }
    close(r);
    const std::string fields = mapping::row_fields(shipped(), r);
    const auto document = json::Document::parse(fields);
    std::string names;
    for (const json::Value& row : document->root()["rows"])
        names += *row["productName"].string() + "; ";
    CHECK(names == "Site, design (34:00 h); No project, work (67:00 h); Site, work (67:00 h); "
                   "No project, design (33:00 h); ");
    CHECK(sums_of(fields, r.contract.currency).sum == r.totals.total);

    r.lines.pop_back();
    close(r);
    CHECK(sums_of(mapping::row_fields(shipped(), r), r.contract.currency).rows == kDealRowsMax);
}

TEST_CASE("hundreds of projects still make at most 200 rows") {
    Revision r = revision();
    r.lines.clear();
    for (int i = 0; i < 300; ++i) {
        Line each = line("1", "Task", 3600, 9001);
        each.project.id = std::to_string(i % 150);
        each.work_type = i < 150 ? "design" : "code";
        r.lines.push_back(each);
    }
    close(r);
    CHECK(sums_of(mapping::row_fields(shipped(), r), r.contract.currency).rows == 150);
    for (std::size_t i = 0; i < r.lines.size(); ++i) r.lines[i].project.id = std::to_string(i);
    const Sums one = sums_of(mapping::row_fields(shipped(), r), r.contract.currency);
    CHECK(one.rows == 1);
    CHECK(one.sum == r.totals.total);
}

TEST_CASE("G5: the rows of any report add up to its total to the minor unit") {
    std::mt19937_64 random(seed());
    const auto pick = [&random](std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(random);
    };
    for (int round = 0; round < 300; ++round) {
        const char* currencies[] = {"BYN", "JPY", "KWD", "EUR"};
        Revision r = revision(currencies[pick(0, 3)], pick(0, 1) == 0 ? "en" : "ru");
        r.contract.vat = {static_cast<VatMode>(pick(0, 2)), 0};
        if (r.contract.vat.mode != VatMode::None) r.contract.vat.rate_e4 = pick(1, 1'000'000);
        r.lines.clear();
        for (std::int64_t left = pick(0, round % 10 == 0 ? 600 : 30); left > 0; --left) {
            Line each = line("9", "Task", pick(-7200, 86400), pick(-100000, 10000000));
            each.kind = pick(0, 9) == 0 ? "adjustment" : "work";
            each.billable = pick(0, 4) != 0;
            each.project.id = std::to_string(pick(1, 40));
            each.work_type = pick(0, 1) == 0 ? "" : std::to_string(pick(1, 10));
            if (!each.billable) each.amount = each.billed_seconds = 0;
            r.lines.push_back(each);
        }
        close(r);
        const Sums sums = sums_of(mapping::row_fields(shipped(), r), r.contract.currency);
        CHECK(sums.sum == r.totals.total);
        CHECK(sums.rows <= kDealRowsMax);
        CHECK(sums.whole);
    }
}

TEST_CASE("rows that would not add up never leave: a broken invariant") {
    Revision r = revision();
    ++r.lines[0].gross;
    CHECK_THROWS_AS(mapping::row_fields(shipped(), r), BrokenInvariant);
}

TEST_CASE("a long title is cut so that hours and rate still stand behind it") {
    Revision r = revision();
    std::string title;
    for (int i = 0; i < 400; ++i) title += "ё";
    r.lines[0].task_title = title;
    const auto document = json::Document::parse(mapping::row_fields(shipped(), r));
    const std::string name = *document->root()["rows"][std::size_t{0}]["productName"].string();
    CHECK(shorten(name, 250) == name);
    CHECK(name.substr(name.size() - 18) == " (3:30 h × 90.00)");
}

TEST_CASE("G20: a comment carries the key by which it is found again") {
    const auto comment =
        mapping::comment_fields(shipped(), "comment.sent", revision(), {17, 2}, "hb-77");
    CHECK(comment.fields == R"({"entityType":"deal","comment":""})");
    CHECK(needs_text(comment.needs) ==
          R"([{"parts":[{"text":"Report A-2026-0001 was sent to Acme: 5:00 h, 540.00 BYN. "},)"
          R"~({"link":{"n":2,"report":17}},{"text":" (hb-77)"}],"path":"/comment"}])~");
}

TEST_CASE("G26: marks are two texts, and an empty percent means that nothing was billed") {
    CHECK(mapping::mark_fields("UF_HB_PAID", "100", "UF_HB_REPORT", "A-2026-0001, A-2026-0002") ==
          R"({"UF_HB_PAID":"100","UF_HB_REPORT":"A-2026-0001, A-2026-0002"})");
    CHECK(mapping::mark_fields("UF_X", "", "UF_Y", "A-1") == R"({"UF_X":"","UF_Y":"A-1"})");
}

TEST_CASE("fields and stages are written as the connector takes them") {
    CHECK(mapping::task_field("UF_HB_PAID", "Paid, %", "Оплачено, %") ==
          R"({"name":"UF_HB_PAID","label":"Paid, % / Оплачено, %"})");
    CHECK(mapping::task_field("UF_HB_PAID", "Paid, %", "") ==
          R"({"name":"UF_HB_PAID","label":"Paid, %"})");
    CHECK(needs_text(mapping::failed_stage_fields({StageOf::Deal, "9"}).needs) ==
          R"([{"parts":[{"stage":{"category":"9","of":"deal","semantics":"F"}}],)"
          R"("path":"/stageId"}])");
    CHECK(mapping::stage_fields("C9:WON") == R"({"stageId":"C9:WON"})");
}
