#include "store/numbers.h"

#include <algorithm>
#include <map>

#include "base/files.h"
#include "base/text.h"
#include "store/connection.h"
#include "store/rows.h"

namespace hb::store {
namespace {

using Numbers = std::map<std::string, std::int64_t, std::less<>>;

constexpr std::size_t kFileBytesMax = 1 << 20;
constexpr const char* kLostUntil = "numbers.lost_until"; // a year: series of it and before
// Clocks of some zones are that far ahead.
constexpr std::chrono::hours kZonesAhead{14};

[[noreturn]] void refuse(const std::string& what) {
    throw StoreError("the last numbers of reports: " + what, 0);
}

// "SERIES LAST" a line.
Numbers read_file(const std::string& path) {
    const auto text = read_whole_file(path, kFileBytesMax);
    if (!text && text.error().code == Code::NotFound) return {};
    if (!text) refuse(to_string(text.error()));
    Numbers out;
    for (const auto line : split(*text, '\n')) {
        if (line.empty()) continue;
        const auto words = split(line, ' ');
        const auto last = words.size() == 2 ? parse_integer(words[1]) : std::nullopt;
        if (!last || *last <= 0)
            refuse("what is in " + path + " is none of them; bring the file back from a copy");
        out[std::string(words[0])] = *last;
    }
    return out;
}

void write_file(const std::string& path, const Numbers& numbers) {
    std::string text;
    for (const auto& [series, last] : numbers) text += series + " " + std::to_string(last) + "\n";
    if (auto written = write_whole_file(path, text); !written) refuse(to_string(written.error()));
}

Numbers of_books(Database& db) {
    Numbers out;
    for (auto& [series, last] :
         all(db.prepare("SELECT series, last FROM numbers"), [](const Statement& row) {
             return std::pair{row.text(0), row.integer(1)};
         }))
        out[series] = last;
    return out;
}

void put(Database& db, std::string_view series, std::int64_t last) {
    db.prepare(R"(
        INSERT INTO numbers(series, last) VALUES (:series, :last)
        ON CONFLICT DO UPDATE SET last = max(last, excluded.last))")
        .bind(":series", series)
        .bind(":last", last)
        .run();
}

// What a new series begins after.
std::int64_t lost_of(Database& db, std::string_view series) {
    const auto until = first(db.prepare("SELECT value FROM settings WHERE remote = 0 AND name = "
                                        ":name")
                                 .bind(":name", kLostUntil),
                             [](const Statement& row) { return row.text(0); });
    if (!until || series.size() < 4) return 0;
    const std::string_view year = series.substr(series.size() - 4);
    return year <= *until ? kNumbersLost : 0;
}

// By the books and by the file.
Numbers known(Database& db) {
    Numbers numbers = of_books(db);
    const std::string& books = Access::path(db);
    if (books.empty()) return numbers;
    for (const auto& [series, last] : read_file(numbers_file(books)))
        numbers[series] = std::max(numbers[series], last);
    return numbers;
}

} // namespace

std::string numbers_file(const std::string& books) {
    return books + ".numbers";
}

std::int64_t give_number(Database& db, std::string_view series) {
    const Numbers numbers = known(db);
    const auto given = numbers.find(series);
    const std::int64_t last = 1 + (given != numbers.end() ? given->second : lost_of(db, series));
    put(db, series, last);
    return last;
}

void keep_numbers(Database& db) {
    const std::string& books = Access::path(db);
    if (books.empty()) return;
    const Numbers numbers = known(db);
    if (numbers != read_file(numbers_file(books))) write_file(numbers_file(books), numbers);
}

void carry_numbers(Database& from, Database& to) {
    for (const auto& [series, last] : of_books(from)) put(to, series, last);
}

void skip_numbers(Database& to, Instant now) {
    for (const auto& [series, last] : of_books(to)) put(to, series, last + kNumbersLost);
    to.prepare(R"(
        INSERT INTO settings(remote, name, value, at) VALUES (0, :name, :year, :now)
        ON CONFLICT DO UPDATE SET value = excluded.value, at = excluded.at)")
        .bind(":name", kLostUntil)
        .bind(":year", format_instant(now + kZonesAhead).substr(0, 4))
        .bind(":now", stored(now))
        .run();
}

} // namespace hb::store
