#include "app/commands/link_rule.h"

#include "app/arguments.h"
#include "app/commands/concerned.h"
#include "app/exit_code.h"
#include "base/count.h"
#include "base/text.h"
#include "books/link_rules.h"
#include "lanes/renames.h"
#include "render/columns.h"
#include "json/writer.h"

// link rule add|list|remove|preview|confirm (G13)
namespace hb::app {
namespace {

using domain::LinkRule;

struct Options {
    std::string remote, what = "project", by, at, match, to, note;
    std::optional<std::int64_t> before;
    std::int64_t number = 0;
    std::vector<std::string> refs;
    bool all = false;
};

Error unknown_word(const std::string& option, const std::string& word, const std::string& known) {
    return Error{Code::Usage, option + " knows no \"" + word + "\"", "", "one of: " + known};
}

Result<std::int64_t> target_of(const Session& session, const Options& options, bool user) {
    const auto ref = read_ref(session, options.to, {user ? "user" : "company"});
    if (!ref) return ref.error();
    auto& sources = session.books().read()->sources;
    const Error nobody{Code::NotFound, "nothing is known of " + to_string(*ref), "",
                       "hourbridge sync " + ref->remote + " reads what is new"};
    if (ref->remote != session.books().settings.crm_remote)
        return Error{Code::Usage, to_string(*ref) + " is not of the CRM", "",
                     "--to names a " + ref->kind + " of " + session.books().settings.crm_remote};
    if (user) {
        const auto person = sources.find_person(*ref);
        return person ? Result<std::int64_t>(person->id) : nobody;
    }
    const auto company = sources.find_company(*ref);
    if (!company) return nobody;
    if (company->own)
        return Error{Code::Usage, company->name + " is one of your own companies", "",
                     "--to names a client"};
    return company->id;
}

struct Chosen {
    books::RemoteRuntime* remote = nullptr;
    LinkRule rule;
};

Result<Chosen> choose(const Session& session, const Options& options) {
    Chosen out;
    std::vector<std::string> names;
    for (const auto& remote : session.books().remotes) names.push_back(remote->row.name);
    out.remote = session.books().find_remote(options.remote);
    if (out.remote == nullptr)
        return Error{Code::NotFound, "no remote is called \"" + options.remote + "\"", "",
                     "remotes: " + join(names, ", ")};
    const auto what = domain::parse_link_what(options.what);
    if (!what) return unknown_word("--what", options.what, "project, task, user");
    const auto by = domain::parse_link_by(options.by);
    if (!by) return unknown_word("--by", options.by, "name, key, tag, field, email");
    out.rule.what = *what;
    out.rule.by = *by;
    out.rule.at = options.at;
    out.rule.pattern = std::string(trim(options.match));
    if (options.to.empty()) return out;
    const auto to = target_of(session, options, *what == LinkRule::What::User);
    if (!to) return to.error();
    out.rule.to = *to;
    return out;
}

constexpr std::size_t kShown = 50; // rows in a terminal; --json has them all

void tell(const Session& session, const books::LinkEffect& effect) {
    render::Columns table({{"WHAT"}, {"NAME"}, {"WAS"}, {"NOW"}, {""}});
    for (const auto& row : effect.rows) {
        if (&row - effect.rows.data() == static_cast<std::ptrdiff_t>(kShown)) break;
        table.add({row.ref, shorten(row.name, 40), row.before,
                   row.between.empty() ? row.after : "either " + join(row.between, " or "),
                   row.stays.empty() ? "" : "stays " + row.stays});
    }
    if (!table.empty()) session.out.text(table.text());
    if (effect.rows.size() > kShown)
        session.out.text("  and " + std::to_string(effect.rows.size() - kShown) + " more");
    if (effect.ambiguous > 0)
        session.out.text(
            count(effect.ambiguous, "is ambiguous and stays", "are ambiguous and stay") +
            " without a link: hourbridge link needed");
    session.out.text(count(effect.tasks, "task changes", "tasks change") + " hands, " +
                     format_duration(effect.free_seconds) + " h of free time with them");
    session.out.text(concerned_text({effect.drafts, effect.sent}));
}

void add_effect(json::Writer& json, const books::LinkEffect& effect) {
    const auto text_or_null = [&json](const char* key, const std::string& text) {
        json.key(key);
        if (text.empty())
            json.null();
        else
            json.string(text);
    };
    json.key("changes").begin_array();
    for (const auto& row : effect.rows) {
        json.begin_object().member("subject", row.ref).member("name", row.name);
        text_or_null("before", row.before);
        text_or_null("after", row.after);
        json.key("between").begin_array();
        for (const auto& ref : row.between) json.string(ref);
        json.end_array();
        text_or_null("stays", row.stays);
        json.end_object();
    }
    json.end_array().member("ambiguous", effect.ambiguous).member("tasks", effect.tasks);
    json.member("free_seconds", effect.free_seconds);
    add_concerned(json, {effect.drafts, effect.sent});
}

int preview(Session& session, const Options& options) {
    const auto chosen = choose(session, options);
    if (!chosen) return session.out.fail(chosen.error());
    const auto effect = books::preview_link_rule(session.books().read(), *chosen->remote,
                                                 chosen->rule, options.before);
    if (!effect) return session.out.fail(effect.error());
    tell(session, *effect);
    session.out.text(effect->rows.empty() ? "No existing record would change."
                                          : "To use it, say add instead of preview.");
    json::Writer json;
    json.begin_object().member("remote", options.remote);
    add_effect(json, *effect);
    session.out.document(json.end_object().text());
    return kDone;
}

int add(Session& session, const Options& options) {
    const auto chosen = choose(session, options);
    if (!chosen) return session.out.fail(chosen.error());
    const auto added = books::add_link_rule(session.books(), *chosen->remote, chosen->rule,
                                            options.before, options.note, session.actor());
    if (!added) return session.out.fail(added.error());
    tell(session, added->effect);
    session.out.text("Is in force: rule " + std::to_string(added->number));
    json::Writer json;
    json.begin_object().member("rule", added->number).member("remote", options.remote);
    add_effect(json, added->effect);
    session.out.document(json.end_object().text());
    return kDone;
}

int remove(Session& session, const Options& options) {
    const auto effect = books::remove_link_rule(session.books(), options.number, session.actor());
    if (!effect) return session.out.fail(effect.error());
    tell(session, *effect);
    session.out.text("Rule " + std::to_string(options.number) + " is no longer in force");
    json::Writer json;
    json.begin_object().member("removed", options.number);
    add_effect(json, *effect);
    session.out.document(json.end_object().text());
    return kDone;
}

int list(Session& session) {
    render::Columns table({{"RULE", render::Align::Right},
                           {"SAYS"},
                           {"FINDS", render::Align::Right},
                           {"AMBIGUOUS", render::Align::Right},
                           {"SET BY"},
                           {"AT"},
                           {"NOTE"}});
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> counts;
    for (const auto& row : books::linked_by_rules(session.books().view()))
        ++(row.targets.size() == 1 ? counts[row.rule].first : counts[row.rule].second);
    json::Writer json;
    json.begin_object().key("rules").begin_array();
    for (const auto& row : session.books().view()->link_rules.all()) {
        const auto& rule = row.rule;
        const auto [finds, ambiguous] = counts[rule.number];
        table.add({std::to_string(rule.number), books::rule_words(session.books().view(), row),
                   std::to_string(finds), std::to_string(ambiguous), row.actor,
                   session.clock_text(row.at), row.note});
        json.begin_object()
            .member("rule", rule.number)
            .member("remote", session.books().remote_name(row.remote))
            .member("what", domain::to_string(rule.what))
            .member("by", domain::to_string(rule.by))
            .member("at", rule.at)
            .member("match", rule.pattern)
            .key("to");
        if (rule.to)
            json.string(books::target_ref(session.books().view(), rule.what, *rule.to));
        else
            json.null();
        json.member("finds", finds)
            .member("ambiguous", ambiguous)
            .member("note", row.note)
            .member("actor", row.actor)
            .member("set_at", format_instant(row.at))
            .end_object();
    }
    session.out.text(table.empty() ? "No rules. hourbridge link needed shows what waits for one."
                                   : table.text());
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

int confirm(Session& session, const Options& options) {
    if (options.refs.empty() != options.all)
        return session.out.fail(Error{Code::Usage, "say what to confirm", "",
                                      "name what was renamed, or --all for everything that "
                                      "hourbridge check names"});
    std::vector<domain::Ref> refs;
    for (const auto& text : options.refs) {
        const auto ref = read_ref(session, text, {"group", "project", "user", "company"});
        if (!ref) return session.out.fail(ref.error());
        refs.push_back(*ref);
    }
    const auto confirmed = lanes::confirm_renames(session.books(), refs, session.actor());
    if (!confirmed) return session.out.fail(confirmed.error());
    json::Writer json;
    json.begin_object().key("confirmed").begin_array();
    for (const auto& rename : *confirmed) {
        session.out.text(to_string(rename.ref) + ": rules see \"" + rename.name +
                         "\" from now on, no longer \"" + rename.used + "\"");
        json.begin_object()
            .member("ref", to_string(rename.ref))
            .member("was", rename.used)
            .member("name", rename.name)
            .member("since", format_instant(rename.since))
            .end_object();
    }
    if (confirmed->empty()) session.out.text("No new name waits to be confirmed.");
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

void rule_options(Syntax app, Options& options) {
    app.add_option("REMOTE", options.remote, "the planner, by its name in the configuration")
        .required();
    app.add_option("--what", options.what, "project (the default), task or user").type_name("WHAT");
    app.add_option("--by", options.by,
                   "what decides: name, key, tag (of tasks), field, email (of people)")
        .type_name("WORD")
        .required();
    app.add_option("--at", options.at,
                   "JSON pointer into the record (default: where keys, clients and e-mail "
                   "addresses usually are)")
        .type_name("POINTER");
    app.add_option("--match", options.match,
                   "only values like this, * for any text; without --to the first * takes "
                   "the client's name")
        .type_name("PATTERN");
    app.add_option("--to", options.to,
                   "this client (or person), whatever the value (default: the one of that name)")
        .type_name("REF");
    app.add_option("--before", options.before,
                   "goes before this rule, by its number in hourbridge link rule list (default: "
                   "last)")
        .type_name("RULE:INT");
}

} // namespace

void add_link_rule(Commands& commands, Syntax link) {
    Syntax group =
        Commands::group(link, "rule", "Links by rule: the first rule that matches decides");
    const auto with =
        [&](const char* name, const char* about, const char* example, Needs needs,
            int (*run)(Session&, const Options&)) -> std::pair<Syntax, std::shared_ptr<Options>> {
        const auto options = std::make_shared<Options>();
        Syntax app =
            commands.add(group, name, about, example, needs,
                         [options, run](Session& session) { return run(session, *options); });
        return {app, options};
    };
    auto [adder, adding] =
        with("add", "Add a rule after the existing ones",
             "link rule add worksection --what project --by name", Needs::Writes, add);
    rule_options(adder, *adding);
    adder.add_option("--note", adding->note, "why; the list shows it");

    commands.add(group, "list", "The rules in their order, and how many each finds",
                 "link rule list", Needs::Reads, list);

    auto [remover, removing] =
        with("remove", "Take a rule out of force", "link rule remove 2", Needs::Writes, remove);
    remover
        .add_option("RULE", removing->number, "its number, as hourbridge link rule list shows it")
        .required();

    auto [confirmer, confirming] =
        with("confirm", "Let rules by name see the new name of what was renamed",
             "link rule confirm bitrix24:group:7", Needs::Writes, confirm);
    confirmer.add_option("REF", confirming->refs, "projects, people or companies");
    confirmer.add_flag("--all", confirming->all, "all that hourbridge check names");

    auto [previewer, previewing] =
        with("preview", "What a rule would change, before it does",
             "link rule preview harvest --what project --by field --at /client/name", Needs::Reads,
             preview);
    rule_options(previewer, *previewing);
}

} // namespace hb::app
