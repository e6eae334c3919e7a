#include "audit/dump.h"

#include <limits>
#include <stdexcept>

#include "base/digest.h"
#include "base/text.h"

namespace hb::test {
namespace {

// What bills and the decisions about them depend on.
constexpr const char* kTables[] = {
    "remotes",         "persons",       "companies",     "tasks",          "entries",
    "entry_revisions", "links",         "overrides",     "late_decisions", "adoptions",
    "contracts",       "reports",       "revisions",     "lines",          "allocations",
    "exclusions",      "adjustments",   "payments",      "questions",      "question_args",
    "outbox",          "documents",     "entry_aliases", "link_rules",     "mapping_versions",
    "draft_accepted",  "long_accepted", "not_shown",     "waiting",        "waiting_values",
};

} // namespace

Dump dump_of(store::Database& db) {
    constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();
    Dump out;
    for (const char* table : kTables) {
        auto& rows = out.tables[table];
        const auto dumped = store::dump_table(db, table, all);
        if (!dumped) throw std::runtime_error(dumped.error().message);
        for (const auto& row : *dumped) rows.emplace_back(row.begin(), row.end());
    }
    out.events = store::Events(db).since(0, all);
    return out;
}

const Cells* Dump::find(const std::string& table, const std::string& column,
                        const std::string& value) const {
    for (const auto& row : rows(table))
        if (row.at(column) == value) return &row;
    return nullptr;
}

std::string hash_of(const store::EventRow& row, const std::string& key) {
    const std::string report = row.report ? std::to_string(*row.report) : "";
    const std::string text =
        join({row.previous, std::to_string(row.seq), std::to_string(to_epoch_ms(row.at)), row.actor,
              row.action, report, row.subject, row.data},
             "\n");
    return key.empty() ? sha256_hex(text) : hex(hmac_sha256(key, text));
}

std::string chain_key_of(const Dump& dump) {
    if (dump.secret_key.empty()) return "";
    return hmac_sha256(dump.secret_key, "hourbridge: the chain of the log");
}

void forget_event(Dump& dump, std::size_t at) {
    auto& events = dump.events;
    const std::string key = chain_key_of(dump);
    events.erase(events.begin() + static_cast<std::ptrdiff_t>(at));
    for (std::size_t i = at; i < events.size(); ++i) {
        events[i].seq = static_cast<std::int64_t>(i) + 1;
        events[i].previous = i == 0 ? "" : events[i - 1].hash;
        events[i].hash = hash_of(events[i], key);
    }
}

std::int64_t number_in(const Cells& row, const std::string& column) {
    const auto& text = row.at(column);
    return text.empty() ? 0 : std::stoll(text);
}

std::int64_t minor_of(std::string_view amount) {
    std::string digits;
    for (const char c : amount)
        if (c != '.') digits += c;
    if (digits.empty() || digits.find_first_not_of("-0123456789") != std::string::npos)
        throw std::runtime_error("no amount: \"" + std::string(amount) + "\"");
    return std::stoll(digits);
}

} // namespace hb::test
