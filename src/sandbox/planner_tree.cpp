#include "sandbox/planner_tree.h"

#include "base/text.h"

namespace hb::sandbox {

namespace {

bool is_position(std::string_view step) {
    return parse_integer(step).has_value();
}

} // namespace

const Tree* at_pointer(const Tree& tree, std::string_view pointer) {
    const Tree* at = &tree;
    if (pointer.empty()) return at;
    const auto steps = split(pointer.substr(1), '/');
    for (std::size_t i = 0; at != nullptr && i < steps.size(); ++i) at = at->find(steps[i]);
    return at;
}

Tree* at_pointer(Tree& tree, std::string_view pointer) {
    Tree* at = &tree;
    if (pointer.empty()) return at;
    const auto steps = split(pointer.substr(1), '/');
    for (std::size_t i = 0; at != nullptr && i < steps.size(); ++i) at = at->find_mutable(steps[i]);
    return at;
}

Tree& put_pointer(Tree& tree, std::string_view pointer, Tree value) {
    if (pointer.empty()) return tree = std::move(value);
    Tree* at = &tree;
    const auto steps = split(pointer.substr(1), '/');
    for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
        Tree* next = at->find_mutable(steps[i]);
        if (next == nullptr || !next->is_branch())
            next = &at->put(steps[i], is_position(steps[i + 1]) ? Tree::list() : Tree::map());
        at = next;
    }
    return at->put(steps.back(), std::move(value));
}

std::string text_at(const Tree& tree, std::string_view pointer) {
    const Tree* found = at_pointer(tree, pointer);
    return found == nullptr ? std::string{} : found->str();
}

std::optional<std::string> find_holder(const Tree& tree, std::string_view id_pointer,
                                       const std::string& id) {
    if (tree.kind() == Tree::Kind::Map && !id.empty() && text_at(tree, id_pointer) == id)
        return std::string{};
    if (!tree.is_branch()) return std::nullopt;
    for (std::size_t i = 0; i < tree.size(); ++i)
        if (const auto below = find_holder(*tree.at(i), id_pointer, id))
            return "/" + tree.key(i) + *below;
    return std::nullopt;
}

} // namespace hb::sandbox
