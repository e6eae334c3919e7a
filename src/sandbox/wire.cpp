#include "sandbox/wire.h"

#include <array>
#include <charconv>
#include <chrono>

#include "base/ensure.h"
#include "base/text.h"
#include "base/time.h"

namespace hb::sandbox {

namespace {

__extension__ using Wide = __int128;

constexpr std::array<Micro, 7> kPowers{1, 10, 100, 1'000, 10'000, 100'000, 1'000'000};

Wide divide_rounded(Wide number, Wide by) {
    const bool negative = (number < 0) != (by < 0);
    const Wide a = number < 0 ? -number : number;
    const Wide b = by < 0 ? -by : by;
    const Wide rounded = (a + b / 2) / b;
    return negative ? -rounded : rounded;
}

void put(char* to, int digits, unsigned value) {
    for (int i = digits - 1; i >= 0; --i, value /= 10) to[i] = static_cast<char>('0' + value % 10);
}

struct Stamp {
    char text[25]; // YYYY-MM-DDThh:mm:ss+hh:mm
};

Stamp stamp(Seconds moment, int offset_minutes) {
    using namespace std::chrono;
    const sys_seconds local{seconds(moment + Seconds{offset_minutes} * 60)};
    const auto day = floor<days>(local);
    const year_month_day date{day};
    const auto second_of_day = static_cast<unsigned>((local - day).count());
    Stamp out;
    put(out.text, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    put(out.text + 5, 2, static_cast<unsigned>(date.month()));
    put(out.text + 8, 2, static_cast<unsigned>(date.day()));
    put(out.text + 11, 2, second_of_day / 3600);
    put(out.text + 14, 2, second_of_day / 60 % 60);
    put(out.text + 17, 2, second_of_day % 60);
    const auto offset =
        static_cast<unsigned>(offset_minutes < 0 ? -offset_minutes : offset_minutes);
    put(out.text + 20, 2, offset / 60);
    put(out.text + 23, 2, offset % 60);
    out.text[4] = out.text[7] = '-';
    out.text[10] = 'T';
    out.text[13] = out.text[16] = out.text[22] = ':';
    out.text[19] = offset_minutes < 0 ? '-' : '+';
    return out;
}

std::string offset_text(int offset_minutes) {
    const Stamp any = stamp(0, offset_minutes);
    return {any.text + 19, 6};
}

} // namespace

std::string write_moment(Seconds moment, int offset_minutes) {
    const Stamp out = stamp(moment, offset_minutes);
    return {out.text, sizeof out.text};
}

std::string write_date(Seconds moment, int offset_minutes) {
    return write_moment(moment - moment % 86400, offset_minutes);
}

std::string write_plain_moment(Seconds moment, int offset_minutes) {
    std::string text = write_moment(moment, offset_minutes).substr(0, 19);
    text[10] = ' ';
    return text;
}

std::optional<Seconds> read_moment(std::string_view text, int offset_minutes) {
    std::string full{trim(text)};
    if (full.size() == 10) full += "T00:00:00";
    if (full.size() < 19) return std::nullopt;
    if (full[10] == ' ') full[10] = 'T';
    if (full.size() == 19) full += offset_text(offset_minutes);
    const auto instant = parse_instant(full);
    if (!instant) return std::nullopt;
    return to_epoch_seconds(*instant);
}

std::optional<Seconds> read_date(std::string_view text, int offset_minutes) {
    const auto moment = read_moment(text, offset_minutes);
    if (!moment) return std::nullopt;
    // The date is what the sender wrote, whatever his offset was.
    const auto day = parse_day(trim(text).substr(0, 10));
    if (!day) return std::nullopt;
    return to_epoch_days(*day) * 86400;
}

Seconds calendar_day(Seconds moment, int offset_minutes) {
    const Seconds local = moment + Seconds{offset_minutes} * 60;
    return local - local % 86400;
}

std::optional<Micro> read_decimal(std::string_view text) {
    text = trim(text);
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    const std::size_t dot = text.find('.');
    std::string digits{text.substr(0, dot)};
    std::string fraction{dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1)};
    if (digits.empty() && fraction.empty()) return std::nullopt;
    // One more digit than we keep, for rounding.
    if (fraction.size() > 7) fraction.resize(7);
    fraction.resize(7, '0');
    const auto whole = parse_integer(digits.empty() ? "0" : digits);
    const auto part = parse_integer(fraction);
    if (!whole || !part || *whole < 0 || *part < 0) return std::nullopt;
    if (*whole > std::int64_t{9'000'000'000'000}) return std::nullopt;
    const Micro value = *whole * kMicro + (*part + 5) / 10;
    return negative ? -value : value;
}

std::string write_number(Micro amount) {
    std::string text = write_fixed(amount, 6);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string write_fixed(Micro amount, int digits) {
    ensure(digits > 0 && digits <= 6, "amounts are written with 1 to 6 digits");
    const Micro rounded = round_to(amount, digits);
    const Micro positive = rounded < 0 ? -rounded : rounded;
    std::string fraction = std::to_string(positive % kMicro + kMicro).substr(1);
    fraction.resize(static_cast<std::size_t>(digits));
    return (rounded < 0 ? "-" : "") + std::to_string(positive / kMicro) + "." + fraction;
}

Micro round_to(Micro amount, int digits) {
    const Micro step = kPowers.at(static_cast<std::size_t>(6 - digits));
    return static_cast<Micro>(divide_rounded(amount, step)) * step;
}

Micro multiply(Micro a, Micro b) {
    return static_cast<Micro>(divide_rounded(static_cast<Wide>(a) * b, kMicro));
}

Micro divide(Micro a, Micro b) {
    ensure(b != 0, "a division by zero in an amount");
    return static_cast<Micro>(divide_rounded(static_cast<Wide>(a) * kMicro, b));
}

std::string lower(std::string_view ascii) {
    std::string out{ascii};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool same_word(std::string_view a, std::string_view b) {
    return a.size() == b.size() && lower(a) == lower(b);
}

std::string camel(std::string_view upper_snake) {
    std::string out;
    bool upper = false;
    for (const char c : upper_snake) {
        if (c == '_') {
            upper = true;
        } else {
            const bool letter = c >= 'A' && c <= 'Z';
            out += letter && !upper ? static_cast<char>(c - 'A' + 'a') : c;
            upper = false;
        }
    }
    return out;
}

} // namespace hb::sandbox
