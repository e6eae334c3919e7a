#include <cstdio>
#include <stdexcept>

#include "base/text.h"
#include "bench/goals.h"
#include "bench/measure.h"
#include "bench/rig.h"
#include "bench/roles.h"
#include "desk/remapping.h"
#include "mapping/shipped.h"
#include "json/writer.h"

// What it costs to edit a mapping: kept records are read anew, without a portal.
namespace hb::bench {
namespace {

std::int64_t micros(double seconds) {
    return static_cast<std::int64_t>(seconds * 1e6);
}

std::string edited(const std::string& from, const std::string& to) {
    std::string text(mapping::shipped_mapping("bitrix24"));
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("the shipped mapping lacks " + from);
    return text.replace(at, from.size(), to);
}

mapping::Mapping parsed(const std::string& text) {
    std::vector<mapping::FileProblem> problems;
    auto out = mapping::Mapping::parse(text, "bench", problems);
    if (!out) throw std::runtime_error(to_string(problems.front()));
    return std::move(*out);
}

struct Cost {
    double wall = seconds_now();
    double cpu = cpu_seconds();
    void put(json::Writer& line, const std::string& name) const {
        line.member(name + "_wall_us", micros(seconds_now() - wall));
        line.member(name + "_cpu_us", micros(cpu_seconds() - cpu));
    }
};

} // namespace

int role_mapping(const std::vector<std::string>& words) {
    SystemClock clock;
    auto portal = open_portal(clock, *parse_integer(words.at(2)), *parse_integer(words.at(3)), 0);
    const auto open = [&] {
        return std::make_unique<Rig>(clock, words.at(1), "http://127.0.0.1:1/rest/1/sandbox/",
                                     portal_http(*portal));
    };
    json::Writer line;
    line.begin_object();
    {
        const auto rig = open();
        const Cost cost;
        rig->pull_everything();
        cost.put(line, "pull");
    }
    // Anew: the timer of the lock keeps the longest hold since its start.
    const auto rig = open();
    desk::Remapping work(*rig->books, *rig->books->remotes.front(),
                         std::string(mapping::shipped_mapping("bitrix24")));
    // Of the writer's lock; `longest_us` is the program's longest so far.
    const auto put_holds = [&](const std::string& name) {
        std::int64_t holds = 0;
        for (const auto count : rig->books->holds().counts) holds += count;
        line.member(name + "_holds", holds);
        line.member(name + "_longest_us", rig->books->holds().longest_us);
    };
    // Other texts on every entry; and only another template, so that no record changes.
    const auto texts = edited(R"("from": "/COMMENT_TEXT")", R"("from": "/USER_ID")");
    const auto titles = edited("Hours {number}: {client}", "Time {number}: {client}");
    const auto calls = portal->counters().http_requests;
    {
        const Cost cost;
        const auto effect = work.preview(parsed(texts));
        cost.put(line, "preview");
        put_holds("preview");
        line.member("changed", effect.streams.back().changed);
    }
    for (const auto& [name, text] : {std::pair{"nothing", &titles}, {"all", &texts}}) {
        const Cost cost;
        const auto applied = work.apply(*text, parsed(*text), {}, "", books::Actor{"bench"});
        if (!applied) throw std::runtime_error(to_string(applied.error()));
        cost.put(line, name);
        put_holds(name);
    }
    line.member("calls", portal->counters().http_requests - calls);
    std::printf("%s\n", line.end_object().text().c_str());
    return 0;
}

void judge_mappings(Run& run) {
    const std::int64_t entries = run.long_form ? 1'000'000 : 100'000;
    const auto answer = run_role({"mapping", run.folder + "/mapping.db",
                                  std::to_string(entries / 50), std::to_string(entries)});
    const auto got = answer.root();
    const auto seconds = [&](const std::string& name) {
        return static_cast<double>(number(got, name.c_str())) / 1e6;
    };
    const auto put = [&](const char* name, const char* what) {
        run.table.add(
            {"",
             std::string(what) + " (" + grouped(entries) + " entries)",
             seconds(std::string(name) + "_cpu_us"),
             "s",
             "CPU; wall " + plain(seconds(std::string(name) + "_wall_us")) +
                 " s, reading them from a portal " + plain(seconds("pull_cpu_us")) +
                 " s; the lock held " +
                 plain(static_cast<double>(number(got, (std::string(name) + "_holds").c_str()))) +
                 " times so far, at the longest " +
                 plain(seconds(std::string(name) + "_longest_us") * 1e3) + " ms",
             seconds(std::string(name) + "_cpu_us") / seconds("pull_cpu_us"),
             "of a pull",
             {},
             {}});
    };
    put("preview", "a mapping previewed: every record read by both");
    put("nothing", "a mapping applied that changes no record");
    put("all", "a mapping applied that changes every entry");
    if (number(got, "calls") != 0) throw std::runtime_error("a mapping called the portal");
    if (number(got, "changed") != entries) throw std::runtime_error("entries are missing");
}

} // namespace hb::bench
