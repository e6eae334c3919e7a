#include <catch2/catch.hpp>

#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace {

std::vector<domain::SourceEntry> many(int from, int count) {
    std::vector<domain::SourceEntry> out;
    for (int i = from; i < from + count; ++i) out.push_back(entry(std::to_string(i), "5", 60));
    return out;
}

} // namespace

TEST_CASE("a full disk is told, leaves the books as they were, and is got over (R13)") {
    const TempDir dir;
    Books books(Database::open_writer(dir.file("books.db")).value());
    books.keep_entries(many(0, 100));
    const std::string pages = books.raw_text("PRAGMA page_count");
    books.raw("PRAGMA max_page_count=" + pages);
    try {
        books.keep_entries(many(100, 2000));
        FAIL("the disk was not full");
    } catch (const StoreError& error) {
        CHECK(error.code == 13); // SQLITE_FULL
        CHECK_FALSE(error.unique_violation());
        CHECK(std::string(error.what()).find("full") != std::string::npos);
    }
    CHECK_FALSE(books.db->in_transaction());
    CHECK(books.sources.count_known(books.remote, "entries") == 100);
    auto reader = Database::open_reader(dir.file("books.db")).value();
    CHECK(Sources(*reader).count_known(books.remote, "entries") == 100);

    books.raw("PRAGMA max_page_count=1000000");
    CHECK(books.keep_entries(many(100, 2000)).added == 2000);
    CHECK(books.db->quick_check().ok());
}
