#include <set>

#include "app/commands/commands.h"
#include "app/commands/presets.h"
#include "app/commands/report_words.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "desk/reports.h"
#include "render/columns.h"
#include "render/question_text.h"
#include "json/writer.h"

// report create|batch|list|show
namespace hb::app {
namespace {

struct Create {
    FilterOptions filter;
    std::string preset;
    bool dry_run = false;
};

// Who was first: a second manager looks there (rule 9).
std::string why_none(const domain::ReportView& view) {
    std::set<std::int64_t> holders;
    for (const auto& row : view.excluded)
        if (row.report) holders.insert(*row.report);
    if (holders.empty())
        return "No report created: all matching time is late and needs a decision.";
    std::string names;
    for (const auto id : holders) names += (names.empty() ? "" : ", ") + std::to_string(id);
    return "No report created: all matching time is already on report" +
           std::string(holders.size() == 1 ? " " : "s ") + names + ".";
}

int create(Session& session, const Create& options) {
    FilterOptions words = options.filter;
    if (!options.preset.empty()) {
        auto preset = find_preset(session, options.preset);
        if (!preset) return session.out.fail(preset.error());
        words = merge(*preset, words);
    }
    const auto filter = read_filter(session, words);
    if (!filter) return session.out.fail(filter.error());
    const auto created = options.dry_run ? session.books().preview(*filter, session.actor())
                                         : desk::create(session.books(), *filter, session.actor());
    if (!created) return session.out.fail(created.error());
    tell(session, created->view);
    if (options.dry_run && !created->view.lines.empty())
        session.out.note("Dry run: nothing was stored or reserved.");
    else if (!created->view.id)
        session.out.note(created->exit_code == kConflict
                             ? why_none(created->view)
                             : "No report created: no matching unbilled time.");
    else
        session.out.note("Next: hourbridge report send " + std::to_string(*created->view.id));
    return created->exit_code;
}

int batch(Session& session, const std::string& month) {
    const auto days = read_period(session, month);
    if (!days) return session.out.fail(days.error());
    const auto rows = desk::batch(session.books(), *days, session.actor());
    render::Columns table(
        {{"CLIENT"}, {"NAME"}, {"REPORT"}, {"TOTAL", render::Align::Right}, {""}, {"OUTCOME"}});
    json::Writer json;
    json.begin_object()
        .member("from", format_day(days->from))
        .member("to", format_day(days->to))
        .key("reports")
        .begin_array();
    bool made = false, no_terms = false, asks = false;
    for (const auto& row : rows) {
        made = made || (row.report && !row.asks);
        asks = asks || row.asks;
        no_terms = no_terms || row.outcome == "no terms";
        table.add({row.client, row.name, row.report ? std::to_string(*row.report) : "", row.total,
                   row.currency, row.outcome});
        json.begin_object().member("client", row.client).member("name", row.name).key("report");
        if (row.report)
            json.integer(*row.report);
        else
            json.null();
        json.member("outcome", row.outcome);
        if (row.report) json.member("total", row.total).member("currency", row.currency);
        json.end_object();
    }
    session.out.text(table.empty() ? "No client has a contract yet: hourbridge contract apply FILE"
                                   : table.text());
    session.out.document(json.end_array().end_object().text());
    if (no_terms)
        session.out.note(
            "Clients without terms get no report. Set terms with: hourbridge contract apply FILE");
    if (asks) {
        session.out.note("Drafts with open questions are not sent until someone accepts what "
                         "changed. See: hourbridge report show ID");
        return kConflict;
    }
    return made && !no_terms ? kDone : kPerson;
}

struct List {
    std::string state, client, search;
};

int list(Session& session, const List& options) {
    std::optional<domain::State> state;
    if (!options.state.empty()) {
        const auto parsed = domain::parse_state(options.state);
        if (!parsed) return session.out.fail(parsed.error());
        state = *parsed;
    }
    std::optional<std::int64_t> client;
    if (!options.client.empty()) {
        const auto ref = read_ref(session, options.client, {"company"});
        if (!ref) return session.out.fail(ref.error());
        const auto company = session.books().read()->sources.find_company(*ref);
        if (!company)
            return session.out.fail(Error{Code::NotFound,
                                          "no company " + to_string(*ref) + " is known here", "",
                                          "run hourbridge sync first"});
        client = company->id;
    }
    const auto views = [&] {
        const books::View view = session.books().view();
        return books::Lookup(view).list(state, client, options.search);
    }();
    render::Columns table({{"ID", render::Align::Right},
                           {"NUMBER"},
                           {"STATE"},
                           {"CLIENT"},
                           {"FROM"},
                           {"TO"},
                           {"TOTAL", render::Align::Right},
                           {"PAID", render::Align::Right},
                           {""},
                           {"ASKS"}});
    for (const auto& view : views)
        table.add({std::to_string(view.id.value_or(0)), view.number.value_or(""),
                   domain::to_string(view.state), view.client_name, format_day(view.period.from),
                   format_day(view.period.to),
                   domain::format_amount(view.totals.total, view.currency),
                   domain::format_amount(view.paid, view.currency), view.currency.code,
                   render::questions_in_shell(view.questions)});
    session.out.text(table.empty() ? "No reports." : table.text());
    session.out.document(render::report_list_json(views));
    return kDone;
}

int show(Session& session, const std::string& report) {
    const auto id = session.books().find_report(report);
    if (!id) return session.out.fail(id.error());
    return tell(session, session.books().show(*id));
}

} // namespace

void add_report(Commands& commands) {
    Syntax group = commands.group("report", "Hour reports: draft, sent, agreed, invoiced, paid");

    const auto creating = std::make_shared<Create>();
    Syntax making = commands.add(
        group, "create", "Draft a report from unbilled time",
        "report create --company bitrix24:company:12 --period last-month", Needs::Writes,
        [creating](Session& session) { return create(session, *creating); });
    add_filter_options(making, creating->filter);
    making.add_option("--preset", creating->preset,
                      "begin with the filters saved under this name; options given here win");
    making.add_flag("--dry-run", creating->dry_run,
                    "only show the report: nothing is stored, nothing reserved");
    commands.reads_when([creating] { return creating->dry_run; });

    const auto month = std::make_shared<std::string>();
    commands
        .add(group, "batch", "Make drafts of a month for every client with a contract",
             "report batch --month last-month", Needs::Writes,
             [month](Session& session) { return batch(session, *month); })
        .add_option("--month", *month, "last-month, this-month or 2026-03")
        .required();

    const auto listing = std::make_shared<List>();
    Syntax lister =
        commands.add(group, "list", "Reports, newest last",
                     "report list --state sent --client bitrix24:company:12", Needs::Reads,
                     [listing](Session& session) { return list(session, *listing); });
    lister.add_option("--state", listing->state,
                      "draft sent agreed invoiced partly_paid paid cancelled credited");
    lister.add_option("--client", listing->client, "a name, or REMOTE:company:ID");
    lister.add_option("--search", listing->search,
                      "part of a name or number, or the reference of a task, entry or payment");

    const auto report = std::make_shared<std::string>();
    commands
        .add(group, "show", "One report with its lines, its late time and what is not on it",
             "report show HB2026-0001", Needs::Reads,
             [report](Session& session) { return show(session, *report); })
        .add_option("REPORT", *report, "id or number")
        .required();

    add_report_moves(commands, group);
    add_report_edits(commands, group);
    add_report_links(commands, group);
}

} // namespace hb::app
