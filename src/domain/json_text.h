#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Writing RFC 8785 text: members sorted, no spaces, shortest escapes. Rooms that may use `json`
// write with its Writer.
namespace hb::domain {

std::string json_string(std::string_view text);
std::string json_number(std::int64_t number); // REQUIRES: within ±(2^53 - 1), as RFC 8785 has it
std::string json_bool(bool value);
// "" becomes null.
std::string json_string_or_null(std::string_view text);
std::string json_array(const std::vector<std::string>& elements);

class JsonObject {
public:
    // `json` is the member's value, as JSON text.
    JsonObject& add(std::string name, std::string json);
    std::string text() const;

private:
    std::vector<std::pair<std::string, std::string>> members_;
};

} // namespace hb::domain
