#include "web/form.h"

#include "base/text.h"

namespace hb::web {

namespace {

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
                            digit(text[i + 2]) >= 0;
        if (escape) {
            out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

} // namespace

Form parse_form(std::string_view body) {
    Form form;
    for (const std::string_view field : split(body, '&')) {
        if (field.empty()) continue;
        const std::size_t at = field.find('=');
        const std::string_view value =
            at == std::string_view::npos ? std::string_view() : field.substr(at + 1);
        form.emplace_back(decoded(field.substr(0, at)), decoded(value));
    }
    return form;
}

std::string only_value(const Form& form, std::string_view name) {
    const std::string* found = nullptr;
    for (const auto& [key, value] : form) {
        if (key != name) continue;
        if (found) return {};
        found = &value;
    }
    return found ? *found : std::string();
}

} // namespace hb::web
