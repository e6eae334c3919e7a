#include "servers.h"

#include "base/text.h"

namespace field {
namespace {

// A member of the query; "" none.
std::string asked_for(const std::string& url, const std::string& name) {
    const auto query = url.find('?');
    if (query == std::string::npos) return "";
    for (const auto part : split(std::string_view(url).substr(query + 1), '&'))
        if (part.substr(0, name.size() + 1) == name + "=")
            return std::string(part.substr(name.size() + 1));
    return "";
}
std::size_t number_for(const std::string& url, const std::string& name, std::size_t otherwise) {
    const auto number = parse_integer(asked_for(url, name));
    return number && *number >= 0 ? static_cast<std::size_t>(*number) : otherwise;
}
bool has(const std::string& url, const std::string& part) {
    return url.find(part) != std::string::npos;
}

std::vector<std::string> issues() {
    return {R"({"id":1,"subject":"Work","project":{"id":1},"status":{"id":1,"is_closed":false}})",
            R"({"id":2,"subject":"Old","project":{"id":2},"status":{"id":1,"is_closed":false}})"};
}
std::string redmine(const std::string& url) {
    if (has(url, "/users.json"))
        return asked_for(url, "status") == "1"
                   ? R"({"users":[{"id":1,"firstname":"P","lastname":"","status":1}],"total_count":1})"
                   : R"({"users":[],"total_count":0})";
    if (has(url, "/projects.json"))
        return R"({"projects":[{"id":1,"name":"Acme","status":1},{"id":2,"name":"Other","status":1}],"total_count":2})";
    if (has(url, "/issues.json"))
        return R"({"issues":[)" + join(issues(), ",") + R"(],"total_count":2})";
    return "";
}
std::string kimai(const std::string& url) {
    if (has(url, "/api/users"))
        return R"([{"id":1,"alias":"P","enabled":true},{"id":2,"alias":"Q","enabled":true}])";
    if (has(url, "/api/projects")) return R"([{"id":1,"name":"Acme","visible":true}])";
    if (has(url, "/api/activities")) return R"([{"id":2,"name":"Dev"}])";
    return "";
}
std::string clockify(const std::string& url) {
    if (has(url, "/time-entries")) return "";
    if (const auto page = asked_for(url, "page"); !page.empty() && page != "1") return "[]";
    if (has(url, "/users")) return R"([{"id":"u1","name":"P","status":"ACTIVE"}])";
    if (has(url, "/tags") || has(url, "/tasks")) return "[]";
    if (has(url, "/projects")) return R"([{"id":"p1","name":"Acme","archived":false}])";
    return "";
}
std::string youtrack(const std::string& url) {
    if (has(url, "/api/workItems")) return "";
    if (asked_for(url, "%24skip") != "0") return "[]";
    if (has(url, "/api/users"))
        return R"([{"id":"1-1","login":"a","fullName":"A","banned":false}])";
    if (has(url, "/api/admin/projects"))
        return R"([{"id":"0-1","shortName":"AC","name":"Acme","archived":false}])";
    if (has(url, "/api/issues"))
        return R"([{"id":"2-1","idReadable":"AC-1","summary":"Work","project":{"id":"0-1","shortName":"AC"},"parent":{"issues":[]},"tags":[]}])";
    return "";
}
std::string openproject(const std::string& url) {
    const auto one = [](const std::string& row) {
        return R"({"total":1,"_embedded":{"elements":[)" + row + "]}}";
    };
    if (has(url, "/time_entries")) return "";
    if (has(url, "/users")) return one(R"({"id":1,"name":"P","status":"active"})");
    if (has(url, "/projects")) return one(R"({"id":1,"name":"Acme","active":true})");
    return one(
        R"({"id":1,"subject":"Work","_links":{"project":{"href":"/api/v3/projects/1"},"status":{"title":"New"},"parent":{"href":null}}})");
}
std::string asana(const std::string& url) {
    if (has(url, "/time_tracking_entries")) return "";
    if (has(url, "/users")) return R"({"data":[{"gid":"1","name":"Ann"}],"next_page":null})";
    if (has(url, "/projects"))
        return R"({"data":[{"gid":"3","name":"Acme","archived":false}],"next_page":null})";
    return R"({"data":[{"gid":"501","name":"Work","completed":false,"projects":[{"gid":"3"}],"tags":[]}],"next_page":null})";
}
std::string jira(const std::string& url) {
    if (has(url, "/users/search"))
        return asked_for(url, "startAt") == "0"
                   ? R"([{"accountId":"u1","displayName":"P","active":true,"accountType":"atlassian"}])"
                   : "[]";
    if (has(url, "/project/search"))
        return R"({"values":[{"id":"10000","key":"AC","name":"Acme"}],"isLast":true})";
    if (has(url, "/search/jql"))
        return R"({"issues":[{"id":"10001","key":"AC-1","fields":{"summary":"Work","project":{"id":"10000"},)"
               R"("status":{"statusCategory":{"key":"new"}},"labels":[]}}]})";
    if (has(url, "/worklog/deleted")) return R"({"values":[],"lastPage":true})";
    return "";
}

std::string toggl(const std::string& url) {
    if (has(url, "/search/time_entries")) return "";
    if (has(url, "/users")) return R"([{"id":5,"fullname":"P","inactive":false}])";
    if (has(url, "/projects") && asked_for(url, "page") == "1")
        return R"([{"id":3,"name":"Acme","active":true}])";
    return "[]"; // tags, and the page behind the last
}
std::string gitlab(const std::string& url) {
    if (has(url, "/api/graphql")) return "";
    if (has(url, "/members/all")) return R"([{"id":1,"username":"u1","name":"U1"}])";
    if (has(url, "/projects")) return R"([{"id":3,"path_with_namespace":"acme/site"}])";
    if (has(url, "/issues"))
        return R"([{"id":101,"iid":1,"project_id":3,"title":"Work","state":"opened","labels":[]}])";
    return "[]";
}
std::string harvest(const std::string& url) {
    if (has(url, "/time_entries")) return "";
    if (has(url, "/users/me")) return R"({"id":1,"email":"p@acme.example"})";
    if (has(url, "/users"))
        return R"({"users":[{"id":1,"first_name":"Ann","last_name":"","is_active":true}],"links":{"next":null}})";
    return R"({"projects":[{"id":3,"name":"Acme","client":{"id":4,"name":"Acme"},"is_active":true}],"links":{"next":null}})";
}

std::string names_of(const std::string& planner, const std::string& url) {
    static const std::map<std::string, std::string (*)(const std::string&)> all{
        {"redmine", redmine},
        {"kimai", kimai},
        {"clockify", clockify},
        {"youtrack", youtrack},
        {"openproject", openproject},
        {"asana", asana},
        {"jira", jira},
        {"toggl", toggl},
        {"gitlab", gitlab},
        {"harvest", harvest}};
    return all.at(planner)(url);
}

} // namespace

net::Response answered(int status, std::string body,
                       std::vector<std::pair<std::string, std::string>> headers) {
    net::Response response;
    response.reach = net::Reach::Answered;
    response.status = status;
    response.body = std::move(body);
    response.headers = std::move(headers);
    return response;
}

std::map<std::string, std::string> settings_of(const std::string& planner) {
    const std::map<std::string, std::map<std::string, std::string>> all{
        {"redmine", {{"key", "k-0123456789"}, {"oldest", "2026-09-01"}}},
        {"kimai", {{"token", "t-0123456789"}}},
        {"clockify", {{"key", "k-0123456789"}, {"workspace", "w1"}, {"oldest", "2026-09-01"}}},
        {"youtrack", {{"token", "t-0123456789"}, {"oldest", "2026-09-01"}}},
        {"openproject", {{"token", "t-0123456789"}}},
        {"asana", {{"token", "t-0123456789"}, {"workspace", "1"}, {"oldest", "2026-09-01"}}},
        {"jira", {{"email", "a@acme.example"}, {"token", "t-0123456789"}}},
        {"toggl",
         {{"token", "t-0123456789"},
          {"workspace", "1"},
          {"requests_per_hour", "600"},
          {"oldest", "2026-09-01"}}},
        {"gitlab", {{"token", "t-0123456789"}, {"group", "1"}, {"oldest", "2026-09-01"}}},
        {"harvest", {{"token", "t-0123456789"}, {"account", "1"}, {"contact", "a@acme.example"}}}};
    return all.at(planner);
}

std::string Account::rows_of(const std::vector<std::string>& rows, std::size_t from,
                             std::size_t count) const {
    std::vector<std::string> part;
    for (std::size_t i = from; i < rows.size() && part.size() < count; ++i) part.push_back(rows[i]);
    return "[" + join(part, ",") + "]";
}

// Toggl's report: rows of the days asked for, 1000 a page, with the next page told by headers.
net::Response Account::toggl_report(const std::string& body) const {
    const auto wanted = json::Document::parse(body);
    const auto day = [&](const char* name) {
        return std::string(wanted->root()[name].text_view().value_or(""));
    };
    std::vector<std::string> rows;
    for (const auto& row : entries) {
        const auto parsed = json::Document::parse(row);
        const auto start = parsed->root()["time_entries"][std::size_t{0}]["start"].text_view();
        const std::string on(start.value().substr(0, 10));
        if (on >= day("start_date") && on <= day("end_date")) rows.push_back(row);
    }
    const auto row = wanted->root()["first_row_number"].integer();
    const std::size_t from = row ? static_cast<std::size_t>(*row - 1) : 0;
    const std::size_t size = page > 0 ? static_cast<std::size_t>(page) : 1000;
    std::vector<std::pair<std::string, std::string>> headers;
    if (from + size < rows.size()) {
        const std::string next = std::to_string(from + size + 1);
        headers.emplace_back("x-next-row-number", next);
        headers.emplace_back("x-next-id", next);
        headers.emplace_back("x-next-timestamp", next_timestamp);
    }
    return answered(200, rows_of(rows, from, size), headers);
}

// The list of time, in the planner's own way of paging.
net::Response Account::list(const std::string& url) {
    const auto most = [this](std::size_t wanted) {
        return page > 0 ? static_cast<std::size_t>(page) : wanted;
    };
    // All time of a case lies in one month: other windows are empty.
    const bool october = !has(url, "from=") && !has(url, "start") && !has(url, "entered_on")
                             ? true
                             : has(url, "2026-10") || has(url, "2026-09") || has(url, "2026-12");
    const std::vector<std::string> none;
    const auto& rows = october ? entries : none;
    if (planner == "redmine") {
        const auto offset = number_for(url, "offset", 0);
        return answered(200, R"({"time_entries":)" + rows_of(rows, offset, most(100)) +
                                 R"(,"total_count":)" + std::to_string(rows.size()) + "}");
    }
    if (planner == "kimai") return answered(200, rows_of(rows, 0, 5000), {{"x-total-pages", "1"}});
    if (planner == "clockify") {
        const auto number = number_for(url, "page", 1);
        const auto from = (number - 1) * 200;
        return answered(200, rows_of(rows, from, 200),
                        {{"last-page", from + 200 >= rows.size() ? "true" : "false"}});
    }
    if (planner == "youtrack")
        return answered(200, rows_of(rows, number_for(url, "%24skip", 0), most(100)));
    if (planner == "openproject")
        return answered(200, R"({"total":)" + std::to_string(rows.size()) +
                                 R"(,"_embedded":{"elements":)" + rows_of(rows, 0, 5000) + "}}");
    if (planner == "jira" && has(url, "/worklog/updated")) {
        std::vector<std::string> ids;
        for (const auto& row : rows) {
            const auto document = json::Document::parse(row);
            ids.push_back(R"({"worklogId":)" + *document->root()["id"].text() + "}");
        }
        return answered(200, R"({"values":[)" + join(ids, ",") + R"(],"lastPage":true})");
    }
    if (planner == "jira") return answered(200, rows_of(rows, 0, 5000));
    if (planner == "harvest")
        return answered(200, R"({"time_entries":)" + rows_of(rows, 0, 2000) +
                                 R"(,"links":{"next":null}})");
    if (planner == "gitlab")
        return answered(
            200,
            R"({"data":{"timelogs":{"pageInfo":{"hasNextPage":false,"endCursor":"e"},"nodes":)" +
                rows_of(rows, 0, 5000) + "}}}");
    const auto from = number_for(url, "offset", 0); // asana: the token is a number here
    const bool more = from + 100 < rows.size();
    return answered(
        200, R"({"data":)" + rows_of(rows, from, 100) + R"(,"next_page":)" +
                 (more ? R"({"offset":")" + std::to_string(from + 100) + "\"}" : "null") + "}");
}

// One record by its id, where the planner answers those.
std::optional<net::Response> Account::one(const std::string& url) const {
    const std::string path = url.substr(0, url.find('?'));
    std::string before, behind, wrapped;
    if (planner == "redmine") {
        before = has(path, "/issues/") ? "/issues/" : "/time_entries/";
        behind = ".json";
        wrapped = has(path, "/issues/") ? "issue" : "time_entry";
    } else if (planner == "kimai") {
        before = "/api/timesheets/";
    }
    const auto at = before.empty() ? std::string::npos : path.find(before);
    if (at == std::string::npos) return std::nullopt;
    std::string id = path.substr(at + before.size());
    id.resize(id.size() - behind.size());
    const auto rows = wrapped == "issue" ? issues() : entries;
    for (const auto& row : rows)
        if (*json::Document::parse(row)->root()["id"].text() == id)
            return answered(200, wrapped.empty() ? row : "{\"" + wrapped + "\":" + row + "}");
    return answered(404, "");
}

net::Response Account::answer(const net::Request& request) {
    const std::string url = request.url.reveal();
    asked.push_back(url);
    if (first)
        if (auto odd = first(url); odd.status != 0) return odd;
    if (auto row = one(url)) return *row;
    const std::string names = names_of(planner, url);
    if (names.empty() && planner == "toggl") return toggl_report(request.body);
    return names.empty() ? list(url)
                         : answered(200, names, {{"last-page", "true"}, {"x-total-pages", "1"}});
}

} // namespace field
