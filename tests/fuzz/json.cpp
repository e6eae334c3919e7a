#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "json/value.h"

// Whatever is read can be written and read again, and comes out the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    for (const bool comments : {false, true}) {
        hb::json::ParseOptions options;
        options.comments = comments;
        const auto document = hb::json::Document::parse(text, options);
        if (!document) continue;
        const std::string once = document->root().dump();
        const auto again = hb::json::Document::parse(once);
        if (!again || again->root().dump() != once) std::abort();
    }
    return 0;
}
