
#include "app/arguments.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "desk/decisions.h"
#include "render/columns.h"
#include "render/report_view.h"
#include "json/writer.h"

// late list|decide (G2, G10, G41)
namespace hb::app {
namespace {

int list(Session& session, const std::string& client, bool all) {
    std::optional<std::int64_t> company;
    if (!client.empty()) {
        const auto ref = read_ref(session, client, {"company"});
        if (!ref) return session.out.fail(ref.error());
        const auto known = session.books().view()->sources.find_company(*ref);
        if (!known)
            return session.out.fail(Error{Code::NotFound,
                                          "no company " + to_string(*ref) + " is known here", "",
                                          "run hourbridge sync first"});
        company = known->id;
    }
    const auto rows = session.books().late(company, all);
    render::Columns table({{"REF"},
                           {"WHY"},
                           {"CLIENT"},
                           {"TASK"},
                           {"DATE"},
                           {"TIME", render::Align::Right},
                           {"AMOUNT", render::Align::Right},
                           {""},
                           {"REPORT"},
                           {"DECIDED"}});
    for (const auto& row : rows)
        table.add({row.ref, row.why, row.client, row.task, row.work_date,
                   format_duration(row.seconds), row.amount, row.currency, row.report.value_or(""),
                   row.decision.value_or("")});
    session.out.text(table.empty() ? "Nothing is late." : table.text());
    session.out.document(render::late_list_json(rows));
    return kDone;
}

struct Decide {
    std::string ref, reason;
    bool next_report = false, write_off = false;
};

int decide(Session& session, const Decide& options) {
    if (options.next_report == options.write_off)
        return session.out.fail(
            Error{Code::Usage, "no decision given", "", "add either --next-report or --write-off"});
    std::string ref = options.ref;
    if (ref.rfind("adjustment:", 0) != 0) {
        const auto entry = read_ref(session, ref, {"entry"});
        if (!entry) return session.out.fail(entry.error());
        ref = to_string(*entry);
    }
    const std::string decision = options.next_report ? "next_report" : "write_off";
    if (auto done =
            desk::decide_late(session.books(), ref, decision, options.reason, session.actor());
        !done)
        return session.out.fail(done.error());
    session.out.text(ref + (options.next_report ? " goes to the next report" : " is written off"));
    json::Writer json;
    json.begin_object().member("ref", ref).member("decision", decision);
    session.out.document(json.member("reason", options.reason).end_object().text());
    return kDone;
}

} // namespace

void add_late(Commands& commands) {
    Syntax group = commands.group("late", "Late time and corrections to billed time");
    const auto client = std::make_shared<std::string>();
    const auto all = std::make_shared<bool>(false);
    Syntax lister =
        commands.add(group, "list", "What waits for a decision", "late list --all", Needs::Reads,
                     [client, all](Session& session) { return list(session, *client, *all); });
    lister.add_option("--client", *client, "REMOTE:company:ID");
    lister.add_flag("--all", *all, "also what was decided");

    const auto options = std::make_shared<Decide>();
    Syntax app = commands.add(
        group, "decide", "Bill it with the next report, or write it off",
        "late decide bitrix24:entry:88 --next-report --reason \"Ann agreed by phone\"",
        Needs::Writes, [options](Session& session) { return decide(session, *options); });
    app.add_option("REF", options->ref, "an entry, or adjustment:ID").required();
    app.add_flag("--next-report", options->next_report, "onto the next report that takes it");
    app.add_flag("--write-off", options->write_off, "never billed");
    app.add_option("--reason", options->reason, "why; it stays in the log").required();
}

} // namespace hb::app
