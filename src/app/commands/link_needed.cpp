
#include "desk/link_needed.h"
#include "app/command.h"
#include "app/commands/link_rule.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "render/columns.h"
#include "json/writer.h"

// link needed: the list "needs mapping", with what to type (M-S11)
namespace hb::app {
namespace {

using desk::NeededRow;

constexpr std::size_t kShown = 30; // in a terminal; --json has them all

std::string command_for(const NeededRow& row, const std::string& target) {
    return "hourbridge link set " + row.ref + " " + target;
}

// What is typed when nobody is alike.
std::string anybody(const Session& session, const NeededRow& row) {
    const bool user = row.ref.find(":user:") != std::string::npos;
    return command_for(row,
                       session.books().settings.crm_remote + (user ? ":user:ID" : ":company:ID"));
}

void tell(const Session& session, const std::vector<NeededRow>& rows) {
    for (const auto& row : rows) {
        if (&row - rows.data() == static_cast<std::ptrdiff_t>(kShown)) {
            session.out.text("and " + std::to_string(rows.size() - kShown) + " more");
            break;
        }
        std::string line =
            row.ref + " " +
            (row.name.empty() ? "(deleted or hidden)" : render::printable(shorten(row.name, 60))) +
            ": " + format_duration(row.seconds) + " h";
        if (row.tasks > 1) line += " on " + std::to_string(row.tasks) + " tasks";
        session.out.text(line + "; " + row.why);
        for (const auto& each : row.candidates)
            session.out.text("    " + command_for(row, each.ref) + "    # " +
                             render::printable(shorten(each.name, 60)) + ", " +
                             std::to_string(each.likeness) + " % alike");
        if (row.candidates.empty()) session.out.text("    " + anybody(session, row));
    }
}

void write(json::Writer& json, const Session& session, const std::vector<NeededRow>& rows) {
    json.begin_array();
    for (const auto& row : rows) {
        json.begin_object()
            .member("subject", row.ref)
            .member("name", row.name)
            .member("tasks", row.tasks)
            .member("entries", row.entries)
            .member("seconds", row.seconds)
            .member("why", row.why)
            .key("candidates")
            .begin_array();
        for (const auto& each : row.candidates)
            json.begin_object()
                .member("ref", each.ref)
                .member("name", each.name)
                .member("likeness", each.likeness)
                .member("command", command_for(row, each.ref))
                .end_object();
        json.end_array();
        json.member("command", row.candidates.empty()
                                   ? anybody(session, row)
                                   : command_for(row, row.candidates.front().ref));
        json.end_object();
    }
    json.end_array();
}

int needed(Session& session) {
    const auto found = desk::links_needed(session.books().view());
    json::Writer json;
    json.begin_object().key("needed");
    write(json, session, found.work);
    json.key("people");
    write(json, session, found.people);
    json.member("entries", found.entries).member("seconds", found.seconds);
    json.key("rules").begin_array();
    for (const auto& [remote, count] : found.by_name)
        json.begin_object()
            .member("command",
                    "hourbridge link rule preview " + remote + " --what project --by name")
            .member("projects", count)
            .end_object();
    json.end_array();
    session.out.document(json.end_object().text());

    if (found.work.empty() && found.people.empty())
        session.out.text("Nothing waits: all time has its client.");
    if (!found.work.empty())
        session.out.text(std::to_string(found.entries) + " records, " +
                         format_duration(found.seconds) +
                         " h, belong to no client yet; they hold back nothing else.");
    tell(session, found.work);
    if (!found.people.empty())
        session.out.text("\nRates name people, and these have no counterpart in the CRM:");
    tell(session, found.people);
    for (const auto& [remote, count] : found.by_name)
        session.out.text("\n" + std::to_string(count) + (count == 1 ? " project" : " projects") +
                         " of " + remote + " have a client's name; one rule links them:\n" +
                         "    hourbridge link rule preview " + remote +
                         " --what project --by name");
    return found.work.empty() ? kDone : kPerson;
}

} // namespace

void add_link_needed(Commands& commands, Syntax link) {
    commands.add(link, "needed", "What belongs to no client yet, and what to type", "link needed",
                 Needs::Reads, needed);
}

} // namespace hb::app
