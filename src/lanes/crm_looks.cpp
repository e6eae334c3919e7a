#include "lanes/crm_looks.h"

#include <algorithm>

#include "lanes/patience.h"
#include "lanes/pull.h"

namespace hb::lanes {
namespace {

using domain::Purpose;
using domain::State;

constexpr const char* kPaidJob = "paid";
// Paid reports are looked at this long after, for money that went back.
constexpr std::chrono::days kPaidWatch{90};
// Objects in hand: enough to fill a request, where each takes two commands at least.
constexpr std::size_t kInHand = 25;

struct Target {
    std::string deal, invoice; // "" none
};

bool is_done(const std::optional<store::OpRow>& op) {
    return op && op->state == store::OpState::Done;
}

// Nothing to look at, or not yet: until all of it is written, an agreed report has nothing to show.
std::optional<Target> target_of(const Reading& read, std::int64_t report) {
    const auto row = read->reports.find(report);
    const auto deal = read->outbox.of_purpose(Purpose::deal(report));
    if (!row || !is_done(deal) || deal->superseded) return std::nullopt;
    Target out{deal->remote_id, ""};
    bool rows_done = is_done(read->outbox.of_purpose(Purpose::deal_rows(report)));
    if (const auto invoice = read->outbox.of_purpose(Purpose::invoice(report))) {
        if (is_done(invoice)) out.invoice = invoice->remote_id;
        rows_done = rows_done && is_done(read->outbox.of_purpose(Purpose::invoice_rows(report)));
    }
    if (row->state == State::Agreed && !rows_done) return std::nullopt;
    return out;
}

domain::ObjectReading reading_of(bool invoice, const std::string& id) {
    domain::ObjectReading out;
    out.invoice = invoice;
    out.id = id;
    return out;
}

} // namespace

Watched reports_to_watch(const Reading& read, const KnownRemote& crm) {
    const Instant now = read.now();
    const auto job = read->jobs.find(crm.row.id, kPaidJob, "");
    Watched out;
    out.paid_too = !job || job->due_at <= now;
    for (const auto& row : read->reports.list(std::nullopt, std::nullopt)) {
        const bool waits = row.state == State::Agreed || row.state == State::Invoiced ||
                           row.state == State::PartlyPaid;
        const bool paid =
            row.state == State::Paid && row.paid_at && now - *row.paid_at < kPaidWatch;
        if (waits || (paid && out.paid_too)) out.reports.push_back(row.id);
    }
    return out;
}

void watched_paid(Books& books, const KnownRemote& crm) {
    Step step = books.begin();
    step->jobs.put({crm.row.id, kPaidJob, "", next_night(step, crm), 0, "", {}, {}});
    step.done();
}

void CrmLooks::begin_more(std::int64_t stamp) {
    const Read read = books_.read();
    while (!reports_.empty() && readings_.size() < kInHand) {
        const auto report = reports_.front();
        reports_.pop_front();
        const auto target = target_of(read, report);
        if (!target) continue;
        begun_.push_back({report, !target->invoice.empty(), stamp});
        readings_.push_back(reading_of(false, target->deal));
        if (begun_.back().invoice) readings_.push_back(reading_of(true, target->invoice));
    }
}

// They become whole in their order.
std::vector<Look> CrmLooks::take_whole() {
    std::vector<Look> out;
    std::size_t taken = 0;
    while (!begun_.empty()) {
        const Begun& first = begun_.front();
        const std::size_t size = first.invoice ? 2 : 1;
        const auto from = readings_.begin() + static_cast<std::ptrdiff_t>(taken);
        const auto to = from + static_cast<std::ptrdiff_t>(size);
        if (!std::all_of(from, to, [](const auto& reading) { return reading.done; })) break;
        const auto failed =
            std::find_if(from, to, [](const auto& reading) { return reading.error.has_value(); });
        if (failed != to) {
            troubles_.push_back(*failed->error);
        } else {
            Look look{first.report, std::move(from->state), std::nullopt, first.stamp};
            if (first.invoice) look.invoice = std::move((from + 1)->state);
            out.push_back(std::move(look));
        }
        taken += size;
        begun_.pop_front();
    }
    readings_.erase(readings_.begin(), readings_.begin() + static_cast<std::ptrdiff_t>(taken));
    return out;
}

Result<std::vector<Look>> CrmLooks::step(std::int64_t stamp) {
    begin_more(stamp);
    if (readings_.empty()) return std::vector<Look>();
    books_.at("before read deal");
    const auto read = called(books_, crm_, [&] { return crm_.connector->read_objects(readings_); });
    books_.at("after read deal");
    if (!read) return read.error();
    return take_whole();
}

} // namespace hb::lanes
