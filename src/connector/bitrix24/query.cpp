#include "connector/bitrix24/query.h"

#include "base/text.h"

namespace hb::connector::bitrix24 {
namespace {

std::string key_of(std::initializer_list<std::string_view> path) {
    std::string key;
    for (const auto step : path) {
        if (key.empty())
            key = percent_encode(step);
        else
            key += "[" + percent_encode(step) + "]";
    }
    return key;
}

void add_form(std::string& out, const std::string& path, const json::Value& value) {
    if (value.is_object() || value.is_array()) {
        std::size_t index = 0;
        for (const auto child : value) {
            const std::string step =
                value.is_array() ? std::to_string(index) : std::string(child.key());
            add_form(out,
                     path.empty() ? percent_encode(step) : path + "[" + percent_encode(step) + "]",
                     child);
            ++index;
        }
        return;
    }
    const auto flag = value.boolean();
    const auto text = value.text();
    const std::string shown = flag ? (*flag ? "1" : "0") : text ? *text : "";
    if (!out.empty()) out += '&';
    out += path + "=" + percent_encode(shown);
}

} // namespace

std::string form_of(const json::Value& object) {
    std::string out;
    add_form(out, "", object);
    return out;
}

Query& Query::add(std::initializer_list<std::string_view> path, std::string_view value) {
    if (!text_.empty()) text_ += '&';
    text_ += key_of(path) + "=" + percent_encode(value);
    return *this;
}

Query& Query::add_reference(std::initializer_list<std::string_view> path,
                            std::string_view reference) {
    if (!text_.empty()) text_ += '&';
    text_ += key_of(path) + "=" + std::string(reference);
    return *this;
}

Query& Query::add_list(std::initializer_list<std::string_view> path,
                       const std::vector<std::string>& values) {
    const std::string key = key_of(path);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!text_.empty()) text_ += '&';
        text_ += key + "[" + std::to_string(i) + "]=" + percent_encode(values[i]);
    }
    return *this;
}

} // namespace hb::connector::bitrix24
