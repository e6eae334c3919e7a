#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mapping/mapping.h"

// The first line chooses what is fuzzed: a mapping file ("m"), or a record under the shipped
// mapping. A record is understood whole or not at all.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    std::vector<hb::mapping::FileProblem> problems;
    if (text.substr(0, 2) == "m\n") {
        const auto mapping = hb::mapping::Mapping::parse(text.substr(2), "fuzz.json", problems);
        if (mapping.has_value() != problems.empty()) std::abort();
        return 0;
    }
    static const auto mapping = hb::mapping::Mapping::parse(
        R"({"version": 1, "connector": "mine", "streams": {
            "tasks": [{"to": "id", "from": "/id", "as": "id"}, {"to": "tags", "from": "/tags", "as": "tags"},
                      {"to": "created", "from": "/created", "as": "instant"}],
            "entries": [{"to": "id", "from": "/id", "as": "id"}, {"to": "person", "from": "/who", "as": "id"},
                        {"to": "seconds", "from": "/time", "as": "clock"}, {"to": "day", "from": "/day", "as": "day"},
                        {"to": "text", "from": "/text", "as": "document"}]}})",
        "mine.json", problems);
    if (!mapping) std::abort();
    for (const char* stream : {"tasks", "entries"}) {
        hb::domain::SourceRecord record;
        record.stream = stream;
        record.id = "1";
        record.text = std::string(text);
        const auto mapped = mapping->apply(record);
        if (!mapped.fact && mapped.problems.empty()) std::abort();
    }
    return 0;
}
