#include "store/outbox.h"
#include "store/rows.h"

namespace hb::store {

namespace {

JobRow job_of(const Statement& select) {
    Columns c(select);
    JobRow job;
    job.remote = c.integer();
    job.kind = c.text();
    job.stream = c.text();
    job.due_at = c.instant();
    job.failures = c.small();
    job.last_error = c.text();
    job.stopped = c.text_or_null();
    job.what_to_do = c.text_or_null();
    return job;
}

} // namespace

void Jobs::put(const JobRow& job) {
    db_.prepare(R"(
        INSERT INTO jobs(remote, kind, stream, due_at, failures, last_error, stopped, what_to_do)
        VALUES (:remote, :kind, :stream, :due_at, :failures, :last_error, :stopped, :what_to_do)
        ON CONFLICT DO UPDATE SET due_at = excluded.due_at, failures = excluded.failures,
               last_error = excluded.last_error, stopped = excluded.stopped,
               what_to_do = excluded.what_to_do
         WHERE (due_at, failures, last_error, stopped, what_to_do) IS NOT
               (excluded.due_at, excluded.failures, excluded.last_error, excluded.stopped,
                excluded.what_to_do))")
        .bind(":remote", job.remote)
        .bind(":kind", job.kind)
        .bind(":stream", job.stream)
        .bind(":due_at", stored(job.due_at))
        .bind(":failures", job.failures)
        .bind(":last_error", job.last_error)
        .bind(":stopped", job.stopped)
        .bind(":what_to_do", job.what_to_do)
        .run();
}

std::optional<JobRow> Jobs::find(std::int64_t remote, std::string_view kind,
                                 std::string_view stream) const {
    return first(db_.prepare(R"(
        SELECT remote, kind, stream, due_at, failures, last_error, stopped, what_to_do FROM jobs
         WHERE remote = :remote AND kind = :kind AND stream = :stream)")
                     .bind(":remote", remote)
                     .bind(":kind", kind)
                     .bind(":stream", stream),
                 job_of);
}

std::vector<JobRow> Jobs::list(std::optional<std::int64_t> remote) const {
    return all(db_.prepare(R"(
        SELECT remote, kind, stream, due_at, failures, last_error, stopped, what_to_do FROM jobs
         WHERE :remote IS NULL OR remote = :remote ORDER BY remote, kind, stream)")
                   .bind(":remote", remote),
               job_of);
}

} // namespace hb::store
