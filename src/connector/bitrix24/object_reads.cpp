#include <algorithm>

#include "base/limits.h"
#include "connector/bitrix24/items.h"

// Deals and invoices, many in one request. Each is a sequence of parts: the item, its payments,
// then its product rows page by page; a request carries the next 50 parts of whatever is left.
namespace hb::connector::bitrix24 {
namespace {

using domain::ObjectReading;

constexpr std::size_t kItemPart = 0, kPaymentsPart = 1, kFirstRowsPart = 2;

struct Asked {
    ObjectReading* object;
    std::size_t part;
    std::string key;
};

const ItemType& type_of(const ObjectReading& object) {
    return object.invoice ? kInvoices : kDeals;
}

// Of the whole portal or method, not of this object: the next request asks the same again.
bool is_pause(const Trouble& trouble) {
    return trouble.nature == Nature::NotYet || trouble.nature == Nature::TooFast ||
           trouble.nature == Nature::MethodBusy;
}

void fail(ObjectReading& object, Error error) {
    object.error = std::move(error);
    object.done = true;
}

Command command_of(const Asked& asked) {
    const ItemType& type = type_of(*asked.object);
    if (asked.part == kItemPart) return item_command(asked.key, type, asked.object->id);
    if (asked.part == kPaymentsPart) return payments_command(asked.key, type, asked.object->id);
    return rows_command(asked.key, type, asked.object->id, asked.part - kFirstRowsPart);
}

// The next parts, up to the first page of rows; how many pages follow, that one tells.
std::vector<Asked> next_parts(std::vector<ObjectReading>& objects, bool payments) {
    std::vector<Asked> out;
    for (auto& object : objects) {
        if (object.done) continue;
        if (!is_item_id(object.id)) {
            fail(object, Error{Code::Usage, "\"" + object.id + "\" is no id of an object", "", ""});
            continue;
        }
        const std::size_t last = std::max(kFirstRowsPart, object.parts);
        for (std::size_t part = object.parts; part <= last; ++part) {
            if (part == kPaymentsPart && !payments) continue;
            if (out.size() == kBatchCommandsMax) return out;
            out.push_back({&object, part, "p" + std::to_string(out.size())});
        }
    }
    return out;
}

Status take_item(const Client& client, ObjectReading& object, const Part& part) {
    if (part.trouble && is_missing(*part.trouble)) {
        object.state.id = object.id; // and does not exist
        object.done = true;
        return {};
    }
    if (part.trouble) return client.error(*part.trouble);
    auto state = item_state(client, type_of(object), part.result["item"]);
    if (!state) return state.error();
    object.state = std::move(*state);
    object.state.payments_known = false; // until they are read
    return {};
}

Status take(const Client& client, ObjectReading& object, std::size_t at, const Part& part) {
    object.parts = at + 1;
    if (at == kItemPart) return take_item(client, object, part);
    if (at == kPaymentsPart) return add_payments(client, &part, object.state);
    const auto more = add_rows(client, part, at - kFirstRowsPart, object.state);
    if (!more) return more.error();
    object.done = !*more;
    return {};
}

} // namespace

Status read_item_states(Client& client, std::vector<ObjectReading>& objects) {
    const auto asked = next_parts(objects, asks_payments(client));
    if (asked.empty()) return {};
    std::vector<Command> commands;
    for (const auto& one : asked) commands.push_back(command_of(one));
    CallOptions strict;
    strict.unique_keys = true;
    const BatchReply reply = client.batch(commands, strict);
    if (reply.trouble) return client.error(*reply.trouble);
    for (const auto& one : asked) {
        if (one.object->done) continue; // gone, or an earlier part of it failed
        const Part& part = reply.part(one.key);
        if (part.trouble && is_pause(*part.trouble)) return client.error(*part.trouble);
        if (auto taken = take(client, *one.object, one.part, part); !taken)
            fail(*one.object, taken.error());
    }
    return {};
}

} // namespace hb::connector::bitrix24
