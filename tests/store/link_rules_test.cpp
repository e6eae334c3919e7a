#include <catch2/catch.hpp>

#include "books.h"
#include "store/link_rules.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;
using domain::LinkRule;

namespace {

LinkRuleRow row(std::int64_t remote, LinkRule::By by, const std::string& pattern,
                std::optional<std::int64_t> to = {},
                LinkRule::What what = LinkRule::What::Project) {
    return {remote,
            {0, what, by, by == LinkRule::By::Field ? "/client" : "", pattern, to},
            "why",
            "admin",
            at(5)};
}

std::string order(LinkRules& rules) {
    std::string out;
    for (const auto& each : rules.all()) out += std::to_string(each.rule.number) + " ";
    return out;
}

} // namespace

TEST_CASE("rules are in the order in which they were put, and never change or go (G13)") {
    Books books;
    const auto client = books.add_company("12");
    Tx tx(*books.db);
    LinkRules rules(*books.db);
    CHECK_FALSE(rules.any());
    const auto first = rules.add(row(books.remote, LinkRule::By::Name, ""), {});
    const auto second = rules.add(row(books.remote, LinkRule::By::Key, "A*", client), {});
    const auto third = rules.add(row(books.remote, LinkRule::By::Field, "* / *"), first);
    CHECK(order(rules) == "3 1 2 ");
    const auto kept = *rules.find(second);
    CHECK(kept.rule.by == LinkRule::By::Key);
    CHECK(kept.rule.pattern == "A*");
    CHECK(kept.rule.to == client);
    CHECK(kept.actor == "admin");
    CHECK(kept.at == at(5));
    CHECK(rules.find(third)->rule.at == "/client");
    CHECK_FALSE(rules.find(first)->rule.to);
    CHECK_FALSE(rules.any_by_email());

    CHECK(rules.remove(first, "other admin", at(9)));
    CHECK_FALSE(rules.remove(first, "other admin", at(9)));
    CHECK_FALSE(rules.find(first));
    CHECK(order(rules) == "3 2 ");
    CHECK(rules.add(row(books.remote, LinkRule::By::Name, ""), {}) == 4); // no number again
    CHECK(books.raw_text("SELECT removed_by FROM link_rules WHERE id = 1") == "other admin");
    CHECK_THROWS_AS(books.raw("DELETE FROM link_rules"), std::exception);
    CHECK_THROWS_AS(books.raw("UPDATE link_rules SET pattern = 'B*' WHERE id = 2"), std::exception);
    CHECK_THROWS_AS(books.raw("UPDATE link_rules SET removed_at = NULL WHERE id = 1"),
                    std::exception);
}

TEST_CASE("the same rule does not stand twice (G13)") {
    Books books;
    Tx tx(*books.db);
    LinkRules rules(*books.db);
    const auto first = rules.add(row(books.remote, LinkRule::By::Name, ""), {});
    CHECK_THROWS_AS(rules.add(row(books.remote, LinkRule::By::Name, ""), {}), StoreError);
    rules.remove(first, "admin", at(6));
    CHECK(rules.add(row(books.remote, LinkRule::By::Name, ""), {}) > first);
}

TEST_CASE("what rules look at is kept by record, and written only when it differs") {
    Books books;
    Tx tx(*books.db);
    LinkRules rules(*books.db);
    rules.keep_values(books.remote, "groups", "/client", "7", {"Acme", "12"});
    rules.keep_values(books.remote, "groups", "/client", "8", {"Zen"});
    rules.keep_values(books.remote, "groups", "key", "7", {"ACME"});
    const auto before = books.db->total_changes();
    rules.keep_values(books.remote, "groups", "/client", "7", {"Acme", "12"});
    rules.keep_values(books.remote, "groups", "/client", "9", {});
    CHECK(books.db->total_changes() == before);
    CHECK(rules.values(books.remote, "groups", "/client") ==
          LinkRules::Values{{"7", {"Acme", "12"}}, {"8", {"Zen"}}});
    rules.keep_values(books.remote, "groups", "/client", "7", {"Acme"});
    CHECK(rules.values_of(books.remote, "groups", "/client", "7") ==
          std::vector<std::string>{"Acme"});
    rules.forget_values(books.remote, "groups", "/client");
    CHECK(rules.values(books.remote, "groups", "/client").empty());
    CHECK(rules.values(books.remote, "groups", "key").size() == 1);
}

TEST_CASE("time without a client is counted by project, and by task where there is none") {
    Books books;
    auto task = [](const char* id, const char* project) {
        domain::SourceTask out = store::test::task(id);
        out.project = project;
        return kept(out);
    };
    books.keep("tasks", {task("1", "70"), task("2", "70"), task("3", ""), task("4", "71")});
    books.keep_entries({entry("1", "1", 100), entry("2", "2", 50), entry("3", "3", 30),
                        entry("4", "4", 900), entry("5", "1", 0)});
    books.give("4", books.add_company("12"));
    const auto rows = LinkRules(*books.db).waiting();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].project == "70");
    CHECK(rows[0].tasks == 2);
    CHECK(rows[0].entries == 2);
    CHECK(rows[0].seconds == 150);
    CHECK(rows[1].project.empty());
    CHECK(rows[1].task == "3");
}
