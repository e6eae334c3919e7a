#include "sandbox/crm_rules.h"

#include "json/writer.h"
#include <algorithm>

// crm.item.list, get, add, update, delete, fields.
namespace hb::sandbox {

namespace {

Failure missing(std::string_view name) {
    return fail("100", "Could not find value for parameter {" + std::string{name} + "}");
}

Failure denied() {
    return fail("ACCESS_DENIED", "Access denied");
}

std::variant<CrmStore*, Failure> store_of(Call& call) {
    const auto type = call.integer("entityTypeId");
    if (!type) return missing("entityTypeId");
    if (*type == 5) return fail("ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported");
    CrmStore* store = find_store(call, static_cast<int>(*type));
    if (store == nullptr) return fail("NOT_FOUND", "Smart process not found");
    if (call.token.crm == Token::CrmRights::None) return denied();
    return store;
}

Dialect dialect_of(const Call& call) {
    const Tree* original = call.param("useOriginalUfNames");
    return original != nullptr && original->truthy() ? Dialect::UniversalWithOriginalNames
                                                     : Dialect::Universal;
}

struct Found {
    CrmStore* store = nullptr;
    CrmItem* item = nullptr;
};

std::variant<Found, Failure> find(Call& call) {
    const auto store = store_of(call);
    if (const auto* failure = std::get_if<Failure>(&store)) return *failure;
    const auto id = call.integer("id");
    if (!id) return missing("id");
    Found found{std::get<CrmStore*>(store), nullptr};
    found.item = find_crm_item(call, *found.store, *id);
    if (found.item == nullptr) return fail("NOT_FOUND", "Element not found");
    return found;
}

Answer one_item(const Call& call, const CrmStore& store, const CrmItem& item) {
    const Dialect dialect = dialect_of(call);
    const auto selected = selected_fields(store, nullptr, dialect);
    json::Writer out;
    out.begin_object().key("item");
    write_crm_item(out, store, item, selected, {dialect, call.offset(), true, call.links()});
    out.end_object();
    return Answer{out.take(), {}, {}};
}

// With useOriginalUfNames a select that names fields leaves the custom ones of the select alone:
// everything else is gone, the id too. Names of the select count in upper case only.
struct Cut {
    std::vector<bool> fields; // empty: nothing is cut
    bool leaves_nothing = false;
};

Cut cut_by_names(const CrmStore& store, const Tree* select, Dialect spelling) {
    Cut out;
    const auto names = select == nullptr ? std::vector<std::string>{} : select->strings();
    const auto asked = [&](std::string_view name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (spelling != Dialect::UniversalWithOriginalNames || names.empty() || asked("*")) return out;
    for (const auto& field : store.fields)
        out.fields.push_back(field.is_custom &&
                             (asked("UF_*") || asked(wire_name(field, spelling))));
    out.leaves_nothing = std::find(out.fields.begin(), out.fields.end(), true) == out.fields.end();
    return out;
}

Outcome list(Call& call) {
    const auto found = store_of(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const CrmStore& store = *std::get<CrmStore*>(found);
    const Dialect spelling = dialect_of(call);
    const FilterDialect dialect = crm_dialect(call, store, spelling);
    auto read = read_filter(call.param("filter"), dialect);
    if (!read.bad_key.empty())
        return fail("INVALID_ARG_VALUE",
                    "Invalid filter: field '" + read.bad_key + "' is not allowed in filter");
    if (!read.bad_value.empty())
        return fail("INVALID_ARG_VALUE",
                    "Invalid filter: value of field '" + read.bad_value + "' is not valid");
    auto order = read_order(call.param("order"), dialect.lookup);
    if (!order.bad_key.empty())
        return fail("INVALID_ARG_VALUE",
                    "Invalid order: field '" + order.bad_key + "' is not allowed in order");
    if (!order.bad_direction.empty())
        return fail("INVALID_ARG_VALUE", "Invalid order: allowed directions are ASC, DESC");
    const PageRequest request = read_page(call);
    const auto page = crm_page(call, store, std::move(read.filter), std::move(order.keys), request);
    const Cut cut = cut_by_names(store, call.param("select"), spelling);
    const auto selected =
        cut.fields.empty() ? selected_fields(store, call.param("select"), spelling) : cut.fields;
    json::Writer out;
    out.begin_object().key("items").begin_array();
    const ItemShape shape{spelling, call.offset(), false, call.links()};
    for (const CrmItem* item : page.rows) {
        if (cut.leaves_nothing)
            out.begin_array().end_array(); // PHP's empty map
        else
            write_crm_item(out, store, *item, selected, shape);
    }
    out.end_array().end_object();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, request, page.rows.size(), page.total, Uncounted::SaysNothing);
    return answer;
}

Outcome get(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const auto& [store, item] = std::get<Found>(found);
    return one_item(call, *store, *item);
}

const Tree* fields_of(const Call& call) {
    const Tree* fields = call.param("fields");
    return fields != nullptr && fields->is_branch() ? fields : nullptr;
}

bool restricted(const Call& call, const CrmStore& store) {
    return !call.options.smart_processes && call.state.type_of(store.entity_type) != nullptr;
}

Outcome add(Call& call) {
    const auto found = store_of(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    CrmStore& store = *std::get<CrmStore*>(found);
    if (restricted(call, store))
        return fail("CREATE_DYNAMIC_ITEM_RESTRICTED",
                    "You cannot create items of smart processes due to your plan restrictions");
    const Tree* fields = fields_of(call);
    if (fields == nullptr) return missing("fields");
    const auto made = create_crm_item(call, store, *fields, dialect_of(call));
    if (const auto* failure = std::get_if<Failure>(&made)) return *failure;
    return one_item(call, store, *store.items.find(std::get<std::int64_t>(made)));
}

Outcome update(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const auto& [store, item] = std::get<Found>(found);
    if (restricted(call, *store))
        return fail("UPDATE_DYNAMIC_ITEM_RESTRICTED",
                    "You cannot change items of smart processes due to your plan restrictions");
    const Tree* fields = fields_of(call);
    if (fields == nullptr) return missing("fields");
    const auto done = update_crm_item(call, *store, *item, *fields, dialect_of(call));
    if (const auto* failure = std::get_if<Failure>(&done)) return *failure;
    return one_item(call, *store, *item);
}

Outcome erase(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) {
        if (failure->description == "Element not found") return fail("NOT_FOUND", "Item not found");
        return *failure;
    }
    const auto& [store, item] = std::get<Found>(found);
    delete_crm_item(call, *store, item->id);
    return Answer{"[]", {}, {}};
}

std::string type_name(const CrmField& field) {
    if (!field.user_type.empty()) return field.user_type;
    if (field.universal == "companyId" || field.universal == "mycompanyId") return "crm_company";
    if (field.universal == "contactId" || field.universal == "contactIds") return "crm_contact";
    if (field.universal == "categoryId") return "crm_category";
    if (field.universal == "stageId") return "crm_status";
    if (field.universal == "currencyId") return "crm_currency";
    const bool person = field.universal.ends_with("By") || field.universal == "assignedById" ||
                        field.universal == "observers";
    if (person) return "user";
    switch (field.type) {
    case FieldType::Integer:
        return "integer";
    case FieldType::Amount:
        return "double";
    case FieldType::Flag:
        return "boolean";
    case FieldType::Moment:
        return "datetime";
    case FieldType::Date:
        return "date";
    default:
        return "string";
    }
}

std::string upper_name(const CrmField& field) {
    if (!field.classic.empty()) return field.classic;
    std::string out;
    for (const char c : field.universal) {
        if (c >= 'A' && c <= 'Z') out += '_';
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

Outcome fields(Call& call) {
    const auto found = store_of(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const Dialect spelling = dialect_of(call);
    json::Writer out;
    out.begin_object().key("fields").begin_object();
    for (const auto& field : std::get<CrmStore*>(found)->fields) {
        const std::string name = wire_name(field, spelling);
        if (name.empty()) continue;
        out.key(name).begin_object().member("type", type_name(field));
        out.member("isRequired", field.mandatory);
        out.member("isReadOnly", field.access == Access::ReadOnly);
        out.member("isImmutable", false);
        out.member("isMultiple", field.multiple || field.type == FieldType::IntegerList);
        out.member("isDynamic", field.is_custom).member("title", field.title);
        out.member("upperName", upper_name(field)).end_object();
    }
    out.end_object().end_object();
    return Answer{out.take(), {}, {}};
}

} // namespace

void add_crm_item_calls(MethodTable& to) {
    to.add("crm.item.list", "crm", list);
    to.add("crm.item.get", "crm", get);
    to.add("crm.item.add", "crm", add, true);
    to.add("crm.item.update", "crm", update, true);
    to.add("crm.item.delete", "crm", erase, true);
    to.add("crm.item.fields", "crm", fields);
}

} // namespace hb::sandbox
