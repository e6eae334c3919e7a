#pragma once

#include <set>

#include "lanes/floor.h"

namespace hb::lanes {

// What events ask to look at again. They are hints: losing any of it costs delay and no truth.
struct Looked {
    std::int64_t taken = 0;          // rows settled; 0: nothing was new
    bool pull = false;               // a pull was made due at once
    bool offline = false;            // the portal's own queue of events has news
    std::set<std::int64_t> reports;  // whose deal, invoice or payment changed: check_payment
    std::set<std::string> cards;     // ids in the CRM
    std::set<std::string> documents; // likewise
    bool any() const {
        return pull || offline || !reports.empty() || !cards.empty() || !documents.empty();
    }
};

// Reads the inbox: new rows become done, ignored or failed, and what they name is looked up in the
// books. Calls no remote.
class InboxJob {
public:
    explicit InboxJob(Books& books) : books_(books) {}

    // The oldest 200 new rows, in one transaction. Call again while `taken` is not 0.
    Looked step();
    // One hint that came another way, from the portal's own queue.
    void look(RemoteRuntime& remote, const domain::EventHint& hint, Looked& looked);

private:
    struct Verdict {
        const char* state = "ignored";
        std::string error;
    };
    Verdict judge(Step& step, const store::Inbox::Row& row, Looked& looked);
    bool follow(Step& step, RemoteRuntime& remote, const domain::EventHint& hint,
                const domain::Ref& ref, Looked& looked);
    bool pull_at_once(Step& step, const KnownRemote& remote);
    bool is_echo(Step& step, const KnownRemote& remote, const domain::EventHint& hint,
                 const domain::Ref& task);
    bool find_reports(Step& step, const domain::Ref& ref, Looked& looked);
    bool find_payers(Step& step, const std::string& payment, Looked& looked);
    void forget_old(Step& step);

    Books& books_;
};

} // namespace hb::lanes
