#include <CLI/CLI.hpp>

#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "engine/drafting.h"
#include "json/writer.h"

// remote rename|moved: the way out when an account and its name do not fit any more (RULINGS G17)
namespace hb::app {
namespace {

Error unknown(const std::string& name) {
    return Error{Code::NotFound, "no remote is known here under the name \"" + name + "\"", "",
                 "hourbridge dump remotes shows them"};
}

void note_event(Session& session, const char* action, const std::string& subject,
                const std::string& from, const std::string& to) {
    auto& core = session.core();
    core.events.add(core.clock.now(), session.actor().name, action, std::nullopt, subject,
                    engine::EventData().add("from", from).add("to", to).text());
}

int rename(Session& session, const std::string& from, const std::string& to) {
    auto& core = session.core();
    const auto row = core.sources.find_remote(from);
    if (!row) return session.out.fail(unknown(from));
    if (core.sources.find_remote(to))
        return session.out.fail(Error{Code::Conflict,
                                      "\"" + to + "\" is the name of another remote here", "",
                                      "choose another name"});
    {
        store::Tx tx(core.db);
        core.sources.rename_remote(row->id, to);
        note_event(session, "remote.renamed", to, from, to);
        tx.commit();
    }
    session.out.text("The remote " + from + " is now called " + to +
                     "; the configuration must call it so too");
    json::Writer json;
    json.begin_object().member("old", from).member("new", to).member("account", row->account);
    session.out.document(json.end_object().text());
    return kDone;
}

int moved(Session& session, const std::string& name) {
    auto& core = session.core();
    const auto row = core.sources.find_remote(name);
    if (!row) return session.out.fail(unknown(name));
    std::string account;
    for (const auto& remote : core.remotes)
        if (remote->row.name == name) account = remote->connector->account();
    if (account.empty())
        return session.out.fail(Error{Code::Usage,
                                      "the configuration has no remote \"" + name + "\"", "",
                                      "write its new address there first"});
    if (const auto other = core.sources.find_account(account); other && other->id != row->id)
        return session.out.fail(
            Error{Code::Conflict, account + " is known here as \"" + other->name + "\"", "",
                  "one account has one name: hourbridge remote rename " + other->name + " NEW"});
    {
        store::Tx tx(core.db);
        core.sources.move_remote(row->id, account);
        note_event(session, "remote.moved", name, row->account, account);
        tx.commit();
    }
    session.out.text("The remote " + name + " is now " + account + " (was " + row->account + ")");
    json::Writer json;
    json.begin_object().member("name", name).member("old", row->account).member("new", account);
    session.out.document(json.end_object().text());
    return kDone;
}

} // namespace

void add_remote(Commands& commands) {
    CLI::App& group = commands.group("remote", "The names of the accounts we read");
    const auto from = std::make_shared<std::string>();
    const auto to = std::make_shared<std::string>();
    CLI::App& renaming = commands.add(
        group, "rename", "The configuration calls the same account by another name now",
        "remote rename bitrix24 portal", Needs::Alone,
        [from, to](Session& session) { return rename(session, *from, *to); });
    renaming.add_option("OLD", *from, "the name until now")->required();
    renaming.add_option("NEW", *to, "the name in the configuration")->required();
    const auto name = std::make_shared<std::string>();
    commands
        .add(group, "moved", "The same account is at another address now", "remote moved bitrix24",
             Needs::Alone, [name](Session& session) { return moved(session, *name); })
        .add_option("NAME", *name, "of the remote")
        ->required();
}

} // namespace hb::app
