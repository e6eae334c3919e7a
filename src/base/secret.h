#pragma once

#include <string>
#include <utility>

namespace hb {

// A string that does not print. The caller of reveal() answers for where it goes.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    const std::string& reveal() const { return value_; }
    bool empty() const { return value_.empty(); }

private:
    std::string value_;
};

} // namespace hb
