#pragma once

#include <string>
#include <vector>

#include "connector/bitrix24/walk.h"

namespace hb::connector::bitrix24 {

// The batches of the walk's next step, which go out together; the walk is moved on as if all of
// them were answered. More commands than one batch holds go out as two halves when there are two
// `lanes`. At the start of a walk by windows nothing waits for the probe either: it goes beside the
// first window. Keys of commands begin with `name`.
std::vector<Batch> plan_batches(const Table& table, const WalkFilter& filter, Walk& walk, int lanes,
                                const std::string& name);

} // namespace hb::connector::bitrix24
