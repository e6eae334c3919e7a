#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "connector/trial.h"
#include "domain/sources.h"
#include "mapping/mapping.h"
#include "mapping/shipped.h"

using namespace hb;
using namespace hb::connector;

namespace {

std::vector<std::string> folders() {
    std::vector<std::string> out;
    for (const auto& each :
         std::filesystem::directory_iterator(std::string(HB_SOURCE_DIR) + "/connectors"))
        if (std::filesystem::exists(each.path() / "manifest.json"))
            out.push_back(each.path().string());
    std::sort(out.begin(), out.end());
    return out;
}

} // namespace

TEST_CASE("Every connector folder passes the conformance suite against its transcripts (S3, S4)") {
    REQUIRE_FALSE(folders().empty());
    for (const auto& path : folders()) {
        std::vector<ManifestProblem> problems;
        const auto folder = trial::load_folder(path, problems);
        for (const auto& problem : problems) UNSCOPED_INFO(to_string(problem));
        if (!folder) UNSCOPED_INFO(to_string(folder.error()));
        REQUIRE(folder.ok());
        const auto findings = try_connector(*folder);
        CHECK(findings.size() >= 8);
        for (const auto& finding : findings) {
            INFO(folder->name << ": " << finding.what << ": " << finding.detail);
            CHECK(finding.good);
        }
    }
}

TEST_CASE("Every record of every folder's transcripts is understood by its shipped mapping") {
    for (const auto& path : folders()) {
        std::vector<ManifestProblem> problems;
        const auto folder = trial::load_folder(path, problems);
        REQUIRE(folder.ok());
        INFO(folder->name);
        std::vector<mapping::FileProblem> wrong;
        const auto mapping =
            mapping::Mapping::parse(mapping::shipped_mapping(folder->name), folder->name, wrong);
        for (const auto& each : wrong) UNSCOPED_INFO(to_string(each));
        REQUIRE(mapping.has_value());
        ManualClock clock(folder->story.now);
        const auto planner =
            make_planner(folder->plan, trial::options_of(folder->story),
                         std::make_unique<trial::FakeServer>(
                             folder->story, clock, std::make_shared<trial::FakeServer::Log>()),
                         clock);
        std::map<std::string, std::int64_t> entries; // id -> seconds
        std::set<std::string> tasks, used;
        for (const auto& stream : planner->capabilities().streams) {
            domain::ReadRequest request;
            request.stream = stream;
            request.reading = domain::Reading::Full;
            for (int step = 0; step < 500; ++step) {
                clock.wait_until(planner->earliest());
                const auto page = planner->read(request);
                REQUIRE(page.ok());
                for (const auto& record : page->records) {
                    const auto mapped = mapping->apply(record);
                    INFO(stream << " " << record.id << ": " << join(mapped.problems, "; "));
                    REQUIRE(mapped.fact.has_value());
                    // Of a new record with a member missing that decides money nothing is billed.
                    CHECK(join(mapped.not_told, ", ") == "");
                    if (const auto* task = std::get_if<domain::SourceTask>(&*mapped.fact))
                        tasks.insert(task->id);
                    if (const auto* entry = std::get_if<domain::SourceEntry>(&*mapped.fact)) {
                        entries[entry->id] = entry->seconds;
                        if (!entry->task.empty()) used.insert(entry->task);
                    }
                }
                if (page->complete) break;
                request.cursor = page->cursor;
            }
        }
        REQUIRE(!entries.empty());
        // The same 6 h 50 min stand in every planner's story.
        std::int64_t most = 0;
        for (const auto& [id, seconds] : entries) most = std::max(most, seconds);
        CHECK(most == 24600);
        for (const auto& task : used) {
            INFO("time on a task that no stream shows: " << task);
            CHECK(tasks.count(task) == 1);
        }
    }
}
