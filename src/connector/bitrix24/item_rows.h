#pragma once

#include <string>
#include <vector>

#include "json/value.h"

// Rows of crm.item.list in the words of the classic lists, which mappings know: {"id":5,
// "companyId":7,"title":"Site"} becomes {"ID":"5","COMPANY_ID":"7","TITLE":"Site"}.
namespace hb::connector::bitrix24 {

enum class MemberKind {
    Id,   // whole numbers, 0 or null for none; classic lists write texts
    Flag, // Y or N
    Text,
};

struct ItemMember {
    std::string wire;    // "companyId"
    std::string classic; // "COMPANY_ID"
    MemberKind kind = MemberKind::Text;
};

// A member that does not come is not there afterwards either (G46: not told is not empty), and one
// of another kind stands there as it came: the mapping refuses the record by its name.
std::string classic_row(const std::vector<ItemMember>& members, const json::Value& row);

} // namespace hb::connector::bitrix24
