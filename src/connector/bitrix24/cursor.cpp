#include "connector/bitrix24/cursor.h"

#include "json/value.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

constexpr std::int64_t kVersion = 1;

Error unreadable(const std::string& why) {
    return Error{Code::Malformed, "a stored cursor can't be read", why,
                 "run `hourbridge sync --full`: it begins with a new one"};
}

// Takes an integer member when it is there; a wrong kind spoils the cursor.
bool take(const json::Value& object, std::string_view name, std::int64_t& out) {
    const json::Value value = object[name];
    if (value.missing()) return true;
    const auto number = value.integer();
    if (number) out = *number;
    return number.ok();
}

Result<Walk> parse_walk(const json::Value& value) {
    Walk walk;
    walk.kind = std::string(value["kind"].text_view().value_or(""));
    if (const auto began = value["began"].text_view()) {
        const auto instant = parse_instant(*began);
        if (!instant) return unreadable("began");
        walk.began = *instant;
    }
    std::int64_t chain = 1;
    std::int64_t doubts = 0;
    const bool good = take(value, "next", walk.next) && take(value, "max", walk.max) &&
                      take(value, "width", walk.width) && take(value, "open", walk.open) &&
                      take(value, "seen", walk.seen) && take(value, "chain", chain) &&
                      take(value, "doubts", doubts) && take(value, "pages", walk.pages);
    if (!good || walk.kind.empty() || walk.width < 1 || chain < 1 || chain > 50)
        return unreadable("walk");
    walk.chain = static_cast<int>(chain);
    walk.doubts = static_cast<int>(doubts);
    for (const auto item : value["left"]) {
        const auto after = item[0].integer();
        const auto up_to = item[1].integer();
        const auto seen_doubts = item[2].integer();
        if (!after || !up_to || !seen_doubts) return unreadable("left");
        walk.left.push_back(Window{*after, *up_to, static_cast<int>(*seen_doubts)});
    }
    return walk;
}

void write_walk(json::Writer& out, const Walk& walk) {
    out.key("walk").begin_object().member("kind", walk.kind);
    if (walk.began) out.member("began", format_instant(*walk.began));
    out.member("next", walk.next).member("max", walk.max).member("width", walk.width);
    out.member("open", walk.open).member("chain", walk.chain).member("doubts", walk.doubts);
    out.member("seen", walk.seen);
    if (walk.pages > 0) out.member("pages", walk.pages);
    out.key("left").begin_array();
    for (const auto& window : walk.left)
        out.begin_array()
            .integer(window.after)
            .integer(window.up_to)
            .integer(window.doubts)
            .end_array();
    out.end_array().end_object();
}

} // namespace

Result<Cursor> parse_cursor(std::string_view text) {
    Cursor cursor;
    if (text.empty()) return cursor;
    const auto document = json::Document::parse(text);
    if (!document) return unreadable(document.error().message);
    const json::Value root = document->root();
    std::int64_t version = 0;
    std::int64_t finished = 0;
    if (!root.is_object() || !take(root, "v", version) || version != kVersion ||
        !take(root, "high", cursor.high) || !take(root, "finished", finished) ||
        !take(root, "pages", cursor.pages) || cursor.pages < 1)
        return unreadable("not a cursor of this connector");
    cursor.finished = finished != 0;
    cursor.since = std::string(root["since"].text_view().value_or(""));
    if (root["walk"].missing()) return cursor;
    auto walk = parse_walk(root["walk"]);
    if (!walk) return walk.error();
    cursor.walk = std::move(*walk);
    return cursor;
}

std::string to_text(const Cursor& cursor) {
    json::Writer out;
    out.begin_object().member("v", kVersion).member("finished", cursor.finished ? 1 : 0);
    out.member("high", cursor.high).member("since", cursor.since);
    if (cursor.pages > 1) out.member("pages", cursor.pages);
    if (cursor.walk) write_walk(out, *cursor.walk);
    out.end_object();
    return out.take();
}

} // namespace hb::connector::bitrix24
