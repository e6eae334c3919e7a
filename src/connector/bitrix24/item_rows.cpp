#include "connector/bitrix24/item_rows.h"

#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

void write_member(json::Writer& out, MemberKind kind, const json::Value& value) {
    const bool id = kind == MemberKind::Id;
    const auto number = value.integer();
    if (id && value.null())
        out.string("0");
    else if (id && number)
        out.string(std::to_string(*number));
    else if (const auto flag = value.flag(); kind == MemberKind::Flag && flag && !value.null())
        out.string(*flag ? "Y" : "N");
    else
        out.value(value);
}

} // namespace

std::string classic_row(const std::vector<ItemMember>& members, const json::Value& row) {
    json::Writer out;
    out.begin_object();
    for (const auto& member : members) {
        const json::Value value = row[member.wire];
        if (value.missing()) continue;
        out.key(member.classic);
        write_member(out, member.kind, value);
    }
    return out.end_object().take();
}

} // namespace hb::connector::bitrix24
