#include "mapping/plain_text.h"

#include <algorithm>
#include <array>
#include <set>
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

// A tag with a longer address inside is no tag of a comment; a text of brackets alone must not be
// searched to its end for each of them.
constexpr std::size_t kTagBytesMax = 2000;

std::string lower(std::string_view ascii) {
    std::string out(ascii);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

struct Tag {
    std::string name;       // lower case; "" when this is no tag
    std::size_t length = 0; // with its brackets
    bool closing = false;
};
// [b], [/b], [url=…], <br/>, [*]
Tag tag_at(std::string_view text) {
    const char close = text.front() == '[' ? ']' : '>';
    const std::size_t end = text.substr(0, kTagBytesMax).find(close);
    if (end == std::string_view::npos) return {};
    std::string_view inside = text.substr(1, end - 1);
    const bool closing = !inside.empty() && inside.front() == '/';
    if (closing) inside.remove_prefix(1);
    const std::string name = lower(inside.substr(0, inside.find_first_of(" =/")));
    if (name != "*" && std::find(kTags.begin(), kTags.end(), name) == kTags.end()) return {};
    return {name, end + 1, closing};
}

// "[B] Deal" is a title, "[b]Deal[/b]" is mark-up: the names that are closed somewhere.
std::set<std::string> closed_names(std::string_view text) {
    std::set<std::string> names;
    for (std::size_t at = text.find("[/"); at != std::string_view::npos;
         at = text.find("[/", at + 2))
        names.insert(tag_at(text.substr(at)).name);
    return names;
}

bool stands_alone(const std::string& tag) {
    return tag == "*" || tag == "br";
}

// [b]bold[/b]text is one word; these begin a new one.
bool parts_words(const std::string& tag) {
    return tag == "*" || tag == "br" || tag == "li" || tag == "p" || tag == "div" || tag == "tr" ||
           tag == "td";
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
    const std::set<std::string> closed = closed_names(marked);
    while (!marked.empty()) {
        const char c = marked.front();
        std::size_t used = 1;
        const Tag tag = c == '[' || c == '<' ? tag_at(marked) : Tag();
        if (!tag.name.empty() &&
            (c == '<' || stands_alone(tag.name) || closed.count(tag.name) > 0)) {
            used = tag.length;
            if (parts_words(tag.name)) space();
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
