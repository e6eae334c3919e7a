#include "connector/bitrix24/check.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "connector/bitrix24/owner_zone.h"
#include "connector/bitrix24/query.h"

namespace hb::connector::bitrix24 {
namespace {

using std::chrono::seconds;

// Tokens and due times tolerate this much; more means that one of the two clocks is wrong.
constexpr seconds kSkewMax{120};

struct Need {
    std::string_view scope;
    std::array<std::string_view, 3> accepted; // names under which portals list it
    std::string_view why;
    bool always = true; // false: only where the configuration asks for what it is for
};

// Protocol section 2.4 and G35.
constexpr std::array kNeeds = {
    Need{"task", {"task", "tasks", ""}, "tasks.task.list and task.elapseditem.getlist"},
    Need{"crm", {"crm", "", ""}, "crm.item.list and crm.item.add"},
    Need{"user", {"user", "user_basic", "user_brief"}, "user.get"},
    Need{"sonet_group", {"sonet_group", "sonet", "socialnetwork"}, "sonet_group.get"},
    Need{"userfieldconfig", {"userfieldconfig", "", ""}, "userfieldconfig.add", false},
    Need{"im", {"im", "", ""}, "im.notify.system.add", false},
    Need{"sale", {"sale", "", ""}, "the events of payments", false},
};

bool wanted(const Need& need, const Client& client) {
    const auto& more = client.options().scopes;
    return need.always || std::find(more.begin(), more.end(), need.scope) != more.end();
}

std::string caller(const Client& client) {
    return client.application() ? "application" : "webhook";
}

void add(CheckReport& report, std::string what, std::string hint) {
    report.problems.push_back(CheckProblem{std::move(what), std::move(hint)});
}

void add(CheckReport& report, const Error& error) {
    std::string what = error.message;
    if (!error.detail.empty()) what += ": " + error.detail;
    add(report, std::move(what), error.hint);
}

bool call_failed(const Client& client, const Part& part, CheckReport& report) {
    if (!part.trouble) return false;
    add(report, client.error(*part.trouble));
    return true;
}

void check_clock(const Client& client, const Part& part, CheckReport& report) {
    if (call_failed(client, part, report)) return;
    const auto text = part.result.text_view();
    const auto instant = text ? parse_instant(*text) : Result<Instant>(Error{});
    if (!instant) {
        add(report, "the portal does not tell its time", "");
        return;
    }
    report.clock_skew = std::chrono::duration_cast<seconds>(*instant - client.now());
    if (std::chrono::abs(report.clock_skew) > kSkewMax)
        add(report,
            "the portal's clock and this machine's differ by " +
                format_duration(std::abs(report.clock_skew.count())),
            "set this machine's clock (NTP)");
}

// Which zone the dates of tasks are read in (G53).
void check_zone(const Client& client, const Part& profile, CheckReport& report) {
    if (!client.options().zone || profile.trouble) return;
    const auto owner = zone_in(profile.result, *client.options().zone);
    report.notes.push_back(
        "dates of tasks are read in " + owner.zone.name() +
        (owner.told ? ", the time zone of the " + caller(client) + "'s owner"
                    : ": the profile of the " + caller(client) +
                          "'s owner names no time zone, so it is the configuration's (remotes." +
                          client.options().remote + ".time_zone, else time_zone)"));
}

bool check_person(const Client& client, const Part& part, CheckReport& report) {
    if (call_failed(client, part, report)) return false;
    const json::Value person = part.result;
    const std::string name(person["NAME"].text_view().value_or(""));
    const std::string last(person["LAST_NAME"].text_view().value_or(""));
    const auto id = person["ID"].text();
    report.who = std::string(trim(name + " " + last));
    if (report.who.empty()) report.who = "user";
    report.who += " (#" + (id ? *id : client.address().user) + ")";
    const auto admin = person["ADMIN"].flag();
    const bool is_admin = admin && *admin;
    if (!is_admin)
        add(report,
            "the " + caller(client) +
                "'s owner is no administrator: tasks that this person takes no part in, and the "
                "names "
                "of people from outside or without a department, are missing without any sign; "
                "hours on such tasks have no client",
            client.application() ? "let a portal administrator install the application"
                                 : "let a portal administrator make the webhook");
    return is_admin;
}

void check_scopes(const Client& client, const Part& part, CheckReport& report) {
    if (call_failed(client, part, report)) return;
    std::set<std::string> have;
    for (const auto item : part.result)
        if (const auto text = item.text_view()) have.insert(fold_case(*text));
    for (const auto& need : kNeeds) {
        if (!wanted(need, client)) continue;
        const bool found = std::any_of(need.accepted.begin(), need.accepted.end(), [&](auto name) {
            return !name.empty() && have.count(std::string(name)) > 0;
        });
        if (found) continue;
        add(report,
            "the " + caller(client) + " lacks the scope " + std::string(need.scope) +
                " (needed by " + std::string(need.why) + ")",
            "open the " + caller(client) + " in Bitrix24 under Developer resources and tick \"" +
                std::string(scope_title(need.scope)) + "\"");
    }
}

// A missing scope is one problem, told by check_scopes already.
bool only_scope(const Part& part) {
    return part.trouble &&
           (part.trouble->nature == Nature::Scope || part.trouble->nature == Nature::NoMethod);
}

// The main job reads companies and writes deals; whoever may read neither finds a portal that looks
// empty. The scope alone says nothing about the rights of its person (G35).
void check_rights(const Client& client, const BatchReply& reply, CheckReport& report) {
    struct Right {
        const char *command, *method, *what;
    };
    for (const Right& right : {Right{"companies", "crm.item.list", "companies"},
                               Right{"deals", "crm.item.list", "deals"}}) {
        const Part& part = reply.part(right.command);
        if (!part.trouble || only_scope(part)) continue;
        if (part.trouble->nature != Nature::Denied) {
            add(report, client.error(*part.trouble));
            continue;
        }
        add(report,
            "the " + caller(client) + "'s owner may not read " + right.what + " in the CRM (" +
                right.method + ")",
            "let a portal administrator give this person the CRM rights to read, add and change "
            "companies, deals and invoices, or make the " +
                caller(client) + " anew as an administrator");
    }
}

void check_fields(const Client& client, const Part& part, bool admin, CheckReport& report) {
    if (only_scope(part) || call_failed(client, part, report)) return;
    for (const auto& name : {client.options().paid_field, client.options().report_field}) {
        std::string type;
        for (const auto item : part.result)
            if (item["FIELD_NAME"].text_view().value_or("") == name)
                type = std::string(item["USER_TYPE_ID"].text_view().value_or("?"));
        if (type == "string" || (type.empty() && admin)) continue; // there, or made when needed
        if (type.empty())
            add(report,
                "tasks have no field " + name + " and this " + caller(client) + " may not make it",
                "let an administrator make the " + caller(client) +
                    ", or add a text field of this name to tasks");
        else
            add(report, "the task field " + name + " is of type " + type + ", not text",
                "name another field under crm.task_marks");
    }
}

void check_currencies(const Client& client, const Part& part, CheckReport& report) {
    if (only_scope(part) || call_failed(client, part, report)) return;
    std::set<std::string> codes;
    for (const auto item : part.result)
        if (const auto code = item["CURRENCY"].text_view()) codes.emplace(*code);
    report.currencies.assign(codes.begin(), codes.end());
}

bool asked_for(std::string_view method, const Client& client) {
    const auto& options = client.options();
    const std::string_view documents = "crm.documentgenerator.";
    if (method == "crm.item.payment.list") return options.payments;
    if (method.substr(0, documents.size()) == documents) return !options.templates.empty();
    if (method == "im.notify.system.add")
        return std::find(options.scopes.begin(), options.scopes.end(), "im") !=
               options.scopes.end();
    return true;
}

// Of cards the methods are those of deals.
bool is_looked_up(const Optional& optional, const Client& client) {
    return optional.about.empty() && asked_for(optional.method, client);
}

std::string optional_key(std::string_view method) {
    return "has_" + std::string(method);
}

void add_optional_commands(std::vector<Command>& commands, const Client& client) {
    for (const auto& optional : optional_methods())
        if (is_looked_up(optional, client))
            commands.push_back({optional_key(optional.method), "method.get",
                                Query().add({"name"}, optional.method).text()});
}

// A hint: the configuration asks for it by name, so somebody has to decide; without one it is only
// worth knowing.
void add_lack(CheckReport& report, std::string what, const std::string& hint) {
    if (hint.empty())
        report.notes.push_back(std::move(what));
    else
        add(report, std::move(what), hint);
}

// What was refused when it was needed, a right above all: no list of methods tells that.
void check_refused(const Client& client, const std::map<std::string, bool>& there,
                   CheckReport& report) {
    for (const auto& lack : client.lacks().all()) {
        if (!asked_for(lack.method, client)) continue;
        const auto told = there.find(lack.method);
        if (told != there.end() && (!told->second || lack.why == domain::LackWhy::Method))
            continue; // told already, or it is there now
        add_lack(report,
                 lack.what + " (refused since " + format_instant(lack.since) +
                     "; tried again when it is next needed)",
                 lack.hint);
    }
}

// A portal that does not tell is asked when the method is needed.
void check_optional(const Client& client, const BatchReply& reply, CheckReport& report) {
    std::map<std::string, bool> there;
    for (const auto& optional : optional_methods()) {
        if (!is_looked_up(optional, client)) continue;
        const Part& part = reply.part(optional_key(optional.method));
        if (part.trouble) continue;
        // Of a scope that is missing as a whole check_scopes speaks.
        const auto exists = part.result["isExisting"].flag();
        if (!exists) continue;
        there[std::string(optional.method)] = *exists;
        if (!*exists)
            add_lack(report,
                     "this portal has no " + std::string(optional.method) + ": " +
                         std::string(optional.without),
                     std::string(optional.hint));
    }
    check_refused(client, there, report);
}

std::string first_items(int entity_type) {
    Query query;
    query.add({"entityTypeId"}, std::to_string(entity_type)).add_list({"select"}, {"id"});
    return query.add({"start"}, "-1").text();
}

} // namespace

Result<Connector::Rights> read_rights(Client& client) {
    const Reply reply = client.call("profile", "{}");
    if (reply.trouble) {
        const Nature nature = reply.trouble->nature;
        if (nature == Nature::Scope || nature == Nature::NoMethod || nature == Nature::Denied)
            return Connector::Rights{"", false};
        return client.error(*reply.trouble);
    }
    const json::Value person = reply.result();
    const auto id = person["ID"].text();
    const auto admin = person["ADMIN"].flag();
    if (!id || !admin) return (id ? person["ADMIN"] : person["ID"]).expected("who is calling");
    return Connector::Rights{*id + (*admin ? ", administrator" : ""), *admin};
}

CheckReport run_check(Client& client, const Cards& cards) {
    CheckReport report;
    report.account = client.account();
    std::vector<Command> commands = {
        {"time", "server.time", ""},
        {"profile", "profile", ""},
        {"scope", "scope", ""},
        {"fields", "task.item.userfield.getlist", Query().add({"0", "SORT"}, "ASC").text()},
        {"currencies", "crm.currency.list", ""},
        {"companies", "crm.item.list", first_items(4)},
        {"deals", "crm.item.list", first_items(2)},
    };
    add_report_commands(commands, client, cards);
    add_optional_commands(commands, client);
    const BatchReply reply = client.batch(commands);
    report.notes = client.notes();
    if (reply.trouble) {
        const Nature nature = reply.trouble->nature;
        // A server that fails has refused nobody.
        report.reachable = nature != Nature::NotSent && nature != Nature::Lost &&
                           nature != Nature::Server && nature != Nature::NotYet &&
                           nature != Nature::Moved;
        add(report, client.error(*reply.trouble));
        check_refused(client, {}, report);
        return report;
    }
    report.reachable = true;
    report.authorised = true;
    check_clock(client, reply.part("time"), report);
    check_zone(client, reply.part("profile"), report);
    const bool admin = check_person(client, reply.part("profile"), report);
    check_scopes(client, reply.part("scope"), report);
    check_rights(client, reply, report);
    check_fields(client, reply.part("fields"), admin, report);
    check_currencies(client, reply.part("currencies"), report);
    check_reports(client, cards, reply, report);
    check_optional(client, reply, report);
    return report;
}

} // namespace hb::connector::bitrix24
