#include "app/log_line.h"

#include <algorithm>

#include "base/clean.h"
#include "json/writer.h"

namespace hb::app {
namespace {

bool is_key(std::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

// Does "key=" stand here, at the beginning of a word?
bool key_at(std::string_view text) {
    const auto equals = text.find('=');
    return equals != std::string_view::npos && is_key(text.substr(0, equals));
}

// Where the value that begins at `from` ends. In a quoted one a backslash takes the next character
// along (log_value), so its own quotes end nothing.
std::size_t end_of_value(std::string_view text, std::size_t from) {
    if (from >= text.size() || text[from] != '"')
        return std::min(text.find(' ', from), text.size());
    for (std::size_t at = from + 1; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '"')
            return at + 1;
    }
    return text.size();
}

std::string without_quotes(std::string_view value) {
    if (value.empty() || value.front() != '"') return std::string(value);
    std::string out;
    for (std::size_t at = 1; at < value.size() && value[at] != '"'; ++at) {
        if (value[at] == '\\' && at + 1 < value.size()) ++at;
        out += value[at];
    }
    return out;
}

} // namespace

std::vector<std::pair<std::string, std::string>> log_parts(std::string_view message) {
    std::vector<std::pair<std::string, std::string>> parts;
    std::string text;
    std::size_t at = 0;
    while (at < message.size()) {
        if (message[at] == ' ') {
            ++at;
            continue;
        }
        if (key_at(message.substr(at))) {
            const std::size_t equals = message.find('=', at);
            const std::size_t end = end_of_value(message, equals + 1);
            parts.emplace_back(std::string(message.substr(at, equals - at)),
                               without_quotes(message.substr(equals + 1, end - equals - 1)));
            at = end;
            continue;
        }
        const std::size_t end = std::min(message.find(' ', at), message.size());
        const std::string word(message.substr(at, end - at));
        if (at == 0 && is_key(word))
            parts.emplace_back("part", word);
        else
            text += (text.empty() ? "" : " ") + word;
        at = end;
    }
    if (!text.empty())
        parts.insert(parts.begin() + (!parts.empty() && parts[0].first == "part" ? 1 : 0),
                     {"text", text});
    return parts;
}

// One line, whatever a remote has put into a message.
std::string text_line(std::string_view time, std::string_view level, std::string_view message) {
    return std::string(time) + " " + std::string(level) + " " + for_people(message, Lines::Join) +
           "\n";
}

std::string json_line(std::string_view time, std::string_view level, std::string_view message) {
    json::Writer json;
    json.begin_object().member("time", time).member("level", level);
    for (const auto& [key, value] : log_parts(message)) json.member(key, value);
    return json.end_object().take() + "\n";
}

} // namespace hb::app
