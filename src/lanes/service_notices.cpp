#include "lanes/notices.h"
#include "lanes/outbox_job.h"
#include "lanes/service.h"

// Telling people, and telling the log what went wrong.
namespace hb::lanes {
namespace {

// A place that takes notices one after another with pauses must not hold up what follows.
constexpr int kStepsATurn = 20;
constexpr std::chrono::hours kGiveUpEvery{1};

} // namespace

std::int64_t Service::plan_notices() {
    Notices notices(books_);
    const std::int64_t planned = notices.plan();
    if (books_.clock.now() >= give_up_due_ && !books_.settings.notices.empty()) {
        notices.give_up();
        give_up_due_ = books_.clock.now() + kGiveUpEvery;
    }
    return planned;
}

std::int64_t Service::tell(Troubles& errors, std::optional<Instant> until) {
    const std::int64_t planned = plan_notices();
    std::int64_t steps = planned;
    if (planned > 0 && until && books_.crm() != nullptr)
        steps += work_outbox(*books_.crm(), errors, until);
    for (auto& sender : books_.senders) steps += work_sender(*sender, errors, until);
    return steps;
}

std::int64_t Service::work_sender(RemoteRuntime& sender, Troubles& errors,
                                  std::optional<Instant> until) {
    OutboxJob job(books_, sender);
    std::int64_t steps = 0;
    while (steps < kStepsATurn || until) {
        if (!probe(sender)) {
            const auto next = next_probe(sender);
            if (!until || !next || *next > *until) break;
            books_.clock.wait_until(*next);
            // A webhook that has nothing to send has no probe either.
            if (!probe(sender) && next_probe(sender) == next) break;
            continue;
        }
        const auto step = [&] {
            const std::lock_guard<std::recursive_mutex> busy(*sender.busy);
            return job.step();
        }();
        if (step == OutboxJob::Turn::Worked) {
            ++steps;
            if (job.trouble()) failed(sender, Doing::Write, *job.trouble(), errors);
            continue;
        }
        std::optional<Instant> due;
        {
            const Read read = books_.read();
            due = read->outbox.next_due(sender.row.id);
        }
        if (!due || !until) break;
        const Instant next = std::max(*due, sender.earliest());
        if (next > *until) break;
        books_.clock.wait_until(next);
    }
    books_.note_calls(sender);
    return steps;
}

Result<Comparison> Service::compare_with_crm() {
    ready();
    RemoteRuntime* crm = books_.crm();
    ensure(crm != nullptr, "there is a CRM to compare with");
    return lanes::compare_with_crm(books_, *crm);
}

} // namespace hb::lanes
