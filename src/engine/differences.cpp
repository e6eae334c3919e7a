#include "engine/differences.h"

#include "domain/money.h"

namespace hb::engine {
namespace {

using domain::Question;
using domain::QuestionKind;

struct RowSum {
    std::int64_t sum = 0;
    const domain::DealState::Row* unreadable = nullptr; // none: every row could be added up
};

RowSum sum_of_rows(const domain::DealState& deal, const domain::Currency& currency) {
    RowSum out;
    for (const auto& row : deal.rows) {
        const auto price = domain::parse_remote_amount(row.price, currency);
        const auto quantity = domain::parse_remote_amount(row.quantity, domain::Currency{"", 3});
        if (!price || !quantity || *quantity != 1000) {
            out.unreadable = &row;
            return out;
        }
        out.sum += *price;
    }
    return out;
}

// What stands in the CRM against what the client agreed to, to the minor unit; none when equal.
std::vector<Question> of_object(const store::ReportRow& row, const domain::DealState& there,
                                const std::string& what) {
    const std::string about = what + ":" + there.id;
    const domain::QuestionArgs object = {{"what", what}, {"id", there.id}};
    if (!there.exists) return {{QuestionKind::Gone, about, object}};
    const auto currency = domain::find_currency(row.currency);
    const std::string due = domain::format_amount(row.total, *currency) + " " + row.currency;
    std::vector<Question> out;
    const auto ask = [&](QuestionKind kind, domain::QuestionArgs args) {
        args.insert(object.begin(), object.end());
        out.push_back({kind, about, std::move(args)});
    };
    const auto opportunity = domain::parse_remote_amount(there.opportunity, *currency);
    if (!opportunity || *opportunity != row.total || there.currency != row.currency)
        ask(QuestionKind::AmountDiffers,
            {{"was", due},
             {"now",
              (opportunity ? domain::format_amount(*opportunity, *currency) : there.opportunity) +
                  " " + there.currency}});
    const auto rows = sum_of_rows(there, *currency);
    if (rows.unreadable != nullptr)
        ask(QuestionKind::RowUnreadable, {{"row", rows.unreadable->name},
                                          {"price", rows.unreadable->price},
                                          {"quantity", rows.unreadable->quantity}});
    else if (rows.sum != row.total)
        ask(QuestionKind::RowsDiffer,
            {{"was", due},
             {"now", domain::format_amount(rows.sum, *currency) + " " + row.currency}});
    return out;
}

bool has_ended(const domain::DealState& object) {
    return object.semantics == "S" || object.semantics == "F";
}

} // namespace

std::vector<Question> differences(const store::ReportRow& row, const domain::DealState& deal,
                                  const std::optional<domain::DealState>& invoice) {
    auto out = of_object(row, deal, "deal");
    if (!invoice) return out;
    for (auto& more : of_object(row, *invoice, "invoice")) out.push_back(std::move(more));
    return out;
}

std::vector<Question> differences_of_open(const store::ReportRow& row,
                                          const domain::DealState& deal,
                                          const std::optional<domain::DealState>& invoice) {
    std::vector<Question> out;
    if (!has_ended(deal)) out = of_object(row, deal, "deal");
    if (!invoice || has_ended(*invoice)) return out;
    for (auto& more : of_object(row, *invoice, "invoice")) out.push_back(std::move(more));
    return out;
}

} // namespace hb::engine
