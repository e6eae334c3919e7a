#pragma once

#include <algorithm>
#include <compare>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

// What went wrong in a turn of the service. Which trouble is the same one is decided by what was
// done, with what and how it ended, never by the sentence that says so: sentences hold numbers,
// times and what a remote answered.
namespace hb::lanes {

enum class Doing { Pull, Write, Deal, Invoice, Twins, Cards, Moves, Events, Tokens, Judging };

struct Trouble {
    struct Key {
        Doing doing = Doing::Pull;
        Code code = Code::Remote;
        std::string subject; // a remote, or a report
        auto operator<=>(const Key&) const = default;
    };
    Key key;
    std::string text; // for people and the log
};

// Each of a turn once.
class Troubles {
public:
    void add(Trouble trouble) {
        const bool known = std::any_of(all_.begin(), all_.end(), [&trouble](const Trouble& other) {
            return other.key == trouble.key;
        });
        if (!known) all_.push_back(std::move(trouble));
    }
    bool empty() const { return all_.empty(); }
    std::size_t size() const { return all_.size(); }
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }
    std::vector<std::string> texts() const {
        std::vector<std::string> out;
        for (const auto& trouble : all_) out.push_back(trouble.text);
        return out;
    }

private:
    std::vector<Trouble> all_;
};

} // namespace hb::lanes
