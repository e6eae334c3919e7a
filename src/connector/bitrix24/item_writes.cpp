#include <array>
#include <utility>

#include "connector/bitrix24/items.h"
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
                             "opportunity", "originatorId", "originId", "xmlId"})
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

// The op's members as the JSON of `fields`.
Result<std::string> members_text(const WriteOp& op, const json::Value& fields) {
    json::Writer out;
    out.begin_object();
    for (const auto field : fields)
        if (!write_member(out, field))
            return Error{Code::Usage, std::string(field.key()) + " is no decimal number", op.key,
                         ""};
    out.end_object();
    return out.take();
}

// One member as the item holds it now, in the op's spelling.
std::string now_as_text(std::string_view name, const json::Value& value) {
    if (is_link(name)) return id_text(value);
    const auto decimal = value.decimal();
    if (is_amount(name) && decimal) return plain_decimal(*decimal);
    if (value.nothing()) return "";
    const auto text = value.text();
    return text ? *text : value.dump();
}

bool same_value(std::string_view name, const json::Value& wanted, const json::Value& now) {
    return now_as_text(name, wanted) == now_as_text(name, now);
}

Command get_command(const ItemType& type, const WriteOp& op) {
    Query get;
    get.add({"entityTypeId"}, std::to_string(type.id)).add({"id"}, op.target);
    get.add({"useOriginalUfNames"}, "Y");
    return Command{std::string(type.name), "crm.item.get", get.text()};
}

CallOptions of_items(int entity_type) {
    CallOptions options;
    options.about = about_of(entity_type);
    return options;
}

} // namespace

WriteResult add_item(Client& client, int entity_type, const std::string& fields) {
    json::Writer body;
    body.begin_object().member("entityTypeId", entity_type).key("fields").raw(fields);
    body.member("useOriginalUfNames", "Y").end_object();
    CallOptions options;
    options.fresh_connection = true;
    options.about = about_of(entity_type);
    const Reply reply = client.call("crm.item.add", body.take(), options);
    if (reply.trouble) return write_result(*reply.trouble, client.options().remote);
    const json::Value item = reply.result()["item"];
    const auto id = item["id"].text();
    if (!id || !is_id(*id)) return unreadable(client, "crm.item.add", "no id of the new object");
    return done(*id, item_answer(item));
}

Reply update_item(Client& client, int entity_type, const std::string& id,
                  const std::string& fields) {
    json::Writer body;
    body.begin_object().member("entityTypeId", entity_type).key("id").raw(id);
    body.key("fields").raw(fields).member("useOriginalUfNames", "Y").end_object();
    return client.call("crm.item.update", body.take(), of_items(entity_type));
}

Reply get_item(Client& client, int entity_type, const std::string& id) {
    json::Writer body;
    body.begin_object().member("entityTypeId", entity_type).key("id").raw(id);
    body.member("useOriginalUfNames", "Y").end_object();
    return client.call("crm.item.get", body.take(), of_items(entity_type));
}

Result<std::vector<std::string>>
find_items(Client& client, int entity_type,
           const std::vector<std::pair<std::string, std::string>>& filter,
           const std::string& key_field, const std::string& key) {
    json::Writer body;
    body.begin_object().member("entityTypeId", entity_type);
    body.key("select").begin_array().string("id").string(key_field).end_array();
    body.key("filter").begin_object();
    for (const auto& [name, value] : filter) body.member(name, value);
    body.end_object().key("order").begin_object().member("id", "ASC").end_object();
    body.member("start", -1).end_object();
    const Reply reply = client.call("crm.item.list", body.take(), of_items(entity_type));
    if (reply.trouble) return client.error(*reply.trouble);
    const json::Value items = reply.result()["items"];
    // "Absent" leads to a second create: only a list that is there may say so.
    if (!items.is_array()) return items.expected("a list of items");
    std::vector<std::string> ids;
    for (const auto item : items) {
        const auto id = item["id"].text();
        if (!id) return id.error();
        if (item[key_field].text_view().value_or(key) == key) ids.push_back(*id);
    }
    return ids;
}

WriteResult create_item(Client& client, const ItemType& type, const WriteOp& op,
                        const json::Value& fields) {
    if (fields[type.key_field].text_view().value_or("") != op.key || op.key.empty())
        return unsendable(op, std::string(type.key_field) + " is not the op's key");
    const auto body = members_text(op, fields);
    return body ? add_item(client, type.id, *body) : unsendable(op, body.error().message);
}

Result<std::vector<std::string>> find_item(Client& client, const ItemType& type,
                                           const WriteOp& op) {
    const auto fields = parse_fields(op);
    if (!fields) return fields.error();
    const std::string name(type.name);
    if (op.key.empty())
        return Error{Code::Usage, "a " + name + " can't be looked up without its key", "", ""};
    std::vector<std::pair<std::string, std::string>> filter;
    if (type.key_field == kDeals.key_field) {
        const auto originator = fields->root()["originatorId"].text();
        if (!originator)
            return Error{Code::Usage, "a " + name + " can't be looked up without its key", op.key,
                         ""};
        filter.emplace_back("originatorId", *originator);
    }
    filter.emplace_back(type.key_field, op.key);
    return find_items(client, type.id, filter, std::string(type.key_field), op.key);
}

WriteResult set_rows(Client& client, const ItemType& type, const WriteOp& op,
                     const json::Value& fields) {
    if (!fields["rows"].is_array()) return unsendable(op, "rows is no list");
    json::Writer body;
    body.begin_object().member("ownerType", type.owner).key("ownerId").raw(op.target);
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

Result<std::string> rows_now(Client& client, const ItemType& type, const WriteOp& op,
                             const json::Value& fields) {
    std::vector<Command> commands = {get_command(type, op)};
    add_row_commands(commands, type, op.target);
    CallOptions strict;
    strict.unique_keys = true;
    const BatchReply reply = client.batch(commands, strict);
    if (reply.trouble) return client.error(*reply.trouble);
    const auto& got = reply.part(type.name).trouble;
    if (got && is_missing(*got)) return std::string();
    if (got) return client.error(*got);
    const auto rows = product_rows(client, reply);
    if (!rows) return rows.error();
    return rows_as_op(op, fields, *rows);
}

std::string members_as_op(const WriteOp& op, const json::Value& fields, const json::Value& item) {
    json::Writer out;
    bool same = true;
    out.begin_object();
    for (const auto field : fields) {
        const json::Value now = item[field.key()];
        same = same && same_value(field.key(), field, now);
        out.member(field.key(), now_as_text(field.key(), now));
    }
    out.end_object();
    return same ? op.fields : out.take();
}

WriteResult set_members(Client& client, const ItemType& type, const WriteOp& op,
                        const json::Value& fields) {
    const auto body = members_text(op, fields);
    if (!body) return unsendable(op, body.error().message);
    const Reply reply = update_item(client, type.id, op.target, *body);
    if (reply.trouble) return write_result(*reply.trouble, client.options().remote);
    const json::Value item = reply.result()["item"];
    return done(op.target, item.is_object() ? members_as_op(op, fields, item) : "");
}

Result<std::string> members_now(Client& client, const ItemType& type, const WriteOp& op,
                                const json::Value& fields) {
    const Reply reply = get_item(client, type.id, op.target);
    if (reply.trouble && is_missing(*reply.trouble)) return std::string();
    if (reply.trouble) return client.error(*reply.trouble);
    const json::Value item = reply.result()["item"];
    if (!item.is_object()) return item.expected("the " + std::string(type.name));
    return members_as_op(op, fields, item);
}

} // namespace hb::connector::bitrix24
