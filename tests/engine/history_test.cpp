// Random histories over the real books (DOMAIN section 7). After every step the invariants are
// recomputed from raw rows by code of its own: sums here are not the product's sums.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

#include "base/digest.h"
#include "engine/books_world.h"

using namespace hb;
using test::BooksWorld;

namespace {

using domain::State;

constexpr int kSteps = 50;

class History {
public:
    explicit History(std::uint64_t seed) : random_(seed) {
        for (const char* id : {"1", "2"}) world_.company(id, std::string("Client ") + id);
        for (const char* id : {"1", "2", "3"}) world_.person(id);
        for (int i = 1; i <= 6; ++i)
            world_.task(std::to_string(i), i <= 3 ? "1" : "2", domain::TaskStatus::InProgress,
                        i % 3 == 0 ? std::vector<std::string>{"bug"} : std::vector<std::string>{});
        static const char* rounding[] = {
            "", R"("rounding":{"level":"entry","step_minutes":15,"mode":"up"},)",
            R"("rounding":{"level":"task_day","step_minutes":6,"mode":"nearest"},)",
            R"("rounding":{"level":"task","step_minutes":30,"mode":"down"},)",
            R"("rounding":{"level":"report","step_minutes":60,"mode":"up"},)"};
        static const char* vat[] = {"", R"("vat":{"mode":"added","rate":"20"},)",
                                    R"("vat":{"mode":"included","rate":"10"},)"};
        for (const char* id : {"1", "2"}) {
            const std::string terms =
                std::string(R"("valid_from":"2026-01-01","currency":"BYN",)") + rounding[pick(5)] +
                vat[pick(3)] +
                R"("rates":[{"amount":"90.00"},{"person":"bitrix24:user:2","amount":"120.50"}])";
            REQUIRE(world_.contract(id, terms).ok());
        }
    }

    void step() {
        world_.clock.advance(std::chrono::minutes{10});
        switch (pick(20)) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
            add_entry();
            break;
        case 5:
        case 6:
            edit_entry();
            break;
        case 7:
            delete_entry();
            break;
        case 8:
            move_task();
            break;
        case 9:
            finish_task();
            break;
        case 10:
        case 11:
            draft();
            break;
        case 12:
            with_report(State::Draft, [&](auto id) {
                did(world_.books->send(id, "", false, false, world_.actor), "send");
            });
            break;
        case 13:
            if (pick(3) == 0)
                with_report(State::Sent, [&](auto id) {
                    did(world_.books->recall(id, world_.actor), "recall");
                });
            else
                with_report(State::Sent, [&](auto id) {
                    did(world_.books->agree(id, "", world_.actor), "agree");
                });
            break;
        case 14:
            with_report(State::Agreed, [&](auto id) {
                world_.books->confirm_invoiced(id, world_.deal(id));
                last_ = "confirm";
            });
            break;
        case 15:
            pay();
            break;
        case 16:
            reverse();
            break;
        case 17:
            cancel();
            break;
        case 18:
            decide();
            break;
        case 19:
            change_terms();
            break;
        }
    }

    // "" when every invariant holds.
    std::string broken() {
        auto& reports = world_.core->reports;
        std::map<std::int64_t, std::vector<store::AllocationRow>> live; // by entry
        std::set<std::string> numbers;
        for (const auto& row : reports.list(std::nullopt, std::nullopt)) {
            const std::string who = "report " + std::to_string(row.id) + ": ";
            if (row.number && !numbers.insert(*row.number).second)
                return who + "rule 15: a number was given twice";
            std::int64_t worked = 0, amounts = 0, gross = 0;
            std::map<std::int64_t, store::LineRow> lines;
            for (const auto& line : reports.lines(row.id, store::counting_revision(row))) {
                lines[line.id] = line;
                worked += line.line.worked_seconds;
                amounts += line.line.amount;
                gross += line.line.gross;
                if (!line.line.billable && (line.line.amount != 0 || line.line.billed_seconds != 0))
                    return who + "G9: a non-billable line has money";
                if (line.line.kind == "work" && line.line.billable) {
                    const std::int64_t twice = 2 * line.line.billed_seconds *
                                               line.line.rate; // price rounded half away from zero
                    if (line.line.amount != (twice + 3600) / 7200)
                        return who + "rule 32: the amount is not billed x rate";
                }
            }
            if (worked != row.worked_seconds)
                return who + "worked seconds are not the sum of its lines";
            if (gross != row.total) return who + "G5: gross amounts do not add up to the total";
            if (row.subtotal + row.vat != row.total)
                return who + "rule 33: subtotal + vat is not the total";
            if (amounts != row.subtotal && amounts != row.total)
                return who + "rule 33: lines add up to neither subtotal nor total";
            std::map<std::int64_t, std::int64_t> of_line;
            for (const auto& share : reports.allocations(row.id, true)) {
                if (!lines.count(share.line))
                    return who + "rule 3: a live allocation without a visible line";
                of_line[share.line] += share.seconds;
                if (share.origin == "work") live[share.entry].push_back(share);
            }
            const bool holds = domain::is_live(row.state);
            if (!holds && !of_line.empty()) return who + "rule 29: it ended and still holds time";
            if (holds)
                for (const auto& [id, line] : lines)
                    if (of_line[id] != line.line.worked_seconds)
                        return who + "rule 4: allocations of a line are not its seconds";
            const bool is_paid =
                row.settled + row.written_off == row.total && row.settled <= row.total;
            if (row.state == State::Paid && !is_paid)
                return who + "rule 41: paid, but the money is not there";
            if ((row.state == State::Invoiced || row.state == State::PartlyPaid) && is_paid &&
                row.total > 0 && !row.asks)
                return who + "rule 41: the money is there, but it is not paid";
            std::int64_t counted = 0;
            for (const auto& payment : reports.payments(row.id))
                if (!payment.reversed_at) counted += payment.amount;
            if ((row.state == State::PartlyPaid || row.state == State::Paid) &&
                counted != row.settled + row.surplus && !row.asks)
                return who + "rule 40: settled money is not the payments";
            for (int n = 1; n <= row.revision; ++n) {
                const auto revision = reports.find_revision(row.id, n);
                if (!revision) return who + "rule 14: a sent revision is gone";
                if (sha256_hex(revision->canonical) != revision->hash)
                    return who + "rule 59: hash and text differ";
                const auto [kept, fresh] =
                    frozen_.emplace(std::pair{row.id, n}, revision->canonical);
                if (!fresh && kept->second != revision->canonical)
                    return who + "rule 10: a sent revision changed";
            }
        }
        for (const auto& id : entries_) {
            const auto entry =
                world_.core->sources.find_entry(domain::Ref{"bitrix24", "entry", id});
            const std::string who = "entry " + id + ": ";
            const auto holders = live[entry->id].size();
            if (holders > 1) return who + "rule 2: it is on two live reports";
            if (entry->live_report.has_value() != (holders == 1))
                return who + "G31: live_report is wrong";
            if (holders == 0) continue;
            const auto& share = live[entry->id].front();
            const auto report = reports.find(share.report);
            // Rule 1: what is held, plus every correction that stands, is what the entry is now.
            std::int64_t seconds = share.seconds;
            for (const auto& adjustment : reports.adjustments(std::nullopt, false))
                if (adjustment.entry == entry->id && adjustment.report == share.report &&
                    !adjustment.replaced)
                    seconds += adjustment.delta_seconds;
            const bool corrected = domain::was_sent(report->state) && report->state != State::Sent;
            if (corrected && seconds != entry->seconds)
                return who + "rule 1: " + std::to_string(seconds) + " s accounted for, " +
                       std::to_string(entry->seconds) + " s worked";
            if (report->state == State::Draft && share.seconds != entry->seconds)
                return who + "rule 19: a draft holds old facts";
            if (report->state == State::Sent && share.seconds != entry->seconds && !report->drifted)
                return who + "rule 19: a sent report drifted unseen";
        }
        const auto chain = world_.core->events.verify_chain();
        return chain.empty() ? "" : "rule 55: " + chain;
    }

    std::string own_verify() {
        std::string out;
        for (const auto& check : store::verify_books(*world_.db))
            if (!check.ok) out += check.name + ": " + check.detail + "\n";
        return out;
    }
    const std::string& last() const { return last_; }

private:
    int pick(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }
    template <class T> void did(const Result<T>& result, const char* what) {
        last_ = std::string(what) + (result.ok() ? "" : " refused: " + result.error().message);
        // A broken machine is no answer to a legal question.
        REQUIRE((result.ok() || result.error().code != Code::Machine));
    }
    Day day() { return *parse_day("2026-05-01") + std::chrono::days{pick(60)}; }
    std::int64_t seconds() {
        static const std::int64_t choices[] = {60, 599, 900, 1800, 3600, 5401, 7200, 1, 0};
        return choices[pick(9)];
    }
    void put(const std::string& id) {
        world_.entry(id, std::to_string(1 + pick(6)), std::to_string(1 + pick(3)), seconds(),
                     day());
        world_.settle();
    }
    void add_entry() {
        entries_.push_back(std::to_string(entries_.size() + 1));
        put(entries_.back());
        last_ = "add entry " + entries_.back();
    }
    void edit_entry() {
        if (entries_.empty()) return;
        const auto& id =
            entries_[static_cast<std::size_t>(pick(static_cast<int>(entries_.size())))];
        put(id);
        last_ = "edit entry " + id;
    }
    void delete_entry() {
        if (entries_.empty()) return;
        const auto& id =
            entries_[static_cast<std::size_t>(pick(static_cast<int>(entries_.size())))];
        world_.gone("entries", id);
        world_.settle();
        last_ = "delete entry " + id;
    }
    void move_task() {
        const int task = 1 + pick(6);
        world_.task(std::to_string(task), pick(4) == 0 ? "" : std::to_string(1 + pick(2)),
                    domain::TaskStatus::InProgress,
                    task % 3 == 0 ? std::vector<std::string>{"bug"} : std::vector<std::string>{});
        world_.settle();
        last_ = "move task " + std::to_string(task);
    }
    void finish_task() {
        const auto task = world_.core->sources.find_task(
            domain::Ref{"bitrix24", "task", std::to_string(1 + pick(6))});
        const auto owner =
            task->client ? world_.core->sources.find_company(*task->client) : std::nullopt;
        world_.task(task->ref.id, owner ? owner->ref.id : "", domain::TaskStatus::Completed,
                    task->facts.tags);
        world_.settle();
        last_ = "finish task " + task->ref.id;
    }
    void draft() {
        domain::Filter filter;
        filter.company = {"bitrix24", "company", std::to_string(1 + pick(2))};
        filter.from = *parse_day("2026-05-01") + std::chrono::days{pick(30)};
        filter.to = *filter.from + std::chrono::days{pick(40)};
        did(world_.books->create(filter, world_.actor), "create");
    }
    template <class F> void with_report(State state, F&& act) {
        const auto rows = world_.core->reports.list(state, std::nullopt);
        if (rows.empty()) return;
        act(rows[static_cast<std::size_t>(pick(static_cast<int>(rows.size())))].id);
    }
    void pay() {
        const State from[] = {State::Invoiced, State::PartlyPaid, State::Agreed};
        with_report(from[pick(3)], [&](std::int64_t id) {
            const auto row = *world_.core->reports.find(id);
            const std::int64_t rest = row.total - row.settled;
            if (rest <= 0) return;
            const std::int64_t part =
                pick(2) == 0 ? rest
                             : 1 + pick(static_cast<int>(std::min<std::int64_t>(rest, 1000000)));
            did(world_.books->add_payment(
                    id, domain::format_amount(part, *domain::find_currency("BYN")),
                    *parse_day("2026-07-01"), "P" + std::to_string(++payments_), world_.actor),
                "pay");
        });
    }
    void reverse() {
        const auto rows = world_.core->reports.payments(std::nullopt);
        if (rows.empty()) return;
        const auto& row = rows[static_cast<std::size_t>(pick(static_cast<int>(rows.size())))];
        const auto done = world_.books->reverse_payment(row.id, "bank", world_.actor);
        last_ = done.ok() ? "reverse" : "reverse refused";
    }
    void cancel() {
        const State from[] = {State::Draft, State::Sent, State::Agreed, State::Invoiced,
                              State::Paid};
        with_report(from[pick(5)], [&](std::int64_t id) {
            did(world_.books->cancel(id, "a reason", world_.actor), "cancel");
        });
    }
    void decide() {
        const auto rows = world_.books->late(std::nullopt, false);
        if (rows.empty()) return;
        const auto& row = rows[static_cast<std::size_t>(pick(static_cast<int>(rows.size())))];
        const auto done = world_.books->decide_late(
            row.ref, pick(3) == 0 ? "write_off" : "next_report", "a reason", world_.actor);
        last_ = "decide " + row.ref + (done.ok() ? "" : " refused");
    }
    void change_terms() {
        const std::string terms =
            std::string(R"("valid_from":"2026-01-01","currency":"BYN","rates":[{"amount":")") +
            std::to_string(80 + pick(40)) + R"(.00"}])";
        did(world_.contract(std::to_string(1 + pick(2)), terms), "terms");
    }

    BooksWorld world_;
    std::mt19937_64 random_;
    std::vector<std::string> entries_;
    std::map<std::pair<std::int64_t, int>, std::string> frozen_;
    int payments_ = 0;
    std::string last_;
};

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

} // namespace

TEST_CASE("random histories keep every invariant after every step (rules 1-5, 9-12, 14, 15, 19, "
          "29, 32, 33, 40, 41, 55; R1, R2)") {
    const std::uint64_t first = number_from("HB_SEED", 20260701);
    const std::uint64_t seeds = number_from("HB_SEEDS", 400);
    std::cout << "histories: seeds " << first << " to " << first + seeds - 1 << ", " << kSteps
              << " steps each (HB_SEED, HB_SEEDS)\n";
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
        History history(seed);
        for (int step = 1; step <= kSteps; ++step) {
            history.step();
            const std::string broken = history.broken();
            INFO("HB_SEED=" << seed << " HB_SEEDS=1, step " << step << ": " << history.last());
            REQUIRE(broken == "");
        }
        INFO("HB_SEED=" << seed);
        REQUIRE(history.own_verify() == "");
    }
}
