#pragma once

#include "books/books.h"
#include "domain/own_company.h"

// In whose name a client is billed, by the companies that were read from the CRM (G57). The caller
// holds the lock.
namespace hb::books {

std::vector<domain::Ref> own_companies(const Reading& read);
domain::OwnCompany own_company_of(const Reading& read, const std::optional<domain::Ref>& named);

// What keeps reports of these terms from being sent, and the way out; nullopt: nothing.
std::optional<domain::Blocking> own_company_trouble(const Reading& read,
                                                    const domain::Contract& contract);

// What report numbers begin with: one series per own company (G28).
std::string number_prefix(const Reading& read, const domain::Contract& contract,
                          std::string_view year);
// Whose the series without a prefix, or with a brand's, is once a number of it was given, and that
// the company's numbers of this year begin so.
void note_series(Step& step, const domain::Contract& contract, std::string_view prefix,
                 std::string_view year);

} // namespace hb::books
