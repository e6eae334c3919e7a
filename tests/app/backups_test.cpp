#include <catch2/catch.hpp>

#include "app/backups.h"
#include "app/config_support.h"
#include "base/files.h"
#include "store/crm.h"

using namespace hb;
using namespace hb::app;

namespace {

Instant at(const char* text) {
    return *parse_instant(text);
}

std::vector<std::string> names(const std::vector<std::string>& paths) {
    std::vector<std::string> out;
    for (const auto& path : paths) out.push_back(path.substr(path.rfind('/') + 1));
    return out;
}

} // namespace

TEST_CASE("retention takes old copies away and never the newest good one") {
    std::vector<BackupFile> all = {{"/b/1", at("2026-03-01T02:30:00Z"), true},
                                   {"/b/2", at("2026-03-02T02:30:00Z"), true},
                                   {"/b/3", at("2026-03-03T02:30:00Z"), false},
                                   {"/b/20", at("2026-03-20T02:30:00Z"), true}};
    CHECK(names(outdated(all, 14, at("2026-03-20T03:00:00Z"))) ==
          std::vector<std::string>{"1", "2", "3"});
    all.pop_back(); // nothing good has been made since: the last good one stays for ever
    CHECK(names(outdated(all, 14, at("2026-06-20T03:00:00Z"))) ==
          std::vector<std::string>{"1", "3"});
    all[1].good = all[0].good = false;
    CHECK(names(outdated(all, 14, at("2026-06-20T03:00:00Z"))).size() == 3);
    CHECK(outdated(all, 14, at("2026-03-04T00:00:00Z")).empty());
}

TEST_CASE("the time of a backup is told by the clocks of its zone, also when they change") {
    const Zone zone = *Zone::find("Europe/Berlin");
    const std::chrono::minutes half_past_two{150};
    CHECK(last_time(half_past_two, zone, at("2026-03-05T01:30:00Z")) == at("2026-03-05T01:30:00Z"));
    CHECK(last_time(half_past_two, zone, at("2026-03-05T01:29:59Z")) == at("2026-03-04T01:30:00Z"));
    // The night in which that hour does not exist: the copy is made, an hour by the clock later.
    CHECK(last_time(half_past_two, zone, at("2026-03-29T12:00:00Z")) == at("2026-03-29T01:30:00Z"));
}

TEST_CASE("a backup brings its manifest and the documents, and only then counts as good (R15)") {
    const app::test::Folder folder;
    const std::string books = (folder.path / "hourbridge.db").string();
    const std::string documents = (folder.path / "documents").string();
    const std::string copies = (folder.path / "copies").string();
    auto db = store::Database::open_writer(books).value();
    REQUIRE(write_whole_file(documents + "/2026/act.pdf", "%PDF act").ok());
    {
        db->prepare("PRAGMA foreign_keys=OFF").run();
        store::Tx tx(*db);
        store::DocumentRow row;
        row.report = row.remote = 1;
        row.template_id = "11";
        row.remote_id = "5";
        row.state = "stored";
        row.file = "2026/act.pdf";
        row.sha256 = *sha256_of_file(documents + "/2026/act.pdf");
        row.bytes = 8;
        store::Documents(*db).add(row);
        tx.commit();
    }
    const Instant now = at("2026-03-05T02:30:00Z");
    const auto made = make_backup(*db, documents, copies, backup_name(now));
    INFO((made ? "" : to_string(made.error())));
    REQUIRE(made.ok());
    CHECK(made->documents == 1);
    CHECK(made->missing == 0);
    const auto listed = list_backups(copies);
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].at == now);
    CHECK(listed[0].good);
    const auto manifest = read_whole_file(made->file + ".sha256", 10000);
    REQUIRE(manifest.ok());
    CHECK(manifest->find("  hourbridge-20260305T023000Z.db\n") != std::string::npos);
    CHECK(manifest->find("  documents/2026/act.pdf\n") != std::string::npos);

    // The disk with the documents died; one file of the copy was changed by somebody.
    std::filesystem::remove_all(documents);
    auto back = bring_documents(*db, documents, copies);
    CHECK(back.copied == 1);
    CHECK(back.missing.empty());
    CHECK(*read_whole_file(documents + "/2026/act.pdf", 100) == "%PDF act");
    std::filesystem::remove_all(documents);
    REQUIRE(write_whole_file(copies + "/documents/2026/act.pdf", "%PDF bad").ok());
    back = bring_documents(*db, documents, copies);
    CHECK(back.copied == 0);
    CHECK(back.missing == std::vector<std::string>{"2026/act.pdf"});

    std::filesystem::remove(made->file + ".sha256");
    CHECK_FALSE(list_backups(copies)[0].good);
}
