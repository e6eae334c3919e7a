#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/value.h"
#include "json/writer.h"

namespace hb::sandbox {

// One parameter of a call, whatever encoding it came in. The order of the keys is kept: the old
// task methods bind their arguments by it.
class Tree {
public:
    enum class Kind { Null, Bool, Number, Text, List, Map };

    Tree() = default;
    static Tree text(std::string value);
    static Tree number(std::int64_t value);
    static Tree digits(std::string number); // a number as it is written
    static Tree flag(bool value);
    static Tree list() { return of(Kind::List); }
    static Tree map() { return of(Kind::Map); }
    static Tree from(const json::Value& value);

    Kind kind() const { return kind_; }
    bool is_branch() const { return kind_ == Kind::List || kind_ == Kind::Map; }
    // A list that is not empty, or any map: PHP has one word for both.
    std::size_t size() const { return members_.size(); }
    // Null, "", [] and {}.
    bool nothing() const;

    const Tree* find(std::string_view key) const;      // the exact key
    const Tree* find_word(std::string_view key) const; // without case
    const Tree* at(std::size_t position) const;        // by the order of arrival
    const std::string& key(std::size_t position) const { return members_[position].first; }

    // A scalar as PHP would print it: true is "1", null and branches are "".
    std::string str() const;
    std::optional<std::int64_t> integer() const; // a whole number, or text that is one
    bool truthy() const;                         // true, 1, "1", "Y", "y", "true"

    // A list's or map's values as texts; a scalar counts as a list of one, nothing as none.
    std::vector<std::string> strings() const;
    std::vector<std::int64_t> integers() const;

    Tree& put(std::string_view key, Tree value); // adds or replaces; gives the member
    Tree& append(Tree value);
    Tree* find_mutable(std::string_view key);
    Tree* at_mutable(std::size_t position);
    bool erase(std::string_view key); // of a list: what stands behind moves up
    bool rename(std::string_view key, std::string_view to);
    // Turns the keys 0..n-1 of every map below into lists, as PHP's encoder would.
    void settle_lists();
    // Calls `change` on every leaf that is a text.
    template <class Change> void each_text(const Change& change) {
        if (kind_ == Kind::Text) change(*this);
        for (auto& member : members_) member.second.each_text(change);
    }

    void write(json::Writer& to) const;
    std::string dump() const;
    bool operator==(const Tree&) const = default;

private:
    static Tree of(Kind kind);
    Kind kind_ = Kind::Null;
    std::string scalar_; // digits of a number, a text, "1" for true
    std::vector<std::pair<std::string, Tree>> members_;
};

} // namespace hb::sandbox
