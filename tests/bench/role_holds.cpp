#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "bench/agency_seed.h"
#include "bench/books_parts.h"
#include "bench/measure.h"
#include "bench/roles.h"
#include "books/settling.h"
#include "desk/decisions.h"
#include "desk/terms.h"
#include "mapping/contract_file.h"

// P23: how long the writer's lock is held at a time by what looks at many clients. By the lock's
// own timer, and as CPU time of the longest step, since other programs of the machine lengthen the
// former.
namespace hb::bench {
namespace {

struct Holds {
    double longest_ms = 0; // by the timer
    double cpu_ms = 0;     // of the longest step
    std::int64_t steps = 0;
};

// Each in books opened anew: the timer keeps the longest hold since its start.
Holds holds_of(Clock& clock, const std::string& file, const std::function<void(Rig&)>& work) {
    Rig rig(clock, file, kNowhere, nobody());
    Holds out;
    double began = cpu_seconds();
    const auto ended = [&] {
        out.cpu_ms = std::max(out.cpu_ms, (cpu_seconds() - began) * 1e3);
        began = cpu_seconds();
    };
    rig.books->failpoint = [&](std::string_view) { ended(); };
    work(rig);
    ended();
    const auto seen = rig.books->holds();
    out.longest_ms = static_cast<double>(seen.longest_us) / 1e3;
    for (const auto count : seen.counts) out.steps += count;
    return out;
}

// What ends a reading: of those whom its pages touched, or of everybody.
void settle_all(Rig& rig, bool everybody) {
    const auto& remote = *rig.books->remotes.front();
    books::settle_one_by_one(*rig.books, remote, books::Step::Cause::Facts, everybody);
    books::Step step = rig.books->begin();
    step.ends_reading(remote);
    step.done();
}

// A second more on a task's latest free time, of each client.
void edit_time_of_all(Rig& rig) {
    books::Step step = rig.books->begin();
    auto& edit = rig.db->prepare("UPDATE entries SET seconds = seconds + 1 WHERE id IN "
                                 "(SELECT max(id) FROM entries WHERE live_report IS NULL "
                                 "  GROUP BY client)");
    while (edit.step()) {
    }
    step.put_off(*rig.books->remotes.front());
}

void new_terms(Rig& rig) {
    const std::string text = "{\"client\":\"bitrix24:company:1\",\"valid_from\":\"" +
                             format_day(month_before(rig.clock.now(), kFreeMonths).from) +
                             "\",\"currency\":\"BYN\",\"rates\":[{\"amount\":\"95.00\"}]}";
    std::vector<mapping::FileProblem> problems;
    const auto parsed = mapping::parse_contract(text, "contract", {"Europe/Minsk", "en"}, problems);
    if (!parsed) throw std::runtime_error("a contract of the bench can't be read");
    const auto applied = desk::apply_contract(*rig.books, *parsed, {"BYN"}, false, {"bench"});
    if (!applied) throw std::runtime_error(to_string(applied.error()));
}

void link_a_task(Rig& rig) {
    const auto linked = desk::set_link(*rig.books, "bitrix24:task:1", "bitrix24:company:2",
                                       std::nullopt, {"bench"});
    if (!linked) throw std::runtime_error(to_string(linked.error()));
}

} // namespace

int role_holds(const std::vector<std::string>& words) {
    SystemClock clock;
    const std::string& file = words.at(1);
    const auto put = [](json::Writer& line, const std::string& name, const Holds& holds) {
        line.member(name + "_us", micros(holds.longest_ms));
        line.member(name + "_cpu_us", micros(holds.cpu_ms));
        line.member(name + "_steps", holds.steps);
    };
    {
        // What was never settled since the books were made.
        Rig rig(clock, file, kNowhere, nobody());
        settle_all(rig, true);
    }
    json::Writer line;
    line.begin_object();
    {
        Rig rig(clock, file, kNowhere, nobody());
        edit_time_of_all(rig);
    }
    put(line, "read", holds_of(clock, file, [](Rig& rig) { settle_all(rig, false); }));
    put(line, "night", holds_of(clock, file, [](Rig& rig) { settle_all(rig, true); }));
    put(line, "contract", holds_of(clock, file, new_terms));
    put(line, "link", holds_of(clock, file, link_a_task));
    std::printf("%s\n", line.end_object().text().c_str());
    return 0;
}

} // namespace hb::bench
