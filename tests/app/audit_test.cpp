#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "app/program.h"
#include "audit/reader.h"
#include "base/text.h"

// R17 over books that the real program made against the real portal, deals, invoices and cards
// included.
namespace hb::test {
namespace {

struct Read {
    std::string problems;
    std::size_t reports = 0, recomputed = 0;
    Dump dump;
};

Read read_books(const std::string& file) {
    const auto db = store::Database::open_reader(file);
    REQUIRE(db.ok());
    Read out;
    out.dump = dump_of(**db);
    std::ifstream key(std::filesystem::path(file).replace_filename("secret.key"));
    key >> out.dump.secret_key;
    REQUIRE(!out.dump.secret_key.empty());
    AuditReader reader(out.dump);
    out.problems = join(reader.problems(), "\n");
    out.reports = reader.reports();
    out.recomputed = reader.recomputed();
    return out;
}

// The one file of books below `folder`.
std::string books_below(const std::string& folder) {
    std::string found;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder))
        if (file.path().filename() == "hourbridge.db") found = file.path();
    return found;
}

} // namespace

TEST_CASE("the demo's reports are recomputed to the cent from their audit rows (R17)") {
    const Folder folder;
    const std::string temporary = folder.path("tmp");
    std::filesystem::create_directory(temporary);
    const auto ended = folder.run({"demo", "--fast", "--keep"}, {{"TMPDIR", temporary}});
    INFO(ended.out << ended.err);
    REQUIRE(ended.code == 0);
    const auto books = read_books(books_below(temporary));
    CHECK(books.problems == "");
    CHECK(books.reports >= 3);
    CHECK(books.recomputed >= 3);
    CHECK(books.dump.find("lines", "kind", "adjustment") != nullptr);
    CHECK(books.dump.find("payments", "source", "hand") != nullptr);
    CHECK(books.dump.find("reports", "state", "paid") != nullptr);
}

TEST_CASE("deletions that a person accepted against the guard stand in the log (R17, rule 51)") {
    const Agency agency;
    for (int i = 0; i < 30; ++i) agency.add_entry(agency.first, 600, "2026-03-12");
    agency.begin();
    const auto entries = agency.run({"dump", "entries"});
    const auto rows = entries.root()["rows"];
    REQUIRE(rows.size() > 30);
    for (const auto row : rows)
        agency.portal->edit(
            [&](sandbox::State& state) { REQUIRE(state.erase_entry(number(row["remote_id"]))); });
    REQUIRE(agency.run({"sync", "--full"}).code == 1);
    const auto before = agency.run({"dump", "events"}).root()["rows"].size();
    REQUIRE(agency.run({"sync", "--full", "--accept-deletions"}).code == 0);
    const auto events = agency.run({"dump", "events"});
    REQUIRE(events.root()["rows"].size() == before + 1);
    const auto row = events.root()["rows"][before];
    CHECK(text(row["action"]) == "deletions.accepted");
    CHECK(text(row["actor"]).find("cli") == 0);
}

} // namespace hb::test
