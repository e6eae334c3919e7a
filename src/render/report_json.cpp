#include "base/clean.h"
#include "domain/canonical.h"
#include "render/question_text.h"
#include "render/report_view.h"
#include "voices/voices.h"
#include "json/writer.h"

// One report as `report show --json` has it:
//
//   {"id":3,"number":"HB2026-0001","state":"sent","client":{"ref","name"},"own_company":{…},
//    "period":{"from","to"},"currency":"BYN","revision":{"n":1,"hash"},"url":…,
//    "worked_seconds":…,"billed_seconds":…,"nonbillable_seconds":…,
//    "subtotal":"1350.00","vat":…,"total":…,"paid":…,"due":…,"surplus":…,
//    "lines":[…],"completeness":{…},"links":{…}, and for staff what only they may see}
//
// What the hash covers (G22) is taken from the frozen text itself, so that the hash can be computed
// again from this document.
namespace hb::render {

namespace {

using json::Value;
using json::Writer;

void optional_text(Writer& out, std::string_view name, const std::optional<std::string>& text) {
    if (text)
        out.member(name, *text);
    else
        out.key(name).null();
}

std::string own_company_json(const domain::ReportView& view) {
    return view.own_company ? domain::json_of(*view.own_company) : "null";
}

std::string completeness_json(const domain::ReportView& view) {
    return view.completeness ? domain::json_of(*view.completeness) : "null";
}

// References are ours alone: of people, tasks, projects and the client itself (G22).
void write_without_refs(Writer& out, const Value& value) {
    if (value.is_array()) {
        out.begin_array();
        for (const Value each : value) write_without_refs(out, each);
        out.end_array();
    } else if (value.is_object()) {
        out.begin_object();
        for (const Value member : value) {
            if (member.key() == "ref") continue;
            out.key(member.key());
            write_without_refs(out, member);
        }
        out.end_object();
    } else {
        out.value(value);
    }
}

// One by one: the tree of all would take several times as much memory as the report.
void write_client_lines(Writer& out, const domain::ReportView& view) {
    out.begin_array();
    const bool linked = links_to_portal(view);
    for (domain::Line line : view.lines) {
        if (!linked) line.task_url.clear();
        const std::string text =
            domain::json_of(std::vector<domain::Line>{line}, view.currency, view.people);
        const Result<json::Document> lines = json::Document::parse(text);
        ensure(lines.ok(), "the lines of a report are not JSON");
        for (const Value one : lines->root()) write_without_refs(out, one);
    }
    out.end_array();
}

// The frozen text's members, or what the draft would freeze.
class Frozen {
public:
    explicit Frozen(const domain::ReportView& view) {
        if (view.canonical.empty()) return;
        Result<json::Document> parsed = json::Document::parse(view.canonical);
        ensure(parsed.ok(), "the frozen text of a report is not JSON");
        document_ = std::move(*parsed);
        present_ = true;
    }
    bool present() const { return present_; }
    void write(Writer& out, std::string_view name, const std::string& of_draft,
               Audience audience = Audience::Staff) const {
        out.key(name);
        const Value kept = present_ ? document_.root()[name] : Value();
        if (audience == Audience::Client)
            write_for_client(out, kept, of_draft);
        else if (!kept.missing())
            out.value(kept);
        else
            out.raw(of_draft.empty() ? "null" : of_draft);
    }

private:
    static void write_for_client(Writer& out, const Value& kept, const std::string& of_draft) {
        if (!kept.missing()) return write_without_refs(out, kept);
        const auto draft = json::Document::parse(of_draft.empty() ? "null" : of_draft);
        ensure(draft.ok(), "a part of a report is not JSON");
        write_without_refs(out, draft->root());
    }

    json::Document document_;
    bool present_ = false;
};

void write_identity(Writer& out, const domain::ReportView& view, Audience audience) {
    const bool draft = view.state == domain::State::Draft;
    if (view.id)
        out.member("id", *view.id);
    else
        out.key("id").null();
    optional_text(out, "number", draft ? std::nullopt : view.number);
    out.member("state", domain::to_string(view.state));
    out.key("client").begin_object();
    if (audience == Audience::Staff) out.member("ref", view.client_ref);
    out.member("name", view.client_name).end_object();
}

void write_revision(Writer& out, const domain::ReportView& view) {
    const bool draft = view.state == domain::State::Draft;
    out.key("revision");
    if (draft || view.revision == 0)
        out.null();
    else
        out.begin_object().member("n", view.revision).member("hash", view.hash).end_object();
    optional_text(out, "url", draft ? std::nullopt : view.url);
}

void write_for_looking(Writer& out, const domain::ReportView& view) {
    optional_text(out, "archive_url", view.archive_url);
    optional_text(out, "preview_url", view.preview_url);
    out.key("opened");
    if (!view.opened) {
        out.null();
        return;
    }
    out.begin_object()
        .member("first", format_instant(view.opened->first))
        .member("last", format_instant(view.opened->last))
        .member("revision", view.opened->revision)
        .end_object();
}

void write_sums(Writer& out, const domain::ReportView& view) {
    const auto money = [&](std::string_view name, std::int64_t minor) {
        out.member(name, domain::format_amount(minor, view.currency));
    };
    out.member("worked_seconds", view.worked_seconds);
    out.member("billed_seconds", view.billed_seconds);
    out.member("nonbillable_seconds", view.nonbillable_seconds);
    money("subtotal", view.totals.subtotal);
    money("vat", view.totals.vat);
    money("total", view.totals.total);
    money("paid", view.paid);
    money("due", view.totals.total - view.paid);
    money("surplus", view.surplus);
}

void write_late_row(Writer& out, const domain::LateRow& row) {
    out.begin_object();
    out.member("ref", row.ref).member("kind", row.kind).member("entry", row.entry);
    out.member("why", row.why).member("client", row.client).member("task", row.task);
    out.member("work_date", row.work_date).member("seconds", row.seconds);
    out.member("amount", row.amount).member("currency", row.currency);
    optional_text(out, "report", row.report);
    optional_text(out, "decision", row.decision);
    out.end_object();
}

void write_late(Writer& out, const std::vector<domain::LateRow>& rows) {
    out.key("late").begin_array();
    for (const domain::LateRow& row : rows) write_late_row(out, row);
    out.end_array();
}

void write_excluded(Writer& out, const std::vector<domain::ExcludedRow>& rows) {
    out.key("excluded").begin_array();
    for (const domain::ExcludedRow& row : rows) {
        out.begin_object().member("entry", row.entry).member("seconds", row.seconds);
        if (row.report)
            out.member("report", *row.report);
        else
            out.key("report").null();
        out.member("why", row.why).end_object();
    }
    out.end_array();
}

// What fills the places of the message, by name (G61).
void write_args(Writer& out, const Message& said) {
    out.begin_object();
    for (const auto& [name, value] : voices::values_of(said)) out.member(name, value);
    out.end_object();
}

void write_warnings(Writer& out, const std::vector<domain::Warning>& warnings) {
    out.key("warnings").begin_array();
    for (const domain::Warning& warning : warnings) {
        out.begin_object()
            .member("code", warning.code)
            .member("message", warning.message)
            .key("args");
        write_args(out, warning.said);
        out.member("blocking", warning.blocking).end_object();
    }
    out.end_array();
}

// A program reads code and args; "message" and "asks" are the same in words.
void write_questions(Writer& out, const domain::ReportView& view) {
    out.key("asks");
    if (view.questions.empty())
        out.null();
    else
        out.string(questions_in_shell(view.questions));
    out.key("questions").begin_array();
    for (const auto& question : view.questions) write_question(out, question);
    out.end_array();
}

void write_links(Writer& out, const domain::ReportView& view, Audience audience) {
    out.key("links").begin_object();
    optional_text(out, "deal", view.deal);
    optional_text(out, "invoice", view.invoice);
    if (audience == Audience::Staff) optional_text(out, "card", view.card);
    out.key("documents").begin_array();
    for (const std::string& document : view.documents) out.string(document);
    out.end_array().end_object();
}

void write_for_staff(Writer& out, const domain::ReportView& view, const Frozen& frozen) {
    write_for_looking(out, view);
    write_late(out, view.late);
    write_excluded(out, view.excluded);
    write_warnings(out, view.warnings);
    out.key("freshness").begin_object();
    for (const auto& [remote, time] : view.freshness) out.member(remote, time);
    out.end_object();
    frozen.write(out, "filter", view.filter_json);
    if (frozen.present()) frozen.write(out, "contract", "");
    out.member("drifted", view.drifted).member("sending", view.sending);
    write_questions(out, view);
    out.member("note", view.note);
}

enum class Lines { Shown, LeftOut };

void write_report(Writer& out, const domain::ReportView& view, Audience audience, Lines lines) {
    const Frozen frozen(view);
    out.begin_object();
    write_identity(out, view, audience);
    frozen.write(out, "own_company", own_company_json(view), audience);
    frozen.write(out, "period", domain::json_of(view.period));
    out.member("currency", view.currency.code);
    write_revision(out, view);
    write_sums(out, view);
    if (lines == Lines::Shown && audience == Audience::Staff)
        frozen.write(out, "lines", domain::json_of(view.lines, view.currency));
    if (lines == Lines::Shown && audience == Audience::Client) {
        out.key("lines");
        write_client_lines(out, view);
    }
    frozen.write(out, "completeness", completeness_json(view), audience);
    write_links(out, view, audience);
    if (audience == Audience::Staff) write_for_staff(out, view, frozen);
    out.end_object();
}

} // namespace

std::string report_json(const domain::ReportView& view, Audience audience) {
    Writer out;
    write_report(out, view, audience, Lines::Shown);
    return for_people_json(out.text());
}

std::string report_list_json(const std::vector<domain::ReportView>& views) {
    Writer out;
    out.begin_object().key("reports").begin_array();
    for (const domain::ReportView& view : views)
        write_report(out, view, Audience::Staff, Lines::LeftOut);
    out.end_array().end_object();
    return out.take();
}

std::string late_list_json(const std::vector<domain::LateRow>& rows) {
    Writer out;
    out.begin_object();
    write_late(out, rows);
    out.end_object();
    return out.take();
}

} // namespace hb::render
