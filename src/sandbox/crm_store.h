#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sandbox/filter.h"
#include "sandbox/table.h"
#include "sandbox/tree.h"

// CRM objects of one type: companies, contacts, deals, invoices. One table of fields serves both
// wire dialects, the classic (upper case, everything a text) and the universal (camel case,
// numbers).
namespace hb::sandbox {

enum class Access { ReadOnly, Writable };

struct CrmField {
    std::string classic;   // "DATE_CREATE"; "" when the classic calls don't know it
    std::string universal; // "createdTime"; "" when the universal calls don't know it
    FieldType type = FieldType::Text;
    Access access = Access::ReadOnly;
    std::string title;
    // An absent number or text is written like this: "null", "0" or "\"\"".
    std::string absent = "null";
    bool is_custom = false;
    std::string user_type{}; // of a custom field: "string", "file", …
    bool multiple = false;   // a list of values of `type`
    bool mandatory = false;
};

using CrmValue =
    std::variant<std::monostate, std::int64_t, std::string, std::vector<std::int64_t>,
                 std::vector<std::string>, Tree>; // the list of texts: phones and e-mails

struct CrmItem {
    std::int64_t id = 0;
    std::vector<CrmValue> values; // by the field's position in CrmStore::fields
};

class CrmStore {
public:
    int entity_type = 2;
    std::vector<CrmField> fields;
    Table<CrmItem> items;
    std::int64_t next_id = 1;

    // Custom fields and parents of other types; both take part in every call at once.
    void define(CrmField field) { fields.push_back(std::move(field)); }
    // The field stays in its place without a name, so that the values of the others stay in theirs.
    void forget(std::string_view name);

    // The position of a field, by the universal name or by the classic one.
    std::optional<int> position(std::string_view name) const;
    // REQUIRES: the field exists
    const CrmValue& get(const CrmItem& item, std::string_view universal) const;
    void set(CrmItem& item, std::string_view universal, CrmValue value);
    std::int64_t number(const CrmItem& item, std::string_view universal) const; // absent: 0
    std::string text(const CrmItem& item, std::string_view universal) const;    // absent: ""
    bool flag(const CrmItem& item, std::string_view universal) const;

    CrmItem& add(CrmItem item); // id 0: the next one; fills up the values
};

Cell crm_cell(const CrmItem& item, int field);

// Fields of a smart process: those that every one has, and those that a flag of its type switches
// on ("isClientEnabled"; "" stands for the first kind).
std::vector<CrmField> dynamic_fields(std::string_view flag);
// The stores of a new portal with their built-in fields: 2 deals, 3 contacts, 4 companies,
// 31 invoices.
std::map<int, CrmStore> new_crm_stores();
// "UF_CRM_3_DIGIT" -> "ufCrm3Digit", "UF_CRM_1747309727" -> "ufCrm_1747309727".
std::string universal_custom_name(std::string_view classic);

} // namespace hb::sandbox
