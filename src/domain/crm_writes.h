#pragma once

#include "domain/op_kind.h"

namespace hb::domain {

// Of what the payment check compares: deals, invoices and their rows.
constexpr bool is_deal_or_invoice_write(OpKind kind) {
    return kind == OpKind::DealCreate || kind == OpKind::DealUpdate ||
           kind == OpKind::InvoiceCreate || kind == OpKind::InvoiceUpdate || is_rows(kind);
}

} // namespace hb::domain
