#pragma once

// How a Document keeps its values; only this room's sources include it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace hb::json {

// One value. Nodes are in the order of the text, so a container's first child is its next node
// and a child's next sibling is the node at its `end`.
struct Node {
    std::uint32_t key = 0; // offsets into Tree::arena
    std::uint32_t key_length = 0;
    std::uint32_t text = 0; // a string's characters, a number's own digits
    std::uint32_t text_length = 0;
    std::uint32_t end = 0; // one past the last node of this subtree
    std::uint32_t line = 0;
    Kind kind = Kind::Null;
    bool truth = false; // of a Bool
};

struct Tree {
    std::vector<Node> nodes;
    std::string arena; // every key and text, one after the other

    std::string_view key(const Node& node) const {
        return std::string_view(arena).substr(node.key, node.key_length);
    }
    std::string_view text(const Node& node) const {
        return std::string_view(arena).substr(node.text, node.text_length);
    }
};

struct Document::Impl : Tree {};

// Deeper texts are refused whatever ParseOptions say: functions that walk a tree call themselves.
inline constexpr std::size_t kDepthHardMax = 128;

// The JSON pointer `base` with one more token.
std::string add_token(std::string base, std::string_view token);

} // namespace hb::json
