#include "mapping/templates.h"

#include <algorithm>

#include "base/clean.h"
#include "base/ensure.h"
#include "base/text.h"
#include "json/writer.h"

namespace hb::mapping {

namespace {

using Names = std::vector<std::string>;

// The next "{name}" from `at` on: where it begins, and its name; a lone brace has the name "".
struct Hole {
    std::size_t begin = std::string_view::npos;
    std::size_t end = std::string_view::npos;
    std::string name;
};
Hole next_hole(std::string_view text, std::size_t at) {
    Hole hole;
    hole.begin = text.find_first_of("{}", at);
    if (hole.begin == std::string_view::npos) return hole;
    hole.end = hole.begin + 1;
    const std::size_t close = text.find('}', hole.begin);
    if (text[hole.begin] == '}' || close == std::string_view::npos) return hole;
    hole.name = text.substr(hole.begin + 1, close - hole.begin - 1);
    hole.end = close + 1;
    return hole;
}

void check_text(EditedFile& file, const json::Value& place, const std::string& name,
                const Names& allowed) {
    const std::string text = place.string().ok() ? *place.string() : "";
    bool has_key = false;
    for (Hole hole = next_hole(text, 0); hole.begin != std::string_view::npos;
         hole = next_hole(text, hole.end)) {
        has_key = has_key || hole.name == "key";
        if (std::find(allowed.begin(), allowed.end(), hole.name) != allowed.end()) continue;
        const auto meant = nearest(hole.name, allowed);
        file.problem(place,
                     hole.name.empty() ? "a brace that encloses no name"
                                       : "there is no {" + shorten(hole.name, 40) + "} here",
                     meant             ? "did you mean {" + *meant + "}?"
                     : allowed.empty() ? "this text has no {names}"
                                       : "known are {" + join(allowed, "} {") + "}");
    }
    if (name.rfind("comment.", 0) == 0 && !text.empty() && !has_key)
        file.problem(place, "this text lacks {key}", "a comment is found again by the key in it");
}

std::vector<std::string> known_names() {
    std::vector<std::string> names;
    for (const auto& [name, allowed] : template_names()) names.push_back(name);
    return names;
}

const std::string* find_language(const std::map<std::string, std::string>& texts,
                                 const std::string& locale) {
    const std::string language = locale.substr(0, locale.find('-'));
    for (const std::string& each : {locale, language, std::string("en")})
        if (const auto found = texts.find(each); found != texts.end()) return &found->second;
    return nullptr;
}

} // namespace

const std::map<std::string, Names, std::less<>>& template_names() {
    static const Names report{"number", "client",   "from",  "to",
                              "total",  "currency", "hours", "url"};
    static const Names comment = [] {
        Names names = report;
        names.emplace_back("key");
        return names;
    }();
    static const Names row{"task",  "task_id", "project",  "work_type",
                           "hours", "rate",    "currency", "number"};
    static const std::map<std::string, Names, std::less<>> all{
        {"deal.title", {"number", "client", "from", "to", "total", "currency", "hours"}},
        {"deal.comments", report},
        {"invoice.title", {"number", "client", "from", "to", "total", "currency", "hours"}},
        {"card.title", {"number", "client", "from", "to"}},
        {"card.refused", {"why"}},
        {"deal.row", row},
        {"deal.row.adjustment", row},
        {"deal.row.group", {"project", "work_type", "hours", "number"}},
        {"word.no_project", {}},
        {"word.no_type", {}},
        {"comment.sent", comment},
        {"comment.recalled", comment},
        {"comment.agreed", comment},
        {"comment.invoiced", comment},
        {"comment.partly_paid", comment},
        {"comment.paid", comment},
        {"comment.reversed", comment},
        {"comment.cancelled", comment},
        {"comment.credited", comment},
    };
    return all;
}

Templates Templates::read(EditedFile& file, const json::Value& templates) {
    Templates out;
    for (const json::Value& each : templates) {
        const std::string name(each.key());
        const auto known = template_names().find(name);
        if (known == template_names().end()) {
            const auto meant = nearest(name, known_names());
            file.problem(each, "there is no template " + json::quote(name),
                         meant ? "did you mean " + json::quote(*meant) + "?"
                               : "mappings/README.md lists them");
            continue;
        }
        std::map<std::string, std::string>& texts = out.texts_[name];
        if (each.is_string()) texts["en"] = *each.string();
        if (each.is_string()) check_text(file, each, name, known->second);
        if (!each.is_object()) continue;
        for (const json::Value& text : each) {
            if (text.is_string()) texts[std::string(text.key())] = *text.string();
            check_text(file, text, name, known->second);
        }
    }
    if (!templates.is_object()) return out;
    for (const auto& [name, allowed] : template_names())
        if (out.texts_.count(name) == 0)
            file.problem(templates, "the template " + json::quote(name) + " is missing",
                         "copy it from the shipped mapping");
    return out;
}

std::string Templates::fill(std::string_view name,
                            const std::map<std::string, std::string>& values) const {
    std::string out;
    for (const domain::Part& part : fill_parts(name, values, {}))
        out += std::get<std::string>(part);
    return out;
}

domain::Parts Templates::fill_parts(std::string_view name,
                                    const std::map<std::string, std::string>& values,
                                    const std::map<std::string, domain::Part>& later) const {
    const auto texts = texts_.find(name);
    ensure(texts != texts_.end(), "a template of that name: " + std::string(name));
    const auto locale = values.find("locale");
    const std::string* text =
        find_language(texts->second, locale == values.end() ? "en" : locale->second);
    ensure(text != nullptr, "an English text in each template");
    domain::Parts out;
    std::string so_far;
    std::size_t at = 0;
    for (Hole hole = next_hole(*text, 0); hole.begin != std::string_view::npos;
         hole = next_hole(*text, at)) {
        so_far += text->substr(at, hole.begin - at);
        at = hole.end;
        if (const auto piece = later.find(hole.name); piece != later.end()) {
            if (!so_far.empty()) out.emplace_back(std::move(so_far));
            so_far.clear();
            out.push_back(piece->second);
            continue;
        }
        const auto value = values.find(hole.name);
        ensure(value != values.end(), std::string(name) + " needs a value for " + hole.name);
        so_far += for_crm(value->second, hole.name == "why" ? Lines::Keep : Lines::Join);
    }
    so_far += text->substr(at);
    if (!so_far.empty()) out.emplace_back(std::move(so_far));
    return out;
}

} // namespace hb::mapping
