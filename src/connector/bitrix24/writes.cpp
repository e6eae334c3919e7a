#include "connector/bitrix24/writes.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "connector/bitrix24/deals.h"
#include "connector/bitrix24/query.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::Outcome;
using domain::WriteOp;
using domain::WriteResult;

// Comments are read newest first in one batch; a deal with more is beyond any look-up.
constexpr std::size_t kCommentPages = kBatchCommandsMax;
constexpr std::array<std::string_view, 6> kRowNames = {"productName", "price",       "quantity",
                                                       "taxRate",     "taxIncluded", "sort"};

WriteResult done(std::string id, std::string answer) {
    WriteResult result;
    result.outcome = Outcome::Done;
    result.id = std::move(id);
    result.answer = std::move(answer);
    return result;
}

// The op itself is wrong: it never went out and never will.
WriteResult unsendable(const WriteOp& op, const std::string& why) {
    WriteResult result;
    result.outcome = Outcome::Rejected;
    result.error = Error{Code::Usage, "a write of kind " + op.kind + " can't be sent: " + why,
                         "key " + op.key, "a mapping or the program made it wrongly"};
    return result;
}

// It ran, and what came back can't be read: the look-up or the next write will tell.
WriteResult unreadable(const Client& client, std::string method, std::string text) {
    const Trouble trouble{Nature::Garbage, std::move(method), "", std::move(text), 200, {}};
    return write_result(trouble, client.options().remote);
}

bool is_id(std::string_view text) {
    const auto number = parse_integer(text);
    return number && *number > 0;
}

Result<json::Document> parse_fields(const WriteOp& op) {
    json::ParseOptions strict;
    strict.unique_keys = true;
    auto document = json::Document::parse(op.fields, strict);
    if (document && !document->root().is_object()) return document->root().expected("an object");
    return document;
}

bool is_amount(std::string_view name) {
    return name == "opportunity" || name == "price" || name == "quantity" || name == "taxRate";
}

bool is_link(std::string_view name) {
    return name == "companyId" || name == "categoryId" || name == "contactId" ||
           name == "assignedById" || name == "mycompanyId" || name.substr(0, 8) == "parentId";
}

// Decimal text becomes a JSON number of the same digits; false when it is no decimal number.
bool write_member(json::Writer& out, const json::Value& value) {
    const std::string name(value.key());
    out.key(name);
    if (value.is_string() && (is_amount(name) || is_link(name))) {
        const auto text = value.text();
        if (!text || !is_decimal(*text)) return false;
        out.raw(*text);
        return true;
    }
    out.value(value);
    return true;
}

// ---- deals

std::string item_answer(const json::Value& item) {
    json::Writer out;
    out.begin_object();
    for (const char* name : {"id", "title", "stageId", "categoryId", "companyId", "currencyId",
                             "opportunity", "originatorId", "originId"})
        if (!item[name].missing()) out.key(name).value(item[name]);
    out.end_object();
    return out.take();
}

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

// ---- rows

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

// ---- stage

std::string stage_text(std::string_view stage) {
    json::Writer out;
    out.begin_object().member("stageId", stage).end_object();
    return out.take();
}

std::string stage_as_op(const WriteOp& op, const json::Value& fields, std::string_view stage) {
    return fields["stageId"].text_view().value_or("") == stage ? op.fields : stage_text(stage);
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

// ---- comments

WriteResult create_comment(Client& client, const WriteOp& op, const json::Value& fields) {
    const auto text = fields["comment"].text_view().value_or("");
    const auto type = fields["entityType"].text_view().value_or("deal");
    if (op.key.empty() || text.find(op.key) == std::string_view::npos)
        return unsendable(op, "the comment does not contain the op's key");
    json::Writer body;
    body.begin_object().key("fields").begin_object().key("ENTITY_ID").raw(op.target);
    body.member("ENTITY_TYPE", type).member("COMMENT", text).end_object().end_object();
    CallOptions options;
    options.fresh_connection = true;
    const Reply reply = client.call("crm.timeline.comment.add", body.take(), options);
    if (reply.trouble) return write_result(*reply.trouble, client.options().remote);
    const auto id = reply.result().text();
    if (!id || !is_id(*id))
        return unreadable(client, "crm.timeline.comment.add", "no id of the new comment");
    return done(*id, "");
}

std::vector<Command> comment_pages(const WriteOp& op, std::string_view type, std::size_t first,
                                   std::size_t end) {
    std::vector<Command> commands;
    for (std::size_t page = first; page < end; ++page) {
        Query query;
        query.add({"filter", "ENTITY_ID"}, op.target).add({"filter", "ENTITY_TYPE"}, type);
        query.add_list({"select"}, {"ID", "COMMENT"}).add({"order", "ID"}, "DESC");
        query.add({"start"}, std::to_string(page * kPageRowsMax));
        commands.push_back(
            Command{"c" + std::to_string(page), "crm.timeline.comment.list", query.text()});
    }
    return commands;
}

// Adds the ids of a page's comments with the marker; true when more pages may follow.
Result<bool> comments_with_key(const Client& client, const Part& part, const std::string& key,
                               std::vector<std::int64_t>& ids) {
    if (part.trouble) return client.error(*part.trouble);
    if (!part.result.is_array()) return part.result.expected("a list of comments");
    for (const auto item : part.result) {
        const auto id = item["ID"].integer();
        const auto text = item["COMMENT"].text();
        if (!id || !text) return item.expected("a comment with ID and COMMENT");
        if (text->find(key) != std::string::npos) ids.push_back(*id);
    }
    return part.result.size() >= kPageRowsMax;
}

Result<std::vector<std::string>> find_comment(Client& client, const WriteOp& op) {
    const auto fields = parse_fields(op);
    if (!fields) return fields.error();
    const std::string type(fields->root()["entityType"].text_view().value_or("deal"));
    std::vector<std::int64_t> ids;
    bool more = true;
    // Most deals have one page of comments; only a full one costs the second request.
    for (std::size_t first = 0, end = 1; more && first < kCommentPages;
         first = end, end = kCommentPages) {
        const BatchReply reply = client.batch(comment_pages(op, type, first, end));
        if (reply.trouble) return client.error(*reply.trouble);
        for (std::size_t page = first; page < end && more; ++page) {
            const Part& part = reply.part("c" + std::to_string(page));
            const auto next = comments_with_key(client, part, op.key, ids);
            if (!next) return next.error();
            more = *next;
        }
    }
    if (more && ids.empty())
        return Error{Code::NeedsPerson, "there are too many comments to look one up",
                     "deal " + op.target, "look for the marker " + op.key + " in the timeline"};
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<std::string> out;
    for (const auto id : ids) out.push_back(std::to_string(id));
    return out;
}

// ---- tasks

// UF_HB_PAID is ufHbPaid in answers.
std::string camel(std::string_view name) {
    std::string out;
    bool upper = false;
    for (const char c : fold_case(name)) {
        if (c == '_') {
            upper = true;
            continue;
        }
        const bool letter = c >= 'a' && c <= 'z';
        out += upper && letter ? static_cast<char>(c - 'a' + 'A') : c;
        upper = false;
    }
    return out;
}

json::Value field_of(const json::Value& task, std::string_view name) {
    const json::Value value = task[camel(name)];
    return value.missing() ? task[name] : value;
}

Command get_marks(const WriteOp& op, const json::Value& fields) {
    std::vector<std::string> select = {"ID"};
    for (const auto field : fields) select.emplace_back(field.key());
    Query query;
    query.add({"taskId"}, op.target).add_list({"select"}, select);
    return Command{"get", "tasks.task.get", query.text()};
}

// The marks as the task has them, in the op's spelling; "" when a field does not exist.
std::string marks_now(const WriteOp& op, const json::Value& fields, const json::Value& task) {
    json::Writer out;
    bool same = true;
    out.begin_object();
    for (const auto field : fields) {
        const json::Value value = field_of(task, field.key());
        const std::string wanted(field.text_view().value_or(""));
        if (value.missing() && !wanted.empty()) return "";
        const auto text = value.text();
        const std::string now = value.nothing() || !text ? "" : *text;
        same = same && now == wanted;
        out.member(field.key(), now);
    }
    out.end_object();
    return same ? op.fields : out.take();
}

bool task_gone(const Part& part) {
    // A missing or invisible task is a 200 with an empty list.
    if (part.trouble) return false;
    const json::Value task = part.result["task"];
    return part.result.nothing() || (!task.missing() && task.nothing());
}

WriteResult mark_task(Client& client, const WriteOp& op, const json::Value& fields) {
    Query update;
    update.add({"taskId"}, op.target);
    for (const auto field : fields) {
        const auto& options = client.options();
        if (field.key() != options.paid_field && field.key() != options.report_field)
            return unsendable(op, std::string(field.key()) + " is not one of our fields");
        if (!field.is_string()) return unsendable(op, std::string(field.key()) + " is no text");
        update.add({"fields", field.key()}, field.text_view().value_or(""));
    }
    // One request writes and reads back; repeating it does no harm.
    const BatchReply reply = client.batch(
        {Command{"update", "tasks.task.update", update.text()}, get_marks(op, fields)});
    const std::string& remote = client.options().remote;
    if (reply.trouble) return write_result(*reply.trouble, remote);
    const Part& got = reply.part("get");
    if (task_gone(got)) return done(op.target, "{\"gone\":true}");
    const Part& updated = reply.part("update");
    if (updated.trouble) return write_result(*updated.trouble, remote);
    if (got.trouble) return done(op.target, "");
    const std::string now = marks_now(op, fields, got.result["task"]);
    if (!now.empty()) return done(op.target, now);
    WriteResult result;
    result.outcome = Outcome::Rejected;
    result.error = Error{Code::Forbidden, "tasks in " + remote + " have no field for our mark",
                         "tasks.task.update left it out",
                         "an administrator's webhook makes it; `hourbridge check` says more"};
    return result;
}

Result<std::string> marks_read(Client& client, const WriteOp& op, const json::Value& fields) {
    const BatchReply reply = client.batch({get_marks(op, fields)});
    if (reply.trouble) return client.error(*reply.trouble);
    const Part& got = reply.part("get");
    if (got.trouble) return client.error(*got.trouble);
    if (task_gone(got)) return std::string();
    const std::string now = marks_now(op, fields, got.result["task"]);
    // Fields that do not exist hold nothing, which is not what the op wants.
    return now.empty() ? std::string("{}") : now;
}

struct FieldLook {
    std::optional<Trouble> trouble;
    std::string id;
    std::string type;
};

FieldLook look_for_field(Client& client, std::string_view name) {
    FieldLook look;
    const Reply reply = client.call("task.item.userfield.getlist", R"([{"SORT":"ASC"}])");
    look.trouble = reply.trouble;
    if (look.trouble) return look;
    for (const auto item : reply.result()) {
        if (item["FIELD_NAME"].text_view().value_or("") != name) continue;
        look.id = std::string(item["ID"].text_view().value_or("0"));
        look.type = std::string(item["USER_TYPE_ID"].text_view().value_or(""));
    }
    return look;
}

WriteResult field_found(const WriteOp& op, const FieldLook& look) {
    if (look.type == "string") return done(look.id, op.fields);
    WriteResult result;
    result.outcome = Outcome::Rejected;
    result.error = Error{Code::Conflict, "a task field of our name exists with another type",
                         op.fields + " is of type " + look.type,
                         "name another field under crm.task_marks, or delete that one"};
    return result;
}

std::string field_body(const json::Value& fields) {
    const std::string name(fields["name"].text_view().value_or(""));
    const std::string label(fields["label"].text_view().value_or(name));
    json::Writer body;
    body.begin_object().key("PARAMS").begin_object().member("USER_TYPE_ID", "string");
    body.member("FIELD_NAME", name).member("XML_ID", name).member("LABEL", label);
    body.key("EDIT_FORM_LABEL").begin_object().member("en", label).member("ru", label).end_object();
    body.member("MULTIPLE", "N").member("MANDATORY", "N").end_object().end_object();
    return body.take();
}

WriteResult make_field(Client& client, const WriteOp& op, const json::Value& fields) {
    const std::string name(fields["name"].text_view().value_or(""));
    if (name.substr(0, 3) != "UF_") return unsendable(op, "name must begin with UF_");
    const std::string& remote = client.options().remote;
    const FieldLook before = look_for_field(client, name);
    if (before.trouble) return write_result(*before.trouble, remote);
    if (!before.id.empty()) return field_found(op, before);
    CallOptions options;
    options.fresh_connection = true;
    const Reply reply = client.call("task.item.userfield.add", field_body(fields), options);
    if (!reply.trouble) {
        const auto id = reply.result().text();
        return done(id ? *id : "", op.fields);
    }
    if (reply.trouble->nature == Nature::Failed) {
        // "Already exists", in whatever language: the list tells.
        const FieldLook after = look_for_field(client, name);
        if (!after.trouble && !after.id.empty()) return field_found(op, after);
    }
    WriteResult result = write_result(*reply.trouble, remote);
    if (reply.trouble->nature == Nature::Denied)
        result.error.hint =
            "only a portal administrator may make task fields: let an administrator "
            "make the webhook, or the field " +
            name + " (text) by hand";
    return result;
}

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
    if (op.kind == "task.mark") return mark_task(client, op, root);
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
    if (op.kind == "task.mark") return marks_read(client, op, root);
    if (op.kind == "task.field") {
        const FieldLook look = look_for_field(client, root["name"].text_view().value_or(""));
        if (look.trouble) return client.error(*look.trouble);
        return look.id.empty() ? std::string() : op.fields;
    }
    return unknown_kind(op, "sets no value that could be read back");
}

} // namespace hb::connector::bitrix24
