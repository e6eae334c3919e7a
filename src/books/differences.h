#pragma once

#include <optional>
#include <string>
#include <vector>

#include "books/step.h"
#include "domain/exchange.h"
#include "domain/question.h"

// What stands in the CRM against what the client agreed to, to the minor unit (G56).
namespace hb::books {

// What a deal and an invoice of the report have to show.
struct Agreed {
    const store::ReportRow& row;
    std::string company; // its id in the CRM; "" the client is not of the CRM
};

// `row` must outlive it.
Agreed agreed_of(const Reading& read, const store::ReportRow& row);

// Of the deal and of the invoice, where there is one; none when both are equal.
std::vector<domain::Question> differences(const Agreed& agreed, const domain::DealState& deal,
                                          const std::optional<domain::DealState>& invoice);
// The same, but for what has ended there: of that its stage tells.
std::vector<domain::Question> differences_of_open(const Agreed& agreed,
                                                  const domain::DealState& deal,
                                                  const std::optional<domain::DealState>& invoice);
// Each of the two that is in a failed stage (G4).
std::vector<domain::Question> lost_objects(const domain::DealState& deal,
                                           const std::optional<domain::DealState>& invoice);

} // namespace hb::books
