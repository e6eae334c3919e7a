#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sandbox/crm_store.h"
#include "sandbox/links.h"
#include "json/writer.h"

// CRM objects on the wire, in both dialects.
namespace hb::sandbox {

enum class Dialect { Classic, Universal, UniversalWithOriginalNames };

// The name that `dialect` uses for the field; "" when it has none.
std::string wire_name(const CrmField& field, Dialect dialect);

// Which fields an answer carries: all when `select` is missing or holds "*"; "UF_*" adds the
// custom ones; the id is always there.
std::vector<bool> selected_fields(const CrmStore& store, const Tree* select, Dialect dialect);

// How an answer spells its items. `with_type` adds entityTypeId, as single items of the universal
// calls have it; `links` are those of file fields.
struct ItemShape {
    Dialect dialect = Dialect::Universal;
    int offset_minutes = 0;
    bool with_type = false;
    Links links{};
};
void write_crm_item(json::Writer& to, const CrmStore& store, const CrmItem& item,
                    const std::vector<bool>& selected, const ItemShape& shape);

// A sent value as the field would store it; nothing when it can't be.
// REQUIRES: not a field of files
std::optional<CrmValue> read_crm_value(const CrmField& field, const Tree& sent, int offset_minutes);

} // namespace hb::sandbox
