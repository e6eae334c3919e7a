#pragma once

#include "engine/pull.h"

namespace hb::test {

inline engine::PullOptions whole_pull() {
    engine::PullOptions options;
    options.full = true;
    return options;
}
inline engine::PullOptions nightly_pull() {
    engine::PullOptions options;
    options.reconcile = true;
    return options;
}
inline engine::PullOptions whole_nightly_pull() {
    engine::PullOptions options = whole_pull();
    options.reconcile = true;
    return options;
}

} // namespace hb::test
