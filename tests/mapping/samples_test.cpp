#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "support.h"
#include "json/value.h"

// Every row of the documentation's own samples through the shipped mapping.

using namespace hb;

namespace {

std::filesystem::path samples_folder() {
    return std::filesystem::path(HB_SOURCE_DIR) / "tests" / "samples" / "bitrix24";
}

json::Document sample(const std::string& name) {
    std::ifstream in(samples_folder() / (name + ".json"), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    auto document = json::Document::parse(text.str());
    INFO(name);
    REQUIRE(document.ok());
    return std::move(*document);
}

// The rows of one sample's answer, mapped, one a line.
std::string mapped_rows(const std::string& name, const char* pointer, const char* stream) {
    const json::Document document = sample(name);
    json::Value rows = document.root()["response"].pointer(pointer);
    std::string out;
    if (rows.is_object()) return show(shipped().apply({stream, "", rows.dump(), ""})) + "\n";
    for (const json::Value& row : rows)
        out += show(shipped().apply({stream, "", row.dump(), ""})) + "\n";
    return out;
}

} // namespace

TEST_CASE("the documented rows of people and groups become facts, in both spellings of groups") {
    CHECK(mapped_rows("user.get", "/result", "users") == "person 1 \"Vadim Valeev\"\n"
                                                         "person 3 \"John Smith\"\n");
    CHECK(mapped_rows("user.current", "/result", "users") == "person 3 \"John Smith\"\n");
    CHECK(mapped_rows("sonet_group.get", "/result", "groups") ==
          "project 77 \"New Project Title\"\n"
          "project 79 \"Scrum Project\"\n");
    CHECK(mapped_rows("socialnetwork.api.workgroup.list", "/result/workgroups", "groups") ==
          "project 5 \"Open group for everyone\"\n"
          "project 1 \"Closed visible group\"\n");
}

TEST_CASE("the documented rows of companies and deals become facts, classic and universal") {
    CHECK(mapped_rows("crm.company.list", "/result", "companies") ==
          "company 2919 \"Crossroads\"\n");
    CHECK(mapped_rows("crm.company.get", "/result", "companies") == "company 2909 \"GAZPROM\"\n");
    CHECK(mapped_rows("crm.deal.list", "/result", "deals") ==
          "deal 37 \"[A] Deal\" stage=C1:NEW\n"
          "deal 38 \"[A] Deal\" stage=C1:NEW\n"
          "deal 39 \"[B] Sale\" stage=C1:NEW\n"
          "deal 40 \"[B] Deal\" stage=C1:NEW\n"
          "deal 41 \"[V] Deal\" stage=C1:NEW\n"
          "deal 42 \"[S] Deal\" stage=C1:NEW\n");
    CHECK(mapped_rows("crm.deal.get", "/result", "deals") ==
          "deal 410 \"New Deal #1\" company=9 stage=PREPARATION\n");
    CHECK(mapped_rows("crm.item.list", "/result/items", "deals") ==
          "deal 253 \"Lead #253\" stage=NEW\n"
          "deal 255 \"Lead #255\" stage=NEW\n"
          "deal 252 \"Lead #252\" stage=NEW\n"
          "deal 254 \"Lead #254\" stage=IN_PROCESS\n");
}

TEST_CASE("the documented rows of tasks become facts, their times in UTC") {
    CHECK(mapped_rows("tasks.task.list", "/result/tasks", "tasks") ==
          "task 8017 \"Task Example\" responsible=547 status=2 tags=arpar "
          "created=2025-06-04T14:15:55Z deadline=2025-10-24T17:00:00Z\n");
    CHECK(mapped_rows("tasks.task.complete", "/result/task", "tasks") ==
          "task 8017 \"Task Example\" parent=7817 project=125 responsible=503 status=5 "
          "created=2025-06-04T14:15:55Z closed=2025-09-09T10:11:30Z "
          "deadline=2025-09-19T15:00:00Z total=69963\n");
    CHECK(mapped_rows("tasks.task.renew", "/result/task", "tasks") ==
          "task 8017 \"Task Example\" parent=7817 project=125 responsible=503 status=2 "
          "created=2025-06-04T14:15:55Z deadline=2025-09-19T15:00:00Z total=69963\n");
    CHECK(mapped_rows("tasks.task.add", "/result/task", "tasks") ==
          "task 3711 \"task for test\" responsible=1 status=2 created=2024-11-02T08:06:08Z\n");
    CHECK(mapped_rows("tasks.task.update", "/result/task", "tasks") ==
          "task 8157 \"Task Example\" responsible=503 status=2 created=2025-10-06T15:40:12Z "
          "deadline=2025-12-31T21:59:00Z\n");
    // Its sample did not select the status.
    CHECK(mapped_rows("tasks.task.get", "/result/task", "tasks") ==
          "nothing at /status, but \"status\" must have a value\n");
}

TEST_CASE("G11: the documented time records take their moment from CREATED_DATE") {
    CHECK(mapped_rows("task.elapseditem.getlist", "/result", "entries") ==
          "entry 1 task=691 person=1 seconds=3600 at=2024-05-16T08:33:00Z \"1\"\n");
    CHECK(mapped_rows("task.elapseditem.getlist.paged", "/result", "entries") ==
          "entry 6 task=691 person=1 seconds=3600 at=2026-01-12T07:33:00Z \"report draft\"\n"
          "entry 7 task=692 person=3 seconds=900 at=2026-01-12T08:00:00Z \"\"\n");
    CHECK(mapped_rows("task.elapseditem.get", "/result", "entries") ==
          "entry 1 task=691 person=1 seconds=3600 at=2024-05-16T08:33:00Z \"1\"\n");
}
