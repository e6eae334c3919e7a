#include <map>

#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/lacking.h"
#include "base/text.h"
#include "books/pauses.h"
#include "desk/remotes.h"
#include "lanes/lacks.h"
#include "lanes/outages.h"
#include "render/columns.h"
#include "json/writer.h"

// remote pause|resume|list: a remote that a person lets rest. remote rename|moved: the way out when
// an account and its name no longer fit (G17)
namespace hb::app {
namespace {

Error unknown(const std::string& name) {
    return Error{Code::NotFound, "no remote is known here under the name \"" + name + "\"", "",
                 "hourbridge remote list shows them"};
}

Status check_new_name(const Session& session, const std::string& to) {
    for (const auto& remote : session.config->remotes)
        if (remote.name == to) return {};
    return Error{Code::Usage, "the configuration has no remote \"" + to + "\"", "",
                 "call it so there first"};
}

int rename(Session& session, const std::string& from, const std::string& to) {
    if (auto good = check_new_name(session, to); !good) return session.out.fail(good.error());
    const auto done = desk::rename_remote(session.books(), from, to, session.actor());
    if (!done) return session.out.fail(done.error());
    auto world = open_world(*session.config, {Access::Writes, true, ""}, nullptr, session.process);
    if (!world) return session.out.fail(world.error());
    if (auto renewed = desk::renew_contracts(*(*world)->books, from, to, session.actor()); !renewed)
        return session.out.fail(renewed.error());
    session.out.text(done->now ? "The remote " + from + " is now called " + to
                               : "No remote is known here as " + from + "; " + to +
                                     " is, and its contracts have that name");
    json::Writer json;
    json.begin_object().member("old", from).member("new", to);
    json.member("account", done->row.account);
    session.out.document(json.end_object().text());
    return kDone;
}

int moved(Session& session, const std::string& name) {
    const auto row = session.books().read()->sources.find_remote(name);
    if (!row) return session.out.fail(unknown(name));
    if (const auto lacking = lacks(*session.config, name)) return session.out.fail(*lacking);
    std::string account;
    for (const auto& remote : session.books().remotes)
        if (remote->row.name == name) account = remote->connector->account();
    if (account.empty())
        return session.out.fail(Error{Code::Usage,
                                      "the configuration has no remote \"" + name + "\"", "",
                                      "write its new address there first"});
    const auto before = desk::move_remote(session.books(), name, account, session.actor());
    if (!before) return session.out.fail(before.error());
    session.out.text("The remote " + name + " is now " + account + " (was " + before->account +
                     ")");
    json::Writer json;
    json.begin_object().member("name", name).member("old", before->account).member("new", account);
    session.out.document(json.end_object().text());
    return kDone;
}

// Any call does: an application's token is renewed when its time has passed, by the process that
// may keep the new one. For `check`, which may not while a service runs.
int renew(Session& session, const std::string& name) {
    books::RemoteRuntime* remote = session.books().find_remote(name);
    if (remote == nullptr) return session.out.fail(unknown(name));
    const auto called = [remote] {
        const std::lock_guard<std::recursive_mutex> busy(*remote->busy);
        return remote->connector->currencies();
    }();
    lanes::try_lacking(session.books(), *remote);
    lanes::Outages(session.books()).note(*remote);
    if (!called) return session.out.fail(called.error());
    session.out.text(name + " answers.");
    json::Writer json;
    json.begin_object().member("name", name).member("answers", true);
    session.out.document(json.end_object().text());
    return kDone;
}

// "18:00", "2026-12-01", "2026-12-01 18:00" by the zone's clocks; or with an offset, as programs
// write moments. A time of day is the next one.
Result<Instant> read_until(const std::string& text, const Zone& zone, Instant now) {
    std::optional<Instant> at;
    if (const auto exact = parse_instant(text))
        at = *exact;
    else if (text.size() == 5)
        for (const Day day : {zone.day_of(now), zone.day_of(now) + std::chrono::days{1}}) {
            at = moment_of_wall_clock(format_day(day) + " " + text + ":00", zone);
            if (!at || *at > now) break;
        }
    else if (const auto day = parse_day(text))
        at = zone.start_of(*day);
    else if (text.size() == 16)
        at = moment_of_wall_clock(text + ":00", zone);
    if (!at)
        return Error{Code::Usage, "\"" + shorten(text, 40) + "\" is no time", "",
                     "write 18:00, 2026-12-01 or \"2026-12-01 18:00\""};
    if (*at <= now)
        return Error{Code::Usage, "\"" + text + "\" is over already", "",
                     "name a time that is to come"};
    return *at;
}

void write_state(json::Writer& json, const store::Remote& row,
                 const std::optional<books::Pause>& pause) {
    const auto moment = [&json](const char* name, const std::optional<Instant>& at) {
        json.key(name);
        if (at)
            json.string(format_instant(*at));
        else
            json.null();
    };
    json.begin_object().member("name", row.name).member("account", row.account);
    json.member("connector", row.connector).member("paused", pause.has_value());
    moment("since", pause ? std::optional(pause->since) : std::nullopt);
    moment("until", pause ? pause->until : std::nullopt);
    json.end_object();
}

int pause_remote(Session& session, const std::string& name, const std::string& until) {
    if (!session.books().read()->sources.find_remote(name)) return session.out.fail(unknown(name));
    std::optional<Instant> at;
    if (!until.empty()) {
        const auto read =
            read_until(until, session.books().settings.zone, session.process.clock.now());
        if (!read) return session.out.fail(read.error());
        at = *read;
    }
    const auto rested = desk::pause_remote(session.books(), name, at, session.actor());
    if (!rested) return session.out.fail(rested.error());
    session.out.text(name + " " +
                     books::pause_text(name, rested->pause, session.books().settings.zone) +
                     ". Its events are kept, its writes wait");
    json::Writer json;
    write_state(json, rested->row, rested->pause);
    session.out.document(json.text());
    return kDone;
}

int resume_remote(Session& session, const std::string& name) {
    const auto resumed = desk::resume_remote(session.books(), name, session.actor());
    if (!resumed) return session.out.fail(resumed.error());
    session.process.clock.wake();
    session.out.text(name + (resumed->rested ? " goes on." : " is not paused."));
    json::Writer json;
    write_state(json, resumed->row, std::nullopt);
    session.out.document(json.text());
    return kDone;
}

int list_remotes(Session& session) {
    render::Columns table({{"REMOTE"}, {"ACCOUNT"}, {"CONNECTOR"}, {"STATE"}});
    json::Writer json;
    json.begin_object().key("remotes").begin_array();
    const books::Read read = session.books().read();
    const auto breakers = read->breakers.all();
    for (const auto& row : read->sources.remotes()) {
        const auto pause = books::pause_of(read->kept, row.id, read.now());
        const auto breaker = breakers.find(row.id);
        const auto silent = breaker != breakers.end() && breaker->second.troubled()
                                ? breaker->second.since
                                : std::nullopt;
        table.add({row.name, row.account, row.connector,
                   pause && pause->until ? "paused until " + session.clock_text(*pause->until)
                   : pause               ? "paused"
                   : silent              ? "no answer since " + session.clock_text(*silent)
                                         : "works"});
        write_state(json, row, pause);
    }
    session.out.text(table.empty() ? "No remote is known yet: hourbridge sync" : table.text());
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

void add_pauses(Commands& commands, Syntax& group) {
    const auto name = std::make_shared<std::string>();
    const auto until = std::make_shared<std::string>();
    Syntax pausing = commands.add(
        group, "pause", "Let a remote rest: nothing is read from it or written to it",
        "remote pause bitrix24 --until 18:00", Needs::Writes,
        [name, until](Session& session) { return pause_remote(session, *name, *until); });
    pausing.add_option("NAME", *name, "of the remote").required();
    pausing.add_option("--until", *until, "when it goes on by itself: 18:00, 2026-12-01 or both")
        .type_name("TIME");
    const auto rested = std::make_shared<std::string>();
    commands
        .add(group, "resume", "A remote that rests goes on now", "remote resume bitrix24",
             Needs::Writes, [rested](Session& session) { return resume_remote(session, *rested); })
        .add_option("NAME", *rested, "of the remote")
        .required();
    commands.add(group, "list", "The remotes, and which of them rest", "remote list", Needs::Reads,
                 list_remotes);
}

} // namespace

void add_remote(Commands& commands) {
    Syntax group = commands.group("remote", "The accounts we read: which rest, and their names");
    add_pauses(commands, group);
    const auto from = std::make_shared<std::string>();
    const auto to = std::make_shared<std::string>();
    Syntax renaming =
        commands.add(group, "rename", "Rename a remote after renaming it in the configuration",
                     "remote rename bitrix24 portal", Needs::Alone,
                     [from, to](Session& session) { return rename(session, *from, *to); });
    renaming.add_option("OLD", *from, "the name until now").required();
    renaming.add_option("NEW", *to, "the name in the configuration").required();
    const auto called = std::make_shared<std::string>();
    commands
        .add(group, "renew",
             "Call a remote once; an application's token is renewed when it must be",
             "remote renew bitrix24", Needs::Reading,
             [called](Session& session) { return renew(session, *called); })
        .add_option("NAME", *called, "of the remote")
        .required();
    commands.owners_only("it may renew the tokens of the remote");
    const auto name = std::make_shared<std::string>();
    commands
        .add(group, "moved", "The same account is at another address now", "remote moved bitrix24",
             Needs::Alone, [name](Session& session) { return moved(session, *name); })
        .add_option("NAME", *name, "of the remote")
        .required();
}

} // namespace hb::app
