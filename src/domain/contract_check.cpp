#include <string>

#include "domain/contract.h"
#include "domain/same_text.h"

namespace hb::domain {
namespace {

// Minor units an hour. Above it a price of a long report would come near 64 bits.
constexpr std::int64_t kRateMax = 1'000'000'000'000;
constexpr std::int64_t kStepSecondsMax = 24 * 3600;
// Who sees so many looks at the first ones; of thousands of rates each could be at odds with each.
constexpr std::size_t kProblemsMax = 100;

class Check {
public:
    explicit Check(const Contract& contract) : contract_(contract) {}

    std::vector<ContractProblem> run() {
        parties();
        places();
        vat();
        rounding();
        rates();
        work_types();
        nonbillable();
        return std::move(problems_);
    }

private:
    void add(std::string path, std::string message, std::string hint) {
        if (full()) return;
        problems_.push_back({std::move(path), std::move(message), std::move(hint)});
    }

    bool full() const { return problems_.size() >= kProblemsMax; }

    void parties() {
        const std::string hint = "write REMOTE:company:ID";
        if (!is_of_kind(contract_.client, {"company"}))
            add("/client", "the client has to be a company", hint);
        if (contract_.own_company && !is_of_kind(*contract_.own_company, {"company"}))
            add("/own_company", "our own company has to be a company", hint);
        if (contract_.valid_from < day_min() || contract_.valid_from > day_max())
            add("/valid_from", "the date is out of range",
                "write a date from " + format_day(day_min()) + " to " + format_day(day_max()));
    }

    void places() {
        const auto currency = find_currency(contract_.currency.code);
        if (!currency)
            add("/currency", currency.error().message, currency.error().hint);
        else if (currency->exponent != contract_.currency.exponent)
            add("/currency",
                contract_.currency.code + " has " + std::to_string(currency->exponent) +
                    " decimals, not " + std::to_string(contract_.currency.exponent),
                "leave the decimals to ISO 4217");
        if (contract_.time_zone.empty()) return; // the configuration's is used
        const auto zone = Zone::find(contract_.time_zone);
        if (!zone) add("/time_zone", zone.error().message, zone.error().hint);
    }

    void vat() {
        const Vat& vat = contract_.vat;
        if (vat.rate_e4 < 0 || vat.rate_e4 > 1'000'000)
            add("/vat/rate", "the VAT rate is not between 0 and 100 percent", "write 20 or 5.5");
        else if (vat.mode == VatMode::None && vat.rate_e4 != 0)
            add("/vat/rate", "a VAT rate is given, but the mode is none",
                "choose the mode added or included, or leave the rate out");
        else if (vat.mode != VatMode::None && vat.rate_e4 == 0)
            add("/vat/rate", std::string("the VAT mode ") + to_string(vat.mode) + " needs a rate",
                "write the percent, or the mode none where no VAT is due");
    }

    void rounding() {
        const Rounding& rounding = contract_.rounding;
        if (rounding.level == RoundingLevel::None) return;
        if (rounding.step_seconds <= 0 || rounding.step_seconds > kStepSecondsMax)
            add("/rounding/step_minutes", "rounding needs a step of at most a day",
                "write the minutes, for example 15, or the level none");
    }

    void rates() {
        for (std::size_t i = 0; i < contract_.rates.size() && !full(); ++i) {
            const RateRule& rule = contract_.rates[i];
            const std::string path = "/rates/" + std::to_string(i);
            if (rule.amount < 0 || rule.amount > kRateMax)
                add(path + "/amount", "the rate is out of range",
                    "write the price of an hour, 0 or more");
            if (rule.project && !is_of_kind(*rule.project, {"group", "project"}))
                add(path + "/project", "this is not a project", "write REMOTE:group:ID");
            if (rule.person && !is_of_kind(*rule.person, {"user"}))
                add(path + "/person", "this is not a person", "write REMOTE:user:ID");
            for (std::size_t earlier = 0; earlier < i; ++earlier)
                if (is_tie(contract_.rates[earlier], rule)) tie(path, earlier);
        }
    }

    void tie(const std::string& path, std::size_t earlier) {
        add(path, "this rate is for the same time and work as rate " + std::to_string(earlier + 1),
            "give one of them another valid_from, or remove it");
    }

    // G7: within one scope only the date decides, so it may not be equal.
    static bool is_tie(const RateRule& a, const RateRule& b) {
        return a.project == b.project && a.person == b.person && a.valid_from == b.valid_from &&
               same_text(a.work_type, b.work_type);
    }

    void work_types() {
        for (std::size_t i = 0; i < contract_.work_types.size(); ++i) {
            const WorkType& row = contract_.work_types[i];
            const std::string path = "/work_types/" + std::to_string(i);
            if (row.tag.empty())
                add(path + "/tag", "the tag is empty", "name the tag of the tasks");
            if (row.type.empty())
                add(path + "/type", "the work type is empty", "name the kind of work");
        }
    }

    void nonbillable() {
        for (std::size_t i = 0; i < contract_.nonbillable.size(); ++i) {
            const NonBillableRule& rule = contract_.nonbillable[i];
            const int named = (rule.tag.empty() ? 0 : 1) + (rule.group.empty() ? 0 : 1) +
                              (rule.work_type.empty() ? 0 : 1);
            if (named != 1)
                add("/nonbillable/" + std::to_string(i),
                    "the rule names " + std::to_string(named) + " of tag, group and work_type",
                    "name exactly one; the list may hold several rules");
        }
    }

    static bool is_of_kind(const Ref& ref, std::initializer_list<std::string_view> kinds) {
        if (ref.remote.empty() || ref.id.empty()) return false;
        for (const std::string_view kind : kinds)
            if (ref.kind == kind) return true;
        return false;
    }

    const Contract& contract_;
    std::vector<ContractProblem> problems_;
};

} // namespace

std::vector<ContractProblem> problems_of(const Contract& contract) {
    return Check(contract).run();
}

} // namespace hb::domain
