#include "sandbox/tree.h"

#include "base/text.h"
#include "sandbox/wire.h"

namespace hb::sandbox {

Tree Tree::of(Kind kind) {
    Tree out;
    out.kind_ = kind;
    return out;
}

Tree Tree::text(std::string value) {
    Tree out = of(Kind::Text);
    out.scalar_ = std::move(value);
    return out;
}

Tree Tree::number(std::int64_t value) {
    Tree out = of(Kind::Number);
    out.scalar_ = std::to_string(value);
    return out;
}

Tree Tree::digits(std::string number) {
    Tree out = of(Kind::Number);
    out.scalar_ = std::move(number);
    return out;
}

Tree Tree::flag(bool value) {
    Tree out = of(Kind::Bool);
    out.scalar_ = value ? "1" : "";
    return out;
}

Tree Tree::from(const json::Value& value) {
    switch (value.kind()) {
    case json::Kind::Missing:
    case json::Kind::Null:
        return {};
    case json::Kind::Bool:
        return flag(value.dump() == "true");
    case json::Kind::String:
        return text(std::string{*value.string()});
    case json::Kind::Number: {
        Tree out = of(Kind::Number);
        out.scalar_ = value.dump();
        return out;
    }
    case json::Kind::Array: {
        Tree out = list();
        for (const auto child : value) out.append(from(child));
        return out;
    }
    case json::Kind::Object: {
        Tree out = map();
        for (const auto child : value) out.members_.emplace_back(child.key(), from(child));
        return out;
    }
    }
    return {};
}

bool Tree::nothing() const {
    if (kind_ == Kind::Null) return true;
    if (kind_ == Kind::Text) return scalar_.empty();
    return is_branch() && members_.empty();
}

const Tree* Tree::find(std::string_view key) const {
    for (auto member = members_.rbegin(); member != members_.rend(); ++member)
        if (member->first == key) return &member->second;
    return nullptr;
}

const Tree* Tree::find_word(std::string_view key) const {
    for (auto member = members_.rbegin(); member != members_.rend(); ++member)
        if (same_word(member->first, key)) return &member->second;
    return nullptr;
}

const Tree* Tree::at(std::size_t position) const {
    return position < members_.size() ? &members_[position].second : nullptr;
}

std::string Tree::str() const {
    return is_branch() ? std::string{} : scalar_;
}

std::optional<std::int64_t> Tree::integer() const {
    if (is_branch() || kind_ == Kind::Null) return std::nullopt;
    if (const auto whole = parse_integer(trim(scalar_))) return whole;
    if (const auto decimal = read_decimal(scalar_); decimal && *decimal % kMicro == 0)
        return *decimal / kMicro;
    return std::nullopt;
}

bool Tree::truthy() const {
    return !is_branch() &&
           (scalar_ == "1" || scalar_ == "Y" || scalar_ == "y" || scalar_ == "true");
}

std::vector<std::string> Tree::strings() const {
    std::vector<std::string> out;
    if (!is_branch()) {
        if (!nothing()) out.push_back(scalar_);
        return out;
    }
    for (const auto& member : members_) out.push_back(member.second.str());
    return out;
}

std::vector<std::int64_t> Tree::integers() const {
    std::vector<std::int64_t> out;
    for (const auto& text : strings())
        if (const auto number = parse_integer(text)) out.push_back(*number);
    return out;
}

Tree& Tree::put(std::string_view key, Tree value) {
    if (kind_ != Kind::List) kind_ = Kind::Map;
    if (Tree* old = find_mutable(key)) return *old = std::move(value);
    members_.emplace_back(key, std::move(value));
    return members_.back().second;
}

Tree& Tree::append(Tree value) {
    if (!is_branch()) kind_ = Kind::List;
    members_.emplace_back(std::to_string(members_.size()), std::move(value));
    return members_.back().second;
}

Tree* Tree::find_mutable(std::string_view key) {
    for (auto& member : members_)
        if (member.first == key) return &member.second;
    return nullptr;
}

Tree* Tree::at_mutable(std::size_t position) {
    return position < members_.size() ? &members_[position].second : nullptr;
}

bool Tree::erase(std::string_view key) {
    if (std::erase_if(members_, [&](const auto& one) { return one.first == key; }) == 0)
        return false;
    for (std::size_t i = 0; kind_ == Kind::List && i < members_.size(); ++i)
        members_[i].first = std::to_string(i);
    return true;
}

bool Tree::rename(std::string_view key, std::string_view to) {
    for (auto& member : members_)
        if (member.first == key) return member.first = to, true;
    return false;
}

void Tree::settle_lists() {
    if (!is_branch()) return;
    bool is_list = true;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        is_list = is_list && members_[i].first == std::to_string(i);
        members_[i].second.settle_lists();
    }
    kind_ = is_list ? Kind::List : Kind::Map;
}

void Tree::write(json::Writer& to) const {
    switch (kind_) {
    case Kind::Null:
        to.null();
        return;
    case Kind::Bool:
        to.boolean(!scalar_.empty());
        return;
    case Kind::Number:
        to.raw(scalar_);
        return;
    case Kind::Text:
        to.string(scalar_);
        return;
    case Kind::List:
        to.begin_array();
        for (const auto& member : members_) member.second.write(to);
        to.end_array();
        return;
    case Kind::Map:
        to.begin_object();
        for (const auto& member : members_) member.second.write(to.key(member.first));
        to.end_object();
        return;
    }
}

std::string Tree::dump() const {
    json::Writer out;
    write(out);
    return out.take();
}

} // namespace hb::sandbox
