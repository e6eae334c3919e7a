#pragma once

#include <vector>

#include "books/books.h"

namespace hb::books {

// The companies of the CRM that a name may mean: those of category 0, and of other categories those
// that have a contract. A CRM keeps suppliers and couriers in categories of their own; links by id
// count for all of them.
std::vector<store::CompanyRow> companies_by_name(const Reading& read, std::int64_t crm);

// Of a page of companies, their categories.
void keep_categories(Step& step, std::int64_t remote,
                     const std::vector<domain::SourceRecord>& records);

} // namespace hb::books
