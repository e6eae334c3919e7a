#include <cstring>

#include <SQLiteCpp/Database.h>
#include <sqlite3.h>

#include "base/ensure.h"
#include "store/connection.h"

// On the C interface: SQLiteCpp's own statement wraps integers, keeps old bindings over a reset and
// reads NULL as 0 (F11).
namespace hb::store {

void fail(sqlite3* db, const std::string& doing) {
    const int code = sqlite3_extended_errcode(db);
    throw StoreError(doing + ": " + sqlite3_errmsg(db) + " (SQLite " + std::to_string(code) + ")",
                     code);
}

bool StoreError::unique_violation() const {
    return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY;
}

Statement::Statement() : impl_(std::make_unique<Impl>()) {}
Statement::~Statement() = default;
Statement::Impl::~Impl() {
    sqlite3_finalize(handle);
}

namespace {

// One line of the SQL, enough to find it.
std::string short_sql(const std::string& sql) {
    std::string out;
    for (const char c : sql) {
        const bool space = c == ' ' || c == '\n';
        if (!space) out += c;
        if (space && !out.empty() && out.back() != ' ') out += ' ';
        if (out.size() >= 80) return out + "...";
    }
    return out;
}

bool only_blanks(const char* rest) {
    return rest[std::strspn(rest, " \t\r\n;")] == '\0';
}

} // namespace

std::unique_ptr<Statement> Access::compile(sqlite3* db, const std::string& sql) {
    std::unique_ptr<Statement> statement(new Statement());
    Statement::Impl& impl = *statement->impl_;
    impl.db = db;
    impl.sql = sql;
    const char* rest = nullptr;
    const int size = static_cast<int>(sql.size()) + 1;
    if (sqlite3_prepare_v3(db, sql.c_str(), size, SQLITE_PREPARE_PERSISTENT, &impl.handle, &rest) !=
        SQLITE_OK)
        fail(db, "can't prepare \"" + short_sql(sql) + "\"");
    ensure(impl.handle != nullptr && only_blanks(rest), "a prepared text holds one SQL statement");
    const int count = sqlite3_bind_parameter_count(impl.handle);
    ensure(count < 64, "a statement has at most 63 parameters");
    impl.all = (std::uint64_t{1} << count) - 1;
    for (int i = 1; i <= count; ++i) {
        const char* name = sqlite3_bind_parameter_name(impl.handle, i);
        ensure(name != nullptr, "parameters have names");
        impl.names.emplace_back(name);
    }
    return statement;
}

void Access::make_ready(Statement& statement) {
    Statement::Impl& impl = *statement.impl_;
    ensure(!impl.running, "a prepared statement is in use already");
    sqlite3_clear_bindings(impl.handle);
    impl.bound = 0;
    impl.next = 1;
}

void Access::forget_statements(Database& db) {
    auto& statements = db.impl_->statements;
    for (auto at = statements.begin(); at != statements.end();)
        at = at->second->impl_->running ? std::next(at) : statements.erase(at);
}

int Statement::Impl::index_of(const char* name) {
    const auto count = static_cast<int>(names.size());
    for (int tried = 0; tried < count; ++tried) {
        const int index = next > count ? 1 : next;
        next = index + 1;
        if (names[static_cast<std::size_t>(index - 1)] == name) return index;
    }
    throw StoreError("no parameter " + std::string(name) + " in \"" + short_sql(sql) + "\"",
                     SQLITE_RANGE);
}

void Statement::Impl::mark_bound(int index, int result) {
    if (result != SQLITE_OK) fail(db, "can't bind a value of \"" + short_sql(sql) + "\"");
    bound |= std::uint64_t{1} << (index - 1);
}

Statement& Statement::bind(const char* name, std::int64_t value) {
    const int index = impl_->index_of(name);
    impl_->mark_bound(index, sqlite3_bind_int64(impl_->handle, index, value));
    return *this;
}

Statement& Statement::bind(const char* name, std::string_view text) {
    const int index = impl_->index_of(name);
    // A view without data would be stored as NULL.
    const char* data = text.data() == nullptr ? "" : text.data();
    impl_->mark_bound(index, sqlite3_bind_text64(impl_->handle, index, data, text.size(),
                                                 SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind_view(const char* name, std::string_view text) {
    const int index = impl_->index_of(name);
    const char* data = text.data() == nullptr ? "" : text.data();
    impl_->mark_bound(index, sqlite3_bind_text64(impl_->handle, index, data, text.size(),
                                                 SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind_null(const char* name) {
    const int index = impl_->index_of(name);
    impl_->mark_bound(index, sqlite3_bind_null(impl_->handle, index));
    return *this;
}

Statement& Statement::bind_blob(const char* name, std::string_view bytes) {
    const int index = impl_->index_of(name);
    const char* data = bytes.data() == nullptr ? "" : bytes.data();
    impl_->mark_bound(
        index, sqlite3_bind_blob64(impl_->handle, index, data, bytes.size(), SQLITE_TRANSIENT));
    return *this;
}

bool Statement::step() {
    if (impl_->bound != impl_->all)
        throw StoreError("a parameter was left unbound in \"" + short_sql(impl_->sql) + "\"",
                         SQLITE_MISUSE);
    const int result = sqlite3_step(impl_->handle);
    impl_->running = result == SQLITE_ROW;
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) {
        sqlite3_reset(impl_->handle);
        return false;
    }
    // The reset comes after the message is taken; it reports the same error again.
    try {
        fail(impl_->db, "\"" + short_sql(impl_->sql) + "\"");
    } catch (...) {
        sqlite3_reset(impl_->handle);
        throw;
    }
}

void Statement::run() {
    const bool row = step();
    if (row) reset();
    ensure(!row, "run() of a statement that returns rows");
}

void Statement::reset() {
    sqlite3_reset(impl_->handle);
    impl_->running = false;
}

std::int64_t Statement::integer(int column) const {
    const int type = sqlite3_column_type(impl_->handle, column);
    if (type != SQLITE_INTEGER)
        throw StoreError("column " + std::to_string(column) + " of \"" + short_sql(impl_->sql) +
                             "\" is no whole number",
                         SQLITE_MISMATCH);
    return sqlite3_column_int64(impl_->handle, column);
}

std::optional<std::int64_t> Statement::integer_or_null(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

std::string_view Statement::text_view(int column) const {
    const int type = sqlite3_column_type(impl_->handle, column);
    if (type != SQLITE_TEXT && type != SQLITE_BLOB)
        throw StoreError("column " + std::to_string(column) + " of \"" + short_sql(impl_->sql) +
                             "\" is no text",
                         SQLITE_MISMATCH);
    const void* data = sqlite3_column_blob(impl_->handle, column);
    const int size = sqlite3_column_bytes(impl_->handle, column);
    return {data == nullptr ? "" : static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

std::string Statement::text(int column) const {
    return std::string(text_view(column));
}

std::optional<std::string> Statement::text_or_null(int column) const {
    if (is_null(column)) return std::nullopt;
    return text(column);
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(impl_->handle, column) == SQLITE_NULL;
}

} // namespace hb::store
