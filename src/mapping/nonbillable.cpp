#include "mapping/nonbillable.h"

#include <algorithm>

namespace hb::mapping {

std::vector<domain::NonBillableRule> read_nonbillable(EditedFile& file, const json::Value& list,
                                                      const TextOf& text_of,
                                                      const GroupOf& group_of) {
    std::vector<domain::NonBillableRule> rules;
    for (const json::Value& each : list) {
        if (!each.is_object()) continue;
        std::size_t named = 0;
        for (const char* key : {"tag", "group", "work_type", "type"})
            named += each[key].missing() ? 0 : 1;
        if (named != 1)
            file.problem(each,
                         "the rule names " + std::to_string(named) +
                             " of \"tag\", \"group\" and \"work_type\"",
                         "name exactly one; the list may hold several rules");
        const json::Value type = each["work_type"].missing() ? each["type"] : each["work_type"];
        rules.push_back({text_of(each["tag"]), group_of(text_of(each["group"])), text_of(type),
                         text_of(each["reason"])});
    }
    return rules;
}

domain::Ref project_ref(domain::Ref ref, const std::vector<std::string>& project_remotes) {
    const bool own_word = std::find(project_remotes.begin(), project_remotes.end(), ref.remote) !=
                          project_remotes.end();
    if (ref.kind == "project" && !own_word) ref.kind = "group";
    return ref;
}

std::string group_text(const std::string& group, const std::vector<std::string>& project_remotes) {
    const auto ref = domain::parse_ref(group);
    if (!ref || (ref->kind != "project" && ref->kind != "group")) return group;
    return domain::to_string(project_ref(*ref, project_remotes));
}

} // namespace hb::mapping
