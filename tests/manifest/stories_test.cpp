#include <algorithm>
#include <set>

#include "base/text.h"
#include "books/walk_proof.h"
#include "desk/decisions.h"
#include "desk/reports.h"
#include "engine/world.h"
#include "mapping/shipped.h"
#include "stand_in.h"

// What happens to every planner in a year: people leave, projects are archived, keys lose rights,
// lists are cut, totals lie. Each story is played to each connector with its stand-in, behind a
// bill that was agreed: nothing is billed twice or lost, and no correction comes of it (G46 to
// G51).

using namespace hb;

namespace {

constexpr const char* kFrom = "2024-11-01";
constexpr const char* kTo = "2025-02-28";

struct Planner {
    test::World world;
    connector::trial::Folder folder;
    std::unique_ptr<sandbox::Planner> played;
    std::function<void()> before; // each request
    books::RemoteRuntime* remote = nullptr;
    std::int64_t client = 0, report = 0, hours = 0;
    std::string total;

    explicit Planner(const std::string& name) : folder(stand_in::load(name)) {
        world.clock.set(folder.story.now);
        played = std::move(*sandbox::Planner::load(stand_in::folder_of(name), world.clock));
        auto options = connector::trial::options_of(folder.story);
        options.remote = name;
        options.base_url = "http://127.0.0.1:2" + played->base_path(); // :1 is the portal
        auto runtime = std::make_unique<books::RemoteRuntime>();
        runtime->connector =
            connector::make_planner(folder.plan, options,
                                    std::make_unique<stand_in::Wire>(*played,
                                                                     [this] {
                                                                         if (before) before();
                                                                     }),
                                    world.clock);
        std::vector<mapping::FileProblem> wrong;
        auto mapping = mapping::Mapping::parse(mapping::shipped_mapping(name), name, wrong);
        REQUIRE(mapping.has_value());
        runtime->mapping = std::make_unique<mapping::Mapping>(std::move(*mapping));
        {
            store::Tx tx(*world.db);
            runtime->row = world.tables->sources.add_remote(
                name, name, runtime->connector->account(), world.clock.now());
            tx.commit();
        }
        remote = runtime.get();
        world.books->remotes.push_back(std::move(runtime));
        world.books->show_settings();
        client = world.company("Acme");
        REQUIRE(!world.pull().error);
        world.contract(client, "60.00", "", "BYN", "2024-01-01");
    }

    std::string control(const std::string& path, const std::string& body,
                        const std::string& verb = "POST") {
        return stand_in::control(*played, path, body, verb);
    }
    lanes::PullReport pull(bool full) {
        lanes::PullOptions options;
        options.full = full;
        return world.service->pull(*remote, options);
    }
    // Until a pull ends well; how many it took.
    int read(bool full, int most = 12) {
        for (int tries = 1; tries <= most; ++tries) {
            const auto told = pull(full && tries == 1);
            if (!told.error) return tries;
            UNSCOPED_INFO(to_string(*told.error));
            world.clock.advance(std::chrono::minutes{35});
        }
        return most + 1;
    }
    // Everything that is there is one client's, on a bill that was agreed.
    void bill() {
        REQUIRE(read(false) <= 12);
        for (const auto& project : world.tables->sources.projects(remote->row.id))
            REQUIRE(desk::set_link(*world.books, to_string(project.ref),
                                   "bitrix24:company:" + std::to_string(client), std::nullopt,
                                   world.actor)
                        .ok());
        report = world.draft(client, kFrom, kTo);
        hours = seconds();
        REQUIRE(hours > 0);
        world.send(report);
        world.agree(report);
        total = world.total(report);
    }
    std::vector<store::EntryRow> entries() {
        std::vector<store::EntryRow> out;
        auto& sources = world.tables->sources;
        for (const auto& task : sources.tasks(remote->row.id))
            for (const auto& entry : sources.entries_of_task(task.id)) out.push_back(entry);
        return out;
    }
    std::int64_t seconds() {
        std::int64_t sum = 0;
        for (const auto& entry : entries())
            if (!entry.deleted) sum += entry.seconds;
        return sum;
    }
    // The bill stands as it was, nothing waits to be taken off it, and nothing is left to bill.
    void nothing_moved() {
        CHECK(world.tables->reports.adjustments({}, true).empty());
        CHECK(world.books->late({}, true).empty());
        CHECK(seconds() == hours);
        CHECK(world.total(report) == total);
        CHECK(world.verify() == "");
        const auto again =
            desk::create(*world.books, world.filter(client, kFrom, kTo), world.actor);
        REQUIRE(again.ok());
        CHECK(again->view.billed_seconds == 0);
        if (again->view.id)
            REQUIRE(
                desk::cancel(*world.books, *again->view.id, "only looked at", world.actor).ok());
    }
    std::string first_person() {
        const auto all = entries();
        return all.empty() ? ""
                           : world.tables->sources.find_person(all.front().person).value().ref.id;
    }
    std::string first_project() {
        const auto all = world.tables->sources.projects(remote->row.id);
        return all.empty() ? "" : all.front().ref.id;
    }
    // Two nights with the trouble, two without it.
    void nights(const std::function<void()>& trouble, const std::function<void()>& over) {
        for (int night = 0; night < 4; ++night) {
            world.clock.advance(std::chrono::hours{24});
            if (night == 0) trouble();
            if (night == 2) over();
            (void)read(true, 4);
            nothing_moved();
        }
    }
    void clear() { control("faults", "", "DELETE"); }
};

void each_planner(const std::function<void(Planner&)>& story) {
    for (const auto& name : stand_in::names()) {
        INFO(name);
        Planner planner(name);
        planner.bill();
        story(planner);
    }
}

std::string fault(const std::string& kind, const std::string& more) {
    return "{\"kind\":\"" + kind + "\"" + more + "}";
}

// Kinds of work and time are one request there, which the stand-in calls by its first name.
std::string entries_of(const Planner& planner) {
    const bool one = planner.played->name() == "harvest" || planner.played->name() == "kimai" ||
                     planner.played->name() == "toggl";
    return std::string(",\"method\":\"") + (one ? "tasks" : "entries") + "\"";
}

} // namespace

TEST_CASE("Planners: somebody who leaves leaves his hours on the bill") {
    each_planner([](Planner& planner) {
        const auto person = planner.first_person();
        planner.nights([&] { planner.control("people/" + person, R"({"left":true})"); },
                       [&] { planner.control("people/" + person, R"({"left":false})"); });
    });
}

TEST_CASE("Planners: a project that is archived takes nothing along") {
    each_planner([](Planner& planner) {
        const auto project = planner.first_project();
        const bool archives =
            planner.played->name() != "clickup" && planner.played->name() != "yandex_tracker";
        if (!archives) return; // lists and queues: nothing archives them by this program's words
        planner.nights([&] { planner.control("projects/" + project, R"({"archived":true})"); },
                       [&] { planner.control("projects/" + project, R"({"archived":false})"); });
    });
}

TEST_CASE("Planners: a key that loses its rights hides, and deletes nothing") {
    each_planner([](Planner& planner) {
        // The key is that of a new colleague, who logged nothing.
        const std::string made = planner.control("rows/users", "{}");
        const std::string person = made.substr(7, made.size() - 9);
        planner.nights(
            [&] { planner.control("faults", fault("narrow", ",\"person\":\"" + person + "\"")); },
            [&] { planner.clear(); });
    });
}

TEST_CASE("Planners: a page that comes short with more behind it is not the last") {
    each_planner([](Planner& planner) {
        planner.nights(
            [&] {
                planner.control("faults",
                                fault("short_page", entries_of(planner) + R"(,"count":1)"));
            },
            [&] { planner.clear(); });
    });
}

TEST_CASE("Planners: a row that moves between two pages takes no other along") {
    each_planner([](Planner& planner) {
        planner.control("options", R"({"page_rows":1})");
        planner.nights(
            [&] {
                planner.control("faults",
                                fault("move_row", R"(,"what":"entries","count":1,"skip":1)"));
            },
            [&] { planner.clear(); });
    });
}

TEST_CASE("Planners: a position that dies in the middle of a list begins it anew") {
    each_planner([](Planner& planner) {
        planner.control("options", R"({"page_rows":1})");
        int asked = 0;
        planner.nights(
            [&] {
                planner.before = [&] {
                    if (++asked == 4) planner.control("cursors", "", "DELETE");
                };
            },
            [&] { planner.before = {}; });
    });
}

TEST_CASE("Planners: a page of nothing before a failure is not the end of a list") {
    each_planner([](Planner& planner) {
        planner.nights(
            [&] {
                planner.control("faults",
                                fault("empty_list", entries_of(planner) + R"(,"count":1)"));
                planner.control("faults",
                                fault("error", entries_of(planner) + R"(,"status":500,"skip":1)"));
            },
            [&] { planner.clear(); });
    });
}

TEST_CASE("Planners: a total that lies proves nothing") {
    each_planner([](Planner& planner) {
        for (const char* member : {"total", "total_count", "total_entries"})
            for (const char* factor : {"0.5", "3"})
                planner.control("faults",
                                fault("scale", std::string(R"(,"what":"envelope",)") +
                                                   "\"member\":\"" + member +
                                                   "\",\"factor\":" + factor + ",\"count\":2"));
        planner.nights([] {}, [&] { planner.clear(); });
    });
}

// Within the bounds of money, so that only what belongs to it speaks for it.
TEST_CASE("Planners: a walk proves nothing about time of somebody who is not shown any longer "
          "(G48)") {
    int walked = 0;
    each_planner([&](Planner& planner) {
        const auto& able = planner.remote->connector->capabilities();
        if (able.proof_of("entries") != domain::Proof::Walk) return;
        const auto gone = [&](bool left) {
            planner.world.books->change([&] {
                planner.world.books->settings.guards.loss_percent = 100;
                planner.world.books->settings.guards.loss_seconds = 1'000'000'000;
            });
            const auto person = planner.first_person();
            planner.control("people/" + person,
                            std::string(R"({"left":)") + (left ? "true}" : "false}"));
            planner.control("faults",
                            fault("hide", R"(,"what":"entries","person":")" + person + "\""));
            planner.world.clock.advance(std::chrono::hours{24});
            (void)planner.read(true, 4);
            planner.clear();
            return planner.seconds() < planner.hours;
        };
        INFO(planner.played->name());
        const bool while_away = gone(true);
        CHECK_FALSE(while_away);
        if (!while_away) planner.nothing_moved();
        walked += gone(false) ? 1 : 0; // shown, and his time is not: it was deleted
    });
    CHECK(walked > 0);
}

// OpenProject's walks are proof, and it promises a total with each page.
TEST_CASE("Planners: a reading that proves nothing is told with its cause, and since when (G49)") {
    Planner planner("openproject");
    planner.bill();
    const auto told = [&] {
        return books::unproven_streams(planner.world.books->read(), planner.remote->row.id);
    };
    const auto since = [&] {
        return join(books::unproven_texts(*planner.world.db, *Zone::find("UTC")), "\n");
    };
    const auto night = [&] {
        planner.world.clock.advance(std::chrono::hours{24});
        REQUIRE(planner.read(true, 4) <= 4);
    };
    night();
    CHECK(told().empty());
    CHECK(since().empty());
    planner.control("faults",
                    fault("scale", R"(,"what":"envelope","member":"total","factor":3,"count":99)"));
    night();
    REQUIRE(told().size() == 1);
    CHECK(told().begin()->first == "entries");
    CHECK(told().begin()->second.find("the planner's total says") != std::string::npos);
    const auto first = since();
    CHECK(first.find("openproject entries: unproven since 20") == 0);
    CHECK(first.find(" UTC: " + told().begin()->second) != std::string::npos);
    night();
    CHECK(since() == first); // since the first of them
    planner.clear();
    night();
    CHECK(told().empty());
    CHECK(since().empty());
    planner.nothing_moved();
}

TEST_CASE("Planners: thirty requests an hour read everything, hour by hour") {
    for (const auto& name : stand_in::names()) {
        INFO(name);
        Planner planner(name);
        planner.control("options", R"({"requests_per_hour":30,"quota_status":)" +
                                       std::string(name == "toggl" ? "402" : "429") + "}");
        CHECK(planner.read(false, 40) <= 40);
        CHECK(planner.seconds() > 0);
        const auto known = planner.seconds();
        planner.world.clock.advance(std::chrono::hours{24});
        CHECK(planner.read(true, 40) <= 40);
        CHECK(planner.seconds() == known);
    }
}

TEST_CASE("Planners: a member that is missing keeps the value that is known, and deletes nothing") {
    for (const auto& name : stand_in::names()) {
        std::vector<std::string> members;
        const auto text = json::Document::parse(mapping::shipped_mapping(name), {true});
        REQUIRE(text.ok());
        const std::set<std::string> money{"seconds", "at",   "day",      "task",
                                          "person",  "tags", "billable", "billed_elsewhere"};
        for (const json::Value& rule : text->root()["streams"]["entries"]) {
            if (money.count(std::string(rule["to"].text_view().value_or(""))) == 0) continue;
            // Where absence is a value, many at once wait (G46 b).
            if (rule["absent"].text_view() == "empty") continue;
            const json::Value from = rule["from"];
            const auto add = [&](const json::Value& pointer) {
                const std::string place(pointer.text_view().value_or(""));
                if (place.rfind("/hb_", 0) != 0) members.push_back(place.substr(1));
            };
            if (from.is_array())
                for (const json::Value& each : from) add(each);
            else
                add(from);
        }
        REQUIRE_FALSE(members.empty());
        Planner planner(name);
        planner.bill();
        for (const auto& member : members) {
            INFO(name << " without " << member);
            planner.control("faults", fault("drop_member", R"(,"what":"entries","member":")" +
                                                               member + R"(","count":-1)"));
            for (int night = 0; night < 2; ++night) {
                planner.world.clock.advance(std::chrono::hours{24});
                (void)planner.read(true, 2);
                planner.nothing_moved();
            }
            planner.clear();
            planner.world.clock.advance(std::chrono::hours{24});
            (void)planner.read(true, 2);
            planner.nothing_moved();
        }
    }
}

// What each planner says of its own records, where it says something: which member, and the value
// that means "not billable" or "billed".
TEST_CASE("Planners: flags in all combinations are told apart when they are read first") {
    struct Flags {
        const char* planner;
        const char* billable;
        const char* when_billable;
        const char* when_not;
        const char* billed; // "" none
    };
    for (const Flags& flags :
         {Flags{"clickup", "/billable", "true", "false", ""},
          Flags{"clockify", "/billable", "true", "false", ""},
          Flags{"everhour", "/task/unbillable", "false", "true", "/isInvoiced"},
          Flags{"harvest", "/billable", "true", "false", "/is_billed"},
          Flags{"kimai", "/billable", "true", "false", "/exported"},
          Flags{"paymo", "", "", "", "/billed"}}) {
        for (int mix = 0; mix < 4; ++mix) {
            const bool free = (mix & 1) != 0, billed = (mix & 2) != 0;
            if (free && *flags.billable == '\0') continue;
            if (billed && *flags.billed == '\0') continue;
            INFO(flags.planner << (free ? ", not billable" : "") << (billed ? ", billed" : ""));
            Planner planner(flags.planner);
            std::string set;
            if (*flags.billable != '\0')
                set += std::string("\"") + flags.billable +
                       "\":" + (free ? flags.when_not : flags.when_billable);
            if (*flags.billed != '\0')
                set += std::string(set.empty() ? "" : ",") + "\"" + flags.billed +
                       "\":" + (billed ? "true" : "false");
            for (const auto& id : planner.folder.story.records.at("entries"))
                planner.control("rows/entries/" + id, "{\"set\":{" + set + "}}");
            REQUIRE(planner.read(false) <= 12);
            for (const auto& project :
                 planner.world.tables->sources.projects(planner.remote->row.id))
                REQUIRE(desk::set_link(*planner.world.books, to_string(project.ref),
                                       "bitrix24:company:" + std::to_string(planner.client),
                                       std::nullopt, planner.world.actor)
                            .ok());
            const auto known = planner.seconds();
            REQUIRE(known > 0);
            const auto created =
                desk::create(*planner.world.books, planner.world.filter(planner.client, kFrom, kTo),
                             planner.world.actor);
            REQUIRE(created.ok());
            CHECK(created->view.billed_seconds == (free || billed ? 0 : known));
            CHECK(created->view.nonbillable_seconds == (free && !billed ? known : 0));
            planner.world.clock.advance(std::chrono::hours{24});
            REQUIRE(planner.read(true) <= 12);
            CHECK(planner.seconds() == known);
            CHECK(planner.world.tables->reports.adjustments({}, true).empty());
            CHECK(planner.world.verify() == "");
        }
    }
}
