#include "books.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <unistd.h>

#include <sqlite3.h>

#include "base/digest.h"
#include "base/ensure.h"
#include "domain/money.h"
#include "store/connection.h"

namespace hb::store::test {

TempDir::TempDir() : TempDir(std::filesystem::temp_directory_path().string()) {}

TempDir TempDir::in_memory() {
    const bool there = ::access("/dev/shm", W_OK) == 0;
    return there ? TempDir("/dev/shm") : TempDir();
}

TempDir::TempDir(const std::string& above) {
    std::string pattern = above + "/hb-store-XXXXXX";
    ensure(::mkdtemp(pattern.data()) != nullptr, "no temporary directory");
    path_ = pattern;
}

TempDir::~TempDir() {
    std::filesystem::remove_all(path_);
}

domain::SourceEntry entry(const std::string& id, const std::string& task, std::int64_t seconds,
                          Day date) {
    domain::SourceEntry out;
    out.id = id;
    out.task = task;
    out.person = "7";
    out.seconds = seconds;
    out.day = date;
    out.text = "work";
    return out;
}

domain::SourceTask task(const std::string& id) {
    domain::SourceTask out;
    out.id = id;
    out.title = "Task " + id;
    out.status = domain::TaskStatus::InProgress;
    return out;
}

namespace {

std::string id_of(const domain::Fact& fact) {
    return std::visit([](const auto& value) { return value.id; }, fact);
}

std::string text_of(const domain::Fact& fact) {
    if (const auto* entry = std::get_if<domain::SourceEntry>(&fact))
        return entry->task + " " + std::to_string(entry->seconds) + " " + entry->text +
               (entry->day ? format_day(*entry->day) : format_instant(*entry->at));
    return "fact " + id_of(fact);
}

} // namespace

KeptRecord kept(const domain::Fact& fact, const std::string& text) {
    KeptRecord out;
    out.record.id = id_of(fact);
    out.record.text = text.empty() ? text_of(fact) : text;
    out.record.hash = sha256_hex(out.record.text);
    out.fact = fact;
    return out;
}

KeptRecord problem(const std::string& id, const std::string& why) {
    KeptRecord out;
    out.record.id = id;
    out.record.text = "{}";
    out.record.hash = sha256_hex("broken " + id);
    out.problem = why;
    return out;
}

Books::Books() : Books(Database::in_memory().value()) {}

Books::Books(std::unique_ptr<Database> opened)
    : db(std::move(opened)), sources(*db), reports(*db), contracts(*db), outbox(*db), events(*db) {
    const auto known = sources.find_remote("planner");
    if (known) {
        remote = known->id;
        return;
    }
    Tx tx(*db);
    remote = sources.add_remote("planner", "bitrix24", "planner.example", now).id;
    tx.commit();
}

KeepCounts Books::keep(const std::string& stream, const std::vector<KeptRecord>& changed,
                       const std::vector<std::string>& unchanged, std::int64_t run) {
    const Sources::Keep context{remote, stream, run, pull, seen, now};
    Tx tx(*db);
    const KeepCounts counts = sources.keep(
        context, changed, unchanged,
        [this](std::optional<std::int64_t>) -> const domain::Calendar& { return calendar; },
        [this](const TaskRow&) {
            ++paid_asked;
            return task_is_paid;
        });
    tx.commit();
    return counts;
}

KeepCounts Books::keep_entries(const std::vector<domain::SourceEntry>& entries) {
    std::vector<KeptRecord> records;
    for (const domain::SourceEntry& one : entries) records.push_back(kept(one));
    return keep("entries", records);
}

std::int64_t Books::tombstone(const std::string& stream, const std::vector<std::string>& ids) {
    Tx tx(*db);
    const std::int64_t count = sources.tombstone({remote, stream, 0, pull, seen, now}, ids);
    tx.commit();
    return count;
}

EntryRow Books::get_entry(const std::string& id) {
    return sources.find_entry(domain::Ref{"planner", "entry", id}).value();
}

TaskRow Books::get_task(const std::string& id) {
    return sources.find_task(domain::Ref{"planner", "task", id}).value();
}

std::int64_t Books::add_company(const std::string& id) {
    keep("companies", {kept(domain::SourceCompany{id, "Company " + id, false})});
    return sources.find_company(domain::Ref{"planner", "company", id})->id;
}

void Books::give(const std::string& task_id, std::optional<std::int64_t> client) {
    Tx tx(*db);
    sources.set_client(
        get_task(task_id).id, client, false,
        [this](std::optional<std::int64_t>) -> const domain::Calendar& { return calendar; });
    tx.commit();
}

std::int64_t Books::add_contract(std::int64_t client) {
    Tx tx(*db);
    ContractRow row;
    row.client = client;
    row.version = static_cast<int>(contracts.of_client(client).size()) + 1;
    row.valid_from = day(row.version);
    row.text = "{}";
    row.actor = "admin";
    row.at = now;
    const std::int64_t id = contracts.add(row);
    tx.commit();
    return id;
}

std::int64_t Books::add_report(std::int64_t client) {
    ReportRow row;
    row.client = client;
    row.contract = contracts.of_client(client).empty() ? add_contract(client)
                                                       : contracts.of_client(client).back().id;
    row.currency = "EUR";
    row.filter = "{}";
    row.period = {day(90), day(120)};
    row.created_at = now;
    row.created_by = "manager";
    Tx tx(*db);
    const std::int64_t id = reports.add(row);
    tx.commit();
    return id;
}

domain::Line Books::line(const std::vector<EntryRow>& entries) {
    domain::Line out;
    out.task = entries.at(0).task;
    out.task_title = "Task";
    out.rate = 6000;
    for (const EntryRow& one : entries) {
        out.worked_seconds += one.seconds;
        out.allocations.push_back({one.id, one.revision, one.seconds, "work"});
    }
    out.billed_seconds = out.worked_seconds;
    out.amount = domain::price(out.rate, out.billed_seconds);
    out.gross = out.amount;
    return out;
}

namespace {

std::vector<std::string> nobody(std::size_t lines) {
    return std::vector<std::string>(lines, "[]");
}

} // namespace

void Books::put_totals(std::int64_t report, const std::vector<domain::Line>& lines) {
    ReportRow row = reports.find(report).value();
    row.worked_seconds = row.billed_seconds = row.subtotal = row.total = 0;
    for (const domain::Line& one : lines) {
        row.worked_seconds += one.worked_seconds;
        row.billed_seconds += one.billed_seconds;
        row.subtotal += one.amount;
        row.total += one.gross;
    }
    reports.update(row);
}

void Books::draft(std::int64_t report, const std::vector<domain::Line>& lines) {
    Tx tx(*db);
    reports.replace_draft(report, lines, nobody(lines.size()));
    put_totals(report, lines);
    tx.commit();
}

std::string Books::send(std::int64_t report, const std::vector<domain::Line>& lines) {
    Tx tx(*db);
    put_totals(report, lines);
    ReportRow row = reports.find(report).value();
    if (!row.number) row.number = reports.next_number("HB2026", 4);
    row.state = domain::State::Sent;
    row.revision += 1;
    row.sent_at = now;
    row.sent_seen = seen;
    reports.update(row);
    const std::string text = R"({"lines":[)" + std::string(lines.empty() ? "" : "1") +
                             (lines.size() > 1 ? std::string(",1") : std::string()) +
                             R"(],"total":")" + domain::format_amount(row.total, {"EUR", 2}) +
                             R"(","worked_seconds":)" + std::to_string(row.worked_seconds) + "}";
    reports.freeze({report, row.revision, text, sha256_hex(text), now, "manager", ""}, lines,
                   nobody(lines.size()));
    tx.commit();
    return sha256_hex(text);
}

void Books::raw(const std::string& sql) {
    char* message = nullptr;
    sqlite3* handle = Access::handle(*db);
    if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &message) == SQLITE_OK) return;
    const std::string what = message == nullptr ? "unknown" : message;
    sqlite3_free(message);
    throw std::runtime_error(what);
}

std::string Books::raw_text(const std::string& sql) {
    const auto statement = prepare_once(*db, sql);
    if (!statement->step() || statement->is_null(0)) return "";
    try {
        return std::to_string(statement->integer(0));
    } catch (const StoreError&) {
        return statement->text(0);
    }
}

} // namespace hb::store::test
