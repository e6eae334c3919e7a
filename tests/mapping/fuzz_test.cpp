#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>

#include "mapping/contract_file.h"
#include "support.h"
#include "json/value.h"

// Damaged input: nothing ends the program, nothing is mapped by half, nothing wrong is quiet.

using namespace hb;

namespace {

std::mt19937_64 seeded() {
    const char* given = std::getenv("SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
    std::cerr << "fuzz_test: SEED=" << seed << "\n";
    return std::mt19937_64(seed);
}

// A few bytes changed, cut out or doubled.
std::string damaged(std::string text, std::mt19937_64& random) {
    const auto below = [&random](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    const char* splices[] = {"null", "\"", "{", "}", "[]", "-", "1e9", "\\u0000", ",", "true", "0"};
    for (std::size_t left = 1 + below(4); left > 0 && !text.empty(); --left) {
        const std::size_t at = below(text.size());
        switch (below(4)) {
        case 0:
            text[at] = static_cast<char>(below(256));
            break;
        case 1:
            text.erase(at, 1 + below(8));
            break;
        case 2:
            text.insert(at, text.substr(below(text.size()), below(20)));
            break;
        default:
            text.insert(at, splices[below(11)]);
        }
    }
    return text;
}

const char* const kTask =
    R"({"id":"8017","title":"Сайт","groupId":"125","group":{"id":"125"},"status":"5",)"
    R"("responsibleId":"547","createdDate":"2025-06-04T16:15:55+02:00","deadline":null,)"
    R"("timeSpentInLogs":"69963","tags":{"35":{"id":35,"title":"bug"}},"parentId":"0",)"
    R"("ufCrmTask":["CO_591","D_5"],"ufHbPaid":"100","ufHbReport":"A-1"})";
const char* const kEntry =
    R"({"ID":"6","TASK_ID":"691","USER_ID":"1","COMMENT_TEXT":"[b]x[/b] &lt;","SECONDS":"3600",)"
    R"("SOURCE":"2","CREATED_DATE":"2026-01-12T10:33:00+03:00"})";

} // namespace

TEST_CASE("a damaged record is a whole fact or told as a problem, never half of one (R19)") {
    std::mt19937_64 random = seeded();
    for (int round = 0; round < 20'000; ++round) {
        const bool task = round % 2 == 0;
        const std::string row = damaged(task ? kTask : kEntry, random);
        const auto mapped = shipped().apply({task ? "tasks" : "entries", "", row, ""});
        if (mapped.fact.has_value() == mapped.problems.empty()) continue;
        FAIL_CHECK("half-mapped: " << row);
    }
}

TEST_CASE("a damaged mapping or contract is refused with a reason or taken whole (R19)") {
    std::mt19937_64 random = seeded();
    const std::string mapping(mapping::shipped_mapping("bitrix24"));
    const std::string contract =
        R"({"client":"b:company:1","valid_from":"2026-01-01","currency":"EUR","vat":{"mode":"added","rate":"20"},
            "rounding":{"level":"entry","step_minutes":15},"rates":[{"amount":"90.00","project":"b:group:7"}],
            "work_types":[{"tag":"t","type":"u"}],"nonbillable":[{"tag":"bug","reason":"bug"}]})";
    for (int round = 0; round < 600; ++round) {
        std::vector<mapping::FileProblem> problems;
        if (round % 4 == 0) {
            const auto read = mapping::Mapping::parse(damaged(mapping, random), "f", problems);
            CHECK(read.has_value() == problems.empty());
        } else {
            const auto read = mapping::parse_contract(damaged(contract, random), "f",
                                                      {"UTC", "en", {}}, problems);
            CHECK(read.has_value() == problems.empty());
        }
    }
}

TEST_CASE("mapping a record costs little beside reading its JSON", "[.bench]") {
    for (const char* stream : {"tasks", "entries"}) {
        const domain::SourceRecord record{stream, "",
                                          std::string(stream) == "tasks" ? kTask : kEntry, ""};
        constexpr int kRounds = 200'000;
        const auto start = std::chrono::steady_clock::now();
        std::size_t mapped = 0;
        for (int i = 0; i < kRounds; ++i) mapped += shipped().apply(record).fact ? 1 : 0;
        const auto middle = std::chrono::steady_clock::now();
        std::size_t parsed = 0;
        for (int i = 0; i < kRounds; ++i) parsed += json::Document::parse(record.text).ok() ? 1 : 0;
        const auto end = std::chrono::steady_clock::now();
        CHECK(mapped == parsed);
        const auto ns = [](auto time) {
            return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count() / kRounds;
        };
        std::cout << stream << ": " << ns(middle - start) << " ns a record, of which JSON "
                  << ns(end - middle) << " ns\n";
    }
}
