#include "app/commands/concerned.h"

#include "base/text.h"

namespace hb::app {
namespace {

std::string reports_text(const std::vector<std::int64_t>& ids, const std::string& what) {
    std::string text = std::to_string(ids.size()) + " " + what + (ids.size() == 1 ? "" : "s");
    std::vector<std::string> names;
    for (const auto id : ids) names.push_back(std::to_string(id));
    return text + (names.empty() ? "" : " (" + join(names, ", ") + ")");
}

} // namespace

std::string concerned_text(const Concerned& reports) {
    return "Concerns " + reports_text(reports.drafts, "draft") + " and " +
           reports_text(reports.sent, "sent report") +
           (reports.sent.empty()
                ? ""
                : ": what was sent stays; billed time that changes becomes corrections");
}

void add_concerned(json::Writer& json, const Concerned& reports) {
    for (const auto& [name, ids] :
         {std::pair{"drafts", &reports.drafts}, {"sent", &reports.sent}}) {
        json.key(name).begin_array();
        for (const auto id : *ids) json.integer(id);
        json.end_array();
    }
}

} // namespace hb::app
