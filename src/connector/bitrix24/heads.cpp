#include "connector/bitrix24/heads.h"

#include "base/limits.h"
#include "connector/bitrix24/card_ops.h"
#include "connector/bitrix24/moves.h"
#include "connector/bitrix24/owner_zone.h"
#include "connector/bitrix24/streams.h"

namespace hb::connector::bitrix24 {
namespace {

const char* const kZone = "zone";
const char* const kCards = "cards";

struct Plan {
    std::vector<Command> commands;
    std::vector<std::optional<StreamHead>> streams; // in the order of the wish
    bool zone = false, cards = false, moves = false;
    MoveKinds kinds;

    // All of them or none: half of a step is no step. A method that may not be called now would
    // hold up the whole batch.
    bool add(const Client& client, const std::vector<Command>& more) {
        if (more.empty() || commands.size() + more.size() > kBatchCommandsMax) return false;
        for (const auto& command : more)
            if (client.earliest(command.method) > client.now()) return false;
        commands.insert(commands.end(), more.begin(), more.end());
        return true;
    }
};

// The dates of tasks are read by it (owner_zone.h).
bool needs_zone(Client& client, const domain::ReadRequest& request) {
    return request.stream == "tasks" && client.options().zone && !knows_owner_zone(client);
}

void plan_stream(Client& client, const domain::ReadRequest& request, Plan& plan) {
    const std::string name = "s" + std::to_string(plan.streams.size()) + "w";
    auto head = plan_stream_head(client, request, name);
    plan.streams.emplace_back();
    if (!head) return;
    std::vector<Command> commands = head->planned.batches.front().commands;
    const bool zone = needs_zone(client, request);
    if (zone) commands.insert(commands.begin(), Command{kZone, "user.current", ""});
    if (!plan.add(client, commands)) return;
    plan.streams.back() = std::move(head);
    plan.zone = plan.zone || zone;
}

// Cards and moves first: they are asked for most often, and take least.
Plan make_plan(Client& client, const Cards& cards, const HeadsWish& wish) {
    Plan plan;
    if (wish.cards && cards.there() && !client.refusal("crm.item.list", kCardItems))
        plan.cards = plan.add(client, {card_page_command(cards, *wish.cards, kCards)});
    if (wish.moves) {
        plan.kinds = move_kinds(client, cards);
        plan.moves = plan.add(client, move_commands(plan.kinds, *wish.moves));
    }
    for (const auto& request : wish.streams) plan_stream(client, request, plan);
    return plan;
}

// An error of one part is nobody else's, and is not told here.
template <class T> std::optional<T> if_good(Result<T> result) {
    if (!result) return std::nullopt;
    return std::move(*result);
}

std::optional<domain::Page> take_stream(Client& client, StreamHead head, const BatchReply& reply) {
    if (head.table.dialect == Dialect::Tasks && client.options().zone) {
        if (!knows_owner_zone(client)) return std::nullopt;
        head.table.wall = client.known_zone().zone;
    }
    return if_good(take_stream_head(client, std::move(head), reply));
}

} // namespace

Result<Heads> read_heads(Client& client, const Cards& cards, const HeadsWish& wish) {
    Plan plan = make_plan(client, cards, wish);
    Heads heads;
    heads.streams.resize(wish.streams.size());
    if (plan.commands.empty()) return heads;
    const BatchReply reply = client.batch(plan.commands);
    if (reply.trouble) return client.error(*reply.trouble);
    if (plan.zone) {
        const Part& part = reply.part(kZone);
        (void)note_owner_zone(client, part.trouble, part.result); // unknown: tasks go by themselves
    }
    if (plan.cards && !reply.part(kCards).trouble)
        heads.cards = if_good(
            take_card_page(client, cards, *wish.cards, reply.part(kCards).result, reply.started));
    if (plan.moves) heads.moves = if_good(take_moves(client, plan.kinds, *wish.moves, reply));
    int requests = 1;
    for (std::size_t i = 0; i < plan.streams.size(); ++i) {
        if (!plan.streams[i]) continue;
        heads.streams[i] = take_stream(client, std::move(*plan.streams[i]), reply);
        if (heads.streams[i]) heads.streams[i]->requests = std::exchange(requests, 0);
    }
    return heads;
}

} // namespace hb::connector::bitrix24
