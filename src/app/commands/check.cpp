#include <algorithm>
#include <map>
#include <set>

#include "app/command.h"
#include "app/commands/check_books.h"
#include "app/commands/check_machine.h"
#include "app/commands/check_modes.h"
#include "app/commands/check_time.h"
#include "app/commands/commands.h"
#include "app/control.h"
#include "app/exit_code.h"
#include "app/night_spread.h"
#include "app/proven.h"
#include "app/standby.h"
#include "base/count.h"
#include "base/text.h"
#include "base/wall_clock.h"
#include "books/hidden.h"
#include "books/settings_names.h"
#include "books/walk_proof.h"
#include "domain/locales.h"
#include "lanes/crm_lists.h"
#include "lanes/outages.h"
#include "lanes/renames.h"
#include "lanes/watch.h"
#include "render/question_text.h"
#include "store/op_lacks.h"
#include "json/value.h"
#include "json/writer.h"

// check: everything that is wrong, at once: configuration, mappings, remotes, records nobody can
// read. Shows no secret, and changes nothing but when a call that was refused for good is tried
// again.
namespace hb::app {
namespace {

using mapping::FileProblem;

constexpr std::size_t kExamples = 5;

struct RemoteFinding {
    std::string name;
    connector::CheckReport report;
    std::optional<Error> account; // G17
    bool expects_events = false;
    std::string last_event; // its kind; "" none came yet
    std::string last_event_at;
    std::string refused_at;          // an event that nothing configured could prove; "" none
    std::vector<domain::Lack> lacks; // as the books know them
};

struct Unreadable {
    std::string remote, stream;
    std::int64_t count = 0;
    std::vector<store::ProblemRow> examples;
};

struct Findings {
    std::vector<FileProblem> problems;
    std::vector<FileProblem> warnings;
    std::vector<RemoteFinding> remotes;
    std::vector<Unreadable> unreadable;
    std::vector<store::TaskRow> ownerless;
    TimeFindings time;
    std::vector<std::pair<store::ReportRow, domain::AskedQuestion>> questions;
    bool no_contract = false;         // companies are known, and none has terms
    std::vector<std::string> stopped; // guards
    lanes::Condition condition;       // as /readyz knows it
    Zone zone = Zone::utc();          // of the configuration
    std::string night;                // when night work begins, where it is put off
    std::optional<Error> books;
};

// Only the service may keep a new token while it runs, so it is asked to have one.
void renew_by_service(CheckBooks& books, const Config& config, const std::string& remote,
                      connector::Keeper& keeper, const Instant now) {
    const auto tokens = keeper.tokens();
    if (books.lock || !tokens || !*tokens || now < (*tokens)->expires) return;
    const Sink nobody = [](Stream, std::string_view) {};
    (void)ask_service(config.control_socket,
                      {{"remote", "renew", remote}, "", false, "", nullptr, {}, {}},
                      nobody); // when it fails the check says why
}

void look_at_events(RemoteFinding& finding, store::Database& db, std::int64_t remote, bool proven) {
    store::Settings settings(db);
    finding.last_event = settings.get(remote, books::kept::kLastEvent).value_or("");
    if (const auto at = settings.written_at(remote, books::kept::kLastEvent))
        finding.last_event_at = format_instant(*at);
    const auto refused = settings.written_at(remote, books::kept::kEventRefused);
    if (refused && !proven) finding.refused_at = format_instant(*refused);
}

// Scopes beyond the main job's, for what `portal setup` has made and for notices (G35).
std::vector<std::string> more_scopes(store::Database* db, const Config& config,
                                     const std::string& remote) {
    std::vector<std::string> scopes;
    const auto row = db != nullptr ? store::Sources(*db).find_remote(remote) : std::nullopt;
    if (row && store::Settings(*db).get(row->id, books::kept::kCardType))
        scopes.emplace_back("userfieldconfig");
    for (const auto& rule : config.notify)
        if (rule.remote == remote && !rule.person.empty()) {
            scopes.emplace_back("im");
            break;
        }
    return scopes;
}

// Bots that tell people: is the token good? A webhook has no call that changes nothing.
void check_bots(Findings& findings, const Config& config, Process& process) {
    for (const auto& rule : config.notify) {
        if (!rule.telegram || !rule.lacking.empty()) continue;
        RemoteFinding finding;
        finding.name = "telegram";
        finding.report = make_sender(rule, process.clock)->check();
        bool known = false;
        for (const auto& other : findings.remotes)
            known = known || other.report.account == finding.report.account;
        if (!known) findings.remotes.push_back(std::move(finding));
    }
}

void check_remote(Findings& findings, const Config& config, const RemoteConfig& remote,
                  CheckBooks& books, Process& process) {
    store::Database* db = books.db.get();
    make_mapping(remote, findings.problems);
    const auto keeper = keeper_of(books, remote, process);
    if (keeper && remote.oauth)
        renew_by_service(books, config, remote.name, *keeper, process.clock.now());
    auto connector =
        make_connector(config, remote, process.clock, keeper, more_scopes(db, config, remote.name));
    if (!connector) {
        findings.problems.push_back({config.file, 0, "/remotes/" + remote.name,
                                     connector.error().message, connector.error().hint});
        return;
    }
    RemoteFinding finding;
    finding.name = remote.name;
    finding.expects_events = !remote.application_tokens.empty() || remote.oauth;
    std::string older;
    if (db != nullptr) {
        store::Sources sources(*db);
        store::Settings settings(*db);
        const std::string account = (*connector)->account();
        if (!account.empty())
            finding.account = judge_account(sources, remote.name, remote.connector, account);
        if (const auto row = sources.find_remote(remote.name)) {
            look_at_events(finding, *db, row->id, proven_remotes(config).count(remote.name) > 0);
            finding.lacks = store::Lacks(*db).of(row->id);
            (*connector)->use_lacks(finding.lacks);
            older = lanes::why_older_lists(settings, row->id);
        }
    }
    finding.report = (*connector)->check();
    if (!older.empty())
        finding.report.notes.push_back(
            "companies and deals are read by crm.company.list and crm.deal.list as before, because "
            "crm.item.list would not do: " +
            older + ". It is tried again each day, and when the mapping changes");
    findings.remotes.push_back(std::move(finding));
}

void look_at_questions(Findings& findings, store::Database& db) {
    store::Reports reports(db);
    for (auto& row : reports.open_questions())
        if (auto report = reports.find(row.report))
            findings.questions.emplace_back(
                std::move(*report), domain::AskedQuestion{std::move(row.asked), row.asked_at});
}

// Terms that were applied when any language was taken: their pages are in English (G61).
void look_at_locales(Findings& findings, store::Database& db) {
    std::map<std::int64_t, store::ContractRow> newest;
    for (auto& row : store::Contracts(db).all()) newest[row.client] = std::move(row);
    for (const auto& [client, row] : newest) {
        const auto terms = json::Document::parse(row.text);
        const std::string locale(terms ? terms->root()["locale"].text_view().value_or("") : "");
        if (locale.empty() || domain::is_shipped_locale(locale)) continue;
        const auto company = store::Sources(db).find_company(client);
        findings.warnings.push_back(
            {"the contract of " + (company ? to_string(company->ref) : std::to_string(client)), 0,
             "/locale", "there are no texts in this language, so pages are in English: " + locale,
             "shipped are " + domain::shipped_locales()});
    }
}

// What /readyz asks, but for how old the last reading is: without a service nobody reads.
lanes::Condition condition_of(const Config& config, store::Database& db, const Zone& zone,
                              Instant now) {
    return lanes::look_at_books(store::Tables(db), database_path(config),
                                {{}, proven_remotes(config)}, now, zone);
}

// What is lacking is called again at its next need: by the next command, where no service runs that
// could be told.
void try_lacking(const Config& config, CheckBooks& books, std::int64_t remote, Instant now) {
    const auto note = [&](store::Database& db) { store::Lacks(db).try_anew(remote, now); };
    if (books.lock) return note(*books.db);
    const auto lock = WriterLock::try_take(config.data_dir);
    if (!lock || !*lock) return; // a service runs
    const auto writer = store::Database::open_writer(database_path(config));
    if (writer) note(**writer); // else the books are judged elsewhere in this check
}

// The service learns at once that its remote answers again.
void tell_service(const Config& config, CheckBooks& books, const RemoteFinding& finding,
                  Instant now) {
    if (!books.db || !finding.report.reachable) return;
    const auto row = store::Sources(*books.db).find_remote(finding.name);
    if (!row) return;
    const bool shut = store::Breakers(*books.db).find(row->id).shut();
    // What was refused may be allowed by now.
    const bool refused = !finding.lacks.empty() || store::OpLacks(*books.db).any(row->id);
    if (!shut && !refused) return;
    const Sink nobody = [](Stream, std::string_view) {};
    (void)ask_service(config.control_socket,
                      {{"remote", "renew", finding.name}, "", false, "", nullptr, {}, {}},
                      nobody); // without a service the next run asks
    if (refused) try_lacking(config, books, row->id, now);
}

void look_into_books(Findings& findings, store::Database& db, lanes::Condition condition) {
    store::Sources sources(db);
    store::Jobs jobs(db);
    const auto examples = sources.problems(1000);
    for (const auto& remote : sources.remotes()) {
        for (const char* stream : {"users", "groups", "companies", "deals", "tasks", "entries"}) {
            Unreadable row{remote.name, stream, sources.count_problems(remote.id, stream), {}};
            for (const auto& example : examples)
                if (example.remote == remote.name && example.stream == stream &&
                    row.examples.size() < kExamples)
                    row.examples.push_back(example);
            if (row.count > 0) findings.unreadable.push_back(std::move(row));
        }
        for (const auto& job : jobs.list(remote.id))
            if (job.stopped)
                findings.stopped.push_back(remote.name + ": " + *job.stopped +
                                           ". What to do: " + job.what_to_do.value_or(""));
    }
    findings.ownerless = sources.needs_mapping(1000);
    if (store::Settings(db).get(0, books::kept::kLinksInCopies))
        findings.warnings.push_back(
            {"the books", 0, "",
             "copies from before this version hold links of clients that still live",
             "make them anew, and remove old copies: hourbridge report link --new --all"});
    for (const auto& text : books::hidden_texts(db, findings.zone))
        findings.warnings.push_back(
            {"the books", 0, "", text,
             "check in the planner whether they were deleted; hourbridge sync --help says how to "
             "answer with --accept-deletions or --keep"});
    for (const auto& text : books::unproven_texts(db, findings.zone))
        findings.warnings.push_back(
            {"the books", 0, "", text,
             "what such a reading lacks is kept as known; the next one that is due tries again, or "
             "now: hourbridge sync REMOTE --full"});
    for (const auto& rename : lanes::renames_to_confirm(store::Tables(db)))
        findings.warnings.push_back(
            {to_string(rename.ref), 0, "",
             "was \"" + rename.used + "\" and is called \"" + rename.name + "\" since " +
                 wall_clock_text(rename.since, findings.zone) +
                 "; rules by name go on with the old name until somebody confirms the new one",
             "hourbridge link rule confirm " + to_string(rename.ref)});
    if (const auto at = store::Settings(db).get(0, books::kept::kLinksRestored))
        findings.warnings.push_back(
            {"the books", 0, "",
             "a backup was restored at " + in_wall_clock(*at, findings.zone) +
                 ", and nobody could tell which links of clients "
                 "had been revoked after it was taken: those are live again",
             "revoke them again, or make all anew: hourbridge report link --new --all"});
    look_at_questions(findings, db);
    look_at_locales(findings, db);
    findings.condition = std::move(condition);
    const auto remotes = sources.remotes();
    findings.no_contract =
        store::Contracts(db).all().empty() &&
        std::any_of(remotes.begin(), remotes.end(), [&sources](const store::Remote& remote) {
            return !sources.companies(remote.id).empty();
        });
}

int exit_code(const Findings& findings) {
    int code = kDone;
    if (!findings.problems.empty()) code = worse(code, kUsage);
    if (findings.books) code = worse(code, kMachine);
    for (const auto& remote : findings.remotes) {
        if (remote.account) code = worse(code, kUsage);
        if (!remote.report.reachable || !remote.report.authorised ||
            !remote.report.problems.empty())
            code = worse(code, kRemote);
    }
    // Records that can't be read and tasks without a client are shown, and block only themselves.
    if (!findings.stopped.empty() || findings.time.billed_alike > 0 ||
        !findings.questions.empty() || !findings.time.own_companies.empty())
        code = worse(code, kPerson);
    if (!findings.condition.asks.empty()) code = worse(code, kPerson);
    if (!findings.condition.away.empty()) code = worse(code, kRemote);
    if (!findings.condition.machine.empty()) code = worse(code, kMachine);
    return code;
}

template <class List> std::int64_t size_of(const List& list) {
    return static_cast<std::int64_t>(list.size());
}

// Costs first: other records without time are only noise of a planner.
std::vector<std::string> examples_of(const WithoutTime& found) {
    std::vector<std::string> out;
    for (const auto& ref : found.costs.entries) out.push_back(to_string(ref));
    if (out.empty()) out = found.entries;
    if (out.size() > kExamples) out.resize(kExamples);
    return out;
}

void write_nameless(const Output& out, const NamelessPeople& nameless) {
    const auto& people = nameless.found;
    out.text(nameless.remote + ": " + std::to_string(people.without.size()) + " of " +
             count(people.people, "person", "people") + " with time have no name here, because " +
             nameless.remote + " does not show them. Their hours count like all others");
    for (std::size_t i = 0; i < people.without.size() && i < kExamples; ++i)
        out.text("  " + nameless.remote + ":user:" + people.without[i].id + ": " +
                 format_duration(people.without[i].seconds) + " h");
    if (people.without.size() > kExamples)
        out.text("  and " + std::to_string(people.without.size() - kExamples) + " more");
}

void write_time(const Output& out, const TimeFindings& time) {
    for (const auto& nameless : time.nameless) write_nameless(out, nameless);
    for (const auto& found : time.without_time) {
        if (found.costs.entries.empty()) {
            out.text(found.remote + ": " + count(size_of(found.entries), "record", "records") +
                     " without time: kept, nothing to bill");
            continue;
        }
        out.text(found.remote + ": " + to_string(found.costs) +
                 ": stored, not billed. Drafts show a warning; invoice them separately");
        for (const auto& example : examples_of(found)) out.text("  " + example);
    }
    if (time.alike > 0)
        out.text(count(time.alike, "time entry looks", "time entries look") +
                 " like duplicates and stay out of drafts until resolved: hourbridge alias list");
    if (time.billed_alike > 0)
        out.text(count(time.billed_alike, "pair", "pairs") +
                 " of time entries that look alike are on two sent reports: the same work "
                 "may be billed twice.\n  what to do: hourbridge alias list shows them with the "
                 "command to type for each");
}

std::string hours(std::int64_t seconds) {
    return format_duration(seconds) + " h";
}

// What guards hold, and what pulls took away: where the rest of a client's hours is.
void write_held(const Output& out, const TimeFindings& time, const Zone& zone) {
    for (std::size_t i = 0; i < time.held.size() && i < kExamples; ++i) {
        const auto& row = time.held[i];
        std::vector<std::string> parts;
        if (row.held_seconds > 0)
            parts.push_back(hours(row.held_seconds) + " whose values changed");
        if (row.not_shown_seconds > 0)
            parts.push_back(hours(row.not_shown_seconds) + " that " +
                            "the planner does not show any longer");
        if (row.long_seconds > 0)
            parts.push_back(hours(row.long_seconds) + " in records of more than a day");
        out.text(to_string(row.ref) + " " + shorten(row.name, 60) +
                 ": unbilled time waits for a decision: " + join(parts, ", "));
    }
    if (time.held.size() > kExamples)
        out.text("and time of " +
                 count(static_cast<std::int64_t>(time.held.size() - kExamples), "client more",
                       "clients more") +
                 ": hourbridge unbilled");
    for (std::size_t i = 0; i < time.taken_away.size() && i < kExamples; ++i) {
        const auto& row = time.taken_away[i];
        out.text(to_string(row.ref) + " " + shorten(row.name, 60) + ": " +
                 hours(row.sum.lost.seconds) + " of unbilled time disappeared or became free in " +
                 count(row.sum.entries, "time entry", "time entries") + " since " +
                 wall_clock_text(row.sum.since, zone) + ", by what planners changed");
    }
    if (time.taken_away.size() > kExamples)
        out.text("and time of " +
                 count(static_cast<std::int64_t>(time.taken_away.size() - kExamples), "client more",
                       "clients more") +
                 ": hourbridge unbilled");
}

// Whose time can't be billed as things are.
void write_clients(const Output& out, const Findings& findings) {
    for (const auto& terms : findings.time.own_companies)
        out.text("Reports of " + terms + ". Until then none of them can be sent");
    const auto& without = findings.time.without_terms;
    if (without.empty() || findings.no_contract) return;
    out.text(std::to_string(without.size()) +
             (without.size() == 1 ? " client has" : " clients have") +
             " time and no terms, so no report takes it: hourbridge contract apply FILE");
    for (std::size_t i = 0; i < without.size() && i < kExamples; ++i)
        out.text("  " + to_string(without[i].ref) + " " + shorten(without[i].name, 60) + ": " +
                 format_duration(without[i].seconds) + " h");
    if (without.size() > kExamples)
        out.text("  and " + std::to_string(without.size() - kExamples) +
                 " more: hourbridge unbilled");
}

// Of a remote in an outage that the books know of: the breaker's words, which say what waits and
// when it is tried next. "" of any other.
std::string outage_of(const Findings& findings, const RemoteFinding& remote) {
    if (remote.report.reachable) return "";
    for (const auto& known : findings.condition.remotes)
        if (known.name == remote.name && known.breaker.outage && known.breaker.shut())
            return lanes::outage_text(known.name, known.breaker, known.waiting, known.next_try,
                                      findings.zone, findings.condition.at);
    return "";
}

void write_remote_text(const Output& out, const RemoteFinding& remote, const Zone& zone) {
    const auto& report = remote.report;
    const std::string account = report.account.empty() ? "not installed" : report.account;
    std::string line = remote.name + " (" + account + "): ";
    line += !report.reachable ? "not available"
            : !report.authorised
                ? "reachable, but access was denied"
                : "reachable, authorised" + (report.who.empty() ? "" : " as " + report.who);
    if (report.clock_skew.count() != 0)
        line += ", clocks differ by " + std::to_string(report.clock_skew.count()) + " s";
    out.text(line);
    if (remote.account)
        out.text("  " + remote.account->message + "\n    what to do: " + remote.account->hint);
    for (const auto& note : report.notes) out.text("  " + note);
    if (!remote.last_event.empty())
        out.text("  last event: " + remote.last_event + " at " +
                 in_wall_clock(remote.last_event_at, zone));
    else if (remote.expects_events)
        out.text("  no event has come yet: pulls find everything without them, only later");
    for (const auto& problem : report.problems)
        out.text("  " + problem.what +
                 (problem.hint.empty() ? "" : "\n    what to do: " + problem.hint));
}

void write_text(const Output& out, const Findings& findings) {
    for (const auto& problem : findings.problems) out.text(mapping::to_string(problem));
    for (const auto& warning : findings.warnings) out.text("note: " + mapping::to_string(warning));
    if (findings.books) out.text("the books: " + to_string(*findings.books));
    // One sentence of a remote that is away: what follows from it is no trouble of its own.
    std::set<std::string> said;
    for (const auto& remote : findings.remotes) {
        const std::string outage = outage_of(findings, remote);
        if (outage.empty()) {
            write_remote_text(out, remote, findings.zone);
        } else {
            out.text(outage);
            said.insert(outage);
        }
    }
    for (const auto& row : findings.unreadable) {
        out.text(row.remote + " " + row.stream + ": " +
                 count(row.count, "record can't be read and is", "records can't be read and are") +
                 " in no report; corrected in the planner, the next sync reads what was wrong");
        for (const auto& example : row.examples)
            out.text("  " + example.id + ": " + example.problem);
        if (row.count > size_of(row.examples))
            out.text("  and " + std::to_string(row.count - size_of(row.examples)) + " more");
    }
    write_time(out, findings.time);
    write_held(out, findings.time, findings.zone);
    write_clients(out, findings);
    if (!findings.ownerless.empty()) {
        out.text(
            count(size_of(findings.ownerless), "task with time belongs", "tasks with time belong") +
            " to no client (hourbridge link needed says what to type)");
        for (std::size_t i = 0; i < findings.ownerless.size() && i < kExamples; ++i)
            out.text("  " + to_string(findings.ownerless[i].ref) + " " +
                     shorten(findings.ownerless[i].facts.title, 60));
        if (findings.ownerless.size() > kExamples)
            out.text("  and " + std::to_string(findings.ownerless.size() - kExamples) + " more");
    }
    for (const auto& [report, question] : findings.questions)
        out.text("report " + report.number.value_or(std::to_string(report.id)) +
                 " asks: " + render::question_in_shell(question.asked));
    for (const auto* texts : {&findings.condition.away, &findings.condition.machine,
                              &findings.condition.asks, &findings.condition.notes})
        for (const auto& text : *texts)
            if (said.count(text) == 0) out.text(text);
    if (findings.no_contract)
        out.text("No client has terms yet, so nothing can be billed: hourbridge contract apply "
                 "FILE (config/contracts.example.json shows one)");
}

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

void write_json(Output& out, const Findings& findings, bool ok) {
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

bool waits_for_somebody(const Findings& findings) {
    return !findings.unreadable.empty() || !findings.ownerless.empty() || findings.no_contract ||
           !findings.time.without_terms.empty() || !findings.time.held.empty() ||
           !findings.warnings.empty();
}

int check(Session& session) {
    Findings findings;
    const auto config = load_config(session.config_file, findings.problems, Secrets::AsCalled);
    if (config) {
        findings.warnings = config->warnings;
        if (const auto zone = Zone::find(config->time_zone)) findings.zone = *zone;
        if (const auto advice = backup_advice(*config); !advice.empty())
            findings.warnings.push_back(
                {config->file, 0, "/backup", advice, "see Back up in the manual"});
        for (auto& warning : mode_warnings(*config))
            findings.warnings.push_back(std::move(warning));
        findings.night = night_words(*config);
        CheckBooks books;
        findings.books = open_books(books, *config, session.process);
        for (auto& warning : key_warnings(*config)) // as the owner of data_dir by now
            findings.warnings.push_back(std::move(warning));
        for (auto& warning : machine_warnings(*config, books.db.get(), session.process.machine))
            findings.warnings.push_back(std::move(warning));
        for (const auto& remote : config->remotes)
            if (remote.lacking.empty())
                check_remote(findings, *config, remote, books, session.process);
        for (const auto& finding : findings.remotes)
            tell_service(*config, books, finding, session.process.clock.now());
        check_bots(findings, *config, session.process);
        if (books.db)
            look_into_books(
                findings, *books.db,
                condition_of(*config, *books.db, findings.zone, session.process.clock.now()));
        const bool usable = findings.problems.empty();
        for (const auto& lacking : config->lacking) findings.problems.push_back(lacking);
        if (books.db && usable) {
            auto time = look_at_time(*config, session.process);
            if (time)
                findings.time = std::move(*time);
            else
                findings.problems.push_back(
                    {config->file, 0, "", time.error().message, time.error().hint});
        }
    }
    const int code = exit_code(findings);
    write_text(session.out, findings);
    if (!findings.night.empty()) session.out.text(findings.night);
    if (code == kDone)
        session.out.text(waits_for_somebody(findings) ? "No errors; the items above need attention."
                                                      : "All is well.");
    write_json(session.out, findings, code == kDone);
    return code;
}

} // namespace

void add_check(Commands& commands) {
    commands.add(commands.root(), "check",
                 "Look at the configuration, the mappings and each remote: all problems at once",
                 "check --config config/hourbridge.json", Needs::Nothing, check);
}

} // namespace hb::app
