#pragma once

#include "lanes/pull.h"

namespace hb::test {

inline lanes::PullOptions whole_pull() {
    lanes::PullOptions options;
    options.full = true;
    return options;
}
inline lanes::PullOptions nightly_pull() {
    lanes::PullOptions options;
    options.reconcile = true;
    return options;
}
inline lanes::PullOptions whole_nightly_pull() {
    lanes::PullOptions options = whole_pull();
    options.reconcile = true;
    return options;
}

} // namespace hb::test
