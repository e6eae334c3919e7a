#include "books/draft_rows.h"

#include <algorithm>
#include <tuple>

#include "base/digest.h"
#include "books/unknown.h"
#include "mapping/contract_file.h"
#include "voices/drafts.h"

namespace hb::books {

namespace say = voices::drafts;

void take_sums(store::ReportRow& row, const domain::Draft& draft) {
    row.worked_seconds = draft.worked_seconds;
    row.billed_seconds = draft.billed_seconds;
    row.nonbillable_seconds = draft.nonbillable_seconds;
    row.subtotal = draft.totals.subtotal;
    row.vat = draft.totals.vat;
    row.total = draft.totals.total;
}

std::vector<std::string> people_of(const std::vector<domain::Line>& lines) {
    std::vector<std::string> out;
    for (const auto& line : lines) out.push_back(people_text(line.people));
    return out;
}

static std::string print_of(const domain::Draft& draft, bool with_idle) {
    std::string text;
    for (const auto& line : draft.lines) {
        text += line.kind + "|" + std::to_string(line.task) + "|" + line.work_type + "|" +
                std::to_string(line.rate) + "|" + std::to_string(line.billable) + "|" +
                line.reason + "|" + std::to_string(line.worked_seconds) + "|" +
                std::to_string(line.billed_seconds) + "|" + std::to_string(line.amount) + "|" +
                std::to_string(line.gross) + "\n";
        for (const auto& share : line.allocations)
            if (with_idle || share.seconds != 0 || share.origin != "work")
                text += " " + std::to_string(share.entry) + "/" + std::to_string(share.revision) +
                        "/" + std::to_string(share.seconds) + "/" + share.origin + "\n";
    }
    return sha256_hex(text);
}

std::string bill_print(const domain::Draft& draft) {
    return print_of(draft, false);
}

Error unknown_report(std::int64_t id) {
    return voices::refuse<say::kUnknownReport>(Code::NotFound, std::to_string(id));
}

std::string total_text(const store::ReportRow& row) {
    const auto currency = domain::find_currency(row.currency);
    return domain::format_amount(row.total, currency ? *currency : domain::Currency{}) + " " +
           row.currency;
}

Evaluated evaluate_row(Viewing& viewing, const store::ReportRow& row) {
    const auto contract = viewing.drafting().contract(row.contract);
    auto filter = mapping::parse_filter(row.filter);
    ensure(contract.has_value() && filter.ok(), "a draft's contract and filter can be read");
    // A period without a beginning was resolved when the draft was made; it stays.
    filter->from = row.period.from;
    Evaluated out;
    out.input = viewing.drafting().input(row.client, *contract, *filter, row.id);
    out.draft = domain::evaluate(out.input);
    return out;
}

// Stores a draft's evaluation when it differs from what stands.
bool store_draft(Step& step, store::ReportRow& row, const domain::Draft& draft) {
    domain::Draft stored;
    for (auto& line : step->reports.lines(row.id, 0)) {
        for (const auto& share : step->reports.allocations_of_line(line.id))
            line.line.allocations.push_back(
                {share.entry, share.entry_revision, share.seconds, share.origin});
        stored.lines.push_back(std::move(line.line));
    }
    const auto sorted = [](domain::Draft d) {
        for (auto& line : d.lines)
            std::sort(line.allocations.begin(), line.allocations.end(),
                      [](const auto& a, const auto& b) {
                          return std::tie(a.entry, a.origin) < std::tie(b.entry, b.origin);
                      });
        return d;
    };
    store::ReportRow fresh = row;
    take_sums(fresh, draft);
    const bool same_sums = fresh.total == row.total && fresh.worked_seconds == row.worked_seconds &&
                           fresh.vat == row.vat && fresh.billed_seconds == row.billed_seconds &&
                           fresh.nonbillable_seconds == row.nonbillable_seconds;
    if (same_sums && print_of(sorted(stored), true) == print_of(sorted(draft), true)) return false;
    step->reports.replace_draft(row.id, draft.lines, people_of(draft.lines));
    take_sums(row, draft);
    step->reports.update(row);
    return true;
}

Result<Wanted> want(const Reading& read, Viewing& viewing, const domain::Filter& filter,
                    const Actor& actor) {
    const auto client = read->sources.find_company(filter.company);
    if (!client) return unknown(read, filter.company);
    const auto contract = viewing.drafting().terms(client->id, filter);
    if (!contract) return contract.error();
    Wanted out;
    out.row.client = client->id;
    out.row.contract = contract->id;
    out.row.currency = contract->currency.code;
    out.row.filter = mapping::filter_text(filter);
    out.row.period = viewing.drafting().period_of(client->id, filter);
    out.row.created_at = read.now();
    out.row.created_by = actor.name;
    if (out.row.period.from > out.row.period.to)
        return voices::refuse<say::kPeriodEnds>(Code::Usage);
    out.input = viewing.drafting().input(client->id, *contract, filter, 0);
    out.draft = domain::evaluate(out.input);
    take_sums(out.row, out.draft);
    return out;
}

int nothing_free(const domain::Draft& draft) {
    return std::any_of(draft.fates.begin(), draft.fates.end(),
                       [](const auto& fate) {
                           return fate.fate == domain::Fate::Held ||
                                  fate.fate == domain::Fate::Late;
                       })
               ? 4
               : 1;
}

int something_held(const domain::ReportView& view) {
    return std::any_of(view.excluded.begin(), view.excluded.end(),
                       [](const auto& row) { return row.report.has_value(); })
               ? 1
               : 0;
}

} // namespace hb::books
