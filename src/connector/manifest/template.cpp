#include "connector/manifest/template.h"

#include "base/text.h"

namespace hb::connector::manifest {

void Names::set_list(const std::string& name, std::vector<std::string> values) {
    texts_[name] = join(values, ",");
    lists_[name] = std::move(values);
}

const std::string* Names::find(const std::string& name) const {
    const auto found = texts_.find(name);
    return found == texts_.end() || found->second.empty() ? nullptr : &found->second;
}

const std::vector<std::string>* Names::find_list(const std::string& name) const {
    const auto found = lists_.find(name);
    return found == lists_.end() ? nullptr : &found->second;
}

std::string Template::parse(std::string_view text, Template& out) {
    out = {};
    out.text_ = text;
    std::string plain;
    const auto flush = [&] {
        if (!plain.empty()) out.parts_.push_back({false, std::move(plain)});
        plain.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if ((c == '{' || c == '}') && i + 1 < text.size() && text[i + 1] == c) {
            plain += c;
            ++i;
            continue;
        }
        if (c == '}') return "a closing brace that nothing opened; a brace itself is written }}";
        if (c != '{') {
            plain += c;
            continue;
        }
        const std::size_t close = text.find('}', i);
        if (close == std::string_view::npos || close == i + 1)
            return "a brace that encloses no name; a brace itself is written {{";
        flush();
        out.parts_.push_back({true, std::string(text.substr(i + 1, close - i - 1))});
        i = close;
    }
    flush();
    return "";
}

std::set<std::string> Template::names() const {
    std::set<std::string> names;
    for (const Part& part : parts_)
        if (part.name) names.insert(part.text.substr(part.text[0] == '#' ? 1 : 0));
    return names;
}

std::string Template::run(const Names& names, bool encode, bool& lacks) const {
    std::string out;
    for (const Part& part : parts_) {
        if (!part.name) {
            out += part.text;
            continue;
        }
        const std::string* value = names.find(part.text.substr(part.text[0] == '#' ? 1 : 0));
        if (value == nullptr)
            lacks = true;
        else
            out += encode ? percent_encode(*value) : *value;
    }
    return out;
}

std::optional<std::string> Template::fill(const Names& names) const {
    bool lacks = false;
    std::string out = run(names, false, lacks);
    return lacks ? std::nullopt : std::optional<std::string>(std::move(out));
}

std::string Template::fill_all(const Names& names) const {
    bool lacks = false;
    return run(names, false, lacks);
}

std::optional<std::string> Template::fill_path(const Names& names) const {
    bool lacks = false;
    std::string out = run(names, true, lacks);
    return lacks ? std::nullopt : std::optional<std::string>(std::move(out));
}

std::optional<std::string> Template::single() const {
    if (parts_.size() != 1 || !parts_.front().name) return std::nullopt;
    return parts_.front().text;
}

// --- JSON ---------------------------------------------------------------------------------------

struct JsonTemplate::Node {
    enum class Kind { Raw, Text, Array, Object };
    Kind kind = Kind::Raw;
    std::string raw;
    Template text;
    Template key; // within an object
    std::vector<Node> children;
};

JsonTemplate JsonTemplate::parse(const json::Value& value,
                                 std::vector<std::pair<std::string, std::string>>& problems) {
    JsonTemplate out;
    out.root_ = std::make_shared<const Node>(read(value, problems));
    return out;
}

JsonTemplate::Node JsonTemplate::read(const json::Value& value,
                                      std::vector<std::pair<std::string, std::string>>& problems) {
    Node node;
    if (value.is_string()) {
        node.kind = Node::Kind::Text;
        const std::string wrong = Template::parse(*value.string(), node.text);
        if (!wrong.empty()) problems.emplace_back(value.path(), wrong);
        return node;
    }
    if (!value.is_array() && !value.is_object()) {
        node.raw = value.dump();
        return node;
    }
    node.kind = value.is_array() ? Node::Kind::Array : Node::Kind::Object;
    for (const json::Value& child : value) {
        Node inner = read(child, problems);
        if (const std::string wrong = Template::parse(child.key(), inner.key); !wrong.empty())
            problems.emplace_back(child.path(), wrong);
        node.children.push_back(std::move(inner));
    }
    return node;
}

bool JsonTemplate::present(const Node& node, const Names& names) {
    if (!node.key.fill(names)) return false; // a name that is a setting, which is not there
    return node.kind != Node::Kind::Text || node.text.fill(names).has_value();
}

void JsonTemplate::write(const Node& node, const Names& names, json::Writer& out) {
    switch (node.kind) {
    case Node::Kind::Raw:
        out.raw(node.raw);
        return;
    case Node::Kind::Text: {
        const auto single = node.text.single();
        const bool number = single && single->front() == '#';
        const auto* list = single ? names.find_list(single->substr(number ? 1 : 0)) : nullptr;
        const auto one = [&](const std::string& text) {
            // What is no number stays a text: it may never break the JSON.
            if (number && parse_integer(text))
                out.raw(text);
            else
                out.string(text);
        };
        if (list == nullptr) return one(node.text.fill_all(names));
        out.begin_array();
        for (const auto& each : *list) one(each);
        out.end_array();
        return;
    }
    case Node::Kind::Array:
        out.begin_array();
        for (const Node& child : node.children)
            if (present(child, names)) write(child, names, out);
        out.end_array();
        return;
    case Node::Kind::Object:
        out.begin_object();
        for (const Node& child : node.children) {
            if (!present(child, names)) continue;
            out.key(child.key.fill_all(names));
            write(child, names, out);
        }
        out.end_object();
        return;
    }
}

std::string JsonTemplate::fill(const Names& names) const {
    json::Writer out;
    write(*root_, names, out);
    return out.take();
}

void JsonTemplate::collect(const Node& node, std::set<std::string>& out) {
    out.merge(node.key.names());
    if (node.kind == Node::Kind::Text) out.merge(node.text.names());
    for (const Node& child : node.children) collect(child, out);
}

std::set<std::string> JsonTemplate::names() const {
    std::set<std::string> out;
    if (root_) collect(*root_, out);
    return out;
}

} // namespace hb::connector::manifest
