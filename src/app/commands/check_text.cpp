#include <map>
#include <set>

#include "app/commands/check_findings.h"
#include "base/count.h"
#include "base/text.h"
#include "base/wall_clock.h"
#include "lanes/outages.h"
#include "render/question_text.h"

namespace hb::app {
namespace {

template <class List> std::int64_t size_of(const List& list) {
    return static_cast<std::int64_t>(list.size());
}

void write_nameless(const Output& out, const NamelessPeople& nameless) {
    const auto& people = nameless.found;
    out.text(nameless.remote + ": " + std::to_string(people.without.size()) + " of " +
             count(people.people, "person", "people") + " with time have no name here, because " +
             nameless.remote + " does not show them. Their hours count like all others");
    for (std::size_t i = 0; i < people.without.size() && i < kExamples; ++i)
        out.text("  " + nameless.remote + ":user:" + people.without[i].id + ": " +
                 format_duration(people.without[i].seconds) + " h");
    if (people.without.size() > kExamples)
        out.text("  and " + std::to_string(people.without.size() - kExamples) + " more");
}

void write_time(const Output& out, const TimeFindings& time) {
    for (const auto& nameless : time.nameless) write_nameless(out, nameless);
    for (const auto& found : time.without_time) {
        if (found.costs.entries.empty()) {
            out.text(found.remote + ": " + count(size_of(found.entries), "record", "records") +
                     " without time: kept, nothing to bill");
            continue;
        }
        out.text(found.remote + ": " + to_string(found.costs) +
                 ": stored, not billed. Drafts show a warning; invoice them separately");
        for (const auto& example : examples_of(found)) out.text("  " + example);
    }
    if (time.alike > 0)
        out.text(count(time.alike, "time entry looks", "time entries look") +
                 " like duplicates and stay out of drafts until resolved: hourbridge alias list");
    if (time.billed_alike > 0)
        out.text(count(time.billed_alike, "pair", "pairs") +
                 " of time entries that look alike are on two sent reports: the same work "
                 "may be billed twice.\n  what to do: hourbridge alias list shows them with the "
                 "command to type for each");
}

std::string hours(std::int64_t seconds) {
    return format_duration(seconds) + " h";
}

// What guards hold, and what pulls took away: where the rest of a client's hours is.
void write_held(const Output& out, const TimeFindings& time, const Zone& zone) {
    for (std::size_t i = 0; i < time.held.size() && i < kExamples; ++i) {
        const auto& row = time.held[i];
        std::vector<std::string> parts;
        if (row.held_seconds > 0)
            parts.push_back(hours(row.held_seconds) + " whose values changed");
        if (row.not_shown_seconds > 0)
            parts.push_back(hours(row.not_shown_seconds) + " that " +
                            "the planner does not show any longer");
        if (row.long_seconds > 0)
            parts.push_back(hours(row.long_seconds) + " in records of more than a day");
        out.text(to_string(row.ref) + " " + shorten(row.name, 60) +
                 ": unbilled time waits for a decision: " + join(parts, ", "));
    }
    if (time.held.size() > kExamples)
        out.text("and time of " +
                 count(static_cast<std::int64_t>(time.held.size() - kExamples), "client more",
                       "clients more") +
                 ": hourbridge unbilled");
    for (std::size_t i = 0; i < time.taken_away.size() && i < kExamples; ++i) {
        const auto& row = time.taken_away[i];
        out.text(to_string(row.ref) + " " + shorten(row.name, 60) + ": " +
                 hours(row.sum.lost.seconds) + " of unbilled time disappeared or became free in " +
                 count(row.sum.entries, "time entry", "time entries") + " since " +
                 wall_clock_text(row.sum.since, zone) + ", by what planners changed");
    }
    if (time.taken_away.size() > kExamples)
        out.text("and time of " +
                 count(static_cast<std::int64_t>(time.taken_away.size() - kExamples), "client more",
                       "clients more") +
                 ": hourbridge unbilled");
}

// Whose time can't be billed as things are.
void write_clients(const Output& out, const Findings& findings) {
    for (const auto& terms : findings.time.own_companies)
        out.text("Reports of " + terms + ". Until then none of them can be sent");
    const auto& without = findings.time.without_terms;
    if (without.empty() || findings.no_contract) return;
    out.text(std::to_string(without.size()) +
             (without.size() == 1 ? " client has" : " clients have") +
             " time and no terms, so no report takes it: hourbridge contract apply FILE");
    for (std::size_t i = 0; i < without.size() && i < kExamples; ++i)
        out.text("  " + to_string(without[i].ref) + " " + shorten(without[i].name, 60) + ": " +
                 format_duration(without[i].seconds) + " h");
    if (without.size() > kExamples)
        out.text("  and " + std::to_string(without.size() - kExamples) +
                 " more: hourbridge unbilled");
}

// Of a remote in an outage that the books know of: the breaker's words, which say what waits and
// when it is tried next. "" of any other.
std::string outage_of(const Findings& findings, const RemoteFinding& remote) {
    if (remote.report.reachable) return "";
    for (const auto& known : findings.condition.remotes)
        if (known.name == remote.name && known.breaker.outage && known.breaker.shut())
            return lanes::outage_text(known.name, known.breaker, known.waiting, known.next_try,
                                      findings.zone, findings.condition.at);
    return "";
}

void write_remote_text(const Output& out, const RemoteFinding& remote, const Zone& zone) {
    const auto& report = remote.report;
    const std::string account = report.account.empty() ? "not installed" : report.account;
    std::string line = remote.name + " (" + account + "): ";
    line += !report.reachable ? "not available"
            : !report.authorised
                ? "reachable, but access was denied"
                : "reachable, authorised" + (report.who.empty() ? "" : " as " + report.who);
    if (report.clock_skew.count() != 0)
        line += ", clocks differ by " + std::to_string(report.clock_skew.count()) + " s";
    out.text(line);
    if (remote.account)
        out.text("  " + remote.account->message + "\n    what to do: " + remote.account->hint);
    for (const auto& note : report.notes) out.text("  " + note);
    if (!remote.last_event.empty())
        out.text("  last event: " + remote.last_event + " at " +
                 in_wall_clock(remote.last_event_at, zone));
    else if (remote.expects_events)
        out.text("  no event has come yet: pulls find everything without them, only later");
    for (const auto& problem : report.problems)
        out.text("  " + problem.what +
                 (problem.hint.empty() ? "" : "\n    what to do: " + problem.hint));
}

} // namespace

void write_check_text(const Output& out, const Findings& findings) {
    for (const auto& problem : findings.problems) out.text(mapping::to_string(problem));
    for (const auto& warning : findings.warnings) out.text("note: " + mapping::to_string(warning));
    if (findings.books) out.text("the books: " + to_string(*findings.books));
    // One sentence of a remote that is away: what follows from it is no trouble of its own.
    std::set<std::string> said;
    for (const auto& remote : findings.remotes) {
        const std::string outage = outage_of(findings, remote);
        if (outage.empty()) {
            write_remote_text(out, remote, findings.zone);
        } else {
            out.text(outage);
            said.insert(outage);
        }
    }
    for (const auto& row : findings.unreadable) {
        out.text(row.remote + " " + row.stream + ": " +
                 count(row.count, "record can't be read and is", "records can't be read and are") +
                 " in no report; corrected in the planner, the next sync reads what was wrong");
        for (const auto& example : row.examples)
            out.text("  " + example.id + ": " + example.problem);
        if (row.count > size_of(row.examples))
            out.text("  and " + std::to_string(row.count - size_of(row.examples)) + " more");
    }
    write_time(out, findings.time);
    write_held(out, findings.time, findings.zone);
    write_clients(out, findings);
    if (!findings.ownerless.empty()) {
        out.text(
            count(size_of(findings.ownerless), "task with time belongs", "tasks with time belong") +
            " to no client (hourbridge link needed says what to type)");
        for (std::size_t i = 0; i < findings.ownerless.size() && i < kExamples; ++i)
            out.text("  " + to_string(findings.ownerless[i].ref) + " " +
                     shorten(findings.ownerless[i].facts.title, 60));
        if (findings.ownerless.size() > kExamples)
            out.text("  and " + std::to_string(findings.ownerless.size() - kExamples) + " more");
    }
    for (const auto& [report, question] : findings.questions)
        out.text("report " + report.number.value_or(std::to_string(report.id)) +
                 " asks: " + render::question_in_shell(question.asked));
    for (const auto* texts : {&findings.condition.away, &findings.condition.machine,
                              &findings.condition.asks, &findings.condition.notes})
        for (const auto& text : *texts)
            if (said.count(text) == 0) out.text(text);
    if (findings.no_contract)
        out.text("No client has terms yet, so nothing can be billed: hourbridge contract apply "
                 "FILE (config/contracts.example.json shows one)");
}

} // namespace hb::app
