#include <cstdio>

#include "base/text.h"
#include "base/time.h"
#include "sandbox/row_faults.h"

// What a fault does to one member of a row.
namespace hb::sandbox {

namespace {

using Kind = Fault::Kind;

// The branch that holds the last name of the path; nothing when the way breaks off.
Tree* holder_of(Tree& row, const std::vector<std::string_view>& path) {
    Tree* at = &row;
    for (std::size_t i = 0; at != nullptr && i + 1 < path.size(); ++i)
        at = at->find_mutable(path[i]);
    return at;
}

Tree number_of(Micro amount, bool as_text) {
    const std::string digits =
        amount % kMicro == 0 ? std::to_string(amount / kMicro) : write_number(amount);
    return as_text ? Tree::text(digits) : Tree::digits(digits);
}

// "6:50" in minutes.
std::optional<std::int64_t> minutes_of(const std::string& clock) {
    const auto colon = clock.find(':');
    if (colon == std::string::npos || clock.size() != colon + 3) return std::nullopt;
    const auto hours = parse_integer(clock.substr(0, colon));
    const auto minutes = parse_integer(clock.substr(colon + 1));
    if (!hours || !minutes) return std::nullopt;
    return *hours * 60 + *minutes;
}

Tree scaled(const Tree& value, Micro factor) {
    if (value.is_branch() || value.kind() == Tree::Kind::Null) return value;
    const bool as_text = value.kind() == Tree::Kind::Text;
    if (const auto amount = read_decimal(value.str()))
        return number_of(multiply(*amount, factor), as_text);
    if (const auto minutes = minutes_of(value.str())) {
        const std::int64_t total = multiply(*minutes * kMicro, factor) / kMicro;
        const std::string rest = std::to_string(total % 60);
        return Tree::text(std::to_string(total / 60) + (rest.size() < 2 ? ":0" : ":") + rest);
    }
    return value;
}

std::optional<std::int64_t> digits_at(const std::string& text, std::size_t at, std::size_t size) {
    return at + size <= text.size() ? parse_integer(text.substr(at, size)) : std::nullopt;
}

std::string two(std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

// The wall clock in front of a text, moved; its form and what stands behind it stay.
std::string moved_text(const std::string& text, Seconds by) {
    const auto day = parse_day(text.substr(0, 10));
    if (text.size() < 10 || !day) return text;
    Seconds clock = to_epoch_days(*day) * 86400;
    std::size_t end = 10;
    if (const auto hours = digits_at(text, 11, 2), minutes = digits_at(text, 14, 2);
        hours && minutes) {
        clock += *hours * 3600 + *minutes * 60;
        end = 16;
        if (const auto seconds = digits_at(text, 17, 2); seconds && text[16] == ':') {
            clock += *seconds;
            end = 19;
        }
    }
    clock += by;
    const Seconds days = clock >= 0 ? clock / 86400 : (clock - 86399) / 86400;
    const Seconds rest = clock - days * 86400;
    std::string out = format_day(from_epoch_days(days));
    if (end > 10) out += text[10] + two(rest / 3600) + ":" + two(rest / 60 % 60);
    if (end > 16) out += ":" + two(rest % 60);
    return out + text.substr(end);
}

// Seconds or milliseconds since 1970, or a text that begins with a date.
Tree shifted(const Tree& value, Seconds by) {
    if (value.is_branch()) return value;
    const bool as_text = value.kind() == Tree::Kind::Text;
    const auto number = parse_integer(value.str());
    if (number && *number > 100'000'000) {
        const std::int64_t unit = *number > 100'000'000'000 ? 1000 : 1;
        const std::string moved = std::to_string(*number + by * unit);
        return as_text ? Tree::text(moved) : Tree::digits(moved);
    }
    return as_text ? Tree::text(moved_text(value.str(), by)) : value;
}

Tree retyped(const Tree& value, const std::string& to) {
    if (to == "null") return {};
    if (to == "text") return Tree::text(value.is_branch() ? value.dump() : value.str());
    if (to == "number") return number_of(read_decimal(value.str()).value_or(0), false);
    if (to == "flag") return Tree::flag(value.truthy());
    Tree out = to == "list" ? Tree::list() : Tree::map();
    if (to == "list") out.append(value);
    if (to == "map") out.put("value", value);
    return out;
}

} // namespace

void spoil_member(Tree& row, const Fault& fault) {
    const auto path = split(fault.member, '/');
    Tree* holder = holder_of(row, path);
    Tree* value = holder == nullptr ? nullptr : holder->find_mutable(path.back());
    if (value == nullptr) return;
    switch (fault.kind) {
    case Kind::DropMember:
        holder->erase(path.back());
        return;
    case Kind::RenameMember:
        holder->rename(path.back(), fault.to);
        return;
    case Kind::RetypeMember:
        *value = retyped(*value, fault.to);
        return;
    case Kind::Scale:
        *value = scaled(*value, fault.factor);
        return;
    case Kind::Shift:
        *value = shifted(*value, fault.seconds);
        return;
    default:
        return;
    }
}

} // namespace hb::sandbox
