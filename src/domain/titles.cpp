#include "domain/titles.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace hb::domain {
namespace {

// What stands for nothing in a title. In UTF-8; the apostrophes join ("l'oreal"), the others part.
constexpr std::array<std::string_view, 15> kParting = {"\"", "«", "»", "„", "“", "”",      "‹", "›",
                                                       "(",  ")", "[", "]", ",", "\u00a0", "\t"};
constexpr std::array<std::string_view, 5> kJoining = {"'", "’", "‘", "`", "."};

// Legal forms before or after a name, and those that mean one only after it ("Co Working").
// Of several words: the longer ones first.
constexpr std::string_view kAnywhere[] = {
    "общество с ограниченной ответственностью",
    "общество с дополнительной ответственностью",
    "индивидуальный предприниматель",
    "закрытое акционерное общество",
    "открытое акционерное общество",
    "публичное акционерное общество",
    "акционерное общество",
    "частное унитарное предприятие",
    "унитарное предприятие",
    "ооо",
    "оао",
    "зао",
    "пао",
    "ао",
    "ип",
    "одо",
    "уп",
    "чуп",
    "чтуп",
    "сооо",
    "иооо",
    "тоо",
    "тов",
    "ooo",
    "oao",
    "zao",
    "pao",
    "odo",
    "chup",
    "too",
    "tov",
    "llc",
    "llp",
    "ltd",
    "gmbh",
    "jsc",
    "pjsc",
    "cjsc",
    "ojsc",
    "plc",
    "uab",
    "sia",
};
constexpr std::string_view kAfter[] = {
    "gmbh & co kg", "sp z oo", "pty ltd", "co ltd", "limited", "incorporated",
    "corporation",  "company", "inc",     "corp",   "co",      "ug",
    "ag",           "kg",      "mbh",     "sa",     "sas",     "sarl",
    "srl",          "spa",     "bv",      "nv",     "ab",      "as",
    "aps",          "oy",      "oü",      "kft",    "sro",     "doo",
    "pte",          "pty",     "lp",      "se",     "ou",      "spzoo"};

bool take(std::string& text, std::size_t& at, std::string_view what) {
    if (text.compare(at, what.size(), what) != 0) return false;
    at += what.size();
    return true;
}

std::vector<std::string> words_of(std::string text) {
    std::vector<std::string> words(1);
    const auto next = [&] {
        if (!words.back().empty()) words.emplace_back();
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
        if (letter || byte == 0xD0U || (byte & 0xC0U) == 0x80U) { // no mark begins so
            words.back() += text[at++];
            continue;
        }
        const auto skips = [&](std::string_view mark) { return take(text, at, mark); };
        if (std::any_of(kJoining.begin(), kJoining.end(), skips)) continue;
        if (std::any_of(kParting.begin(), kParting.end(), skips)) {
            next();
        } else if (text[at] == ' ' || text[at] == '\n') {
            next();
            ++at;
        } else if (take(text, at, "ё")) { // many do without it
            words.back() += "е";
        } else {
            words.back() += text[at++];
        }
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

// The forms, as they are looked up: many titles are made plain with each pull.
struct Forms {
    std::set<std::string, std::less<>> words;
    std::vector<std::vector<std::string>> phrases;
};
template <std::size_t n> Forms forms_of(const std::string_view (&forms)[n]) {
    Forms out;
    for (const auto form : forms) {
        std::vector<std::string> words;
        for (const auto word : split(form, ' ')) words.emplace_back(word);
        if (words.size() == 1)
            out.words.insert(words.front());
        else
            out.phrases.push_back(std::move(words));
    }
    return out;
}

// How many words at the beginning (or end) of these are a form; 0: none. The name itself stays.
std::size_t stands(const std::vector<std::string>& words, const Forms& forms, bool at_end) {
    if (words.size() < 2) return 0;
    for (const auto& phrase : forms.phrases) {
        const auto size = static_cast<std::ptrdiff_t>(phrase.size());
        if (phrase.size() >= words.size()) continue;
        if (std::equal(phrase.begin(), phrase.end(), at_end ? words.end() - size : words.begin()))
            return phrase.size();
    }
    return forms.words.count(at_end ? words.back() : words.front());
}

bool strip_form(std::vector<std::string>& words) {
    static const Forms anywhere = forms_of(kAnywhere), after = forms_of(kAfter);
    for (const bool at_end : {false, true}) {
        std::size_t count = stands(words, anywhere, at_end);
        if (count == 0 && at_end) count = stands(words, after, true);
        if (count == 0) continue;
        const auto many = static_cast<std::ptrdiff_t>(count);
        if (at_end)
            words.erase(words.end() - many, words.end());
        else
            words.erase(words.begin(), words.begin() + many);
        return true;
    }
    return false;
}

// Code points, as far as the text is well-formed.
std::vector<std::uint32_t> characters(const std::string& text) {
    std::vector<std::uint32_t> out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) == 0x80U && !out.empty())
            out.back() = (out.back() << 6U) | (byte & 0x3FU);
        else
            out.push_back(byte);
    }
    return out;
}

} // namespace

std::string plain_title(std::string_view title) {
    auto words = words_of(fold_case(title));
    while (strip_form(words)) {
    }
    return join(words, " ");
}

std::string plain_name(std::string_view name) {
    auto words = words_of(fold_case(name));
    std::sort(words.begin(), words.end());
    return join(words, " ");
}

TitleShape::TitleShape(std::string_view title) : plain_(plain_title(title)) {
    for (const auto word : split(plain_, ' ')) words_.emplace_back(word);
    std::sort(words_.begin(), words_.end());
    words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
    const auto points = characters(plain_);
    for (std::size_t i = 0; i + 1 < points.size(); ++i)
        pairs_.push_back((std::uint64_t{points[i]} << 32U) | points[i + 1]);
    std::sort(pairs_.begin(), pairs_.end());
}

int TitleShape::likeness(const TitleShape& company) const {
    if (plain_.empty() || company.plain_.empty()) return 0;
    if (plain_ == company.plain_) return 100;
    if (company.plain_.size() > 2 &&
        std::includes(words_.begin(), words_.end(), company.words_.begin(), company.words_.end()))
        return 90;
    std::size_t common = 0;
    for (auto a = pairs_.begin(), b = company.pairs_.begin();
         a != pairs_.end() && b != company.pairs_.end();) {
        if (*a == *b)
            ++common, ++a, ++b;
        else if (*a < *b)
            ++a;
        else
            ++b;
    }
    const auto both = pairs_.size() + company.pairs_.size();
    return both == 0 ? 0 : std::min(89, static_cast<int>(200 * common / both));
}

} // namespace hb::domain
