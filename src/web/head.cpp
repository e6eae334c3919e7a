#include "web/head.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"

namespace hb::web {
namespace {

constexpr int kFieldsMax = 100;

bool is_name(std::string_view name) {
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool digit = c >= '0' && c <= '9';
        if (!letter && !digit &&
            std::string_view("!#$%&'*+-.^_`|~").find(c) == std::string_view::npos)
            return false;
    }
    return !name.empty();
}

// Every line ends with CR LF, and neither of them nor a zero byte stands anywhere else.
bool has_clean_lines(std::string_view head) {
    for (std::size_t i = 0; i < head.size(); ++i) {
        if (head[i] == '\0') return false;
        if (head[i] == '\n' && (i == 0 || head[i - 1] != '\r')) return false;
        if (head[i] == '\r' && (i + 1 == head.size() || head[i + 1] != '\n')) return false;
    }
    return true;
}

// REQUIRES: `low` is in lower case
bool same_word(std::string_view text, std::string_view low) {
    return std::equal(text.begin(), text.end(), low.begin(), low.end(), [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
}

// A name or address with its port, or one that a proxy made up ("hourbridge_backend"): one word.
bool is_host(std::string_view value) {
    return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') ||
               std::string_view("-._~:[]").find(c) != std::string_view::npos;
    });
}

struct Fields {
    int hosts = 0;
    int lengths = 0;
    std::string_view length;
    bool coded = false; // transfer or content encoding
    bool good = true;
};

Fields read_fields(std::string_view lines, Head& head) {
    Fields out;
    int count = 0;
    while (!lines.empty()) {
        const std::size_t end = lines.find("\r\n");
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(end + 2);
        if (line.empty()) break;
        const std::size_t colon = line.find(':');
        if (++count > kFieldsMax) {
            head.refused_with = 431;
            return out;
        }
        const std::string_view name = line.substr(0, colon);
        if (colon == std::string_view::npos || !is_name(name)) {
            out.good = false;
            return out;
        }
        const std::string_view value = trim(line.substr(colon + 1));
        if (same_word(name, "host")) {
            ++out.hosts;
            out.good = out.good && is_host(value);
        }
        if (same_word(name, "content-length")) {
            ++out.lengths;
            out.length = value;
        }
        if (same_word(name, "transfer-encoding") || same_word(name, "content-encoding"))
            out.coded = true;
        if (same_word(name, "expect")) head.expects = same_word(value, "100-continue");
        if (same_word(name, "connection")) head.closes = same_word(value, "close");
    }
    return out;
}

} // namespace

std::optional<Head> read_head(std::string_view bytes) {
    const std::size_t end = bytes.substr(0, kHeadBytesMax).find("\r\n\r\n");
    Head head;
    if (end == std::string_view::npos) {
        if (bytes.size() < kHeadBytesMax) return std::nullopt;
        head.refused_with = 431;
        return head;
    }
    head.size = end + 4;
    const std::string_view all = bytes.substr(0, head.size);
    if (!has_clean_lines(all)) {
        head.refused_with = 400;
        return head;
    }
    const Fields fields = read_fields(all.substr(all.find("\r\n") + 2), head);
    if (head.refused_with != 0) return head;
    // RFC 9112 3.2: not one, and two readers may think of two sites.
    if (!fields.good || fields.hosts != 1) {
        head.refused_with = 400;
        return head;
    }
    if (fields.lengths == 0 && !fields.coded) return head;
    const auto length = parse_integer(fields.length);
    const bool digits = !fields.length.empty() &&
                        fields.length.find_first_not_of("0123456789") == std::string_view::npos;
    head.last = fields.coded || fields.lengths != 1 || !digits || !length ||
                static_cast<std::uint64_t>(*length) > kWebhookBytesMax;
    if (!head.last) head.body = static_cast<std::size_t>(*length);
    return head;
}

} // namespace hb::web
