#include "mapping/plain_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace hb::mapping {

namespace {

constexpr std::array<std::string_view, 37> kTags{
    "a",   "b",     "br",    "code", "color", "del",  "disk",   "div",    "em",    "font",
    "h1",  "h2",    "h3",    "i",    "img",   "left", "li",     "list",   "ol",    "p",
    "pre", "quote", "right", "s",    "size",  "span", "strike", "strong", "table", "td",
    "th",  "tr",    "u",     "ul",   "url",   "user", "video"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kEntities{{
    {"&lt;", "<"},
    {"&gt;", ">"},
    {"&quot;", "\""},
    {"&#39;", "'"},
    {"&apos;", "'"},
    {"&nbsp;", " "},
    {"&#160;", " "},
    {"&amp;", "&"},
}};

bool is_tag_name(std::string_view name) {
    std::string lower;
    for (const char c : name) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return lower == "*" || std::find(kTags.begin(), kTags.end(), lower) != kTags.end();
}

// The length of the tag that begins here, 0 when none does: [b], [/b], [url=…], <br/>, [*].
std::size_t tag_length(std::string_view text) {
    const char close = text.front() == '[' ? ']' : '>';
    const std::size_t end = text.find(close);
    if (end == std::string_view::npos) return 0;
    std::string_view inside = text.substr(1, end - 1);
    if (!inside.empty() && inside.front() == '/') inside.remove_prefix(1);
    const std::string_view name = inside.substr(0, inside.find_first_of(" =/"));
    return is_tag_name(name) ? end + 1 : 0;
}

std::pair<std::string_view, std::size_t> entity_at(std::string_view text) {
    for (const auto& [name, meaning] : kEntities)
        if (text.substr(0, name.size()) == name) return {meaning, name.size()};
    return {"&", 1};
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

} // namespace

std::string plain_text(std::string_view marked) {
    std::string out;
    out.reserve(marked.size());
    const auto space = [&out] {
        if (!out.empty() && out.back() != ' ') out += ' ';
    };
    while (!marked.empty()) {
        const char c = marked.front();
        std::size_t used = 1;
        if (const std::size_t tag = c == '[' || c == '<' ? tag_length(marked) : 0; tag > 0) {
            used = tag;
            // [b]bold[/b]text is one word, a list item or a line break begins a new one.
            const std::string_view mark = marked.substr(1, 2);
            if (mark == "*]" || mark == "br" || mark == "li" || mark == "p>" || mark == "/p")
                space();
        } else if (c == '&') {
            const auto [meaning, length] = entity_at(marked);
            used = length;
            if (meaning == " ")
                space();
            else
                out += meaning;
        } else if (is_space(c)) {
            space();
        } else {
            out += c;
        }
        marked.remove_prefix(used);
    }
    return std::string(trim(out));
}

} // namespace hb::mapping
