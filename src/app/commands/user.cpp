#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "base/text.h"
#include "desk/people.h"
#include "render/columns.h"
#include "json/writer.h"

// user add|list|role|disable|enable|reset, token add|list|revoke: who may use the pages for staff
namespace hb::app {
namespace {

struct Options {
    std::string login, name, portal;
    std::vector<std::string> roles;
};
using Shared = std::shared_ptr<Options>;

void write_roles(json::Writer& json, const std::vector<std::string>& roles) {
    json.key("roles").begin_array();
    for (const auto& role : roles) json.string(role);
    json.end_array();
}

void write_user(json::Writer& json, const store::UserRow& user) {
    json.begin_object().member("id", user.id).member("login", user.login);
    json.member("name", user.name);
    write_roles(json, user.roles);
    json.member("disabled", user.disabled).member("enrolled", !user.password.empty());
    json.key("portal");
    if (user.portal)
        json.string(*user.portal);
    else
        json.null();
    json.end_object();
}

std::string staff_address(const Session& session) {
    return session.config->staff_url.empty() ? "http://" + session.config->listen
                                             : session.config->staff_url;
}

// The code is for the person who sits here: a terminal, or the program that asked for JSON.
int tell_code(Session& session, const Result<desk::Invited>& invited) {
    if (!invited) return session.out.fail(invited.error());
    const std::string url = staff_address(session) + "/enrol";
    const std::string& login = invited->user.login;
    session.out.text(login + " signs in for the first time at " + url + "\n  code   " +
                     invited->code + "\n  until  " + session.clock_text(invited->expires));
    json::Writer json;
    json.begin_object().key("user").begin_object().member("id", invited->user.id);
    json.member("login", login);
    write_roles(json, invited->user.roles);
    json.end_object().member("code", invited->code);
    json.member("expires", format_instant(invited->expires)).member("url", url).end_object();
    session.out.document(json.text());
    return kDone;
}

int tell_user(Session& session, const Result<store::UserRow>& user, const std::string& what) {
    if (!user) return session.out.fail(user.error());
    session.out.text(user->login + " " + what);
    json::Writer json;
    json.begin_object().key("user");
    write_user(json, *user);
    session.out.document(json.end_object().text());
    return kDone;
}

int add_user(Session& session, const Options& options) {
    desk::NewUser user{options.login, options.name, std::nullopt, options.roles};
    if (!options.portal.empty()) user.portal = options.portal;
    return tell_code(session, desk::add_user(session.books(), user, session.actor()));
}

int list_users(Session& session) {
    render::Columns table({{"LOGIN"}, {"NAME"}, {"ROLES"}, {"STATE"}, {"IN THE PORTAL"}});
    json::Writer json;
    json.begin_object().key("users").begin_array();
    for (const auto& user : session.books().read()->people().all()) {
        const char* const state = user.disabled           ? "disabled"
                                  : user.password.empty() ? "has a code to use"
                                                          : "signs in";
        table.add({user.login, user.name, join(user.roles, ", "), state, user.portal.value_or("")});
        write_user(json, user);
    }
    session.out.text(table.empty() ? "No users yet: hourbridge user add LOGIN --role owner"
                                   : table.text());
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

int set_roles(Session& session, const Options& options) {
    const auto user =
        desk::set_roles(session.books(), options.login, options.roles, session.actor());
    const bool anew = user && user->password.empty() && !user->disabled;
    return tell_user(
        session, user,
        "is " + (options.roles.empty() ? "nothing" : join(options.roles, ", ")) +
            (anew ? "; a code is needed: hourbridge user reset " + options.login : std::string()));
}

int add_token(Session& session, const Options& options) {
    const auto token =
        desk::add_token(session.books(), options.name, options.roles, session.actor());
    if (!token) return session.out.fail(token.error());
    session.out.text(token->token);
    json::Writer json;
    json.begin_object().member("token", token->token).member("name", token->name);
    write_roles(json, token->roles);
    session.out.document(json.end_object().text());
    session.out.note("It is shown this once only.");
    return kDone;
}

int list_tokens(Session& session) {
    render::Columns table({{"NAME"}, {"ROLES"}, {"SINCE"}});
    json::Writer json;
    json.begin_object().key("tokens").begin_array();
    for (const auto& token : session.books().read()->people().tokens()) {
        table.add({token.name, join(token.roles, ", "), session.clock_text(token.created)});
        json.begin_object().member("name", token.name);
        write_roles(json, token.roles);
        json.member("created", format_instant(token.created)).end_object();
    }
    session.out.text(table.empty() ? "No token: hourbridge token add NAME --role viewer"
                                   : table.text());
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

int revoke_token(Session& session, const Options& options) {
    if (auto done = desk::revoke_token(session.books(), options.name, session.actor()); !done)
        return session.out.fail(done.error());
    session.out.text("The token " + options.name + " is over.");
    json::Writer json;
    json.begin_object().member("name", options.name).member("revoked", true);
    session.out.document(json.end_object().text());
    return kDone;
}

constexpr const char* kRoleHelp = "owner, admin, manager, office or viewer; repeatable";

Syntax add(Commands& commands, Syntax group, const char* name, const char* about,
           const char* example, const Shared& options, int (*run)(Session&, const Options&)) {
    Syntax app = commands.add(group, name, about, example, Needs::Writes,
                              [options, run](Session& session) { return run(session, *options); });
    commands.owners_only("it decides who may see and change money");
    return app;
}

void add_named(Commands& commands, Syntax group, const char* name, const char* about,
               const char* example, int (*run)(Session&, const Options&)) {
    const auto options = std::make_shared<Options>();
    add(commands, group, name, about, example, options, run)
        .add_option("LOGIN", options->login, "whose")
        .required();
}

} // namespace

void add_user(Commands& commands) {
    Syntax group = commands.group("user", "Users of the staff pages, and their roles");
    const auto adding = std::make_shared<Options>();
    Syntax adder = add(commands, group, "add", "A new user; a code for the first sign-in is shown",
                       "user add ann --role manager", adding, add_user);
    adder.add_option("LOGIN", adding->login, "what they sign in with").required();
    adder.add_option("--role", adding->roles, kRoleHelp).type_name("ROLE").one_each();
    adder.add_option("--name", adding->name, "as colleagues know them");
    adder.add_option("--portal", adding->portal, "who they are there: bitrix24:user:7")
        .type_name("REF");
    commands.add(group, "list", "Users with their roles", "user list", Needs::Reads, list_users);
    const auto roles = std::make_shared<Options>();
    Syntax roler = add(commands, group, "role", "The whole set of a user's roles",
                       "user role ann manager office", roles, set_roles);
    roler.add_option("LOGIN", roles->login, "whose").required();
    roler.add_option("ROLE", roles->roles,
                     "owner, admin, manager, office, viewer; none: no rights");
    add_named(commands, group, "disable", "Lock a user out, at once", "user disable ann",
              [](Session& session, const Options& options) {
                  return tell_user(
                      session, desk::disable_user(session.books(), options.login, session.actor()),
                      "is disabled");
              });
    add_named(commands, group, "enable", "Let a disabled user in again", "user enable ann",
              [](Session& session, const Options& options) {
                  return tell_user(
                      session, desk::enable_user(session.books(), options.login, session.actor()),
                      "may come in");
              });
    add_named(commands, group, "reset", "Reset password and second factor; shows a new code",
              "user reset ann", [](Session& session, const Options& options) {
                  return tell_code(
                      session, desk::reset_user(session.books(), options.login, session.actor()));
              });
}

void add_token(Commands& commands) {
    Syntax group = commands.group("token", "Tokens for programs that use the API");
    const auto adding = std::make_shared<Options>();
    Syntax adder = add(commands, group, "add", "A new token; it is shown this once",
                       "token add reports --role viewer", adding, add_token);
    adder.add_option("NAME", adding->name, "of the program").required();
    adder.add_option("--role", adding->roles, kRoleHelp).type_name("ROLE").one_each().required();
    commands.add(group, "list", "Tokens with their roles", "token list", Needs::Reads, list_tokens);
    const auto revoking = std::make_shared<Options>();
    add(commands, group, "revoke", "Revoke a token at once", "token revoke reports", revoking,
        revoke_token)
        .add_option("NAME", revoking->name, "of the program")
        .required();
}

} // namespace hb::app
