#include "connector/bitrix24/ours.h"

#include "base/text.h"
#include "connector/bitrix24/items.h"
#include "domain/op_key.h"
#include "json/writer.h"

// The cursor: which kind, and the last id read of it: "invoice 118".
namespace hb::connector::bitrix24 {
namespace {

constexpr std::string_view kOriginator = "hourbridge";
const char* const kList = "crm.item.list";

struct Kind {
    const char* name;
    int entity_type;
    const char* key_field;
};

std::vector<Kind> kinds_of(const Cards& cards) {
    std::vector<Kind> kinds = {{"deal", kDeals.id, "originId"}, {"invoice", kInvoices.id, "xmlId"}};
    if (cards.there()) kinds.push_back({"card", cards.entity_type, "xmlId"});
    return kinds;
}

struct Position {
    std::size_t kind = 0;
    std::int64_t after = 0;
};

Position parse_position(const std::vector<Kind>& kinds, std::string_view cursor) {
    const auto parts = split(cursor, ' ');
    for (std::size_t i = 0; i < kinds.size() && parts.size() == 2; ++i)
        if (parts[0] == kinds[i].name) return {i, parse_integer(parts[1]).value_or(0)};
    return {};
}

std::string list_body(const Kind& kind, std::int64_t after) {
    const bool deal = kind.entity_type == kDeals.id;
    json::Writer body;
    body.begin_object().member("entityTypeId", kind.entity_type).key("select").begin_array();
    body.string("id").string("title").string(kind.key_field).end_array();
    body.key("filter").begin_object().member(">id", after);
    if (deal)
        body.member("originatorId", kOriginator);
    else
        body.member("=%xmlId", std::string(domain::kKeyPrefix) + "%");
    body.end_object().key("order").begin_object().member("id", "ASC").end_object();
    return body.member("start", -1).end_object().take();
}

} // namespace

Result<OwnedPage> read_owned_page(Client& client, const Cards& cards, std::string_view cursor) {
    const auto kinds = kinds_of(cards);
    Position at = parse_position(kinds, cursor);
    const Kind& kind = kinds[at.kind];
    const Reply reply = client.call(kList, list_body(kind, at.after));
    OwnedPage page;
    bool more = false;
    if (reply.trouble && (reply.trouble->nature != Nature::Failed || at.kind == 0))
        return client.error(*reply.trouble);
    if (!reply.trouble) {
        const json::Value items = reply.result()["items"];
        if (!items.is_array()) return items.expected("a list of items");
        more = items.size() >= kPageRowsMax;
        for (const auto item : items) {
            const auto id = item["id"].integer();
            if (!id || *id <= at.after)
                return client.error(strange(kList, "objects that were not asked for"));
            at.after = *id;
            const std::string key = text_or_empty(item[kind.key_field]);
            // A portal that knows no patterns shows all there is.
            if (kind.entity_type != kDeals.id && !domain::is_our_key(key)) continue;
            page.objects.push_back({{client.options().remote, kind.name, std::to_string(*id)},
                                    key,
                                    text_or_empty(item["title"])});
        }
    }
    if (!more) at = {at.kind + 1, 0};
    page.complete = at.kind >= kinds.size();
    if (!page.complete)
        page.cursor = std::string(kinds[at.kind].name) + " " + std::to_string(at.after);
    return page;
}

} // namespace hb::connector::bitrix24
