#include "sandbox/crm_rules.h"
#include "json/writer.h"

// The dictionaries: currencies, statuses, funnels, and the history of stages.
namespace hb::sandbox {

namespace {

void write_currency(json::Writer& out, const Call& call, const Currency& one) {
    out.member("CURRENCY", one.code).member("AMOUNT_CNT", "1");
    out.member("AMOUNT", write_fixed(one.rate, 4)).member("SORT", std::to_string(one.sort));
    out.member("BASE", one.base ? "Y" : "N").member("FULL_NAME", one.name);
    out.member("LID", "en").member("FORMAT_STRING", "# " + one.code);
    out.member("DEC_POINT", ".").member("THOUSANDS_SEP", "&nbsp;").member("DECIMALS", "2");
    out.member("DATE_UPDATE", call.moment(call.now - 86400));
}

Outcome currency_list(Call& call) {
    std::vector<const Currency*> all;
    for (const auto& one : call.state.currencies) all.push_back(&one);
    std::stable_sort(all.begin(), all.end(),
                     [](const auto* a, const auto* b) { return a->sort < b->sort; });
    json::Writer out;
    out.begin_array();
    for (const Currency* one : all) {
        out.begin_object();
        write_currency(out, call, *one);
        out.end_object();
    }
    out.end_array();
    return Answer{out.take(), 0, {}};
}

Outcome currency_get(Call& call) {
    const Tree* id = call.param("id");
    const Currency* found = id == nullptr ? nullptr : call.state.currency(id->str());
    if (found == nullptr) return fail("", "Not found");
    json::Writer out;
    out.begin_object();
    write_currency(out, call, *found);
    out.key("LANG").begin_object().key("en").begin_object();
    out.member("FORMAT_STRING", "# " + found->code).member("FULL_NAME", found->name);
    out.member("DEC_POINT", ".").member("THOUSANDS_VARIANT", "B").member("DECIMALS", "2");
    out.member("THOUSANDS_SEP", "&nbsp;").member("HIDE_ZERO", "N");
    out.end_object().end_object().end_object();
    return Answer{out.take(), {}, {}};
}

std::optional<FieldRef> status_field(std::string_view name) {
    static const std::vector<std::string_view> names{
        "ID", "ENTITY_ID", "STATUS_ID", "NAME", "SORT", "SYSTEM", "CATEGORY_ID", "SEMANTICS"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name)
            return FieldRef{static_cast<int>(i),
                            i == 0 || i == 4 || i == 6 ? FieldType::Integer : FieldType::Text};
    return std::nullopt;
}

Cell status_cell(const CrmStatus& status, int field) {
    switch (field) {
    case 0:
        return status.id;
    case 1:
        return std::string_view{status.entity};
    case 2:
        return std::string_view{status.status};
    case 3:
        return std::string_view{status.name};
    case 4:
        return std::int64_t{status.sort};
    case 5:
        return status.system ? std::string_view{"Y"} : std::string_view{"N"};
    case 6:
        return status.category ? Cell{*status.category} : Cell{};
    default:
        return std::string_view{status.semantics};
    }
}

void text_or_null(json::Writer& to, const char* name, const std::string& text) {
    if (text.empty())
        to.key(name).null();
    else
        to.member(name, text);
}

void write_status(json::Writer& to, const CrmStatus& status) {
    to.begin_object();
    to.member("ID", std::to_string(status.id)).member("ENTITY_ID", status.entity);
    to.member("STATUS_ID", status.status).member("NAME", status.name);
    to.member("NAME_INIT", status.system ? status.name : std::string{});
    to.member("SORT", std::to_string(status.sort)).member("SYSTEM", status.system ? "Y" : "N");
    const bool has_category = status.category && *status.category != 0;
    text_or_null(to, "CATEGORY_ID", has_category ? std::to_string(*status.category) : "");
    text_or_null(to, "COLOR", status.color);
    // Stages at work say P, whether it was sent or not; what has no stages says nothing.
    const bool stage = status.entity.find("STAGE") != std::string::npos;
    text_or_null(to, "SEMANTICS",
                 stage && status.semantics.empty() ? std::string{"P"} : status.semantics);
    if (!status.extra.empty()) {
        to.key("EXTRA").begin_object().member("SEMANTICS", status.extra);
        to.member("COLOR", status.color).end_object();
    }
    to.end_object();
}

Outcome status_list(Call& call) {
    const Tree* sent = call.param("filter");
    if (sent != nullptr && !sent->is_branch() && !sent->nothing())
        return fail("Invalid parameters.", "Incorrect parameters passed.");
    auto read = read_filter(sent, {status_field, crm_prefixes(), false, call.offset()});
    auto order = read_order(call.param("order"), status_field);
    if (!read.ok() || !order.ok())
        return fail("Invalid parameters.", "Incorrect parameters passed.");
    Query<CrmStatus> query;
    query.filter = std::move(read.filter);
    query.order = std::move(order.keys);
    query.page.rows = call.state.statuses.size();
    const auto page = select_page(call.state.statuses, query, status_cell);
    json::Writer out;
    out.begin_array();
    for (const CrmStatus* status : page.rows) write_status(out, *status);
    out.end_array();
    return Answer{out.take(), page.total, {}};
}

Outcome category_list(Call& call) {
    const auto type = call.integer("entityTypeId");
    if (!type) return fail("100", "Could not find value for parameter {entityTypeId}");
    json::Writer out;
    std::int64_t total = 0;
    out.begin_object().key("categories").begin_array();
    for (const auto& one : call.state.categories) {
        if (one.entity_type != *type) continue;
        ++total;
        out.begin_object().member("id", one.id).member("name", one.name);
        out.member("sort", one.sort).member("entityTypeId", one.entity_type);
        out.member("isDefault", one.is_default ? "Y" : "N");
        if (one.id != 0) out.member("originId", "").member("originatorId", "");
        out.end_object();
    }
    out.end_array().end_object();
    if (total == 0) return fail("NOT_FOUND", "Smart process not found");
    return Answer{out.take(), total, {}};
}

std::optional<FieldRef> move_field(std::string_view name) {
    static const std::vector<std::string_view> names{
        "ID",          "TYPE_ID",           "OWNER_ID", "CREATED_TIME",
        "CATEGORY_ID", "STAGE_SEMANTIC_ID", "STAGE_ID"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) {
            const FieldType type = i == 3   ? FieldType::Moment
                                   : i >= 5 ? FieldType::Text
                                            : FieldType::Integer;
            return FieldRef{static_cast<int>(i), type};
        }
    return std::nullopt;
}

Cell move_cell(const StageMove& move, int field) {
    switch (field) {
    case 0:
        return move.id;
    case 1:
        return std::int64_t{move.type};
    case 2:
        return move.owner;
    case 3:
        return move.created;
    case 4:
        return move.category;
    case 5:
        return std::string_view{move.semantic};
    default:
        return std::string_view{move.stage};
    }
}

void write_move(json::Writer& to, const Call& call, const StageMove& move,
                const std::vector<std::string>& select) {
    const auto asked = [&](std::string_view name) {
        return select.empty() || std::find(select.begin(), select.end(), "*") != select.end() ||
               std::find(select.begin(), select.end(), name) != select.end();
    };
    to.begin_object().member("ID", move.id);
    if (asked("TYPE_ID")) to.member("TYPE_ID", move.type);
    if (asked("OWNER_ID")) to.member("OWNER_ID", move.owner);
    if (asked("CREATED_TIME")) to.member("CREATED_TIME", call.moment(move.created));
    if (asked("CATEGORY_ID")) to.member("CATEGORY_ID", move.category);
    if (asked("STAGE_SEMANTIC_ID")) to.member("STAGE_SEMANTIC_ID", move.semantic);
    if (asked("STAGE_ID")) to.member("STAGE_ID", move.stage);
    to.end_object();
}

Outcome stage_history(Call& call) {
    const auto type = call.integer("entityTypeId");
    if (!type) return fail("100", "Could not find value for parameter {entityTypeId}");
    const CrmStore* store = find_store(call, static_cast<int>(*type));
    if (store == nullptr || !store->position("stageId"))
        return fail_number("The entity is not supported");
    auto read =
        read_filter(call.param("filter"), {move_field, crm_prefixes(), false, call.offset()});
    auto order = read_order(call.param("order"), move_field);
    if (!read.ok() || !order.ok())
        return fail_number("Unknown field: " + read.bad_key + read.bad_value + order.bad_key +
                           order.bad_direction);
    Query<StageMove> query;
    query.filter = std::move(read.filter);
    query.order = std::move(order.keys);
    query.page = read_page(call);
    query.visible = [&](const StageMove& move) { return move.entity_type == *type; };
    const auto page = select_page(call.state.stage_moves, query, move_cell);
    const Tree* select = call.param("select");
    json::Writer out;
    out.begin_object().key("items").begin_array();
    for (const StageMove* move : page.rows)
        write_move(out, call, *move,
                   select == nullptr ? std::vector<std::string>{} : select->strings());
    out.end_array().end_object();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, query.page, page.rows.size(), page.total);
    return answer;
}

Outcome base_currency(Call& call) {
    return Answer{json::quote(call.state.base_currency()), {}, {}};
}

} // namespace

void add_crm_book_calls(MethodTable& to) {
    to.add("crm.currency.list", "crm", currency_list);
    to.add("crm.currency.get", "crm", currency_get);
    to.add("crm.currency.base.get", "crm", base_currency);
    to.add("crm.status.list", "crm", status_list);
    to.add("crm.category.list", "crm", category_list);
    to.add("crm.stagehistory.list", "crm", stage_history);
}

} // namespace hb::sandbox
