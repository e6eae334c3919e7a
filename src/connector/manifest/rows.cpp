#include "connector/manifest/rows.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "json/writer.h"

namespace hb::connector::manifest {
namespace {

using json::Value;

constexpr std::size_t kIdPartMax = 40;
constexpr int kNestedMax = 20; // Worksection has three levels
constexpr std::string_view kAdded = "/hb_";

// What may stand in an id as it is; everything else is told by its digest.
std::string id_part(std::string_view word) {
    const bool plain = !word.empty() && word.size() <= kIdPartMax &&
                       std::all_of(word.begin(), word.end(), [](char c) {
                           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                  (c >= 'A' && c <= 'Z') || c == ':' || c == '.' || c == '_';
                       });
    if (plain) return std::string(word);
    return word.empty() ? "0" : "h" + sha256_hex(word).substr(0, 16);
}

std::string first_token(const std::string& pointer) {
    const auto end = pointer.find('/', 1);
    return pointer.substr(1, end == std::string::npos ? end : end - 1);
}

// One record in the making: its own members, those of the group around it, and what is added.
struct Row {
    Value inner;
    Value outer; // missing: none
    std::string parent;
    std::vector<std::pair<std::string, std::string>> added;

    Value at(const std::string& pointer) const {
        Value here = inner.pointer(pointer);
        return here.missing() && !outer.missing() ? outer.pointer(pointer) : here;
    }
    std::string word(const std::string& pointer) const {
        if (pointer.rfind(kAdded, 0) == 0)
            for (const auto& [name, value] : added)
                if (pointer.compare(1, std::string::npos, name) == 0) return value;
        const Value place = at(pointer);
        return place.nothing() ? "" : word_of(place).value_or("");
    }
};

class Maker {
public:
    explicit Maker(const RowContext& context) : context_(context) {}

    Status take(const Value& value, const std::string& parent, int depth) {
        if (!value.is_object()) return value.expected("an object");
        if (context_.stream.groups.empty()) {
            Row row{value, Value(), parent, {}};
            if (auto done = add(row); !done) return done;
            return children(value, row, depth);
        }
        for (const Value& inner : value.pointer(context_.stream.groups)) {
            if (!inner.is_object()) return inner.expected("an object");
            Row row{inner, value, parent, {}};
            if (auto done = add(row); !done) return done;
        }
        return {};
    }
    std::vector<domain::SourceRecord> records;

private:
    Status children(const Value& value, const Row& row, int depth) {
        if (context_.stream.nested.empty() || depth >= kNestedMax) return {};
        const std::string id = row_id(row);
        for (const Value& child : value.pointer(context_.stream.nested))
            if (auto done = take(child, id, depth + 1); !done) return done;
        return {};
    }

    bool holds_in(const Test& test, const Row& row) const {
        if (test.at.rfind(kAdded, 0) == 0) {
            const std::string word = row.word(test.at);
            if (test.op == Test::Op::Absent) return word.empty();
            if (test.op == Test::Op::Present) return !word.empty();
            return holds({Test::Of::Text, "", test.op, test.values},
                         Seen{Value(), word, 0, nullptr}, context_.names);
        }
        const bool outer = !row.outer.missing() && row.inner.pointer(test.at).missing();
        const Seen seen{outer ? row.outer : row.inner, {}, 0, nullptr};
        return holds(test, seen, context_.names);
    }

    bool dropped(const Row& row, bool by_added) const {
        return std::any_of(
            context_.stream.drops.begin(), context_.stream.drops.end(), [&](const Test& test) {
                return (test.at.rfind(kAdded, 0) == 0) == by_added && holds_in(test, row);
            });
    }

    Status add(Row& row) {
        if (dropped(row, false)) return {};
        for (const Addition& addition : context_.stream.additions) {
            if (addition.where && !holds_in(*addition.where, row)) continue;
            std::string value = make(addition, row);
            if (!value.empty()) row.added.emplace_back(addition.to, std::move(value));
        }
        if (dropped(row, true)) return {};
        domain::SourceRecord record;
        record.stream = context_.stream.name;
        record.id = row_id(row);
        if (record.id.empty()) return row.inner.expected("a row with an id");
        record.text = text_of(row, false);
        record.hash = sha256_hex(content_of(row));
        records.push_back(std::move(record));
        return {};
    }

    std::string row_id(const Row& row) const {
        const auto& pointers = context_.stream.id;
        if (pointers.size() == 1) return row.word(pointers.front());
        std::vector<std::string> parts;
        for (const auto& pointer : pointers) parts.push_back(id_part(row.word(pointer)));
        return join(parts, "-");
    }

    std::string make(const Addition& addition, const Row& row) const {
        switch (addition.kind) {
        case Addition::Kind::Text:
            return addition.text.fill(context_.names).value_or("");
        case Addition::Kind::Contains:
            return contains(row.at(addition.from), addition.text.fill_all(context_.names))
                       ? addition.value
                       : "";
        case Addition::Kind::Named:
            return word_of(named(row.at(addition.from), addition.text.fill_all(context_.names),
                                 addition.take))
                .value_or("");
        case Addition::Kind::LocalTime: {
            const auto time = local_time(row.word(addition.from),
                                         context_.caller.zone_of(context_.stream.read.zone));
            return time ? format_instant(*time) : "";
        }
        case Addition::Kind::Table:
        case Addition::Kind::Names:
            return names_at(addition, row);
        case Addition::Kind::RowId:
            return row.parent;
        case Addition::Kind::After: {
            const std::string prefix = addition.text.fill_all(context_.names);
            const std::string word = row.word(addition.from);
            return word.rfind(prefix, 0) == 0 ? word.substr(prefix.size()) : "";
        }
        case Addition::Kind::First:
            for (const auto& pointer : addition.parts)
                if (std::string word = row.word(pointer); !word.empty()) return word;
            return addition.value;
        case Addition::Kind::Between:
            return between(addition, row);
        case Addition::Kind::Joined: {
            std::vector<std::string> parts;
            for (const auto& pointer : addition.parts) parts.push_back(id_part(row.word(pointer)));
            return join(parts, "-");
        }
        }
        return "";
    }

    // The name of what stands there, or of each element of a list, a line for each.
    std::string names_at(const Addition& addition, const Row& row) const {
        const auto name_of = [&](const std::string& word) -> std::string {
            if (addition.kind == Addition::Kind::Names) return word;
            const auto table = context_.tables.find(addition.table);
            if (table == context_.tables.end()) return "";
            const auto found = table->second.find(word);
            return found == table->second.end() ? "" : found->second;
        };
        const Value place = row.at(addition.from);
        if (!place.is_array()) return name_of(row.word(addition.from));
        const std::string without = addition.without.fill_all(context_.names);
        std::vector<std::string> names;
        for (const Value& each : place) {
            const Value name = each.is_object() ? each["name"] : each;
            std::string word = name_of(word_of(name).value_or(""));
            if (!word.empty() && word != without) names.push_back(std::move(word));
        }
        return join(names, "\n");
    }

    // Seconds from one moment to the other, unless they are told.
    static std::string between(const Addition& addition, const Row& row) {
        if (!addition.from.empty())
            if (std::string told = row.word(addition.from); !told.empty()) return told;
        const auto from = parse_time(addition.form, row.word(addition.parts.at(0)));
        const auto to = parse_time(addition.form, row.word(addition.parts.at(1)));
        if (!from || !to) return "";
        return std::to_string(to_epoch_seconds(*to) - to_epoch_seconds(*from));
    }

    bool left_out(std::string_view name) const {
        const auto is = [&](const std::string& pointer) {
            return !pointer.empty() && first_token(pointer) == name;
        };
        return is(context_.stream.nested) || is(context_.stream.groups);
    }

    // With `content`, what our own marks and change stamps touch is left out (G26).
    std::string text_of(const Row& row, bool content) const {
        const auto& volatiles = context_.stream.volatile_;
        const auto stays = [&](std::string_view name) {
            return !content || std::none_of(volatiles.begin(), volatiles.end(), [&](const auto& p) {
                return p.compare(1, std::string::npos, name) == 0;
            });
        };
        json::Writer out;
        out.begin_object();
        for (const Value& member : row.inner)
            if (!left_out(member.key()) && stays(member.key())) out.key(member.key()).value(member);
        for (const Value& member : row.outer)
            if (!left_out(member.key()) && stays(member.key()) && row.inner[member.key()].missing())
                out.key(member.key()).value(member);
        for (const auto& [name, value] : row.added)
            if (stays(name)) out.member(name, value);
        return out.end_object().take();
    }

    // A member that came into the vocabulary later counts only where it says something: hashes of
    // all other records stay as they are (G65).
    static bool counts(const Counted& counted, const Row& row) {
        if (!counted.absent.empty() && holds_something(row, counted.absent)) return false;
        return !counted.sometimes ||
               (holds_something(row, counted.at) && row.word(counted.at) != counted.unless);
    }
    static bool holds_something(const Row& row, const std::string& pointer) {
        if (pointer.rfind(kAdded, 0) == 0) return !row.word(pointer).empty();
        return !row.at(pointer).nothing();
    }

    std::string content_of(const Row& row) const {
        if (context_.stream.content.empty()) return text_of(row, true);
        std::string out;
        for (const Counted& counted : context_.stream.content) {
            const std::string& pointer = counted.at;
            if (!counts(counted, row)) continue;
            out += pointer + "=";
            if (pointer.rfind(kAdded, 0) == 0)
                out += row.word(pointer);
            else
                out += without_mark(pointer, row.at(pointer));
            out += '\n';
        }
        return out;
    }

    // Our own mark among the tags of a task is no change of it (G26).
    std::string without_mark(const std::string& pointer, const Value& place) const {
        for (const Addition& addition : context_.stream.additions) {
            if (addition.kind != Addition::Kind::Contains || addition.from != pointer) continue;
            const std::string mark = addition.text.fill_all(context_.names);
            std::string out;
            for (const Value& each : place)
                if (!contains_word(each, mark)) out += each.dump() + ",";
            return out;
        }
        return place.missing() ? "" : place.dump();
    }

    static bool contains_word(const Value& element, const std::string& word) {
        if (!element.is_object()) return word_of(element) == word;
        for (const char* name : {"name", "title", "label", "key"})
            if (word_of(element[name]) == word) return true;
        return false;
    }

    const RowContext& context_;
};

} // namespace

Result<std::vector<json::Value>> rows_at(const json::Value& body, const std::string& pointer,
                                         bool may_lack) {
    std::vector<Value> rows;
    const Value place = body.pointer(pointer);
    if (place.missing() || place.null()) {
        if (may_lack) return rows;
        return place.expected("a list");
    }
    if (!place.is_array() && !place.is_object()) return place.expected("a list");
    rows.reserve(place.size());
    for (const Value& each : place) rows.push_back(each);
    return rows;
}

Result<std::vector<domain::SourceRecord>> make_records(const RowContext& context,
                                                       const std::vector<json::Value>& rows) {
    Maker maker(context);
    maker.records.reserve(rows.size());
    for (const Value& row : rows)
        if (auto done = maker.take(row, "", 0); !done) return done.error();
    return std::move(maker.records);
}

Result<std::vector<std::string>> ids_of(const std::vector<std::string>& pointers,
                                        const std::vector<json::Value>& rows) {
    std::vector<std::string> ids;
    for (const Value& row : rows) {
        std::vector<std::string> parts;
        for (const auto& pointer : pointers)
            if (auto word = word_of(row.pointer(pointer))) parts.push_back(*word);
        if (parts.size() != pointers.size()) return row.expected("a row with an id");
        ids.push_back(join(parts, "-"));
    }
    return ids;
}

json::Value named(const json::Value& place, std::string_view name, const std::string& take) {
    if (name.empty()) return Value();
    for (const Value& each : place) {
        bool is = each.key() == name;
        for (const char* member : {"name", "id", "gid", "key", "title"})
            is = is || (each.is_object() && word_of(each[member]) == name);
        if (is) return take.empty() ? each : each.pointer(take);
    }
    return Value();
}

} // namespace hb::connector::manifest
