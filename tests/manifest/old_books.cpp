#include "old_books.h"

#include <filesystem>

#include "base/text.h"
#include "desk/decisions.h"
#include "mapping/shipped.h"
#include "store/connection.h"

namespace old_books {
namespace {

std::string make_folder() {
    std::string name = (std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp") +
                       std::string("/hourbridge-old-XXXXXX");
    REQUIRE(mkdtemp(name.data()) != nullptr);
    return name;
}

test::WorldOptions in_folder(const std::string& folder) {
    test::WorldOptions options;
    options.file = folder + "/hourbridge.db";
    return options;
}

// The shipped mapping without what a planner says of its own time (G51).
std::string mapping_before(const std::string& planner) {
    std::string out;
    const std::string text(mapping::shipped_mapping(planner));
    for (const auto line : split(text, '\n'))
        if (line.find(R"("to": "billable")") == std::string_view::npos &&
            line.find(R"("to": "billed_elsewhere")") == std::string_view::npos &&
            line.find(R"("to": "tags")") == std::string_view::npos)
            out += std::string(line) + "\n";
    return out;
}

std::vector<std::string> texts(store::Database& db, const std::string& sql) {
    std::vector<std::string> out;
    const auto row = store::prepare_once(db, sql);
    while (row->step()) out.push_back(row->text(0));
    return out;
}

// Rows of today's books in the tables of an older schema: those tables and columns that it has.
void copy_rows(store::Database& old) {
    for (const auto& table : texts(old, "SELECT name FROM main.sqlite_master WHERE type = 'table' "
                                        "AND name NOT LIKE 'sqlite%' ORDER BY name")) {
        const auto columns = texts(old, "SELECT o.name FROM pragma_table_info('" + table +
                                            "', 'main') o JOIN pragma_table_info('" + table +
                                            "', 'today') t ON t.name = o.name ORDER BY o.cid");
        const std::string names = join(columns, ", ");
        store::execute(old, "INSERT INTO main." + table + "(" + names + ") SELECT " + names +
                                " FROM today." + table);
    }
}

} // namespace

Agency::Agency(int schema) : folder_(make_folder()), world(in_folder(folder_)) {
    world.clock.set(*parse_instant("2025-01-15T10:00:00Z")); // the planners' transcripts begin then
    bordering = world.company("Border");
    planned = world.company("Planned");
    attach("kimai", true);
    attach("paymo", true);
    fill();
    put_border_time();
    pull();
    const auto zone = [](const char* name) {
        return R"("time_zone":")" + std::string(name) + "\",";
    };
    world.contract(bordering, "60.00", zone("Europe/Minsk"), "BYN", "2024-06-01");
    world.contract(bordering, "60.00", zone("America/New_York"), "BYN", "2025-01-01");
    world.contract(planned, "60.00", "", "BYN", "2024-06-01");
    bill();
    go_back(schema);
}

Agency::~Agency() {
    world.service.reset();
    world.books.reset();
    world.tables.reset();
    world.db.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void Agency::attach(const std::string& planner, bool as_before) {
    auto& played = planners_[planner];
    if (!played)
        played = std::move(*sandbox::Planner::load(stand_in::folder_of(planner), world.clock));
    const auto folder = stand_in::load(planner);
    auto options = connector::trial::options_of(folder.story);
    options.remote = planner;
    options.base_url = "http://127.0.0.1:2" + played->base_path();
    auto runtime = std::make_unique<books::RemoteRuntime>();
    runtime->connector = connector::make_planner(
        folder.plan, options, std::make_unique<stand_in::Wire>(*played), world.clock);
    std::vector<mapping::FileProblem> wrong;
    auto mapping = mapping::Mapping::parse(
        as_before ? mapping_before(planner) : std::string(mapping::shipped_mapping(planner)),
        planner, wrong);
    for (const auto& each : wrong) UNSCOPED_INFO(to_string(each));
    REQUIRE(mapping.has_value());
    runtime->mapping = std::make_unique<mapping::Mapping>(std::move(*mapping));
    for (const auto& row : world.tables->sources.remotes())
        if (row.name == planner) runtime->row = row;
    if (runtime->row.id == 0) {
        store::Tx tx(*world.db);
        runtime->row = world.tables->sources.add_remote(
            planner, planner, runtime->connector->account(), world.clock.now());
        tx.commit();
    }
    world.books->remotes.push_back(std::move(runtime));
    world.books->show_settings();
}

// On each day one record with each flag: Kimai tells two of them, Paymo one. Lengths and
// words are those of different work (rule 7).
void Agency::fill() {
    int minutes = 30;
    for (const char* day : {kSent, kAgreed, kPaid, kDraft, kFree})
        for (const std::string planner : {"kimai", "paymo"})
            for (int mix = 0; mix < (planner == "kimai" ? 4 : 2); ++mix) {
                Told held{planner, "", (mix & 2) == 0, (mix & 1) != 0, day};
                const std::string made = stand_in::control(
                    *planners_.at(planner), "rows/entries",
                    R"({"seconds":)" +
                        std::to_string(60 * (minutes++ + (planner == "paymo" ? 240 : 0))) +
                        R"(,"day":")" + day + "\"}");
                const auto answer = json::Document::parse(made);
                held.id = std::string(*answer->root()["id"].text());
                change(held, R"("/description":")" +
                                 std::string(planner == "paymo" ? "phone" : "design") + "\"");
                const std::string billed = held.billed ? "true" : "false";
                change(held, planner == "paymo"
                                 ? R"("/billed":)" + billed
                                 : R"("/billable":)" +
                                       std::string(held.billable ? "true" : "false") +
                                       R"(,"/exported":)" + billed);
                records.push_back(std::move(held));
            }
}

void Agency::change(const Told& held, const std::string& members) {
    stand_in::control(*planners_.at(held.planner), "rows/entries/" + held.id,
                      R"({"set":{)" + members + "}}");
}

// Within hours of midnight in Minsk and in New York, at the ends of two months.
void Agency::put_border_time() {
    const auto worker = world.user("Worker");
    const auto task = world.task({"Night", {"CO_" + std::to_string(bordering)}, {}, 0, 0, 5});
    int minutes = 10;
    for (const char* at : {"2024-11-01T02:00:00Z", "2024-11-01T12:00:00Z", "2024-11-30T20:30:00Z",
                           "2024-11-30T21:30:00Z", "2024-12-01T02:00:00Z", "2024-12-01T06:00:00Z",
                           "2024-12-31T20:30:00Z", "2024-12-31T21:30:00Z", "2025-01-01T02:00:00Z",
                           "2025-01-01T06:00:00Z", "2025-01-01T21:30:00Z"})
        world.entry(task, worker, 60 * minutes++, at);
}

// By the days of an older version: all of the newest contract's zone.
void Agency::bill() {
    store::execute(*world.db,
                   "UPDATE entries SET work_date = (at / 1000 - 5 * 3600) / 86400 WHERE client = "
                   "(SELECT id FROM companies WHERE remote_id = '" +
                       std::to_string(bordering) + "')");
    const std::string client = "bitrix24:company:" + std::to_string(planned);
    const auto link = [&](const domain::Ref& subject) {
        REQUIRE(desk::set_link(*world.books, to_string(subject), client, std::nullopt, world.actor)
                    .ok());
    };
    for (const auto& remote : world.books->remotes) {
        if (remote->row.name == "bitrix24") continue;
        for (const auto& project : world.tables->sources.projects(remote->row.id))
            link(project.ref);
        for (const auto& task : world.tables->sources.tasks(remote->row.id))
            if (!task.client) link(task.ref);
    }
    const auto send = [&](std::int64_t of, const char* from, const char* to) {
        const auto report = world.draft(of, from, to);
        world.send(report);
        return report;
    };
    reports["2024-11"] = send(bordering, "2024-11-01", "2024-11-30");
    world.agree(reports["2024-11"]);
    reports["2024-12"] = world.draft(bordering, "2024-12-01", "2024-12-31");
    reports[kPaid] = send(planned, kPaid, kPaid);
    world.agree(reports[kPaid]);
    for (int step = 0; step < 3; ++step) {
        world.run();
        if (step == 0)
            for (const auto deal : world.deals()) world.win_deal(deal);
    }
    reports[kSent] = send(planned, kSent, kSent);
    reports[kAgreed] = send(planned, kAgreed, kAgreed);
    world.agree(reports[kAgreed]);
    reports[kDraft] = world.draft(planned, kDraft, kDraft);
    REQUIRE(world.state(reports[kPaid]) == "paid");
    REQUIRE(world.tables->sources.count_known(1, "entries") == 11);
    for (const auto& told : records) { // each of them is where its day says
        const auto row = entry(told);
        INFO(told.planner << " " << told.id << " on " << format_day(row.work_date) << ", "
                          << row.seconds << " s");
        CHECK(format_day(row.work_date) == told.day);
        CHECK(row.live_report.has_value() == (told.day != kFree));
    }
}

void Agency::go_back(int schema) {
    const std::string now = folder_ + "/hourbridge.db", then = folder_ + "/old.db";
    world.service.reset();
    world.books.reset();
    world.tables.reset();
    world.db.reset();
    {
        auto old = store::Access::connect(then, 0x2 | 0x4);
        for (const auto& step : store::migrations())
            if (step.number <= schema) store::execute(*old, step.sql);
        const auto triggers =
            texts(*old, "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name");
        for (const auto& name :
             texts(*old, "SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            store::execute(*old, "DROP TRIGGER " + name);
        store::execute(*old, "ATTACH '" + now + "' AS today");
        copy_rows(*old);
        store::execute(*old, "DETACH today");
        for (const auto& sql : triggers) store::execute(*old, sql);
        // Which values a later program kept for itself, and hashes made its way.
        store::execute(*old, "DELETE FROM settings WHERE name NOT LIKE 'cards.%' AND name NOT LIKE "
                             "'moves.%'; UPDATE records SET hash = 'before ' || hash WHERE id % 2 "
                             "= 0; PRAGMA application_id=1751282242; PRAGMA user_version=" +
                                 std::to_string(schema));
    }
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(now + end);
    std::filesystem::rename(then, now);
}

void Agency::update() {
    world.restart();
    attach("kimai", false);
    attach("paymo", false);
}

void Agency::pull() {
    world.clock.advance(std::chrono::hours{24});
    lanes::PullOptions options;
    options.full = options.reconcile = true;
    for (auto& remote : world.books->remotes) {
        const auto told = world.service->pull(*remote, options);
        INFO(remote->row.name << ": " << (told.error ? to_string(*told.error) : "")
                              << (told.stopped ? told.stopped->reason : ""));
        REQUIRE_FALSE(told.error);
        CHECK_FALSE(told.stopped);
    }
}

store::EntryRow Agency::entry(const Told& held) {
    return world.tables->sources.find_entry({held.planner, "entry", held.id}).value();
}

std::vector<Told> Agency::held_on(const std::string& day) const {
    std::vector<Told> out;
    for (const auto& each : records)
        if (each.day == day) out.push_back(each);
    return out;
}

std::string Agency::billed() {
    std::string out;
    for (const char* sql :
         {"SELECT json_array(id, state, total, drifted, worked_seconds, settled) FROM reports "
          "WHERE state > 0 ORDER BY id",
          "SELECT json_array(report, n, hash) FROM revisions ORDER BY report, n",
          "SELECT json_array('correction', id, delta_amount, why) FROM adjustments ORDER BY id",
          "SELECT json_array(entry, revision) FROM answered ORDER BY entry",
          "SELECT json_array('mark', id, purpose, fields, state, superseded) FROM outbox WHERE "
          "kind "
          "LIKE '%mark%' ORDER BY id"})
        for (const auto& row : texts(*world.db, sql)) out += row + "\n";
    return out;
}

} // namespace old_books
