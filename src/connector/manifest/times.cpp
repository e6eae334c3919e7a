#include <array>

#include "base/ensure.h"
#include "base/text.h"
#include "connector/manifest/template.h"

namespace hb::connector::manifest {
namespace {

constexpr std::array<std::pair<std::string_view, TimeForm>, 8> kForms{{
    {"day", TimeForm::Day},
    {"dotted_day", TimeForm::DottedDay},
    {"utc", TimeForm::Utc},
    {"utc_plain", TimeForm::UtcPlain},
    {"local", TimeForm::Local},
    {"slashed", TimeForm::Slashed},
    {"unix", TimeForm::Unix},
    {"unix_ms", TimeForm::UnixMs},
}};

// The same clock face as if it were UTC. Exact on every day that has 24 hours.
Instant on_the_clock(Instant instant, const Zone& zone) {
    const Day day = zone.day_of(instant);
    return Instant(day) + (instant - zone.start_of(day));
}

std::string dotted(Day day) {
    const std::string text = format_day(day);
    return text.substr(8, 2) + "." + text.substr(5, 2) + "." + text.substr(0, 4);
}

} // namespace

std::optional<TimeForm> parse_time_form(std::string_view word) {
    for (const auto& [name, form] : kForms)
        if (name == word) return form;
    return std::nullopt;
}

const std::vector<std::string>& time_form_words() {
    static const std::vector<std::string> words = [] {
        std::vector<std::string> all;
        for (const auto& [name, form] : kForms) all.emplace_back(name);
        return all;
    }();
    return words;
}

std::string format_time(TimeForm form, Instant instant, const Zone& zone) {
    switch (form) {
    case TimeForm::Day:
        return format_day(zone.day_of(instant));
    case TimeForm::DottedDay:
        return dotted(zone.day_of(instant));
    case TimeForm::Utc:
        return format_instant(instant);
    case TimeForm::UtcPlain:
        return format_instant(instant).substr(0, 19);
    case TimeForm::Local:
        return format_instant(on_the_clock(instant, zone)).substr(0, 19);
    case TimeForm::Slashed: {
        std::string text = format_instant(on_the_clock(instant, zone)).substr(0, 16);
        text[4] = text[7] = '/';
        text[10] = ' ';
        return text;
    }
    case TimeForm::Unix:
        return std::to_string(to_epoch_seconds(instant));
    case TimeForm::UnixMs:
        return std::to_string(to_epoch_ms(instant));
    }
    fail_invariant("a form of time that does not exist");
}

std::optional<Instant> parse_time(TimeForm form, std::string_view text) {
    if (form == TimeForm::Unix || form == TimeForm::UnixMs) {
        const auto number = parse_integer(text);
        const std::int64_t end = to_epoch_seconds(Instant(day_max()));
        const std::int64_t scale = form == TimeForm::Unix ? 1 : 1000;
        if (!number || *number < 0 || *number > end * scale) return std::nullopt;
        return from_epoch_ms(*number * (1000 / scale));
    }
    if (form == TimeForm::UtcPlain) {
        const auto instant = parse_instant(std::string(text) + "Z");
        return instant ? std::optional<Instant>(*instant) : std::nullopt;
    }
    const auto instant = parse_instant(text);
    return instant ? std::optional<Instant>(*instant) : std::nullopt;
}

std::optional<Instant> local_time(std::string_view text, const Zone& zone) {
    if (text.size() < 10) return std::nullopt;
    const auto day = parse_day(text.substr(0, 10));
    if (!day) return std::nullopt;
    if (text.size() == 10) return zone.start_of(*day);
    std::string whole(text);
    whole[10] = 'T';
    if (whole.size() == 16) whole += ":00";
    const auto face = parse_instant(whole + "Z");
    if (!face) return std::nullopt;
    return zone.start_of(*day) + (*face - Instant(*day));
}

} // namespace hb::connector::manifest
