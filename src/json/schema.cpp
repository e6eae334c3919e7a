#include "json/schema.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <regex>

#include "base/ensure.h"
#include "base/text.h"
#include "json/tree.h"
#include "json/writer.h"

namespace hb::json {

namespace {

// std::regex calls itself once a character: a longer text could end the program.
constexpr std::size_t kPatternBytesMax = 1000;
// Twice the deepest document: only a $ref that leads to itself without going deeper gets there.
constexpr std::size_t kSchemaDepthMax = 2 * kDepthHardMax + 100;
constexpr std::size_t kShownCharacters = 60;

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string shown(const Value& value) {
    return shorten(value.dump(), kShownCharacters);
}

double number_of(const Value& value) {
    const std::string text = *value.text();
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

bool same(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return false;
    if (a.is_number()) return a.dump() == b.dump() || number_of(a) == number_of(b);
    if (!a.is_array() && !a.is_object()) return a.dump() == b.dump();
    if (a.size() != b.size()) return false;
    auto other = b.begin();
    for (const Value& child : a) {
        const Value mate = a.is_object() ? b[child.key()] : *other;
        if (!same(child, mate)) return false;
        ++other;
    }
    return true;
}

bool has_type(const Value& value, std::string_view type) {
    if (type == "integer") return value.is_number() && value.integer().ok();
    return type == to_string(value.kind());
}

std::string with_article(std::string_view type) {
    if (type == "null") return "null";
    const bool vowel = one_of(type, {"array", "object", "integer"});
    return (vowel ? "an " : "a ") + std::string(type);
}

// Where the type is wrong the content of an object or array says nothing.
std::string kind_shown(const Value& value) {
    const bool holds_others = value.is_object() || value.is_array();
    return holds_others ? with_article(to_string(value.kind())) : shown(value);
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

class Checker {
public:
    Checker(const Document& document, const Value& schema) : document_(document), schema_(schema) {}

    std::vector<SchemaProblem> run() {
        know(schema_);
        check(document_.root(), schema_);
        return std::move(problems_);
    }

private:
    // --- the schema itself: only what this file understands

    void know(const Value& node) {
        if (node.kind() == Kind::Bool) return;
        ensure(node.is_object(), "JSON schema: not a schema at " + node.path());
        for (const Value& member : node) know_keyword(member);
    }

    void know_keyword(const Value& member) {
        const std::string_view name = member.key();
        if (one_of(name, {"properties", "patternProperties", "$defs"})) {
            ensure(member.is_object(), "JSON schema: expected an object at " + member.path());
            for (const Value& child : member) {
                if (name == "patternProperties") pattern(std::string(child.key()));
                know(child);
            }
        } else if (one_of(name, {"additionalProperties", "items"})) {
            know(member);
        } else if (one_of(name, {"anyOf", "oneOf"})) {
            ensure(member.size() > 0, "JSON schema: nothing to choose from at " + member.path());
            for (const Value& child : member) know(child);
        } else if (name == "$ref") {
            target(member);
        } else if (name == "pattern") {
            pattern(*member.string());
        } else {
            ensure(one_of(name, {"type", "enum", "const", "required", "minItems", "minimum",
                                 "maximum", "minLength", "hint", "title", "description", "default",
                                 "examples", "$schema", "$id", "$comment"}),
                   "JSON schema: unknown keyword at " + member.path());
        }
    }

    Value target(const Value& ref) {
        const std::string text = *ref.string();
        const Value found =
            text.rfind("#/$defs/", 0) == 0 ? schema_.pointer(text.substr(1)) : Value();
        ensure(!found.missing(), "JSON schema: $ref to nothing: " + text);
        return found;
    }

    // Compiling one costs more than checking a whole contract by it, and contracts are read often.
    // Our own schemas have few of them.
    static const std::regex& pattern(const std::string& text) {
        thread_local std::map<std::string, std::regex> patterns;
        const auto known = patterns.find(text);
        if (known != patterns.end()) return known->second;
        try {
            return patterns.emplace(text, std::regex(text, std::regex::ECMAScript)).first->second;
        } catch (const std::regex_error&) {
            fail_invariant("JSON schema: not a regular expression: " + text);
        }
    }

    // --- the document

    bool full() const { return problems_.size() >= kSchemaProblemsMax; }

    void report(const Value& at, const Value& node, std::string message, std::string hint = "") {
        if (full()) return;
        if (hint.empty()) hint = node["hint"].string().ok() ? *node["hint"].string() : "";
        problems_.push_back(
            {document_.line_of(at), at.path(), std::move(message), std::move(hint)});
    }

    static std::string did_you_mean(std::string_view word, const std::vector<std::string>& names) {
        const auto near = nearest(word, names);
        return near ? "did you mean " + quote(*near) + "?" : "";
    }

    void check(const Value& value, const Value& node) {
        if (full()) return;
        ensure(++depth_ < kSchemaDepthMax, "JSON schema: a $ref that leads to itself");
        if (node.kind() == Kind::Bool) {
            if (!*node.boolean()) report(value, node, "nothing may stand here");
        } else {
            if (const Value ref = node["$ref"]; !ref.missing()) check(value, target(ref));
            // What is of the wrong type has no other fault worth telling.
            if (check_type(value, node)) check_content(value, node);
        }
        --depth_;
    }

    void check_content(const Value& value, const Value& node) {
        check_choice(value, node);
        if (value.is_object()) check_object(value, node);
        if (value.is_array()) check_array(value, node);
        if (value.is_number()) check_number(value, node);
        if (value.is_string()) check_string(value, node);
        if (const Value any = node["anyOf"]; !any.missing())
            check_branches(value, node, any, false);
        if (const Value one = node["oneOf"]; !one.missing()) check_branches(value, node, one, true);
    }

    bool check_type(const Value& value, const Value& node) {
        const Value type = node["type"];
        if (type.missing()) return true;
        std::vector<std::string> wanted;
        if (type.is_string()) wanted.push_back(*type.string());
        for (const Value& each : type) wanted.push_back(*each.string());
        for (const std::string& each : wanted)
            if (has_type(value, each)) return true;
        for (std::string& each : wanted) each = with_article(each);
        report(value, node, "expected " + join(wanted, " or ") + "; got " + kind_shown(value));
        return false;
    }

    void check_choice(const Value& value, const Value& node) {
        if (const Value fixed = node["const"]; !fixed.missing() && !same(value, fixed))
            report(value, node, "expected " + shown(fixed) + "; got " + shown(value));
        const Value choices = node["enum"];
        if (choices.missing()) return;
        std::vector<std::string> shown_choices;
        std::vector<std::string> words;
        for (const Value& choice : choices) {
            if (same(value, choice)) return;
            shown_choices.push_back(shown(choice));
            if (choice.is_string()) words.push_back(*choice.string());
        }
        report(value, node,
               "expected one of " + join(shown_choices, ", ") + "; got " + shown(value),
               value.is_string() ? did_you_mean(*value.string(), words) : "");
    }

    void check_object(const Value& value, const Value& node) {
        for (const Value& name : node["required"]) {
            const std::string key = *name.string();
            if (!value[key].missing()) continue;
            report(value, node["properties"][key], "missing key " + quote(key));
        }
        for (const Value& member : value) {
            if (full()) return;
            check_member(member, node);
        }
    }

    void check_member(const Value& member, const Value& node) {
        bool known = false;
        if (const Value own = node["properties"][member.key()]; !own.missing()) {
            known = true;
            check(member, own);
        }
        for (const Value& each : node["patternProperties"]) {
            if (!matches(member.key(), std::string(each.key()))) continue;
            known = true;
            check(member, each);
        }
        const Value rest = node["additionalProperties"];
        if (known || rest.missing()) return;
        if (rest.kind() != Kind::Bool) return check(member, rest);
        if (*rest.boolean()) return;
        std::vector<std::string> names;
        for (const Value& property : node["properties"]) names.emplace_back(property.key());
        report(member, node, "unknown key " + quote(shorten(member.key(), kShownCharacters)),
               did_you_mean(member.key(), names));
    }

    void check_array(const Value& value, const Value& node) {
        if (const auto least = node["minItems"].integer();
            least && static_cast<std::int64_t>(value.size()) < *least)
            report(value, node,
                   "expected at least " + std::to_string(*least) + " elements; got " +
                       std::to_string(value.size()));
        if (const Value items = node["items"]; !items.missing())
            for (const Value& element : value) {
                if (full()) return;
                check(element, items);
            }
    }

    void check_number(const Value& value, const Value& node) {
        if (const Value low = node["minimum"]; !low.missing() && number_of(value) < number_of(low))
            report(value, node, "expected at least " + low.dump() + "; got " + shown(value));
        if (const Value high = node["maximum"];
            !high.missing() && number_of(value) > number_of(high))
            report(value, node, "expected at most " + high.dump() + "; got " + shown(value));
    }

    bool matches(std::string_view text, const std::string& expression) {
        return text.size() <= kPatternBytesMax &&
               std::regex_search(text.begin(), text.end(), pattern(expression));
    }

    void check_string(const Value& value, const Value& node) {
        const std::string text = *value.string();
        if (const auto least = node["minLength"].integer();
            least && static_cast<std::int64_t>(characters(text)) < *least)
            report(value, node,
                   *least == 1 ? "must not be empty"
                               : "expected at least " + std::to_string(*least) +
                                     " characters; got " + shown(value));
        const Value expression = node["pattern"];
        if (expression.missing()) return;
        if (text.size() > kPatternBytesMax)
            report(value, node, "longer than " + std::to_string(kPatternBytesMax) + " bytes");
        else if (!matches(text, *expression.string()))
            report(value, node,
                   "expected text like " + *expression.string() + "; got " + shown(value));
    }

    // Of several forms the one that fits best tells what is wrong: its problems are more useful
    // than "none of 3 forms".
    void check_branches(const Value& value, const Value& node, const Value& branches, bool only) {
        std::vector<SchemaProblem> before = std::move(problems_);
        std::vector<std::vector<SchemaProblem>> told;
        std::size_t fitting = 0;
        for (const Value& branch : branches) {
            problems_.clear();
            check(value, branch);
            if (problems_.empty()) ++fitting;
            told.push_back(std::move(problems_));
        }
        problems_ = std::move(before);
        if (fitting == 1 || (fitting > 1 && !only)) return;
        if (fitting > 1)
            return report(value, node,
                          "fits " + std::to_string(fitting) + " of the forms that may stand here");
        report_best(value, node, branches, told);
    }

    void report_best(const Value& value, const Value& node, const Value& branches,
                     const std::vector<std::vector<SchemaProblem>>& told) {
        const std::vector<SchemaProblem>* best = nullptr;
        std::vector<std::string> types;
        std::size_t best_weight = 0;
        std::size_t at = 0;
        for (const Value& branch : branches) {
            const std::vector<SchemaProblem>& problems = told[at++];
            const Value resolved = branch["$ref"].missing() ? branch : target(branch["$ref"]);
            const auto type = resolved["type"].text_view();
            if (type && !has_type(value, *type)) {
                const std::string told_type = with_article(*type);
                if (std::find(types.begin(), types.end(), told_type) == types.end())
                    types.push_back(told_type);
                continue;
            }
            const std::size_t weight = misfit(value, resolved, problems);
            if (best != nullptr && weight >= best_weight) continue;
            best = &problems;
            best_weight = weight;
        }
        if (best == nullptr)
            return report(value, node,
                          "expected " + join(types, " or ") + "; got " + kind_shown(value));
        const std::size_t room =
            kSchemaProblemsMax - std::min(kSchemaProblemsMax, problems_.size());
        problems_.insert(problems_.end(), best->begin(),
                         best->begin() + static_cast<std::ptrdiff_t>(std::min(room, best->size())));
    }

    // A member that the form fixes ("kind": "webhook") and that differs weighs more than the rest.
    static std::size_t misfit(const Value& value, const Value& branch,
                              const std::vector<SchemaProblem>& problems) {
        std::size_t weight = problems.size();
        for (const Value& property : branch["properties"]) {
            const Value fixed = property["const"];
            if (!fixed.missing() && !same(value[property.key()], fixed)) weight += 1000;
        }
        return weight;
    }

    const Document& document_;
    const Value& schema_;
    std::vector<SchemaProblem> problems_;
    std::size_t depth_ = 0;
};

} // namespace

std::vector<SchemaProblem> check_schema(const Document& document, const Value& schema) {
    return Checker(document, schema).run();
}

} // namespace hb::json
