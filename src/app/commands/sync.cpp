#include <algorithm>
#include <filesystem>

#include "app/arguments.h"
#include "app/commands/commands.h"
#include "app/control.h"
#include "app/exit_code.h"
#include "app/lacking.h"
#include "app/lock.h"
#include "base/count.h"
#include "base/text.h"
#include "books/drafting.h"
#include "books/hidden.h"
#include "books/walk_proof.h"
#include "desk/remotes.h"
#include "lanes/keeper.h"
#include "render/columns.h"
#include "store/hidden.h"
#include "store/pulls.h"
#include "store/waiting.h"
#include "json/writer.h"

// sync [REMOTE]: reads what the remotes have, and says what it meant.
namespace hb::app {
namespace {

struct Options {
    std::string remote, since;
    std::string reason;
    std::vector<std::string> accept_values, deleted, keep;
    bool full = false, anew = false, dry_run = false, accept_deletions = false;
};

std::string seconds_text(std::int64_t milliseconds) {
    std::string fraction = std::to_string(milliseconds % 1000);
    fraction.insert(0, 3 - fraction.size(), '0');
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    const std::string whole = std::to_string(milliseconds / 1000);
    return fraction.empty() ? whole : whole + "." + fraction;
}

// A pull, and which of its streams were last walked without proof, and why (G49).
struct Told {
    lanes::PullReport pull;
    std::map<std::string, std::string> unproven;

    std::string doubt_of(const lanes::StreamReport& stream) const {
        const auto doubt = unproven.find(stream.stream);
        return doubt == unproven.end() ? "" : doubt->second;
    }
};

void write_json(Output& out, const std::vector<Told>& all, bool dry_run) {
    json::Writer json;
    json.begin_object().key("remotes").begin_array();
    for (const auto& told : all) {
        const auto& pull = told.pull;
        json.begin_object().member("name", pull.remote).key("streams").begin_array();
        for (const auto& stream : pull.streams)
            json.begin_object()
                .member("stream", stream.stream)
                .member("read", stream.read)
                .member("added", stream.added)
                .member("revised", stream.revised)
                .member("tombstoned", stream.tombstoned)
                .member("problems", stream.problems)
                .member("requests", stream.requests)
                .member("complete", stream.complete)
                .key("seconds")
                .raw(seconds_text(stream.milliseconds))
                .member("unproven", told.doubt_of(stream))
                .end_object();
        json.end_array().key("stopped");
        if (pull.stopped)
            json.begin_object()
                .member("reason", pull.stopped->reason)
                .member("what_to_do", pull.stopped->what_to_do)
                .end_object();
        else
            json.null();
        json.key("error");
        if (pull.error)
            json.begin_object()
                .member("code", to_string(pull.error->code))
                .member("message", pull.error->message)
                .member("hint", pull.error->hint)
                .end_object();
        else
            json.null();
        json.end_object();
    }
    json.end_array();
    if (dry_run) json.member("dry_run", true);
    out.document(json.end_object().text());
}

void write_text(const Output& out, const Told& told) {
    const auto& pull = told.pull;
    using render::Align;
    render::Columns table({{pull.remote},
                           {"READ", Align::Right},
                           {"NEW", Align::Right},
                           {"CHANGED", Align::Right},
                           {"GONE", Align::Right},
                           {"UNREADABLE", Align::Right},
                           {"REQUESTS", Align::Right},
                           {"SECONDS", Align::Right},
                           {""}});
    for (const auto& stream : pull.streams)
        table.add({stream.stream, std::to_string(stream.read), std::to_string(stream.added),
                   std::to_string(stream.revised), std::to_string(stream.tombstoned),
                   std::to_string(stream.problems), std::to_string(stream.requests),
                   seconds_text(stream.milliseconds),
                   !stream.complete                ? "not to its end"
                   : told.doubt_of(stream).empty() ? ""
                                                   : "unproven"});
    out.text(table.text());
    for (const auto& [stream, doubt] : told.unproven)
        out.text("  " + stream + " unproven: " + doubt +
                 ". What the last whole reading did not show is kept as known");
    if (std::any_of(pull.streams.begin(), pull.streams.end(),
                    [](const auto& stream) { return stream.problems > 0; }))
        out.text("  Unreadable records are in no report (each reading counts them again): "
                 "hourbridge check names them");
    if (pull.stopped)
        out.note("  stopped: " + pull.stopped->reason +
                 "\n  what to do: " + pull.stopped->what_to_do);
    if (pull.error) {
        out.note("  " + pull.remote + " failed: " + to_string(*pull.error));
    }
}

int tell(Session& session, const std::vector<Told>& all, bool dry_run) {
    session.out.end_progress();
    int code = kDone;
    for (const auto& told : all) {
        const auto& pull = told.pull;
        write_text(session.out, told);
        if (pull.stopped) code = worse(code, kPerson);
        if (pull.error) code = worse(code, exit_code_of(pull.error->code));
    }
    if (dry_run) session.out.text("Nothing of this was kept (--dry-run).");
    write_json(session.out, all, dry_run);
    return code;
}

Error unknown_field(const std::string& text) {
    std::vector<std::string> known;
    for (const auto field : domain::all_money_fields()) known.emplace_back(to_string(field));
    return Error{Code::Usage, "--accept-values: there is no field \"" + text + "\"", "",
                 "one of " + join(known, ", ")};
}

Result<lanes::PullOptions> pull_options(const Options& options) {
    lanes::PullOptions out;
    out.asked = true;
    out.full = options.full;
    out.anew = options.anew;
    out.accept_deletions = options.accept_deletions && options.deleted.empty();
    for (const auto& text : options.accept_values) {
        const auto field = domain::parse_money_field(text);
        if (!field) return unknown_field(text);
        out.accept_values.insert(*field);
    }
    if (!out.accept_values.empty() && options.remote.empty())
        return Error{Code::Usage, "--accept-values needs the remote whose values you have checked",
                     "", "hourbridge sync REMOTE --accept-values " + options.accept_values.front()};
    if (!options.since.empty()) {
        const auto since = read_day("--since", options.since);
        if (!since) return since.error();
        out.since = *since;
    }
    return out;
}

// What nobody is asked is not accepted: the pull that begins now may find more than was looked at.
Status anything_to_accept(World& world, const std::vector<books::RemoteRuntime*>& remotes,
                          const lanes::PullOptions& wanted) {
    auto& books = *world.books;
    const books::Read read = books.read();
    for (const auto field : wanted.accept_values) {
        const auto& remote = *remotes.front();
        const auto waiting = read->waiting.of_stream(remote.row.id, domain::stream_of(field));
        const bool asked = std::any_of(waiting.begin(), waiting.end(), [&](const auto& row) {
            return row.asked &&
                   std::any_of(row.changes.begin(), row.changes.end(),
                               [&](const auto& change) { return change.field == field; });
        });
        if (!asked)
            return Error{Code::Conflict,
                         "no value of " + std::string(to_string(field)) + " of " + remote.row.name +
                             " waits, so there is nothing to accept",
                         "", "hourbridge check names what waits"};
    }
    if (!wanted.accept_deletions) return {};
    for (const auto* remote : remotes) {
        const auto job = read->jobs.find(remote->row.id, "pull", "");
        if (job && job->stopped) return {};
        for (const auto& hidden : read->hidden.counts())
            if (hidden.remote == remote->row.id) return {};
    }
    return Error{Code::Conflict,
                 "every record that is known is shown, so there is no deletion to accept", "",
                 "hourbridge check counts what is not shown any longer, by planner"};
}

Result<std::vector<domain::Ref>> read_refs(const Session& session,
                                           const std::vector<std::string>& texts) {
    std::vector<domain::Ref> out;
    for (const auto& text : texts) {
        const auto ref = read_ref(session, text);
        if (!ref) return ref.error();
        out.push_back(*ref);
    }
    return out;
}

// What is not shown any longer stays: nothing is read for that.
int keep(Session& session, const Options& options) {
    const auto refs = read_refs(session, options.keep);
    if (!refs) return session.out.fail(refs.error());
    if (auto kept = books::keep_hidden(session.books(), *refs, options.reason, session.actor());
        !kept)
        return session.out.fail(kept.error());
    session.out.text(
        count(static_cast<std::int64_t>(refs->size()), "record stays", "records stay") +
        " as known; nobody is asked again while they are not shown");
    json::Writer json;
    json.begin_object().key("kept").begin_array();
    for (const auto& ref : *refs) json.string(to_string(ref));
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

// A whole reading that stopped is gone on with, and who asks for one has to know that (G50).
void tell_under_way(const Session& session, books::Books& books, const books::RemoteRuntime& remote,
                    bool anew) {
    const books::Read read = books.read();
    for (const auto& walk : lanes::walks_under_way(read, remote))
        session.out.note(remote.row.name + " " + walk.stream +
                         ": a whole reading is under way, at " + session.clock_text(walk.at) +
                         (anew ? "; it is dropped, and begins anew"
                               : "; it goes on from there (--anew begins anew)"));
}

int pull_all(Session& session, World& world, const Options& options) {
    if (!options.deleted.empty()) {
        const auto refs = read_refs(session, options.deleted);
        if (!refs) return session.out.fail(refs.error());
        if (auto done = books::accept_deleted(*world.books, *refs, session.actor()); !done)
            return session.out.fail(done.error());
    }
    const auto wanted = pull_options(options);
    if (!wanted) return session.out.fail(wanted.error());
    std::vector<books::RemoteRuntime*> remotes;
    for (auto& remote : world.books->remotes)
        if (options.remote.empty() || remote->row.name == options.remote)
            remotes.push_back(remote.get());
    if (remotes.empty()) {
        std::vector<std::string> names;
        for (const auto& remote : world.books->remotes) names.push_back(remote->row.name);
        return session.out.fail(
            Error{options.remote.empty() ? Code::Usage : Code::NotFound,
                  options.remote.empty() ? "the configuration names no remote"
                                         : "there is no remote \"" + options.remote + "\"",
                  "", names.empty() ? "add one under /remotes" : "there is: " + join(names, ", ")});
    }
    for (const auto* remote : remotes)
        if (const auto lacking = lacks(*session.config, remote->row.name))
            return session.out.fail(*lacking);
    if (auto something = anything_to_accept(world, remotes, *wanted); !something)
        return session.out.fail(something.error());
    std::vector<Told> told;
    if (options.accept_deletions && options.deleted.empty())
        for (const auto* remote : remotes)
            desk::note_accepted(*world.books, remote->row.name, desk::Accepted::Deletions, "",
                                session.actor());
    for (const auto& field : options.accept_values)
        desk::note_accepted(*world.books, remotes.front()->row.name, desk::Accepted::Values, field,
                            session.actor());
    for (auto* remote : remotes) {
        if (wanted->full) tell_under_way(session, *world.books, *remote, wanted->anew);
        auto pull = world.service->pull(*remote, *wanted);
        told.push_back(
            {std::move(pull), books::unproven_streams(world.books->view(), remote->row.id)});
    }
    return tell(session, told, options.dry_run);
}

// A call by a process that may keep a new token: the service, or this one while nobody else writes.
// Where it fails, the reading says why.
void call_once(const Session& session, const std::string& name) {
    const Sink nobody = [](Stream, std::string_view) {};
    if (ask_service(session.config->control_socket,
                    {{"remote", "renew", name}, "", false, "", nullptr, {}, {}}, nobody))
        return;
    auto lock = WriterLock::try_take(session.config->data_dir);
    if (!lock || !*lock) return;
    auto world =
        open_world(*session.config, {Access::Writes, true, ""}, std::move(*lock), session.process);
    auto* remote = world ? (*world)->books->find_remote(name) : nullptr;
    if (remote == nullptr) return;
    const std::lock_guard<std::recursive_mutex> busy(*remote->busy);
    (void)remote->connector->currencies();
}

// Of remotes that are called by a token that ends. The copy that a dry run works on may not renew
// it.
void have_good_tokens(const Session& session, const std::string& only) {
    for (const auto& remote : session.books().remotes) {
        const std::string& name = remote->row.name;
        if (!only.empty() && name != only) continue;
        const auto tokens = lanes::BooksKeeper(session.books(), name, false).tokens();
        if (tokens && *tokens) call_once(session, name);
    }
}

// On a copy of the books, which is thrown away.
int dry_run(Session& session, const Options& options) {
    const std::string copy =
        session.config->data_dir + "/dry-run-" + session.process.ids.id128() + ".db";
    if (auto made = make_data_dir(session.config->data_dir); !made)
        return session.out.fail(made.error());
    struct Gone {
        std::string path;
        ~Gone() {
            std::error_code ignored; // a copy left behind harms nobody
            for (const char* tail : {"", "-wal", "-shm", ".numbers"})
                std::filesystem::remove(path + tail, ignored);
        }
    } gone{copy};
    have_good_tokens(session, options.remote);
    if (auto copied = session.world->db->backup_to(copy); !copied)
        return session.out.fail(copied.error());
    auto world = open_world(*session.config, {Access::Writes, true, copy, true, false}, nullptr,
                            session.process);
    if (!world) return session.out.fail(world.error());
    return pull_all(session, **world, options);
}

std::string name_of(const store::Sources& sources, std::int64_t remote) {
    for (const auto& row : sources.remotes())
        if (row.id == remote) return row.name;
    return "?";
}

int history(Session& session, const std::string& remote, std::int64_t limit) {
    std::optional<std::int64_t> only;
    if (!remote.empty()) {
        const auto row = session.books().read()->sources.find_remote(remote);
        if (!row) {
            std::vector<std::string> names;
            for (const auto& each : session.books().read()->sources.remotes())
                names.push_back(each.name);
            return session.out.fail(Error{Code::NotFound, "there is no remote \"" + remote + "\"",
                                          "", "there is: " + join(names, ", ")});
        }
        only = row->id;
    }
    using render::Align;
    render::Columns table({{"PULL", Align::Right},
                           {"REMOTE"},
                           {"STARTED"},
                           {"SECONDS", Align::Right},
                           {"CAUSE"},
                           {"REQUESTS", Align::Right},
                           {"OUTCOME"}});
    json::Writer json;
    json.begin_object().key("pulls").begin_array();
    for (const auto& row : session.books().view()->pulls.list(only, limit)) {
        const auto name = name_of(session.books().view()->sources, row.remote);
        table.add({std::to_string(row.id), name, session.clock_text(row.started),
                   seconds_text((row.finished - row.started).count()), row.cause,
                   std::to_string(row.requests), shorten(row.outcome, 80)});
        json.begin_object()
            .member("id", row.id)
            .member("remote", name)
            .member("started", format_instant(row.started))
            .member("finished", format_instant(row.finished))
            .member("cause", row.cause)
            .key("streams")
            .raw(row.streams)
            .member("requests", row.requests)
            .member("outcome", row.outcome)
            .end_object();
    }
    session.out.text(table.empty() ? "Nothing was read yet." : table.text());
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

} // namespace

void add_sync(Commands& commands) {
    const auto options = std::make_shared<Options>();
    Syntax app = commands.add(
        commands.root(), "sync", "Read new and changed tasks and hours from the remotes",
        "sync bitrix24 --since 2026-03-01", Needs::Reading, [options](Session& session) {
            if (options->keep.empty() != options->reason.empty())
                return session.out.fail(
                    Error{Code::Usage, "--keep and --reason belong together", "",
                          "hourbridge sync worksection --keep REF --reason TEXT"});
            if (!options->keep.empty()) return keep(session, *options);
            if (options->dry_run) return dry_run(session, *options);
            return pull_all(session, *session.world, *options);
        });
    commands.reads_when([options] { return options->dry_run; });
    const auto of = std::make_shared<std::string>();
    const auto limit = std::make_shared<std::int64_t>(50);
    Syntax told =
        commands.add(app, "history", "What was read when, why, and how it ended; the newest first",
                     "sync history bitrix24", Needs::Reads,
                     [of, limit](Session& session) { return history(session, *of, *limit); });
    told.add_option("REMOTE", *of, "only this one");
    told.add_option("--limit", *limit, "how many").type_name("N").range(1, 10000);
    app.add_option("REMOTE", options->remote, "only this one (default: all)");
    const Option full = app.add_flag("--full", options->full,
                                     "re-read everything and compare every entry; a whole "
                                     "reading that is under way continues");
    app.add_flag("--anew", options->anew,
                 "with --full: drop what is under way, and begin from the beginning")
        .needs(full);
    app.add_option("--since", options->since, "also read all hours worked since this day again")
        .type_name("DATE");
    app.add_flag("--dry-run", options->dry_run, "read and count, but keep nothing");
    app.add_option("--accept-values", options->accept_values,
                   "you have checked: the values of this field, which wait, are true")
        .type_name("FIELD");
    app.add_list("--accept-deletions", options->accept_deletions, options->deleted,
                 "you have looked: what is not shown was deleted; with references only these")
        .type_name("[REF...]");
    app.add_option("--keep", options->keep,
                   "you have looked: these records are not shown and stay as they are known")
        .type_name("REF");
    app.add_option("--reason", options->reason, "why they stay").type_name("TEXT");
}

} // namespace hb::app
