#include "base/clean.h"

#include <cstdint>

#include "base/text.h"

namespace hb {
namespace {

// One character of well-formed UTF-8, as its bytes and its number.
struct Character {
    std::string_view bytes;
    std::uint32_t code = 0;
};

Character next_character(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t size = lead < 0x80U ? 1 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
    std::uint32_t code = size == 1 ? lead : lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i)
        code = (code << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    return {text.substr(at, size), code};
}

bool is_line_end(std::uint32_t code) {
    return code == '\n' || code == '\r' || code == 0x2028U || code == 0x2029U || code == 0x85U;
}
bool is_control(std::uint32_t code) {
    return code < 0x20U || (code >= 0x7FU && code < 0xA0U) || code == 0x2028U || code == 0x2029U;
}
// Marks, embeddings, overrides and isolates: they show a text in another order than it is written.
bool is_bidi(std::uint32_t code) {
    return code == 0x061CU || code == 0x200EU || code == 0x200FU ||
           (code >= 0x202AU && code <= 0x202EU) || (code >= 0x2066U && code <= 0x2069U);
}

// Whether a byte begins no character that a cleaner changes; it may go on within one.
bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    const bool marks = c == '[' || c == ']' || c == '"' || c == '\\' || byte == 0x7F;
    return byte >= 0x20 && !marks && byte != 0xC2 && byte != 0xD8 && byte != 0xE2;
}

// What is plain is copied in one piece; `write` decides about each other character.
template <class Write> void rewrite(const std::string& utf8, std::string& out, Write write) {
    for (std::size_t at = 0; at < utf8.size();) {
        std::size_t end = at;
        while (end < utf8.size() && is_plain(utf8[end])) ++end;
        out.append(utf8, at, end - at);
        if (end == utf8.size()) return;
        const Character it = next_character(utf8, end);
        write(it);
        at = end + it.bytes.size();
    }
}

std::string cleaned(std::string_view text, Lines lines, bool brackets) {
    std::string out;
    rewrite(to_utf8(text), out, [&](const Character& it) {
        if (is_bidi(it.code)) return;
        if (lines == Lines::Keep && it.code == '\n')
            out += '\n';
        else if (is_control(it.code))
            out += ' ';
        else if (brackets && (it.code == '[' || it.code == ']'))
            out += it.code == '[' ? '(' : ')';
        else
            out += it.bytes;
    });
    return out;
}

std::string escaped(std::uint32_t code) {
    static const char* digits = "0123456789abcdef";
    std::string out = "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += digits[(code >> static_cast<unsigned>(shift)) & 0xFU];
    return out;
}

} // namespace

std::string for_crm(std::string_view text, Lines lines) {
    return cleaned(text, lines, true);
}

std::string for_people(std::string_view text, Lines lines) {
    return cleaned(text, lines, false);
}

bool is_clean(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_plain(text[at]) || text[at] == '\n') continue;
        const Character it = next_character(text, at);
        if (is_control(it.code) || is_bidi(it.code)) return false;
    }
    return true;
}

std::string for_export(std::string_view text) {
    std::string out;
    rewrite(to_utf8(text), out, [&](const Character& it) {
        const bool layout = it.code == '\n' || it.code == '\t' || it.code == '\r';
        if (layout || !is_bidi(it.code)) out += is_control(it.code) && !layout ? " " : it.bytes;
    });
    return out;
}

std::string for_people_json(std::string_view json) {
    std::string out;
    rewrite(to_utf8(json), out, [&](const Character& it) {
        const bool layout = it.code == '\n' || it.code == '\t' || it.code == '\r';
        if (!layout && (is_control(it.code) || is_bidi(it.code)))
            out += escaped(it.code);
        else
            out += it.bytes;
    });
    return out;
}

std::string log_value(std::string_view text) {
    std::string out = "\"";
    rewrite(to_utf8(text), out, [&](const Character& it) {
        if (is_bidi(it.code)) return;
        if (is_control(it.code) || is_line_end(it.code))
            out += ' ';
        else if (it.code == '"' || it.code == '\\')
            (out += '\\') += it.bytes;
        else
            out += it.bytes;
    });
    return out + "\"";
}

} // namespace hb
