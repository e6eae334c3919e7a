#include "base/seams.h"

// A build for people: nothing around the program changes what it takes for the machine.
namespace hb {

struct Seams::Impl {
    SystemClock clock;
};

Seams::Seams() : impl_(std::make_unique<Impl>()) {}
Seams::~Seams() = default;

Clock& Seams::clock() {
    return impl_->clock;
}
void Seams::open_to_others() {}
std::optional<std::string> Seams::machine() const {
    return std::nullopt;
}
std::optional<std::string> Seams::boot() const {
    return std::nullopt;
}
std::chrono::seconds Seams::ran_longer() const {
    return {};
}
std::optional<std::int64_t> Seams::failpoint() const {
    return std::nullopt;
}
std::string Seams::failpoint_count_file() const {
    return "";
}

} // namespace hb
