#include "sandbox/crm_rules.h"
#include "json/writer.h"

// crm.item.payment.*. Errors carry the number 0, not a text.
namespace hb::sandbox {

namespace {

void write_payment(json::Writer& to, const Call& call, const Payment& payment) {
    to.begin_object().member("id", payment.id).member("accountNumber", payment.number);
    to.member("paid", payment.paid ? "Y" : "N");
    if (payment.paid_at == 0)
        to.key("datePaid").null().key("empPaidId").null();
    else
        to.member("datePaid", call.moment(payment.paid_at)).member("empPaidId", payment.paid_by);
    to.member("paySystemId", 6).key("sum").raw(write_number(payment.sum));
    to.member("currency", payment.currency).member("paySystemName", "Cash").end_object();
}

std::optional<FieldRef> payment_field(std::string_view name) {
    static const std::map<std::string, FieldRef, std::less<>> fields{
        {"id", {0, FieldType::Integer}},      {"paid", {1, FieldType::Flag}},
        {"sum", {2, FieldType::Amount}},      {"currency", {3, FieldType::Text}},
        {"datePaid", {4, FieldType::Moment}}, {"accountNumber", {5, FieldType::Text}}};
    const auto at = fields.find(name);
    if (at == fields.end()) return std::nullopt;
    return at->second;
}

Cell payment_cell(const Payment& payment, int field) {
    switch (field) {
    case 0:
        return payment.id;
    case 1:
        return std::int64_t{payment.paid};
    case 2:
        return payment.sum;
    case 3:
        return std::string_view{payment.currency};
    case 4:
        return payment.paid_at;
    default:
        return std::string_view{payment.number};
    }
}

std::optional<Failure> check_rights(const Call& call) {
    if (call.token.crm == Token::CrmRights::None) return fail_number("Insufficient permissions");
    return std::nullopt;
}

Failure missing() {
    return fail("100", "Could not find value for a required parameter");
}

Outcome add(Call& call) {
    if (auto failure = check_rights(call)) return *failure;
    const auto type = call.integer("entityTypeId");
    const auto id = call.integer("entityId");
    if (!type || !id) return missing();
    CrmStore* store =
        *type == 2 || *type == 31 ? find_store(call, static_cast<int>(*type)) : nullptr;
    const CrmItem* item = store == nullptr ? nullptr : find_crm_item(call, *store, *id);
    if (item == nullptr)
        return fail_number("Entity with identifier №" + std::to_string(*id) + " does not exist");
    Payment payment;
    payment.id = call.state.next_payment++;
    payment.owner_type = store->entity_type;
    payment.owner = *id;
    std::int64_t number = 1;
    for (const auto& one : call.state.payments.rows())
        if (one.owner_type == payment.owner_type && one.owner == *id) ++number;
    payment.number = std::to_string(3000 + *id) + "/" + std::to_string(number);
    payment.currency = store->text(*item, "currencyId");
    const auto made = call.state.payments.add(std::move(payment)).id;
    call.created.emplace_back(Thing::Payment, 0, made);
    call.tell("ONPAYMENTENTITYSAVED", 0, made);
    return Answer{std::to_string(made), {}, {}};
}

Outcome list(Call& call) {
    if (auto failure = check_rights(call)) return *failure;
    const auto type = call.integer("entityTypeId");
    const auto id = call.integer("entityId");
    if (!type || !id) return missing();
    auto read =
        read_filter(call.param("filter"), {payment_field, crm_prefixes(), false, call.offset()});
    auto order = read_order(call.param("order"), payment_field);
    if (!read.ok() || !order.ok()) return fail_number("Unknown field");
    Query<Payment> query;
    query.filter = std::move(read.filter);
    query.order = std::move(order.keys);
    query.page.rows = call.state.payments.size();
    query.visible = [&](const Payment& one) {
        return one.owner_type == *type && one.owner == *id &&
               !call.hidden(Thing::Payment, 0, one.id);
    };
    const auto page = select_page(call.state.payments, query, payment_cell);
    json::Writer out;
    out.begin_array();
    for (const Payment* payment : page.rows) write_payment(out, call, *payment);
    out.end_array();
    return Answer{out.take(), {}, {}};
}

std::variant<Payment*, Failure> find(Call& call) {
    if (auto failure = check_rights(call)) return *failure;
    const auto id = call.integer("id");
    if (!id) return missing();
    Payment* payment = call.state.payments.find(*id);
    if (payment == nullptr || call.hidden(Thing::Payment, 0, *id))
        return fail_number("Payment with identifier №" + std::to_string(*id) + " does not exist");
    return payment;
}

Outcome get(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    json::Writer out;
    write_payment(out, call, *std::get<Payment*>(found));
    return Answer{out.take(), {}, {}};
}

Outcome set_paid(Call& call, bool paid) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    Payment& payment = *std::get<Payment*>(found);
    if (paid != payment.paid) {
        payment.paid_at = paid ? call.now : 0;
        payment.paid_by = paid ? call.caller.id : 0;
    }
    payment.paid = paid;
    call.tell("ONPAYMENTENTITYSAVED", 0, payment.id);
    return Answer{"true", {}, {}};
}

Outcome pay(Call& call) {
    return set_paid(call, true);
}

Outcome unpay(Call& call) {
    return set_paid(call, false);
}

} // namespace

void add_payment_calls(MethodTable& to) {
    to.add("crm.item.payment.add", "crm", add, true);
    to.add("crm.item.payment.list", "crm", list);
    to.add("crm.item.payment.get", "crm", get);
    to.add("crm.item.payment.pay", "crm", pay, true);
    to.add("crm.item.payment.unpay", "crm", unpay, true);
}

} // namespace hb::sandbox
