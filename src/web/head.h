#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace hb::web {

// A head is taken up to here: nginx hands on at most as much, and no browser sends a half of it.
constexpr std::size_t kHeadBytesMax = 32 * 1024;

// What has to be known of a request's head before its bytes are handed on.
struct Head {
    std::size_t size = 0; // with the empty line
    std::size_t body = 0; // bytes of the body, to be waited for
    bool last = false;    // it will be refused: what comes after it is no request
    bool expects = false; // its body comes when we say "100 Continue"
    bool closes = false;  // the client hangs up after the answer
    int refused_with = 0; // nobody else has to see it: 400 or 431
};

// nullopt: its end has not come yet. What two readers could understand differently is refused here
// (bare line feeds, zero bytes, folded lines, names with blanks, another number of hosts than one);
// lengths that can't be waited for
// leave the refusal to what answers.
std::optional<Head> read_head(std::string_view bytes);

} // namespace hb::web
