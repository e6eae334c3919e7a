#include "bench/agency_seed.h"

#include <random>
#include <stdexcept>

#include "base/digest.h"
#include "bench/books_parts.h"
#include "books/owners.h"
#include "desk/reports.h"

namespace hb::bench {
namespace {

constexpr std::int64_t kPersons = 40;
constexpr std::int64_t kEntriesOfATask = 50;

class Seed {
public:
    Seed(Rig& rig, std::int64_t entries)
        : rig_(rig), entries_(entries), tasks_(entries / kEntriesOfATask),
          first_(month_before(rig.clock.now(), kMonths).from),
          days_((month_before(rig.clock.now(), 1).to - first_).count() + 1) {}

    void run() {
        people();
        tasks();
        for (std::int64_t client = 1; client <= kClients; ++client) rig_.contract(client);
        time();
        bills();
    }

private:
    using Rows = std::vector<store::KeptRecord>;

    static void add(Rows& rows, const char* stream, const std::string& id, domain::Fact fact) {
        rows.push_back(
            {{stream, id, "{\"ID\":\"" + id + "\"}", sha256_hex(id)}, std::move(fact), ""});
    }
    void keep(const char* stream, Rows& rows) {
        if (rows.empty()) return;
        books::Step step = rig_.books->begin();
        const auto& remote = *rig_.books->remotes.front();
        store::Sources::Keep context{remote.row.id, stream, 0, 1, 1, step.now()};
        step->sources.keep(context, rows, {}, books::calendar_lookup(step),
                           [](const store::TaskRow&) { return false; });
        step.put_off(remote);
        rows.clear();
    }

    void people() {
        Rows rows;
        for (std::int64_t i = 1; i <= kClients; ++i)
            add(rows, "companies", std::to_string(i),
                domain::SourceCompany{std::to_string(i), "Client " + std::to_string(i), false});
        keep("companies", rows);
        for (std::int64_t i = 1; i <= kClients; ++i)
            add(rows, "projects", std::to_string(i),
                domain::SourceProject{std::to_string(i), "Project " + std::to_string(i), false});
        keep("projects", rows);
        for (std::int64_t i = 1; i <= kPersons; ++i)
            add(rows, "users", std::to_string(i),
                domain::SourcePerson{std::to_string(i), "Person " + std::to_string(i), true});
        keep("users", rows);
    }

    // Tasks of one client have neighbouring ids, in the order of time.
    std::int64_t first_task(std::int64_t client) const {
        const std::int64_t big = tasks_ / 20;
        return client == 1 ? 0 : big + (client - 2) * (tasks_ - big) / (kClients - 1);
    }

    void tasks() {
        Rows rows;
        for (std::int64_t client = 1; client <= kClients; ++client) {
            const std::int64_t end = client == kClients ? tasks_ : first_task(client + 1);
            for (std::int64_t task = first_task(client); task < end; ++task) {
                domain::SourceTask fact;
                fact.id = std::to_string(task + 1);
                fact.title = "A task with an ordinary title, number " + fact.id;
                fact.project = std::to_string(client);
                fact.responsible = std::to_string(1 + task % kPersons);
                fact.status = domain::TaskStatus::InProgress;
                fact.links = {{"company", std::to_string(client)}};
                add(rows, "tasks", fact.id, fact);
                if (rows.size() == kRowsOfAPage) keep("tasks", rows);
            }
        }
        keep("tasks", rows);
        books::Step step = rig_.books->begin();
        books::resolve_owners(step, *rig_.books->remotes.front());
        step.put_off(*rig_.books->remotes.front());
    }

    // Some task of the client that is open about then: each lives for half a year.
    std::int64_t task_at(std::int64_t client, std::int64_t entry) {
        const std::int64_t begin = first_task(client);
        const std::int64_t count = (client == kClients ? tasks_ : first_task(client + 1)) - begin;
        const std::int64_t window = std::max<std::int64_t>(1, count / 10);
        const std::int64_t at = (count - window) * entry / entries_;
        return begin + at + below(window);
    }

    void time() {
        Rows rows;
        for (std::int64_t i = 0; i < entries_; ++i) {
            const std::int64_t client = below(100) < 5 ? 1 : 2 + below(kClients - 1);
            domain::SourceEntry fact;
            fact.id = std::to_string(i + 1);
            fact.task = std::to_string(task_at(client, i) + 1);
            fact.person = std::to_string(1 + below(kPersons));
            fact.seconds = 300 * (1 + below(24));
            fact.at =
                Instant{first_ + std::chrono::days{days_ * i / entries_}} + std::chrono::hours{9};
            fact.text = "what was done, in a few words";
            add(rows, "entries", fact.id, std::move(fact));
            if (rows.size() == kRowsOfAPage) keep("entries", rows);
        }
        keep("entries", rows);
    }

    // Nothing is sent while a remote was never read to its end.
    void was_read() {
        store::Tx tx(*rig_.db);
        const Instant now = rig_.clock.now();
        rig_.tables->sources.keep_cursor(rig_.books->remotes.front()->row.id,
                                         {"entries", "changes", "", 0, now, now});
        tx.commit();
    }

    void bills() {
        was_read();
        for (int back = kMonths; back > kFreeMonths; --back) {
            const auto month = month_before(rig_.clock.now(), back);
            for (std::int64_t client = 1; client <= kClients; ++client) bill(client, month);
        }
    }
    void bill(std::int64_t client, const DayRange& month) {
        domain::Filter filter;
        filter.company = {"bitrix24", "company", std::to_string(client)};
        filter.from = month.from;
        filter.to = month.to;
        const auto made = desk::create(*rig_.books, filter, {"bench"});
        if (!made) throw std::runtime_error("a bill: " + to_string(made.error()));
        if (!made->view.id) return; // few entries: not every client has time in each month
        const auto sent = desk::send(*rig_.books, *made->view.id, "", false, true, {"bench"});
        if (!sent) throw std::runtime_error("a bill: " + to_string(sent.error()));
    }

    std::int64_t below(std::int64_t limit) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(limit));
    }

    Rig& rig_;
    std::int64_t entries_;
    std::int64_t tasks_;
    Day first_;
    std::int64_t days_;
    std::mt19937_64 random_{20260701};
};

} // namespace

void seed_agency(Rig& rig, std::int64_t entries) {
    Seed(rig, entries).run();
}

} // namespace hb::bench
