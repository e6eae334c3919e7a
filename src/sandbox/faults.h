#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sandbox/call.h"

// What goes wrong on request. Inner header.
namespace hb::sandbox {

bool is_over(const Fault& fault, Seconds now); // its time has run out

class FaultBox {
public:
    // Which rows a request answers with: "tasks", …; "" for none.
    using RowsOf = std::string (*)(std::string_view method, const Tree& params);
    explicit FaultBox(RowsOf rows_of) : rows_of_(rows_of) {}

    struct Kept {
        std::int64_t id = 0;
        Fault fault;
        std::int64_t hits = 0;
    };
    // `now` begins a fault that lasts for a time.
    std::int64_t add(Fault fault, Seconds now);
    bool remove(std::int64_t id);
    void clear() { kept_.clear(); }
    const std::vector<Kept>& all() const { return kept_; }

    // The faults that hit this request; each is used up by one.
    std::vector<Fault> take(std::string_view method, const Tree& params, Seconds now);
    // Those that hit a command of a batch: first, before anything is run, only the ones that keep
    // the whole request from being run (Reset, Html, Redirect), then the others.
    std::vector<Fault> take_blocking(std::string_view command, Seconds now);
    std::vector<Fault> take_in_batch(std::string_view method, const Tree& params, Seconds now);
    // The outage that this request falls into.
    std::optional<Fault> take_outage(Seconds now);
    bool lacks(std::string_view method, Seconds now); // by a NoMethod
    // Who answers for a webhook now, by a Narrow; nothing for one that is as it was.
    const Fault* narrowed(std::string_view token, Seconds now);

private:
    template <class Fits> std::vector<Fault> take_if(Seconds now, const Fits& fits);
    RowsOf rows_of_;
    std::vector<Kept> kept_;
    std::int64_t next_id_ = 1;
};

bool blocks_request(const Fault& fault); // nothing is run
bool is_transport(const Fault& fault);   // it is about the answer as a whole
bool stays(const Fault& fault);          // Hide, Bin, Narrow, NoMethod: no call uses it up
bool spoils_members(const Fault& fault); // of the picked rows
bool lasts(const Fault& fault);          // without a count it hits every call

// The failure that an Error fault stands for.
Failure failure_of(const Fault& fault);
// EmptyList, EmptyResult, ShortPage, NoTotal and WrongTypes.
void spoil(Answer& answer, const Fault& fault);
// The answer of a request that a transport fault or an outage hit.
void spoil(HttpAnswer& answer, const Fault& fault);

const char* to_string(Fault::Kind kind); // "lost_answer", …
std::optional<Fault::Kind> read_fault_kind(std::string_view name);
// A Fault as the control calls send it, or what is wrong with it; "429", "503" and "error_200" are
// shorthands for errors.
using ReadFault = std::variant<Fault, std::string>;
ReadFault read_fault(const Tree& sent);

} // namespace hb::sandbox
