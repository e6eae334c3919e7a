#include "sandbox/program/demo_planner.h"

#include <algorithm>

#include "base/exit_code.h"
#include "base/text.h"

namespace hb::sandbox {
namespace {

// The seeded account calls its project "Blue Harbor / Website redesign".
constexpr const char* kPattern = "* / *";
constexpr const char* kAllRows = "1000000";
constexpr std::string_view kTask = "worksection:task:";

std::string text(const json::Value& value) {
    const auto found = value.text();
    return found ? *found : "";
}

Error unlike(const std::string& what, const Said& said) {
    return Error{Code::Machine, what + (said.err.empty() ? "" : ": " + said.err), "", ""};
}

// The id of the row that holds `value` under `name`.
std::string id_where(const Said& table, const char* name, const std::string& value) {
    for (const auto row : table.root()["rows"])
        if (text(row[name]) == value) return text(row["id"]);
    return "";
}

} // namespace

DemoPlanner::Found DemoPlanner::found() const {
    const std::string remote = id_where(stage_.ask({"dump", "remotes"}), "name", "worksection");
    const std::string client = id_where(stage_.ask({"dump", "companies", "--limit", kAllRows}),
                                        "remote_id", company_.substr(company_.rfind(':') + 1));
    const Said said = stage_.ask({"dump", "entries", "--limit", kAllRows});
    Found found;
    for (const auto row : said.root()["rows"]) {
        if (text(row["remote"]) != remote || text(row["client"]) != client) continue;
        const auto day = parse_day(text(row["work_date"]));
        if (!day || !month_.contains(*day) || text(row["deleted"]) != "0") continue;
        ++found.entries;
        found.seconds += parse_integer(text(row["seconds"])).value_or(0);
    }
    return found;
}

Result<DemoPlanner::Told> DemoPlanner::link() {
    const Said said =
        stage_.ask({"link", "rule", "add", "worksection", "--by", "name", "--match", kPattern});
    if (said.code != kDone) return unlike("the project was not linked", said);
    const auto [entries, seconds] = found();
    if (entries == 0) return unlike("Worksection has no time of that month", said);
    return Told{
        "Planner",
        "their website is kept in Worksection: a rule finds the client in the project's name",
        {std::to_string(entries) + " more records of that month, " + format_duration(seconds) +
             " h, stand beside those of Bitrix24",
         "hourbridge link rule add worksection --by name --match '" + std::string(kPattern) + "'"}};
}

Result<DemoPlanner::Told> DemoPlanner::marks(const std::string& report) {
    const Said said = stage_.ask({"report", "show", report});
    std::int64_t paid = 0, kept = 0;
    for (const auto line : said.root()["lines"]) {
        const std::string ref = text(line["task"]["ref"]);
        const auto billable = line["billable"].boolean();
        if (ref.rfind(kTask, 0) != 0 || !billable || !*billable) continue;
        const auto tags = stage_.account().tags_of(ref.substr(kTask.size()));
        if (std::find(tags.begin(), tags.end(), "paid") == tags.end())
            return unlike("the tag is not on " + ref, said);
        ++paid;
        if (tags.size() > 1) ++kept;
    }
    if (paid == 0) return unlike("no task of Worksection is on the report", said);
    return Told{"",
                "",
                {std::to_string(paid) + " tasks in Worksection carry the tag \"paid\"" +
                 (kept > 0 ? ", beside the tags that they had" : "")}};
}

} // namespace hb::sandbox
