#include "engine/view.h"

namespace hb::engine {
namespace {

std::unique_ptr<Core> core_over(store::Database& db, Core& core, const Core::Shown& shown) {
    auto own = std::make_unique<Core>(db, core.clock, core.ids, shown.settings);
    for (const auto& row : shown.remotes) {
        own->remotes.push_back(std::make_unique<RemoteRuntime>());
        own->remotes.back()->row = row;
    }
    return own;
}

} // namespace

View::View(Core& core) : shown_(&core) {
    const auto shown = core.readers ? core.shown() : nullptr;
    if (shown) {
        reader_.emplace(core.readers->read());
        own_ = core_over(reader_->db(), core, *shown);
        shown_ = own_.get();
    } else {
        lock_.emplace(core.lock());
    }
    books_ = std::make_unique<Books>(*shown_);
}

View::~View() = default;

} // namespace hb::engine
