#include "engine/history_checks.h"

#include "books/settling.h"

#include <algorithm>
#include <set>

#include "base/digest.h"
#include "base/text.h"
#include "books/unbilled.h"
#include "engine/asks.h"

namespace hb::test {

using domain::State;
using Side = store::AdjustmentRow::Side;

namespace {

bool live(State state) {
    return state != State::Cancelled && state != State::Credited;
}
bool agreed(State state) {
    return state == State::Agreed || state == State::Invoiced || state == State::PartlyPaid ||
           state == State::Paid;
}

} // namespace

void Checks::read() {
    all_ = world_.tables->reports.list(std::nullopt, std::nullopt);
    lines_.clear();
    live_.clear();
    adjustments_.clear();
    landed_.clear();
    for (const auto& row : all_) {
        lines_[row.id] = world_.tables->reports.lines(row.id, store::counting_revision(row));
        live_[row.id] = world_.tables->reports.allocations(row.id, true);
        for (const auto& share : live_[row.id])
            if (share.origin != "work") landed_.insert(share.origin);
    }
    for (const auto& row : world_.tables->reports.adjustments(std::nullopt, false))
        if (!row.replaced) adjustments_[row.report].push_back(row);
    for (const auto& [name, entry] : model_.entries) {
        if (entry_ids_.count(name)) continue;
        const auto id =
            world_.tables->sources.find_entry(domain::Ref{"bitrix24", "entry", name})->id;
        entry_ids_[name] = id;
        entry_names_[id] = name;
    }
    for (const auto& [name, task] : model_.tasks) {
        if (client_ids_.count(task.client) == 0 && !task.client.empty())
            client_ids_[task.client] =
                world_.tables->sources
                    .find_company(domain::Ref{"bitrix24", "company", task.client})
                    ->id;
        task_names_[world_.tables->sources.find_task(domain::Ref{"bitrix24", "task", name})->id] =
            name;
    }
}

namespace {

// What drafts bill, what waits as a correction and what was decided of late time.
std::string what_settling_moves(const store::Tables& tables) {
    std::string out;
    for (const auto& row : tables.reports.drafts()) {
        out += "draft " + std::to_string(row.id) + " " + std::to_string(row.total) + " " +
               std::to_string(row.worked_seconds) + "\n";
        for (const auto& line : tables.reports.lines(row.id, 0)) {
            out += line.line.task_ref.id + " " + line.line.task_title + " " +
                   std::to_string(line.line.amount);
            for (const auto& share : tables.reports.allocations_of_line(line.id))
                out += " " + std::to_string(share.entry) + "/" +
                       std::to_string(share.entry_revision) + "/" + share.origin;
            out += "\n";
        }
    }
    for (const auto& row : tables.reports.adjustments(std::nullopt, false))
        out += "adjustment " + std::to_string(row.id) + " " + std::to_string(row.delta_seconds) +
               " " + std::to_string(row.delta_amount) + " " + row.decision.value_or("open") +
               (row.replaced ? " replaced" : "") + "\n";
    for (const auto& [entry, decision] : tables.sources.late_decisions())
        out += "late " + std::to_string(entry) + " " + std::to_string(static_cast<int>(decision)) +
               "\n";
    return out;
}

} // namespace

// The tables note by themselves whose drafts and corrections have to be looked at: looking at
// everybody's besides finds nothing.
void Checks::settled() {
    const std::string before = what_settling_moves(*world_.tables);
    books::Step step = world_.books->begin(); // never done
    step->touched.everybody();
    books::settle(step, nullptr);
    const std::string after = what_settling_moves(*world_.tables);
    if (after != before)
        fail("somebody was not settled; as it stands:\n" + before + "settled:\n" + after);
}

std::string Checks::broken() {
    wrong_.clear();
    settled();
    read();
    reports();
    entries();
    percents();
    if (++times_ % 7 == 0) unbilled(); // each client's whole time: dear
    const auto chain = world_.tables->events.verify_chain();
    if (!chain.empty()) fail("rule 55: " + chain);
    return wrong_;
}

void Checks::reports() {
    std::set<std::string> numbers;
    for (const auto& row : all_) {
        const std::string who = "report " + std::to_string(row.id) + ": ";
        if (row.number && !numbers.insert(*row.number).second)
            fail(who + "rule 15: a number was given twice");
        report(row, who);
    }
}

void Checks::report(const store::ReportRow& row, const std::string& who) {
    allocations(row, who);
    money(row, who);
    if (row.state == State::Draft) {
        draft_lines(row, who);
        statement(row, who);
    }
    payments(row, who);
    revisions(row, who);
    writes(row, who);
    if (agreed(row.state)) corrected_money(row, who);
}

// Rules 3, 4, 29.
void Checks::allocations(const store::ReportRow& row, const std::string& who) {
    std::map<std::int64_t, std::int64_t> of_line;
    std::map<std::int64_t, int> shares;
    for (const auto& line : lines_[row.id]) of_line[line.id] = 0;
    for (const auto& share : live_[row.id]) {
        if (of_line.count(share.line) == 0)
            fail(who + "rule 3: a live allocation without a visible line");
        of_line[share.line] += share.seconds;
        ++shares[share.line];
    }
    if (!live(row.state)) {
        if (!live_[row.id].empty()) fail(who + "rule 29: it ended and still holds time");
        return;
    }
    for (const auto& line : lines_[row.id]) {
        if (shares[line.id] == 0) fail(who + "rule 3: a line without an allocation");
        if (of_line[line.id] != line.line.worked_seconds)
            fail(who + "rule 4: allocations of a line are not its seconds");
    }
}

// Rules 1, 8: every second of the agency is in one place that `unbilled` names.
void Checks::unbilled() {
    std::int64_t logged = 0, shown = 0;
    for (const auto& [name, entry] : model_.entries) logged += entry.seconds;
    for (const auto& row : books::unbilled(world_.books->read())) {
        const std::int64_t places = row.seconds + row.late_seconds + row.unmapped_seconds +
                                    row.not_shown_seconds + row.held_seconds + row.long_seconds +
                                    row.nonbillable_seconds + row.external_seconds +
                                    row.written_off_seconds + row.repeated_seconds +
                                    row.drafted_seconds + row.billed_seconds;
        if (places != row.total_seconds)
            fail("rule 8: the places of client " + row.name + " do not add up");
        shown += row.total_seconds;
    }
    if (shown != logged)
        fail("rule 1: " + std::to_string(logged) + " s logged, unbilled names " +
             std::to_string(shown));
}

// Rules 31-33, G5, G9; the tax is worked out anew.
void Checks::money(const store::ReportRow& row, const std::string& who) {
    std::int64_t worked = 0, amounts = 0, gross = 0;
    for (const auto& [id, report, revision, position, people, line] : lines_[row.id]) {
        worked += line.worked_seconds;
        amounts += line.amount;
        gross += line.gross;
        if (!line.billable && (line.amount != 0 || line.billed_seconds != 0))
            fail(who + "G9: a non-billable line has money");
        if (line.kind == "work" && line.billable &&
            line.amount != price_of(line.rate, line.billed_seconds))
            fail(who + "rule 32: the amount is not billed x rate");
    }
    if (worked != row.worked_seconds) fail(who + "worked seconds are not the sum of its lines");
    if (gross != row.total) fail(who + "G5: gross amounts do not add up to the total");
    const auto expected = totals_of_sum(amounts, terms(row));
    if (!(expected == ModelTotals{row.subtotal, row.vat, row.total}))
        fail(who + "rule 33: subtotal, VAT and total are not those of its lines");
    if (live(row.state) && row.state != State::Draft && row.total < 0)
        fail(who + "rule 23: a negative bill");
}

// Rules 1, 8: every second of client and period has one place in the statement.
void Checks::statement(const store::ReportRow& row, const std::string& who) {
    const auto view = world_.books->show(row.id);
    if (!view.ok() || !view->completeness) return fail(who + "it has no statement");
    const auto& c = *view->completeness;
    const std::int64_t places = c.billed_work_seconds + c.nonbillable_seconds + c.held_seconds +
                                c.late_seconds + c.excluded_seconds + c.filtered_seconds +
                                c.external_seconds + c.written_off_seconds + c.no_task_seconds +
                                c.long_seconds;
    if (places != c.source_seconds) fail(who + "rule 8: places do not add up to what was logged");
    std::int64_t logged = 0, waiting = 0;
    for (const auto& [name, entry] : model_.entries) {
        const auto& task = model_.tasks.at(entry.task);
        const auto stored =
            world_.tables->sources.find_entry(domain::Ref{"bitrix24", "entry", name});
        const Day day = from_epoch_days(model_.day_of(entry));
        // What a sent report holds stays in its client's statement, whatever became of its task.
        if (stored->live_report || task.client.empty() ||
            client_ids_.at(task.client) != row.client || day < row.period.from ||
            day > row.period.to)
            continue;
        logged += entry.seconds;
        if (entry.seconds > 86400 && entry.accepted != entry.seconds) waiting += entry.seconds;
    }
    if (c.source_seconds < logged) fail(who + "rule 8: free time is missing from the statement");
    if (c.long_seconds + c.written_off_seconds + c.external_seconds < waiting)
        fail(who + "G54: records of more than a day are not in the statement");
}

// What stands on a draft, billed anew from the facts of now (rules 4, 5, 34, 35, G6-G9).
void Checks::draft_lines(const store::ReportRow& row, const std::string& who) {
    std::vector<ModelEntry> held;
    for (const auto& share : live_[row.id]) {
        if (share.origin != "work") continue;
        const auto& entry = model_.entries.at(entry_names_.at(share.entry));
        if (client_ids_[model_.tasks.at(entry.task).client] != row.client)
            fail(who + "rule 5: it holds time of another client");
        held.push_back(entry);
        held.back().day = model_.day_of(entry);
    }
    std::vector<ModelLine> stored;
    for (const auto& line : lines_[row.id])
        if (line.line.kind == "work")
            stored.push_back({task_names_.at(line.line.task), line.line.billable, line.line.rate,
                              line.line.worked_seconds, line.line.billed_seconds,
                              line.line.amount});
    auto expected = lines_of(held, model_, terms(row));
    std::sort(stored.begin(), stored.end());
    std::sort(expected.begin(), expected.end());
    if (stored != expected) fail(who + "rule 4: its lines are not what its time costs");
}

// Rules 39-44.
void Checks::payments(const store::ReportRow& row, const std::string& who) {
    const bool all = row.settled + row.written_off == row.total && row.settled <= row.total;
    if (row.state == State::Paid && !all) fail(who + "rule 41: paid, but the money is not there");
    if ((row.state == State::Invoiced || row.state == State::PartlyPaid) && all && row.total > 0 &&
        asks_of(*world_.books, row.id).empty())
        fail(who + "rule 41: the money is there, but it is not paid");
    std::int64_t counted = 0;
    for (const auto& payment : world_.tables->reports.payments(row.id))
        if (!payment.reversed_at) counted += payment.amount;
    if ((row.state == State::PartlyPaid || row.state == State::Paid) &&
        counted != row.settled + row.surplus && asks_of(*world_.books, row.id).empty())
        fail(who + "rule 40: settled money is not the payments");
}

// Rules 10-14, 59: a sent revision with its lines and allocations stays to the byte.
void Checks::revisions(const store::ReportRow& row, const std::string& who) {
    for (int n = 1; n <= row.revision; ++n) {
        const auto revision = world_.tables->reports.find_revision(row.id, n);
        if (!revision) return fail(who + "rule 14: a sent revision is gone");
        if (sha256_hex(revision->canonical) != revision->hash)
            fail(who + "rule 59: hash and text differ");
        std::string text = revision->canonical;
        for (const auto& line : world_.tables->reports.lines(row.id, n)) {
            text += "\n" + std::to_string(line.id) + " " + std::to_string(line.line.task) + " " +
                    std::to_string(line.line.rate) + " " +
                    std::to_string(line.line.billed_seconds) + " " +
                    std::to_string(line.line.amount);
            for (const auto& share : world_.tables->reports.allocations_of_line(line.id))
                text += " " + std::to_string(share.entry) + ":" + std::to_string(share.seconds);
        }
        const auto [kept, fresh] = frozen_.emplace(std::pair{row.id, n}, text);
        if (!fresh && kept->second != text) fail(who + "rules 10, 11: a sent revision changed");
    }
    if (!agreed(row.state)) return;
    // Rule 11, 17: what was billed is still held.
    std::set<std::int64_t> held;
    for (const auto& share : live_[row.id]) held.insert(share.line);
    for (const auto& line : lines_[row.id])
        if (held.count(line.id) == 0) fail(who + "rule 17: billed time became free");
}

// Rules 47, 48: nothing is told without an intent, and the deal is intended once.
void Checks::writes(const store::ReportRow& row, const std::string& who) {
    std::set<std::string> keys;
    int deals = 0;
    for (const auto& op : world_.tables->outbox.of_report(row.id)) {
        if (op.op.key.empty() || !keys.insert(op.op.key).second)
            fail(who + "rule 47: an intent without a marker of its own");
        if (op.op.kind == domain::OpKind::DealCreate && !op.superseded) ++deals;
    }
    bool billable = false;
    for (const auto& line : lines_[row.id]) billable = billable || line.line.billable;
    if (deals > 1) fail(who + "rule 48: two deals");
    if (agreed(row.state) && billable && deals == 0) fail(who + "rule 47: no deal is intended");
    if ((row.state == State::Draft || row.state == State::Sent) && deals != 0)
        fail(who + "G19: a deal before agreement");
}

bool Checks::landed(const store::AdjustmentRow& row) const {
    return landed_.count("adjustment:" + std::to_string(row.id)) != 0;
}

std::int64_t Checks::billed_day(const store::AllocationRow& share) const {
    const auto now = world_.tables->sources.find_entry(share.entry);
    if (now->revision == share.entry_revision) return to_epoch_days(now->work_date);
    for (const auto& old : world_.tables->sources.revisions_of(share.entry))
        if (old.revision == share.entry_revision) return to_epoch_days(old.work_date);
    return 0;
}

// G10: a bill and what was decided about it cost what the time that was decided costs; at most what
// was billed goes back (rule 27). Bills with write-offs or transfers follow other stories.
void Checks::corrected_money(const store::ReportRow& row, const std::string& who) {
    std::int64_t amounts = 0, deltas = 0, given_back = 0;
    bool plain = true;
    for (const auto& line : lines_[row.id])
        if (line.line.kind == "work") amounts += line.line.amount;
    std::map<std::int64_t, std::int64_t> corrected; // by entry
    for (const auto& each : adjustments_[row.id]) {
        if (!each.decision) continue;
        deltas += each.delta_amount;
        corrected[each.entry] += each.delta_seconds;
        if (each.decision == "write_off" || each.transfer) plain = false;
        const bool own = !each.terms || each.terms->client == row.client;
        if (own && each.decision == "next_report") given_back += each.delta_amount;
    }
    if (amounts + given_back < 0) fail(who + "rule 27: more goes back than was billed");
    if (!plain) return;
    std::map<std::int64_t, domain::Line> billed;
    for (const auto& line : lines_[row.id]) billed[line.id] = line.line;
    std::map<std::tuple<std::int64_t, std::int64_t>, std::map<std::int64_t, std::int64_t>> groups;
    for (const auto& share : live_[row.id]) {
        if (share.origin != "work" || !billed.at(share.line).billable) continue;
        const auto task = billed.at(share.line).task;
        std::tuple<std::int64_t, std::int64_t> key{-share.entry, 0};
        if (terms(row).rounding == "task_day") key = {task, billed_day(share)};
        if (terms(row).rounding == "task") key = {task, 0};
        if (terms(row).rounding == "report") key = {0, 0};
        groups[key][share.line] += share.seconds + corrected[share.entry];
    }
    std::map<std::int64_t, std::int64_t> of_line;
    for (const auto& [key, group] : groups) {
        std::vector<std::int64_t> raw;
        std::int64_t sum = 0;
        for (const auto& [line, seconds] : group) {
            raw.push_back(seconds);
            sum += seconds;
        }
        const auto parts = shares(rounded(sum, terms(row)), raw);
        std::size_t i = 0;
        for (const auto& [line, seconds] : group) of_line[line] += parts[i++];
    }
    std::int64_t now = 0;
    for (const auto& [line, seconds] : of_line) now += price_of(billed.at(line).rate, seconds);
    if (amounts + deltas != now)
        fail(who + "G10: bill and corrections cost " + std::to_string(amounts + deltas) +
             ", its time costs " + std::to_string(now) + " (" + terms(row).rounding + " " +
             terms(row).mode + " " + std::to_string(terms(row).step) + " s)" + told(row.id));
}

std::string Checks::told() {
    std::string out;
    for (const auto& row : all_)
        out += "\n report " + std::to_string(row.id) + " " + domain::to_string(row.state) +
               told(row.id);
    return out;
}

std::string Checks::told(std::int64_t report) {
    std::string out;
    for (const auto& line : lines_[report])
        out += "\n  line " + std::to_string(line.id) + " task " + std::to_string(line.line.task) +
               " rate " + std::to_string(line.line.rate) + ": " +
               std::to_string(line.line.worked_seconds) + " s, " +
               std::to_string(line.line.billed_seconds) + " s, " + std::to_string(line.line.amount);
    for (const auto& share : live_[report])
        out += "\n  entry " + std::to_string(share.entry) + " on line " +
               std::to_string(share.line) + ": " + std::to_string(share.seconds) + " s " +
               share.origin;
    for (const auto& row : adjustments_[report])
        out += "\n  adjustment " + std::to_string(row.id) + " of entry " +
               std::to_string(row.entry) + ": " + std::to_string(row.delta_seconds) + " s, " +
               std::to_string(row.delta_billed) + " s, " + std::to_string(row.delta_amount) + " " +
               row.why + " " + row.decision.value_or("open") + " side " +
               std::to_string(static_cast<int>(row.side));
    return out;
}

std::int64_t Checks::corrected_seconds(const Held& held, const char* decision) const {
    std::int64_t seconds = 0;
    for (const auto& row : held.adjustments)
        if (row.decision.value_or("") == decision) seconds += row.delta_seconds;
    return seconds;
}

void Checks::entries() {
    std::map<std::int64_t, std::vector<Held>> holders; // by entry
    for (const auto& row : all_)
        for (const auto& share : live_[row.id]) {
            if (share.origin != "work") continue;
            Held held{share, row, {}};
            for (const auto& each : adjustments_[row.id])
                if (each.entry == share.entry) held.adjustments.push_back(each);
            holders[share.entry].push_back(std::move(held));
        }
    for (const auto& [name, entry] : model_.entries) {
        const std::string who = "entry " + name + ": ";
        const auto stored =
            world_.tables->sources.find_entry(domain::Ref{"bitrix24", "entry", name});
        const auto& held = holders[stored->id];
        if (stored->seconds != entry.seconds) fail(who + "rule 6: it has other seconds here");
        if (held.size() > 1) fail(who + "rule 2: it is on two live reports");
        if (stored->live_report.has_value() != !held.empty())
            fail(who + "G31: live_report is wrong");
        const auto& task = model_.tasks.at(entry.task);
        if (held.empty()) {
            const auto client =
                task.client.empty() ? std::nullopt : std::optional(client_ids_.at(task.client));
            if (stored->client != client) fail(who + "rule 8: free, and not with its client");
            continue;
        }
        if (entry.must_be_late && !task.bug && entry.seconds > 0 &&
            world_.tables->sources.late_decision(stored->id) != domain::LateDecision::NextReport &&
            held.front().report.state == State::Draft)
            fail(who + "rule 24: time of a paid task is on a draft without a decision");
        if (entry.seconds > 86400 && entry.accepted != entry.seconds &&
            held.front().report.state == State::Draft)
            fail(who + "G54: more than a day is on a draft, and nobody took it for true");
        corrections(who, entry, held.front());
        places(who, entry, held.front());
    }
}

// Rules 1, 19, 26.
void Checks::corrections(const std::string& who, const ModelEntry& entry, const Held& held) {
    const auto state = held.report.state;
    const std::int64_t decided =
        corrected_seconds(held, "next_report") + corrected_seconds(held, "write_off");
    const std::int64_t rest = entry.seconds - held.share.seconds - decided;
    if (state == State::Draft && rest != 0) fail(who + "rule 19: a draft holds old facts");
    if (state == State::Sent && rest != 0 && !held.report.drifted)
        fail(who + "rule 19: a sent report drifted unseen");
    if (!agreed(state)) return;
    int open = 0;
    std::int64_t delta = 0;
    for (const auto& row : held.adjustments)
        if (!row.decision) {
            ++open;
            delta += row.delta_seconds;
        }
    if (open > 1 || (rest != 0 && open != 1))
        fail(who + "rule 19: " + std::to_string(open) + " open adjustments for " +
             std::to_string(rest) + " s");
    if (delta != rest)
        fail(who + "rule 1: " + std::to_string(entry.seconds) + " s worked, " +
             std::to_string(entry.seconds - rest + delta) + " s accounted for");
}

// Rules 8, 21: with every correction decided for a report, the seconds stand with the client that
// owns them now, and with nobody else.
void Checks::places(const std::string& who, const ModelEntry& entry, const Held& held) {
    if (!agreed(held.report.state)) return;
    const auto& owner = model_.tasks.at(entry.task).client;
    std::map<std::int64_t, std::int64_t> by_client{{held.report.client, held.share.seconds}};
    std::map<std::int64_t, std::int64_t> pairs; // what is taken out and put in
    for (const auto& row : held.adjustments) {
        if (row.side == Side::UsedUp) continue;
        // Left as it was: its bill keeps it.
        if (row.decision == "write_off" || (!row.decision && row.transfer)) return;
        by_client[row.terms ? row.terms->client : held.report.client] += row.delta_seconds;
        if (row.side == Side::PutIn && row.pair) --pairs[*row.pair];
        if (row.side == Side::TakenOut) ++pairs[row.id];
    }
    for (const auto& [id, count] : pairs)
        if (count != 0) fail(who + "rule 21: half a transfer");
    if (owner.empty()) return;
    for (const auto& [client, seconds] : by_client) {
        const bool is_owner = client == client_ids_.at(owner);
        const auto written_off = corrected_seconds(held, "write_off");
        if (seconds != (is_owner ? entry.seconds - written_off : 0))
            fail(who + "rule 8: " + std::to_string(seconds) + " s of its time stand with client " +
                 std::to_string(client));
    }
}

// Rule 42, G1.
void Checks::percents() {
    for (const auto& [id, name] : task_names_) {
        std::int64_t billed = 0, settled = 0;
        bool billable = false, open = false, negative = false;
        for (const auto& row : all_) {
            if (!live(row.state)) continue;
            std::vector<std::int64_t> gross;
            std::vector<bool> mine;
            bool below = false;
            for (const auto& line : lines_[row.id])
                if (line.line.billable) {
                    gross.push_back(line.line.gross);
                    mine.push_back(line.line.task == id);
                    below = below || line.line.gross < 0;
                }
            if (std::find(mine.begin(), mine.end(), true) == mine.end()) continue;
            billable = true;
            negative = negative || below;
            if (row.state == State::Draft) {
                open = true;
                continue;
            }
            const auto parts = shares(row.settled + row.written_off, gross);
            for (std::size_t i = 0; i < gross.size(); ++i)
                if (mine[i]) {
                    billed += gross[i];
                    settled += parts[i];
                }
        }
        const auto& task = model_.tasks.at(name);
        for (const auto& [entry_name, entry] : model_.entries) {
            if (entry.task != name || entry.seconds == 0 || task.bug || task.client.empty())
                continue;
            const auto stored =
                world_.tables->sources.find_entry(domain::Ref{"bitrix24", "entry", entry_name});
            if (stored->live_report ||
                world_.tables->sources.late_decision(stored->id) == domain::LateDecision::WriteOff)
                continue;
            billable = open = true;
        }
        for (const auto& [report, rows] : adjustments_)
            for (const auto& row : rows) {
                const bool waits = !row.decision || (row.decision == "next_report" && !landed(row));
                const auto line = world_.tables->reports.find_line(row.line);
                const auto place = row.terms ? row.terms->task : line->line.task;
                if (waits &&
                    (place == id || model_.entries.at(entry_names_.at(row.entry)).task == name))
                    open = true;
            }
        if (negative) continue; // how a payment spreads over what goes back is the domain's tests'
        std::optional<int> expected;
        if (billable) {
            expected = billed <= 0 ? 0 : static_cast<int>(settled * 100 / billed);
            if (open) expected = std::min(*expected, 99);
        }
        const books::View view = world_.books->view();
        const auto said = books::Lookup(view).percent_of_task(id);
        if (said != expected)
            fail("task " + name + ": rule 42: percent " + (said ? std::to_string(*said) : "none") +
                 ", worked out " + (expected ? std::to_string(*expected) : "none"));
    }
}

} // namespace hb::test
