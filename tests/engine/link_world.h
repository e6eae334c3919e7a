#pragma once

#include <catch2/catch.hpp>

#include "books/link_rules.h"
#include "books/owners.h"
#include "desk/decisions.h"
#include "desk/link_needed.h"
#include "desk/reports.h"
#include "engine/books_world.h"
#include "store/verify.h"

// An agency with two clients, whose hours stand in a planner that knows projects only.
namespace hb::test {

inline Day june(int day) {
    return *parse_day("2026-06-01") + std::chrono::days{day - 1};
}

struct LinkWorld : BooksWorld {
    LinkWorld() {
        acme = company("1", "Acme LLC");
        zen = company("2", "OOO \"Zenith\"");
        for (const char* id : {"1", "2"})
            REQUIRE(contract(id, R"("valid_from":"2026-02-01","currency":"BYN",)"
                                 R"("rates":[{"amount":"90.00"}])")
                        .ok());
        planner("kimai");
        person("1");
        project("70", "Acme");
        work("1", "70");
    }
    void work(const std::string& id, const std::string& in,
              const std::vector<std::string>& tags = {}, const std::string& parent = "") {
        domain::SourceTask task;
        task.id = id;
        task.title = "Task " + id;
        task.project = in;
        task.parent = parent;
        task.tags = tags;
        task.status = domain::TaskStatus::InProgress;
        BooksWorld::task(task);
    }
    void log(const std::string& id, const std::string& task, std::int64_t seconds,
             const std::string& who = "1", int day = 10) {
        entry(id, task, who, seconds, june(day), "work " + id);
        settle();
    }
    void renamed(const std::string& id, const std::string& name) {
        project(id, name);
        owners();
        settle();
    }
    static domain::LinkRule rule(domain::LinkRule::By by, const std::string& pattern = "",
                                 std::optional<std::int64_t> to = {},
                                 domain::LinkRule::What what = domain::LinkRule::What::Project) {
        return {0, what, by, "", pattern, to};
    }
    static domain::LinkRule by_name() { return rule(domain::LinkRule::By::Name); }
    books::AddedRule add(const domain::LinkRule& rule, std::optional<std::int64_t> before = {}) {
        const auto added =
            books::add_link_rule(*books, *books->find_remote("kimai"), rule, before, "", actor);
        if (!added) UNSCOPED_INFO(to_string(added.error()));
        REQUIRE(added.ok());
        return *added;
    }
    void remove(std::int64_t number) {
        REQUIRE(books::remove_link_rule(*books, number, actor).ok());
    }
    void link(const std::string& what, const std::string& whose) {
        REQUIRE(desk::set_link(*books, what, whose, {}, actor).ok());
    }
    // Free seconds: "acme 3600 zen 0 none 0"
    std::string free() {
        std::int64_t of_acme = 0, of_zen = 0, of_none = 0;
        for (const auto& row : tables->sources.totals())
            (row.client == acme  ? of_acme
             : row.client == zen ? of_zen
                                 : of_none) += row.free_seconds;
        return "acme " + std::to_string(of_acme) + " zen " + std::to_string(of_zen) + " none " +
               std::to_string(of_none);
    }
    std::int64_t draft(const std::string& client) {
        domain::Filter filter;
        filter.company = {"bitrix24", "company", client};
        filter.from = june(1);
        filter.to = june(30);
        const auto created = desk::create(*books, filter, actor);
        REQUIRE(created.ok());
        return created->view.id.value_or(0);
    }
    void send(std::int64_t report) {
        REQUIRE(desk::send(*books, report, books->fingerprint(report), false, false, actor).ok());
    }
    void agree(std::int64_t report) { REQUIRE(desk::agree(*books, report, "", actor).ok()); }
    std::int64_t worked(std::int64_t report) {
        return tables->reports.find(report)->worked_seconds;
    }
    std::string late() {
        std::string out;
        for (const auto& row : books->late(std::nullopt, false))
            out += row.ref + " " + row.why + "; ";
        return out;
    }
    std::string why(const std::string& task) {
        return books::explain_owner(books->read(), *books->find_remote("kimai"), task).why;
    }
    std::string verify() {
        std::string out;
        for (const auto& check : store::verify_books(*db))
            if (!check.ok) out += check.name + ": " + check.detail + "\n";
        return out;
    }
    std::int64_t acme = 0, zen = 0;
};

} // namespace hb::test
