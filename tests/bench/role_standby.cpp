#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "base/text.h"
#include "bench/books_parts.h"
#include "bench/measure.h"
#include "bench/roles.h"
#include "store/standby.h"

// What a standby copy costs beside whole copies (R15), and what a commit pays for being followed.
namespace hb::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kMinutes = 20;

void must(const Status& done) {
    if (!done) throw std::runtime_error("the bench's copy failed: " + to_string(done.error()));
}

// Half a minute of a service at work: polls, a few changes, an op under way.
void half_a_minute(Rig& rig) {
    for (int i = 0; i < 20; ++i) {
        store::Tx tx(*rig.db);
        rig.tables->sources.next_sequence("bench");
        rig.tables->events.add(rig.clock.now(), "bench", "bench.turn", std::nullopt, "of the bench",
                               "{}");
        tx.commit();
    }
}

double commits(Rig& rig, int count) {
    return milliseconds_of([&] {
        for (int n = 0; n < count; ++n) {
            store::Tx tx(*rig.db);
            rig.tables->sources.next_sequence("bench");
            tx.commit();
        }
    });
}

} // namespace

// FILE FOLDER
int role_standby(const std::vector<std::string>& words) {
    SystemClock clock;
    const std::string& folder = words.at(2);
    Rig rig(clock, words.at(1), kNowhere, nobody());
    const auto tap = store::LogTap::attach(*rig.db);
    store::Standby::Options options;
    options.books = words.at(1);
    options.file = folder + "/hourbridge-latest.db";
    store::Standby standby(*tap, options);
    const double base_ms = cpu_milliseconds_of([&] { must(standby.start()); });
    must(standby.ship());

    const auto before = standby.counts();
    double ship_ms = 0;
    for (int i = 0; i < 2 * kMinutes; ++i) {
        half_a_minute(rig);
        ship_ms += cpu_milliseconds_of([&] { must(standby.ship()); });
    }
    const auto after = standby.counts();
    const std::string whole = folder + "/whole.db";
    const double whole_ms = cpu_milliseconds_of([&] { must(rig.db->backup_to(whole)); });
    const auto whole_bytes = static_cast<std::int64_t>(fs::file_size(whole));

    // An import: pages of new rows, a ship after every tenth, as when the backlog asks for it.
    const auto import_before = standby.counts();
    double import_ms = 0;
    for (int page = 0; page < 40; ++page) {
        keep_page(rig, 1000 + page, 1000);
        if (page % 10 == 9) import_ms += cpu_milliseconds_of([&] { must(standby.ship()); });
    }
    const auto import_after = standby.counts();

    Rig plain(clock, folder + "/plain.db", kNowhere, nobody());
    Rig followed(clock, folder + "/followed.db", kNowhere, nobody());
    const auto other_tap = store::LogTap::attach(*followed.db);
    store::Standby::Options other = options;
    other.books = folder + "/followed.db";
    other.file = folder + "/followed-latest.db";
    store::Standby copy(*other_tap, other);
    must(copy.start());
    double plain_ms = 0, followed_ms = 0, sync_ms = 0;
    constexpr int kRounds = 60, kCommits = 10;
    for (int i = 0; i < kRounds; ++i) { // in turns: other work on the machine hits all
        plain_ms += commits(plain, kCommits);
        followed_ms += commits(followed, kCommits);
        for (const double one : time_syncs(folder, kCommits, 8192)) sync_ms += one;
        if (i % 10 == 9) must(copy.ship());
    }
    json::Writer line;
    line.begin_object();
    const auto bytes = [&](const char* name, std::uint64_t value) {
        line.member(name, static_cast<std::int64_t>(value));
    };
    bytes("log_bytes", after.read - before.read);
    bytes("written_bytes", after.written - before.written);
    bytes("import_log_bytes", import_after.read - import_before.read);
    bytes("import_written_bytes", import_after.written - import_before.written);
    line.member("minutes", std::int64_t{kMinutes}).member("whole_bytes", whole_bytes);
    line.member("whole_us", micros(whole_ms)).member("base_us", micros(base_ms));
    line.member("ship_us", micros(ship_ms)).member("import_us", micros(import_ms));
    line.member("plain_us", micros(plain_ms / (kRounds * kCommits)));
    line.member("followed_us", micros(followed_ms / (kRounds * kCommits)));
    line.member("sync_us", micros(sync_ms / (kRounds * kCommits)));
    std::printf("%s\n", line.end_object().text().c_str());
    return 0;
}

} // namespace hb::bench
