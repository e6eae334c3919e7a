#include <catch2/catch.hpp>

#include "base/clock.h"
#include "books.h"
#include "dies.h"
#include "store/reader.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;
using hb::test::dies;

namespace {

std::int64_t known(const Reader& reader, const Books& books) {
    return Sources(reader.db()).count_known(books.remote, "entries");
}

} // namespace

TEST_CASE("a reader sees the books as they were when it was made, no matter who writes meanwhile") {
    const TempDir dir;
    Books books(Database::open_writer(dir.file("books.db")).value());
    Readers readers(dir.file("books.db"));
    books.keep_entries({entry("1", "5", 60)});
    const Reader before = readers.read();
    books.keep_entries({entry("2", "5", 60)});
    // Not read before the second commit, and still of the moment before it.
    CHECK(known(before, books) == 1);
    CHECK(known(readers.read(), books) == 2);
    {
        const Tx open(*books.db);
        CHECK(known(readers.read(), books) == 2); // no wait for an open transaction
    }
}

TEST_CASE("a reader can't write, and its connection is used again with a fresh snapshot") {
    const TempDir dir;
    Books books(Database::open_writer(dir.file("books.db")).value());
    Readers readers(dir.file("books.db"), 1);
    const Database* first = nullptr;
    {
        const Reader reader = readers.read();
        first = &reader.db();
        CHECK_THROWS_AS(reader.db().prepare("DELETE FROM remotes").run(), StoreError);
    }
    books.keep_entries({entry("1", "5", 60)});
    const Reader again = readers.read();
    CHECK(&again.db() == first);
    CHECK(known(again, books) == 1);
}

TEST_CASE("books that can't be read are an error of every reader, not a wait") {
    const TempDir dir;
    Readers readers(dir.file("nothing.db"));
    CHECK_THROWS_AS(readers.read(), StoreError);
    CHECK_FALSE(Held::by_this_thread());
}

TEST_CASE("a thread with a transaction or a reader's snapshot may not wait: the program ends") {
    const TempDir dir;
    Books books(Database::open_writer(dir.file("books.db")).value());
    Readers readers(dir.file("books.db"));
    ManualClock clock(Instant{});
    CHECK(dies([&] {
        const Tx tx(*books.db);
        clock.wait_until(Instant{});
    }));
    CHECK(dies([&] {
        const Reader reader = readers.read();
        clock.wait_until(Instant{});
    }));
    {
        Tx committed(*books.db);
        committed.commit();
        clock.wait_until(Instant{});
    }
    { const Tx given_up(*books.db); }
    { const Reader ended = readers.read(); }
    clock.wait_until(Instant{});
    CHECK_FALSE(Held::by_this_thread());
}
