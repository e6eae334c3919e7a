// Random histories over the real books (docs/rules.md, rules 1-60). After every step the invariants
// are recomputed from raw rows and from what was done to the sources, by code of its own.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <random>

#include "audit/reader.h"
#include "base/text.h"
#include "books/evidence.h"
#include "desk/decisions.h"
#include "desk/reports.h"
#include "engine/history_checks.h"
#include "store/hidden.h"
#include "store/waiting.h"

using namespace hb;
using test::BooksWorld;

namespace {

using domain::State;

class History {
public:
    explicit History(std::uint64_t seed) : random_(seed), checks_(world_, model_) {
        for (const char* id : {"1", "2"}) world_.company(id, std::string("Client ") + id);
        for (const char* id : {"1", "2", "3"}) world_.person(id);
        for (int i = 1; i <= 6; ++i) {
            const std::string id = std::to_string(i);
            model_.tasks[id] = {i <= 3 ? "1" : "2", i % 3 == 0, false};
            put_task(id);
        }
        for (const char* id : {"1", "2"}) {
            const char* modes[] = {"none", "added", "included"};
            vat_[id] = modes[pick(3)];
            apply_terms(id, {9000, {{"2", 12050}}});
        }
        // Most begin in the middle of an agency's life: something is billed, some of it is paid.
        if (pick(5) != 0) begin();
    }

    void step() {
        world_.clock.advance(std::chrono::minutes{10});
        struct Weighed {
            int times;
            void (History::*step)();
        };
        static const Weighed steps[] = {
            {6, &History::add_entry}, {5, &History::edit_entry},  {1, &History::delete_entry},
            {1, &History::move_task}, {2, &History::finish_task}, {1, &History::retag},
            {3, &History::draft},     {10, &History::forward},    {1, &History::reverse},
            {1, &History::cancel},    {4, &History::decide},      {1, &History::change_terms},
            {1, &History::see_again}, {1, &History::log_long},    {1, &History::take_long},
            {2, &History::accept},    {1, &History::hide},        {1, &History::show},
            {1, &History::drift},     {2, &History::undrift},     {1, &History::narrow},
            {1, &History::leave},
        };
        int all = 0;
        for (const auto& one : steps) all += one.times;
        int chosen = pick(all);
        for (const auto& one : steps) {
            chosen -= one.times;
            if (chosen < 0) return (this->*one.step)();
        }
    }
    std::string broken() { return checks_.broken(); }
    std::string told() { return checks_.told(); }
    std::string own_verify() {
        std::string out;
        for (const auto& check : store::verify_books(*world_.db))
            if (!check.ok) out += check.name + ": " + check.detail + "\n";
        return out;
    }
    test::Dump dump() { return test::dump_of(*world_.db); }
    const std::string& last() const { return last_; }
    // What the histories reached, so that a test of nothing shows.
    void count(std::map<std::string, int>& reached) {
        for (const auto& row : world_.tables->reports.list(std::nullopt, std::nullopt))
            ++reached[domain::to_string(row.state)];
        for (const auto& row : world_.tables->reports.adjustments(std::nullopt, false))
            ++reached[row.side == store::AdjustmentRow::Side::PutIn ? "transfer" : "adjustment"];
        for (const auto& [id, entry] : model_.entries)
            if (entry.must_be_late) ++reached["late"];
        for (const auto& [code, times] : accepted_) reached[code] += times;
        for (const auto& [id, entry] : model_.entries)
            if (entry.accepted > 0) ++reached["long"];
    }

private:
    int pick(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }
    template <class T> void did(const Result<T>& result, const char* what) {
        last_ = std::string(what) + (result.ok() ? "" : " refused: " + result.error().message);
        // A broken machine is no answer to a legal question.
        REQUIRE((result.ok() || result.error().code != Code::Machine));
    }

    // --- the sources
    void put_task(const std::string& id) {
        const auto& task = model_.tasks.at(id);
        world_.task(id, task.client,
                    task.completed ? domain::TaskStatus::Completed : domain::TaskStatus::InProgress,
                    task.bug ? std::vector<std::string>{"bug"} : std::vector<std::string>{});
    }
    void put(const std::string& id) {
        const auto& entry = model_.entries.at(id);
        forget_drift(id); // what its planner tells now is the accepted value
        const Day day = from_epoch_days(entry.day);
        if (entry.evening)
            world_.entry_at(id, entry.task, entry.person, entry.seconds,
                            format_day(day) + "T22:30:00Z");
        else
            world_.entry(id, entry.task, entry.person, entry.seconds, day);
        world_.settle();
    }
    test::ModelEntry random_entry() {
        static const std::int64_t choices[] = {60, 599, 900, 1800, 3600, 5401, 7200, 1, 0};
        return {std::to_string(1 + pick(6)),
                std::to_string(1 + pick(3)),
                choices[pick(9)],
                to_epoch_days(*parse_day("2026-05-01")) + pick(60),
                false,
                0,
                pick(4) == 0};
    }
    // G1, for the plainest case: finished, and every second of it stands on paid reports.
    bool all_paid(const std::string& task) {
        if (!model_.tasks.at(task).completed || model_.tasks.at(task).bug) return false;
        bool any = false;
        for (const auto& [id, entry] : model_.entries) {
            if (entry.task != task || entry.seconds == 0) continue;
            const auto row =
                world_.tables->sources.find_entry(domain::Ref{"bitrix24", "entry", id});
            if (!row->live_report ||
                world_.tables->reports.find(*row->live_report)->state != State::Paid)
                return false;
        }
        const auto id = world_.tables->sources.find_task(domain::Ref{"bitrix24", "task", task})->id;
        for (const auto& line : world_.tables->reports.lines_of_task(id)) {
            if (world_.tables->reports.find(line.report)->state != State::Paid) return false;
            any = any || line.line.billable;
        }
        return any;
    }
    void add_entry() {
        const std::string id = std::to_string(model_.entries.size() + 1);
        auto entry = random_entry();
        entry.must_be_late = all_paid(entry.task);
        model_.entries[id] = entry;
        put(id);
        last_ = "add entry " + id;
    }
    // Somebody logs a week at once (G54).
    void log_long() {
        add_entry();
        const std::string id = std::to_string(model_.entries.size());
        auto& entry = model_.entries.at(id);
        entry.seconds = (25 + pick(40)) * 3600;
        put(id);
        last_ = "long entry " + id;
    }
    void take_long() {
        for (auto& [id, entry] : model_.entries) {
            if (entry.seconds <= 86400 || entry.accepted == entry.seconds || pick(2) == 0) continue;
            const auto done =
                desk::accept_long(*world_.books, "bitrix24:entry:" + id, "a reason", world_.actor);
            if (done.ok()) entry.accepted = entry.seconds;
            last_ = "accept entry " + id + (done.ok() ? "" : " refused");
            return;
        }
    }
    // A planner stops showing time that nobody deleted, and shows it again: nothing moves (G48).
    void hide() {
        std::string id;
        if (any_entry(id) == nullptr) return;
        store::Tx tx(*world_.db);
        store::Hidden(*world_.db)
            .add(1, "entries", {id}, domain::NotShown::Unproven, world_.clock.now());
        tx.commit();
        last_ = "hide entry " + id;
    }
    void show() {
        std::string id;
        if (any_entry(id) == nullptr) return;
        store::Tx tx(*world_.db);
        store::Hidden(*world_.db).drop(1, "entries", {id});
        tx.commit();
        last_ = "show entry " + id;
    }
    // A planner tells other values, which wait: what is known stays in force, and no draft with
    // such a record is sent (G46).
    void drift() {
        std::string id;
        const auto* entry = any_entry(id);
        if (entry == nullptr || entry->seconds == 0) return;
        store::Tx tx(*world_.db);
        store::Waiting waiting(*world_.db);
        waiting.put({0,
                     1,
                     {"entries", id, "{}", "drifted"},
                     world_.clock.now(),
                     false,
                     {{domain::MoneyField::EntrySeconds, std::to_string(entry->seconds), "1"}}});
        for (const auto& row : waiting.of_stream(1, "entries")) waiting.set_asked(row.id, true);
        tx.commit();
        last_ = "drift of entry " + id;
    }
    void forget_drift(const std::string& id) {
        store::Tx tx(*world_.db);
        store::Waiting(*world_.db).drop(1, "entries", {id});
        tx.commit();
    }
    void undrift() {
        for (const auto& row : store::Waiting(*world_.db).of_stream(1, "entries"))
            if (pick(2) == 0) forget_drift(row.record.id);
        last_ = "told as before";
    }
    // The account behind the planner's key sees one person's time no longer, or all again (G48).
    void narrow() {
        const auto person = std::to_string(1 + pick(3));
        const bool back = pick(2) == 0;
        store::Tx tx(*world_.db);
        store::Hidden hidden(*world_.db);
        for (const auto& [id, entry] : model_.entries) {
            if (entry.person != person) continue;
            if (back)
                hidden.drop(1, "entries", {id});
            else
                hidden.add(1, "entries", {id}, domain::NotShown::Rights, world_.clock.now());
        }
        tx.commit();
        last_ = std::string(back ? "widen" : "narrow") + " person " + person;
    }
    // Somebody leaves, or comes back; the time stays.
    void leave() {
        const auto person = std::to_string(1 + pick(3));
        if (pick(2) == 0)
            world_.person(person);
        else
            world_.gone("users", person);
        world_.settle();
        last_ = "person " + person + " leaves or returns";
    }
    bool is_held(std::int64_t report) {
        return !store::Waiting(*world_.db).holding(report).empty();
    }
    test::ModelEntry* any_entry(std::string& id) {
        if (model_.entries.empty()) return nullptr;
        auto at = model_.entries.begin();
        std::advance(at, pick(static_cast<int>(model_.entries.size())));
        id = at->first;
        return &at->second;
    }
    // Most edits change one thing; some are taken back later by chance, some change everything.
    void edit_entry() {
        std::string id;
        auto* entry = any_entry(id);
        if (entry == nullptr) return;
        const auto other = random_entry();
        const int what = pick(6);
        if (what == 0 || what == 5) entry->task = other.task;
        if (what == 1 || what == 5) entry->person = other.person;
        if (what == 2 || what == 5) entry->day = other.day;
        if (what == 2 || what == 5) entry->evening = other.evening;
        if (what >= 3) entry->seconds = other.seconds;
        put(id);
        last_ = "edit entry " + id;
    }
    void delete_entry() {
        std::string id;
        auto* entry = any_entry(id);
        if (entry == nullptr) return;
        entry->seconds = 0;
        world_.gone("entries", id);
        world_.settle();
        last_ = "delete entry " + id;
    }
    void change_task(const char* what, void (*change)(test::ModelTask& task, int chance)) {
        const std::string id = std::to_string(1 + pick(6));
        change(model_.tasks.at(id), pick(8));
        put_task(id);
        world_.settle();
        last_ = std::string(what) + " task " + id;
    }
    void move_task() {
        change_task("move", [](test::ModelTask& task, int chance) {
            task.client = chance == 0 ? "" : chance % 2 == 0 ? "1" : "2";
        });
    }
    void finish_task() {
        change_task("finish",
                    [](test::ModelTask& task, int chance) { task.completed = chance > 0; });
    }
    void retag() {
        change_task("retag", [](test::ModelTask& task, int chance) {
            if (chance < 3) task.bug = !task.bug;
        });
    }
    // Rule 6: what is read again as it stands changes nothing.
    void see_again() {
        std::string id;
        if (any_entry(id) == nullptr || model_.entries.at(id).seconds == 0) return;
        const auto ref = domain::Ref{"bitrix24", "entry", id};
        const int before = world_.tables->sources.find_entry(ref)->revision;
        put(id);
        REQUIRE(world_.tables->sources.find_entry(ref)->revision == before);
        last_ = "see entry " + id + " again";
    }

    // --- the agency
    struct Rates {
        std::int64_t rate;
        std::map<std::string, std::int64_t> own;
    };
    void apply_terms(const std::string& client, const Rates& rates) {
        static const char* levels[] = {"none", "entry", "task_day", "task", "report"};
        static const char* modes[] = {"up", "nearest", "down"};
        static const std::int64_t minutes[] = {15, 6, 30, 60};
        test::ModelTerms terms;
        terms.rounding = levels[pick(5)];
        terms.mode = modes[pick(3)];
        terms.step = minutes[pick(4)] * 60;
        terms.vat = vat_.at(client);
        terms.vat_percent = terms.vat == "none" ? 0 : 20;
        terms.rate = rates.rate;
        terms.own = rates.own;
        std::string text = R"("valid_from":"2026-01-01","currency":"BYN",)";
        static const char* zones[] = {"Europe/Minsk", "Asia/Tokyo", "America/New_York"};
        const std::string zone = zones[pick(3)];
        text += R"("time_zone":")" + zone + "\",";
        if (terms.rounding != "none")
            text += R"("rounding":{"level":")" + terms.rounding + R"(","step_minutes":)" +
                    std::to_string(terms.step / 60) + R"(,"mode":")" + terms.mode + "\"},";
        if (terms.vat != "none") text += R"("vat":{"mode":")" + terms.vat + R"(","rate":"20"},)";
        const auto amount = [](std::int64_t minor) {
            return domain::format_amount(minor, *domain::find_currency("BYN"));
        };
        text += R"("rates":[{"amount":")" + amount(terms.rate) + "\"}";
        for (const auto& [person, rate] : terms.own)
            text +=
                R"(,{"person":"bitrix24:user:)" + person + R"(","amount":")" + amount(rate) + "\"}";
        const auto applied = world_.contract(client, text + "]");
        REQUIRE(applied.ok());
        model_.terms[applied->contract.id] = terms;
        model_.zones[client] = zone;
        last_ = "terms of client " + client;
    }
    void change_terms() { apply_terms(std::to_string(1 + pick(2)), {8000 + 100 * pick(40), {}}); }
    void draft() {
        const Day from = *parse_day("2026-05-01") + std::chrono::days{pick(2) == 0 ? 0 : pick(40)};
        draft_of(std::to_string(1 + pick(2)), from, from + std::chrono::days{10 + pick(50)});
    }
    void draft_of(const std::string& client, Day from, Day to) {
        domain::Filter filter;
        filter.company = {"bitrix24", "company", client};
        filter.from = from;
        filter.to = to;
        did(desk::create(*world_.books, filter, world_.actor), "create");
    }
    template <class F> void with_report(State state, F&& act) {
        const auto rows = world_.tables->reports.list(state, std::nullopt);
        if (rows.empty()) return;
        act(rows[static_cast<std::size_t>(pick(static_cast<int>(rows.size())))].id);
    }
    void begin() {
        for (int i = 6 + pick(6); i > 0; --i) add_entry();
        finish_task();
        for (const char* client : {"1", "2"}) {
            draft_of(client, *parse_day("2026-05-01"), *parse_day("2026-06-01"));
            for (int i = pick(12); i > 0; --i) forward();
        }
    }
    // A manager looks at what pulls did to a draft, and takes it (G47, G48).
    void accept() {
        with_report(State::Draft, [&](std::int64_t id) {
            const auto view = world_.books->show(id);
            REQUIRE(view.ok());
            std::set<std::string> asked; // one cause each, one acceptance
            for (const auto& warning : view->warnings)
                if (warning.blocking) asked.insert(warning.code);
            for (const char* code : {"shrunk", "grown", "not_shown"})
                if (asked.count(code) > 0) {
                    REQUIRE(desk::accept(*world_.books, id, code, "", world_.actor).ok());
                    ++accepted_[code];
                }
            last_ = "accept " + std::to_string(id);
        });
    }
    // A step towards payment for some report.
    void forward() {
        switch (pick(5)) {
        case 0:
            return with_report(State::Draft, [&](auto id) {
                const bool held = is_held(id);
                const auto sent = desk::send(*world_.books, id, "", false, false, world_.actor);
                REQUIRE_FALSE((held && sent.ok()));
                if (held) ++accepted_["held"];
                did(sent, "send");
            });
        case 1:
            return with_report(State::Sent, [&](auto id) {
                if (pick(6) == 0)
                    did(desk::recall(*world_.books, id, world_.actor), "recall");
                else
                    did(desk::agree(*world_.books, id, "", world_.actor), "agree");
            });
        case 2:
            return with_report(State::Agreed, [&](auto id) {
                books::confirm_invoiced(*world_.books, id, world_.deal(id));
                last_ = "confirm";
            });
        default:
            pay();
        }
    }
    void pay() {
        const State from[] = {State::Invoiced, State::Invoiced, State::PartlyPaid, State::Agreed};
        with_report(from[pick(4)], [&](std::int64_t id) {
            const auto row = *world_.tables->reports.find(id);
            const std::int64_t rest = row.total - row.settled;
            if (rest <= 0) return;
            const std::int64_t part =
                pick(3) != 0 ? rest
                             : 1 + pick(static_cast<int>(std::min<std::int64_t>(rest, 1000000)));
            did(desk::add_payment(
                    *world_.books, id, domain::format_amount(part, *domain::find_currency("BYN")),
                    *parse_day("2026-07-01"), "P" + std::to_string(++payments_), world_.actor),
                "pay");
        });
    }
    void reverse() {
        const auto rows = world_.tables->reports.payments(std::nullopt);
        if (rows.empty() || pick(2) == 0) return;
        const auto& row = rows[static_cast<std::size_t>(pick(static_cast<int>(rows.size())))];
        const auto done = desk::reverse_payment(*world_.books, row.id, "bank", world_.actor);
        last_ = done.ok() ? "reverse" : "reverse refused";
    }
    void cancel() {
        const State from[] = {State::Draft, State::Sent, State::Agreed, State::Invoiced,
                              State::Paid};
        with_report(from[pick(5)], [&](std::int64_t id) {
            did(desk::cancel(*world_.books, id, "a reason", world_.actor), "cancel");
        });
    }
    void decide() {
        const auto rows = world_.books->late(std::nullopt, false);
        if (rows.empty()) return;
        const auto& row = rows[static_cast<std::size_t>(pick(static_cast<int>(rows.size())))];
        const auto done =
            desk::decide_late(*world_.books, row.ref, pick(3) == 0 ? "write_off" : "next_report",
                              "a reason", world_.actor);
        last_ = "decide " + row.ref + " " + row.why + (done.ok() ? "" : " refused");
    }

    BooksWorld world_;
    test::Model model_;
    std::mt19937_64 random_;
    test::Checks checks_;
    std::map<std::string, std::string> vat_; // of each client, for all of its contracts
    std::map<std::string, int> accepted_;
    int payments_ = 0;
    std::string last_;
};

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

} // namespace

// HB_LONG=1 (scripts/test --long): a night's work. HB_SEED, HB_SEEDS and HB_STEPS choose otherwise;
// HB_TRACE=1 tells every step.
TEST_CASE("random histories keep every invariant after every step (rules 1-6, 8, 10-12, 14, 15, "
          "17, 19, 21, 23, 24, 27, 29, 31-35, 39-44, 47, 48, 55, 59; G5-G10, G46-G48, G54, R1, R2, "
          "R17)") {
    const bool is_long = std::getenv("HB_LONG") != nullptr;
    const std::uint64_t first = number_from("HB_SEED", 20260701);
    const std::uint64_t seeds = number_from("HB_SEEDS", is_long ? 20'000 : 400);
    const std::uint64_t steps = number_from("HB_STEPS", is_long ? 120 : 60);
    std::cout << "histories: seeds " << first << " to " << first + seeds - 1 << ", " << steps
              << " steps each (HB_SEED, HB_SEEDS, HB_STEPS, HB_LONG)\n";
    const bool trace = std::getenv("HB_TRACE") != nullptr;
    std::map<std::string, int> reached;
    std::size_t recomputed = 0;
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
        History history(seed);
        for (std::uint64_t step = 1; step <= steps; ++step) {
            INFO("HB_SEED=" << seed << " HB_SEEDS=1, step " << step);
            history.step();
            if (trace) std::cerr << step << ": " << history.last() << history.told() << "\n";
            const std::string broken = history.broken();
            INFO(history.last());
            REQUIRE(broken == "");
        }
        INFO("HB_SEED=" << seed);
        REQUIRE(history.own_verify() == "");
        const auto dump = history.dump();
        test::AuditReader audit(dump);
        REQUIRE(join(audit.problems(), "\n") == "");
        recomputed += audit.recomputed();
        history.count(reached);
    }
    for (const auto& [what, times] : reached) std::cout << "  " << what << ": " << times << "\n";
    std::cout << "  bills recomputed from the log, equal to the cent (R17): " << recomputed << "\n";
    if (seeds < 100) return;
    for (const char* what : {"paid", "partly_paid", "credited", "adjustment", "transfer", "late",
                             "shrunk", "grown", "not_shown", "long", "held"})
        CHECK(reached[what] > 0);
}
