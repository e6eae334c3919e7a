#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include "books.h"

using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace fs = std::filesystem;

TEST_CASE("a backup made while the books are used is whole, one file, and for its owner (R15)") {
    const TempDir dir;
    Books books(Database::open_writer(dir.file("books.db")).value());
    books.keep_entries({entry("1", "5", 3600)});
    auto reader = Database::open_reader(dir.file("books.db")).value();
    REQUIRE(books.db->backup_to(dir.file("copy.db")).ok());
    books.keep_entries({entry("2", "5", 60)});

    CHECK_FALSE(fs::exists(dir.file("copy.db-wal")));
    CHECK_FALSE(fs::exists(dir.file("copy.db.part")));
    struct stat info {};
    REQUIRE(::stat(dir.file("copy.db").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);

    Books copy(Database::open_writer(dir.file("copy.db")).value());
    CHECK(copy.get_entry("1").seconds == 3600);
    CHECK_FALSE(copy.sources.find_entry(domain::Ref{"planner", "entry", "2"}));
    CHECK(copy.db->quick_check().ok());
}

TEST_CASE("a backup replaces an older one of the same name, but never the books themselves") {
    const TempDir dir;
    Books books(Database::open_writer(dir.file("books.db")).value());
    std::ofstream(dir.file("copy.db")) << "old";
    CHECK(books.db->backup_to(dir.file("copy.db")).ok());
    CHECK(fs::file_size(dir.file("copy.db")) > 10000);
    CHECK_FALSE(books.db->backup_to(dir.file("books.db")).ok());
    CHECK(books.db->quick_check().ok());
}

TEST_CASE("a backup that can't be written says so and harms nothing") {
    const TempDir dir;
    Books books(Database::open_writer(dir.file("books.db")).value());
    const auto status = books.db->backup_to(dir.file("none/copy.db"));
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::Machine);
}

TEST_CASE("damage of the file is found by the quick check") {
    const TempDir dir;
    const std::string path = dir.file("books.db");
    {
        Books books(Database::open_writer(path).value());
        std::vector<domain::SourceEntry> many;
        for (int i = 0; i < 2000; ++i) many.push_back(entry(std::to_string(i), "5", 60));
        books.keep_entries(many);
        books.db->checkpoint();
    }
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(fs::file_size(path) / 2 / 8192 * 8192));
    file << std::string(8192, 'x');
    file.close();
    auto db = Database::open_writer(path).value();
    CHECK_FALSE(db->quick_check().ok());
    const auto status = db->backup_to(dir.file("copy.db"));
    CHECK_FALSE(status.ok());
    CHECK_FALSE(fs::exists(dir.file("copy.db")));
}
