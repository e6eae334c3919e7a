#pragma once

#include <optional>
#include <vector>

#include "domain/exchange.h"
#include "domain/question.h"
#include "store/reports.h"

// What stands in the CRM against what the client agreed to, to the minor unit (G56). Pure.
namespace hb::engine {

// Of the deal and of the invoice, where there is one; none when both are equal.
std::vector<domain::Question> differences(const store::ReportRow& row,
                                          const domain::DealState& deal,
                                          const std::optional<domain::DealState>& invoice);
// The same, but for what has ended there: of that its stage tells.
std::vector<domain::Question> differences_of_open(const store::ReportRow& row,
                                                  const domain::DealState& deal,
                                                  const std::optional<domain::DealState>& invoice);

} // namespace hb::engine
