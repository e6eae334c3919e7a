#include "base/text.h"
#include "sandbox/crm_rules.h"
#include "json/writer.h"

// crm.status.add, update, delete and get: stages and the other dictionaries. Failures have no code,
// only a text.
namespace hb::sandbox {

namespace {

Failure refuse(std::string_view text) {
    return fail("", text);
}

struct Funnel {
    int entity_type = 0;
    std::int64_t category = 0;
};

// The funnel that a dictionary of stages belongs to; nothing for the other dictionaries.
std::optional<Funnel> funnel_of(const State& state, const std::string& entity) {
    for (const auto& one : state.categories)
        if (stage_entity(one.entity_type, one.id) == entity) return Funnel{one.entity_type, one.id};
    return std::nullopt;
}

bool is_known(const State& state, const std::string& entity) {
    if (funnel_of(state, entity)) return true;
    const auto& rows = state.statuses.rows();
    return std::any_of(rows.begin(), rows.end(),
                       [&](const CrmStatus& one) { return one.entity == entity; });
}

// Stages in work come first, then success, then the failures.
std::optional<Failure> check_place(const State& state, const CrmStatus& status) {
    if (!status.semantics.empty()) return std::nullopt;
    for (const auto& one : state.statuses.rows())
        if (one.entity == status.entity && one.semantics == "S" && one.sort < status.sort)
            return refuse("Cannot create an intermediate stage after success");
    return std::nullopt;
}

std::optional<Failure> take(const Tree& fields, CrmStatus& status) {
    const auto text = [&](const char* name, std::string& to) {
        if (const Tree* sent = fields.find(name)) to = sent->str();
    };
    text("NAME", status.name);
    text("COLOR", status.color);
    text("SEMANTICS", status.semantics);
    if (const Tree* sort = fields.find("SORT"))
        status.sort = static_cast<int>(sort->integer().value_or(10));
    if (status.semantics != "S" && status.semantics != "F") status.semantics.clear();
    if (trim(status.name).empty()) return refuse("The required field \"Title\" is not filled");
    return std::nullopt;
}

std::string extra_of(const CrmStatus& status) {
    return status.semantics == "S" ? "success" : status.semantics == "F" ? "apology" : "process";
}

Outcome status_add(Call& call) {
    const Tree* fields = call.param("fields");
    if (fields == nullptr || !fields->is_branch())
        return fail("Invalid parameters.", "Invalid parameters were provided.");
    if (!call.crm_admin()) return refuse("Access denied.");
    const auto text = [&](const char* name) {
        const Tree* sent = fields->find(name);
        return sent == nullptr ? std::string{} : sent->str();
    };
    CrmStatus status;
    status.entity = text("ENTITY_ID");
    status.status = text("STATUS_ID");
    if (status.entity.empty()) return refuse("The field ENTITY_ID is required.");
    if (status.status.empty()) return refuse("The field STATUS_ID is required.");
    if (!is_known(call.state, status.entity))
        return refuse("Specified entity type is not supported.");
    if (const auto funnel = funnel_of(call.state, status.entity)) {
        const std::string prefix = stage_prefix(funnel->entity_type, funnel->category);
        if (!status.status.starts_with(prefix)) status.status = prefix + status.status;
        status.category = funnel->category;
    } else {
        status.color.clear();
    }
    for (const auto& one : call.state.statuses.rows())
        if (one.entity == status.entity && one.status == status.status)
            return refuse("Duplicate STATUS_ID.");
    if (auto failure = take(*fields, status)) return *failure;
    if (status.category)
        if (auto failure = check_place(call.state, status)) return *failure;
    if (status.entity.starts_with("DEAL_STAGE")) status.extra = extra_of(status);
    status.id = call.state.next_status;
    call.state.next_status += 2;
    const auto made = call.state.statuses.add(std::move(status)).id;
    return Answer{std::to_string(made), {}, {}};
}

std::variant<CrmStatus*, Failure> find(Call& call) {
    const auto id = call.integer("id");
    if (!id || *id <= 0) return refuse("Invalid identifier.");
    if (!call.crm_admin()) return refuse("Access denied.");
    CrmStatus* status = call.state.statuses.find(*id);
    if (status == nullptr) return refuse("Status is not found.");
    return status;
}

Outcome status_update(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const Tree* fields = call.param("fields");
    if (fields == nullptr || !fields->is_branch())
        return fail("Invalid parameters.", "Invalid parameters were provided.");
    CrmStatus& status = *std::get<CrmStatus*>(found);
    CrmStatus changed = status;
    if (auto failure = take(*fields, changed)) return *failure;
    // What a stage means can't change under the objects that are on it.
    changed.semantics = status.semantics;
    status = std::move(changed);
    return Answer{"true", {}, {}};
}

bool is_used(const State& state, const CrmStatus& status) {
    const auto funnel = funnel_of(state, status.entity);
    if (!funnel) return false;
    const CrmStore& store = state.crm.at(funnel->entity_type);
    if (!store.position("stageId")) return false;
    const auto& items = store.items.rows();
    return std::any_of(items.begin(), items.end(), [&](const CrmItem& item) {
        return store.text(item, "stageId") == status.status;
    });
}

Outcome status_delete(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const CrmStatus& status = *std::get<CrmStatus*>(found);
    const Tree* params = call.param("params");
    const Tree* forced = params == nullptr ? nullptr : params->find("FORCED");
    if (status.system && (forced == nullptr || forced->str() != "Y"))
        return refuse("CRM System Status can be deleted only if parameter FORCED is specified and "
                      "equal to \"Y\".");
    if (is_used(call.state, status)) return refuse("There are active items in this status.");
    call.state.statuses.erase(status.id);
    return Answer{"true", {}, {}};
}

} // namespace

void add_stage_calls(MethodTable& to) {
    to.add("crm.status.add", "crm", status_add, true);
    to.add("crm.status.update", "crm", status_update, true);
    to.add("crm.status.delete", "crm", status_delete, true);
}

} // namespace hb::sandbox
