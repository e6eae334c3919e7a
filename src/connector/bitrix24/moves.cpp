#include "connector/bitrix24/moves.h"

#include <map>

#include "base/text.h"
#include "connector/bitrix24/items.h"
#include "connector/bitrix24/query.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

const char* const kList = "crm.stagehistory.list";

// entityTypeId -> the highest ID told so far: {"2":35,"31":90,"1044":7}.
using Seen = std::map<int, std::int64_t>;

Seen parse_seen(std::string_view cursor) {
    Seen seen;
    const auto document = json::Document::parse(cursor.empty() ? "{}" : cursor);
    if (!document) return seen;
    for (const auto member : document->root()) {
        const auto type = parse_integer(member.key());
        const auto id = member.integer();
        if (type && id && *type > 0 && *type <= 1'000'000 && *id >= 0)
            seen[static_cast<int>(*type)] = *id;
    }
    return seen;
}

std::string write_seen(const Seen& seen) {
    json::Writer out;
    out.begin_object();
    for (const auto& [type, id] : seen) out.member(std::to_string(type), id);
    return out.end_object().take();
}

Command command_of(int type, const char* kind, const Seen& seen) {
    Query query;
    query.add({"entityTypeId"}, std::to_string(type));
    query.add_list({"select"}, {"ID", "OWNER_ID", "STAGE_ID"});
    const auto known = seen.find(type);
    if (known != seen.end()) query.add({"filter", ">ID"}, std::to_string(known->second));
    query.add({"order", "ID"}, known == seen.end() ? "DESC" : "ASC");
    return {"m" + std::to_string(type), kList, query.text(), kind};
}

// The moves of one page, in their order; `high` goes along.
Status add_moves(const Client& client, const char* kind, const json::Value& items,
                 std::int64_t& high, std::vector<domain::StageMove>& moves) {
    for (const auto item : items) {
        const auto id = item["ID"].integer();
        const std::string owner = id_text(item["OWNER_ID"]);
        if (!id || *id <= high || owner.empty())
            return client.error(strange(kList, "moves that were not asked for"));
        high = *id;
        moves.push_back({{client.options().remote, kind, owner}, text_or_empty(item["STAGE_ID"])});
    }
    return {};
}

// The newest row's ID; 0 without any.
Result<std::int64_t> newest(const Client& client, const json::Value& items) {
    std::int64_t high = 0;
    for (const auto item : items) {
        const auto id = item["ID"].integer();
        if (!id) return client.error(strange(kList, "a move without ID"));
        high = std::max(high, *id);
    }
    return high;
}

} // namespace

MoveKinds move_kinds(const Client& client, const Cards& cards) {
    MoveKinds kinds = {{kDeals.id, "deal"}, {kInvoices.id, "invoice"}};
    if (cards.there()) kinds.emplace_back(cards.entity_type, "card");
    std::erase_if(kinds, [&client](const auto& kind) { // seen when it is read for itself
        return client.refusal(kList, kind.second).has_value();
    });
    return kinds;
}

std::vector<Command> move_commands(const MoveKinds& kinds, std::string_view cursor) {
    const Seen seen = parse_seen(cursor);
    std::vector<Command> commands;
    for (const auto& [type, kind] : kinds) commands.push_back(command_of(type, kind, seen));
    return commands;
}

Result<domain::MovePage> read_move_page(Client& client, const Cards& cards,
                                        std::string_view cursor) {
    const MoveKinds kinds = move_kinds(client, cards);
    if (kinds.empty()) {
        domain::MovePage none;
        none.complete = true;
        none.cursor = std::string(cursor);
        return none;
    }
    const BatchReply reply = client.batch(move_commands(kinds, cursor));
    if (reply.trouble) return client.error(*reply.trouble);
    return take_moves(client, kinds, cursor, reply);
}

Result<domain::MovePage> take_moves(const Client& client, const MoveKinds& kinds,
                                    std::string_view cursor, const BatchReply& reply) {
    Seen seen = parse_seen(cursor);
    domain::MovePage page;
    page.complete = true;
    for (const auto& [type, kind] : kinds) {
        const Part& part = reply.part("m" + std::to_string(type));
        // A portal without this kind of object, or without the card type by now: nothing moves.
        if (part.trouble && refused_for_good(*part.trouble)) continue; // the others go on
        if (part.trouble && part.trouble->nature == Nature::Failed) continue;
        if (part.trouble) return client.error(*part.trouble);
        const json::Value items = part.result["items"];
        if (!items.is_array()) return items.expected("a list of moves");
        if (const auto known = seen.find(type); known != seen.end()) {
            if (const auto added = add_moves(client, kind, items, known->second, page.moves);
                !added)
                return added.error();
            page.complete = page.complete && items.size() < kPageRowsMax;
            continue;
        }
        const auto high = newest(client, items);
        if (!high) return high.error();
        seen[type] = *high;
    }
    page.cursor = write_seen(seen);
    return page;
}

} // namespace hb::connector::bitrix24
