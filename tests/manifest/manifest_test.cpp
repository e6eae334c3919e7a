#include <catch2/catch.hpp>

#include <set>

#include "base/text.h"
#include "rig.h"

// Manifests with one mistake each: what is said of it, with line, place and way out.

using namespace hb;

namespace {

constexpr const char* kGood = R"hb({
"version": 1, "connector": "mine", "title": "Mine",
"settings": {
"key": {"kind": "secret"},
"zone": {"kind": "zone", "default": "UTC"},
"plan": {"kind": "choice", "choices": ["small", "large"]}
},
"base_url": "https://api.mine.example/v1",
"access": [{"when": ["key"], "request": {"headers": {"X-Key": "{settings.key}"}}}],
"limits": [{"requests": 5, "seconds": 1}],
"outcomes": [{"at": "/error", "equals": "slow", "do": "wait"}],
"tables": {"kinds": {"request": {"path": "/kinds"}, "rows": "", "key": "/id", "value": "/name"}},
"streams": {
"users": {"request": {"path": "/users"}, "rows": "", "id": "/id", "read": {"kind": "all"}},
"groups": {"request": {"path": "/projects", "query": {"p": "{page}"}}, "rows": "", "id": "/id", "read": {"kind": "all"}, "pages": {"kind": "page", "end": "short"}},
"tasks": {"request": {"path": "/projects/{parent.id}/tasks"}, "each": {"stream": "groups"}, "rows": "", "id": "/id", "read": {"kind": "all"}, "add": [{"to": "hb_kind", "from": "/kind", "table": "kinds"}]},
"entries": {"request": {"path": "/time", "query": {"from": "{window.from}", "c": "{page}"}}, "rows": "/rows", "id": "/id", "read": {"kind": "window", "form": "day", "zone": "zone"}, "pages": {"kind": "cursor", "at": "/next"}, "drop": [{"at": "/end", "absent": true}], "one": {"path": "/time/{id}"}}
},
"mark": {"of": "task", "words": "a tag", "set": {"method": "POST", "path": "/tasks/{target}/tags", "json": {"add": "paid"}}, "clear": {"method": "DELETE", "path": "/tasks/{target}/tags/paid"}, "read": {"path": "/tasks/{target}"}, "there": {"at": "/tags", "contains": "paid"}},
"webhook": {"checks": [{"kind": "hmac", "hash": "sha256", "header": "X-Sign", "secret": "{settings.key}"}], "about": [{"at": "/type", "matches": "time*", "stream": "entries", "id": "/id"}]},
"task_url": "{base.url}/tasks/{task}",
"lacks": ["nothing"]
}
)hb";

struct Broken {
    const char* from;
    const char* to;
    const char* said;
};

const std::vector<Broken> kBroken{
#include "broken_manifests.inc"
};

std::string problems_of(const std::string& text) {
    std::vector<connector::ManifestProblem> problems;
    const auto plan = connector::Plan::parse(text, "mine.json", problems);
    CHECK(static_cast<bool>(plan) == problems.empty());
    std::string out;
    for (const auto& problem : problems) out += to_string(problem) + "\n";
    return out;
}

std::string replaced(const Broken& broken) {
    std::string text = kGood;
    const std::size_t at = text.find(broken.from);
    INFO(broken.from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, std::string(broken.from).size(), broken.to);
}

} // namespace

TEST_CASE("The manifest that the broken ones are made of is good") {
    CHECK(problems_of(kGood) == "");
}

TEST_CASE(
    "Each of more than forty mistakes in a manifest, words that it does not have among them, gets "
    "its own clear message (G39)") {
    REQUIRE(kBroken.size() >= 40);
    std::set<std::string> all;
    for (const auto& broken : kBroken) {
        INFO(broken.from << " -> " << broken.to);
        const std::string said = problems_of(replaced(broken));
        CHECK(said == std::string(broken.said));
        CHECK(all.insert(said).second);
    }
}

TEST_CASE("Several mistakes of one manifest are told together, in the order of its lines") {
    std::string text = kGood;
    text.replace(text.find("\"base_url\""), 10, "\"base_ulr\"");
    text.replace(text.find("{task}"), 6, "{tusk}");
    const std::string said = problems_of(text);
    CHECK(said.find("base_url") != std::string::npos);
    CHECK(said.find("did you mean {task}?") != std::string::npos);
    CHECK(said.find("base_url") < said.find("{tusk}"));
}
