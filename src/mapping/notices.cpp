#include "mapping/notices.h"

#include "json/writer.h"

namespace hb::mapping {

std::string notice_fields(std::string_view text, std::string_view tag) {
    std::string plain(text);
    for (char& c : plain)
        if (c == '[' || c == ']') c = c == '[' ? '(' : ')';
    json::Writer json;
    json.begin_object().member("message", plain).member("tag", tag);
    return json.end_object().take();
}

std::string telegram_fields(std::string_view text) {
    json::Writer json;
    return json.begin_object().member("text", text).end_object().take();
}

std::string hook_fields(std::string_view id, std::string_view body) {
    json::Writer json;
    return json.begin_object().member("id", id).member("body", body).end_object().take();
}

std::string company_responsible(std::string_view record) {
    const auto document = json::Document::parse(record);
    if (!document) return "";
    const auto id = document->root()["ASSIGNED_BY_ID"].integer();
    return id && *id > 0 ? std::to_string(*id) : "";
}

} // namespace hb::mapping
