#include "connector/bitrix24/writes.h"

#include "connector/bitrix24/write_parts.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::WriteOp;
using domain::WriteResult;

Error unknown_kind(const WriteOp& op, const char* what) {
    return Error{Code::Usage, "a write of kind " + op.kind + " " + what, "key " + op.key, ""};
}

bool needs_target(const WriteOp& op) {
    return op.kind != "deal.create" && op.kind != "task.field";
}

} // namespace

WriteResult write_op(Client& client, const WriteOp& op) {
    const auto fields = parse_fields(op);
    if (!fields) return unsendable(op, fields.error().message);
    if (needs_target(op) && !is_id(op.target)) return unsendable(op, "its target is no id");
    const json::Value root = fields->root();
    if (op.kind == "deal.create") return create_deal(client, op, root);
    if (op.kind == "deal.rows") return set_rows(client, op, root);
    if (op.kind == "deal.stage") return set_stage(client, op, root);
    if (op.kind == "comment.create") return create_comment(client, op, root);
    if (op.kind == "task.mark") return mark_tasks(client, {op}).front();
    if (op.kind == "task.field") return make_field(client, op, root);
    return unsendable(op, "a Bitrix24 portal knows no such write");
}

Result<std::vector<std::string>> find_op(Client& client, const WriteOp& op) {
    if (op.kind == "deal.create") return find_deal(client, op);
    if (op.kind == "comment.create") return find_comment(client, op);
    return unknown_kind(op, "can't be looked up by its key");
}

Result<std::string> read_back_op(Client& client, const WriteOp& op) {
    const auto fields = parse_fields(op);
    if (!fields) return fields.error();
    if (needs_target(op) && !is_id(op.target)) return unknown_kind(op, "has no target");
    const json::Value root = fields->root();
    if (op.kind == "deal.rows") return rows_now(client, op, root);
    if (op.kind == "deal.stage") return stage_now(client, op, root);
    if (op.kind == "task.mark") return marks_now(client, op, root);
    if (op.kind == "task.field") return field_now(client, op, root);
    return unknown_kind(op, "sets no value that could be read back");
}

} // namespace hb::connector::bitrix24
