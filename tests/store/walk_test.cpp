#include <catch2/catch.hpp>

#include <algorithm>

#include "books.h"
#include "store/marks.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

TEST_CASE("a full walk tells what it did not see; what is gone already is not told again") {
    Books books;
    books.keep_entries({entry("1", "5", 60), entry("2", "5", 60), entry("3", "5", 60),
                        entry("abc", "5", 60), entry("x-9", "5", 60)});
    books.tombstone("entries", {"3"});
    books.keep("entries", {kept(entry("1", "5", 90))}, {}, 4);
    books.keep("entries", {}, {"abc"}, 4);
    CHECK(books.sources.unseen(books.remote, "entries", 4) == std::vector<std::string>{"2", "x-9"});
    CHECK(books.sources.unseen(books.remote, "tasks", 4).empty());
}

TEST_CASE("what an earlier walk saw proves nothing for the next") {
    Books books;
    books.keep("entries", {kept(entry("1", "5", 60)), kept(entry("2", "5", 60))}, {}, 4);
    books.keep("entries", {}, {"1"}, 5);
    CHECK(books.sources.unseen(books.remote, "entries", 5) == std::vector<std::string>{"2"});
}

TEST_CASE("a walk over unchanged records writes one row a page, not one a record") {
    Books books;
    std::vector<domain::SourceEntry> many;
    std::vector<std::string> ids;
    for (int i = 0; i < 500; ++i) {
        ids.push_back(std::to_string(i));
        many.push_back(entry(ids.back(), "5", 60));
    }
    books.keep_entries(many);
    const std::int64_t before = books.db->total_changes();
    books.keep("entries", {}, ids, 4);
    CHECK(books.db->total_changes() == before + 1);
    CHECK(books.sources.unseen(books.remote, "entries", 4).empty());
}

TEST_CASE("numeric ids have marks of their own, and look-alikes differ") {
    CHECK(mark_of("7") == 7);
    CHECK(mark_of("0") == 0);
    CHECK(mark_of("07") != mark_of("7"));
    CHECK(mark_of("-7") != mark_of("7"));
    CHECK(mark_of("") != mark_of("0"));
}

TEST_CASE("marks come back as they were packed, neighbours in a byte each") {
    std::vector<std::uint64_t> marks{mark_of("abc"),   7, 1099511627776u, 0, 8, 9, 7,
                                     ~std::uint64_t{0}};
    std::vector<std::uint64_t> back;
    unpack_marks(pack_marks(marks), back);
    std::sort(marks.begin(), marks.end());
    CHECK(back == marks);
    CHECK(pack_marks({1000, 1001, 1002, 1003}).size() == 5);
    CHECK(pack_marks({}).empty());
}
