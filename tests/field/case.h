#pragma once

#include <catch2/catch.hpp>

#include "engine/world.h"
#include "servers.h"
#include "json/value.h"

// One case of a file beside this: a planner that answers what the case says, and the books.
namespace field {

using namespace hb;

json::Document load(const std::string& name);
const std::string& folder(); // of the files, with a slash at its end

// The records of a case; with `count` the first one so often, under ids of their own.
std::vector<std::string> records(const json::Value& entries, int count = 0);
// A figure that the case expects.
std::int64_t expected(const json::Document& document, const char* what);
// The first number of a text such as "350 such records".
int number_in(const json::Value& text);

struct Case {
    test::World world;
    Account account;
    books::RemoteRuntime* remote = nullptr;
    std::int64_t client = 0;

    explicit Case(const std::string& planner, const std::string& terms = "");
    lanes::PullReport pull(bool full = false);
    void link(const std::string& project);
    struct Sums {
        std::int64_t worked = 0, billed = 0, free = 0;
    };
    Sums sums_of(std::int64_t report);
    Sums sums(const std::string& from = "2026-10-01", const std::string& to = "2026-10-31");
    std::int64_t draft(const std::string& from = "2026-10-01",
                       const std::string& to = "2026-10-31");
    bool warns(std::int64_t report, const std::string& code);
};

} // namespace field
