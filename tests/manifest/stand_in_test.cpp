#include <catch2/catch.hpp>

#include <filesystem>
#include <set>

#include "connector/trial.h"
#include "sandbox/planner.h"

// Every connector reads the stand-in of its planner: the sandbox answers, the manifest asks.

using namespace hb;
using namespace hb::connector;

namespace {

std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto& each :
         std::filesystem::directory_iterator(std::string(HB_SOURCE_DIR) + "/connectors"))
        if (std::filesystem::exists(each.path() / "manifest.json"))
            out.push_back(each.path().filename().string());
    std::sort(out.begin(), out.end());
    return out;
}

const char* verb_of(net::Verb verb) {
    switch (verb) {
    case net::Verb::Get:
        return "GET";
    case net::Verb::Post:
        return "POST";
    case net::Verb::Put:
        return "PUT";
    case net::Verb::Patch:
        return "PATCH";
    default:
        return "DELETE";
    }
}

std::string in_lower_case(std::string name) {
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return name;
}

// As the server hands paths on.
std::string decoded(const std::string& path) {
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '%' || i + 2 >= path.size()) {
            out += path[i];
            continue;
        }
        out += static_cast<char>(std::stoi(path.substr(i + 1, 2), nullptr, 16));
        i += 2;
    }
    return out;
}

// A wire that ends in the sandbox, without a socket.
class Wire final : public net::HttpClient {
public:
    explicit Wire(sandbox::Planner& planner) : planner_(planner) {}

    net::Response send(const net::Request& request) override {
        sandbox::HttpRequest sent;
        const std::string url = request.url.reveal();
        const std::size_t path = url.find('/', url.find("://") + 3);
        const std::size_t mark = url.find('?');
        sent.method = verb_of(request.verb);
        sent.host = url.substr(url.find("://") + 3, path - url.find("://") - 3);
        sent.path = decoded(url.substr(path, mark == std::string::npos ? mark : mark - path));
        if (mark != std::string::npos) sent.query = url.substr(mark + 1);
        sent.content_type = "application/json";
        sent.body = request.body;
        const sandbox::HttpAnswer answer = planner_.handle(sent, request.headers);
        net::Response out;
        if (answer.delivery != sandbox::HttpAnswer::Delivery::Whole) {
            out.reach = net::Reach::Unknown;
            out.trouble = "cut";
            return out;
        }
        out.reach = net::Reach::Answered;
        out.status = answer.status;
        out.body = answer.body;
        for (const auto& [name, value] : answer.headers)
            out.headers.emplace_back(in_lower_case(name), value);
        return out;
    }

private:
    sandbox::Planner& planner_;
};

struct Rig {
    explicit Rig(const std::string& name)
        : folder(load(name)), clock(folder.story.now),
          stand_in(std::move(
              *sandbox::Planner::load(std::string(HB_SOURCE_DIR) + "/connectors/" + name, clock))) {
        auto options = trial::options_of(folder.story);
        options.base_url = "http://127.0.0.1:1" + stand_in->base_path();
        planner = make_planner(folder.plan, options, std::make_unique<Wire>(*stand_in), clock);
    }

    static trial::Folder load(const std::string& name) {
        std::vector<ManifestProblem> problems;
        auto folder =
            trial::load_folder(std::string(HB_SOURCE_DIR) + "/connectors/" + name, problems);
        REQUIRE(folder.ok());
        return std::move(*folder);
    }

    std::set<std::string> ids(const std::string& stream,
                              domain::Reading reading = domain::Reading::Full) {
        domain::ReadRequest request;
        request.stream = stream;
        request.reading = reading;
        std::set<std::string> out;
        for (int step = 0; step < 500; ++step) {
            clock.wait_until(planner->earliest());
            const auto page = planner->read(request);
            if (!page.ok()) UNSCOPED_INFO(stream << ": " << to_string(page.error()));
            REQUIRE(page.ok());
            for (const auto& record : page->records) out.insert(record.id);
            if (page->complete) return out;
            request.cursor = page->cursor;
        }
        FAIL(stream << " never ends");
        return out;
    }

    std::string control(const std::string& path, const std::string& body,
                        const std::string& verb = "POST") {
        sandbox::HttpRequest request;
        request.method = verb;
        request.path = "/sandbox/" + path;
        request.content_type = "application/json";
        request.body = body;
        const auto answer = stand_in->handle(request);
        INFO(path << " " << body << " -> " << answer.body);
        REQUIRE(answer.status == 200);
        return answer.body;
    }

    std::set<std::string> told(const std::string& stream) const {
        const auto at = folder.story.records.find(stream);
        if (at == folder.story.records.end()) return {};
        return {at->second.begin(), at->second.end()};
    }

    trial::Folder folder;
    ManualClock clock;
    std::unique_ptr<sandbox::Planner> stand_in;
    std::unique_ptr<Connector> planner;
};

} // namespace

TEST_CASE("Each connector reads from its stand-in what its story tells, whatever the page size") {
    REQUIRE(names().size() >= 14);
    for (const auto& name : names()) {
        for (const int page_rows : {0, 1}) {
            // A planner that ends its lists by a short page is asked with whole pages only.
            const std::set<std::string> by_short_page{"everhour", "youtrack", "toggl"};
            if (page_rows == 1 && by_short_page.count(name) > 0) continue;
            Rig rig(name);
            rig.control("options", "{\"page_rows\":" + std::to_string(page_rows) + "}");
            for (const auto& stream : rig.planner->capabilities().streams) {
                INFO(name << " " << stream << ", " << page_rows << " rows a page");
                CHECK(rig.ids(stream) == rig.told(stream));
            }
        }
    }
}

TEST_CASE("Each connector sees a time record that is added, and misses one that is deleted") {
    for (const auto& name : names()) {
        INFO(name);
        Rig rig(name);
        const auto before = rig.ids("entries");
        REQUIRE(!before.empty());
        rig.clock.advance(std::chrono::minutes{5});
        const std::string made = rig.control("rows/entries", "{}");
        const std::string id = made.substr(7, made.size() - 9);
        auto wanted = before;
        wanted.insert(id);
        CHECK(rig.ids("entries") == wanted);
        rig.control("rows/entries/" + *before.begin(), "", "DELETE");
        wanted.erase(*before.begin());
        CHECK(rig.ids("entries") == wanted);
    }
}

TEST_CASE("A key that dies stops each connector with a refusal, and a living one lets it go on") {
    for (const auto& name : names()) {
        INFO(name);
        Rig rig(name);
        rig.control("access", R"({"alive":false})");
        domain::ReadRequest request;
        request.stream = "users";
        request.reading = domain::Reading::Full;
        rig.clock.wait_until(rig.planner->earliest());
        CHECK_FALSE(rig.planner->read(request).ok());
        rig.control("access", R"({"alive":true})");
        rig.clock.advance(std::chrono::hours{2});
        CHECK(rig.ids("users") == rig.told("users"));
    }
}
