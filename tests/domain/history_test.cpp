#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "domain/lifecycle.h"
#include "support.h"

// Random histories over books as small as they can be: what happens to entries and reports is
// decided by the domain's functions alone, and the rules are checked after each step.
using namespace hb;
using namespace hb::domain;
using namespace hb::domain::test;

namespace {

struct Allocation {
    std::int64_t entry = 0;
    std::int64_t seconds = 0;
    std::int64_t rate = 0; // 0 when not billable
};

struct Correction {
    AdjustmentFacts facts;
    bool decided = false; // for the next report
    std::int64_t on = 0;  // the live report that carries it
};

struct Report {
    std::int64_t id = 0;
    Filter filter;
    State state = State::Draft;
    Draft draft;
    std::vector<Allocation> work; // live while the report is
    std::int64_t sent_seen = 0;
    std::string hash;
    std::vector<PaymentFact> payments;
    std::int64_t settled = 0;
};

class Books {
public:
    explicit Books(Random& random) : random_(random) {
        terms_ = contract();
        terms_.vat = {VatMode::Added, 200'000};
        // Rates that make every price exact, so that money adds up across reports to the cent.
        terms_.rates[0].amount = 7200;
        RateRule other;
        other.person = ref("bitrix24:user:6");
        other.amount = 3600;
        terms_.rates.push_back(other);
        if (random.chance(50)) terms_.rounding = {RoundingLevel::Entry, RoundingMode::Up, 900};
        for (std::int64_t id = 1; id <= 4; ++id)
            tasks_[id] =
                task(id, id == 4 ? std::vector<std::string>{"bug"} : std::vector<std::string>{});
        terms_.nonbillable = {{"bug", "", "", ""}};
    }

    void step() {
        switch (random_.between(0, 14)) {
        case 0:
        case 1:
            import();
            break;
        case 2:
            edit();
            break;
        case 3:
            toggle_completed();
            break;
        case 4:
            create();
            break;
        case 5:
            move(Move::Send);
            break;
        case 6:
            move(Move::Recall);
            break;
        case 7:
        case 13:
            move(Move::Agree);
            break;
        case 8:
        case 14:
            move(Move::ConfirmInvoiced);
            break;
        case 9:
            pay();
            break;
        case 10:
            reverse();
            break;
        case 11:
            random_.chance(30) ? move(Move::Cancel) : decide_late();
            break;
        case 12:
            decide_correction();
            break;
        }
        find_corrections();
        evaluate_drafts();
        check();
    }

    int paid_reports() const {
        int count = 0;
        for (const auto& [id, report] : reports_) count += report.state == State::Paid ? 1 : 0;
        return count;
    }
    std::size_t corrections() const { return corrections_.size(); }
    int late_entries() { return static_cast<int>(count_late()); }

private:
    // --- what happens

    void import() {
        const std::int64_t id = ++last_entry_;
        EntryFacts e = entry(id, random_.between(1, 4), random_.between(0, 3) * 600 + 300);
        if (random_.chance(40)) e.person = ref("bitrix24:user:6");
        e.work_date = day("2026-03-01") + std::chrono::days{random_.between(0, 60)};
        e.seen = ++sequence_;
        e.paid_task = is_fully_paid(e.task);
        entries_[id] = e;
    }

    void edit() {
        if (entries_.empty()) return;
        EntryFacts& e = any(entries_);
        e.deleted = random_.chance(20);
        e.seconds = e.deleted ? 0 : random_.between(1, 20) * 300;
        ++e.revision;
    }

    void toggle_completed() {
        TaskFacts& t = any(tasks_);
        t.status =
            t.status == TaskStatus::Completed ? TaskStatus::InProgress : TaskStatus::Completed;
    }

    void create() {
        if (reports_.size() > 12) return;
        Report report;
        report.id = ++last_report_;
        const Day from = day("2026-03-01") + std::chrono::days{random_.between(0, 40)};
        report.filter = filter("2026-03-01", "2026-03-31");
        report.filter.from = from;
        report.filter.to = from + std::chrono::days{random_.between(5, 30)};
        reports_[report.id] = report;
    }

    void move(Move what) {
        if (reports_.empty()) return;
        Report& report = any(reports_);
        Guards guards;
        guards.any_payment = !report.payments.empty();
        guards.total = report.draft.totals.total;
        guards.blocking = report.draft.blocking;
        guards.empty = report.draft.empty();
        for (const Correction& one : corrections_)
            if (one.facts.origin_report == report.id && one.on != 0)
                guards.corrected_on.push_back(std::to_string(one.on));
        const auto next = next_state(report.state, what, guards);
        if (!next) return;
        if (*next == State::Sent) freeze(report);
        if (!is_live(*next)) release(report);
        report.state = *next;
    }

    void freeze(Report& report) {
        report.sent_seen = sequence_;
        report.hash = hash_of(canonical_text(revision(report)));
    }

    void release(Report& report) {
        report.work.clear();
        for (Correction& one : corrections_)
            if (one.on == report.id) one.on = 0;
        // What was billed here is unbilled again, whole: nothing is left to correct.
        corrections_.erase(std::remove_if(corrections_.begin(), corrections_.end(),
                                          [&](const Correction& one) {
                                              return one.facts.origin_report == report.id;
                                          }),
                           corrections_.end());
    }

    void pay() {
        if (reports_.empty()) return;
        Report& report = any(reports_);
        if (!next_state(report.state, Move::Settle, {})) return;
        if (report.state == State::Agreed) return; // its invoice comes first
        const std::int64_t due = report.draft.totals.total - report.settled;
        if (due > 0)
            report.payments.push_back({std::to_string(++sequence_),
                                       random_.chance(60) ? due : random_.between(1, due), "BYN"});
        read_payments(report);
    }

    void reverse() {
        if (reports_.empty()) return;
        Report& report = any(reports_);
        if (report.payments.empty() || !random_.chance(30)) return;
        report.payments.pop_back();
        read_payments(report);
    }

    void read_payments(Report& report) {
        EvidenceRead read;
        read.payments = report.payments;
        const Settlement s = settle(report.state, report.settled, report.draft.totals.total,
                                    terms_.currency, {{Evidence::Payment}, 0}, read);
        REQUIRE_FALSE(s.person.has_value());
        report.state = s.state;
        report.settled = s.settled;
    }

    void decide_late() {
        if (entries_.empty()) return;
        EntryFacts& e = any(entries_);
        if (holder_of(e.id) != 0 || e.decision != LateDecision::None) return;
        e.decision = random_.chance(70) ? LateDecision::NextReport : LateDecision::WriteOff;
    }

    void decide_correction() {
        for (Correction& one : corrections_)
            if (!one.decided && random_.chance(50)) {
                one.decided = true;
                return;
            }
    }

    // --- what follows from it

    // Rule 19: from `agreed` on, the difference between billed and latest is one open correction.
    void find_corrections() {
        for (const auto& [id, report] : reports_) {
            if (!was_sent(report.state) || report.state == State::Sent) continue;
            for (const Allocation& a : report.work) correct(report, a);
        }
    }

    void correct(const Report& report, const Allocation& a) {
        corrections_.erase(std::remove_if(corrections_.begin(), corrections_.end(),
                                          [&](const Correction& one) {
                                              return one.facts.entry == a.entry && !one.decided;
                                          }),
                           corrections_.end());
        const std::int64_t billed = a.seconds + corrected_seconds(a.entry);
        const EntryFacts& e = entries_.at(a.entry);
        if (billed == e.seconds) return;
        Correction one;
        one.facts.id = ++last_correction_;
        one.facts.entry = a.entry;
        one.facts.origin_report = report.id;
        one.facts.origin_number = std::to_string(report.id);
        one.facts.task = e.task;
        one.facts.rate = a.rate;
        one.facts.billable = a.rate != 0;
        one.facts.delta_seconds = e.seconds - billed;
        if (a.rate != 0) {
            const AdjustmentMoney money =
                price_adjustment({{a.entry, 1, a.rate, billed, e.seconds}}, terms_.rounding);
            one.facts.delta_billed = money.delta_billed;
            one.facts.delta_amount = money.delta_amount;
        }
        corrections_.push_back(one);
    }

    // G8: each draft is its filter, evaluated again, the lowest id first.
    void evaluate_drafts() {
        for (auto& [id, report] : reports_) {
            if (report.state != State::Draft) continue;
            const DraftInput input = input_for(report.filter, id);
            report.draft = evaluate(input);
            report.work.clear();
            for (Correction& one : corrections_)
                if (one.on == id) one.on = 0;
            for (const Line& line : report.draft.lines)
                for (const AllocationPlan& plan : line.allocations) take(report, line, plan);
        }
    }

    void take(Report& report, const Line& line, const AllocationPlan& plan) {
        if (plan.origin == "work") {
            report.work.push_back({plan.entry, plan.seconds, line.billable ? line.rate : 0});
            return;
        }
        for (Correction& one : corrections_)
            if (plan.origin == "adjustment:" + std::to_string(one.facts.id)) one.on = report.id;
    }

    DraftInput input_for(const Filter& f, std::int64_t report) const {
        DraftInput input;
        input.contract = terms_;
        input.filter = f;
        input.report = report;
        for (const auto& [id, e] : entries_) {
            input.entries.push_back(e);
            input.entries.back().live_report = holder_of(id);
        }
        for (const auto& [id, t] : tasks_) input.tasks.push_back(t);
        for (const auto& [id, other] : reports_)
            if (was_sent(other.state))
                input.sent.push_back({id, std::to_string(id), other.filter, other.sent_seen});
        for (const Correction& one : corrections_)
            if (one.decided && (one.on == 0 || one.on == report))
                input.adjustments.push_back(one.facts);
        return input;
    }

    // --- questions

    std::int64_t holder_of(std::int64_t entry_id) const {
        for (const auto& [id, report] : reports_)
            for (const Allocation& a : report.work)
                if (a.entry == entry_id) return id;
        return 0;
    }

    std::int64_t corrected_seconds(std::int64_t entry_id) const {
        std::int64_t seconds = 0;
        for (const Correction& one : corrections_)
            if (one.facts.entry == entry_id) seconds += one.facts.delta_seconds;
        return seconds;
    }

    bool is_fully_paid(std::int64_t task_id) const {
        if (tasks_.at(task_id).status != TaskStatus::Completed) return false;
        bool any_paid = false;
        for (const auto& [id, e] : entries_) {
            if (e.task != task_id || e.deleted || e.paid_task) continue;
            const std::int64_t holder = holder_of(id);
            if (holder == 0 || reports_.at(holder).state != State::Paid) return false;
            any_paid = true;
        }
        return any_paid;
    }

    Revision revision(const Report& report) const {
        Revision r;
        r.number = std::to_string(report.id);
        r.client = {terms_.client, "Client"};
        r.contract = terms_;
        r.period = {*report.filter.from, report.filter.to};
        r.filter = report.filter;
        r.worked_seconds = report.draft.worked_seconds;
        r.billed_seconds = report.draft.billed_seconds;
        r.nonbillable_seconds = report.draft.nonbillable_seconds;
        r.totals = report.draft.totals;
        r.lines = report.draft.lines;
        return r;
    }

    template <class Map> typename Map::mapped_type& any(Map& map) {
        auto at = map.begin();
        std::advance(at, random_.between(0, static_cast<std::int64_t>(map.size()) - 1));
        return at->second;
    }

    // --- what must hold after each step

    void check() {
        check_one_holder();
        check_seconds();
        check_money();
        check_reports();
        check_whole();
    }

    void check_one_holder() { // rule 2, rule 26
        std::set<std::int64_t> held;
        for (const auto& [id, report] : reports_) {
            if (!is_live(report.state)) REQUIRE(report.work.empty());
            for (const Allocation& a : report.work) REQUIRE(held.insert(a.entry).second);
        }
        std::map<std::int64_t, int> open;
        for (const Correction& one : corrections_) {
            if (one.on != 0) REQUIRE(is_live(reports_.at(one.on).state));
            if (!one.decided) REQUIRE(++open[one.facts.entry] == 1); // rule 19
        }
    }

    void check_seconds() { // rule 1
        for (const auto& [id, report] : reports_) {
            if (!was_sent(report.state) || report.state == State::Sent) continue;
            for (const Allocation& a : report.work)
                REQUIRE(a.seconds + corrected_seconds(a.entry) == entries_.at(a.entry).seconds);
        }
    }

    // What was billed and corrected is what the latest facts cost, to the cent.
    void check_money() {
        std::int64_t billed = 0, latest = 0;
        for (const auto& [id, report] : reports_) {
            if (!was_sent(report.state) || report.state == State::Sent) continue;
            for (const Line& line : report.draft.lines)
                if (line.kind == "work") billed += line.amount;
            for (const Allocation& a : report.work)
                if (a.rate != 0)
                    latest +=
                        price(a.rate, round_seconds(entries_.at(a.entry).seconds, terms_.rounding));
        }
        for (const Correction& one : corrections_) billed += one.facts.delta_amount;
        REQUIRE(billed == latest);
    }

    void check_reports() {
        for (const auto& [id, report] : reports_) {
            std::int64_t gross = 0;
            for (const Line& line : report.draft.lines) gross += line.gross;
            REQUIRE(gross == report.draft.totals.total); // rule 33
            if (was_sent(report.state)) {
                REQUIRE(hash_of(canonical_text(revision(report))) == report.hash); // rule 10
                REQUIRE(report.draft.totals.total >= 0);                           // rule 23
            }
            const bool settled = report.settled == report.draft.totals.total;
            if (report.state == State::Paid) REQUIRE(settled); // rule 41
            if (report.state == State::PartlyPaid) {
                REQUIRE(report.settled > 0);
                REQUIRE_FALSE(settled);
            }
        }
    }

    // Rule 8: every second of the client is in one row, whatever happened.
    void check_whole() {
        Filter all = filter("2026-01-01", "2026-12-31");
        const DraftInput input = input_for(all, 0);
        const Draft probe = evaluate(input);
        const Completeness rows = completeness_of(probe, input.entries, {*all.from, all.to});
        std::int64_t seconds = 0;
        for (const auto& [id, e] : entries_) seconds += e.seconds;
        REQUIRE(rows.source_seconds == seconds);
        REQUIRE(rows.billed_work_seconds + rows.nonbillable_seconds + rows.held_seconds +
                    rows.late_seconds + rows.written_off_seconds + rows.filtered_seconds ==
                seconds);
        for (const EntryFate& fate : probe.fates) // rule 24
            if (fate.fate == Fate::Taken && fate.verdict.billable &&
                entries_.at(fate.entry).paid_task && entries_.at(fate.entry).seconds > 0)
                REQUIRE(entries_.at(fate.entry).decision == LateDecision::NextReport);
    }

    std::int64_t count_late() {
        const Draft probe = evaluate(input_for(filter("2026-01-01", "2026-12-31"), 0));
        return std::count_if(probe.fates.begin(), probe.fates.end(),
                             [](const EntryFate& fate) { return fate.fate == Fate::Late; });
    }

    Random& random_;
    Contract terms_;
    std::map<std::int64_t, TaskFacts> tasks_;
    std::map<std::int64_t, EntryFacts> entries_;
    std::map<std::int64_t, Report> reports_;
    std::vector<Correction> corrections_;
    std::int64_t last_entry_ = 0, last_report_ = 0, last_correction_ = 0, sequence_ = 0;
};

} // namespace

TEST_CASE("whatever happens, no second is billed twice, none is lost, and the money follows") {
    Random random("histories");
    int paid = 0, late = 0;
    std::size_t corrections = 0;
    for (int history = 0; history < 50; ++history) {
        Books books(random);
        for (int i = 0; i < 200; ++i) {
            INFO("seed " << random.seed() << ", history " << history << ", step " << i);
            books.step();
        }
        paid += books.paid_reports();
        late += books.late_entries();
        corrections += books.corrections();
    }
    // The histories reached what they are meant to prove.
    CHECK(paid > 3);
    CHECK(late > 3);
    CHECK(corrections > 3);
}
