#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "voices/text.h"

// Messages in the language of their reader. Any thread; values in, values out.
namespace hb::voices {

enum class Language { English, Russian };
// "ru" and "ru-RU" are Russian; what is not known reads as English. Of staff: clients' pages have
// more (render/locale.h).
Language language_of(std::string_view locale);

// What happened. REQUIRES: there is a message
std::string in(const Message& message, Language language);
// What a reader without a shell does now; "" nothing.
std::string next_in(const Message& message, Language language);

// For a reader without a shell. What is not in the catalogue yet reads as it is, without its hint.
std::string message_in(const Error& error, Language language);
std::string next_in(const Error& error, Language language);
// Both: "It can't be sent yet. Recall it first."
std::string both_in(const Error& error, Language language);

// For JSON: the row's code ("" none), and the values by their names, worded in English.
std::string_view code_of(const Message& message);
std::vector<std::pair<std::string, std::string>> values_of(const Message& message);

// The forms that a number takes: index into one|many, or one|few|many.
std::size_t form_of(std::int64_t n, Language language);

} // namespace hb::voices
