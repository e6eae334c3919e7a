#include "app/log_line.h"

#include <algorithm>

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

// Where the value that begins at `from` ends. A quoted one may hold quotes of its own: it ends at
// the quote with which the line ends, or behind which another key stands.
std::size_t end_of_value(std::string_view text, std::size_t from) {
    if (from >= text.size() || text[from] != '"')
        return std::min(text.find(' ', from), text.size());
    for (std::size_t at = text.find('"', from + 1); at != std::string_view::npos;
         at = text.find('"', at + 1))
        if (at + 1 == text.size() || (text[at + 1] == ' ' && key_at(text.substr(at + 2))))
            return at + 1;
    return text.size();
}

std::string without_quotes(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = value.substr(1, value.size() - 2);
    return std::string(value);
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
    std::string out = std::string(time) + " " + std::string(level) + " ";
    for (const char c : message) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    return out + "\n";
}

std::string json_line(std::string_view time, std::string_view level, std::string_view message) {
    json::Writer json;
    json.begin_object().member("time", time).member("level", level);
    for (const auto& [key, value] : log_parts(message)) json.member(key, value);
    return json.end_object().take() + "\n";
}

} // namespace hb::app
