#pragma once

#include <string>
#include <string_view>

#include "sandbox/tree.h"

// Places in a tree, as JSON pointers tell them. Inner header of the planners.
namespace hb::sandbox {

const Tree* at_pointer(const Tree& tree, std::string_view pointer); // "" is the tree itself
Tree* at_pointer(Tree& tree, std::string_view pointer);
// Makes what is missing on the way: a list where the next step is a number, else a map.
Tree& put_pointer(Tree& tree, std::string_view pointer, Tree value);
// The text at a place; "" when there is none.
std::string text_at(const Tree& tree, std::string_view pointer);
// Where the map stands that holds `id` at `id_pointer`; nothing when it is nowhere.
std::optional<std::string> find_holder(const Tree& tree, std::string_view id_pointer,
                                       const std::string& id);

} // namespace hb::sandbox
