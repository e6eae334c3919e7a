#include <map>

#include "app/arguments.h"
#include "app/commands/commands.h"
#include "app/commands/link_rule.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "books/link_rules.h"
#include "desk/decisions.h"
#include "render/columns.h"
#include "json/writer.h"

// link set|list|remove: what belongs to whom, by hand and by rule (G13)
namespace hb::app {
namespace {

struct Options {
    std::string subject, target, from;
};

int set(Session& session, const Options& options) {
    const auto subject = read_ref(session, options.subject, {"group", "project", "task", "user"});
    if (!subject) return session.out.fail(subject.error());
    const auto target = read_ref(session, options.target, {"company", "user", "group", "project"});
    if (!target) return session.out.fail(target.error());
    std::optional<Day> from;
    if (!options.from.empty()) {
        const auto day = read_day("--from", options.from);
        if (!day) return session.out.fail(day.error());
        from = *day;
    }
    if (auto done = desk::set_link(session.books(), to_string(*subject), to_string(*target), from,
                                   session.actor());
        !done)
        return session.out.fail(done.error());
    session.out.text(to_string(*subject) + " belongs to " + to_string(*target) +
                     (from ? " from " + format_day(*from) : ""));
    json::Writer json;
    json.begin_object()
        .member("subject", to_string(*subject))
        .member("target", to_string(*target))
        .end_object();
    session.out.document(json.text());
    return kDone;
}

void add_row(json::Writer& json, const std::string& subject, const std::string& target,
             const std::string& from, const std::string& actor, Instant at) {
    json.begin_object().member("subject", subject).member("target", target).key("from");
    if (from.empty())
        json.null();
    else
        json.string(from);
    json.member("actor", actor).member("at", format_instant(at)).key("rule");
}

int list(Session& session) {
    render::Columns table({{"WHAT"}, {"NAME"}, {"BELONGS TO"}, {"FROM"}, {"SET BY"}, {"AT"}});
    json::Writer json;
    json.begin_object().key("links").begin_array();
    for (const auto& row : session.books().view()->sources.links()) {
        const std::string from = row.valid_from ? format_day(*row.valid_from) : "";
        table.add({row.subject, "", row.target, from, row.actor, session.clock_text(row.at)});
        add_row(json, row.subject, row.target, from, row.actor, row.at);
        json.null().end_object();
    }
    std::map<std::int64_t, store::LinkRuleRow> rules;
    for (auto& row : session.books().view()->link_rules.all())
        rules.emplace(row.rule.number, std::move(row));
    const auto found = books::linked_by_rules(session.books().view());
    for (const auto& row : found) {
        const auto& rule = rules.at(row.rule);
        const bool one = row.targets.size() == 1;
        table.add({row.ref, shorten(row.name, 40),
                   one ? row.targets.front() : "nobody yet: " + join(row.targets, " or "), "",
                   "rule " + std::to_string(row.rule), session.clock_text(rule.at)});
        if (!one) continue;
        add_row(json, row.ref, row.targets.front(), "", rule.actor, rule.at);
        json.integer(row.rule).end_object();
    }
    json.end_array().key("ambiguous").begin_array();
    for (const auto& row : found) {
        if (row.targets.size() == 1) continue;
        json.begin_object().member("subject", row.ref).member("name", row.name);
        json.member("rule", row.rule).member("value", row.value).key("between").begin_array();
        for (const auto& target : row.targets) json.string(target);
        json.end_array().end_object();
    }
    session.out.text(table.empty() ? "No links by hand and none by rule." : table.text());
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

int remove(Session& session, const std::string& subject) {
    const auto ref = read_ref(session, subject, {"group", "project", "task", "user"});
    if (!ref) return session.out.fail(ref.error());
    if (auto done = desk::remove_link(session.books(), to_string(*ref), session.actor()); !done)
        return session.out.fail(done.error());
    session.out.text(to_string(*ref) + " no longer has a link made by hand");
    json::Writer json;
    json.begin_object().member("removed", to_string(*ref)).end_object();
    session.out.document(json.text());
    return kDone;
}

} // namespace

void add_link(Commands& commands) {
    Syntax group =
        commands.group("link", "Which client a project or task belongs to, by hand or by rule");
    const auto options = std::make_shared<Options>();
    Syntax app =
        commands.add(group, "set", "Link a project or task to a client, or a person to a person",
                     "link set bitrix24:group:7 bitrix24:company:12", Needs::Writes,
                     [options](Session& session) { return set(session, *options); });
    app.add_option("WHAT", options->subject, "a project (group), task or person (user)").required();
    app.add_option("REF", options->target,
                   "REMOTE:company:ID; for a person REMOTE:user:ID; for a project another "
                   "planner's, to have "
                   "its client")
        .required();
    app.add_option("--from", options->from, "only for time from this day on");
    commands.add(group, "list", "All links, by hand and by rule", "link list", Needs::Reads, list);
    const auto subject = std::make_shared<std::string>();
    commands
        .add(group, "remove", "Take a link back", "link remove bitrix24:group:7", Needs::Writes,
             [subject](Session& session) { return remove(session, *subject); })
        .add_option("WHAT", *subject, "what the link was set on")
        .required();
    add_link_rule(commands, group);
    add_link_needed(commands, group);
}

} // namespace hb::app
