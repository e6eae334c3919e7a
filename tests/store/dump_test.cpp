#include <catch2/catch.hpp>

#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

std::string value(const std::vector<std::pair<std::string, std::string>>& row,
                  const std::string& column) {
    for (const auto& [name, text] : row)
        if (name == column) return text;
    return "no such column";
}

} // namespace

TEST_CASE("a dump shows rows in words: dates, times and states as people write them") {
    Books books;
    books.keep_entries({entry("1", "5", 60, parse_day("2026-03-05").value()),
                        entry("2", "5", 60, parse_day("2026-03-06").value())});
    books.add_report(books.add_company("12"));
    const auto entries = dump_table(*books.db, "entries", 1).value();
    REQUIRE(entries.size() == 1);
    CHECK(value(entries[0], "work_date") == "2026-03-05");
    CHECK(value(entries[0], "seen_at") == "1970-01-01T00:16:40Z");
    CHECK(value(entries[0], "at").empty());
    CHECK(value(entries[0], "seconds") == "60");
    const auto reports = dump_table(*books.db, "reports", 9).value();
    CHECK(value(reports.at(0), "state") == "draft");
}

TEST_CASE("a dump of the inbox tells a webhook's size and not its secrets") {
    Books books;
    Tx tx(*books.db);
    Inbox(*books.db).add({}, "d", "auth[application_token]=secret", at(1));
    const auto rows = dump_table(*books.db, "inbox", 9).value();
    CHECK(value(rows.at(0), "body") == "(30 bytes)");
}

TEST_CASE("an unknown table is told with those that exist") {
    auto db = Database::in_memory().value();
    const auto rows = dump_table(*db, "entries; DROP TABLE entries", 9);
    REQUIRE_FALSE(rows);
    CHECK(rows.error().code == Code::NotFound);
    CHECK(rows.error().hint.find("entry_revisions, ") != std::string::npos);
}
