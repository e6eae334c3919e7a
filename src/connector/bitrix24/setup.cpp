#include "connector/bitrix24/setup.h"

#include <algorithm>

#include "base/text.h"
#include "connector/bitrix24/items.h"
#include "connector/bitrix24/query.h"
#include "connector/bitrix24/setup_run.h"
#include "connector/bitrix24/write_parts.h"

namespace hb::connector::bitrix24 {
namespace {

struct TaskField {
    std::string name, label;
};

std::vector<TaskField> task_fields(const Bitrix24Options& options) {
    return {{options.paid_field, "Paid, % / Оплачено, %"},
            {options.report_field, "Hour reports / Отчёты по часам"}};
}

domain::WriteOp field_op(const TaskField& field) {
    domain::WriteOp op;
    op.kind = domain::OpKind::TaskField;
    json::Writer out;
    op.fields = out.begin_object()
                    .member("name", field.name)
                    .member("label", field.label)
                    .end_object()
                    .take();
    return op;
}

void set_up_task_field(SetupRun& run, const TaskField& field, const json::Value& list) {
    const std::string what = "task field " + field.name;
    for (const auto item : list) {
        if (text_or_empty(item["FIELD_NAME"]) != field.name) continue;
        const std::string type = text_or_empty(item["USER_TYPE_ID"]);
        if (type == "string") return run.step(what, "ok");
        return run.step(what, "failed",
                        "it exists as a field of type " + type +
                            ", not text; name another one under crm.task_marks, or delete it");
    }
    const domain::WriteOp op = field_op(field);
    const auto fields = parse_fields(op);
    if (run.dry) {
        run.carry_out(
            {{what, "task.item.userfield.add", task_field_body(fields->root()), run.made()}});
        return;
    }
    const auto result = make_field(run.client, op, fields->root());
    if (result.outcome == domain::Outcome::Done) return run.step(what, run.made());
    const auto known = run.client.lacks().all();
    if (std::any_of(known.begin(), known.end(), [](const domain::Lack& lack) {
            return lack.method == "task.item.userfield.add" && lack.why == domain::LackWhy::Method;
        }))
        return run.step(what, "by_hand", not_offered("task.item.userfield.add"));
    const bool forbidden = result.outcome == domain::Outcome::Rejected;
    run.step(what, forbidden ? "forbidden" : "failed", to_string(result.error));
}

// Scopes and task fields in one request.
Result<BatchReply> look(Client& client) {
    const std::vector<Command> commands = {
        {"scope", "scope", ""},
        {"fields", "task.item.userfield.getlist", Query().add({"0", "SORT"}, "ASC").text()},
    };
    BatchReply reply = client.batch(commands);
    if (reply.trouble) return client.error(*reply.trouble);
    return reply;
}

} // namespace

bool is_forbidden(const Trouble& trouble) {
    return trouble.nature == Nature::Denied || trouble.nature == Nature::Scope ||
           trouble.nature == Nature::NoMethod || trouble.nature == Nature::Credentials;
}

void SetupRun::step(std::string what, std::string state, std::string detail) {
    report.steps.push_back({std::move(what), std::move(state), std::move(detail)});
}

void SetupRun::trouble(std::string what, const Trouble& trouble) {
    if (lacks_method(trouble)) return step(std::move(what), "by_hand", not_offered(trouble.method));
    const std::string text = to_string(client.error(trouble));
    step(std::move(what), is_forbidden(trouble) ? "forbidden" : "failed", text);
}

bool SetupRun::carry_out(const std::vector<Write>& writes) {
    if (dry) {
        const auto missing = missing_methods(writes);
        for (const auto& write : writes)
            if (missing.count(write.method) > 0)
                step(write.what, "by_hand", not_offered(write.method));
            else
                step(write.what, "planned", write.method + " " + write.body);
        return writes.empty();
    }
    bool all = true;
    for (std::size_t first = 0; first < writes.size(); first += kBatchCommandsMax) {
        const std::size_t end = std::min(writes.size(), first + kBatchCommandsMax);
        std::vector<Command> commands;
        for (std::size_t i = first; i < end; ++i) {
            const auto body = json::Document::parse(writes[i].body);
            ensure(body.ok(), "setup writes a body that is no JSON");
            commands.push_back({"s" + std::to_string(i), writes[i].method, form_of(body->root())});
        }
        CallOptions options;
        options.fresh_connection = true;
        const BatchReply reply = client.batch(commands, options);
        for (std::size_t i = first; i < end; ++i) {
            const auto& failed =
                reply.trouble ? reply.trouble : reply.part("s" + std::to_string(i)).trouble;
            if (failed)
                trouble(writes[i].what, *failed);
            else
                step(writes[i].what, writes[i].state);
            all = all && !failed;
        }
    }
    return all;
}

Result<domain::SetupReport> run_setup(Client& client, bool dry_run, const Cards& before,
                                      std::string_view handler) {
    SetupRun run(client, dry_run, before);
    const auto seen = look(client);
    if (!seen) return seen.error();
    if (const Part& scope = seen->part("scope"); !scope.trouble)
        for (const auto item : scope.result) run.scopes.push_back(fold_case(text_or_empty(item)));
    const Part& fields = seen->part("fields");
    if (fields.trouble)
        run.trouble("task fields", *fields.trouble);
    else
        for (const auto& field : task_fields(client.options()))
            set_up_task_field(run, field, fields.result);
    if (const auto cards = set_up_cards(run, run.scopes); !cards) return cards.error();
    if (const auto events = set_up_events(run, handler, run.scopes); !events) return events.error();
    return std::move(run.report);
}

} // namespace hb::connector::bitrix24
