#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sandbox/call.h"

// What goes wrong on request. Inner header.
namespace hb::sandbox {

class FaultBox {
public:
    struct Kept {
        std::int64_t id = 0;
        Fault fault;
        std::int64_t hits = 0;
    };
    // How far a pattern reaches: "*" means whole requests, so inside a batch only names count.
    enum class Where { Request, InBatch };

    std::int64_t add(Fault fault);
    bool remove(std::int64_t id);
    void clear() { kept_.clear(); }
    const std::vector<Kept>& all() const { return kept_; }

    // The faults that hit this call; each is used up by one.
    std::vector<Fault> take(std::string_view method, Where where);
    // Only those that keep a whole request from being run (Reset, Html, Redirect).
    std::vector<Fault> take_blocking(std::string_view method, Where where);

private:
    std::vector<Fault> take_if(std::string_view method, Where where, bool only_blocking);
    std::vector<Kept> kept_;
    std::int64_t next_id_ = 1;
};

bool blocks_request(const Fault& fault); // nothing is run
bool is_transport(const Fault& fault);   // it is about the answer as a whole

// The failure that an Error fault stands for.
Failure failure_of(const Fault& fault);
// EmptyList, EmptyResult and WrongTypes.
void spoil(Answer& answer, const Fault& fault);
// The answer of a request that a transport fault hit.
void spoil(HttpAnswer& answer, const Fault& fault);

const char* to_string(Fault::Kind kind); // "lost_answer", …
std::optional<Fault::Kind> read_fault_kind(std::string_view name);
// A Fault as the control calls send it; "429", "503" and "error_200" are shorthands for errors.
std::optional<Fault> read_fault(const Tree& sent);

} // namespace hb::sandbox
