#include "sandbox/crm_store.h"

#include "base/ensure.h"
#include "base/text.h"

namespace hb::sandbox {

std::optional<int> CrmStore::position(std::string_view name) const {
    if (name.empty()) return std::nullopt;
    for (std::size_t i = 0; i < fields.size(); ++i)
        if (fields[i].universal == name || fields[i].classic == name) return static_cast<int>(i);
    return std::nullopt;
}

void CrmStore::forget(std::string_view name) {
    const auto at = position(name);
    if (!at) return;
    CrmField& field = fields[static_cast<std::size_t>(*at)];
    field = CrmField{};
    for (auto& item : items.rows())
        if (static_cast<std::size_t>(*at) < item.values.size())
            item.values[static_cast<std::size_t>(*at)] = CrmValue{};
}

const CrmValue& CrmStore::get(const CrmItem& item, std::string_view universal) const {
    const auto at = position(universal);
    ensure(at.has_value(), "a CRM field that does not exist");
    static const CrmValue none;
    const auto index = static_cast<std::size_t>(*at);
    return index < item.values.size() ? item.values[index] : none;
}

void CrmStore::set(CrmItem& item, std::string_view universal, CrmValue value) {
    const auto at = position(universal);
    ensure(at.has_value(), "a CRM field that does not exist");
    if (item.values.size() < fields.size()) item.values.resize(fields.size());
    item.values[static_cast<std::size_t>(*at)] = std::move(value);
}

std::int64_t CrmStore::number(const CrmItem& item, std::string_view universal) const {
    const auto* number = std::get_if<std::int64_t>(&get(item, universal));
    return number == nullptr ? 0 : *number;
}

std::string CrmStore::text(const CrmItem& item, std::string_view universal) const {
    const auto* text = std::get_if<std::string>(&get(item, universal));
    return text == nullptr ? std::string{} : *text;
}

bool CrmStore::flag(const CrmItem& item, std::string_view universal) const {
    return number(item, universal) != 0;
}

CrmItem& CrmStore::add(CrmItem item) {
    if (item.id == 0) item.id = next_id;
    next_id = std::max(next_id, item.id + 1);
    set(item, "id", item.id);
    return items.add(std::move(item));
}

Cell crm_cell(const CrmItem& item, int field) {
    const auto index = static_cast<std::size_t>(field);
    if (index >= item.values.size()) return {};
    const CrmValue& value = item.values[index];
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
    if (const auto* text = std::get_if<std::string>(&value)) return std::string_view{*text};
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) return list;
    if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return list;
    return {};
}

std::string universal_custom_name(std::string_view classic) {
    std::string out;
    const auto parts = split(classic, '_');
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string_view part = parts[i];
        const bool digits = parse_integer(part).has_value();
        if (digits && i + 1 == parts.size()) out += '_';
        for (std::size_t c = 0; c < part.size(); ++c) {
            const bool upper = c == 0 && i > 0;
            const char letter = part[c];
            const bool is_upper = letter >= 'A' && letter <= 'Z';
            out += is_upper && !upper ? static_cast<char>(letter - 'A' + 'a') : letter;
        }
    }
    return out;
}

} // namespace hb::sandbox
