#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "domain/exchange.h"
#include "lanes/service.h"

// The life of one thing, from the bytes it came from to the money it became. Reads only.
namespace hb::app {

using Facts = std::vector<std::pair<std::string, std::string>>;

struct Section {
    std::string name; // in JSON: "record", "allocations"
    std::string title;
    bool list = false; // in JSON an array, whatever the number of rows
    std::vector<Facts> rows;
    std::string raw; // JSON as it came; then there are no rows
};

struct Explanation {
    std::string what; // "bitrix24:entry:7", "report 3"
    std::string kind;
    std::vector<Section> sections;

    void add(std::string name, std::string title, Facts facts);
    void add_list(std::string name, std::string title, std::vector<Facts> rows);
    std::string text(const Zone& zone) const; // moments by its clocks
    std::string json() const;
};

// Code::NotFound when nothing of this name is known.
Result<Explanation> explain_report(const books::Reading& read, std::int64_t report);
Result<Explanation> explain_ref(const books::Reading& read, const domain::Ref& ref);

} // namespace hb::app
