#include "app/commands/demo_planner.h"

#include <algorithm>

#include "app/exit_code.h"
#include "base/text.h"

namespace hb::app {
namespace {

// The seeded account calls its project "Blue Harbor / Website redesign".
constexpr const char* kPattern = "* / *";
constexpr std::string_view kTask = "worksection:task:";

std::string text(const json::Value& value) {
    const auto found = value.text();
    return found ? *found : "";
}

Error unlike(const std::string& what, const Said& said) {
    return Error{Code::Machine, what + (said.err.empty() ? "" : ": " + said.err), "", ""};
}

} // namespace

Result<DemoPlanner::Told> DemoPlanner::link() {
    const Said said =
        stage_.ask({"link", "rule", "add", "worksection", "--by", "name", "--match", kPattern});
    if (said.code != kDone) return unlike("the project was not linked", said);
    auto& books = *stage_.world().books;
    const engine::Read read = books.read();
    const auto client = read->sources.find_company(*domain::parse_ref(company_));
    std::int64_t entries = 0, seconds = 0;
    for (const auto& entry : read->sources.entries_of_client(client->id, month_.from, month_.to)) {
        if (entry.ref.remote != "worksection" || entry.deleted) continue;
        ++entries;
        seconds += entry.seconds;
    }
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

} // namespace hb::app
