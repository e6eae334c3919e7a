#include "base/text.h"
#include "connector/bitrix24/query.h"
#include "connector/bitrix24/write_parts.h"
#include "connector/bitrix24/writes.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::Outcome;
using domain::WriteOp;
using domain::WriteResult;

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

Command get_marks(const WriteOp& op, const json::Value& fields, std::string key = "get") {
    std::vector<std::string> select = {"ID"};
    for (const auto field : fields) select.emplace_back(field.key());
    Query query;
    query.add({"taskId"}, op.target).add_list({"select"}, select);
    return Command{std::move(key), "tasks.task.get", query.text()};
}

// The marks as the task has them, in the op's spelling; "" when a field does not exist.
std::string marks_as_op(const WriteOp& op, const json::Value& fields, const json::Value& task) {
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

} // namespace

std::string task_field_body(const json::Value& fields) {
    const std::string name(fields["name"].text_view().value_or(""));
    const std::string label(fields["label"].text_view().value_or(name));
    json::Writer body;
    body.begin_object().key("PARAMS").begin_object().member("USER_TYPE_ID", "string");
    body.member("FIELD_NAME", name).member("XML_ID", name).member("LABEL", label);
    body.key("EDIT_FORM_LABEL").begin_object().member("en", label).member("ru", label).end_object();
    body.member("MULTIPLE", "N").member("MANDATORY", "N").end_object().end_object();
    return body.take();
}

namespace {

// The query that sets one task's marks, or why it can't be sent.
std::optional<WriteResult> update_query(const Client& client, const WriteOp& op,
                                        const json::Value& fields, Query& update) {
    if (!is_id(op.target)) return unsendable(op, "its target is no id");
    update.add({"taskId"}, op.target);
    for (const auto field : fields) {
        const auto& options = client.options();
        if (field.key() != options.paid_field && field.key() != options.report_field)
            return unsendable(op, std::string(field.key()) + " is not one of our fields");
        if (!field.is_string()) return unsendable(op, std::string(field.key()) + " is no text");
        update.add({"fields", field.key()}, field.text_view().value_or(""));
    }
    return std::nullopt;
}

WriteResult marked(const Client& client, const WriteOp& op, const json::Value& fields,
                   const Part& updated, const Part& got) {
    if (task_gone(got)) {
        WriteResult result = done(op.target, "");
        result.gone = true;
        return result;
    }
    if (updated.trouble) return write_result(*updated.trouble, client.options().remote);
    if (got.trouble) return done(op.target, "");
    const std::string now = marks_as_op(op, fields, got.result["task"]);
    if (!now.empty()) return done(op.target, now);
    WriteResult result;
    result.outcome = Outcome::Rejected;
    result.error = Error{Code::Forbidden,
                         "tasks in " + client.options().remote + " have no field for our mark",
                         "tasks.task.update left it out",
                         "an administrator's webhook makes it; `hourbridge check` says more"};
    return result;
}

} // namespace

std::vector<WriteResult> mark_tasks(Client& client, const std::vector<WriteOp>& ops) {
    if (const auto refused = client.refusal("tasks.task.update"))
        return std::vector<WriteResult>(ops.size(),
                                        write_result(*refused, client.options().remote));
    std::vector<std::optional<WriteResult>> results(ops.size());
    std::vector<Result<json::Document>> fields;
    std::vector<Command> commands;
    for (std::size_t i = 0; i < ops.size(); ++i) {
        fields.push_back(parse_fields(ops[i]));
        if (!fields[i]) {
            results[i] = unsendable(ops[i], fields[i].error().message);
            continue;
        }
        Query update;
        results[i] = update_query(client, ops[i], fields[i]->root(), update);
        if (results[i]) continue;
        commands.push_back({"u" + std::to_string(i), "tasks.task.update", update.text()});
        commands.push_back(get_marks(ops[i], fields[i]->root(), "g" + std::to_string(i)));
    }
    // One request writes and reads back; repeating it does no harm.
    BatchReply reply;
    if (!commands.empty()) reply = client.batch(commands);
    std::vector<WriteResult> out;
    for (std::size_t i = 0; i < ops.size(); ++i) {
        if (!results[i] && reply.trouble)
            results[i] = write_result(*reply.trouble, client.options().remote);
        if (!results[i])
            results[i] =
                marked(client, ops[i], fields[i]->root(), reply.part("u" + std::to_string(i)),
                       reply.part("g" + std::to_string(i)));
        out.push_back(std::move(*results[i]));
    }
    return out;
}

Result<std::string> marks_now(Client& client, const WriteOp& op, const json::Value& fields) {
    const BatchReply reply = client.batch({get_marks(op, fields)});
    if (reply.trouble) return client.error(*reply.trouble);
    const Part& got = reply.part("get");
    if (got.trouble) return client.error(*got.trouble);
    if (task_gone(got)) return std::string();
    const std::string now = marks_as_op(op, fields, got.result["task"]);
    // Fields that do not exist hold nothing, which is not what the op wants.
    return now.empty() ? std::string("{}") : now;
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
    const Reply reply = client.call("task.item.userfield.add", task_field_body(fields), options);
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

Result<std::string> field_now(Client& client, const WriteOp& op, const json::Value& fields) {
    const FieldLook look = look_for_field(client, fields["name"].text_view().value_or(""));
    if (look.trouble) return client.error(*look.trouble);
    return look.id.empty() ? std::string() : op.fields;
}

} // namespace hb::connector::bitrix24
