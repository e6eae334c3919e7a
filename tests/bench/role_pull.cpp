#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <stdexcept>

#include "base/text.h"
#include "bench/measure.h"
#include "bench/rig.h"
#include "bench/roles.h"
#include "net/local.h"
#include "sandbox/server.h"
#include "json/writer.h"

namespace hb::bench {
namespace {

std::int64_t micros(double seconds) {
    return static_cast<std::int64_t>(seconds * 1e6);
}

void print(json::Writer& line) {
    std::printf("%s\n", line.end_object().text().c_str());
    std::fflush(stdout);
}

std::int64_t log_bytes(const std::string& file) {
    std::error_code none;
    const auto size = std::filesystem::file_size(file + "-wal", none);
    return none ? 0 : static_cast<std::int64_t>(size);
}

struct Cost {
    double wall = seconds_now();
    double cpu = cpu_seconds();
    void stop() {
        wall = seconds_now() - wall;
        cpu = cpu_seconds() - cpu;
    }
};

void add_streams(json::Writer& line, const lanes::PullReport& report) {
    std::int64_t rows = 0;
    std::int64_t requests = 0;
    std::int64_t changed = 0;
    for (const auto& stream : report.streams) {
        rows += stream.read;
        requests += stream.requests;
        changed += stream.added + stream.revised + stream.tombstoned;
        line.member("requests_" + stream.stream, stream.requests);
        line.member("rows_" + stream.stream, stream.read);
    }
    line.member("rows", rows).member("requests", requests).member("changed", changed);
}

// Counts every write to a table of facts with triggers that go away with the connection; what
// remains of the total is bookkeeping: cursors, what the walk saw, sequences, due times.
class FactWrites {
public:
    explicit FactWrites(store::Database& db) : db_(db) {
        sql_.reserve(64);
        run("CREATE TEMP TABLE fact_writes (n INTEGER)");
        for (const char* table : {"records", "persons", "projects", "companies", "deals", "tasks",
                                  "entries", "entry_revisions"})
            for (const char* change : {"INSERT", "UPDATE", "DELETE"})
                run(std::string("CREATE TEMP TRIGGER count_") + table + "_" + change + " AFTER " +
                    change + " ON main." + table +
                    " BEGIN INSERT INTO fact_writes VALUES (1); END");
    }
    std::int64_t count() {
        auto& select = db_.prepare("SELECT count(*) FROM temp.fact_writes");
        select.step();
        const auto out = select.integer(0);
        select.reset();
        return out;
    }

private:
    void run(std::string sql) {
        sql_.push_back(std::move(sql)); // statements are cached by address
        db_.prepare(sql_.back().c_str()).run();
    }
    store::Database& db_;
    std::vector<std::string> sql_;
};

void pull_again(Rig& rig, const std::string& file, json::Writer& line) {
    FactWrites writes(*rig.db);
    rig.db->checkpoint();
    const auto log_before = log_bytes(file);
    const auto changes_before = rig.db->total_changes();
    Cost cost;
    const auto report = rig.pull_everything();
    cost.stop();
    line.key("again").begin_object();
    line.member("wall_us", micros(cost.wall)).member("cpu_us", micros(cost.cpu));
    line.member("rows_written", rig.db->total_changes() - changes_before);
    line.member("facts_written", writes.count());
    line.member("log_before", log_before).member("log_after", log_bytes(file));
    add_streams(line, report);
    line.end_object();
}

} // namespace

int role_portal(const std::vector<std::string>& words) {
    SystemClock clock;
    auto portal = open_portal(clock, *parse_integer(words.at(1)), *parse_integer(words.at(2)),
                              *parse_integer(words.at(3)));
    sandbox::Server server(*portal);
    if (const auto started = server.start(); !started)
        throw std::runtime_error(to_string(started.error()));
    json::Writer line;
    line.begin_object().member("webhook", server.webhook("sandbox"));
    print(line);
    std::string word;
    std::getline(std::cin, word); // until the bench closes our input
    return 0;
}

// P1 counts and needs no sockets.
int role_requests(const std::vector<std::string>& words) {
    SystemClock clock;
    auto portal = open_portal(clock, *parse_integer(words.at(2)), *parse_integer(words.at(3)),
                              *parse_integer(words.at(4)));
    Rig rig(clock, words.at(1), "http://127.0.0.1:1/rest/1/sandbox/", portal_http(*portal));
    const auto report = rig.pull_everything();
    json::Writer line;
    line.begin_object();
    add_streams(line, report);
    line.member("asked_of_portal", portal->counters().http_requests);
    print(line);
    return 0;
}

int role_pull(const std::vector<std::string>& words) {
    const std::string& file = words.at(1);
    SystemClock clock;
    Rig rig(clock, file, words.at(2), hb::test::local_client());
    Cost cost;
    const auto report = rig.pull_everything();
    cost.stop();
    json::Writer line;
    line.begin_object();
    line.member("wall_us", micros(cost.wall)).member("cpu_us", micros(cost.cpu));
    line.member("peak_kb", peak_kb());
    add_streams(line, report);
    if (words.size() > 3) pull_again(rig, file, line);
    print(line);
    return 0;
}

int role_open(const std::vector<std::string>& words) {
    const double began = seconds_now();
    auto db = store::Database::open_writer(words.at(1));
    const double took = seconds_now() - began;
    if (!db) throw std::runtime_error(to_string(db.error()));
    json::Writer line;
    line.begin_object().member("open_us", micros(took)).member("peak_kb", peak_kb());
    print(line);
    return 0;
}

} // namespace hb::bench
