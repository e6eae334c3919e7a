#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "base/ensure.h"
#include "base/error.h"

namespace hb {

// A value or the reason why there is none. Expected trouble travels in here; see ensure.h for the
// rest.
template <class T> class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    // REQUIRES: ok()
    T& value() & {
        ensure(ok(), "value() of a failed result");
        return std::get<0>(state_);
    }
    const T& value() const& {
        ensure(ok(), "value() of a failed result");
        return std::get<0>(state_);
    }
    T&& value() && {
        ensure(ok(), "value() of a failed result");
        return std::get<0>(std::move(state_));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    // REQUIRES: !ok()
    const Error& error() const {
        ensure(!ok(), "error() of a good result");
        return std::get<1>(state_);
    }

private:
    std::variant<T, Error> state_;
};

template <> class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    bool ok() const { return !error_; }
    explicit operator bool() const { return ok(); }
    // REQUIRES: !ok()
    const Error& error() const {
        ensure(error_.has_value(), "error() of a good result");
        return *error_;
    }

private:
    std::optional<Error> error_;
};

using Status = Result<void>;

} // namespace hb
