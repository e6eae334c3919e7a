// Links by rule over real pulls: a planner's transcripts beside the portal (G13).
#include "agency.h"
#include "books/link_rules.h"
#include "books/rule_links.h"
#include "lanes/renames.h"
#include "json/writer.h"

using namespace hb;
using domain::LinkRule;
using planners::Agency;

namespace {

int change(Agency& agency, const std::string& from, const std::string& to) {
    int changed = 0;
    for (auto& exchange : agency.folder.story.exchanges)
        for (auto at = exchange.body.find(from); at != std::string::npos;
             at = exchange.body.find(from, at + to.size())) {
            exchange.body.replace(at, from.size(), to);
            ++changed;
        }
    return changed;
}

// Two clients, one of them called like the planner's project.
struct Named {
    Agency agency;
    std::int64_t client = 0, other = 0;

    Named() {
        auto& world = agency.world;
        client = world.company("Website Redesign LLC");
        other = world.company("Zenith");
        REQUIRE(!world.pull().error);
        world.contract(client, "60.00");
        world.contract(other, "60.00");
        REQUIRE(!agency.pull().error);
    }
    void add(const LinkRule& rule) {
        const auto added = books::add_link_rule(*agency.world.books, *agency.planner, rule, {}, "",
                                                agency.world.actor);
        if (!added) UNSCOPED_INFO(to_string(added.error()));
        REQUIRE(added.ok());
    }
    void next_pull() {
        agency.world.clock.advance(std::chrono::hours{5});
        lanes::PullOptions options;
        options.full = true;
        REQUIRE(!agency.pull(options).error);
    }
    void rename(std::int64_t company, const std::string& title) {
        json::Writer body;
        body.begin_object().member("id", company).key("fields").begin_object();
        body.member("TITLE", title).end_object().end_object();
        agency.world.clock.advance(std::chrono::hours{1});
        const auto answer =
            agency.world.portal->handle({"POST", "/rest/1/sandbox/crm.company.update", "",
                                         "application/json", body.text(), "127.0.0.1"});
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        REQUIRE(!agency.world.pull().error); // the CRM alone
    }
    // A person has looked: rules see the names as they are.
    std::size_t confirm() {
        const auto done = lanes::confirm_renames(*agency.world.books, {}, agency.world.actor);
        REQUIRE(done.ok());
        return done->size();
    }
    // Of planner time, by client; "" nobody's.
    std::string owners() {
        std::map<std::string, std::int64_t> sums;
        auto& sources = agency.world.tables->sources;
        for (const auto& task : sources.tasks(agency.planner->row.id))
            for (const auto& entry : sources.entries_of_task(task.id))
                sums[entry.client ? sources.find_company(*entry.client)->name : ""] +=
                    entry.seconds;
        std::string out;
        for (const auto& [name, seconds] : sums)
            if (seconds > 0) out += name + " " + std::to_string(seconds) + "; ";
        return out;
    }
};

LinkRule by_name() {
    return {0, LinkRule::What::Project, LinkRule::By::Name, "", "", {}};
}

} // namespace

TEST_CASE("a project or company that is renamed keeps what its name matched until a person "
          "confirms the new one; then its free time goes along (G13, G46)") {
    Named world;
    const std::string nobody = world.owners();
    world.add(by_name());
    const std::string named = world.owners();
    CHECK(named != nobody);
    CHECK(named.find("Website Redesign LLC ") != std::string::npos);
    world.next_pull();
    CHECK(world.owners() == named); // a pull that brings nothing new moves nothing

    REQUIRE(change(world.agency, R"("Website redesign")", R"("zenith")") > 0);
    world.next_pull();
    CHECK(world.owners() == named);
    CHECK(world.confirm() == 1);
    const std::string moved = world.owners();
    CHECK(moved.find("Zenith ") != std::string::npos);
    CHECK(moved.find("Website Redesign LLC ") == std::string::npos);

    world.rename(world.other, "Zenith Trade");
    CHECK(world.owners() != nobody); // of the company that is now called otherwise
    CHECK(world.confirm() == 1);
    CHECK(world.owners() == nobody);
    world.rename(world.client, "ZENITH, Ltd.");
    world.confirm();
    CHECK(world.owners().find("ZENITH, Ltd. ") != std::string::npos);
    CHECK(world.agency.world.verify() == "");
}

TEST_CASE("a field of a project counts as it was read last, though its record counts as unchanged "
          "(G13)") {
    Named world;
    LinkRule rule = by_name();
    rule.by = LinkRule::By::Field;
    rule.at = "/page";
    rule.pattern = "/project/7201/*";
    rule.to = world.agency.world.tables->sources
                  .find_company(domain::Ref{"bitrix24", "company", std::to_string(world.client)})
                  ->id;
    world.add(rule);
    const std::string linked = world.owners();
    CHECK(linked.find("Website Redesign LLC ") != std::string::npos);
    const auto kept = [&] {
        return store::LinkRules(*world.agency.world.db)
            .values_of(world.agency.planner->row.id, "groups", "/page", "7201");
    };
    REQUIRE(kept() == std::vector<std::string>{"/project/7201/"});
    // No part of what counts as the project's content, so no new record is kept.
    REQUIRE(change(world.agency, R"("/project/7201/")", R"("/elsewhere/7201/")") > 0);
    world.next_pull();
    CHECK(kept() == std::vector<std::string>{"/elsewhere/7201/"});
    CHECK(world.owners() != linked);
    CHECK(world.agency.world.verify() == "");
}
