#include "mapping/converters.h"

#include <algorithm>
#include <array>

#include "base/ensure.h"
#include "base/limits.h"
#include "base/text.h"
#include "mapping/durations.h"
#include "mapping/plain_text.h"

namespace hb::mapping {

namespace {

using json::Value;

constexpr std::size_t kIdBytesMax = 100; // a UUID with a prefix has room twice

constexpr std::array<std::pair<std::string_view, As>, 26> kAs{{
    {"text", As::Text},
    {"id", As::Id},
    {"integer", As::Integer},
    {"seconds", As::Seconds},
    {"signed_seconds", As::SignedSeconds},
    {"instant", As::Instant},
    {"day", As::Day},
    {"flag", As::Flag},
    {"not_flag", As::NotFlag},
    {"status", As::Status},
    {"tags", As::Tags},
    {"lines", As::Lines},
    {"crm_links", As::CrmLinks},
    {"name", As::Name},
    {"plain", As::Plain},
    {"clock", As::Clock},
    {"minutes", As::Minutes},
    {"hours", As::Hours},
    {"iso_duration", As::IsoDuration},
    {"work_duration", As::WorkDuration},
    {"milliseconds", As::Milliseconds},
    {"unix", As::Unix},
    {"unix_ms", As::UnixMs},
    {"day_ms", As::DayMs},
    {"last_part", As::LastPart},
    {"document", As::Document},
}};

constexpr std::array<std::pair<std::string_view, domain::TaskStatus>, 5> kStatuses{{
    {"pending", domain::TaskStatus::Pending},
    {"in_progress", domain::TaskStatus::InProgress},
    {"awaiting_control", domain::TaskStatus::AwaitingControl},
    {"completed", domain::TaskStatus::Completed},
    {"deferred", domain::TaskStatus::Deferred},
}};

Result<Product> to_text(const Value& value) {
    auto text = value.text();
    if (!text) return text.error();
    // SQL and C libraries end a text at a NUL.
    if (text->find('\0') != std::string::npos) return Product(to_utf8(*text));
    return Product(std::move(*text));
}

bool is_id(std::string_view text) {
    return text.size() <= kIdBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) > ' ' && c != '\x7f';
           });
}

Result<Product> to_id(const Value& value) {
    if (value.is_number()) {
        const auto number = value.integer();
        if (!number || *number < 0) return value.expected("an id");
        if (*number == 0) return Product();
        return Product(std::to_string(*number));
    }
    const auto text = value.string();
    if (!text || !is_id(*text)) return value.expected("an id");
    if (*text == "0") return Product();
    return Product(*text);
}

Result<Product> to_integer(const Value& value) {
    const auto number = value.integer();
    if (!number || *number < 0) return value.expected("a whole number, 0 or more");
    return Product(*number);
}

std::string longest_words(std::int64_t longest) {
    return "at most " + std::to_string(longest) + " seconds" +
           (longest == kEntrySecondsLongest ? ", 31 days," : "");
}

Result<Product> within_bounds(const Value& value, std::int64_t seconds, std::int64_t longest) {
    if (seconds < 0) return value.expected("seconds that are not negative");
    if (seconds > longest) return value.expected(longest_words(longest) + " in one record");
    return Product(seconds);
}

Result<Product> to_seconds(const Value& value, std::int64_t longest) {
    const auto number = value.integer();
    if (!number) return value.expected("a whole number of seconds");
    return within_bounds(value, *number, longest);
}

Result<Product> to_signed_seconds(const Value& value, std::int64_t longest) {
    const auto number = value.integer();
    if (!number) return value.expected("a whole number of seconds");
    if (*number < -longest)
        return value.expected(longest_words(longest) + " taken off by one record");
    return *number < 0 ? Product(*number) : within_bounds(value, *number, longest);
}

// A whole number of something that is `times` / `parts` seconds long.
Result<Product> to_scaled(const Value& value, std::string_view what, std::int64_t times,
                          std::int64_t parts, std::int64_t longest) {
    const auto number = value.integer();
    if (!number) return value.expected("a whole number of " + std::string(what));
    // Compared before it is multiplied: no number of a record may overflow.
    if (*number > longest * parts) return within_bounds(value, longest + 1, longest);
    if (*number < 0) return within_bounds(value, -1, longest);
    return within_bounds(value, *number * times / parts, longest);
}

std::string_view duration_words(As as) {
    switch (as) {
    case As::Clock:
        return "hours and minutes like 6:50";
    case As::Hours:
        return "hours like 6.83";
    case As::WorkDuration:
        return "working time like P1DT2H or 1d 2h";
    default:
        return "a duration like PT6H50M";
    }
}

std::optional<std::int64_t> duration_of(const Converter& converter, std::string_view text) {
    switch (converter.as) {
    case As::Clock:
        return clock_seconds(text);
    case As::Hours:
        return decimal_hours(text);
    case As::WorkDuration:
        return work_seconds(text, converter.work);
    default:
        return iso_seconds(text);
    }
}

Result<Product> to_duration(const Converter& converter, const Value& value) {
    const auto text = value.text();
    const auto seconds = text ? duration_of(converter, *text) : std::nullopt;
    if (!seconds) return value.expected(duration_words(converter.as));
    return within_bounds(value, *seconds, converter.longest);
}

// Seconds or milliseconds since 1970.
Result<Product> to_moment(const Value& value, std::int64_t per_second) {
    const auto number = value.integer();
    const std::int64_t end = to_epoch_seconds(Instant(day_max())) + 86400;
    if (!number || *number < 0 || *number >= end * per_second)
        return value.expected(per_second == 1 ? "seconds since 1970" : "milliseconds since 1970");
    return Product(from_epoch_ms(*number * (1000 / per_second)));
}

Result<Product> to_day_ms(const Value& value) {
    auto moment = to_moment(value, 1000);
    if (!moment) return moment;
    const Instant at = std::get<Instant>(*moment);
    const Day day = std::chrono::floor<std::chrono::days>(at);
    // Another moment of the day is no date: which day it means would be a guess.
    if (at != Instant(day)) return value.expected("milliseconds of midnight UTC, a date");
    return Product(day);
}

// Links name things by their addresses.
Result<Product> to_last_part(const Value& value) {
    const auto text = value.text();
    if (!text) return value.expected("a link or an id");
    std::string_view rest = *text;
    while (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
    if (const auto cut = rest.rfind('/'); cut != std::string_view::npos)
        rest.remove_prefix(cut + 1);
    if (rest.empty()) return Product();
    if (!is_id(rest)) return value.expected("a link or an id");
    return Product(std::string(rest));
}

Result<Product> to_document(const Value& value) {
    if (value.is_string()) return to_text(value);
    if (!value.is_object()) return value.expected("a text or a document");
    std::string text = to_utf8(document_text(value));
    return text.empty() ? Product() : Product(std::move(text));
}

Result<Product> to_instant(const Value& value) {
    const auto text = value.string();
    const auto instant = text ? parse_instant(*text) : Result<Instant>(text.error());
    if (!instant) return value.expected("a time with its offset like 2026-03-05T16:41:59+03:00");
    if (*instant < day_min() || *instant >= day_max() + std::chrono::days(1))
        return value.expected("a time from 1970 to 2100");
    return Product(*instant);
}

// Bitrix24 sends plain dates as times with an odd hour: the first ten characters are the date.
Result<Product> to_day(const Value& value) {
    const auto text = value.string();
    if (!text || (text->size() > 10 && (*text)[10] != 'T' && (*text)[10] != ' '))
        return value.expected("a date like 2026-03-05");
    const auto day = parse_day(std::string_view(*text).substr(0, 10));
    if (!day) return value.expected("a date like 2026-03-05");
    if (*day < day_min() || *day > day_max()) return value.expected("a date from 1970 to 2100");
    return Product(*day);
}

Result<Product> to_flag(const Value& value, bool yes) {
    const auto flag = value.flag();
    if (!flag) return flag.error();
    return Product(*flag == yes);
}

Result<Product> to_status(const Converter& converter, const Value& value) {
    const bool truth = value.kind() == json::Kind::Bool;
    const auto code = truth ? Result<std::string>(value.dump()) : value.text();
    if (!code) return value.expected("a status code");
    auto known = converter.statuses.find(*code);
    if (known == converter.statuses.end()) known = converter.statuses.find("*");
    if (known != converter.statuses.end()) return Product(known->second);
    Error error = value.expected("a status of this mapping's table");
    error.message += "; add the code to the table";
    return error;
}

// "x", {"id":35,"title":"x"}, {"name":"x"}
Result<std::string> tag_of(const Value& value) {
    if (value.is_string()) return value.string();
    if (value.is_object()) {
        const Value title = value["title"];
        return title.missing() ? value["name"].string() : title.string();
    }
    return value.expected("a tag");
}

// A text with a tag in each line.
Result<Product> to_lines(const Value& value) {
    const auto text = value.string();
    if (!text) return value.expected("a text with a tag in each line");
    std::vector<std::string> tags;
    for (const std::string_view line : split(*text, '\n')) {
        std::string tag = to_utf8(trim(line));
        if (!tag.empty() && std::find(tags.begin(), tags.end(), tag) == tags.end())
            tags.push_back(std::move(tag));
    }
    return Product(std::move(tags));
}

// A list, or an object whose keys are ids.
Result<Product> to_tags(const Value& value) {
    if (!value.is_array() && !value.is_object()) return value.expected("a list of tags");
    std::vector<std::string> tags;
    for (const Value& each : value) {
        auto tag = tag_of(each);
        if (!tag) return tag.error();
        std::string text = to_utf8(trim(*tag));
        if (!text.empty() && std::find(tags.begin(), tags.end(), text) == tags.end())
            tags.push_back(std::move(text));
    }
    return Product(std::move(tags));
}

struct LinkText {
    std::string prefix; // lower case
    std::string id;
};
std::optional<LinkText> read_link(std::string_view text) {
    const std::size_t cut = text.rfind('_');
    if (cut == std::string_view::npos || cut == 0) return std::nullopt;
    const auto number = parse_integer(text.substr(cut + 1));
    if (!number || *number < 0) return std::nullopt;
    return LinkText{fold_case(text.substr(0, cut)), std::to_string(*number)};
}

// ["CO_591","D_1723","T88_3"], or one such text.
Result<Product> to_links(const Converter& converter, const Value& value) {
    std::vector<domain::CrmLink> links;
    const auto take = [&](const Value& each) {
        const auto text = each.text_view();
        const auto link = text ? read_link(*text) : std::nullopt;
        if (!link) return false;
        for (const auto& [prefix, kind] : converter.links)
            if (prefix == link->prefix && link->id != "0") links.push_back({kind, link->id});
        return true;
    };
    if (value.is_string() && !take(value)) return value.expected("a link like CO_591");
    if (value.is_string()) return Product(std::move(links));
    if (!value.is_array() && !value.is_object()) return value.expected("a list of links");
    for (const Value& each : value)
        if (!each.nothing() && !take(each)) return each.expected("a link like CO_591");
    return Product(std::move(links));
}

} // namespace

std::optional<As> parse_as(std::string_view word) {
    for (const auto& [name, as] : kAs)
        if (name == word) return as;
    return std::nullopt;
}

Gives gives(As as) {
    switch (as) {
    case As::Text:
    case As::Id:
    case As::Name:
    case As::Plain:
    case As::LastPart:
    case As::Document:
        return Gives::Text;
    case As::Integer:
    case As::Seconds:
    case As::SignedSeconds:
    case As::Clock:
    case As::Minutes:
    case As::Hours:
    case As::IsoDuration:
    case As::WorkDuration:
    case As::Milliseconds:
        return Gives::Number;
    case As::Instant:
    case As::Unix:
    case As::UnixMs:
        return Gives::Instant;
    case As::Day:
    case As::DayMs:
        return Gives::Day;
    case As::Flag:
    case As::NotFlag:
        return Gives::Flag;
    case As::Status:
        return Gives::Status;
    case As::Tags:
    case As::Lines:
        return Gives::Tags;
    case As::CrmLinks:
        return Gives::Links;
    }
    fail_invariant("a converter that does not exist");
}

std::string_view to_string(Gives gives) {
    constexpr std::array<std::string_view, 9> kWords{
        "nothing", "a text",   "a number",       "a yes or no",    "a time",
        "a date",  "a status", "a list of tags", "a list of links"};
    return kWords.at(static_cast<std::size_t>(gives));
}

std::optional<domain::TaskStatus> parse_status_word(std::string_view word) {
    for (const auto& [name, status] : kStatuses)
        if (name == word) return status;
    return std::nullopt;
}

const std::vector<std::string>& status_words() {
    static const std::vector<std::string> words = [] {
        std::vector<std::string> all;
        for (const auto& [name, status] : kStatuses) all.emplace_back(name);
        return all;
    }();
    return words;
}

bool holds_something(const Value& value) {
    if (value.nothing()) return false;
    return value.kind() != json::Kind::Bool || *value.boolean();
}

Result<Product> convert(const Converter& converter, const Value& value) {
    const bool flag = converter.as == As::Flag || converter.as == As::NotFlag;
    if (flag ? value.nothing() : !holds_something(value)) return Product();
    switch (converter.as) {
    case As::Text:
    case As::Name:
        return to_text(value);
    case As::Plain: {
        auto text = value.text();
        if (!text) return text.error();
        return Product(plain_text(*text));
    }
    case As::Id:
        return to_id(value);
    case As::Integer:
        return to_integer(value);
    case As::Seconds:
        return to_seconds(value, converter.longest);
    case As::SignedSeconds:
        return to_signed_seconds(value, converter.longest);
    case As::Instant:
        return to_instant(value);
    case As::Day:
        return to_day(value);
    case As::Flag:
        return to_flag(value, true);
    case As::NotFlag:
        return to_flag(value, false);
    case As::Status:
        return to_status(converter, value);
    case As::Tags:
        return to_tags(value);
    case As::Lines:
        return to_lines(value);
    case As::CrmLinks:
        return to_links(converter, value);
    case As::Clock:
    case As::Hours:
    case As::IsoDuration:
    case As::WorkDuration:
        return to_duration(converter, value);
    case As::Minutes:
        return to_scaled(value, "minutes", 60, 1, converter.longest);
    case As::Milliseconds:
        return to_scaled(value, "milliseconds", 1, 1000, converter.longest);
    case As::Unix:
        return to_moment(value, 1);
    case As::UnixMs:
        return to_moment(value, 1000);
    case As::DayMs:
        return to_day_ms(value);
    case As::LastPart:
        return to_last_part(value);
    case As::Document:
        return to_document(value);
    }
    fail_invariant("a converter that does not exist");
}

} // namespace hb::mapping
