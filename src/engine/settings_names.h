#pragma once

// Names under which the program keeps small values of a remote (store::Settings).
namespace hb::engine::kept {

inline constexpr const char* kCardLayout = "cards.layout";  // CardLayout::text
inline constexpr const char* kCardType = "cards.type";      // its entity_type_id
inline constexpr const char* kCardsCursor = "cards.cursor"; // of Connector::read_cards
inline constexpr const char* kMovesCursor = "moves.cursor"; // of Connector::read_moves
inline constexpr const char* kLastEvent = "events.last";    // kind of the last event that came

} // namespace hb::engine::kept
