#include <algorithm>

#include "app/command.h"
#include "app/commands/check_books.h"
#include "app/commands/check_findings.h"
#include "app/commands/check_machine.h"
#include "app/commands/check_modes.h"
#include "app/commands/check_time.h"
#include "app/commands/commands.h"
#include "app/control.h"
#include "app/exit_code.h"
#include "app/night_spread.h"
#include "app/proven.h"
#include "app/standby.h"
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
#include "store/op_lacks.h"
#include "json/value.h"

// check: everything that is wrong, at once: configuration, mappings, remotes, records nobody can
// read. Shows no secret, and changes nothing but when a call that was refused for good is tried
// again.
namespace hb::app {
namespace {

using mapping::FileProblem;

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
                {config->file, 0, "/backup", advice, "see \"Back up\" in docs/operations.md"});
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
    write_check_text(session.out, findings);
    if (!findings.night.empty()) session.out.text(findings.night);
    if (code == kDone)
        session.out.text(waits_for_somebody(findings) ? "No errors; the items above need attention."
                                                      : "All is well.");
    write_check_json(session.out, findings, code == kDone);
    return code;
}

} // namespace

void add_check(Commands& commands) {
    commands.add(commands.root(), "check",
                 "Look at the configuration, the mappings and each remote: all problems at once",
                 "check --config config/hourbridge.json", Needs::Nothing, check);
}

} // namespace hb::app
