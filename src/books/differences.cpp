#include "books/differences.h"

#include "domain/money.h"

namespace hb::books {
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

constexpr const char* kNone = "-";

std::string or_none(const std::string& text) {
    return text.empty() ? kNone : text;
}

// Of one object, each difference by itself.
class Compared {
public:
    Compared(const Agreed& agreed, const domain::DealState& there, const std::string& what)
        : row_(agreed.row), currency_(*domain::find_currency(agreed.row.currency)), there_(there),
          about_(what + ":" + there.id), object_{{"what", what}, {"id", there.id}} {
        if (!there.exists) {
            ask(QuestionKind::Gone, {});
            return;
        }
        amount();
        if (there.currency != row_.currency)
            ask(QuestionKind::CurrencyDiffers,
                {{"was", row_.currency}, {"now", or_none(there.currency)}});
        if (!agreed.company.empty() && there.company != agreed.company)
            ask(QuestionKind::CompanyDiffers,
                {{"was", agreed.company}, {"now", or_none(there.company)}});
        rows();
    }
    std::vector<Question> take() { return std::move(out_); }

private:
    void ask(QuestionKind kind, domain::QuestionArgs args) {
        args.insert(object_.begin(), object_.end());
        out_.push_back({kind, about_, std::move(args)});
    }
    std::string money(std::int64_t amount, const std::string& currency) const {
        return domain::format_amount(amount, currency_) + " " + currency;
    }
    void amount() {
        const auto sum = domain::parse_remote_amount(there_.opportunity, currency_);
        if (sum && *sum == row_.total) return;
        ask(QuestionKind::AmountDiffers,
            {{"was", money(row_.total, row_.currency)},
             {"now",
              sum ? money(*sum, there_.currency) : there_.opportunity + " " + there_.currency}});
    }
    void rows() {
        const auto rows = sum_of_rows(there_, currency_);
        if (rows.unreadable != nullptr)
            ask(QuestionKind::RowUnreadable, {{"row", rows.unreadable->name},
                                              {"price", rows.unreadable->price},
                                              {"quantity", rows.unreadable->quantity}});
        else if (rows.sum != row_.total)
            ask(QuestionKind::RowsDiffer, {{"was", money(row_.total, row_.currency)},
                                           {"now", money(rows.sum, row_.currency)}});
    }

    const store::ReportRow& row_;
    const domain::Currency currency_;
    const domain::DealState& there_;
    const std::string about_;
    const domain::QuestionArgs object_;
    std::vector<Question> out_;
};

bool has_ended(const domain::DealState& object) {
    return object.semantics == "S" || object.semantics == "F";
}

void add(std::vector<Question>& all, std::vector<Question> more) {
    for (auto& question : more) all.push_back(std::move(question));
}

} // namespace

Agreed agreed_of(const Reading& read, const store::ReportRow& row) {
    const auto client = read->sources.find_company(row.client);
    const bool of_crm = client && client->ref.remote == read.settings.crm_remote;
    return {row, of_crm ? client->ref.id : ""};
}

std::vector<Question> differences(const Agreed& agreed, const domain::DealState& deal,
                                  const std::optional<domain::DealState>& invoice) {
    auto out = Compared(agreed, deal, "deal").take();
    if (invoice) add(out, Compared(agreed, *invoice, "invoice").take());
    return out;
}

std::vector<Question> differences_of_open(const Agreed& agreed, const domain::DealState& deal,
                                          const std::optional<domain::DealState>& invoice) {
    std::vector<Question> out;
    if (!has_ended(deal)) out = Compared(agreed, deal, "deal").take();
    if (invoice && !has_ended(*invoice)) add(out, Compared(agreed, *invoice, "invoice").take());
    return out;
}

std::vector<Question> lost_objects(const domain::DealState& deal,
                                   const std::optional<domain::DealState>& invoice) {
    std::vector<Question> out;
    const auto look = [&out](const domain::DealState& object, const std::string& what) {
        if (object.semantics == "F")
            out.push_back(
                {QuestionKind::Lost, what + ":" + object.id, {{"what", what}, {"id", object.id}}});
    };
    look(deal, "deal");
    if (invoice) look(*invoice, "invoice");
    return out;
}

} // namespace hb::books
