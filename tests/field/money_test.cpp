#include "base/text.h"
#include "case.h"
#include "desk/terms.h"
#include "domain/money.h"
#include "mapping/contract_file.h"

// Sums to the cent: each case of money.json, from time records to the draft and the deal's rows.
using namespace hb;
using field::load;
using test::World;

namespace {

struct Terms {
    std::string currency = "EUR", text;
};

Terms terms_of(const json::Value& one) {
    Terms out;
    if (!one["currency"].missing()) out.currency = one["currency"].text_view().value();
    if (const auto vat = one["vat"]; !vat.missing())
        out.text +=
            R"("vat":{"mode":)" + vat[std::size_t{0}].dump() + R"(,"rate":)" + vat[1].dump() + "},";
    if (const auto rounding = one["rounding"]; !rounding.missing())
        out.text += R"("rounding":{"level":)" + rounding[std::size_t{0}].dump() +
                    R"(,"step_minutes":)" + rounding[1].dump() + R"(,"mode":)" +
                    rounding[2].dump() + "},";
    return out;
}

// What applying a contract of that rate says; "" it was applied.
std::string apply(World& world, std::int64_t client, const Terms& terms, const std::string& rate) {
    const std::string text = R"({"client":"bitrix24:company:)" + std::to_string(client) +
                             R"(","valid_from":"2025-01-01","currency":")" + terms.currency +
                             "\"," + terms.text + R"("rates":[{"amount":")" + rate + "\"}]}";
    std::vector<mapping::FileProblem> problems;
    const auto parsed = mapping::parse_contract(text, "contract", {"Europe/Minsk", "en"}, problems);
    if (!parsed) return problems.empty() ? "refused" : to_string(problems.front());
    const auto applied =
        desk::apply_contract(*world.books, *parsed, {terms.currency}, false, world.actor);
    return applied ? "" : to_string(applied.error());
}

void put_entries(World& world, std::int64_t client, const json::Value& entries) {
    std::map<std::string, std::int64_t> tasks;
    const auto person = world.user("P");
    for (const json::Value& each : entries) {
        // [1, 600] or ["1, day 2", 600]
        const std::string name = each[std::size_t{0}].is_string()
                                     ? std::string(each[std::size_t{0}].text_view().value())
                                     : each[std::size_t{0}].dump();
        const auto comma = name.find(", day ");
        const std::string task = name.substr(0, comma);
        const std::string day = comma == std::string::npos ? "1" : name.substr(comma + 6);
        if (tasks.count(task) == 0)
            tasks[task] =
                world.task({"Task " + task, {"CO_" + std::to_string(client)}, {}, 0, 0, 5});
        world.entry(tasks[task], person, each[1].integer().value(),
                    "2026-06-1" + day + "T10:00:00+03:00");
    }
    REQUIRE(!world.pull().error);
}

std::vector<std::string> amounts(const domain::ReportView& view) {
    std::vector<std::string> out;
    for (const auto& line : view.lines)
        out.push_back(domain::format_amount(line.amount, view.currency));
    return out;
}

std::vector<std::string> texts(const json::Value& list) {
    std::vector<std::string> out;
    for (const json::Value& each : list) out.emplace_back(each.text_view().value());
    return out;
}

std::vector<std::string> row_prices(World& world) {
    const auto deals = world.deals();
    REQUIRE(deals.size() == 1);
    const auto answer = world.portal->handle(
        {"POST", "/rest/1/sandbox/crm.item.productrow.list", "", "application/json",
         R"({"filter":{"=ownerType":"D","=ownerId":)" + std::to_string(deals.front()) + "}}",
         "127.0.0.1"});
    const auto parsed = json::Document::parse(answer.body);
    std::vector<std::string> out;
    for (const json::Value& row : parsed->root()["result"]["productRows"])
        out.push_back(row["price"].dump());
    return out;
}

void check_view(World& world, std::int64_t report, const json::Value& wanted) {
    const auto view = world.books->show(report);
    REQUIRE(view.ok());
    const auto money = [&](std::int64_t minor) {
        return domain::format_amount(minor, view->currency);
    };
    for (const json::Value& each : wanted) {
        const std::string name(each.key());
        INFO(name);
        if (name == "lines") CHECK(amounts(*view) == texts(each));
        if (name == "vat") CHECK(money(view->totals.vat) == each.text_view().value());
        if (name == "subtotal") CHECK(money(view->totals.subtotal) == each.text_view().value());
        if (name == "total") CHECK(money(view->totals.total) == each.text_view().value());
        if (name == "billed_seconds") CHECK(view->billed_seconds == each.integer().value());
        if (name == "worked_seconds") CHECK(view->worked_seconds == each.integer().value());
    }
}

} // namespace

TEST_CASE("Field: sums to the cent, from time records to the deal") {
    const auto given = load("money");
    for (const json::Value& one : given.root()["cases"]) {
        INFO(one["name"].text_view().value());
        const json::Value wanted = one["expected"];
        World world;
        const auto client = world.company("Client 101");
        put_entries(world, client, one["entries_seconds"]);
        const Terms terms = terms_of(one);
        const std::string said =
            apply(world, client, terms, std::string(one["rate"].text_view().value()));
        if (!wanted["contract_apply"].missing()) {
            const std::string words(wanted["contract_apply"].text_view().value());
            CHECK(said.find(words.substr(words.find(": ") + 2)) != std::string::npos);
            continue;
        }
        REQUIRE(said.empty());
        const auto report = world.draft(client, "2026-06-01", "2026-06-30");
        check_view(world, report, wanted);
        for (const json::Value& each : wanted) { // "and_rate_123456789123456_12"
            const std::string name(each.key());
            if (name.rfind("and_rate_", 0) != 0) continue;
            std::string rate = name.substr(9);
            rate[rate.rfind('_')] = '.';
            CHECK(apply(world, client, terms, rate) != "");
        }
        if (wanted["crm_rows"].missing()) continue;
        world.send(report);
        world.agree(report);
        world.run();
        CHECK(world.state(report) == "invoiced");
        CHECK(row_prices(world) == texts(wanted["crm_rows"]));
    }
}
