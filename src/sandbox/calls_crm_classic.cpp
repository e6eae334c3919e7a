#include "sandbox/crm_rules.h"
#include "json/writer.h"

// crm.company.*, crm.contact.*, crm.deal.*: texts everywhere, errors with an empty code.
namespace hb::sandbox {

namespace {

Failure classic(std::string_view text) {
    return fail("", text);
}

std::optional<Failure> check_rights(const Call& call) {
    if (call.token.crm == Token::CrmRights::None) return classic("Access denied.");
    return std::nullopt;
}

ItemShape shape_of(const Call& call) {
    return {Dialect::Classic, call.offset(), false, call.links()};
}

// Companies of other categories are shown by crm.item.list alone.
Condition of_category(const CrmStore& store, std::int64_t category) {
    Condition only;
    only.field = {static_cast<int>(*store.position("categoryId")), FieldType::Integer};
    only.numbers = {category};
    only.or_empty = category == 0; // which nobody has set
    return only;
}

template <int kType> Outcome list(Call& call) {
    if (auto failure = check_rights(call)) return *failure;
    for (const char* name : {"filter", "order", "select"}) {
        const Tree* sent = call.param(name);
        if (sent != nullptr && !sent->is_branch() && !sent->nothing())
            return classic("Parameter '" + std::string{name} + "' must be array.");
    }
    const CrmStore& store = *find_store(call, kType);
    const FilterDialect dialect = crm_dialect(call, store, Dialect::Classic);
    auto read = read_filter(call.param("filter"), dialect);
    if (!read.ok())
        return classic("Unknown field or bad value in filter: " + read.bad_key + read.bad_value);
    auto order = read_order(call.param("order"), dialect.lookup);
    if (!order.ok())
        return classic("Unknown field in order: " + order.bad_key + order.bad_direction);
    if (kType == 4) read.filter.all.push_back(of_category(store, 0));
    const PageRequest request = read_page(call);
    const auto page = crm_page(call, store, std::move(read.filter), std::move(order.keys), request);
    const auto selected = selected_fields(store, call.param("select"), Dialect::Classic);
    json::Writer out;
    out.begin_array();
    for (const CrmItem* item : page.rows)
        write_crm_item(out, store, *item, selected, shape_of(call));
    out.end_array();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, request, page.rows.size(), page.total);
    return answer;
}

// The object of the call, or why there is none.
template <int kType> std::variant<CrmItem*, Failure> find(Call& call) {
    if (auto failure = check_rights(call)) return *failure;
    const auto id = call.integer("id");
    if (!id || *id <= 0) return classic("ID is not defined or invalid.");
    CrmItem* item = find_crm_item(call, *find_store(call, kType), *id);
    if (item == nullptr) return classic("Not found");
    return item;
}

template <int kType> Outcome get(Call& call) {
    const auto found = find<kType>(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const CrmStore& store = *find_store(call, kType);
    Tree everything = Tree::list();
    for (const char* name : {"*", "UF_*"}) everything.append(Tree::text(name));
    const auto selected = selected_fields(store, &everything, Dialect::Classic);
    json::Writer out;
    write_crm_item(out, store, *std::get<CrmItem*>(found), selected, shape_of(call));
    return Answer{out.take(), {}, {}};
}

const Tree* fields_of(const Call& call) {
    const Tree* fields = call.param("fields");
    return fields != nullptr && fields->is_branch() ? fields : nullptr;
}

template <int kType> Outcome add(Call& call) {
    if (auto failure = check_rights(call)) return *failure;
    const Tree* fields = fields_of(call);
    if (fields == nullptr) return classic("Parameter 'fields' must be array.");
    const auto made = create_crm_item(call, *find_store(call, kType), *fields, Dialect::Classic);
    if (const auto* failure = std::get_if<Failure>(&made)) return *failure;
    return Answer{std::to_string(std::get<std::int64_t>(made)), {}, {}};
}

template <int kType> Outcome update(Call& call) {
    const Tree* fields = fields_of(call);
    if (fields == nullptr) return classic("Parameter 'fields' must be array.");
    const auto found = find<kType>(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const auto done = update_crm_item(call, *find_store(call, kType), *std::get<CrmItem*>(found),
                                      *fields, Dialect::Classic);
    if (const auto* failure = std::get_if<Failure>(&done)) return *failure;
    return Answer{"true", {}, {}};
}

template <int kType> Outcome erase(Call& call) {
    const auto found = find<kType>(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    delete_crm_item(call, *find_store(call, kType), std::get<CrmItem*>(found)->id);
    return Answer{"true", {}, {}};
}

template <int kType> void add_all(MethodTable& to, const std::string& prefix) {
    to.add(prefix + ".list", "crm", list<kType>);
    to.add(prefix + ".get", "crm", get<kType>);
    to.add(prefix + ".add", "crm", add<kType>, true);
    to.add(prefix + ".update", "crm", update<kType>, true);
    to.add(prefix + ".delete", "crm", erase<kType>, true);
}

} // namespace

void add_crm_classic_calls(MethodTable& to) {
    add_all<2>(to, "crm.deal");
    add_all<3>(to, "crm.contact");
    add_all<4>(to, "crm.company");
}

} // namespace hb::sandbox
