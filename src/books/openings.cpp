#include "books/openings.h"

#include <algorithm>

#include "books/drafting.h"
#include "mapping/writes_crm.h"

namespace hb::books {
namespace {

using domain::State;

// What makes a line of two revisions the same one.
using LineKey = std::tuple<std::string, domain::Ref, std::string, std::string, bool>;

LineKey key_of(const domain::Line& line) {
    return {line.kind, line.task_ref, line.task_title, line.work_type, line.billable};
}

using Figures = std::pair<std::int64_t, std::int64_t>; // seconds and amount
using Lines = std::multimap<LineKey, Figures>;

Figures figures_of(const domain::Line& line) {
    return {line.worked_seconds + line.billed_seconds, line.amount};
}

// Takes out the equal one, else any other of the key. What is left at the end is gone.
void compare(Lines& before, const domain::Line& line, domain::Changes& out) {
    const auto [begin, end] = before.equal_range(key_of(line));
    if (begin == end) {
        ++out.added;
        return;
    }
    const auto same =
        std::find_if(begin, end, [&](const auto& each) { return each.second == figures_of(line); });
    if (same == end) ++out.changed;
    before.erase(same == end ? begin : same);
}

} // namespace

bool was_opened(const Reading& read, std::int64_t report, int revision) {
    const auto looks = read->openings.of_report(report);
    return std::any_of(looks.begin(), looks.end(),
                       [&](const auto& look) { return look.revision == revision; });
}

bool note_opening(Books& books, std::int64_t report, int revision, store::LinkKind by,
                  const Actor& actor) {
    Step step = books.begin(actor);
    const auto row = step->reports.find(report);
    if (!row || !domain::was_sent(row->state) || row->revision != revision) return false;
    if (was_opened(step, report, revision)) return false;
    step->events.add(step.now(), step.actor(), "report.opened", report, row->number.value_or(""),
                     EventData().add("revision", revision).add("by", to_string(by)).text());
    step.done();
    return true;
}

void note_looks(const Reading& read, const store::ReportRow& row, domain::ReportView& view) {
    const auto looks = read->openings.of_report(row.id);
    if (looks.empty()) return;
    view.opened = domain::Opened{looks.front().at, looks.back().at, looks.back().revision};
    if (row.state != State::Sent) return;
    for (const auto& look : looks)
        if (look.revision < row.revision)
            view.changed_since = std::max(view.changed_since, look.revision);
}

domain::Changes changes_since(const Reading& read, int since, const store::ReportRow& row,
                              const domain::ReportView& now) {
    domain::Changes out;
    const auto revision = read->reports.find_revision(row.id, since);
    if (!revision) return out;
    const auto total =
        domain::parse_amount(mapping::read_text_member(revision->canonical, "total"), now.currency);
    out.total_before = total ? *total : now.totals.total;
    Lines before;
    for (const auto& line : read->reports.lines(row.id, since)) {
        out.seconds_before += line.line.billable ? line.line.billed_seconds : 0;
        before.emplace(key_of(line.line), figures_of(line.line));
    }
    for (const auto& line : now.lines) compare(before, line, out);
    out.gone = static_cast<int>(before.size());
    return out;
}

} // namespace hb::books
