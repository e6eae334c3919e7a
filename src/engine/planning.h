#pragma once

#include "engine/viewing.h"

// What follows from a decision: ops for the outbox, adjustments, late decisions by policy. Inside
// the caller's transaction; calls no remote.
namespace hb::engine {

class Planning {
public:
    explicit Planning(Core& core) : core_(core) {}

    // Deal, its rows and a comment, each once per report (G18, G19).
    void plan_deal(const store::ReportRow& report);
    // The deal goes to the failed stage of its category after its create has settled (G4).
    void plan_deal_failed(const store::ReportRow& report);
    void plan_comment(const store::ReportRow& report, const std::string& what);
    // Marks of all tasks that the report's current revision names (G26).
    void plan_marks(const store::ReportRow& report);
    // One task's mark, when it differs from what was last decided. False: nothing to do.
    bool plan_mark(std::int64_t task);

    // What a task shows now, against what we wrote last: a mark that somebody changed is set again
    // (rule 46).
    void mark_seen(const RemoteRuntime& remote, const domain::SourceTask& task);

    void apply_late_policies();
    void find_drift(); // rules 19-22, G10

private:
    std::optional<std::int64_t> plan_task_fields(const RemoteRuntime& remote);

    Core& core_;
};

// What report numbers begin with: one series per own company (G28).
std::string number_prefix(Core& core, const domain::Contract& contract);

} // namespace hb::engine
