#include "mapping/notices.h"

#include "base/clean.h"
#include "mapping/write_parts.h"
#include "json/value.h"
#include "json/writer.h"

namespace hb::mapping {

namespace {

// The text, and the address beneath it.
domain::Parts with_page(std::string_view text, const Page& page) {
    if (!page) return {std::string(text)};
    return {std::string(text) + "\n", *page};
}

} // namespace

Written notice_fields(std::string_view text, std::string_view tag, const Page& page) {
    Written notice;
    json::Writer json;
    json.begin_object();
    write_parts(json, notice.needs, "message", with_page(for_crm(text, Lines::Keep), page));
    notice.fields = json.member("tag", tag).end_object().take();
    return notice;
}

Written telegram_fields(std::string_view text, const Page& page) {
    Written message;
    json::Writer json;
    json.begin_object();
    write_parts(json, message.needs, "text", with_page(for_people(text), page));
    message.fields = json.end_object().take();
    return message;
}

Written hook_fields(std::string_view id, std::string_view event, const Page& page) {
    Written hook;
    json::Writer json;
    json.begin_object().member("id", id).key("event").raw(event);
    hook.fields = json.end_object().take();
    if (!page) return hook;
    const auto document = json::Document::parse(event);
    const std::string text(document->root()["data"]["text"].text_view().value_or(""));
    hook.needs = {{"/event/data/link", {*page}}, {"/event/data/text", with_page(text, page)}};
    return hook;
}

std::string company_responsible(std::string_view record) {
    const auto document = json::Document::parse(record);
    if (!document) return "";
    const auto id = document->root()["ASSIGNED_BY_ID"].integer();
    return id && *id > 0 ? std::to_string(*id) : "";
}

} // namespace hb::mapping
