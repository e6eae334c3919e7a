
#include "app/arguments.h"
#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "books/aliases.h"
#include "render/columns.h"
#include "json/writer.h"

// alias list|decide: time found in two planners (rule 7)
namespace hb::app {
namespace {

int list(Session& session, bool decided_too) {
    render::Columns table({{"REPEATS"},
                           {"TIME", render::Align::Right},
                           {"OF"},
                           {"TIME", render::Align::Right},
                           {"CLIENT"},
                           {"PERSON"},
                           {"DATE"},
                           {"WHY"},
                           {"BILLED ON"},
                           {"DECIDED"}});
    std::vector<std::string> twice;
    json::Writer json;
    json.begin_object().key("aliases").begin_array();
    for (const auto& one : books::aliases(session.books().view(), decided_too)) {
        const std::string decided = one.row.decision == "proposed" ? "" : one.row.decision;
        table.add({one.entry, format_duration(one.seconds), one.same_as,
                   format_duration(one.same_as_seconds), one.client, one.person, one.work_date,
                   one.row.reason,
                   one.report
                       ? std::to_string(*one.report) + " and " + std::to_string(*one.same_as_report)
                       : "",
                   decided});
        if (one.report && decided.empty())
            twice.push_back("    hourbridge alias decide " + one.entry + " " + one.same_as +
                            " --same --reason TEXT");
        json.begin_object()
            .member("entry", one.entry)
            .member("same_as", one.same_as)
            .member("client", one.client)
            .member("person", one.person)
            .member("work_date", one.work_date)
            .member("seconds", one.seconds)
            .member("same_as_seconds", one.same_as_seconds)
            .member("text", one.text)
            .member("same_as_text", one.same_as_text)
            .member("likeness", one.row.likeness)
            .member("reason", one.row.reason)
            .member("decision", one.row.decision)
            .member("by", one.row.actor);
        for (const auto& [key, report] :
             {std::pair{"report", one.report}, std::pair{"same_as_report", one.same_as_report}}) {
            json.key(key);
            if (report)
                json.integer(*report);
            else
                json.null();
        }
        json.end_object();
    }
    session.out.text(table.empty() ? "No time looks like a duplicate from two planners."
                                   : table.text());
    if (!twice.empty())
        session.out.text(
            "Both of these were sent: if they are the same, one was billed twice. The "
            "decision corrects\nthe bill of the first one (--different leaves both):\n" +
            join(twice, "\n"));
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

struct Decide {
    std::string entry, same_as, reason;
    bool same = false, different = false;
};

int decide(Session& session, const Decide& options) {
    if (options.same == options.different)
        return session.out.fail(
            Error{Code::Usage, "say what they are", "", "add either --same or --different"});
    const auto entry = read_ref(session, options.entry, {"entry"});
    if (!entry) return session.out.fail(entry.error());
    const auto same_as = read_ref(session, options.same_as, {"entry"});
    if (!same_as) return session.out.fail(same_as.error());
    if (auto done = books::decide_alias(session.books(), *entry, *same_as, options.same,
                                        options.reason, session.actor());
        !done)
        return session.out.fail(done.error());
    const auto row = session.books().read()->sources.find_entry(*entry);
    const auto bill = row->live_report ? session.books().read()->reports.find(*row->live_report)
                                       : std::optional<store::ReportRow>();
    const bool sent = bill && domain::was_sent(bill->state);
    session.out.text(options.same ? to_string(*entry) + " repeats " + to_string(*same_as) +
                                        (sent ? "; report " + std::to_string(bill->id) +
                                                    " billed it, see hourbridge late list"
                                              : " and is not billed")
                                  : to_string(*entry) + " and " + to_string(*same_as) +
                                        " are different work, both are billed");
    json::Writer json;
    json.begin_object()
        .member("entry", to_string(*entry))
        .member("same_as", to_string(*same_as))
        .member("decision", options.same ? "same" : "different");
    session.out.document(json.end_object().text());
    return kDone;
}

} // namespace

void add_alias(Commands& commands) {
    Syntax group = commands.group("alias", "Time booked in two planners, billed once");
    const auto all = std::make_shared<bool>(false);
    Syntax lister =
        commands.add(group, "list", "What looks alike and waits for a decision", "alias list --all",
                     Needs::Reads, [all](Session& session) { return list(session, *all); });
    lister.add_flag("--all", *all, "also what was decided");
    const auto options = std::make_shared<Decide>();
    Syntax app = commands.add(
        group, "decide", "Say that one entry repeats another, or that it does not",
        "alias decide kimai:entry:7 bitrix24:entry:88 --same --reason \"the same call\"",
        Needs::Writes, [options](Session& session) { return decide(session, *options); });
    app.add_option("ENTRY", options->entry, "the one that is not billed").required();
    app.add_option("SAME_AS", options->same_as, "the one that is").required();
    app.add_flag("--same", options->same, "the same work: the first one is never billed");
    app.add_flag("--different", options->different, "two pieces of work: both are billed");
    app.add_option("--reason", options->reason, "why; it stays in the log").required();
}

} // namespace hb::app
