#include "sandbox/row_faults.h"

#include "base/text.h"
#include "sandbox/core.h"

namespace hb::sandbox {

namespace {

using Ids = std::vector<std::int64_t>;

template <class Rows> Ids ids_of(const Rows& rows) {
    Ids out;
    for (const auto& row : rows) out.push_back(row.id);
    return out;
}

const CrmStore* store_of(const State& state, int type) {
    const auto at = state.crm.find(type);
    return at == state.crm.end() ? nullptr : &at->second;
}

Ids all_ids(const State& state, RowKind kind) {
    if (kind.thing == Thing::Task) return ids_of(state.tasks.rows());
    if (kind.thing == Thing::Entry) return ids_of(state.entries().rows());
    if (kind.thing == Thing::User) return ids_of(state.users.rows());
    if (kind.thing == Thing::Group) return ids_of(state.groups.rows());
    const CrmStore* store = store_of(state, kind.type);
    return store == nullptr ? Ids{} : ids_of(store->items.rows());
}

bool exists(const State& state, RowKind kind, std::int64_t id) {
    if (kind.thing == Thing::Task) return state.tasks.find(id) != nullptr;
    if (kind.thing == Thing::Entry) return state.entries().find(id) != nullptr;
    if (kind.thing == Thing::User) return state.users.find(id) != nullptr;
    if (kind.thing == Thing::Group) return state.groups.find(id) != nullptr;
    const CrmStore* store = store_of(state, kind.type);
    return store != nullptr && store->items.find(id) != nullptr;
}

// Whose row it is; 0 for none.
std::int64_t person_of(const State& state, RowKind kind, std::int64_t id) {
    if (kind.thing == Thing::User) return id;
    if (kind.thing == Thing::Task) {
        const Task* task = state.tasks.find(id);
        return task == nullptr ? 0 : task->responsible;
    }
    if (kind.thing == Thing::Entry) {
        const Entry* entry = state.entries().find(id);
        return entry == nullptr ? 0 : std::int64_t{entry->user};
    }
    if (kind.thing == Thing::Group) {
        const Group* group = state.groups.find(id);
        return group == nullptr ? 0 : group->owner;
    }
    const CrmStore* store = store_of(state, kind.type);
    const CrmItem* item = store == nullptr ? nullptr : store->items.find(id);
    return item == nullptr ? 0 : store->number(*item, "assignedById");
}

std::int64_t project_of(const State& state, RowKind kind, std::int64_t id) {
    if (kind.thing == Thing::Group) return id;
    if (kind.thing == Thing::Entry) {
        const Entry* entry = state.entries().find(id);
        return entry == nullptr ? 0
                                : project_of(state, {Thing::Task, 0}, std::int64_t{entry->task});
    }
    const Task* task = kind.thing == Thing::Task ? state.tasks.find(id) : nullptr;
    return task == nullptr ? 0 : task->group;
}

bool is(const std::string& wanted, std::int64_t id) {
    return wanted.empty() || wanted == std::to_string(id);
}

const Tree* id_member(const Tree& row) {
    if (row.kind() != Tree::Kind::Map) return nullptr;
    for (const char* name : {"id", "ID"})
        if (const Tree* id = row.find(name); id != nullptr && !id->is_branch()) return id;
    return nullptr;
}

// Calls `change` on each row: a map with an id of its own, at most two levels down.
template <class Change> void each_row(Tree& tree, int depth, const Change& change) {
    if (id_member(tree) != nullptr) return change(tree);
    if (depth == 0 || !tree.is_branch()) return;
    for (std::size_t i = 0; i < tree.size(); ++i) each_row(*tree.at_mutable(i), depth - 1, change);
}

std::string delete_event(RowKind kind) {
    if (kind.thing == Thing::Group) return "ONSONETGROUPDELETE";
    if (kind.type == 2) return "ONCRMDEALDELETE";
    if (kind.type == 3) return "ONCRMCONTACTDELETE";
    if (kind.type == 4) return "ONCRMCOMPANYDELETE";
    return "ONCRMDYNAMICITEMDELETE";
}

std::optional<std::string> wrong_ids(const State& state, const RowPick& pick, RowKind kind) {
    for (const auto& id : pick.ids) {
        const auto number = parse_integer(id);
        if (!number || !exists(state, kind, *number))
            return "no such row of " + pick.what + ": " + id;
    }
    return std::nullopt;
}

} // namespace

std::optional<RowKind> row_kind(const State& state, std::string_view what) {
    if (what == "tasks") return RowKind{Thing::Task, 0};
    if (what == "entries") return RowKind{Thing::Entry, 0};
    if (what == "users") return RowKind{Thing::User, 0};
    if (what == "groups") return RowKind{Thing::Group, 0};
    if (what == "deals") return RowKind{Thing::CrmItem, 2};
    if (what == "contacts") return RowKind{Thing::CrmItem, 3};
    if (what == "companies") return RowKind{Thing::CrmItem, 4};
    if (what == "invoices") return RowKind{Thing::CrmItem, 31};
    if (!what.starts_with("items/")) return std::nullopt;
    const auto type = parse_integer(what.substr(6));
    if (!type || store_of(state, static_cast<int>(*type)) == nullptr) return std::nullopt;
    return RowKind{Thing::CrmItem, static_cast<int>(*type)};
}

std::string what_of(RowKind kind) {
    if (kind.thing == Thing::Task) return "tasks";
    if (kind.thing == Thing::Entry) return "entries";
    if (kind.thing == Thing::User) return "users";
    if (kind.thing == Thing::Group) return "groups";
    if (kind.type == 2) return "deals";
    if (kind.type == 3) return "contacts";
    if (kind.type == 4) return "companies";
    return kind.type == 31 ? "invoices" : "items/" + std::to_string(kind.type);
}

std::optional<RowKind> rows_of_method(std::string_view method, const Tree& params) {
    const std::string name = lower(method);
    if (name.starts_with("tasks.task.")) return RowKind{Thing::Task, 0};
    if (name.starts_with("task.elapseditem.")) return RowKind{Thing::Entry, 0};
    if (name.starts_with("user.")) return RowKind{Thing::User, 0};
    if (name.starts_with("sonet_group.") || name.starts_with("socialnetwork.api.workgroup."))
        return RowKind{Thing::Group, 0};
    if (name.starts_with("crm.deal.")) return RowKind{Thing::CrmItem, 2};
    if (name.starts_with("crm.contact.")) return RowKind{Thing::CrmItem, 3};
    if (name.starts_with("crm.company.")) return RowKind{Thing::CrmItem, 4};
    const bool item = name == "crm.item.list" || name == "crm.item.get" || name == "crm.item.add" ||
                      name == "crm.item.update";
    const Tree* type = item ? params.find_word("entityTypeId") : nullptr;
    if (type == nullptr || !type->integer()) return std::nullopt;
    return RowKind{Thing::CrmItem, static_cast<int>(*type->integer())};
}

std::string rows_asked(std::string_view method, const Tree& params) {
    const auto kind = rows_of_method(method, params);
    return kind ? what_of(*kind) : std::string{};
}

bool picked(const State& state, const RowPick& pick, RowKind kind, std::int64_t id) {
    return takes_id(pick, std::to_string(id)) &&
           (pick.person.empty() || is(pick.person, person_of(state, kind, id))) &&
           (pick.project.empty() || is(pick.project, project_of(state, kind, id)));
}

std::optional<std::string> wrong_pick(const State& state, const Fault& fault) {
    const RowPick& pick = fault.pick;
    const auto kind = row_kind(state, pick.what);
    if (!pick.what.empty() && !kind)
        return "unknown kind of rows: " + pick.what +
               "; there are tasks, entries, users, groups, deals, companies, contacts, invoices, "
               "items/TYPE";
    if (!pick.ids.empty() && !kind) return "ids need to say what they are of: \"what\"";
    if (kind)
        if (auto wrong = wrong_ids(state, pick, *kind)) return wrong;
    const auto person = parse_integer(pick.person), project = parse_integer(pick.project);
    if (!pick.person.empty() && (!person || state.users.find(*person) == nullptr))
        return "no such person: " + pick.person;
    if (!pick.project.empty() && (!project || state.groups.find(*project) == nullptr))
        return "no such project: " + pick.project;
    using Kind = Fault::Kind;
    const bool standing = fault.kind == Kind::Hide || fault.kind == Kind::Bin;
    if ((standing || fault.kind == Kind::MoveRow) && !kind)
        return "this fault needs to know which rows: \"what\"";
    if (fault.kind == Kind::MoveRow && kind->thing != Thing::Task && kind->thing != Thing::CrmItem)
        return pick.what + " are listed by id: they move nowhere";
    if (fault.kind == Kind::Bin && (kind->thing == Thing::Entry || kind->thing == Thing::User))
        return pick.what + " have no recycle bin";
    return std::nullopt;
}

void move_rows(Call& call, const Fault& fault) {
    const auto kind = row_kind(call.state, fault.pick.what);
    if (!kind) return;
    for (const auto id : all_ids(call.state, *kind)) {
        if (!picked(call.state, fault.pick, *kind, id)) continue;
        if (kind->thing == Thing::Task) {
            call.state.tasks.find(id)->changed = call.now;
        } else {
            CrmStore& store = call.state.crm.at(kind->type);
            store.set(*store.items.find(id), "updatedTime", call.now);
        }
    }
}

void tell_binned(Call& call, const Fault& fault) {
    const auto kind = row_kind(call.state, fault.pick.what);
    if (!kind) return;
    for (const auto id : all_ids(call.state, *kind)) {
        if (!picked(call.state, fault.pick, *kind, id)) continue;
        if (kind->thing == Thing::Task)
            call.tell_task(Change::Deleted, id);
        else if (kind->type > 4)
            call.tell(delete_event(*kind), kind->type, id,
                      {{"ENTITY_TYPE_ID", std::to_string(kind->type)}});
        else
            call.tell(delete_event(*kind), kind->type, id);
    }
}

void spoil_rows(Answer& answer, const Fault& fault, const State& state, std::string_view method,
                const Tree& params) {
    const auto kind = rows_of_method(method, params);
    const auto document = json::Document::parse(answer.result);
    if (!document || (fault.pick.about_others() && !kind)) return;
    Tree result = Tree::from(document->root());
    each_row(result, 2, [&](Tree& row) {
        const std::string id = id_member(row)->str();
        if (kind ? picked(state, fault.pick, *kind, parse_integer(id).value_or(0))
                 : takes_id(fault.pick, id))
            spoil_member(row, fault);
    });
    answer.result = result.dump();
}

} // namespace hb::sandbox
