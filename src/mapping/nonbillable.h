#pragma once

#include <functional>
#include <vector>

#include "domain/contract.h"
#include "mapping/files.h"

namespace hb::mapping {

// What a member of a rule says as text; "" when it is missing or unreadable (told elsewhere).
using TextOf = std::function<std::string(const json::Value&)>;
// A project's reference as the cache writes it (G45); other texts stay.
using GroupOf = std::function<std::string(const std::string&)>;

// The list "nonbillable" of a contract or of the configuration (G9): each rule has exactly one of
// tag, group and work_type (or "type"), and a reason.
std::vector<domain::NonBillableRule> read_nonbillable(EditedFile& file, const json::Value& list,
                                                      const TextOf& text_of,
                                                      const GroupOf& group_of);

// "bitrix24:project:7" as "bitrix24:group:7", unless the remote is one of `project_remotes`. G45.
domain::Ref project_ref(domain::Ref ref, const std::vector<std::string>& project_remotes);
std::string group_text(const std::string& group, const std::vector<std::string>& project_remotes);

} // namespace hb::mapping
