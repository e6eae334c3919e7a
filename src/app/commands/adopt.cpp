
#include "app/arguments.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "base/count.h"
#include "desk/decisions.h"
#include "json/writer.h"

// adopt: what was billed before this program came (G2, W-33)
namespace hb::app {
namespace {

struct Options {
    std::string subject, until;
    bool undo = false;
};

int adopt(Session& session, const Options& options) {
    const auto ref = read_ref(session, options.subject, {"group", "project", "company", "entry"});
    if (!ref) return session.out.fail(ref.error());
    Day until{};
    if (options.until.empty() && !options.undo)
        return session.out.fail(Error{Code::Usage, "--until is missing", "",
                                      "name the last day that was billed elsewhere"});
    if (!options.until.empty()) {
        const auto day = read_day("--until", options.until);
        if (!day) return session.out.fail(day.error());
        until = *day;
    }
    const auto entries =
        desk::adopt(session.books(), to_string(*ref), until, options.undo, session.actor());
    if (!entries) return session.out.fail(entries.error());
    session.out.text(options.undo
                         ? to_string(*ref) + ": its history counts as not billed again"
                         : to_string(*ref) + ": " + count(*entries, "entry", "entries") +
                               " until " + format_day(until) + " counted as billed elsewhere");
    json::Writer json;
    json.begin_object().member("subject", to_string(*ref)).member("entries", *entries);
    session.out.document(json.member("undone", options.undo).end_object().text());
    return kDone;
}

} // namespace

void add_adopt(Commands& commands) {
    const auto options = std::make_shared<Options>();
    Syntax app = commands.add(commands.root(), "adopt",
                              "Count a client's or project's old time as billed elsewhere",
                              "adopt bitrix24:company:12 --until 2026-01-31", Needs::Writes,
                              [options](Session& session) { return adopt(session, *options); });
    app.add_option("WHAT", options->subject, "a project (group), company or time entry").required();
    app.add_option("--until", options->until, "the last day that was billed elsewhere");
    app.add_flag("--undo", options->undo,
                 "take an adoption back, or a planner's word that an entry is billed");
}

} // namespace hb::app
