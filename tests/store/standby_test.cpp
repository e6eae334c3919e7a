#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/files.h"
#include "standby_books.h"
#include "store/restore.h"

// R15: a copy that follows the books. Each look is at a copy of its two files, opened by SQLite.
using namespace hb;
using namespace hb::store;
using namespace hb::store::test;

namespace fs = std::filesystem;

namespace {

struct Cut {}; // the process dies here

constexpr std::uintmax_t kLogHeader = 32; // of SQLite's log, before its first page

int setting(const char* name, int otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr ? std::atoi(value) : otherwise;
}

std::string log_bytes(const Followed& books) {
    const auto bytes = read_whole_file(books.file() + "-wal", 1u << 30);
    return bytes ? *bytes : "";
}

void put(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

// A checkpoint that leaves the log as it is, for the next writer to begin anew.
void bring_in(Database& db) {
    auto& pragma = db.prepare("PRAGMA wal_checkpoint(PASSIVE)");
    pragma.step();
    pragma.reset();
}

// Nothing of a file may lie beyond `bytes`: as a disk that is full.
class Full {
public:
    explicit Full(std::uint64_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit now{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~Full() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    Full(const Full&) = delete;
    Full& operator=(const Full&) = delete;

private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

} // namespace

TEST_CASE(
    "a standby copy is the books as they were at the last ship, and costs what changed (R15)") {
    Followed books(1);
    books.write(40);
    REQUIRE(books.start());
    CHECK(books.wrong() == "");
    CHECK(books.held() == books.n);
    CHECK_FALSE(fs::exists(books.file() + "-wal"));
    const auto base = books.standby->counts().written;
    books.write(1);
    books.write(1);
    CHECK(books.held() == books.n - 2);
    REQUIRE(books.ship());
    CHECK(books.held() == books.n);
    CHECK(books.wrong() == "");
    CHECK(books.standby->counts().written - base < 120'000);
    // Nothing new: nothing is written.
    const auto before = books.standby->counts().written;
    REQUIRE(books.ship());
    CHECK(books.standby->counts().written == before);
    CHECK(log_bytes(books).size() > 8192);
    // A page that was written a hundred times since the last ship is written to the copy once.
    for (int i = 0; i < 25; ++i) books.write(0);
    const auto size = log_bytes(books).size();
    REQUIRE(books.ship());
    CHECK(log_bytes(books).size() - size <= 3 * (8192 + 24));
    CHECK(books.wrong() == "");
}

TEST_CASE("random lives: whatever the writer, readers, strangers and kills do, the standby copy is "
          "a state that was committed, and none before the last ship (R15)") {
    const int lives = setting("HB_STANDBY_LIVES", 40);
    const auto seed = static_cast<unsigned>(setting("HB_SEED", 1));
    std::map<std::string, int> seen;
    for (int life = 0; life < lives; ++life) {
        Followed books(seed + static_cast<unsigned>(life));
        auto& random = books.random;
        bool alive = false;
        int until_cut = 0; // moments; 0: nobody dies
        books.moment = [&](std::string_view) {
            // The writer goes on while the copy is being made.
            if (random() % 3 == 0) books.write(1 + static_cast<int>(random() % 8));
            if (until_cut > 0 && --until_cut == 0) throw Cut{};
        };
        for (int step = 0; step < 60; ++step) {
            const auto what = random() % 100;
            try {
                if (what < 40) {
                    books.write(static_cast<int>(random() % 12));
                } else if (what < 44) {
                    books.write(60);
                } else if (what < 48) {
                    books.roll_back(30);
                } else if (what < 52) {
                    books.hold_reader();
                } else if (what < 58) {
                    books.release_readers();
                } else if (what < 61) {
                    books.release_readers();
                    books.db->checkpoint();
                } else if (what < 63) {
                    const auto stranger = books.stranger();
                    if (random() % 2 == 0) books.write(2, stranger.get());
                    books.release_readers();
                    if (random() % 3 == 0)
                        stranger->checkpoint();
                    else if (random() % 2 == 0)
                        bring_in(*stranger);
                } else {
                    if (random() % 8 == 0) until_cut = 1 + static_cast<int>(random() % 6);
                    const bool good = alive ? books.ship() : books.start();
                    if (!good) ++seen[books.last_error];
                    ++seen[good ? (alive ? "shipped" : "started") : "failed"];
                    alive = good;
                    until_cut = 0;
                }
            } catch (const Cut&) {
                ++seen["killed"];
                books.standby.reset();
                alive = false;
                until_cut = 0;
            }
            INFO("HB_SEED=" << seed + static_cast<unsigned>(life) << " step " << step << " what "
                            << what);
            REQUIRE(books.wrong() == "");
        }
    }
    for (const auto& [what, count] : seen) std::printf("standby: %5d x %s\n", count, what.c_str());
    CHECK(seen["shipped"] > lives * 5);
    CHECK(seen["started"] > lives);
    CHECK(seen["killed"] > 0);
    CHECK(seen["failed"] > 0);
}

TEST_CASE("killed between any two steps of a new copy, the old one or the new one is there, whole "
          "(R15)") {
    int cuts = 0;
    for (int cut = 1;; ++cut) {
        Followed books(7);
        books.write(60);
        REQUIRE(books.start());
        books.write(5);
        REQUIRE(books.ship()); // the old copy has a log of its own
        REQUIRE_FALSE(log_bytes(books).empty());
        books.write(5);
        int seen = 0;
        books.moment = [&](std::string_view) {
            books.write(1);
            if (++seen == cut) throw Cut{};
        };
        bool died = false;
        try {
            const bool started = books.start();
            REQUIRE(started);
        } catch (const Cut&) {
            died = true;
        }
        INFO("cut " << cut);
        CHECK(books.wrong() == "");
        if (!died) break;
        ++cuts;
        books.moment = nullptr;
        REQUIRE(books.start()); // the next life of the service
        CHECK(books.held() == books.n);
        CHECK(books.wrong() == "");
        CHECK_FALSE(fs::exists(books.file() + ".part"));
    }
    CHECK(cuts >= 8);
}

TEST_CASE("an append that is cut off at any byte, or torn in any sector, is none at all (R15)") {
    Followed books(3);
    books.write(20);
    REQUIRE(books.start());
    books.write(1);
    REQUIRE(books.ship());
    const std::string before = log_bytes(books);
    const auto held = books.held();
    books.write(1);
    REQUIRE(books.ship());
    const std::string after = log_bytes(books);
    REQUIRE(after.rfind(before, 0) == 0);
    books.least = held;

    const std::string log = books.dir.file("torn-wal");
    const std::string cut_file = books.dir.file("cut.db");
    const auto frames_of = [&](const std::string& bytes) {
        put(log, bytes);
        const int file = ::open(log.c_str(), O_RDONLY | O_CLOEXEC);
        const auto end = find_log_end(file);
        ::close(file);
        return end ? end->frames : 0;
    };
    const auto read_by_sqlite = [&](const std::string& bytes) {
        const std::string copy = books.copied("cut.db");
        put(copy + "-wal", bytes);
        return books.wrong_in(copy);
    };
    const auto whole = frames_of(before);
    for (std::size_t size = before.size(); size < after.size(); ++size) {
        const std::string cut = after.substr(0, size);
        if (frames_of(cut) != whole) FAIL("cut at byte " << size);
        if (size % 211 == 0) REQUIRE(read_by_sqlite(cut) == "");
    }
    for (std::size_t at = before.size(); at < after.size(); at += 512) {
        std::string torn = after;
        for (std::size_t i = at; i < std::min(at + 512, torn.size()); ++i) torn[i] = '\0';
        if (torn == after) continue;
        if (frames_of(torn) != whole) FAIL("torn at byte " << at);
        REQUIRE(read_by_sqlite(torn) == "");
    }
    CHECK(frames_of(after) > whole);
}

TEST_CASE(
    "a folder that is full, vanishes, or a copy that somebody opens: said, and fixed by a new "
    "copy (R15)") {
    Followed books(4);
    books.write(30);
    REQUIRE(books.start());
    books.write(3);
    REQUIRE(books.ship());
    books.write(10);

    SECTION("full while appending") {
        const Full full(log_bytes(books).size() + 5000);
        CHECK_FALSE(books.ship());
        CHECK(books.last_error.find("can't be written") != std::string::npos);
    }
    SECTION("full while a new copy is made: the old one stays") {
        const Full full(20'000);
        CHECK_FALSE(books.start());
        CHECK_FALSE(fs::exists(books.file() + ".part"));
    }
    SECTION("vanished") {
        fs::remove_all(books.dir.file("copies"));
        CHECK_FALSE(books.ship());
        CHECK_FALSE(books.start());
        fs::create_directories(books.dir.file("copies"));
        books.least = -1;
    }
    SECTION("opened by a program of somebody else, which brings the log in") {
        { CHECK(story_of(*Database::open_writer(books.file()).value()).n > 0); }
        CHECK_FALSE(fs::exists(books.file() + "-wal"));
        CHECK_FALSE(books.ship());
        CHECK(books.last_error.find("somebody else has changed") != std::string::npos);
    }
    SECTION("overwritten by garbage") {
        put(books.file(), std::string(100'000, 'x'));
        books.least = -1;
        REQUIRE(books.start());
    }
    if (fs::exists(books.file())) CHECK(books.wrong() == "");
    (void)books.ship();
    REQUIRE(books.start());
    CHECK(books.held() == books.n);
    CHECK(books.wrong() == "");
}

TEST_CASE("another process that checkpoints and lets the log begin anew is noticed (R15)") {
    Followed books(5);
    books.write(30);
    REQUIRE(books.start());
    books.write(3);
    {
        const auto stranger = books.stranger();
        books.write(2, stranger.get()); // nobody told the tap
        stranger->checkpoint();
    }
    books.write(3);
    CHECK_FALSE(books.ship());
    CHECK(books.last_error.find("somebody else") != std::string::npos);
    CHECK(books.wrong() == "");
    REQUIRE(books.start());
    CHECK(books.held() == books.n);
    CHECK(books.wrong() == "");
}

TEST_CASE("what another process has written is not lost when the own one truncates the log (R15)") {
    Followed books(11);
    books.write(5);
    REQUIRE(books.start());
    books.write(1, books.stranger().get());
    books.db->checkpoint();
    books.write(1);
    CHECK_FALSE(books.ship());
    CHECK(books.wrong() == "");
    REQUIRE(books.start());
    CHECK(books.held() == books.n);
}

TEST_CASE("what another process has written and brought into the file is in no new copy by halves "
          "(R15)") {
    for (const bool truncates : {false, true}) {
        Followed books(10);
        books.write(60);
        const auto stranger = books.stranger();
        books.write(40, stranger.get());
        if (truncates)
            stranger->checkpoint();
        else
            bring_in(*stranger);
        // The tap knows nothing of it. Without a log the file is all there is.
        CHECK(books.start() == truncates);
        CHECK(books.wrong() == "");
        books.write(1);
        REQUIRE(books.start());
        CHECK(books.held() == books.n);
        CHECK(books.wrong() == "");
    }
}

TEST_CASE("the follower hangs: the writer goes on, its log is used again, and what is kept in "
          "memory is bounded (R15)") {
    Followed books(6);
    REQUIRE(books.start());
    int wakes = 0;
    books.tap->on_backlog([&] { ++wakes; });
    // The file is used again, not cut: it is as long as the making of the schema left it.
    const std::uintmax_t at_first = fs::file_size(books.dir.file("books.db-wal"));
    std::uintmax_t longest = 0;
    for (int i = 0; i < 600; ++i) {
        books.write(4);
        longest = std::max(longest, fs::file_size(books.dir.file("books.db-wal")));
    }
    CHECK(wakes >= 1);
    // Twice the usual length, and a transaction, whose pages are written more than once when they
    // do not fit into the small cache.
    INFO("at first " << at_first);
    CHECK(longest <= std::max<std::uintmax_t>(at_first + 40 * 8216, 5 * 40 * 8216 + kLogHeader));
    CHECK_FALSE(books.ship());
    CHECK(books.last_error.find("longer than the books can wait") != std::string::npos);
    REQUIRE(books.start());
    // A follower that is only slow loses nothing: it is waited for, then handed the rest.
    for (int i = 0; i < 200; ++i) {
        books.write(1);
        if (i % 4 != 3) continue;
        REQUIRE(books.ship());
        CHECK(books.held() == books.n);
    }
    CHECK(books.wrong() == "");
}

TEST_CASE("a process that begins with a log of its predecessor ships all of it (R15)") {
    const TempDir dir;
    fs::create_directories(dir.file("copies"));
    Followed books(8);
    books.write(30);
    // As kill -9 leaves them: the file and a log that was never brought in.
    for (const char* end : {"", "-wal"})
        fs::copy_file(books.dir.file(std::string("books.db") + end),
                      dir.file(std::string("books.db") + end));
    auto db = Database::open_writer(dir.file("books.db")).value();
    const auto tap = LogTap::attach(*db);
    Standby::Options options = books.options();
    options.books = dir.file("books.db");
    options.file = dir.file("copies/hourbridge-latest.db");
    Standby standby(*tap, options);
    REQUIRE(standby.start().ok());
    const auto copy = Database::open_reader(options.file).value();
    CHECK(story_of(*copy).n == books.n);
    CHECK(story_of(*copy).content == story_of(*db).content);
}

namespace {

// The books and their copy in a place of their own, as a process that ended has left them.
struct Left {
    explicit Left(const Followed& books) {
        fs::create_directories(dir.file("copies"));
        for (const char* end : {"", "-wal"})
            fs::copy_file(books.dir.file(std::string("books.db") + end),
                          dir.file(std::string("books.db") + end));
        options = books.options();
        options.books = dir.file("books.db");
        options.file = dir.file("copies/hourbridge-latest.db");
        options.resume = true;
    }
    void copy_from(const Followed& books) const {
        for (const char* end : {"", "-wal"})
            if (fs::exists(books.file() + end))
                fs::copy_file(books.file() + end, options.file + end);
    }
    // A new process follows them; how many bytes it wrote, and what the copy holds then.
    struct Begun {
        bool resumed = false;
        std::uint64_t written = 0;
        Story copy, books;
    };
    Begun begin() const {
        auto db = Database::open_writer(options.books).value();
        const auto tap = LogTap::attach(*db);
        Standby standby(*tap, options);
        REQUIRE(standby.start().ok());
        REQUIRE(standby.ship().ok());
        const auto copy = Database::open_reader(options.file).value();
        return {standby.resumed(), standby.counts().written, story_of(*copy), story_of(*db)};
    }
    // No log is left, neither of the books nor of the copy: what is there is in the files.
    void settle() const {
        for (int i = 0; i < 2; ++i) REQUIRE(begin().resumed);
        std::error_code none;
        const auto log = fs::file_size(options.file + "-wal", none);
        REQUIRE((none || log == 0));
    }
    void check_same(const Begun& begun) const {
        CHECK(begun.copy.n == begun.books.n);
        CHECK(begun.copy.content == begun.books.content);
    }

    TempDir dir;
    Standby::Options options;
};

} // namespace

TEST_CASE("after a restart the copy that is there is gone on with: what it lacks is in the "
          "books' log, and nothing else is written (R15)") {
    const auto seed = static_cast<unsigned>(setting("HB_SEED", 21));
    INFO("seed " << seed);
    Followed books(seed, {100'000, 64u << 20}); // nothing is brought into the file
    books.write(60);
    REQUIRE(books.start());
    for (int i = 0; i < 20; ++i) {
        for (int more = 0; more < 3; ++more) books.write(1 + i % 5);
        if (i % 2 == 0) REQUIRE(books.ship());
        if (i % 5 == 4) books.roll_back(3);
        const Left left(books);
        left.copy_from(books);
        const auto begun = left.begin();
        CHECK(begun.resumed);
        left.check_same(begun);
        CHECK(begun.books.n == books.n);
    }
    // Without a log, after an ordered end: the files are the same.
    const Left left(books);
    left.copy_from(books);
    left.settle();
    const auto again = left.begin();
    CHECK(again.resumed);
    CHECK(again.written == 0);
    left.check_same(again);
}

TEST_CASE("a copy that can't be proven to be the books is made anew (R15)") {
    Followed books(22, {40, 128u << 10});
    books.write(60);
    REQUIRE(books.start());
    books.write(5);
    REQUIRE(books.ship());
    const auto starts_anew = [](const Left& left) {
        const auto begun = left.begin();
        CHECK_FALSE(begun.resumed);
        left.check_same(begun);
    };
    SECTION("commits that it lacks were brought into the file, and their log is gone") {
        const Left left(books);
        left.copy_from(books);
        {
            auto db = Database::open_writer(left.options.books).value();
            Tx tx(*db);
            db->prepare("INSERT INTO story SELECT max(n) + 1 FROM story").run();
            tx.commit();
        }
        starts_anew(left);
    }
    SECTION("one byte of it is another") {
        const Left left(books);
        left.copy_from(books);
        left.settle();
        std::fstream(left.options.file, std::ios::in | std::ios::out | std::ios::binary)
            .seekp(4096 + 17)
            .put('?');
        starts_anew(left);
    }
    SECTION("it is longer, shorter, or no database at all") {
        for (const std::string& end : {std::string(8192, 'x'), std::string("-"), std::string()}) {
            const Left left(books);
            left.copy_from(books);
            left.settle();
            if (end == "-")
                fs::resize_file(left.options.file, fs::file_size(left.options.file) - 4096);
            else if (end.empty())
                put(left.options.file, "not a database");
            else
                std::ofstream(left.options.file, std::ios::binary | std::ios::app) << end;
            starts_anew(left);
        }
    }
    SECTION("it is newer than the books, which came from an older backup") {
        const Left left(books);
        books.write(9);
        REQUIRE(books.ship());
        left.copy_from(books);
        starts_anew(left);
    }
    SECTION("there is none") {
        starts_anew(Left(books));
    }
}

TEST_CASE("a standby copy with its log is restored; any other file with a log beside it is not "
          "(R15)") {
    Followed books(9);
    books.write(30);
    REQUIRE(books.start());
    books.write(3);
    REQUIRE(books.ship());
    REQUIRE_FALSE(log_bytes(books).empty());
    const std::string to = books.dir.file("restored.db");
    const auto nothing = [](Database&) {};
    const auto done = restore_books(books.file(), to, to + ".kept", nothing);
    INFO((done ? "" : to_string(done.error())));
    REQUIRE(done.ok());
    CHECK(story_of(*Database::open_reader(to).value()).n == books.n);
    CHECK(story_of(*Database::open_reader(to).value()).content == story_of(*books.db).content);
    CHECK(books.ship()); // it was only read

    const std::string copy = books.dir.file("by-hand.db");
    for (const char* end : {"", "-wal"})
        fs::copy_file(books.dir.file(std::string("books.db") + end), copy + end);
    const auto refused = restore_books(copy, to, to + ".kept-2", nothing);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message.find("write-ahead log lies beside it") != std::string::npos);
}
