#include "connector/bitrix24/items.h"

#include <algorithm>

#include "base/text.h"
#include "connector/bitrix24/query.h"
#include "connector/bitrix24/sayings.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

const char* const kPayments = "crm.item.payment.list";

Status add_row(const Client& client, const json::Value& row, domain::DealState& deal) {
    const auto price = row["price"].decimal();
    const auto quantity = row["quantity"].decimal();
    if (!price || !quantity)
        return client.error(strange("crm.item.productrow.list", "a row without price"));
    deal.rows.push_back({text_or_empty(row["productName"]), *price, *quantity});
    return {};
}

} // namespace

Result<domain::DealState> item_state(const Client& client, const ItemType& type,
                                     const json::Value& item) {
    domain::DealState deal;
    deal.exists = true;
    const auto id = item["id"].text();
    const auto stage = item["stageId"].text();
    const auto opportunity = item["opportunity"].decimal();
    if (!id || !stage || !opportunity)
        return client.error(strange("crm.item.get", "the " + std::string(type.name) +
                                                        " has no id, stage or amount"));
    deal.id = *id;
    deal.stage = *stage;
    deal.opportunity = *opportunity;
    deal.semantics = text_or_empty(item["stageSemanticId"]);
    deal.currency = text_or_empty(item["currencyId"]);
    deal.origin_id = text_or_empty(item[type.key_field]);
    deal.company = id_text(item["companyId"]);
    return deal;
}

// Not asked for, lacking, or not for us to see is "not known", never "none": a paid report would
// look unpaid (G55).
Status add_payments(const Client& client, const Part* part, domain::DealState& deal) {
    deal.payments_known = part != nullptr && !part->trouble;
    if (part == nullptr) return {};
    if (part->trouble && refused_for_good(*part->trouble)) return {};
    if (part->trouble) return client.error(*part->trouble);
    for (const auto item : part->result) {
        domain::DealState::Payment payment;
        const auto id = item["id"].text();
        const auto sum = item["sum"].decimal();
        const auto paid = item["paid"].flag();
        if (!id || !sum || !paid)
            return client.error(strange(kPayments, "a payment without id or sum"));
        payment.id = *id;
        payment.sum = *sum;
        payment.paid = *paid;
        payment.currency = text_or_empty(item["currency"]);
        payment.date = text_or_empty(item["datePaid"]);
        deal.payments.push_back(std::move(payment));
    }
    return {};
}

bool asks_payments(const Client& client) {
    return client.options().payments && !client.refusal(kPayments);
}

bool is_item_id(std::string_view id) {
    const auto number = parse_integer(id);
    return number && *number > 0;
}

Trouble strange(std::string method, std::string text) {
    return Trouble{Nature::Garbage, std::move(method), "", std::move(text), 200, {}};
}

std::string id_text(const json::Value& value) {
    const auto text = value.text();
    return text && *text != "0" ? *text : "";
}

std::string text_or_empty(const json::Value& value) {
    return std::string(value.text_view().value_or(""));
}

bool is_missing(const Trouble& trouble) {
    const std::string code = fold_case(trouble.code);
    if (trouble.nature != Nature::Failed) return false;
    return code == "not_found" || code == "owner_not_found" ||
           saying_of(trouble.code, trouble.text) == Saying::NotThere;
}

bool is_decimal(std::string_view text) {
    if (!text.empty() && text.front() == '-') text.remove_prefix(1);
    const auto dot = text.find('.');
    const std::string_view whole = text.substr(0, dot);
    const auto digits = [](std::string_view part) {
        return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (!digits(whole) || (whole.size() > 1 && whole.front() == '0')) return false;
    return dot == std::string_view::npos || digits(text.substr(dot + 1));
}

std::string plain_decimal(std::string_view text) {
    if (!is_decimal(text)) return std::string(text);
    std::string out(text);
    if (out.find('.') != std::string::npos) {
        out.erase(out.find_last_not_of('0') + 1);
        if (out.back() == '.') out.pop_back();
    }
    return out == "-0" ? "0" : out;
}

Command item_command(std::string key, const ItemType& type, std::string_view id) {
    Query get;
    get.add({"entityTypeId"}, std::to_string(type.id)).add({"id"}, id);
    return Command{std::move(key), "crm.item.get", get.text()};
}

Command payments_command(std::string key, const ItemType& type, std::string_view id) {
    Query payments;
    payments.add({"entityTypeId"}, std::to_string(type.id)).add({"entityId"}, id);
    return Command{std::move(key), kPayments, payments.text()};
}

Command rows_command(std::string key, const ItemType& type, std::string_view id, std::size_t page) {
    Query query;
    query.add({"filter", "=ownerType"}, type.owner).add({"filter", "=ownerId"}, id);
    query.add({"order", "id"}, "ASC").add({"start"}, std::to_string(page * kPageRowsMax));
    return Command{std::move(key), "crm.item.productrow.list", query.text()};
}

void add_row_commands(std::vector<Command>& commands, const ItemType& type, std::string_view id) {
    for (std::size_t page = 0; page < kRowPages; ++page)
        commands.push_back(rows_command("r" + std::to_string(page), type, id, page));
}

namespace {

// The list of one page; `before`: how many rows were there.
Result<json::Value> page_of_rows(const Client& client, const Part& part, std::size_t before) {
    if (part.trouble) return client.error(*part.trouble);
    const json::Value list = part.result["productRows"];
    if (!list.is_array() && !part.result.nothing())
        return client.error(strange("crm.item.productrow.list", "no list of rows"));
    // A short page with a larger count is an answer that must not be believed.
    if (list.size() < kPageRowsMax && part.total &&
        *part.total > static_cast<std::int64_t>(before + list.size()))
        return client.error(strange("crm.item.productrow.list", "a page came short"));
    return list;
}

// Is this page of rows not the last one?
Result<bool> goes_on(const Client& client, const Part& part, std::size_t page, std::size_t on_page,
                     std::size_t rows) {
    if (on_page < kPageRowsMax) return false;
    if (part.total && *part.total == static_cast<std::int64_t>(rows)) return false;
    if (page + 1 < kRowPages) return true;
    return client.error(strange("crm.item.productrow.list", "more rows than a deal of ours has"));
}

} // namespace

Result<bool> add_rows(const Client& client, const Part& part, std::size_t page,
                      domain::DealState& deal) {
    const auto list = page_of_rows(client, part, deal.rows.size());
    if (!list) return list.error();
    for (const auto row : *list)
        if (const auto added = add_row(client, row, deal); !added) return added.error();
    return goes_on(client, part, page, list->size(), deal.rows.size());
}

Result<std::vector<json::Value>> product_rows(const Client& client, const BatchReply& reply) {
    std::vector<json::Value> rows;
    for (std::size_t page = 0;; ++page) {
        const Part& part = reply.part("r" + std::to_string(page));
        const auto list = page_of_rows(client, part, rows.size());
        if (!list) return list.error();
        for (const auto row : *list) rows.push_back(row);
        const auto more = goes_on(client, part, page, list->size(), rows.size());
        if (!more) return more.error();
        if (!*more) return rows;
    }
}

// Alone it has the whole request for itself, so all pages of its rows are of one moment.
Result<domain::DealState> read_item_state(Client& client, const ItemType& type,
                                          std::string_view id) {
    const std::string name(type.name);
    if (!is_item_id(id))
        return Error{Code::Usage, "\"" + std::string(id) + "\" is no id of a " + name, "", ""};
    std::vector<Command> commands = {item_command(name, type, id)};
    add_row_commands(commands, type, id);
    const bool ask_payments = asks_payments(client);
    if (ask_payments) commands.push_back(payments_command("payments", type, id));
    CallOptions strict;
    strict.unique_keys = true;
    const BatchReply reply = client.batch(commands, strict);
    if (reply.trouble) return client.error(*reply.trouble);
    const Part& got = reply.part(name);
    if (got.trouble && is_missing(*got.trouble)) {
        domain::DealState gone;
        gone.id = std::string(id);
        return gone;
    }
    if (got.trouble) return client.error(*got.trouble);
    auto item = item_state(client, type, got.result["item"]);
    if (!item) return item.error();
    for (std::size_t page = 0;; ++page) {
        const auto more = add_rows(client, reply.part("r" + std::to_string(page)), page, *item);
        if (!more) return more.error();
        if (!*more) break;
    }
    const Part* part = ask_payments ? &reply.part("payments") : nullptr;
    if (const auto paid = add_payments(client, part, *item); !paid) return paid.error();
    return item;
}

namespace {

// The stage with this meaning and the lowest SORT (G4). `whose` names the pipeline.
Result<std::string> stage_of(Client& client, const std::string& entity, std::string_view semantics,
                             const std::string& whose) {
    json::Writer body;
    body.begin_object().key("filter").begin_object().member("ENTITY_ID", entity).end_object();
    body.key("order").begin_object().member("SORT", "ASC").end_object().end_object();
    const Reply reply = client.call("crm.status.list", body.take());
    if (reply.trouble) return client.error(*reply.trouble);
    std::optional<std::pair<std::int64_t, std::string>> best;
    for (const auto item : reply.result()) {
        const auto sort = item["SORT"].integer();
        const auto status = item["STATUS_ID"].text();
        if (!sort || !status)
            return client.error(strange("crm.status.list", "a stage without id or sort"));
        const std::string meaning(item["SEMANTICS"].text_view().value_or("P"));
        if (meaning != semantics || text_or_empty(item["ENTITY_ID"]) != entity) continue;
        if (!best || *sort < best->first) best = {*sort, *status};
    }
    if (best) return best->second;
    return Error{Code::NotFound, whose + " has no stage with the meaning " + std::string(semantics),
                 "crm.status.list " + entity,
                 "look at the pipeline's stages in Bitrix24; the webhook's owner must see them"};
}

// The default category, else the one that is sorted first.
Result<std::string> first_category(Client& client, const ItemType& type) {
    const std::string method = "crm.category.list";
    json::Writer body;
    body.begin_object().member("entityTypeId", type.id).end_object();
    const Reply reply = client.call(method, body.take());
    if (reply.trouble) return client.error(*reply.trouble);
    std::optional<std::pair<std::int64_t, std::string>> best;
    for (const auto item : reply.result()["categories"]) {
        const auto id = item["id"].text();
        if (!id) return client.error(strange(method, "a category without id"));
        const auto is_default = item["isDefault"].flag();
        if (is_default && *is_default) return *id;
        const auto sort = item["sort"].integer();
        if (!best || (sort && *sort < best->first)) best = {sort ? *sort : 0, *id};
    }
    if (best) return best->second;
    return Error{Code::NotFound, "the portal shows no pipeline of " + std::string(type.name) + "s",
                 method, "the webhook's owner must see the CRM's " + std::string(type.name) + "s"};
}

} // namespace

Result<std::string> find_deal_stage(Client& client, std::string_view category,
                                    std::string_view semantics) {
    const bool general = category.empty() || category == "0";
    const std::string entity = general ? "DEAL_STAGE" : "DEAL_STAGE_" + std::string(category);
    return stage_of(client, entity, semantics,
                    "the deal pipeline " + std::string(general ? "0" : category));
}

Result<std::string> find_invoice_stage(Client& client, std::string_view semantics) {
    const auto category = first_category(client, kInvoices);
    if (!category) return category.error();
    return stage_of(client, "SMART_INVOICE_STAGE_" + *category, semantics,
                    "the invoice pipeline " + *category);
}

Result<std::vector<std::string>> list_currencies(Client& client) {
    const Reply reply = client.call("crm.currency.list", "{}");
    if (reply.trouble) return client.error(*reply.trouble);
    std::vector<std::string> codes;
    for (const auto item : reply.result()) {
        const auto code = item["CURRENCY"].text();
        if (!code) return client.error(strange("crm.currency.list", "a currency without code"));
        if (std::find(codes.begin(), codes.end(), *code) == codes.end()) codes.push_back(*code);
    }
    return codes;
}

} // namespace hb::connector::bitrix24
