#include <map>

#include "audit/reader.h"

// Which day a moment has and which version of the terms judges it (G52), by another way than the
// program: each version owns the days up to the next one's first, and is asked in turn.
namespace hb::test {
namespace {

struct Reign {
    Day from, until; // its own days: from <= day < until
    const Cells* version;
    Zone zone;
};

Zone zone_in(const Cells& version) {
    const auto terms = json::Document::parse(version.at("text"));
    return Zone::find(std::string(terms->root()["time_zone"].text_view().value_or("UTC"))).value();
}

std::vector<Reign> reigns_of(const std::vector<const Cells*>& versions) {
    std::map<std::string, const Cells*> by_day; // days in words are in the order of the calendar
    for (const auto* version : versions) by_day[version->at("valid_from")] = version;
    std::vector<Reign> out;
    for (const auto& [from, version] : by_day) {
        const Day first = parse_day(from).value();
        if (!out.empty()) out.back().until = first;
        out.push_back({out.empty() ? Day::min() : first, Day::max(), version, zone_in(*version)});
    }
    return out;
}

} // namespace

const Cells* version_on(const std::vector<const Cells*>& versions, const std::string& day) {
    const Day wanted = parse_day(day).value();
    for (const auto& reign : reigns_of(versions))
        if (reign.from <= wanted && wanted < reign.until) return reign.version;
    return nullptr;
}

std::string day_by(const std::vector<const Cells*>& versions, const std::string& at) {
    const Instant moment = parse_instant(at).value();
    const auto reigns = reigns_of(versions);
    for (const auto& reign : reigns) {
        const Day day = reign.zone.day_of(moment);
        if (reign.from <= day && day < reign.until) return format_day(day);
    }
    // No one's: one says that it comes after its days, the next one that it comes before its own.
    for (const auto& reign : reigns)
        if (reign.zone.day_of(moment) >= reign.until) return format_day(reign.zone.day_of(moment));
    return "";
}

std::vector<const Cells*> AuditReader::versions_of(const std::string& client,
                                                   const std::string& before) const {
    std::vector<const Cells*> out;
    for (const auto& row : dump_.rows("contracts"))
        if (row.at("client") == client && (before.empty() || row.at("at") < before))
            out.push_back(&row);
    return out;
}

// What came after a bill judges nothing that is on it, and its own version has no rival.
std::vector<const Cells*> AuditReader::versions_known(const Cells& report, int revision,
                                                      const Cells& contract) const {
    std::vector<const Cells*> out;
    for (const auto* row : versions_of(report.at("client"))) {
        const bool own = row->at("version") == contract.at("version");
        if (!own && row->at("valid_from") == contract.at("valid_from")) continue;
        if (revision == 0 || number_in(*row, "version") <= number_in(contract, "version") ||
            row->at("at") < frozen_at(report, revision))
            out.push_back(row);
    }
    return out;
}

std::string AuditReader::frozen_at(const Cells& report, int revision) const {
    for (const auto& row : dump_.rows("revisions"))
        if (row.at("report") == report.at("id") && std::stoi(row.at("n")) == revision)
            return row.at("frozen_at");
    return "";
}

// A bill's days are those of the versions that were there when it was frozen.
void AuditReader::frozen_days(const Cells& report, int revision, const std::string& who) {
    const auto frozen = frozen_at(report, revision);
    for (const auto* row : versions_of(report.at("client")))
        if (row->at("at") == frozen) return; // within one second: either order is possible
    const auto versions = versions_of(report.at("client"), frozen);
    if (versions.empty()) return;
    for (const auto* line : lines_[{report.at("id"), revision}]) {
        if (line->at("kind") != "work") continue;
        for (const auto* share : allocations_[line->at("id")]) {
            const auto* facts = entry(*share);
            if (facts == nullptr || facts->at.empty()) continue;
            const auto day = day_by(versions, facts->at);
            if (day != facts->day)
                wrong(who + "entry " + share->at("entry") + " has the day " + facts->day +
                      ", the terms say " + day + " (G52)");
        }
    }
}

// What no bill froze has the day that today's versions say.
void AuditReader::free_days() {
    for (const auto& row : dump_.rows("entries")) {
        if (row.at("at").empty() || row.at("client").empty() || row.at("deleted") == "1") continue;
        const auto* holder = dump_.find("reports", "id", row.at("live_report"));
        if (holder != nullptr && holder->at("state") != "draft") continue;
        const auto versions = versions_of(row.at("client"));
        if (versions.empty()) continue;
        const auto day = day_by(versions, row.at("at"));
        if (day != row.at("work_date"))
            wrong("entry " + row.at("id") + " has the day " + row.at("work_date") +
                  ", its terms say " + day + " (G52)");
    }
}

} // namespace hb::test
