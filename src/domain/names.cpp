#include "domain/names.h"

#include <array>
#include <functional>

#include "base/text.h"
#include "domain/titles.h"

namespace hb::domain {
namespace {

struct Letter {
    std::string_view written; // UTF-8, lower case
    std::string_view plain;
};
// Latin letters with marks, and the Russian ones that people leave the marks off.
constexpr std::array kLetters = {
    Letter{"à", "a"}, Letter{"á", "a"},  Letter{"â", "a"},  Letter{"ã", "a"}, Letter{"ä", "a"},
    Letter{"å", "a"}, Letter{"ā", "a"},  Letter{"ă", "a"},  Letter{"ą", "a"}, Letter{"æ", "ae"},
    Letter{"ç", "c"}, Letter{"ć", "c"},  Letter{"č", "c"},  Letter{"ď", "d"}, Letter{"đ", "d"},
    Letter{"è", "e"}, Letter{"é", "e"},  Letter{"ê", "e"},  Letter{"ë", "e"}, Letter{"ē", "e"},
    Letter{"ę", "e"}, Letter{"ě", "e"},  Letter{"ğ", "g"},  Letter{"ì", "i"}, Letter{"í", "i"},
    Letter{"î", "i"}, Letter{"ï", "i"},  Letter{"ī", "i"},  Letter{"ı", "i"}, Letter{"ł", "l"},
    Letter{"ľ", "l"}, Letter{"ñ", "n"},  Letter{"ń", "n"},  Letter{"ň", "n"}, Letter{"ò", "o"},
    Letter{"ó", "o"}, Letter{"ô", "o"},  Letter{"õ", "o"},  Letter{"ö", "o"}, Letter{"ø", "o"},
    Letter{"ő", "o"}, Letter{"œ", "oe"}, Letter{"ř", "r"},  Letter{"ś", "s"}, Letter{"š", "s"},
    Letter{"ş", "s"}, Letter{"ș", "s"},  Letter{"ß", "ss"}, Letter{"ť", "t"}, Letter{"ț", "t"},
    Letter{"ù", "u"}, Letter{"ú", "u"},  Letter{"û", "u"},  Letter{"ü", "u"}, Letter{"ū", "u"},
    Letter{"ů", "u"}, Letter{"ű", "u"},  Letter{"ý", "y"},  Letter{"ÿ", "y"}, Letter{"ź", "z"},
    Letter{"ż", "z"}, Letter{"ž", "z"},  Letter{"ё", "е"},  Letter{"й", "и"}, Letter{"ў", "у"},
};
constexpr std::array<std::string_view, 11> kQuotes = {"\"", "'", "«", "»", "“", "”",
                                                      "„",  "‟", "‘", "’", "`"};
// Marks of their own, behind the letter they stand over (combining diacritical marks).
bool is_combining(std::string_view text) {
    return text.size() >= 2 && (text[0] == '\xcc' || (text[0] == '\xcd' && text[1] < '\xb0'));
}

// What the text begins with, and what is put in its place.
std::pair<std::size_t, std::string_view> next(std::string_view text) {
    for (const auto quote : kQuotes)
        if (text.substr(0, quote.size()) == quote) return {quote.size(), ""};
    if (is_combining(text)) return {2, ""};
    for (const auto& letter : kLetters)
        if (text.substr(0, letter.written.size()) == letter.written)
            return {letter.written.size(), letter.plain};
    return {1, text.substr(0, 1)};
}

bool has_word(const std::string& name, const std::string& beginning) {
    return name.rfind(beginning, 0) == 0 || name.find(" " + beginning) != std::string::npos;
}

} // namespace

std::string typed_name(std::string_view name) {
    const std::string folded = fold_case(name);
    std::string out;
    for (std::string_view rest = folded; !rest.empty();) {
        const auto [size, plain] = next(rest);
        rest.remove_prefix(size);
        if (plain == " " && (out.empty() || out.back() == ' ')) continue;
        out += plain;
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::vector<std::size_t> names_meant(std::string_view typed,
                                     const std::vector<std::string>& names) {
    const std::string wanted = typed_name(typed);
    std::vector<std::size_t> out;
    if (wanted.empty()) return out;
    const std::string title = plain_title(wanted);
    const std::array<std::function<bool(const std::string&)>, 3> tests = {
        [&](const std::string& name) { return name == wanted; },
        [&](const std::string& name) { return plain_title(name) == title; },
        [&](const std::string& name) { return has_word(name, wanted); },
    };
    for (const auto& test : tests) {
        for (std::size_t i = 0; i < names.size(); ++i)
            if (test(typed_name(names[i]))) out.push_back(i);
        if (!out.empty()) return out;
    }
    return out;
}

} // namespace hb::domain
