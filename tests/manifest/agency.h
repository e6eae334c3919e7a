#pragma once

#include <catch2/catch.hpp>

#include <algorithm>

#include "connector/trial.h"
#include "engine/world.h"
#include "mapping/shipped.h"

namespace planners {

using namespace hb;

// A Bitrix24 portal with clients, and beside it a Worksection account that plays its transcripts.
struct Agency {
    test::World world;
    connector::trial::Folder folder;
    std::shared_ptr<connector::trial::FakeServer::Log> log =
        std::make_shared<connector::trial::FakeServer::Log>();
    books::RemoteRuntime* planner = nullptr;

    explicit Agency(const std::string& name = "worksection") {
        std::vector<connector::ManifestProblem> problems;
        auto loaded = connector::trial::load_folder(
            std::string(HB_SOURCE_DIR) + "/connectors/" + name, problems);
        REQUIRE(loaded.ok());
        folder = std::move(*loaded);
        world.clock.set(folder.story.now);
        auto options = connector::trial::options_of(folder.story);
        options.remote = name;
        auto runtime = std::make_unique<books::RemoteRuntime>();
        runtime->connector = connector::make_planner(
            folder.plan, options,
            std::make_unique<connector::trial::FakeServer>(folder.story, world.clock, log),
            world.clock);
        std::vector<mapping::FileProblem> wrong;
        auto mapping = mapping::Mapping::parse(mapping::shipped_mapping(name), name, wrong);
        for (const auto& each : wrong) UNSCOPED_INFO(to_string(each));
        REQUIRE(mapping.has_value());
        runtime->mapping = std::make_unique<mapping::Mapping>(std::move(*mapping));
        {
            store::Tx tx(*world.db);
            runtime->row = world.tables->sources.add_remote(
                name, name, runtime->connector->account(), world.clock.now());
            tx.commit();
        }
        planner = runtime.get();
        world.books->remotes.push_back(std::move(runtime));
        world.books->show_settings();
    }

    // An exchange of one record answers for another one, too.
    void copy_exchanges(const std::string& from, const std::string& to) {
        const auto swap = [&](std::string text) {
            for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at))
                text.replace(at, from.size(), to);
            return text;
        };
        auto& all = folder.story.exchanges;
        all.erase(std::remove_if(all.begin(), all.end(),
                                 [&](const auto& each) {
                                     return each.path.find("/" + to) != std::string::npos;
                                 }),
                  all.end());
        for (std::size_t i = 0, count = all.size(); i < count; ++i) {
            if (all[i].path.find("/" + from) == std::string::npos) continue;
            auto other = all[i];
            other.path = swap(other.path);
            other.body = swap(other.body);
            all.push_back(other);
        }
    }
    // Requests that the planner got, like "PATCH /api/timesheets/9001".
    std::int64_t asked(const std::string& method, const std::string& part) const {
        return std::count_if(log->seen.begin(), log->seen.end(), [&](const auto& each) {
            return each.method == method && each.url.find(part) != std::string::npos;
        });
    }

    lanes::PullReport pull(lanes::PullOptions options = {}) {
        auto report = world.service->pull(*planner, options);
        if (report.error) UNSCOPED_INFO(to_string(*report.error));
        if (report.stopped) UNSCOPED_INFO(report.stopped->reason);
        for (const auto& surprise : log->surprises) UNSCOPED_INFO("no transcript: " << surprise);
        return report;
    }
};

} // namespace planners
