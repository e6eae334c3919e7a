#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// Pages from mustache files: {{name}} escaped, {{#name}}…{{/name}}, {{^name}}…{{/name}}. Rows are
// asked for one by one and what is written goes out in pieces, so a page of any length takes little
// memory.
namespace hb::render {

// Takes a page piece by piece.
using Write = std::function<void(std::string_view piece)>;

class Template;

// What stands under the names of one template, at one level of it.
class Data {
public:
    using Each = std::function<void(const Data& row)>;
    using Rows = std::function<void(const Each& each)>;

    explicit Data(const Template& of);
    // REQUIRES, of all: the template has the name.
    void set(std::string_view name, std::string_view text); // as a section: shown once
    void flag(std::string_view name, bool on);
    void rows(std::string_view name, Rows rows); // called while the page is written
    void clear();

private:
    friend class Template;
    enum class Kind { Absent, Text, On, Off, Rows };
    struct Value {
        Kind kind = Kind::Absent;
        std::string text;
        Rows rows;
    };
    Value& at(std::string_view name);

    const Template& of_;
    std::vector<Value> values_; // by the template's slots
};

class Template {
public:
    explicit Template(std::string_view text); // BrokenInvariant when it can't be read
    // What `top` does not say is looked for in the data around it, innermost first.
    void write(const Data& top, const Write& out) const;
    std::string text(const Data& top) const;

private:
    friend class Data;
    enum class Kind { Text, Value, Section, Inverted };
    struct Node {
        Kind kind;
        std::string text;
        std::size_t slot = 0;
        std::size_t end = 0; // of a section: the node behind its last
    };
    struct Writing;
    void read_line(std::string_view line, std::vector<std::size_t>& open);
    void add_tag(std::string_view tag, std::vector<std::size_t>& open);
    void write_nodes(std::size_t from, std::size_t to, Writing& to_page) const;
    void write_section(std::size_t at, Writing& to_page) const;
    std::size_t slot_of(std::string_view name);

    std::vector<Node> nodes_;
    std::map<std::string, std::size_t, std::less<>> slots_;
};

} // namespace hb::render
