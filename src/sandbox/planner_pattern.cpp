#include "sandbox/planner_pattern.h"

#include "base/text.h"
#include "sandbox/form.h"

namespace hb::sandbox {

namespace {

// A pattern in its parts: literals and holes take turns.
struct Part {
    std::string text; // of a literal, or the hole's name
    bool hole = false;
};

std::vector<Part> parts_of(std::string_view pattern) {
    std::vector<Part> out;
    std::string literal;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool doubled = i + 1 < pattern.size() && pattern[i + 1] == pattern[i];
        if ((pattern[i] == '{' || pattern[i] == '}') && doubled) {
            literal += pattern[i++];
        } else if (const std::size_t end = pattern.find('}', i);
                   pattern[i] == '{' && end != std::string_view::npos) {
            if (!literal.empty()) out.push_back({std::exchange(literal, {}), false});
            std::string name{pattern.substr(i + 1, end - i - 1)};
            if (name.starts_with("#")) name.erase(0, 1);
            out.push_back({std::move(name), true});
            i = end;
        } else {
            literal += pattern[i];
        }
    }
    if (!literal.empty()) out.push_back({std::move(literal), false});
    return out;
}

bool match_parts(const std::vector<Part>& parts, std::size_t at, std::string_view text,
                 Captures& captures, bool one_step) {
    if (at == parts.size()) return text.empty();
    const Part& part = parts[at];
    if (!part.hole)
        return text.starts_with(part.text) &&
               match_parts(parts, at + 1, text.substr(part.text.size()), captures, one_step);
    for (std::size_t length = 0; length <= text.size(); ++length) {
        if (one_step && length > 0 && text[length - 1] == '/') return false;
        if (!match_parts(parts, at + 1, text.substr(length), captures, one_step)) continue;
        captures[part.text] = std::string{text.substr(0, length)};
        return true;
    }
    return false;
}

bool has_hole(std::string_view pattern) {
    for (const auto& part : parts_of(pattern))
        if (part.hole) return true;
    return false;
}

Pairs query_of(std::string_view query) {
    Pairs out;
    for (const auto pair : split(query, '&')) {
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        const bool valued = equals != std::string_view::npos;
        out.emplace_back(percent_decode(pair.substr(0, equals)),
                         valued ? percent_decode(pair.substr(equals + 1)) : std::string{});
    }
    return out;
}

// A list with one hole takes a whole list of values: {"ids": ["{target}"]}, {"ids": "{#ids}"}.
std::string joined_values(const Tree& sent) {
    return sent.is_branch() ? join(sent.strings(), ",") : sent.str();
}

} // namespace

const std::string* Sent::find(std::string_view name) const {
    for (const auto& [key, value] : query)
        if (key == name) return &value;
    return nullptr;
}

std::string Sent::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (same_word(key, name)) return value;
    return {};
}

Sent read_sent(const HttpRequest& request, const Pairs& headers) {
    Sent out{request.method,          request.path, request.host, request.query,
             query_of(request.query), Tree{},       headers};
    if (!request.authorization.empty())
        out.headers.emplace_back("Authorization", request.authorization);
    if (auto body = read_parameters("", request.content_type, request.body);
        body && !trim(request.body).empty())
        out.body = std::move(*body);
    return out;
}

std::string fill_settings(std::string_view pattern, const Captures& settings) {
    std::string out{pattern};
    for (const auto& [name, value] : settings) {
        const std::string hole = "{settings." + name + "}";
        for (std::size_t at = out.find(hole); at != std::string::npos;
             at = out.find(hole, at + value.size()))
            out.replace(at, hole.size(), value);
    }
    return out;
}

bool match_pattern(std::string_view pattern, std::string_view text, Captures& captures,
                   bool one_step) {
    Captures found;
    if (!match_parts(parts_of(pattern), 0, text, found, one_step)) return false;
    for (auto& [name, value] : found) captures[name] = value;
    return true;
}

void match_body(const Tree& pattern, const Tree& sent, Captures& captures, int& score) {
    if (pattern.kind() == Tree::Kind::Map) {
        for (std::size_t i = 0; i < pattern.size(); ++i)
            if (const Tree* member = sent.find(pattern.key(i)))
                match_body(*pattern.at(i), *member, captures, score);
        return;
    }
    const bool only = pattern.kind() == Tree::Kind::List && pattern.size() == 1;
    if (only && !pattern.at(0)->is_branch())
        return match_body(*pattern.at(0), Tree::text(joined_values(sent)), captures, score);
    if (pattern.kind() == Tree::Kind::List) {
        for (std::size_t i = 0; i < std::min(pattern.size(), sent.size()); ++i)
            match_body(*pattern.at(i), *sent.at(i), captures, score);
        return;
    }
    const std::string text = pattern.str();
    const bool fits = match_pattern(text, joined_values(sent), captures);
    if (!has_hole(text)) score += fits ? 2 : -4;
    if (has_hole(text) && !fits) score -= 1;
}

bool match_glob(std::string_view glob, std::string_view text) {
    if (glob.empty()) return text.empty();
    if (glob.front() != '*')
        return !text.empty() && glob.front() == text.front() &&
               match_glob(glob.substr(1), text.substr(1));
    while (!glob.empty() && glob.front() == '*') glob.remove_prefix(1);
    if (glob.empty()) return true;
    for (std::size_t i = 0; i <= text.size(); ++i)
        if (match_glob(glob, text.substr(i))) return true;
    return false;
}

bool match_glob(const Tree& glob, const Tree& sent) {
    if (glob.is_branch() != sent.is_branch()) return false;
    if (!glob.is_branch()) return match_glob(glob.str(), sent.str());
    if (glob.size() != sent.size()) return false;
    for (std::size_t i = 0; i < glob.size(); ++i) {
        const Tree* member = sent.find(glob.key(i));
        if (member == nullptr || !match_glob(*glob.at(i), *member)) return false;
    }
    return true;
}

} // namespace hb::sandbox
