#include "app/commands/check_findings.h"
#include "base/wall_clock.h"
#include "render/question_text.h"
#include "json/writer.h"

namespace hb::app {
namespace {

using mapping::FileProblem;

void write_problem(json::Writer& json, const FileProblem& problem) {
    json.begin_object()
        .member("file", problem.file)
        .member("line", problem.line)
        .member("path", problem.path)
        .member("message", problem.message)
        .member("hint", problem.hint)
        .end_object();
}

void write_remote(json::Writer& json, const RemoteFinding& remote) {
    const auto& report = remote.report;
    json.begin_object()
        .member("name", remote.name)
        .member("account", report.account)
        .member("reachable", report.reachable)
        .member("authorised", report.authorised)
        .member("who", report.who)
        .member("clock_skew", static_cast<std::int64_t>(report.clock_skew.count()))
        .key("currencies")
        .begin_array();
    for (const auto& currency : report.currencies) json.string(currency);
    json.end_array().key("notes").begin_array();
    for (const auto& note : report.notes) json.string(note);
    json.end_array().key("last_event");
    if (remote.last_event.empty())
        json.null();
    else
        json.begin_object()
            .member("event", remote.last_event)
            .member("at", remote.last_event_at)
            .end_object();
    json.key("events_refused_at");
    if (remote.refused_at.empty())
        json.null();
    else
        json.string(remote.refused_at);
    json.key("problems").begin_array();
    if (remote.account)
        json.begin_object()
            .member("message", remote.account->message)
            .member("hint", remote.account->hint)
            .end_object();
    for (const auto& problem : report.problems)
        json.begin_object()
            .member("message", problem.what)
            .member("hint", problem.hint)
            .end_object();
    json.end_array().end_object();
}

void write_held(json::Writer& json, const TimeFindings& time) {
    json.key("held").begin_array();
    for (const auto& row : time.held)
        json.begin_object()
            .member("ref", to_string(row.ref))
            .member("name", row.name)
            .member("held_seconds", row.held_seconds)
            .member("not_shown_seconds", row.not_shown_seconds)
            .member("long_seconds", row.long_seconds)
            .end_object();
    json.end_array().key("taken_away").begin_array();
    for (const auto& row : time.taken_away)
        json.begin_object()
            .member("ref", to_string(row.ref))
            .member("name", row.name)
            .member("seconds", row.sum.lost.seconds)
            .member("entries", row.sum.entries)
            .member("since", format_instant(row.sum.since))
            .end_object();
    json.end_array();
}

} // namespace

void write_check_json(Output& out, const Findings& findings, bool ok) {
    json::Writer json;
    json.begin_object().member("ok", ok).key("problems").begin_array();
    for (const auto& problem : findings.problems) write_problem(json, problem);
    if (findings.books) write_problem(json, {"", 0, "/data_dir", to_string(*findings.books), ""});
    json.end_array().key("warnings").begin_array();
    for (const auto& warning : findings.warnings) write_problem(json, warning);
    json.end_array().key("remotes").begin_array();
    for (const auto& remote : findings.remotes) write_remote(json, remote);
    json.end_array().key("unmapped").begin_array();
    for (const auto& row : findings.unreadable) {
        json.begin_object()
            .member("remote", row.remote)
            .member("stream", row.stream)
            .member("count", row.count)
            .key("examples")
            .begin_array();
        for (const auto& example : row.examples)
            json.begin_object()
                .member("id", example.id)
                .member("problem", example.problem)
                .end_object();
        json.end_array().end_object();
    }
    json.end_array().key("without_time").begin_array();
    for (const auto& found : findings.time.without_time) {
        json.begin_object().member("remote", found.remote);
        json.member("count", static_cast<std::int64_t>(found.entries.size()));
        json.member("costs", static_cast<std::int64_t>(found.costs.entries.size()));
        json.member("money", books::sum_text(found.costs)).key("examples").begin_array();
        for (const auto& example : examples_of(found)) json.string(example);
        json.end_array().end_object();
    }
    json.end_array().key("nameless").begin_array();
    for (const auto& nameless : findings.time.nameless) {
        json.begin_object().member("remote", nameless.remote);
        json.member("people", nameless.found.people).key("without").begin_array();
        for (const auto& person : nameless.found.without)
            json.begin_object()
                .member("ref", nameless.remote + ":user:" + person.id)
                .member("seconds", person.seconds)
                .end_object();
        json.end_array().end_object();
    }
    json.end_array().key("alike").begin_object();
    json.member("undecided", findings.time.alike);
    json.member("billed_twice", findings.time.billed_alike).end_object();
    json.key("needs_mapping").begin_object();
    json.member("count", static_cast<std::int64_t>(findings.ownerless.size()));
    json.key("examples").begin_array();
    for (std::size_t i = 0; i < findings.ownerless.size() && i < kExamples; ++i)
        json.begin_object()
            .member("task", to_string(findings.ownerless[i].ref))
            .member("title", findings.ownerless[i].facts.title)
            .end_object();
    json.end_array().end_object().key("without_terms").begin_array();
    for (const auto& client : findings.time.without_terms)
        json.begin_object()
            .member("ref", to_string(client.ref))
            .member("name", client.name)
            .member("seconds", client.seconds)
            .end_object();
    json.end_array();
    write_held(json, findings.time);
    json.key("own_companies").begin_array();
    for (const auto& terms : findings.time.own_companies) json.string(terms);
    json.end_array().key("stopped").begin_array();
    for (const auto& stop : findings.stopped) json.string(stop);
    json.end_array().key("questions").begin_array();
    for (const auto& [report, question] : findings.questions) {
        json.begin_object().member("report", report.id).key("number");
        if (report.number)
            json.string(*report.number);
        else
            json.null();
        json.key("question");
        render::write_question(json, question);
        json.end_object();
    }
    json.end_array().member("night", findings.night);
    const auto& now = findings.condition;
    for (const auto& [name, texts] : {std::pair{"unavailable", &now.away},
                                      {"machine", &now.machine},
                                      {"asks", &now.asks},
                                      {"notes", &now.notes}}) {
        json.key(name).begin_array();
        for (const auto& text : *texts) json.string(text);
        json.end_array();
    }
    out.document(json.end_object().text());
}

} // namespace hb::app
