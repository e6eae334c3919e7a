#pragma once

#include <string_view>

// Families of op kinds, by name and never by a part of one.
namespace hb::engine {

constexpr bool is_mark(std::string_view kind) {
    return kind == "task.mark" || kind == "entry.mark";
}
constexpr bool is_rows(std::string_view kind) {
    return kind == "deal.rows" || kind == "invoice.rows";
}
constexpr bool is_stage(std::string_view kind) {
    return kind == "deal.stage" || kind == "invoice.stage";
}
constexpr bool is_card_write(std::string_view kind) {
    return kind == "card.create" || kind == "card.adopt" || kind == "card.update" ||
           kind == "card.files";
}

} // namespace hb::engine
