#include "connector/bitrix24/writes.h"

#include "connector/bitrix24/card_ops.h"
#include "connector/bitrix24/documents.h"
#include "connector/bitrix24/write_parts.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::OpKind;
using domain::WriteOp;
using domain::WriteResult;

Error unknown_kind(const WriteOp& op, const char* what) {
    return Error{Code::Usage, "a write of kind " + std::string(to_string(op.kind)) + " " + what,
                 "key " + op.key, ""};
}

// A comment is created on something.
bool needs_target(const WriteOp& op) {
    return domain::object_of(op.kind).empty() && op.kind != OpKind::TaskField;
}

// What is done to an item of the universal CRM, and to which sort of item.
enum class Verb { None, Create, Rows, Stage, Update };
struct ItemWrite {
    const ItemType* type = nullptr;
    Verb verb = Verb::None;
};

ItemWrite item_write(OpKind kind) {
    switch (kind) {
    case OpKind::DealCreate:
        return {&kDeals, Verb::Create};
    case OpKind::DealRows:
        return {&kDeals, Verb::Rows};
    case OpKind::DealStage:
        return {&kDeals, Verb::Stage};
    case OpKind::DealUpdate:
        return {&kDeals, Verb::Update};
    case OpKind::InvoiceCreate:
        return {&kInvoices, Verb::Create};
    case OpKind::InvoiceRows:
        return {&kInvoices, Verb::Rows};
    case OpKind::InvoiceStage:
        return {&kInvoices, Verb::Stage};
    case OpKind::InvoiceUpdate:
        return {&kInvoices, Verb::Update};
    default:
        return {};
    }
}

bool sets_members(Verb verb) {
    return verb == Verb::Stage || verb == Verb::Update;
}

} // namespace

WriteResult write_op(Client& client, const Cards& cards, const WriteOp& op) {
    const auto fields = parse_fields(op);
    if (!fields) return unsendable(op, fields.error().message);
    if (needs_target(op) && !is_id(op.target)) return unsendable(op, "its target is no id");
    const json::Value root = fields->root();
    if (const auto [type, verb] = item_write(op.kind); type != nullptr) {
        if (verb == Verb::Create) return create_item(client, *type, op, root);
        if (verb == Verb::Rows) return set_rows(client, *type, op, root);
        if (verb == Verb::Stage && !root["stageId"].is_string())
            return unsendable(op, "stageId is missing");
        if (sets_members(verb)) return set_members(client, *type, op, root);
    }
    if (domain::is_card_write(op.kind)) return write_card(client, cards, op, root);
    if (op.kind == OpKind::DocumentCreate) return create_document(client, op, root);
    if (op.kind == OpKind::CommentCreate) return create_comment(client, cards, op, root);
    if (op.kind == OpKind::NoticeSend) return send_notice(client, op, root);
    if (op.kind == OpKind::TaskMark) return mark_tasks(client, {op}).front();
    if (op.kind == OpKind::TaskField) return make_field(client, op, root);
    return unsendable(op, "a Bitrix24 portal knows no such write");
}

Result<std::vector<std::string>> find_op(Client& client, const Cards& cards, const WriteOp& op) {
    const auto [type, verb] = item_write(op.kind);
    if (type != nullptr && verb == Verb::Create) return find_item(client, *type, op);
    if (op.kind == OpKind::CardCreate) return find_card(client, cards, op);
    if (op.kind == OpKind::DocumentCreate) return find_document(client, op);
    if (op.kind == OpKind::CommentCreate) return find_comment(client, cards, op);
    return unknown_kind(op, "can't be looked up by its key");
}

Result<std::string> read_back_op(Client& client, const Cards& cards, const WriteOp& op) {
    const auto fields = parse_fields(op);
    if (!fields) return fields.error();
    if (needs_target(op) && !is_id(op.target)) return unknown_kind(op, "has no target");
    const json::Value root = fields->root();
    if (const auto [type, verb] = item_write(op.kind); type != nullptr) {
        if (verb == Verb::Rows) return rows_now(client, *type, op, root);
        if (sets_members(verb)) return members_now(client, *type, op, root);
    }
    if (domain::is_card_write(op.kind) && op.kind != OpKind::CardCreate)
        return card_now(client, cards, op, root);
    if (op.kind == OpKind::TaskMark) return marks_now(client, op, root);
    if (op.kind == OpKind::TaskField) return field_now(client, op, root);
    return unknown_kind(op, "sets no value that could be read back");
}

} // namespace hb::connector::bitrix24
