#pragma once

#include <map>
#include <set>
#include <utility>

#include "base/uptime.h"
#include "domain/parts.h"
#include "lanes/floor.h"

namespace hb::lanes {

// Works the outbox of one remote, one op a step:
//
//   Pending --claim [tx]--> InFlight --write--> Done [tx]
//      ^                       |  \-----------> Pending [tx]   Refused: it did not run
//      |                       |   \----------> Parked [tx]    Rejected: a person decides
//      +--not found [tx]--- Uncertain <-------- Unknown, or the process died while InFlight
//                              \--found [tx]--> Done
//
// An uncertain create is looked up at once, again when the settle delay is over, and once more ten
// seconds later; only after both late look-ups were negative is it sent again (G21).
class OutboxJob {
public:
    OutboxJob(Books& books, RemoteRuntime& remote) : books_(books), remote_(remote) {}

    enum class Turn { Worked, Idle, Wait };
    // Wait: the remote may not be called yet. Idle: nothing is due, or the remote is not available
    // and this is no time to try. What `ensure` throws in a step parks its op alone (G63).
    Turn step();
    // The look-up of an uncertain op, or what sets a value: a try whether the remote is there.
    // False: there is none that is due.
    bool probe();
    // The error of the last call that did not run; empty when it did.
    const std::optional<Error>& trouble() const { return trouble_; }
    // Reports whose deal, invoice or their rows were written since the last time.
    std::set<std::int64_t> take_written() { return std::exchange(written_, {}); }

private:
    void work(store::OpRow op);
    void send(store::OpRow op);
    // Runs the step of one op; a broken invariant parks that op and what waits for it.
    template <class Run> void alone(const store::OpRow& op, Run run);
    void park_broken(std::int64_t id, const std::string& what);
    // Did a call fail on its way, rather than being answered, since `before`?
    bool failed_since(std::int64_t before) const {
        return remote_.connector->contact().failed > before;
    }
    Instant due_after(const store::OpRow& op, bool on_its_way);
    void send_one_by_one(std::vector<store::OpRow> ops);
    bool held_back(store::OpRow& op, Instant restored);
    void send_many(domain::OpKind kind);
    void settle(store::OpRow op, const domain::WriteResult& result);
    void look_up(store::OpRow op);
    void finish(store::OpRow& op, const std::string& remote_id);
    void park(store::OpRow& op, const Error& error);
    void park_waiting(Step& step, std::int64_t op, const std::string& why);
    void back_to_pending(store::OpRow& op, const std::string& error, Instant due);
    // By when the remote shows what this op is written to, where one of ours made it: a new object
    // may not be there yet for the next call. nullopt: nothing of ours was made for it.
    std::optional<Instant> shown_by(const store::OpRow& op);
    bool resolve(store::OpRow& op); // fills in what only the remote knows; false: not now
    bool fill_needs(store::OpRow& op);
    std::optional<std::string> value_of(store::OpRow& op, const domain::Part& part);
    std::optional<std::string> failed_stage(store::OpRow& op, const domain::FailedStagePart& stage);
    void render_rows(store::OpRow& op);
    void resolve_files(store::OpRow& op);
    void verify(const store::OpRow& op);

    Books& books_;
    RemoteRuntime& remote_;
    std::optional<Error> trouble_;
    std::set<std::int64_t> written_;
    std::int64_t failed_before_ = 0;                   // calls, when the op was begun
    Uptime sent_;                                      // when what is being written was claimed
    std::map<std::string, std::string> failed_stages_; // once they were asked for
};

} // namespace hb::lanes
