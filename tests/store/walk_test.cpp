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

TEST_CASE("marks come back as they were packed, neighbours in a few bytes together") {
    const std::uint64_t top = ~std::uint64_t{0};
    const auto runs_of = [](const std::vector<std::uint64_t>& marks) {
        std::vector<MarkRun> runs;
        unpack_marks(pack_marks(marks), runs);
        return runs;
    };
    const std::uint64_t abc = mark_of("abc");
    CHECK(runs_of({abc, 7, 1099511627776u, 0, 8, 9, 7, top}) ==
          std::vector<MarkRun>{
              {0, 0}, {7, 9}, {1099511627776u, 1099511627776u}, {abc, abc}, {top, top}});
    CHECK(runs_of({0, 1, 2}) == std::vector<MarkRun>{{0, 2}});
    CHECK(runs_of({5, 7, 8, 11}) == std::vector<MarkRun>{{5, 5}, {7, 8}, {11, 11}});
    CHECK(runs_of({top}) == std::vector<MarkRun>{{top, top}});
    std::vector<std::uint64_t> page;
    for (std::uint64_t id = 1'000'000; id < 1'002'500; ++id) page.push_back(id);
    CHECK(pack_marks(page).size() == 6); // three bytes of an id, a sign, two of a count
    CHECK(pack_marks({}).empty());
}

TEST_CASE("what many pages saw is looked up as if each mark were kept") {
    std::vector<MarkRun> runs{{50, 60}, {1, 3}, {4, 4}, {61, 70}, {55, 56}, {0, 0}, {90, 90}};
    join_runs(runs);
    CHECK(runs == std::vector<MarkRun>{{0, 4}, {50, 70}, {90, 90}});
    for (std::uint64_t mark = 0; mark < 100; ++mark)
        CHECK(holds(runs, mark) == (mark <= 4 || (mark >= 50 && mark <= 70) || mark == 90));
    CHECK_FALSE(holds({}, 1));
}
