#include "books/own_company.h"

#include "base/text.h"
#include "books/settings_names.h"
#include "voices/warnings.h"

namespace hb::books {
namespace {

namespace say = voices::warnings;

std::string list_of(const Reading& read) {
    std::vector<std::string> out;
    if (const auto* crm = read.crm())
        for (const auto& company : read->sources.own_companies(crm->row.id))
            out.push_back(to_string(company.ref) + " (" + company.name + ")");
    return join(out, ", ");
}

} // namespace

std::vector<domain::Ref> own_companies(const Reading& read) {
    std::vector<domain::Ref> out;
    if (const auto* crm = read.crm())
        for (const auto& company : read->sources.own_companies(crm->row.id))
            out.push_back(company.ref);
    return out;
}

domain::OwnCompany own_company_of(const Reading& read, const std::optional<domain::Ref>& named) {
    const auto company = named ? read->sources.find_company(*named) : std::nullopt;
    return domain::own_company_of(named, own_companies(read), company && company->known);
}

std::optional<domain::Blocking> own_company_trouble(const Reading& read,
                                                    const domain::Contract& contract) {
    using State = domain::OwnCompany::State;
    const auto company = own_company_of(read, contract.own_company);
    if (company.state == State::Several)
        return domain::blocking("own_company", voices::say<say::kOwnCompanySeveral>(list_of(read)));
    if (company.state != State::NotOwn) return std::nullopt;
    const auto row = read->sources.find_company(*company.ref);
    const auto others = list_of(read);
    const std::string named = to_string(*company.ref) + " (" + row->name + ")";
    return domain::blocking("own_company", others.empty()
                                               ? voices::say<say::kOwnCompanyUnmarked>(named)
                                               : voices::say<say::kOwnCompanyOther>(named, others));
}

// The series without a prefix is its first owner's; in books of before that was noted, the only
// company's.
std::string number_prefix(const Reading& read, const domain::Contract& contract) {
    const auto company = own_company_of(read, contract.own_company);
    if (!company.ref) return "";
    const auto owner = read->kept.get(0, kept::kPlainSeries);
    const bool own_plain = owner ? *owner == to_string(*company.ref)
                                 : own_companies(read) == std::vector<domain::Ref>{*company.ref};
    return domain::number_prefix(contract.own_company, company,
                                 own_plain && read->reports.has_series(""),
                                 read->reports.has_series("C" + company.ref->id + "-"));
}

void note_series(Step& step, const domain::Contract& contract, std::string_view prefix) {
    if (!prefix.empty() || step->kept.get(0, kept::kPlainSeries)) return;
    const auto company = own_company_of(step, contract.own_company);
    if (company.ref) step->kept.put(0, kept::kPlainSeries, to_string(*company.ref), step.now());
}

} // namespace hb::books
