#include <catch2/catch.hpp>

#include <csignal>
#include <sys/resource.h>

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

namespace {

// Files of this process may not grow beyond `bytes` while this lives.
class FileLimit {
public:
    explicit FileLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        const struct rlimit now { bytes, before_.rlim_max };
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FileLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FileLimit(const FileLimit&) = delete;
    FileLimit& operator=(const FileLimit&) = delete;

private:
    struct rlimit before_ {};
    void (*handler_)(int) = SIG_DFL;
};

} // namespace

TEST_CASE("a log that can't grow fails the commit whole, wherever in it the disk gives up (R8)") {
    const TempDir dir;
    Books books(Database::open_writer(dir.file("books.db")).value());
    books.db->checkpoint();
    int failed = 0;
    for (rlim_t room = 0; room < 400'000; room += 9'973) {
        const std::int64_t before = books.sources.count_known(books.remote, "entries");
        const FileLimit limit(room);
        try {
            books.keep_entries(many(failed * 500, 500));
            break;
        } catch (const StoreError&) {
            ++failed;
        }
        CHECK_FALSE(books.db->in_transaction());
        CHECK(books.sources.count_known(books.remote, "entries") == before);
    }
    CHECK(failed > 3);
    CHECK(books.keep_entries(many(100'000, 500)).added == 500);
    CHECK(books.db->quick_check().ok());
    for (const Check& check : verify_books(*books.db)) CHECK(check.ok);
}
