#include "audit/reader.h"
#include "base/text.h"

// What guards hold, and what they let pass because a person said so (G46-G48, G51, G54, G66): read
// from bare rows, the log, and what the rulings say.
namespace hb::test {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr const char* kEntrySeconds = "10"; // the field of a time record's length

std::string text(const json::Value& data, const char* key) {
    return std::string(data[key].text_view().value_or(""));
}
bool is(const json::Value& data, const char* key, std::int64_t value) {
    const auto number = data[key].integer();
    return number && *number == value;
}
// An acceptance falls with what came back since, and never rises by itself (G47).
bool is_at_least(const json::Value& data, const char* key, std::int64_t value) {
    const auto number = data[key].integer();
    return number && *number >= value;
}

// What a report's text had before there was anything to add to it.
const std::set<std::string> kFirstMembers = {
    "billed_seconds", "client", "completeness",   "contract",
    "currency",       "filter", "lines",          "number",
    "own_company",    "period", "revision_n",     "subtotal",
    "total",          "vat",    "worked_seconds", "nonbillable_seconds"};
const std::set<std::string> kFirstPlaces = {
    "billed_work_seconds",        "excluded_seconds", "external_seconds",   "filtered_seconds",
    "from_other_periods_seconds", "held_seconds",     "late_seconds",       "no_task_seconds",
    "nonbillable_seconds",        "source_seconds",   "written_off_seconds"};

bool says_nothing(const json::Value& value) {
    const auto number = value.integer();
    const auto flag = value.boolean();
    const auto words = value.text_view();
    if (value.null()) return true;
    if (number) return *number == 0;
    if (flag) return !*flag;
    if (words) return words->empty();
    return value.size() == 0;
}

} // namespace

void AuditReader::guards() {
    for (const auto& row : dump_.rows("draft_accepted"))
        needs(has_event("report.accepted", row.at("code"), row.at("report"),
                        [&](const json::Value& data) {
                            return is_at_least(data, "seconds", number_in(row, "seconds")) &&
                                   is_at_least(data, "amount", number_in(row, "amount"));
                        }),
              "that report " + row.at("report") + " may be sent though it is " + row.at("code"));
    for (const auto& row : dump_.rows("long_accepted")) {
        const auto known = revisions_.find({row.at("entry"), row.at("revision")});
        if (known == revisions_.end()) {
            wrong("a long record was accepted in a revision that is not kept");
            continue;
        }
        needs(has_event("entry.accepted", entry_name(row.at("entry")), "",
                        [&](const json::Value& data) {
                            return text(data, "reason") == row.at("reason") &&
                                   is(data, "seconds", known->second.seconds);
                        }),
              "that " + entry_name(row.at("entry")) + " is as long as it says");
    }
    for (const auto& row : dump_.rows("not_shown")) {
        if (row.at("kept_by").empty()) continue;
        static const std::map<std::string, std::set<std::string>> kinds = {
            {"entries", {"entry"}},     {"tasks", {"task"}}, {"users", {"user"}},
            {"companies", {"company"}}, {"deals", {"deal"}}, {"groups", {"group", "project"}}};
        bool there = false;
        for (const auto& kind : kinds.at(row.at("stream")))
            there = there || has_event("deletion.refused",
                                       remotes_.at(row.at("remote"))->at("name") + ":" + kind +
                                           ":" + row.at("remote_id"),
                                       "", [&](const json::Value& data) {
                                           return text(data, "reason") == row.at("reason");
                                       });
        needs(there, "that " + row.at("stream") + " " + row.at("remote_id") + " stays");
    }
    waiting_values();
}

// While a value waits, the one that was accepted is in force (G46).
void AuditReader::waiting_values() {
    for (const auto& value : dump_.rows("waiting_values")) {
        if (value.at("field") != kEntrySeconds) continue;
        const auto* row = dump_.find("waiting", "id", value.at("waiting"));
        if (row == nullptr) {
            wrong("a value waits for no record");
            continue;
        }
        for (const auto& [id, entry] : entries_)
            if (entry->at("remote") == row->at("remote") &&
                entry->at("remote_id") == row->at("remote_id") &&
                entry->at("seconds") != value.at("was"))
                wrong(entry_name(id) + " counts " + entry->at("seconds") + " s while " +
                      value.at("was") + " s are accepted (G46)");
    }
}

// A record on a bill that a guard or its planner's own word keeps off it.
void AuditReader::guarded_share(const Cells& line, const Cells& share, const Entry& facts,
                                const json::Value& terms, const std::string& who) {
    const auto name = entry_name(share.at("entry"));
    if (facts.seconds > kDay && text(terms, "long_records") != "accept" &&
        !has_event("entry.accepted", name))
        wrong(who + name + " is of more than a day, and nobody accepted it (G54)");
    const auto& row = *entries_.at(share.at("entry"));
    const auto& word = row.at("word");
    const bool not_billable = word.substr(0, word.find('\n')).find('n') != std::string::npos;
    if (line.at("billable") == "1" && not_billable && row.at("first_word").empty() &&
        share.at("live") == "1" && row.at("revision") == share.at("entry_revision") &&
        text(terms, "planner_flags") != "ignore" && !has_event("entry.override", name))
        wrong(who + name + " is not billable by its planner's word (G51)");
}

// What a report does not have adds nothing to its text (G66).
void AuditReader::nothing_empty(const json::Value& frozen, const std::string& who) {
    for (const auto member : frozen)
        if (kFirstMembers.count(std::string(member.key())) == 0 && says_nothing(member))
            wrong(who + "an empty " + std::string(member.key()) + " in its text (G66)");
    for (const auto member : frozen["completeness"])
        if (kFirstPlaces.count(std::string(member.key())) == 0 && says_nothing(member))
            wrong(who + "an empty " + std::string(member.key()) + " in its statement (G66)");
}

} // namespace hb::test
