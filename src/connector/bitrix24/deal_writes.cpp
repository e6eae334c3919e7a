#include <array>

#include "connector/bitrix24/deals.h"
#include "connector/bitrix24/query.h"
#include "connector/bitrix24/write_parts.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::WriteOp;
using domain::WriteResult;

constexpr std::array<std::string_view, 6> kRowNames = {"productName", "price",       "quantity",
                                                       "taxRate",     "taxIncluded", "sort"};

std::string item_answer(const json::Value& item) {
    json::Writer out;
    out.begin_object();
    for (const char* name : {"id", "title", "stageId", "categoryId", "companyId", "currencyId",
                             "opportunity", "originatorId", "originId"})
        if (!item[name].missing()) out.key(name).value(item[name]);
    out.end_object();
    return out.take();
}

std::string row_value(const json::Value& value, std::string_view name) {
    if (value.nothing()) return "null";
    const auto decimal = value.decimal();
    if ((is_amount(name) || name == "sort") && decimal) return json::quote(plain_decimal(*decimal));
    const auto text = value.text();
    return text ? json::quote(*text) : value.dump();
}

// Rows in one spelling, with the members that `like` has (all known ones when it has no such row).
std::string render_rows(const std::vector<json::Value>& rows, const json::Value& like) {
    json::Writer out;
    out.begin_object().key("rows").begin_array();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        out.begin_object();
        for (const auto name : kRowNames)
            if (like[i].missing() || !like[i][name].missing())
                out.key(name).raw(row_value(rows[i][name], name));
        out.end_object();
    }
    out.end_array().end_object();
    return out.take();
}

// The op's own text when the portal holds the same rows.
std::string rows_as_op(const WriteOp& op, const json::Value& fields,
                       const std::vector<json::Value>& actual) {
    std::vector<json::Value> wanted;
    for (const auto row : fields["rows"]) wanted.push_back(row);
    const std::string now = render_rows(actual, fields["rows"]);
    return now == render_rows(wanted, fields["rows"]) ? op.fields : now;
}

std::string stage_text(std::string_view stage) {
    json::Writer out;
    out.begin_object().member("stageId", stage).end_object();
    return out.take();
}

std::string stage_as_op(const WriteOp& op, const json::Value& fields, std::string_view stage) {
    return fields["stageId"].text_view().value_or("") == stage ? op.fields : stage_text(stage);
}

} // namespace

WriteResult create_deal(Client& client, const WriteOp& op, const json::Value& fields) {
    if (fields["originId"].text_view().value_or("") != op.key || op.key.empty())
        return unsendable(op, "originId is not the op's key");
    json::Writer body;
    body.begin_object().member("entityTypeId", 2).key("fields").begin_object();
    for (const auto field : fields)
        if (!write_member(body, field))
            return unsendable(op, std::string(field.key()) + " is no decimal number");
    body.end_object().member("useOriginalUfNames", "Y").end_object();
    CallOptions options;
    options.fresh_connection = true;
    const Reply reply = client.call("crm.item.add", body.take(), options);
    if (reply.trouble) return write_result(*reply.trouble, client.options().remote);
    const json::Value item = reply.result()["item"];
    const auto id = item["id"].text();
    if (!id || !is_id(*id)) return unreadable(client, "crm.item.add", "no id of the new deal");
    return done(*id, item_answer(item));
}

Result<std::vector<std::string>> find_deal(Client& client, const WriteOp& op) {
    const auto fields = parse_fields(op);
    if (!fields) return fields.error();
    const auto originator = fields->root()["originatorId"].text();
    if (!originator || op.key.empty())
        return Error{Code::Usage, "a deal can't be looked up without its key", op.key, ""};
    json::Writer body;
    body.begin_object().member("entityTypeId", 2);
    body.key("select").begin_array().string("id").string("originId").end_array();
    body.key("filter").begin_object();
    body.member("originatorId", *originator).member("originId", op.key).end_object();
    body.key("order").begin_object().member("id", "ASC").end_object();
    body.member("start", -1).end_object();
    const Reply reply = client.call("crm.item.list", body.take());
    if (reply.trouble) return client.error(*reply.trouble);
    const json::Value items = reply.result()["items"];
    // "Absent" leads to a second create: only a list that is there may say so.
    if (!items.is_array()) return items.expected("a list of deals");
    std::vector<std::string> ids;
    for (const auto item : items) {
        const auto id = item["id"].text();
        if (!id) return id.error();
        if (item["originId"].text_view().value_or(op.key) == op.key) ids.push_back(*id);
    }
    return ids;
}

WriteResult set_rows(Client& client, const WriteOp& op, const json::Value& fields) {
    if (!fields["rows"].is_array()) return unsendable(op, "rows is no list");
    json::Writer body;
    body.begin_object().member("ownerType", "D").key("ownerId").raw(op.target);
    body.key("productRows").begin_array();
    for (const auto row : fields["rows"]) {
        body.begin_object();
        for (const auto member : row)
            if (!write_member(body, member))
                return unsendable(op, std::string(member.key()) + " is no decimal number");
        body.end_object();
    }
    body.end_array().end_object();
    const Reply reply = client.call("crm.item.productrow.set", body.take());
    if (reply.trouble) return write_result(*reply.trouble, client.options().remote);
    std::vector<json::Value> rows;
    for (const auto row : reply.result()["productRows"]) rows.push_back(row);
    return done(op.target, rows_as_op(op, fields, rows));
}

Result<std::string> rows_now(Client& client, const WriteOp& op, const json::Value& fields) {
    std::vector<Command> commands;
    Query get;
    get.add({"entityTypeId"}, "2").add({"id"}, op.target);
    commands.push_back(Command{"deal", "crm.item.get", get.text()});
    add_row_commands(commands, op.target);
    CallOptions strict;
    strict.unique_keys = true;
    const BatchReply reply = client.batch(commands, strict);
    if (reply.trouble) return client.error(*reply.trouble);
    const auto& deal = reply.part("deal").trouble;
    if (deal && is_missing(*deal)) return std::string();
    if (deal) return client.error(*deal);
    const auto rows = product_rows(client, reply);
    if (!rows) return rows.error();
    return rows_as_op(op, fields, *rows);
}

WriteResult set_stage(Client& client, const WriteOp& op, const json::Value& fields) {
    const auto stage = fields["stageId"].text_view();
    if (!stage) return unsendable(op, "stageId is missing");
    json::Writer body;
    body.begin_object().member("entityTypeId", 2).key("id").raw(op.target);
    body.key("fields").begin_object().member("stageId", *stage).end_object().end_object();
    const Reply reply = client.call("crm.item.update", body.take());
    if (reply.trouble) return write_result(*reply.trouble, client.options().remote);
    const auto now = reply.result()["item"]["stageId"].text_view();
    return done(op.target, now ? stage_as_op(op, fields, *now) : "");
}

Result<std::string> stage_now(Client& client, const WriteOp& op, const json::Value& fields) {
    json::Writer body;
    body.begin_object().member("entityTypeId", 2).key("id").raw(op.target).end_object();
    const Reply reply = client.call("crm.item.get", body.take());
    if (reply.trouble && is_missing(*reply.trouble)) return std::string();
    if (reply.trouble) return client.error(*reply.trouble);
    const auto stage = reply.result()["item"]["stageId"].string();
    if (!stage) return stage.error();
    return stage_as_op(op, fields, *stage);
}

} // namespace hb::connector::bitrix24
