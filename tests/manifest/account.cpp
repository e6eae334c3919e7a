#include "account.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "desk/decisions.h"
#include "json/writer.h"

namespace planners {
namespace {

class Wire final : public net::HttpClient {
public:
    explicit Wire(Account& account) : account_(account) {}
    net::Response send(const net::Request& request) override { return account_.answer(request); }

private:
    Account& account_;
};

// A member of the query; "" none.
std::string asked(const std::string& url, const std::string& name) {
    const auto query = url.find('?');
    if (query == std::string::npos) return "";
    for (const auto& part : split(std::string_view(url).substr(query + 1), '&'))
        if (part.substr(0, name.size() + 1) == name + "=")
            return std::string(part.substr(name.size() + 1));
    return "";
}

} // namespace

std::string Account::add(const std::string& task, std::int64_t seconds, Day day) {
    const auto id = std::to_string(++last_);
    entries[id] = {task, std::to_string(1 + last_ % 2), seconds, day, clock_.now()};
    return id;
}
void Account::edit(const std::string& id, std::int64_t seconds) {
    entries.at(id).seconds = seconds;
    entries.at(id).changed = clock_.now();
}
void Account::move(const std::string& id, const std::string& task) {
    entries.at(id).task = task;
    entries.at(id).changed = clock_.now();
}
void Account::remove(const std::string& id) {
    entries.erase(id);
    gone[id] = clock_.now();
}

net::Response Account::answer(const net::Request& request) {
    ++requests;
    net::Response out;
    if (fails()) {
        out.reach = net::Reach::Unknown;
        out.trouble = "the connection closed without a whole answer";
        return out;
    }
    out.reach = net::Reach::Answered;
    out.status = 200;
    const std::string& url = request.url.reveal();
    const auto path = url.substr(url.find("/v1/") + 4);
    const auto what = path.substr(0, path.find('?'));
    json::Writer body;
    const auto row = [&](const std::string& id, const Entry& entry) {
        body.begin_object()
            .member("id", id)
            .member("task", entry.task)
            .member("user", entry.person);
        body.member("seconds", entry.seconds).member("day", format_day(entry.day)).end_object();
    };
    const auto one = [&](const char* id, const char* name) {
        body.begin_object()
            .member("id", id)
            .member("name", name)
            .member("project", "1")
            .end_object();
    };
    if (what.rfind("entries/", 0) == 0 && what != "entries/deleted") {
        const auto known = entries.find(what.substr(8));
        if (known == entries.end()) {
            out.status = 404;
            return out;
        }
        row(known->first, known->second);
        out.body = body.take();
        return out;
    }
    body.begin_object().key("rows").begin_array();
    const auto since = asked(url, "since");
    const auto changed = [&](Instant at) {
        return since.empty() || to_epoch_seconds(at) >= std::stoll(since);
    };
    if (what == "users") {
        one("1", "Ann");
        one("2", "Ben");
    } else if (what == "projects") {
        one("1", "Site");
    } else if (what == "tasks") {
        for (const char* id : {"1", "2", "3"}) one(id, "Task");
    } else if (what == "entries/deleted") {
        for (const auto& [id, at] : gone)
            if (changed(at)) body.begin_object().member("id", id).end_object();
    } else {
        const auto ids = asked(url, "ids"), from = asked(url, "from"), to = asked(url, "to");
        std::set<std::string> wanted;
        for (const auto& id : split(ids, ',')) wanted.insert(std::string(id));
        for (const auto& [id, entry] : entries) {
            if (!ids.empty() && wanted.count(id) == 0) continue;
            if (!from.empty() && (format_day(entry.day) < from || format_day(entry.day) > to))
                continue;
            if (changed(entry.changed)) row(id, entry);
        }
    }
    out.body = body.end_array().end_object().take();
    return out;
}

connector::Delivery Account::event(const std::string& id) const {
    return {{{"X-Token", "hook-token-0123456789"}, {"X-Event", "entry"}},
            "{\"id\":\"" + id + "\"}"};
}

std::string Account::manifest() const {
    const std::string read = form_.read;
    const std::string deleted = form_.deleted;
    std::string stream = R"("request":{"path":"/entries","query":)";
    if (read == "since")
        stream +=
            R"({"since":"{since}"}},"read":{"kind":"since","form":"unix","overlap_minutes":10})";
    if (read == "window")
        stream +=
            R"({"from":"{window.from}","to":"{window.to}"}},"read":{"kind":"window","form":"day","days":31,"recent_days":45,"oldest":"oldest"})";
    if (read == "all") stream += R"({}},"read":{"kind":"all"})";
    stream +=
        R"(,"rows":"/rows","id":"/id","pages":{"kind":"none"},"content":["/id","/task","/user","/seconds","/day"])";
    const bool by_id = deleted == "one" || deleted == "many";
    stream += std::string(R"(,"proof":")") +
              (by_id               ? "id"
               : deleted == "list" ? "feed"
                                   : "walk") +
              "\"";
    if (deleted == "one") stream += R"(,"one":{"path":"/entries/{id}"})";
    if (deleted == "many")
        stream += R"(,"by_ids":{"path":"/entries","query":{"ids":"{ids}"},"many":50})";
    if (deleted == "list")
        stream +=
            R"(,"deleted":{"path":"/entries/deleted","query":{"since":"{since}"},"id":"/id"})";
    const auto whole = [](const char* name, const char* path, const char* every) {
        return std::string("\"") + name + R"(":{"request":{"path":")" + path +
               R"("},"rows":"/rows","id":"/id","read":{"kind":"all")" + every +
               R"(},"pages":{"kind":"none"},"content":["/id","/name"]},)";
    };
    return R"({"version":1,"connector":"acmetime","title":"Acme Time","settings":{)"
           R"("token":{"kind":"secret","title":"a token"},"hook_token":{"kind":"secret","title":"of events"},)"
           R"("oldest":{"kind":"day","title":"the first day"}},)"
           R"("base_url":"https://acme.example/v1","account":"acmetime:1",)"
           R"("access":[{"when":["token"],"request":{"headers":{"Authorization":"Bearer {settings.token}"}}}],)"
           R"("limits":[{"requests":1000,"seconds":1}],"streams":{)" +
           whole("users", "/users", R"(,"every_minutes":240)") +
           whole("groups", "/projects", R"(,"every_minutes":60)") + whole("tasks", "/tasks", "") +
           "\"entries\":{" + stream + "}}," +
           R"("webhook":{"checks":[{"kind":"token","header":"X-Token","secret":"{settings.hook_token}"}],)"
           R"("about":[{"at":"header:X-Event","equals":"entry","stream":"entries","id":"/id"}]},)"
           R"("check":{"request":{"path":"/users"}},"lacks":[]})";
}

std::string Account::mapping() {
    return R"({"version":1,"connector":"acmetime","streams":{)"
           R"("users":[{"to":"id","from":"/id","as":"id","required":true},{"to":"name","from":"/name","as":"name"}],)"
           R"("groups":[{"to":"id","from":"/id","as":"id","required":true},{"to":"name","from":"/name","as":"name"}],)"
           R"("tasks":[{"to":"id","from":"/id","as":"id","required":true},{"to":"title","from":"/name","as":"text"},{"to":"project","from":"/project","as":"id"}],)"
           R"("entries":[{"to":"id","from":"/id","as":"id","required":true},{"to":"task","from":"/task","as":"id","required":true},)"
           R"({"to":"person","from":"/user","as":"id","required":true},{"to":"seconds","from":"/seconds","as":"seconds","required":true},)"
           R"({"to":"day","from":"/day","as":"day","required":true}]}})";
}

books::RemoteRuntime& join_account(test::World& world, Account& account, std::int64_t company) {
    std::vector<connector::ManifestProblem> problems;
    auto plan = connector::Plan::parse(account.manifest(), "manifest.json", problems);
    for (const auto& problem : problems) UNSCOPED_INFO(to_string(problem));
    REQUIRE(static_cast<bool>(plan));
    connector::PlannerOptions options;
    options.remote = "acme";
    options.settings["token"] = Secret("t");
    options.settings["hook_token"] = Secret("hook-token-0123456789");
    options.settings["oldest"] = Secret("2026-01-01");
    for (const auto& problem : connector::check_settings(plan, options))
        UNSCOPED_INFO(to_string(problem));
    REQUIRE(connector::check_settings(plan, options).empty());
    auto runtime = std::make_unique<books::RemoteRuntime>();
    runtime->connector =
        connector::make_planner(plan, options, std::make_unique<Wire>(account), world.clock);
    std::vector<mapping::FileProblem> wrong;
    auto parsed = mapping::Mapping::parse(Account::mapping(), "mapping.json", wrong);
    for (const auto& each : wrong) UNSCOPED_INFO(to_string(each));
    REQUIRE(parsed.has_value());
    runtime->mapping = std::make_unique<mapping::Mapping>(std::move(*parsed));
    {
        store::Tx tx(*world.db);
        runtime->row = world.tables->sources.add_remote(
            "acme", "acmetime", runtime->connector->account(), world.clock.now());
        tx.commit();
    }
    auto& remote = *runtime;
    world.books->remotes.push_back(std::move(runtime));
    world.books->show_settings();
    const auto first = world.service->pull(remote, {});
    if (first.error) UNSCOPED_INFO(to_string(*first.error));
    REQUIRE(!first.error);
    REQUIRE(desk::set_link(*world.books, "acme:project:1",
                           "bitrix24:company:" + std::to_string(company), std::nullopt, world.actor)
                .ok());
    return remote;
}

} // namespace planners
