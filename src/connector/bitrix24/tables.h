#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connector/bitrix24/client.h"
#include "connector/bitrix24/item_rows.h"
#include "domain/exchange.h"

namespace hb::connector::bitrix24 {

// How one stream is asked for. The methods differ in spelling only; that is all kept here.
enum class Dialect {
    Tasks,
    Items,   // crm.item.list
    Classic, // crm.deal.list, crm.company.list: development has stopped
    Users,
    Groups,
    Entries
};

struct Table {
    std::string stream;
    std::string method;
    Dialect dialect = Dialect::Tasks;
    std::string rows;                 // member of `result` that holds the rows; "": `result` itself
    std::string id;                   // name of the id in a row
    std::string changed_filter;       // "CHANGED_DATE"; "": no such filter
    bool big = false;                 // may hold many thousands: a Full walk reads by id windows
    int entity_type = 0;              // of Items
    std::vector<ItemMember> members;  // of Items: what is asked for, and as what it is kept
    std::vector<std::string> select;  // names asked for
    std::vector<std::string> content; // names in the answer that make up the content hash
    std::vector<std::string> moments; // of those, the ones that are moments
    std::optional<Zone> wall;         // moments are wall clock of this zone (G53)
};

// Nothing for a stream that this connector does not have.
std::optional<Table> table_of(std::string_view stream, const Bitrix24Options& options);
std::vector<std::string> stream_names();

// Which rows of a table.
struct Ask {
    std::int64_t after = 0; // ids above this
    std::string after_ref;  // instead of `after`: "$result[…]"
    std::int64_t up_to = 0; // ids up to this; 0: no bound
    bool newest_first = false;
    std::string changed_since;       // wire time
    std::string work_from, work_end; // entries: CREATED_DATE >= from, < end; wire times
    std::vector<std::string> ids;    // exactly these ids
    std::string task;                // entries of one task
};
std::string query_of(const Table& table, const Ask& ask);
// "$result[KEY][tasks][49][id]": the id of the last row of a full page.
std::string last_row_of(const Table& table, std::string_view key);

struct Row {
    std::int64_t id = 0;
    json::Value value;
};
// The rows of a command's result; an Error when they are not rows with ids.
Result<std::vector<Row>> rows_of(const Table& table, const json::Value& result);
domain::SourceRecord record_of(const Table& table, const Row& row);
// SHA-256 over the content alone: what was asked for, without marks and change stamps (G26); a
// number and its text, null and "" are the same, and so is a moment however it is written (G53).
std::string content_hash(const Table& table, const json::Value& row);

// Under which name the connector adds a moment that it worked out: "hb_created" for "createdDate".
std::string worked_out_name(std::string_view name);

// "2026-03-05T13:41:59+00:00": what a filter takes.
std::string wire_time(Instant instant);
std::string wire_day(Day day);

} // namespace hb::connector::bitrix24
