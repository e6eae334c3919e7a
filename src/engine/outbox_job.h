#pragma once

#include <map>

#include "base/uptime.h"
#include "engine/core.h"

namespace hb::engine {

// Works the outbox of one remote, one op a step:
//
//   Pending --claim [tx]--> InFlight --write--> Done [tx]
//      ^                       |  \-----------> Pending [tx]   Refused: it did not run
//      |                       |   \----------> Parked [tx]    Rejected: a person decides
//      +--not found [tx]--- Uncertain <-------- Unknown, or the process died while InFlight
//                              \--found [tx]--> Done
//
// An uncertain create is looked up at once, again when the settle delay is over, and once more ten
// seconds later; only after both late look-ups were negative is it sent again (RULINGS G21).
class OutboxJob {
public:
    OutboxJob(Core& core, RemoteRuntime& remote) : core_(core), remote_(remote) {}

    enum class Step { Worked, Idle, Wait };
    // Wait: the remote may not be called yet. Idle: nothing is due.
    Step step();
    // The error of the last call that did not run; empty when it did.
    const std::optional<Error>& trouble() const { return trouble_; }

private:
    void send(store::OpRow op);
    bool held_back(store::OpRow& op, Instant restored);
    void send_many(const std::string& kind);
    void settle(store::OpRow op, const domain::WriteResult& result);
    void look_up(store::OpRow op);
    void finish(store::OpRow& op, const std::string& remote_id);
    void park(store::OpRow& op, const Error& error);
    void back_to_pending(store::OpRow& op, const std::string& error, Instant due);
    bool resolve(store::OpRow& op); // fills in what only the remote knows; false: not now
    bool resolve_stage(store::OpRow& op);
    void resolve_ids(store::OpRow& op);
    void resolve_files(store::OpRow& op);
    void verify(const store::OpRow& op);

    Core& core_;
    RemoteRuntime& remote_;
    std::optional<Error> trouble_;
    Uptime sent_;                                      // when what is being written was claimed
    std::map<std::string, std::string> failed_stages_; // by op kind, once they were asked for
};

} // namespace hb::engine
