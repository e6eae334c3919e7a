#include "standby_books.h"

#include <filesystem>

#include <sqlite3.h>

#include "base/digest.h"
#include "base/files.h"
#include "store/rows.h"

namespace hb::store::test {

namespace fs = std::filesystem;

Story story_of(Database& db) {
    const auto n = first(db.prepare("SELECT max(n) FROM story"), only_integer).value_or(-1);
    std::string all;
    auto& rows = db.prepare("SELECT id, data FROM scratch ORDER BY id");
    const Finally end(rows);
    while (rows.step()) all += std::to_string(rows.integer(0)) + ":" + rows.text(1) + ";";
    return {n, sha256_hex(all)};
}

Followed::Followed(unsigned seed, LogTap::Limits limits) : random(seed) {
    db = Database::open_writer(dir.file("books.db")).value();
    {
        Tx tx(*db);
        db->prepare("CREATE TABLE scratch(id INTEGER PRIMARY KEY, data TEXT NOT NULL) STRICT")
            .run();
        db->prepare("CREATE TABLE story(n INTEGER PRIMARY KEY) STRICT").run();
        db->prepare("INSERT INTO story VALUES (0)").run();
        tx.commit();
    }
    db->prepare("PRAGMA cache_size=12").run(); // long transactions spill into the log
    note(*db);
    tap = LogTap::attach(*db, limits);
    fs::create_directories(dir.file("copies"));
}

Followed::~Followed() {
    standby.reset();
}

void Followed::note(Database& by) {
    const Story now = story_of(by);
    n = now.n;
    told_[now.n] = now.content;
}

void Followed::change(Database& by) {
    const auto id = static_cast<std::int64_t>(random() % 60);
    if (random() % 4 == 0) {
        by.prepare("DELETE FROM scratch WHERE id = :id").bind(":id", id).run();
        return;
    }
    const std::string data(random() % 5 == 0 ? random() % 30000 : random() % 900,
                           static_cast<char>('a' + random() % 26));
    by.prepare("INSERT OR REPLACE INTO scratch VALUES (:id, :data)")
        .bind(":id", id)
        .bind(":data", data + std::to_string(random()))
        .run();
}

void Followed::write(int rows, Database* by) {
    Database& writer = by != nullptr ? *by : *db;
    Tx tx(writer);
    for (int i = 0; i < rows; ++i) change(writer);
    writer.prepare("INSERT INTO story SELECT max(n) + 1 FROM story").run();
    tx.commit();
    note(writer);
    if (by == nullptr) own = n;
}

void Followed::roll_back(int rows) {
    Tx tx(*db);
    for (int i = 0; i < rows; ++i) change(*db);
}

void Followed::hold_reader() {
    auto reader = std::make_unique<Reader>();
    reader->db = Database::open_reader(dir.file("books.db")).value();
    reader->snapshot = std::make_unique<Snapshot>(*reader->db);
    (void)story_of(*reader->db);
    readers_.push_back(std::move(reader));
}

std::unique_ptr<Database> Followed::stranger() const {
    return Database::open_writer(dir.file("books.db")).value();
}

Standby::Options Followed::options() const {
    Standby::Options out;
    out.books = dir.file("books.db");
    out.file = file();
    out.fold_bytes = 300 << 10;
    out.gather_bytes = 64 << 10;
    out.at = moment;
    out.patience = std::chrono::milliseconds{0};
    return out;
}

bool Followed::start() {
    const auto now = own;
    standby.reset();
    standby = std::make_unique<Standby>(*tap, options());
    const auto done = standby->start();
    last_error = done ? "" : to_string(done.error());
    if (done) least = now;
    return done.ok();
}

bool Followed::ship() {
    const auto now = own;
    const auto done = standby->ship();
    last_error = done ? "" : to_string(done.error());
    if (done) least = now;
    return done.ok();
}

std::string Followed::copied(const std::string& name) const {
    const std::string to = dir.file(name);
    std::error_code none;
    for (const char* end : {"", "-wal", "-shm"}) fs::remove(to + end, none);
    for (const char* end : {"", "-wal"})
        if (fs::exists(file() + end)) fs::copy_file(file() + end, to + end);
    return to;
}

std::string Followed::wrong() const {
    if (!fs::exists(file())) return least < 0 ? "" : "there is no copy";
    return wrong_in(copied("look.db"));
}

std::string Followed::wrong_in(const std::string& copy) const {
    auto opened = Database::open_reader(copy);
    if (!opened) return to_string(opened.error());
    try {
        if (auto good = (*opened)->quick_check(); !good) return to_string(good.error());
        const Story story = story_of(**opened);
        const auto known = told_.find(story.n);
        if (known == told_.end()) return "nobody committed " + std::to_string(story.n);
        if (known->second != story.content)
            return "a state that never was, near commit " + std::to_string(story.n);
        if (story.n < least)
            return "commit " + std::to_string(story.n) + " although " + std::to_string(least) +
                   " was shipped";
    } catch (const StoreError& trouble) {
        return trouble.what();
    }
    return "";
}

std::int64_t Followed::held() const {
    auto opened = Database::open_reader(copied("held.db"));
    return opened ? story_of(**opened).n : -1;
}

} // namespace hb::store::test
