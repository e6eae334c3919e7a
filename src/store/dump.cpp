#include <algorithm>

#include "base/text.h"
#include "domain/question.h"
#include "domain/report.h"
#include "store/connection.h"
#include "store/outbox.h"
#include "store/rows.h"

// `hourbridge dump TABLE`: rows in words.
namespace hb::store {

namespace {

using Row = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> tables(Database& db) {
    return all(db.prepare(R"(
        SELECT name FROM sqlite_master
         WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name)"),
               only_text);
}

std::vector<std::string> column_names(Database& db, std::string_view table) {
    return all(
        db.prepare("SELECT name FROM pragma_table_info(:table) ORDER BY cid").bind(":table", table),
        only_text);
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    for (const std::string_view candidate : names)
        if (name == candidate) return true;
    return false;
}

bool names_instant(std::string_view column) {
    return column.ends_with("_at") ||
           is_one_of(column, {"at", "created", "closed", "deadline", "first_seen"});
}

bool names_day(std::string_view column) {
    return is_one_of(
        column, {"day", "date", "work_date", "valid_from", "until", "period_from", "period_to"});
}

std::string in_words(std::string_view table, std::string_view column, std::int64_t value) {
    const bool is_flag = table == "projects" && column == "closed";
    if (names_instant(column) && !is_flag) return format_instant(from_epoch_ms(value));
    if (names_day(column)) return format_day(from_epoch_days(value));
    if (table == "reports" && column == "state")
        return domain::to_string(static_cast<domain::State>(value));
    if (table == "questions" && column == "kind")
        return domain::to_string(static_cast<domain::QuestionKind>(value));
    return std::to_string(value);
}

// A raw webhook holds the sender's secrets: only its size is told.
const char* expression(std::string_view table, std::string_view column) {
    if (table == "inbox" && column == "body") return "'(' || length(body) || ' bytes)'";
    if (table == "settings" && column == "value")
        return "CASE WHEN name LIKE 'oauth%' THEN '(sealed)' ELSE value END";
    if (table == "client_links" && column == "password")
        return "CASE WHEN password IS NULL THEN NULL ELSE '(hash)' END";
    if (table == "walk_marks" && column == "marks") return "'(' || length(marks) || ' bytes)'";
    // What opens doors for staff, and what they were answered.
    if ((table == "users" && (column == "password" || column == "totp")) ||
        (table == "enrolments" && column != "user" && column != "expires_at") ||
        ((table == "sessions" || table == "tokens" || table == "recovery_codes") &&
         column == "digest") ||
        (table == "kept_answers" && column == "body"))
        return "'(kept)'";
    if (table == "given" && column == "bytes") return "'(' || length(bytes) || ' bytes)'";
    return nullptr;
}

std::string select_of(std::string_view table, const std::vector<std::string>& columns) {
    std::vector<std::string> parts;
    for (const std::string& column : columns) {
        const char* special = expression(table, column);
        const std::string value = special != nullptr ? special : "\"" + column + "\"";
        parts.push_back(value + ", typeof(" + value + ")");
    }
    return "SELECT " + join(parts, ", ") + " FROM \"" + std::string(table) + "\" LIMIT :limit";
}

} // namespace

Result<std::vector<Row>> dump_table(Database& db, std::string_view table, std::int64_t limit) {
    const std::vector<std::string> known = tables(db);
    if (std::find(known.begin(), known.end(), table) == known.end())
        return Error{Code::NotFound, "there is no table \"" + std::string(table) + "\"", "",
                     "tables: " + join(known, ", ")};
    const std::vector<std::string> columns = column_names(db, table);
    const auto select = prepare_once(db, select_of(table, columns));
    select->bind(":limit", limit);
    return all(*select, [&](const Statement& row) {
        Row out;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const int at = static_cast<int>(i) * 2;
            const std::string type = row.text(at + 1);
            std::string value;
            if (type == "integer") value = in_words(table, columns[i], row.integer(at));
            if (type == "text") value = row.text(at);
            out.emplace_back(columns[i], std::move(value));
        }
        return out;
    });
}

} // namespace hb::store
