#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "json/value.h"
#include "json/writer.h"

// Texts with {names}. There is nothing else in them: no conditions, no arithmetic (G39).
namespace hb::connector::manifest {

// What the names stand for in one request. A list stands for its parts joined by commas, or for an
// array where it is the whole of a JSON value.
class Names {
public:
    void set(const std::string& name, std::string value) { texts_[name] = std::move(value); }
    void set_list(const std::string& name, std::vector<std::string> values);
    void unset(const std::string& name) { texts_.erase(name); }
    // nullptr when there is none of that name, which means empty.
    const std::string* find(const std::string& name) const;
    const std::vector<std::string>* find_list(const std::string& name) const;

private:
    std::map<std::string, std::string> texts_;
    std::map<std::string, std::vector<std::string>> lists_;
};

class Template {
public:
    Template() = default;
    // "{{" and "}}" stand for braces. A problem in words, or "".
    static std::string parse(std::string_view text, Template& out);

    const std::string& text() const { return text_; }
    bool empty() const { return text_.empty(); }
    std::set<std::string> names() const;
    // nullopt when one of its names is empty: the member that holds it is left out.
    std::optional<std::string> fill(const Names& names) const;
    // The same where something must come out: empty names give nothing.
    std::string fill_all(const Names& names) const;
    // For paths: the values percent-encoded.
    std::optional<std::string> fill_path(const Names& names) const;
    // "{ids}" or "{#ids}" and nothing else: the name with its mark.
    std::optional<std::string> single() const;

private:
    struct Part {
        bool name = false;
        std::string text;
    };
    std::string run(const Names& names, bool encode, bool& lacks) const;
    std::string text_;
    std::vector<Part> parts_;
};

// A JSON value whose texts are templates. A member whose text has an empty name is left out.
// "{#name}" alone gives numbers instead of texts, "{name}" alone a list's array.
class JsonTemplate {
public:
    // Problems as (pointer, words).
    static JsonTemplate parse(const json::Value& value,
                              std::vector<std::pair<std::string, std::string>>& problems);
    std::string fill(const Names& names) const;
    std::set<std::string> names() const;

private:
    struct Node;
    static Node read(const json::Value& value,
                     std::vector<std::pair<std::string, std::string>>& problems);
    static bool present(const Node& node, const Names& names);
    static void write(const Node& node, const Names& names, json::Writer& out);
    static void collect(const Node& node, std::set<std::string>& out);
    std::shared_ptr<const Node> root_;
};

// --- times in requests --------------------------------------------------------------------------

enum class TimeForm {
    Day,       // 2025-01-14
    DottedDay, // 14.01.2025
    Utc,       // 2025-01-14T00:00:00Z
    UtcPlain,  // 2025-01-14T00:00:00
    Local,     // 2025-01-14T00:00:00 on the clocks of a zone
    Slashed,   // 2025/01/14 00:00
    Unix,
    UnixMs,
};
std::optional<TimeForm> parse_time_form(std::string_view word);
const std::vector<std::string>& time_form_words();
std::string format_time(TimeForm form, Instant instant, const Zone& zone);
// The other way, for stamps of events and records; nullopt when it is not one.
std::optional<Instant> parse_time(TimeForm form, std::string_view text);
// "2025-01-12 17:43" or "...:05" on the clocks of `zone`. On the two days of a year that are not 24
// hours long it may be off by the hour that was turned.
std::optional<Instant> local_time(std::string_view text, const Zone& zone);

} // namespace hb::connector::manifest
