#include "books/own_company.h"

#include "base/text.h"
#include "books/settings_names.h"
#include "render/brand.h"
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

namespace {

// The series without a prefix is its first owner's; in books of before that was noted, the only
// company's.
std::string prefix_by_company(const Reading& read, const domain::Contract& contract,
                              const domain::OwnCompany& company) {
    const auto owner = read->kept.get(0, kept::kPlainSeries);
    const bool own_plain = owner ? *owner == to_string(*company.ref)
                                 : own_companies(read) == std::vector<domain::Ref>{*company.ref};
    return domain::number_prefix(contract.own_company, company,
                                 own_plain && read->reports.has_series(""),
                                 read->reports.has_series("C" + company.ref->id + "-"));
}

std::string series_owner(std::string_view prefix) {
    return kept::kSeriesOf + std::string(prefix);
}

// What the company's numbers of a year began with, where a brand said so: an edited or removed
// prefix takes force with the next year.
std::string begun_name(const domain::Ref& company, std::string_view year) {
    return "numbers.begun." + std::string(year) + "." + to_string(company);
}

} // namespace

std::string number_prefix(const Reading& read, const domain::Contract& contract,
                          std::string_view year) {
    const auto company = own_company_of(read, contract.own_company);
    if (!company.ref) return "";
    const std::string own = prefix_by_company(read, contract, company);
    const auto brand = render::brand_of(read.settings.brands, to_string(*company.ref),
                                        own_companies(read).size() <= 1);
    if (const auto begun = read->kept.get(0, begun_name(*company.ref, year))) return *begun;
    if (!brand || brand->prefix.empty()) return own;
    const auto owner = read->kept.get(0, series_owner(brand->prefix));
    const std::string branded =
        domain::brand_prefix(brand->prefix, owner && *owner != to_string(*company.ref),
                             read->reports.has_number_of(own + std::string(year)),
                             read->reports.has_number_of(brand->prefix + std::string(year)));
    return branded.empty() ? own : branded;
}

void note_series(Step& step, const domain::Contract& contract, std::string_view prefix,
                 std::string_view year) {
    const auto company = own_company_of(step, contract.own_company);
    if (!company.ref) return;
    const auto note = [&](const std::string& name, std::string_view value) {
        if (!step->kept.get(0, name)) step->kept.put(0, name, value, step.now());
    };
    note(prefix.empty() ? kept::kPlainSeries : series_owner(prefix), to_string(*company.ref));
    if (prefix != prefix_by_company(step, contract, company))
        note(begun_name(*company.ref, year), prefix);
}

} // namespace hb::books
