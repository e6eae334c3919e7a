#include "app/commands/connector_new.h"

#include <algorithm>

namespace hb::app {
namespace {

constexpr const char* kManifest =
    R"hb(// How NAME is asked. Every word is in connectors/README.md.
{
  "version": 1,
  "connector": "NAME",
  "title": "NAME",
  // What a remote of the configuration sets; its kinds: text secret host zone number day choice.
  "settings": {
    "token": {"kind": "secret", "title": "where to find it"},
  },
  // Requests go here and nowhere else; a remote's own "base_url" goes before.
  "base_url": "https://api.NAME.example/v1",
  // Where all accounts share that host, what tells them apart: "account": "NAME:{settings.workspace}",
  "access": [{"when": ["token"], "request": {"headers": {"Authorization": "Bearer {settings.token}"}}}],
  "limits": [{"requests": 60, "seconds": 60}],
  // What an answer means, from top to bottom; without a match its HTTP status decides.
  "outcomes": [
    {"at": "/error", "equals": "slow_down", "do": "wait"},
  ],
  "streams": {
    "users": {
      "request": {"path": "/users", "query": {"page": "{page}", "size": "{size}"}},
      "rows": "/data", "id": "/id",
      "read": {"kind": "all", "every_minutes": 240},
      "pages": {"kind": "page", "size": 50, "end": "short"},
    },
    "groups": {
      "request": {"path": "/projects", "query": {"page": "{page}", "size": "{size}"}},
      "rows": "/data", "id": "/id",
      "read": {"kind": "all", "every_minutes": 60},
      "pages": {"kind": "page", "size": 50, "end": "short"},
    },
    "tasks": {
      "request": {"path": "/tasks", "query": {"page": "{page}", "size": "{size}"}},
      "rows": "/data", "id": "/id",
      "read": {"kind": "all", "every_minutes": 10},
      "pages": {"kind": "page", "size": 50, "end": "short"},
    },
    // Work days in windows; the recent ones are read with each pull. Other kinds: all, since.
    "entries": {
      "request": {"path": "/time", "query": {"from": "{window.from}", "to": "{window.to}", "page": "{page}", "size": "{size}"}},
      "rows": "/data", "id": "/id",
      "read": {"kind": "window", "form": "day", "days": 31, "recent_days": 45},
      "pages": {"kind": "page", "size": 50, "end": "short"},
      // What counts as a change of a record.
      "content": ["/id", "/task", "/user", "/minutes", "/day", "/note"],
    },
  },
  "check": {"request": {"path": "/users", "query": {"page": "1", "size": "1"}}},
  // Shown by `hourbridge connector list`.
  "lacks": ["nothing can be marked as paid"],
}
)hb";

constexpr const char* kMapping =
    R"hb(// What the records of NAME mean. Every word is in mappings/README.md.
{
  "version": 1,
  "connector": "NAME",
  "streams": {
    "users": [
      {"to": "id", "from": "/id", "as": "id", "required": true},
      {"to": "name", "from": ["/name"], "as": "name", "else": "user #{id}"},
    ],
    "groups": [
      {"to": "id", "from": "/id", "as": "id", "required": true},
      {"to": "name", "from": "/name", "as": "text", "else": "project #{id}"},
    ],
    "tasks": [
      {"to": "id", "from": "/id", "as": "id", "required": true},
      {"to": "title", "from": "/title", "as": "text", "else": "task #{id}"},
      {"to": "project", "from": "/project", "as": "id"},
    ],
    "entries": [
      {"to": "id", "from": "/id", "as": "id", "required": true},
      {"to": "task", "from": "/task", "as": "id", "required": true},
      {"to": "person", "from": "/user", "as": "id", "required": true},
      {"to": "seconds", "from": "/minutes", "as": "minutes", "required": true},
      {"to": "day", "from": "/day", "as": "day", "required": true},
      {"to": "text", "from": "/note", "as": "plain"},
    ],
  },
}
)hb";

constexpr const char* kStory = R"hb({
  "about": "One of each. Put recorded answers here, without real names and secrets.",
  "now": "2025-01-15T10:00:00Z",
  "settings": {"token": "a-token-of-the-story"},
  "wants_headers": {"authorization": "Bearer *"},
  "records": {"users": ["1"], "groups": ["10"], "tasks": ["100"], "entries": ["1000"]},
  "ghost": "999",
  "exchanges": [
    {"request": {"path": "/v1/users", "query": {"page": "1", "size": "*"}},
     "answer": {"json": {"data": [{"id": 1, "name": "Mia Novak"}]}}},
    {"request": {"path": "/v1/projects", "query": {"page": "1", "size": "50"}},
     "answer": {"json": {"data": [{"id": 10, "name": "Website"}]}}},
    {"request": {"path": "/v1/tasks", "query": {"page": "1", "size": "50"}},
     "answer": {"json": {"data": [{"id": 100, "title": "Landing page", "project": 10}]}}},
    {"request": {"path": "/v1/time", "query": {"from": "2025-01-*", "to": "2025-02-*", "page": "1", "size": "50"}},
     "answer": {"json": {"data": [{"id": 1000, "task": 100, "user": 1, "minutes": 90, "day": "2025-01-10", "note": "Grid"}]}}},
    {"request": {"path": "/v1/time", "query": {"from": "*", "to": "*", "page": "1", "size": "50"}},
     "answer": {"json": {"data": []}}}
  ]
}
)hb";

constexpr const char* kQuirks = R"hb(# NAME: what differs from what one would expect

Say here what was seen on a live account, what stands only in the vendor's pages, and what nobody has confirmed.

| quirk | where we answer |
| --- | --- |
| | |
)hb";

std::string named(std::string text, const std::string& name) {
    const std::string word = "NAME";
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + name.size()))
        text.replace(at, word.size(), name);
    return text;
}

} // namespace

bool is_connector_name(std::string_view name) {
    return !name.empty() && name.size() <= 40 && name.front() >= 'a' && name.front() <= 'z' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

std::vector<NewFile> new_connector(const std::string& name) {
    std::vector<NewFile> files{{"manifest.json", kManifest},
                               {"mapping.json", kMapping},
                               {"transcripts/story.json", kStory},
                               {"quirks.md", kQuirks}};
    for (auto& file : files) file.text = named(file.text, name);
    return files;
}

} // namespace hb::app
