#include "sandbox/links.h"

#include "base/digest.h"
#include "base/text.h"

namespace hb::sandbox {

namespace {

// Not a secret: a link of one sandbox works on another, and nobody guesses it by accident.
constexpr const char* kKey = "sandbox";

std::string signature(std::string_view text) {
    return hex(hmac_sha256(kKey, text)).substr(0, 32);
}

int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

} // namespace

std::string Links::machine(std::string_view method, std::string_view kind, std::int64_t id) const {
    const std::string target =
        std::string{kind} + "|" + std::to_string(id) + "|" + std::to_string(expires);
    const std::string sign = signature(target);
    return base + "/rest/" + std::string{method} + ".json?auth=" + signature(sign) +
           "&token=" + percent_encode(target + "|" + sign);
}

std::string Links::session(std::string_view action, std::string_view query) const {
    return base + "/bitrix/services/main/ajax.php?action=" + std::string{action} + "&SITE_ID=s1&" +
           std::string{query};
}

std::optional<LinkTarget> read_link(std::string_view token) {
    const auto parts = split(token, '|');
    if (parts.size() != 4) return std::nullopt;
    const std::size_t signed_size = token.size() - parts[3].size() - 1;
    if (signature(token.substr(0, signed_size)) != parts[3]) return std::nullopt;
    LinkTarget out;
    out.kind = parts[0];
    out.id = parse_integer(parts[1]).value_or(0);
    out.expires = parse_integer(parts[2]).value_or(0);
    return out;
}

std::string base64_bytes(std::string_view text) {
    std::string out;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        const int digit = base64_digit(c);
        if (digit < 0) continue;
        bits = bits << 6 | static_cast<unsigned>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>(bits >> count & 0xFFu);
    }
    return out;
}

} // namespace hb::sandbox
