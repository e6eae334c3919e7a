#include "voices/voices.h"

#include "base/ensure.h"
#include "base/text.h"

namespace hb::voices {
namespace {

std::string_view form(std::string_view forms, std::size_t index) {
    for (; index > 0; --index) forms.remove_prefix(forms.find('|') + 1);
    return forms.substr(0, forms.find('|'));
}

std::string shown(const Message::Value& value, Language language) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    std::string out;
    for (const auto& each : std::get<std::vector<Message>>(value))
        out += (out.empty() ? "" : "; ") + in(each, language);
    return out;
}

std::int64_t number_of(const Message::Value& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    ensure(number != nullptr, "plural forms go by a number");
    return *number;
}

std::string filled(std::string_view text, const Message& message, Language language) {
    const Places places = places_of(*message.text);
    std::string out;
    std::size_t from = 0;
    for (auto place = next_place(text, 0); place.begin != std::string_view::npos;
         place = next_place(text, place.end)) {
        out += text.substr(from, place.begin - from);
        const auto& value = message.values.at(places.index(place.name));
        out += place.forms.empty()
                   ? shown(value, language)
                   : std::string(form(place.forms, form_of(number_of(value), language)));
        from = place.end;
    }
    return out + std::string(text.substr(from));
}

// A sentence of its own behind another one.
std::string beside(std::string first, const std::string& second) {
    if (second.empty()) return first;
    const bool ended = !first.empty() && (first.back() == '.' || first.back() == '\n');
    return first + (ended ? " " : ". ") + second;
}

} // namespace

Language language_of(std::string_view locale) {
    return locale.substr(0, 2) == "ru" ? Language::Russian : Language::English;
}

std::size_t form_of(std::int64_t n, Language language) {
    const auto last = static_cast<std::uint64_t>(n < 0 ? -(n + 1) : n) + (n < 0 ? 1 : 0);
    if (language == Language::English) return last == 1 ? 0 : 1;
    const auto tens = last % 100, ones = last % 10;
    if (ones == 1 && tens != 11) return 0;
    return ones >= 2 && ones <= 4 && (tens < 12 || tens > 14) ? 1 : 2;
}

std::string in(const Message& message, Language language) {
    ensure(static_cast<bool>(message), "there is something to say");
    if (message.text == nullptr) return shown(message.values.front(), language);
    return filled(language == Language::Russian ? message.text->russian : message.text->english,
                  message, language);
}

std::string next_in(const Message& message, Language language) {
    if (message.text == nullptr) return {};
    return filled(language == Language::Russian ? message.text->next_russian
                                                : message.text->next_english,
                  message, language);
}

std::string_view code_of(const Message& message) {
    return message.text == nullptr ? std::string_view() : message.text->code;
}

std::vector<std::pair<std::string, std::string>> values_of(const Message& message) {
    std::vector<std::pair<std::string, std::string>> out;
    if (message.text == nullptr) return out;
    const Places places = places_of(*message.text);
    for (std::size_t i = 0; i < places.size; ++i)
        out.emplace_back(places.names[i], shown(message.values.at(i), Language::English));
    return out;
}

std::string message_in(const Error& error, Language language) {
    return error.said ? in(error.said, language) : error.message;
}

std::string next_in(const Error& error, Language language) {
    return error.said ? next_in(error.said, language) : std::string();
}

std::string both_in(const Error& error, Language language) {
    return beside(message_in(error, language), next_in(error, language));
}

Error refusal(Code code, Message message, std::string detail) {
    const auto shell =
        message.text->shell.empty() ? message.text->next_english : message.text->shell;
    std::string words = in(message, Language::English);
    std::string hint = filled(shell, message, Language::English);
    return Error{code, std::move(words), std::move(detail), std::move(hint), std::move(message)};
}

} // namespace hb::voices
