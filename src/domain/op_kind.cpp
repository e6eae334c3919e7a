#include "domain/op_kind.h"

#include <string>

#include "base/ensure.h"

namespace hb::domain {

std::string_view to_string(OpKind kind) {
    for (const auto& row : kOpKinds)
        if (row.kind == kind) return row.name;
    fail_invariant("an op has a kind");
}

Result<OpKind> parse_op_kind(std::string_view name) {
    for (const auto& row : kOpKinds)
        if (row.name == name) return row.kind;
    return Error{Code::NotFound, "no kind of write is called \"" + std::string(name) + "\"", "",
                 ""};
}

std::optional<OpKind> create_of(std::string_view object) {
    for (const auto& row : kOpKinds)
        if (!object.empty() && object_of(row.kind) == object) return row.kind;
    return std::nullopt;
}

std::string_view object_of(OpKind kind) {
    switch (kind) {
    case OpKind::DealCreate:
        return "deal";
    case OpKind::InvoiceCreate:
        return "invoice";
    case OpKind::CardCreate:
        return "card";
    case OpKind::DocumentCreate:
        return "document";
    default:
        return "";
    }
}

} // namespace hb::domain
