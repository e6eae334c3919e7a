#include "books/named_companies.h"

#include <set>

#include "mapping/record_values.h"
#include "store/link_rules.h"

namespace hb::books {
namespace {

constexpr const char* kStream = "companies";
constexpr const char* kCategory = "category";

} // namespace

std::vector<store::CompanyRow> companies_by_name(const Reading& read, std::int64_t crm) {
    const auto elsewhere = read->link_rules.values(crm, kStream, kCategory);
    std::set<std::int64_t> clients;
    for (const auto& contract : read->contracts.all()) clients.insert(contract.client);
    std::vector<store::CompanyRow> out;
    for (auto& company : read->sources.companies(crm)) {
        const bool far = elsewhere.count(company.ref.id) > 0 && clients.count(company.id) == 0;
        if (company.known && !company.own && !far) out.push_back(std::move(company));
    }
    return out;
}

void keep_categories(Step& step, std::int64_t remote,
                     const std::vector<domain::SourceRecord>& records) {
    auto& values = step->link_rules;
    for (const auto& record : records) {
        auto category = mapping::record_values(record.text, {"/CATEGORY_ID"});
        std::erase(category, "0");
        values.keep_values(remote, kStream, kCategory, record.id, category);
    }
}

} // namespace hb::books
