#include "render/template.h"

#include <algorithm>

#include "base/clean.h"
#include "base/ensure.h"

namespace hb::render {
namespace {

constexpr std::size_t kPieceBytes = 16 * 1024;
constexpr std::string_view kBlanks = " \t\r\n";

bool is_section_tag(std::string_view tag) {
    return !tag.empty() && (tag.front() == '#' || tag.front() == '^' || tag.front() == '/');
}

// A line of nothing but section tags leaves no line on the page.
bool only_sections(std::string_view line) {
    bool any = false;
    while (!line.empty()) {
        if (kBlanks.find(line.front()) != std::string_view::npos) {
            line.remove_prefix(1);
            continue;
        }
        const auto end = line.find("}}");
        if (!line.starts_with("{{") || end == std::string_view::npos) return false;
        if (!is_section_tag(line.substr(2, end - 2))) return false;
        any = true;
        line.remove_prefix(end + 2);
    }
    return any;
}

std::string_view escape_of(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&apos;";
    default:
        return {};
    }
}

} // namespace

Data::Data(const Template& of) : of_(of), values_(of.slots_.size()) {}

Data::Value& Data::at(std::string_view name) {
    const auto found = of_.slots_.find(name);
    if (found == of_.slots_.end())
        fail_invariant("the template has no name \"" + std::string(name) + "\"");
    return values_[found->second];
}

void Data::set(std::string_view name, std::string_view text) {
    Value& value = at(name);
    value.kind = Kind::Text;
    value.text = text;
}

void Data::flag(std::string_view name, bool on) {
    at(name).kind = on ? Kind::On : Kind::Off;
}

void Data::rows(std::string_view name, Rows rows) {
    Value& value = at(name);
    value.kind = Kind::Rows;
    value.rows = std::move(rows);
}

void Data::clear() {
    for (Value& value : values_) value.kind = Kind::Absent;
}

struct Template::Writing {
    explicit Writing(const Write& out_) : out(out_) {}
    const Write& out;
    std::vector<const Data*> around; // the innermost last
    std::string piece;

    void add(std::string_view text) {
        piece += text;
        if (piece.size() >= kPieceBytes) flush();
    }
    // A value: somebody's words are only letters on the page (G60).
    void add_value(std::string_view text) {
        if (is_clean(text))
            add_escaped(text);
        else
            add_escaped(for_people(text));
    }
    void add_escaped(std::string_view text) {
        std::size_t plain = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const std::string_view escape = escape_of(text[i]);
            if (escape.empty()) continue;
            piece += text.substr(plain, i - plain);
            piece += escape;
            plain = i + 1;
        }
        add(text.substr(plain));
    }
    void flush() {
        if (!piece.empty()) out(piece);
        piece.clear();
    }
    const Data::Value* find(std::size_t slot) const {
        for (auto data = around.rbegin(); data != around.rend(); ++data)
            if ((*data)->values_[slot].kind != Data::Kind::Absent) return &(*data)->values_[slot];
        return nullptr;
    }
};

Template::Template(std::string_view text) {
    std::vector<std::size_t> open;
    while (!text.empty()) {
        const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
        read_line(text.substr(0, size), open);
        text.remove_prefix(size);
    }
    ensure(open.empty(), "a section of the template is not closed");
}

void Template::read_line(std::string_view line, std::vector<std::size_t>& open) {
    const bool tags_only = only_sections(line);
    while (!line.empty()) {
        const std::size_t begin = std::min(line.find("{{"), line.size());
        if (begin > 0 && !tags_only)
            nodes_.push_back({Kind::Text, std::string(line.substr(0, begin)), 0, 0});
        if (begin == line.size()) return;
        const std::size_t end = line.find("}}", begin);
        ensure(end != std::string_view::npos, "a tag of the template has no end");
        add_tag(line.substr(begin + 2, end - begin - 2), open);
        line.remove_prefix(end + 2);
    }
}

void Template::add_tag(std::string_view tag, std::vector<std::size_t>& open) {
    if (!is_section_tag(tag)) {
        nodes_.push_back({Kind::Value, "", slot_of(tag), 0});
        return;
    }
    const std::string_view name = tag.substr(1);
    if (tag.front() != '/') {
        open.push_back(nodes_.size());
        nodes_.push_back(
            {tag.front() == '#' ? Kind::Section : Kind::Inverted, "", slot_of(name), 0});
        return;
    }
    ensure(!open.empty() && nodes_[open.back()].slot == slot_of(name),
           "the sections of the template are not nested");
    nodes_[open.back()].end = nodes_.size();
    open.pop_back();
}

std::size_t Template::slot_of(std::string_view name) {
    const auto word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    for (const char c : name) ensure(word(c), "a name of the template is not a plain word");
    ensure(!name.empty(), "a tag of the template has no name");
    return slots_.try_emplace(std::string(name), slots_.size()).first->second;
}

void Template::write(const Data& top, const Write& out) const {
    Writing to_page(out);
    to_page.around.push_back(&top);
    write_nodes(0, nodes_.size(), to_page);
    to_page.flush();
}

void Template::write_nodes(std::size_t from, std::size_t to, Writing& to_page) const {
    for (std::size_t i = from; i < to;) {
        const Node& node = nodes_[i];
        if (node.kind == Kind::Text) to_page.add(node.text);
        if (node.kind == Kind::Value)
            if (const auto* value = to_page.find(node.slot)) to_page.add_value(value->text);
        const bool section = node.kind == Kind::Section || node.kind == Kind::Inverted;
        if (section) write_section(i, to_page);
        i = section ? node.end : i + 1;
    }
}

void Template::write_section(std::size_t at, Writing& to_page) const {
    const Node& node = nodes_[at];
    const auto* value = to_page.find(node.slot);
    const auto kind = value == nullptr ? Data::Kind::Off : value->kind;
    if (node.kind == Kind::Inverted) {
        ensure(kind != Data::Kind::Rows, "rows of a template have no opposite");
        if (kind == Data::Kind::Off) write_nodes(at + 1, node.end, to_page);
        return;
    }
    if (kind == Data::Kind::On || kind == Data::Kind::Text) write_nodes(at + 1, node.end, to_page);
    if (kind != Data::Kind::Rows) return;
    value->rows([&](const Data& row) {
        to_page.around.push_back(&row);
        write_nodes(at + 1, node.end, to_page);
        to_page.around.pop_back();
    });
}

std::string Template::text(const Data& top) const {
    std::string out;
    write(top, [&](std::string_view piece) { out += piece; });
    return out;
}

} // namespace hb::render
