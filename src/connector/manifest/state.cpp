#include "connector/manifest/state.h"

#include <algorithm>

#include "json/writer.h"

namespace hb::connector::manifest {
namespace {

using json::Value;

void put_list(json::Writer& out, const char* name, const std::vector<std::string>& list) {
    out.key(name).begin_array();
    for (const auto& each : list) out.string(each);
    out.end_array();
}

std::vector<std::string> list_of(const Value& value) {
    std::vector<std::string> list;
    for (const Value& each : value) list.emplace_back(each.text_view().value_or(""));
    return list;
}

std::optional<Instant> instant_of(const Value& value) {
    const auto number = value.integer();
    return number ? std::optional<Instant>(from_epoch_ms(*number)) : std::nullopt;
}

std::int64_t number_of(const Value& value) {
    const auto number = value.integer();
    return number ? *number : 0;
}

void put_place(json::Writer& out, const PagePlace& place) {
    out.key("page").begin_object().member("n", place.number).member("rows", place.rows);
    if (!place.token.empty()) out.member("token", place.token);
    if (!place.next.empty()) {
        out.key("next").begin_array();
        for (const auto& [name, value] : place.next)
            out.begin_array().string(name).string(value).end_array();
        out.end_array();
    }
    out.end_object();
}

} // namespace

std::string to_cursor(const WalkState& state) {
    json::Writer out;
    out.begin_object().member("v", 1).member("full", state.full).member("done", state.done);
    out.member("begun", to_epoch_ms(state.begun));
    if (state.since) out.member("since", to_epoch_ms(*state.since));
    if (!state.spans.empty()) {
        out.key("spans").begin_array();
        for (const Span& span : state.spans)
            out.begin_array().string(format_day(span.from)).string(format_day(span.to)).end_array();
        out.end_array();
    }
    if (state.have_parents) {
        out.member("parent", static_cast<std::int64_t>(state.parent));
        out.member("listed", static_cast<std::int64_t>(state.listed));
    }
    if (!state.refused.empty()) put_list(out, "refused", state.refused);
    if (!state.parents.empty()) put_list(out, "parents", state.parents);
    if (!state.parent_walk.empty()) out.member("parent_walk", state.parent_walk);
    if (state.place.begun()) put_place(out, state.place);
    if (!state.ids.empty()) put_list(out, "ids", state.ids);
    if (state.last_page) out.member("last_page", true);
    if (state.part > 0) out.member("part", static_cast<std::int64_t>(state.part));
    if (state.in_parts) out.member("in_parts", true);
    if (state.sums_done) out.member("sums_done", true);
    if (state.deleted_done) out.member("deleted_done", true);
    if (state.empty_once) out.member("empty_once", true);
    if (state.total) out.member("total", *state.total);
    if (!state.doubt.empty()) out.member("doubt", state.doubt);
    if (state.anew_at) out.member("anew_at", to_epoch_ms(*state.anew_at));
    if (state.sums_at) out.member("sums_at", to_epoch_ms(*state.sums_at));
    if (!state.sums.empty()) {
        out.key("sums").begin_object();
        for (const auto& [month, sum] : state.sums) out.member(month, sum);
        out.end_object();
    }
    return out.end_object().take();
}

std::optional<WalkState> from_cursor(std::string_view cursor) {
    const auto parsed = json::Document::parse(cursor);
    if (!parsed || number_of(parsed->root()["v"]) != 1) return std::nullopt;
    const Value root = parsed->root();
    WalkState state;
    state.full = root["full"].flag().ok() && *root["full"].flag();
    state.done = root["done"].flag().ok() && *root["done"].flag();
    state.begun = instant_of(root["begun"]).value_or(Instant{});
    state.since = instant_of(root["since"]);
    for (const Value& span : root["spans"]) {
        const auto from = parse_day(span[std::size_t{0}].text_view().value_or(""));
        const auto to = parse_day(span[std::size_t{1}].text_view().value_or(""));
        if (!from || !to || *to < *from) return std::nullopt;
        state.spans.push_back({*from, *to});
    }
    state.have_parents = !root["parent"].missing();
    state.parents = list_of(root["parents"]);
    state.parent = static_cast<std::size_t>(std::max<std::int64_t>(0, number_of(root["parent"])));
    state.listed =
        root["listed"].missing()
            ? state.parents.size()
            : static_cast<std::size_t>(std::clamp<std::int64_t>(
                  number_of(root["listed"]), 0, static_cast<std::int64_t>(state.parents.size())));
    state.refused = list_of(root["refused"]);
    state.parent_walk = root["parent_walk"].text_view().value_or("");
    const Value page = root["page"];
    state.place.number = number_of(page["n"]);
    state.place.rows = number_of(page["rows"]);
    state.place.token = page["token"].text_view().value_or("");
    for (const Value& each : page["next"])
        state.place.next.emplace_back(each[std::size_t{0}].text_view().value_or(""),
                                      each[std::size_t{1}].text_view().value_or(""));
    state.ids = list_of(root["ids"]);
    state.last_page = !root["last_page"].missing();
    state.part = static_cast<std::size_t>(std::max<std::int64_t>(0, number_of(root["part"])));
    state.in_parts = !root["in_parts"].missing();
    state.sums_done = !root["sums_done"].missing();
    state.deleted_done = !root["deleted_done"].missing();
    state.sums_at = instant_of(root["sums_at"]);
    state.empty_once = !root["empty_once"].missing();
    if (!root["total"].missing()) state.total = number_of(root["total"]);
    state.doubt = root["doubt"].text_view().value_or("");
    state.anew_at = instant_of(root["anew_at"]);
    for (const Value& each : root["sums"])
        state.sums.emplace(each.key(), each.text_view().value_or(""));
    return state;
}

} // namespace hb::connector::manifest
