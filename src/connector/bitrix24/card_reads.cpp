#include <algorithm>

#include "base/text.h"
#include "connector/bitrix24/card_ops.h"
#include "connector/bitrix24/items.h"
#include "connector/bitrix24/query.h"
#include "connector/bitrix24/tables.h"
#include "connector/bitrix24/write_parts.h"

namespace hb::connector::bitrix24 {
namespace {

// Protocol section 23: a change may become visible some minutes after its own time stamp.
constexpr std::chrono::minutes kOverlap{10};
const char* const kList = "crm.item.list";

// {"type":1044,"since":"2026-03-03T00:56:40Z","after":118,"next":"…"}: the walk reads what changed
// since `since`, has read the ids up to `after`, and hands `next` to the walk after it.
struct Position {
    std::string since;
    std::int64_t after = 0;
    std::string next;
};

Position parse_position(std::string_view cursor, const Cards& cards) {
    Position at;
    const auto document = json::Document::parse(cursor.empty() ? "{}" : cursor);
    if (!document) return at;
    const json::Value root = document->root();
    // Cards of a type made anew are all new.
    const auto type = root["type"].integer();
    if (!type || *type != cards.entity_type) return at;
    at.since = text_or_empty(root["since"]);
    at.next = text_or_empty(root["next"]);
    const auto after = root["after"].integer();
    at.after = after ? *after : 0;
    return at;
}

std::string write_position(const Position& at, const Cards& cards) {
    json::Writer out;
    out.begin_object().member("type", cards.entity_type).member("since", at.since);
    out.member("after", at.after).member("next", at.next);
    return out.end_object().take();
}

// Everything: a select that names fields gives, together with useOriginalUfNames, the custom fields
// of the select and nothing else, not even ids (the vendor's tracker, 263 and 368).
std::string list_body(const Cards& cards, const Position& at) {
    json::Writer body;
    body.begin_object().member("entityTypeId", cards.entity_type);
    body.key("select").begin_array().string("*").end_array();
    body.key("filter").begin_object().member(">id", at.after);
    if (const auto since = parse_instant(at.since); since)
        body.member(">=updatedTime", wire_time(*since));
    body.end_object().key("order").begin_object().member("id", "ASC").end_object();
    body.member("start", -1).member("useOriginalUfNames", "Y").end_object();
    return body.take();
}

std::string list_query(const Cards& cards, const Position& at) {
    Query query;
    query.add({"entityTypeId"}, std::to_string(cards.entity_type)).add_list({"select"}, {"*"});
    query.add({"filter", ">id"}, std::to_string(at.after));
    if (const auto since = parse_instant(at.since); since)
        query.add({"filter", ">=updatedTime"}, wire_time(*since));
    query.add({"order", "id"}, "ASC").add({"start"}, "-1").add({"useOriginalUfNames"}, "Y");
    return query.text();
}

Error unreadable_card(const Client& client, const char* method, std::string what) {
    Error error = client.error(strange(method, std::move(what)));
    error.hint = "is a field of the cards gone? hourbridge portal setup makes it anew";
    return error;
}

// The cards of a page, oldest change first; moves `after` on.
Result<std::vector<domain::CardState>> cards_of(const Client& client, const Cards& cards,
                                                const json::Value& items, Position& at) {
    std::vector<std::pair<std::string, domain::CardState>> dated;
    for (const auto item : items) {
        if (auto wrong = wrong_card(cards, item))
            return unreadable_card(client, kList, std::move(*wrong));
        const auto id = item["id"].integer();
        if (*id <= at.after) return client.error(strange(kList, "cards that were not asked for"));
        at.after = *id;
        const auto changed = parse_instant(text_or_empty(item["updatedTime"]));
        dated.emplace_back(format_instant(*changed), card_state(cards, item));
    }
    std::stable_sort(dated.begin(), dated.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<domain::CardState> out;
    for (auto& [changed, card] : dated) out.push_back(std::move(card));
    return out;
}

Error no_cards() {
    return Error{Code::Usage, "there are no report cards in this portal", "",
                 "run `hourbridge portal setup`"};
}

} // namespace

Result<domain::CardPage> read_card_page(Client& client, const Cards& cards,
                                        std::string_view cursor) {
    if (!cards.there()) return no_cards();
    const Position at = parse_position(cursor, cards);
    CallOptions options;
    options.about = kCardItems;
    const Reply reply = client.call(kList, list_body(cards, at), options);
    if (reply.trouble && refused_for_good(*reply.trouble)) { // it holds up nothing else (G55)
        domain::CardPage none;
        none.complete = true;
        none.cursor = std::string(cursor);
        return none;
    }
    if (reply.trouble) return client.error(*reply.trouble);
    return take_card_page(client, cards, cursor, reply.result(), reply.started);
}

Command card_page_command(const Cards& cards, std::string_view cursor, std::string key) {
    return {std::move(key), kList, list_query(cards, parse_position(cursor, cards)), kCardItems};
}

Result<domain::CardPage> take_card_page(const Client& client, const Cards& cards,
                                        std::string_view cursor, const json::Value& result,
                                        std::optional<Instant> started) {
    Position at = parse_position(cursor, cards);
    const json::Value items = result["items"];
    if (!items.is_array()) return items.expected("a list of cards");
    // Without the portal's own time the next walk begins where this one did.
    if (at.after == 0) at.next = started ? format_instant(*started - kOverlap) : at.since;
    auto read = cards_of(client, cards, items, at);
    if (!read) return read.error();
    domain::CardPage page;
    page.cards = std::move(*read);
    page.complete = items.size() < kPageRowsMax;
    if (page.complete) at = Position{at.next, 0, ""};
    page.cursor = write_position(at, cards);
    return page;
}

Result<domain::CardState> read_one_card(Client& client, const Cards& cards, std::string_view id) {
    if (!cards.there()) return no_cards();
    if (!is_id(id))
        return Error{Code::Usage, "\"" + std::string(id) + "\" is no id of a card", "", ""};
    domain::CardState card;
    card.id = std::string(id);
    const Reply reply = get_item(client, cards.entity_type, card.id);
    if (reply.trouble && is_missing(*reply.trouble)) return card;
    if (reply.trouble) return client.error(*reply.trouble);
    const json::Value item = reply.result()["item"];
    if (auto wrong = wrong_card(cards, item))
        return unreadable_card(client, "crm.item.get", std::move(*wrong));
    if (id_text(item["id"]) != card.id)
        return client.error(strange("crm.item.get", "another card than was asked for"));
    return card_state(cards, item);
}

} // namespace hb::connector::bitrix24
