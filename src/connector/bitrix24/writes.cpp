#include "connector/bitrix24/writes.h"

#include "connector/bitrix24/card_ops.h"
#include "connector/bitrix24/documents.h"
#include "connector/bitrix24/write_parts.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::WriteOp;
using domain::WriteResult;

Error unknown_kind(const WriteOp& op, const char* what) {
    return Error{Code::Usage, "a write of kind " + op.kind + " " + what, "key " + op.key, ""};
}

bool needs_target(const WriteOp& op) {
    const std::string_view kind = op.kind;
    const auto dot = kind.rfind(".create");
    const bool creates = dot != kind.npos && kind.substr(dot) == ".create";
    return kind == "comment.create" || (!creates && kind != "task.field");
}

// "deal.rows" is "rows" of deals; of other objects this knows nothing.
struct ItemKind {
    const ItemType* type = nullptr;
    std::string_view verb;
};

ItemKind item_kind(std::string_view kind) {
    for (const ItemType* type : {&kDeals, &kInvoices}) {
        const std::size_t length = type->name.size();
        if (kind.size() > length && kind.substr(0, length) == type->name && kind[length] == '.')
            return {type, kind.substr(length + 1)};
    }
    return {};
}

bool is_card(std::string_view kind) {
    return kind.substr(0, 5) == "card.";
}

bool sets_members(std::string_view verb) {
    return verb == "stage" || verb == "update";
}

} // namespace

WriteResult write_op(Client& client, const Cards& cards, const WriteOp& op) {
    const auto fields = parse_fields(op);
    if (!fields) return unsendable(op, fields.error().message);
    if (needs_target(op) && !is_id(op.target)) return unsendable(op, "its target is no id");
    const json::Value root = fields->root();
    if (const auto [type, verb] = item_kind(op.kind); type != nullptr) {
        if (verb == "create") return create_item(client, *type, op, root);
        if (verb == "rows") return set_rows(client, *type, op, root);
        if (verb == "stage" && !root["stageId"].is_string())
            return unsendable(op, "stageId is missing");
        if (sets_members(verb)) return set_members(client, *type, op, root);
    }
    if (is_card(op.kind)) return write_card(client, cards, op, root);
    if (op.kind == "document.create") return create_document(client, op, root);
    if (op.kind == "comment.create") return create_comment(client, cards, op, root);
    if (op.kind == "notice.send") return send_notice(client, op, root);
    if (op.kind == "task.mark") return mark_tasks(client, {op}).front();
    if (op.kind == "task.field") return make_field(client, op, root);
    return unsendable(op, "a Bitrix24 portal knows no such write");
}

Result<std::vector<std::string>> find_op(Client& client, const Cards& cards, const WriteOp& op) {
    const auto [type, verb] = item_kind(op.kind);
    if (type != nullptr && verb == "create") return find_item(client, *type, op);
    if (op.kind == "card.create") return find_card(client, cards, op);
    if (op.kind == "document.create") return find_document(client, op);
    if (op.kind == "comment.create") return find_comment(client, cards, op);
    return unknown_kind(op, "can't be looked up by its key");
}

Result<std::string> read_back_op(Client& client, const Cards& cards, const WriteOp& op) {
    const auto fields = parse_fields(op);
    if (!fields) return fields.error();
    if (needs_target(op) && !is_id(op.target)) return unknown_kind(op, "has no target");
    const json::Value root = fields->root();
    if (const auto [type, verb] = item_kind(op.kind); type != nullptr) {
        if (verb == "rows") return rows_now(client, *type, op, root);
        if (sets_members(verb)) return members_now(client, *type, op, root);
    }
    if (is_card(op.kind) && op.kind != "card.create") return card_now(client, cards, op, root);
    if (op.kind == "task.mark") return marks_now(client, op, root);
    if (op.kind == "task.field") return field_now(client, op, root);
    return unknown_kind(op, "sets no value that could be read back");
}

} // namespace hb::connector::bitrix24
