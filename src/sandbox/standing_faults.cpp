#include "sandbox/control.h"
#include "sandbox/row_faults.h"

// Faults come and go: with them rows that nobody sees.
namespace hb::sandbox {

std::int64_t PortalState::add_fault(Fault fault) {
    const bool binned = fault.kind == Fault::Kind::Bin;
    if (binned) {
        const Tree nothing = Tree::map();
        System system{*this, nothing};
        tell_binned(system.call, fault);
    }
    const std::int64_t id = faults.add(fault, now());
    const auto kind = row_kind(state, fault.pick.what);
    if ((binned || fault.kind == Fault::Kind::Hide) && kind)
        state.veils.push_back({id, kind->thing, kind->type, std::move(fault.pick),
                               fault.for_seconds > 0 ? now() + fault.for_seconds : 0});
    return id;
}

bool PortalState::remove_fault(std::int64_t id) {
    std::erase_if(state.veils, [&](const Veil& veil) { return veil.fault == id; });
    return faults.remove(id);
}

void PortalState::clear_faults() {
    state.veils.clear();
    faults.clear();
}

} // namespace hb::sandbox
