#include "sandbox/form.h"

#include "base/text.h"
#include "sandbox/wire.h"

namespace hb::sandbox {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// The key after the highest number so far, as PHP appends.
std::string next_key(const Tree& node) {
    std::int64_t next = 0;
    for (std::size_t i = 0; i < node.size(); ++i)
        if (const auto number = parse_integer(node.key(i))) next = std::max(next, *number + 1);
    return std::to_string(next);
}

// "a[b][]" is the steps a, b and "".
std::vector<std::string> steps_of(std::string_view key) {
    std::vector<std::string> steps;
    std::size_t open = key.find('[');
    if (open != std::string_view::npos && key.find(']', open) == std::string_view::npos) {
        // A bracket that never closes becomes part of the name, as PHP has it.
        std::string name{key};
        name[open] = '_';
        return {name};
    }
    steps.emplace_back(key.substr(0, open));
    while (open != std::string_view::npos) {
        const std::size_t close = key.find(']', open);
        if (close == std::string_view::npos) break;
        steps.emplace_back(key.substr(open + 1, close - open - 1));
        open = close + 1 < key.size() && key[close + 1] == '[' ? close + 1 : std::string_view::npos;
    }
    return steps;
}

void put_path(Tree& root, std::string_view key, std::string value) {
    Tree* node = &root;
    const auto steps = steps_of(key);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::string name = i > 0 && steps[i].empty() ? next_key(*node) : steps[i];
        if (i + 1 == steps.size()) {
            node->put(name, Tree::text(std::move(value)));
            return;
        }
        Tree* next = node->find_mutable(name);
        if (next == nullptr || !next->is_branch()) next = &node->put(name, Tree::map());
        node = next;
    }
}

void write_pairs(const Tree& tree, const std::string& name, std::string& to) {
    for (std::size_t i = 0; i < tree.size(); ++i) {
        const std::string key = name.empty() ? tree.key(i) : name + "[" + tree.key(i) + "]";
        const Tree& value = *tree.at(i);
        if (value.is_branch()) {
            write_pairs(value, key, to);
            continue;
        }
        if (!to.empty()) to += '&';
        to += percent_encode(key) + "=" + percent_encode(value.str());
    }
}

void settle_members(Tree& root) {
    for (std::size_t i = 0; i < root.size(); ++i) root.find_mutable(root.key(i))->settle_lists();
}

std::string boundary_of(std::string_view content_type) {
    const std::size_t at = content_type.find("boundary=");
    if (at == std::string_view::npos) return {};
    std::string_view value = content_type.substr(at + 9);
    value = value.substr(0, value.find(';'));
    value = trim(value);
    if (value.size() > 1 && value.front() == '"') value = value.substr(1, value.size() - 2);
    return std::string{value};
}

std::string part_name(std::string_view headers) {
    const std::size_t at = headers.find("name=\"");
    if (at == std::string_view::npos) return {};
    const std::string_view rest = headers.substr(at + 6);
    return std::string{rest.substr(0, rest.find('"'))};
}

} // namespace

std::string percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out += ' ';
        } else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                   hex_digit(text[i + 2]) >= 0) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

Tree read_form(std::string_view encoded) {
    Tree root = Tree::map();
    while (!encoded.empty()) {
        const std::size_t end = encoded.find('&');
        const std::string_view pair = encoded.substr(0, end);
        encoded = end == std::string_view::npos ? std::string_view{} : encoded.substr(end + 1);
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        const std::string key = percent_decode(pair.substr(0, equals));
        const bool has_value = equals != std::string_view::npos;
        put_path(root, key, has_value ? percent_decode(pair.substr(equals + 1)) : std::string{});
    }
    settle_members(root);
    return root;
}

std::string write_form(const Tree& tree) {
    std::string out;
    write_pairs(tree, "", out);
    return out;
}

Tree read_multipart(std::string_view body, std::string_view content_type) {
    Tree root = Tree::map();
    const std::string mark = "--" + boundary_of(content_type);
    std::size_t at = body.find(mark);
    while (at != std::string_view::npos && mark.size() > 2) {
        const std::size_t head = body.find("\r\n", at);
        const std::size_t next = body.find("\r\n" + mark, at + mark.size());
        if (head == std::string_view::npos || next == std::string_view::npos) break;
        const std::string_view part = body.substr(head + 2, next - head - 2);
        const std::size_t gap = part.find("\r\n\r\n");
        if (gap != std::string_view::npos)
            put_path(root, part_name(part.substr(0, gap)), std::string{part.substr(gap + 4)});
        at = next + 2;
    }
    settle_members(root);
    return root;
}

Result<Tree> read_parameters(std::string_view query, std::string_view content_type,
                             std::string_view body) {
    Tree out = read_form(query);
    Tree sent;
    const std::string_view text = trim(body);
    const bool looks_like_json = !text.empty() && (text.front() == '{' || text.front() == '[');
    if (content_type.find("multipart/form-data") != std::string_view::npos) {
        sent = read_multipart(body, content_type);
    } else if (content_type.find("json") != std::string_view::npos || looks_like_json) {
        if (text.empty()) return out;
        auto document = json::Document::parse(text);
        if (!document) return document.error();
        sent = Tree::from(document->root());
    } else {
        sent = read_form(text);
    }
    if (out.size() == 0) return sent.is_branch() ? sent : Tree::map();
    for (std::size_t i = 0; i < sent.size(); ++i) out.put(sent.key(i), *sent.at(i));
    return out;
}

} // namespace hb::sandbox
