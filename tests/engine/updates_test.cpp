// An update of the program is no change of a bill (G65), and what is not there adds nothing to the
// text that clients agree to (G66): tried on books that older versions left.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/digest.h"
#include "base/text.h"
#include "desk/reports.h"
#include "domain/canonical.h"
#include "lanes/service.h"
#include "mapping/shipped.h"
#include "store/connection.h"
#include "store/draft_moves.h"
#include "store/link_rules.h"

using namespace hb;

namespace {

std::string file_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// Tells every record that the books hold, as they hold it; with hashes made another way.
class Echo final : public connector::Connector {
public:
    Echo(store::Database& db, std::int64_t remote) : db_(db), remote_(remote) {
        capabilities_.streams = {"users", "groups", "companies", "deals", "tasks", "entries"};
        capabilities_.proofs["entries"] = domain::Proof::Id;
    }
    const connector::Capabilities& capabilities() const override { return capabilities_; }
    std::string account() const override { return "echo"; }
    Instant earliest() const override { return Instant{}; }
    connector::Counters counters() const override { return {}; }
    Result<domain::Page> read(const domain::ReadRequest& request) override {
        domain::Page page;
        const auto row = store::prepare_once(
            db_, "SELECT remote_id, text FROM records WHERE gone = 0 AND remote = " +
                     std::to_string(remote_) + " AND stream = '" + request.stream + "'");
        while (row->step()) {
            domain::SourceRecord record{request.stream, row->text(0), row->text(1), ""};
            record.hash = sha256_hex("made otherwise" + record.text);
            page.records.push_back(std::move(record));
        }
        page.complete = true;
        page.requests = 1;
        return page;
    }
    domain::WriteResult write(const domain::WriteOp&) override { return {}; }
    Result<std::vector<std::string>> find(const domain::WriteOp&) override { return silent(); }
    Result<std::string> read_back(const domain::WriteOp&) override { return silent(); }
    Result<domain::DealState> read_deal(std::string_view) override { return silent(); }
    Result<std::string> deal_stage(std::string_view, std::string_view) override { return silent(); }
    Result<std::vector<std::string>> currencies() override { return silent(); }
    connector::CheckReport check() override { return {}; }
    std::string task_url(std::string_view, std::string_view, std::string_view) const override {
        return "";
    }

private:
    static Error silent() { return {Code::Remote, "nobody is there", "", ""}; }
    store::Database& db_;
    std::int64_t remote_;
    connector::Capabilities capabilities_;
};

struct Updated {
    std::string path;
    std::unique_ptr<store::Database> db;
    ManualClock clock{*parse_instant("2026-12-15T09:00:00Z")};
    CountingIds ids;
    std::unique_ptr<store::Tables> tables;
    std::unique_ptr<books::Books> books;
    std::unique_ptr<lanes::Service> service;

    // `more`: SQL for the old books, before today's program opens them.
    explicit Updated(const std::string& sample, const std::string& more = "") {
        std::string folder =
            (std::filesystem::temp_directory_path() / "hourbridge-updates-XXXXXX").string();
        REQUIRE(mkdtemp(folder.data()) != nullptr);
        path = folder + "/books.db";
        {
            auto old = store::Access::connect(path, 0x2 | 0x4);
            store::execute(*old, file_text(HB_SOURCE_DIR "/tests/store/samples/" + sample));
            if (!more.empty()) store::execute(*old, more);
        }
        auto opened = store::Database::open_writer(path);
        REQUIRE(opened.ok());
        db = std::move(*opened);
        books::Settings settings;
        settings.zone = *Zone::find("Europe/Minsk");
        settings.crm_remote = "bitrix24";
        settings.key = Secret("test key");
        tables = std::make_unique<store::Tables>(*db);
        books = std::make_unique<books::Books>(*db, clock, ids, settings);
        for (const auto& row : tables->sources.remotes()) {
            auto remote = std::make_unique<books::RemoteRuntime>();
            remote->row = row;
            remote->connector = std::make_unique<Echo>(*db, row.id);
            std::vector<mapping::FileProblem> problems;
            remote->mapping = std::make_unique<mapping::Mapping>(*mapping::Mapping::parse(
                mapping::shipped_mapping(row.connector), row.connector, problems));
            books->remotes.push_back(std::move(remote));
        }
        service = std::make_unique<lanes::Service>(*books);
    }
    ~Updated() {
        service.reset();
        books.reset();
        tables.reset();
        db.reset();
        std::error_code ignored;
        std::filesystem::remove_all(std::filesystem::path(path).parent_path(), ignored);
    }

    void pull() {
        clock.advance(std::chrono::hours{1});
        lanes::PullOptions options;
        options.full = true;
        for (auto& remote : books->remotes) {
            const auto told = service->pull(*remote, options);
            REQUIRE_FALSE(told.error);
            CHECK_FALSE(told.stopped);
        }
    }
    std::string table(const std::string& sql) {
        std::string out;
        const auto row = store::prepare_once(*db, sql);
        while (row->step()) out += row->text(0) + "\n";
        return out;
    }
    // What was sent, what drifted, what is late, what was proposed.
    std::string sent() {
        return table("SELECT id || ' ' || state || ' ' || total || ' ' || drifted || ' ' || "
                     "worked_seconds FROM reports WHERE state > 0 ORDER BY id") +
               table("SELECT id || ' ' || delta_amount || ' ' || coalesce(decision, '-') FROM "
                     "adjustments ORDER BY id") +
               table("SELECT report || ' ' || hash FROM revisions ORDER BY report, n") +
               table("SELECT entry || ' ' || decision FROM late_decisions ORDER BY entry");
    }
    std::string facts() {
        return table("SELECT id || ' ' || revision || ' ' || seconds || ' ' || work_date || ' ' || "
                     "coalesce(client, 0) FROM entries ORDER BY id") +
               table("SELECT stream || ' ' || remote_id || ' ' || hash || ' ' || "
                     "coalesce(problem, '') FROM records ORDER BY stream, remote_id") +
               table("SELECT id || ' ' || total FROM reports ORDER BY id");
    }
};

// A time record that 0.1.0 could not read, since it holds more than a day.
constexpr const char* kLongRecord =
    "INSERT INTO records(remote, stream, remote_id, problem, seen_at, hash, text) SELECT 1, "
    "'entries', '990026', 'at /SECONDS: expected at most 86400 seconds', 1796025920355, 'x', "
    "replace(replace(text, '\"ID\":\"' || remote_id || '\"', '\"ID\":\"990026\"'), "
    "'\"SECONDS\":\"' || json_extract(text, '$.SECONDS') || '\"', '\"SECONDS\":\"93600\"') "
    "FROM records WHERE stream = 'entries' AND problem IS NULL ORDER BY remote_id LIMIT 1;";

} // namespace

TEST_CASE(
    "books of older versions that are read anew make no correction, no drift and no late row, "
    "and the second reading writes nothing (G65)") {
    for (const char* sample : {"books_of_schema_1.sql", "books_of_schema_4.sql"}) {
        INFO(sample);
        Updated updated(sample);
        const auto before = updated.sent();
        REQUIRE(before != "");
        std::int64_t late = 0, corrections = 0;
        for (const auto& row : updated.books->late({}, true))
            if (row.kind == "adjustment") ++late;
        updated.pull();
        CHECK(updated.sent() == before);
        // Free time may get another day by the rule of contract versions (G52), and be late by
        // that.
        for (const auto& row : updated.books->late({}, true))
            if (row.kind == "adjustment") ++corrections;
        CHECK(corrections == late);
        const auto after = updated.facts();
        CHECK(updated.table("SELECT count(*) || '' FROM free_moves") == "0\n");
        CHECK(updated.table("SELECT count(*) || '' FROM waiting") == "0\n");
        updated.pull();
        CHECK(updated.facts() == after);
        CHECK(updated.table("SELECT (SELECT count(*) FROM entries_before) || (SELECT count(*) FROM "
                            "tasks_before) || (SELECT count(*) FROM draft_moves)") == "000\n");
        CHECK(updated.sent() == before);
        for (const auto& check : store::verify_books(*updated.db)) {
            INFO(check.name << ": " << check.detail);
            CHECK(check.ok);
        }
    }
}

TEST_CASE("a record of more than a day that an older version could not read waits, and moves no "
          "bill (G54, G65)") {
    Updated updated("books_of_schema_4.sql", kLongRecord);
    REQUIRE(updated.tables->sources.count_problems(1, "entries") > 0);
    const auto before = updated.sent();
    updated.pull();
    CHECK(updated.sent() == before);
    const auto row = updated.tables->sources.find_entry(domain::Ref{"bitrix24", "entry", "990026"});
    REQUIRE(row);
    CHECK(row->seconds == 93600);
    CHECK_FALSE(row->live_report);
}

TEST_CASE(
    "links, link rules and late decisions of an older version stand after everything was read "
    "anew, and the next report acts upon them (G65)") {
    Updated updated("books_of_schema_4.sql");
    const auto decided = [&] {
        return updated.table("SELECT json_array(id, subject, target, valid_from, removed_at) FROM "
                             "links ORDER BY id") +
               updated.table("SELECT json_array(id, place, what, by, pattern, company, person, "
                             "removed_at) FROM link_rules ORDER BY id") +
               updated.table("SELECT json_array(entry, decision, reason) FROM late_decisions "
                             "ORDER BY entry") +
               updated.table("SELECT json_array(remote_id, client, two_clients) FROM tasks "
                             "ORDER BY id"); // whom rules join is worked out anew by each pull
    };
    const auto before = decided();
    updated.pull();
    updated.pull();
    CHECK(decided() == before);
    // A rule of theirs, a link and each decision, as people see them.
    CHECK(store::LinkRules(*updated.db).all().size() == 3);
    CHECK(updated.tables->sources.links().size() == 4);
    std::string late;
    for (const auto& row : updated.books->late({}, true))
        if (row.kind == "entry") late += row.ref + " " + row.decision.value_or("waits") + ";";
    CHECK(late == "bitrix24:entry:23 waits;bitrix24:entry:24 write_off;"
                  "bitrix24:entry:25 next_report;");
    domain::Filter filter;
    filter.company = {"bitrix24", "company", "1"};
    filter.from = *parse_day("2026-09-01");
    filter.to = *parse_day("2026-09-30");
    const auto made = desk::create(*updated.books, filter, {"ann"});
    INFO((made ? "" : to_string(made.error())));
    REQUIRE(made.ok());
    CHECK(made->view.worked_seconds == 1200); // for the next report; written off is not billed
}

TEST_CASE(
    "the frozen text of older reports has the bytes that today's program would freeze (G66)") {
    for (const auto& [sample, least] :
         {std::pair{"books_of_schema_1.sql", 1}, std::pair{"books_of_schema_4.sql", 6}}) {
        INFO(sample);
        Updated updated(sample);
        updated.pull();
        std::int64_t seen = 0;
        for (const auto& row : updated.tables->reports.list(std::nullopt, std::nullopt)) {
            if (row.revision == 0 || !domain::was_sent(row.state)) continue;
            const auto frozen = updated.tables->reports.find_revision(row.id, row.revision);
            REQUIRE(frozen);
            for (const char* member : {"long_seconds", "unread_records", "long_records", "words"})
                CHECK(frozen->canonical.find(std::string("\"") + member + "\"") ==
                      std::string::npos);
            CHECK(domain::hash_of(frozen->canonical) == frozen->hash);
            ++seen;
        }
        CHECK(seen >= least);
    }
    domain::Completeness rows;
    rows.source_seconds = 60;
    const std::string plain = domain::json_of(rows);
    CHECK(plain.find("long") == std::string::npos);
    CHECK(plain.find("unread") == std::string::npos);
    rows.long_seconds = 90000;
    CHECK(domain::json_of(rows).find("\"long_seconds\":90000") != std::string::npos);
}
