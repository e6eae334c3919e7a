#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mapping/carry.h"
#include "mapping/fields.h"
#include "mapping/files.h"
#include "json/value.h"

// The rules of one stream, made ready: a record is walked once, whatever the number of rules.
namespace hb::mapping {

class StreamRules {
public:
    // Problems go to `file`; the result is of use only when there was none.
    static StreamRules read(EditedFile& file, const StreamFields& fields, const json::Value& rules);

    Mapped apply(const json::Value& record, std::string_view id) const;
    bool reads_as(As as) const;
    // Members of this record, two levels deep, that no rule looks at.
    std::vector<std::string> unread(const json::Value& record) const;
    // Where the rules of these fields look.
    std::vector<Place> places(const std::vector<std::string>& fields) const;

private:
    struct Source {
        std::size_t slot = 0;          // of the pointer's first token
        std::string first;             // that token
        std::vector<std::string> tail; // its further tokens
        std::string pointer;
    };
    struct Rule {
        const Field* field = nullptr;
        Converter converter;
        std::vector<Source> sources;
        bool required = false;
        bool absent_is_empty = false; // the planner leaves out what is empty (G46)
        Product otherwise;
    };

    Rule read_rule(EditedFile& file, const json::Value& rule);
    Source read_source(std::string_view pointer);
    void check_whole(EditedFile& file, const json::Value& rules) const;
    std::vector<json::Value> pick(const json::Value& record) const;
    static json::Value look(const Source& source, const std::vector<json::Value>& slots);
    static bool told(const Source& source, const std::vector<json::Value>& slots);
    bool decides_money(std::string_view field) const;
    static Result<Product> produce(const Rule& rule, const std::vector<json::Value>& slots);
    static Result<Product> join_names(const Rule& rule, const std::vector<json::Value>& slots);
    static void fill_gap(const Rule& rule, domain::Fact& fact, Mapped& out);
    static Product otherwise(const Rule& rule, std::string_view id);

    const StreamFields* fields_ = nullptr;
    std::vector<Rule> rules_;
    // First tokens of all pointers; slot i is the i-th that was met. Sorted by length and text.
    std::vector<std::pair<std::string, std::size_t>> slots_;
};

} // namespace hb::mapping
