#pragma once

#include "sandbox/state.h"

// The arithmetic of a product row. Inner header, used by tests too.
namespace hb::sandbox {

// Fills in what the portal derives from the price, the tax and the discount of a row, each step
// rounded to two digits:
//   exclusive = price / (1 + tax), netto = exclusive / (1 - discount), brutto = netto * (1 + tax),
//   discount sum = netto - exclusive.
// `rate` is the price of one unit of the row's currency in the base currency.
void derive(ProductRow& row, Micro rate);

} // namespace hb::sandbox
