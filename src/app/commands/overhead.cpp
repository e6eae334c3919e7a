#include "desk/overhead.h"

#include "app/arguments.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "render/columns.h"
#include "json/writer.h"

// overhead: the share of work about the work (W-9, W-10)
namespace hb::app {
namespace {

std::string percent(int tenths) {
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

int overhead(Session& session, const std::string& from_month, const std::string& to_month) {
    auto from = read_period(session, from_month);
    if (!from) return session.out.fail(from.error());
    auto to = to_month.empty() ? from : read_period(session, to_month);
    if (!to) return session.out.fail(to.error());
    render::Columns table({{"CLIENT"},
                           {"PROJECT"},
                           {"MONTH"},
                           {"OVERHEAD", render::Align::Right},
                           {"ALL", render::Align::Right},
                           {"%", render::Align::Right},
                           {""}});
    json::Writer json;
    json.begin_object()
        .member("target_percent", desk::kOverheadTargetPercent)
        .key("overhead")
        .begin_array();
    bool any = false;
    for (const auto& row : desk::overhead(session.books().view(), {from->from, to->to})) {
        any = any || row.overhead_seconds > 0;
        table.add({row.client_name, row.project == "*" ? "all" : row.project_name, row.month,
                   format_duration(row.overhead_seconds), format_duration(row.all_seconds),
                   percent(row.percent_tenths), row.above_target ? "above target" : ""});
        json.begin_object()
            .member("client", row.client)
            .member("client_name", row.client_name)
            .member("project", row.project)
            .member("project_name", row.project_name)
            .member("month", row.month)
            .member("overhead_seconds", row.overhead_seconds)
            .member("all_seconds", row.all_seconds)
            .key("percent")
            .raw(percent(row.percent_tenths))
            .member("above_target", row.above_target)
            .end_object();
    }
    session.out.text(table.empty() ? "No time of clients with a contract in these months."
                                   : table.text());
    if (!table.empty() && !any)
        session.out.note(
            "No work counts as overhead in these months. A contract marks a type of work "
            "so: {\"tag\": \"account\", \"type\": \"account\", \"overhead\": true}");
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

} // namespace

void add_overhead(Commands& commands) {
    const auto from = std::make_shared<std::string>("last-month");
    const auto to = std::make_shared<std::string>();
    Syntax app =
        commands.add(commands.root(), "overhead", "Share of account-management time",
                     "overhead --from 2026-01 --to 2026-03", Needs::Reads,
                     [from, to](Session& session) { return overhead(session, *from, *to); });
    app.add_option("--from", *from, "first month (default last-month)").type_name("MONTH");
    app.add_option("--to", *to, "last month (default: the first one)").type_name("MONTH");
}

} // namespace hb::app
