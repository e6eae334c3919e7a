#include "sandbox/crm_rules.h"
#include "sandbox/rows.h"
#include "json/writer.h"

// crm.item.productrow.* and crm.deal.productrows.*: one store of rows, two dialects.
namespace hb::sandbox {

namespace {

struct Owner {
    CrmStore* store = nullptr;
    CrmItem* item = nullptr;
    std::string code; // "D", "SI"
};

Failure no_owner() {
    return fail("OWNER_NOT_FOUND", "Owner was not found");
}

std::variant<Owner, Failure> find_owner(Call& call, const Tree* type, const Tree* id) {
    if (call.token.crm == Token::CrmRights::None) return fail("ACCESS_DENIED", "Access denied");
    if (type == nullptr || id == nullptr || !id->integer())
        return fail("100", "Could not find value for parameter {ownerType} or {ownerId}");
    Owner owner;
    owner.code = type->str();
    for (auto& [entity_type, store] : call.state.crm)
        if (short_code(entity_type) == owner.code && store.position("opportunity"))
            owner.store = &store;
    if (owner.store == nullptr)
        return fail("ENTITY_TYPE_NOT_SUPPORTED", "Entity type not supported");
    owner.item = find_crm_item(call, *owner.store, *id->integer());
    if (owner.item == nullptr) return no_owner();
    return owner;
}

Micro account_rate(const State& state, const Owner& owner) {
    const Currency* currency = state.currency(owner.store->text(*owner.item, "currencyId"));
    return currency == nullptr ? kMicro : currency->rate;
}

// Both dialects name the same things; `names` gives the spelling.
struct Spelling {
    const char *product, *name, *price, *quantity, *discount_type, *discount_rate, *discount_sum,
        *tax_rate, *tax_included, *measure, *measure_name, *sort, *xml_id;
};
constexpr Spelling kUniversal{"productId",      "productName",  "price",       "quantity",
                              "discountTypeId", "discountRate", "discountSum", "taxRate",
                              "taxIncluded",    "measureCode",  "measureName", "sort",
                              "xmlId"};
constexpr Spelling kClassic{
    "PRODUCT_ID",    "PRODUCT_NAME", "PRICE",    "QUANTITY",     "DISCOUNT_TYPE_ID",
    "DISCOUNT_RATE", "DISCOUNT_SUM", "TAX_RATE", "TAX_INCLUDED", "MEASURE_CODE",
    "MEASURE_NAME",  "SORT",         "XML_ID"};

Failure bad_row(const char* field) {
    return fail("0", "Wrong value of row field " + std::string{field});
}

std::optional<Failure> take_amounts(const Tree& sent, const Spelling& names, ProductRow& row) {
    const auto amount = [&](const char* name, Micro& to) {
        const Tree* value = sent.find(name);
        if (value == nullptr || value->nothing()) return true;
        const auto read = read_decimal(value->str());
        if (read) to = *read;
        return read.has_value();
    };
    if (!amount(names.price, row.price) || row.price < 0) return bad_row(names.price);
    if (!amount(names.quantity, row.quantity) || row.quantity < 0) return bad_row(names.quantity);
    if (!amount(names.discount_rate, row.discount_rate) || row.discount_rate >= 100 * kMicro)
        return fail("ERROR_CORE", "Discount Sum (DISCOUNT_SUM) is required if Percentage Discount "
                                  "Type (DISCOUNT_TYPE_ID) is defined and Discount Rate "
                                  "(DISCOUNT_RATE) is 100%<br>");
    if (!amount(names.discount_sum, row.discount_sum)) return bad_row(names.discount_sum);
    const Tree* tax = sent.find(names.tax_rate);
    if (tax != nullptr && !tax->nothing()) {
        const auto rate = read_decimal(tax->str());
        if (!rate || *rate < 0) return bad_row(names.tax_rate);
        row.tax_rate = *rate;
    }
    return std::nullopt;
}

std::variant<ProductRow, Failure> read_row(const Tree& sent, const Spelling& names) {
    if (!sent.is_branch()) return bad_row("row");
    ProductRow row;
    const auto integer = [&](const char* name, std::int64_t otherwise) {
        const Tree* value = sent.find(name);
        return value == nullptr ? otherwise : value->integer().value_or(otherwise);
    };
    const auto text = [&](const char* name, const char* otherwise) {
        const Tree* value = sent.find(name);
        return value == nullptr ? std::string{otherwise} : value->str();
    };
    row.product = integer(names.product, 0);
    row.name = text(names.name, "");
    if (row.name.empty() && row.product != 0) row.name = "Product #" + std::to_string(row.product);
    if (row.name.empty()) return bad_row(names.name);
    row.measure = static_cast<int>(integer(names.measure, 796));
    row.measure_name = text(names.measure_name, row.measure == 356 ? "h" : "pcs");
    row.sort = static_cast<int>(integer(names.sort, 10));
    row.xml_id = text(names.xml_id, "");
    row.discount_type = static_cast<int>(integer(names.discount_type, 2));
    const Tree* included = sent.find(names.tax_included);
    row.tax_included = included != nullptr && included->truthy();
    if (auto failure = take_amounts(sent, names, row)) return *failure;
    const bool absolute = row.discount_type == 1;
    if (absolute && sent.find(names.discount_sum) == nullptr)
        return fail("ERROR_CORE", "Discount Sum (DISCOUNT_SUM) is required if Monetary Discount "
                                  "Type (DISCOUNT_TYPE_ID) is defined<br>");
    return row;
}

// All or nothing: one bad row and the old ones stay.
std::optional<Failure> set_rows(Call& call, const Owner& owner, const Tree& sent,
                                const Spelling& names) {
    std::vector<ProductRow> rows;
    for (std::size_t i = 0; i < sent.size(); ++i) {
        auto row = read_row(*sent.at(i), names);
        if (const auto* failure = std::get_if<Failure>(&row)) return *failure;
        derive(std::get<ProductRow>(row), account_rate(call.state, owner));
        rows.push_back(std::move(std::get<ProductRow>(row)));
    }
    for (auto& row : rows) row.id = call.state.next_row++;
    call.state.rows[{owner.store->entity_type, owner.item->id}] = std::move(rows);
    follow_rows(call.state, *owner.store, *owner.item, true);
    return std::nullopt;
}

void write_row(json::Writer& to, const ProductRow& row, const Owner& owner) {
    const auto amount = [&](const char* name, Micro value) {
        to.key(name).raw(write_number(value));
    };
    to.begin_object().member("id", row.id).member("ownerId", owner.item->id);
    to.member("ownerType", owner.code).member("productId", row.product);
    to.member("productName", row.name);
    amount("price", row.price);
    amount("priceAccount", row.account);
    amount("priceExclusive", row.exclusive);
    amount("priceNetto", row.netto);
    amount("priceBrutto", row.brutto);
    amount("quantity", row.quantity);
    to.member("discountTypeId", row.discount_type);
    amount("discountRate", row.discount_rate);
    amount("discountSum", row.discount_sum);
    if (row.tax_rate)
        amount("taxRate", *row.tax_rate);
    else
        to.key("taxRate").null();
    to.member("taxIncluded", row.tax_included ? "Y" : "N").member("customized", "Y");
    to.member("measureCode", row.measure).member("measureName", row.measure_name);
    to.member("sort", row.sort).member("xmlId", row.xml_id).member("type", row.type);
    to.end_object();
}

// Mixed types, as documented: ids and priceAccount are texts, the other amounts numbers.
void write_classic_row(json::Writer& to, const ProductRow& row, const Owner& owner) {
    const auto amount = [&](const char* name, Micro value) {
        to.key(name).raw(write_number(value));
    };
    to.begin_object().member("ID", std::to_string(row.id));
    to.member("OWNER_ID", std::to_string(owner.item->id)).member("OWNER_TYPE", owner.code);
    to.member("PRODUCT_ID", row.product).member("PRODUCT_NAME", row.name);
    to.member("ORIGINAL_PRODUCT_NAME", row.name).key("PRODUCT_DESCRIPTION").null();
    amount("PRICE", row.price);
    amount("PRICE_EXCLUSIVE", row.exclusive);
    amount("PRICE_NETTO", row.netto);
    amount("PRICE_BRUTTO", row.brutto);
    to.member("PRICE_ACCOUNT", write_fixed(row.account, 2));
    amount("QUANTITY", row.quantity);
    to.member("DISCOUNT_TYPE_ID", row.discount_type);
    amount("DISCOUNT_RATE", row.discount_rate);
    amount("DISCOUNT_SUM", row.discount_sum);
    if (row.tax_rate)
        amount("TAX_RATE", *row.tax_rate);
    else
        to.key("TAX_RATE").null();
    to.member("TAX_INCLUDED", row.tax_included ? "Y" : "N").member("CUSTOMIZED", "Y");
    to.member("MEASURE_CODE", row.measure).member("MEASURE_NAME", row.measure_name);
    to.member("SORT", row.sort).member("XML_ID", row.xml_id).member("TYPE", row.type);
    for (const char* name : {"STORE_ID", "RESERVE_ID", "DATE_RESERVE_END", "RESERVE_QUANTITY"})
        to.key(name).null();
    to.end_object();
}

const std::vector<ProductRow>& rows_of(const State& state, const Owner& owner) {
    static const std::vector<ProductRow> none;
    const auto at = state.rows.find({owner.store->entity_type, owner.item->id});
    return at == state.rows.end() ? none : at->second;
}

std::string all_rows(const std::vector<const ProductRow*>& rows, const Owner& owner) {
    json::Writer out;
    out.begin_object().key("productRows").begin_array();
    for (const ProductRow* row : rows) write_row(out, *row, owner);
    out.end_array().end_object();
    return out.take();
}

std::vector<const ProductRow*> pointers(const std::vector<ProductRow>& rows) {
    std::vector<const ProductRow*> out;
    for (const auto& row : rows) out.push_back(&row);
    return out;
}

Outcome item_set(Call& call) {
    const auto found = find_owner(call, call.param("ownerType"), call.param("ownerId"));
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const Owner& owner = std::get<Owner>(found);
    const Tree* rows = call.param("productRows");
    // A form can't send an empty list: "" stands for it.
    if (rows == nullptr || (!rows->is_branch() && !rows->nothing()))
        return fail("100", "Could not find value for parameter {productRows}");
    if (auto failure = set_rows(call, owner, *rows, kUniversal)) return *failure;
    return Answer{all_rows(pointers(rows_of(call.state, owner)), owner), {}, {}};
}

Outcome item_add(Call& call) {
    const Tree* fields = call.param("fields");
    if (fields == nullptr || !fields->is_branch())
        return fail("100", "Could not find value for parameter {fields}");
    const auto found = find_owner(call, fields->find("ownerType"), fields->find("ownerId"));
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const Owner& owner = std::get<Owner>(found);
    auto row = read_row(*fields, kUniversal);
    if (const auto* failure = std::get_if<Failure>(&row)) return *failure;
    ProductRow& made = std::get<ProductRow>(row);
    derive(made, account_rate(call.state, owner));
    made.id = call.state.next_row++;
    json::Writer out;
    out.begin_object().key("productRow");
    write_row(out, made, owner);
    out.end_object();
    call.state.rows[{owner.store->entity_type, owner.item->id}].push_back(std::move(made));
    follow_rows(call.state, *owner.store, *owner.item, true);
    return Answer{out.take(), {}, {}};
}

std::optional<FieldRef> row_field(std::string_view name) {
    static const std::map<std::string, FieldRef, std::less<>> fields{
        {"id", {0, FieldType::Integer}},        {"price", {1, FieldType::Amount}},
        {"quantity", {2, FieldType::Amount}},   {"sort", {3, FieldType::Integer}},
        {"productId", {4, FieldType::Integer}}, {"productName", {5, FieldType::Text}},
        {"taxRate", {6, FieldType::Amount}},    {"xmlId", {7, FieldType::Text}},
        {"ownerType", {8, FieldType::Text}},    {"ownerId", {9, FieldType::Integer}}};
    const auto at = fields.find(name);
    if (at == fields.end()) return std::nullopt;
    return at->second;
}

Cell row_cell(const ProductRow& row, int field) {
    switch (field) {
    case 0:
        return row.id;
    case 1:
        return row.price;
    case 2:
        return row.quantity;
    case 3:
        return std::int64_t{row.sort};
    case 4:
        return row.product;
    case 5:
        return std::string_view{row.name};
    case 6:
        return row.tax_rate ? Cell{*row.tax_rate} : Cell{};
    case 7:
        return std::string_view{row.xml_id};
    default:
        return {};
    }
}

Outcome item_list(Call& call) {
    const Tree* sent = call.param("filter");
    if (sent == nullptr) return fail("100", "Could not find value for parameter {filter}");
    const auto found = find_owner(call, sent->find("=ownerType"), sent->find("=ownerId"));
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const Owner& owner = std::get<Owner>(found);
    auto read = read_filter(sent, {row_field, crm_prefixes(), false, call.offset()});
    auto order = read_order(call.param("order"), row_field);
    if (!read.ok() || !order.ok())
        return fail("0", "Unknown field " + read.bad_key + read.bad_value + order.bad_key);
    std::erase_if(read.filter.all, [](const Condition& one) { return one.field.id >= 8; });
    Table<ProductRow> table;
    for (const auto& row : rows_of(call.state, owner)) table.add(row);
    Query<ProductRow> query;
    query.filter = std::move(read.filter);
    query.order = std::move(order.keys);
    query.page = read_page(call);
    const auto page = select_page(table, query, row_cell);
    Answer answer{all_rows(page.rows, owner), {}, {}};
    add_paging(answer, query.page, page.rows.size(), page.total, Uncounted::SaysNothing);
    return answer;
}

std::variant<Owner, Failure> deal_of(Call& call) {
    const auto id = call.integer("id");
    if (!id || *id <= 0) return fail("", "The parameter id is invalid or not defined.");
    const Tree type = Tree::text("D");
    const Tree number = Tree::number(*id);
    auto found = find_owner(call, &type, &number);
    if (std::holds_alternative<Failure>(found)) return fail("", "Not found");
    return found;
}

Outcome deal_set(Call& call) {
    const auto found = deal_of(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const Tree* rows = call.param("rows");
    if (rows == nullptr || (!rows->is_branch() && !rows->nothing()))
        return fail("", "The parameter rows must be array.");
    if (auto failure = set_rows(call, std::get<Owner>(found), *rows, kClassic)) return *failure;
    return Answer{"true", {}, {}};
}

Outcome deal_get(Call& call) {
    const auto found = deal_of(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const Owner& owner = std::get<Owner>(found);
    json::Writer out;
    out.begin_array();
    for (const auto& row : rows_of(call.state, owner)) write_classic_row(out, row, owner);
    out.end_array();
    return Answer{out.take(), {}, {}};
}

} // namespace

void derive(ProductRow& row, Micro rate) {
    const Micro tax = kMicro + (row.tax_rate ? *row.tax_rate / 100 : 0);
    row.price = round_to(row.price, 2);
    row.quantity = round_to(row.quantity, 4);
    row.exclusive = round_to(divide(row.price, tax), 2);
    if (row.discount_type == 1) {
        row.netto = row.exclusive + round_to(row.discount_sum, 2);
        row.discount_rate =
            row.netto == 0 ? 0 : round_to(divide(row.discount_sum, row.netto) * 100, 2);
    } else {
        row.netto = round_to(divide(row.exclusive, kMicro - row.discount_rate / 100), 2);
    }
    row.brutto = round_to(multiply(row.netto, tax), 2);
    row.discount_sum = row.netto - row.exclusive;
    row.account = round_to(multiply(row.price, rate), 2);
}

void add_row_calls(MethodTable& to) {
    to.add("crm.item.productrow.set", "crm", item_set, true);
    to.add("crm.item.productrow.add", "crm", item_add, true);
    to.add("crm.item.productrow.list", "crm", item_list);
    to.add("crm.deal.productrows.set", "crm", deal_set, true);
    to.add("crm.deal.productrows.get", "crm", deal_get);
}

} // namespace hb::sandbox
