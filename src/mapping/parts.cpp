#include "mapping/parts.h"

#include "base/ensure.h"
#include "json/value.h"
#include "json/writer.h"

namespace hb::mapping {
namespace {

Result<domain::Part> read_part(const json::Value& value) {
    if (const auto text = value["text"]; text.is_string()) return domain::Part(*text.string());
    if (const auto op = value["op"].integer()) return domain::Part(domain::OpPart{*op});
    const auto report = value["link"]["report"].integer();
    const auto n = value["link"]["n"].integer();
    const auto preview = value["link"]["preview"].integer();
    if (report && n) return domain::Part(domain::LinkPart{*report, *n, preview && *preview == 1});
    const auto stage = value["stage"];
    const std::string of(stage["of"].text_view().value_or(""));
    const std::string category(stage["category"].text_view().value_or(""));
    if (of == "deal") return domain::Part(domain::FailedStagePart{domain::StageOf::Deal, category});
    if (of == "invoice") return domain::Part(domain::FailedStagePart{domain::StageOf::Invoice, ""});
    return value.expected("a text, a link, an op or a stage");
}

// JSON pointers write "~" and "/" of a name as "~0" and "~1".
std::string step(std::string_view name) {
    std::string out = "/";
    for (const char c : name) {
        if (c == '~' || c == '/')
            out += c == '~' ? "~0" : "~1";
        else
            out += c;
    }
    return out;
}

class Placer {
public:
    explicit Placer(const std::map<std::string, std::string>& values) : values_(values) {}

    void write(const json::Value& value, const std::string& path) {
        if (const auto here = values_.find(path); here != values_.end()) {
            out_.string(here->second);
            ++placed_;
        } else if (value.is_object()) {
            out_.begin_object();
            for (const json::Value& each : value) {
                out_.key(each.key());
                write(each, path + step(each.key()));
            }
            out_.end_object();
        } else if (value.is_array()) {
            out_.begin_array();
            std::size_t n = 0;
            for (const json::Value& each : value) write(each, path + "/" + std::to_string(n++));
            out_.end_array();
        } else {
            out_.value(value);
        }
    }
    std::string take() {
        ensure(placed_ == values_.size(), "each need of an op has its place in the fields");
        return out_.take();
    }

private:
    const std::map<std::string, std::string>& values_;
    json::Writer out_;
    std::size_t placed_ = 0;
};

} // namespace

Result<std::vector<domain::Need>> read_needs(std::string_view text) {
    const auto document = json::Document::parse(text);
    if (!document) return document.error();
    std::vector<domain::Need> out;
    for (const json::Value& each : document->root()) {
        const auto path = each["path"].string();
        if (!path) return path.error();
        domain::Need need{*path, {}};
        for (const json::Value& value : each["parts"]) {
            auto part = read_part(value);
            if (!part) return part.error();
            need.parts.push_back(std::move(*part));
        }
        out.push_back(std::move(need));
    }
    return out;
}

std::string put_values(std::string_view fields, const std::map<std::string, std::string>& values) {
    const auto document = json::Document::parse(fields);
    ensure(document.ok(), "the fields of an op are JSON");
    Placer placer(values);
    placer.write(document->root(), "");
    return placer.take();
}

std::map<std::string, std::int64_t> read_integers(std::string_view text, std::string_view pointer) {
    std::map<std::string, std::int64_t> out;
    const auto document = json::Document::parse(text);
    if (!document) return out;
    for (const json::Value& each : document->root().pointer(pointer))
        if (const auto number = each.integer()) out.emplace(each.key(), *number);
    return out;
}

} // namespace hb::mapping
