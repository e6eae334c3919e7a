#include "audit/reader.h"

// Every decision that is in the books has its audit row, and says there what it says here.
namespace hb::test {
namespace {

std::string text(const json::Value& data, const char* key) {
    return std::string(data[key].text_view().value_or(""));
}

} // namespace

std::string AuditReader::entry_name(const std::string& id) const {
    const auto& row = *entries_.at(id);
    return remotes_.at(row.at("remote"))->at("name") + ":entry:" + row.at("remote_id");
}

bool AuditReader::has_event(const std::string& action, const std::string& subject,
                            const std::string& report, const Told& told) const {
    const auto known = by_action_.find(action);
    if (known == by_action_.end()) return false;
    for (const auto i : known->second) {
        const auto& event = dump_.events[i];
        const bool same =
            report.empty() || (event.report && std::to_string(*event.report) == report);
        if (same && (subject.empty() || event.subject == subject) &&
            (!told || told(data_[i].root())))
            return true;
    }
    return false;
}

void AuditReader::decisions() {
    late_decisions();
    adjustments();
    money_by_payments();
    people_decided();
    questions();
    writes();
    for (const auto& row : dump_.rows("contracts")) {
        const auto& company = *companies_.at(row.at("client"));
        const auto client =
            remotes_.at(company.at("remote"))->at("name") + ":company:" + company.at("remote_id");
        needs(has_event("contract.applied", client, "",
                        [&](const json::Value& data) {
                            return std::to_string(*data["version"].integer()) ==
                                       row.at("version") &&
                                   text(data, "valid_from") == row.at("valid_from");
                        }),
              "version " + row.at("version") + " of the contract of " + client);
    }
    for (const auto& row : dump_.rows("revisions")) {
        const auto& story = stories_[row.at("report")];
        const auto told = story.hashes.find(std::stoi(row.at("n")));
        const std::string who = "revision " + row.at("n") + " of report " + row.at("report");
        needs(told != story.hashes.end(), who);
        if (told != story.hashes.end() && told->second != row.at("hash"))
            wrong(who + ": the log says another hash");
    }
}

void AuditReader::late_decisions() {
    for (const auto& row : dump_.rows("late_decisions"))
        needs(has_event("late.decided", entry_name(row.at("entry")), "",
                        [&](const json::Value& data) {
                            return text(data, "decision") == row.at("decision");
                        }),
              "the decision about late entry " + row.at("entry"));
    for (const auto& row : dump_.rows("overrides"))
        needs(has_event("entry.override", entry_name(row.at("entry")), "",
                        [&](const json::Value& data) {
                            return text(data, "billable") ==
                                   (row.at("billable") == "1" ? "yes" : "no");
                        }),
              "the override of entry " + row.at("entry"));
    for (const auto& row : dump_.rows("exclusions"))
        needs(has_event("report.excluded", "", row.at("report"),
                        [&](const json::Value& data) {
                            return text(data, "reason") == row.at("reason");
                        }),
              "what was taken out of report " + row.at("report"));
}

void AuditReader::adjustments() {
    for (const auto& row : dump_.rows("adjustments")) {
        const std::string name = "adjustment:" + row.at("id");
        // Sides that a decision adds are in the row of that decision.
        const bool added = row.at("side") == "3" || (row.at("side") == "2" && row.at("pair") != "");
        if (!added) needs(has_event("adjustment.made", name, row.at("report")), name);
        if (row.at("decision").empty()) continue;
        if (row.at("side") == "3") continue; // carries no money and is on no line
        const auto same = [&](const json::Value& data) {
            for (const char* column : {"delta_seconds", "delta_billed", "delta_amount"})
                if (std::to_string(*data[column].integer()) != row.at(column)) return false;
            return true;
        };
        const auto decided = added ? "adjustment:" + row.at("pair") : name;
        if (added)
            needs(has_event("adjustment.transferred", decided, row.at("report"),
                            [&](const json::Value& data) {
                                return text(data, "put_in") == name && same(data);
                            }),
                  name + " with its money");
        needs(has_event("late.decided", decided, "",
                        [&](const json::Value& data) {
                            return text(data, "decision") == row.at("decision") &&
                                   (added || same(data));
                        }),
              "the decision about " + name + " with its money");
    }
}

void AuditReader::money_by_payments() {
    for (const auto& row : dump_.rows("payments")) {
        const std::string name = row.at("source") + ":" + row.at("external_id");
        const auto of_it = [&](const json::Value& data) { return text(data, "payment") == name; };
        needs(has_event("payment.added", row.at("ref"), row.at("report"),
                        [&](const json::Value& data) {
                            return of_it(data) && text(data, "currency") == row.at("currency") &&
                                   text(data, "date") == row.at("date") &&
                                   minor_of(text(data, "amount")) == number_in(row, "amount");
                        }),
              "payment " + name);
        const bool reversed = has_event("payment.reversed", row.at("ref"), row.at("report"), of_it);
        if (!row.at("reversed_at").empty()) needs(reversed, "the reversal of payment " + name);
        if (row.at("reversed_at").empty() && reversed)
            wrong("payment " + name + ": stands, and the log says that it was reversed");
    }
    for (const auto& [report, story] : stories_)
        for (const auto& [name, amount] : story.payments) {
            bool there = false;
            for (const auto& row : dump_.rows("payments"))
                there = there || row.at("source") + ":" + row.at("external_id") == name;
            if (!there) wrong("payment " + name + ": in the log, and not in the books");
        }
}

// A refused write is in the log as the op that was parked; older questions were texts.
void AuditReader::questions() {
    for (const auto& row : dump_.rows("questions")) {
        const auto this_one = [&](const json::Value& data) {
            return text(data, "question") == row.at("id");
        };
        const std::string who = "question " + row.at("id");
        if (row.at("kind") != "other" && row.at("kind") != "write_refused")
            needs(has_event("report.asks", "", row.at("report"), this_one), who);
        if (!row.at("answered_at").empty())
            needs(has_event("question.answered", "", row.at("report"), this_one),
                  "the answer to " + who);
    }
}

void AuditReader::people_decided() {
    for (const auto& row : dump_.rows("links")) {
        needs(has_event("link.set", row.at("subject"), "",
                        [&](const json::Value& data) {
                            return text(data, "target") == row.at("target");
                        }),
              "the link of " + row.at("subject"));
        if (!row.at("removed_at").empty())
            needs(has_event("link.removed", row.at("subject")) ||
                      has_event("link.set", row.at("subject")),
                  "the end of the link of " + row.at("subject"));
    }
    for (const auto& row : dump_.rows("adoptions")) {
        needs(has_event(
                  "history.adopted", row.at("subject"), "",
                  [&](const json::Value& data) { return text(data, "until") == row.at("until"); }),
              "the adoption of " + row.at("subject"));
        if (!row.at("undone_at").empty())
            needs(has_event("history.adoption_undone", row.at("subject")) ||
                      has_event("history.adopted", row.at("subject")),
                  "the end of the adoption of " + row.at("subject"));
    }
    for (const auto& row : dump_.rows("entry_aliases")) {
        const auto same_as = [&](const json::Value& data) {
            return text(data, "same_as") == entry_name(row.at("same_as"));
        };
        const auto name = entry_name(row.at("entry"));
        const char* action = row.at("decision") == "proposed" ? "alias.proposed" : "alias.decided";
        needs(has_event(action, name, "", same_as), "that " + name + " repeats other time");
    }
    for (const auto& row : dump_.rows("link_rules")) {
        needs(has_event("link_rule.added", "rule " + row.at("id")), "rule " + row.at("id"));
        if (!row.at("removed_at").empty())
            needs(has_event("link_rule.removed", "rule " + row.at("id")),
                  "the end of rule " + row.at("id"));
    }
    for (const auto& row : dump_.rows("mapping_versions")) {
        if (row.at("version") == "1") continue; // the file that an edit began with
        const auto remote = remotes_.at(row.at("remote"))->at("name");
        needs(has_event("mapping.applied", remote, "",
                        [&](const json::Value& data) {
                            return text(data, "version") == row.at("version");
                        }),
              "version " + row.at("version") + " of the mapping of " + remote);
    }
}

// Rule 47: what was written outside.
void AuditReader::writes() {
    for (const auto& row : dump_.rows("outbox")) {
        const std::string what = "operation " + row.at("id") + " (" + row.at("purpose") + ")";
        if (row.at("superseded") == "1") continue; // never sent: a newer value took its place
        if (row.at("state") == "done")
            needs(has_event("op.done", row.at("purpose"), row.at("report"),
                            [&](const json::Value& data) {
                                return text(data, "remote_id") == row.at("remote_id");
                            }),
                  what);
        if (row.at("state") == "parked") needs(has_event("op.parked", row.at("purpose")), what);
    }
    for (const auto& row : dump_.rows("documents"))
        if (row.at("state") == "stored")
            needs(has_event("document.stored", "", row.at("report"),
                            [&](const json::Value& data) {
                                return text(data, "sha256") == row.at("sha256");
                            }),
                  "document " + row.at("id"));
}

} // namespace hb::test
