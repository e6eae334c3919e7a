#include "books/viewing.h"

#include <set>

#include "base/digest.h"
#include "base/text.h"
#include "base/wall_clock.h"
#include "books/client_links.h"
#include "books/openings.h"
#include "books/own_company.h"
#include "books/questions.h"
#include "books/report_words.h"
#include "mapping/contract_file.h"
#include "mapping/parts.h"
#include "render/brand.h"

namespace hb::books {
namespace {

// Unreadable records that are looked at for one statement; a planner with more has stopped making
// sense as a whole, and `check` says so.
constexpr std::int64_t kUnreadMax = 1000;

// The completeness statement as it was frozen.
std::optional<domain::Completeness> frozen_completeness(const std::string& canonical) {
    const auto told = mapping::read_integers(canonical, "/completeness");
    if (told.empty()) return std::nullopt;
    const auto number = [&](const std::string& name) -> std::int64_t {
        const auto found = told.find(name);
        return found == told.end() ? 0 : found->second;
    };
    domain::Completeness c;
    c.source_seconds = number("source_seconds");
    c.billed_work_seconds = number("billed_work_seconds");
    c.nonbillable_seconds = number("nonbillable_seconds");
    c.held_seconds = number("held_seconds");
    c.late_seconds = number("late_seconds");
    c.excluded_seconds = number("excluded_seconds");
    c.filtered_seconds = number("filtered_seconds");
    c.external_seconds = number("external_seconds");
    c.written_off_seconds = number("written_off_seconds");
    c.no_task_seconds = number("no_task_seconds");
    c.long_seconds = number("long_seconds");
    c.unread_records = number("unread_records");
    c.unread_seconds = number("unread_seconds");
    c.from_other_periods_seconds = number("from_other_periods_seconds");
    return c;
}

// Who agreed, as they wrote it into the page's form: "page:198.51.100.7 Ann Lee <ann@x.by>". Agreed
// to in another way, it was staff, and the client does not see who.
std::string named_on_page(const std::string& actor) {
    if (!actor.starts_with("page:")) return {};
    const std::size_t begin = std::min(actor.find(' '), actor.size());
    const std::size_t end = std::min(actor.find(" <", begin), actor.size());
    return std::string(trim(std::string_view(actor).substr(begin, end - begin)));
}

// By the brand: what terms and invoices of the CRM say of it is not read.
void add_due(domain::ReportView& view, const store::ReportRow& row,
             const domain::Contract& contract) {
    if (!view.brand || view.brand->payment_days == 0 || !row.invoiced_at) return;
    if (const auto zone = Zone::find(contract.time_zone))
        view.due_on = zone->day_of(*row.invoiced_at) + std::chrono::days{view.brand->payment_days};
}

} // namespace

std::optional<std::int64_t> report_of(const Reading& read, const domain::Ref& what) {
    const auto remote = read->sources.find_remote(what.remote);
    if (!remote) return std::nullopt;
    if (what.kind == "card") {
        const auto card = read->cards.find(remote->id, what.id);
        return card ? card->report : std::nullopt;
    }
    const auto create = domain::create_of(what.kind);
    return create ? read->outbox.report_of(remote->id, *create, what.id) : std::nullopt;
}

std::string link_token(const Settings& settings, std::int64_t report, std::int64_t link) {
    return base64url(hmac_sha256(settings.key.reveal(), "report-link:" + std::to_string(report) +
                                                            ":" + std::to_string(link)));
}

std::string link_url(const Settings& settings, std::int64_t report, std::int64_t link) {
    return settings.public_url + "/r/" + link_token(settings, report, link);
}

domain::LinkPart link_part(const store::ReportRow& row) {
    return {row.id, row.link};
}

std::string Viewing::url(const store::ReportRow& row) {
    return link_url(read_.settings, row.id, row.link);
}

std::optional<domain::Party> Viewing::own_company(const domain::Contract& contract) {
    const auto own = own_company_of(read_, contract.own_company);
    if (!own.ref) return std::nullopt;
    const auto company = read_->sources.find_company(*own.ref);
    return domain::Party{*own.ref, company ? company->name : ""};
}

void Viewing::add_frame(domain::ReportView& view, const store::ReportRow& row) {
    const auto client = read_->sources.find_company(row.client);
    view.client_ref = client ? to_string(client->ref) : "";
    view.client_name = client ? client->name : "";
    view.state = row.state;
    if (row.id != 0) view.id = row.id;
    view.period = row.period;
    view.filter_json = row.filter;
    view.note = row.note;
    if (row.id != 0) view.questions = asked_of(read_, row.id);
    view.drifted = row.drifted;
    view.paid = row.settled + row.written_off;
    view.surplus = row.surplus;
    const auto currency = domain::find_currency(row.currency);
    ensure(currency.ok(), "a report's currency is known");
    view.currency = *currency;
    if (const auto contract = drafting_.contract(row.contract)) {
        view.own_company = own_company(*contract);
        view.brand =
            render::brand_of(read_.settings.brands,
                             view.own_company ? to_string(view.own_company->ref) : std::string(),
                             own_companies(read_).size() <= 1);
        view.vat = contract->vat;
        view.people = contract->people;
        view.locale = contract->locale.empty() ? read_.settings.locale : contract->locale;
        view.rounding = contract->rounding;
        if (row.agreed_at)
            if (const auto zone = Zone::find(contract->time_zone))
                view.agreed_on = zone->day_of(*row.agreed_at),
                view.agreed_time = wall_clock_text(*row.agreed_at, *zone).substr(11, 5);
        add_due(view, row, *contract);
    }
    view.agreed_by = named_on_page(row.agreed_by.value_or(""));
    const bool draft = row.state == domain::State::Draft;
    if (!draft) view.number = row.number;
    if (!draft && row.link_digest && !read_.settings.key.empty()) view.url = url(row);
    if (row.revision > 0) {
        view.archive_url = archive_url(read_, row.client);
        note_looks(read_, row, view);
    }
    if (draft && row.id != 0) view.preview_url = preview_url(read_, row.id);
    if (row.id != 0) {
        const auto deal = read_->outbox.of_purpose(domain::Purpose::deal(row.id));
        if (deal && deal->state == store::OpState::Done)
            view.deal =
                to_string(domain::Ref{read_.remote_name(deal->remote), "deal", deal->remote_id});
        const auto invoice = read_->outbox.of_purpose(domain::Purpose::invoice(row.id));
        if (invoice && invoice->state == store::OpState::Done)
            view.invoice = to_string(
                domain::Ref{read_.remote_name(invoice->remote), "invoice", invoice->remote_id});
        if (const auto card = read_->cards.of_report(row.id))
            view.card =
                to_string(domain::Ref{read_.remote_name(card->remote), "card", card->remote_id});
        for (const auto& document : read_->documents.of_report(row.id))
            view.documents.push_back(to_string(
                domain::Ref{read_.remote_name(document.remote), "document", document.remote_id}));
    }
    for (const auto& remote : read_.remotes()) {
        std::optional<Instant> fresh;
        for (const auto& cursor : read_->sources.cursors(remote->row.id))
            if (cursor.stream == "entries" && cursor.completed_at &&
                (!fresh || *cursor.completed_at > *fresh))
                fresh = cursor.completed_at;
        if (fresh) view.freshness[remote->row.name] = format_instant(*fresh);
    }
}

domain::ReportView Viewing::of(const store::ReportRow& row, bool with_lines) {
    if (row.state == domain::State::Draft && with_lines) {
        const auto contract = drafting_.contract(row.contract);
        auto filter = mapping::parse_filter(row.filter);
        ensure(contract.has_value() && filter.ok(), "a draft's contract and filter can be read");
        filter->from = row.period.from;
        const auto input = drafting_.input(row.client, *contract, *filter, row.id);
        return of_draft(row, domain::evaluate(input), input);
    }
    if (row.state == domain::State::Draft) return head(row);
    domain::ReportView view = with_lines ? frozen(row) : with_text(row);
    if (!with_lines) return view;
    for (auto& late : drafting_.late_adjustments(row.client, false))
        if (late.report == row.number) view.late.push_back(std::move(late));
    return view;
}

domain::ReportView Viewing::head(const store::ReportRow& row) {
    domain::ReportView view;
    add_frame(view, row);
    view.worked_seconds = row.worked_seconds;
    view.billed_seconds = row.billed_seconds;
    view.nonbillable_seconds = row.nonbillable_seconds;
    view.totals = {row.subtotal, row.vat, row.total};
    if (row.state == domain::State::Draft) return view;
    const int shown = store::counting_revision(row);
    if (auto hash = read_->reports.revision_hash(row.id, shown)) {
        view.revision = shown;
        view.hash = std::move(*hash);
    }
    return view;
}

domain::ReportView Viewing::with_text(const store::ReportRow& row) {
    domain::ReportView view = head(row);
    if (auto revision = read_->reports.find_revision(row.id, store::counting_revision(row))) {
        view.canonical = std::move(revision->canonical);
        view.completeness = frozen_completeness(view.canonical);
        view.frozen_at = revision->frozen_at;
    }
    return view;
}

domain::ReportView Viewing::frozen(const store::ReportRow& row) {
    domain::ReportView view = with_text(row);
    auto lines = read_->reports.lines(row.id, store::counting_revision(row));
    view.lines.reserve(lines.size());
    for (auto& line : lines) {
        line.line.people = parse_people(line.people);
        view.lines.push_back(std::move(line.line));
    }
    if (view.changed_since > 0) view.changes = changes_since(read_, view.changed_since, row, view);
    add_words(view, row);
    return view;
}

void Viewing::add_words(domain::ReportView& view, const store::ReportRow& row) {
    if (const auto contract = drafting_.contract(row.contract))
        view.words = words_of(read_, row, view.revision, view.lines, *contract);
}

domain::ReportView Viewing::of_draft(const store::ReportRow& row, const domain::Draft& draft,
                                     const domain::DraftInput& input) {
    domain::ReportView view;
    add_frame(view, row);
    view.worked_seconds = draft.worked_seconds;
    view.billed_seconds = draft.billed_seconds;
    view.nonbillable_seconds = draft.nonbillable_seconds;
    view.totals = draft.totals;
    view.lines = draft.lines;
    add_words(view, row);
    view.completeness = completeness(row, draft, input);
    std::map<std::int64_t, const domain::EntryFacts*> entries;
    for (const auto& entry : input.entries) entries[entry.id] = &entry;
    for (const auto& fate : draft.fates) {
        const bool shown = fate.fate == domain::Fate::Held || fate.fate == domain::Fate::Late ||
                           fate.fate == domain::Fate::Excluded ||
                           fate.fate == domain::Fate::WrittenOff ||
                           fate.fate == domain::Fate::NoTask ||
                           fate.fate == domain::Fate::External || fate.fate == domain::Fate::Long;
        if (!shown) continue;
        const auto& entry = *entries.at(fate.entry);
        if (entry.seconds == 0) continue;
        domain::ExcludedRow excluded;
        excluded.entry = to_string(entry.ref);
        excluded.seconds = entry.seconds;
        if (fate.report != 0) excluded.report = fate.report;
        excluded.why = fate.why.empty() ? to_string(fate.fate) : fate.why;
        view.excluded.push_back(std::move(excluded));
    }
    view.late = drafting_.late_rows(row.client, row.period.from, false);
    // What this very draft will bill is not waiting any more.
    std::set<std::string> taken;
    for (const auto& fate : draft.fates)
        if (fate.fate == domain::Fate::Taken) taken.insert(to_string(entries.at(fate.entry)->ref));
    std::erase_if(view.late, [&](const domain::LateRow& late) {
        return late.kind == "entry" && taken.count(late.ref);
    });
    view.warnings = warnings(row, draft, input);
    return view;
}

domain::Revision Viewing::revision(const store::ReportRow& row) {
    domain::Revision revision;
    const auto contract = drafting_.contract(row.contract);
    auto filter = mapping::parse_filter(row.filter);
    ensure(contract.has_value() && filter.ok(), "a report's contract and filter can be read");
    const auto client = read_->sources.find_company(row.client);
    revision.number = row.number.value_or("");
    revision.n = row.revision;
    revision.client = {client->ref, client->name};
    revision.own_company = own_company(*contract);
    revision.contract = *contract;
    revision.period = row.period;
    revision.filter = std::move(*filter);
    revision.filter.from = row.period.from;
    revision.worked_seconds = row.worked_seconds;
    revision.billed_seconds = row.billed_seconds;
    revision.nonbillable_seconds = row.nonbillable_seconds;
    revision.totals = {row.subtotal, row.vat, row.total};
    for (auto& line : read_->reports.lines(row.id, row.revision)) {
        line.line.people = parse_people(line.people);
        revision.lines.push_back(std::move(line.line));
    }
    return revision;
}

domain::Revision Viewing::revision(const store::ReportRow& row, const domain::Draft& draft,
                                   const domain::DraftInput& input) {
    domain::Revision out;
    const auto client = read_->sources.find_company(row.client);
    out.number = row.number.value_or("");
    out.n = row.revision;
    out.client = {client->ref, client->name};
    out.own_company = own_company(input.contract);
    out.contract = input.contract;
    out.period = row.period;
    out.filter = input.filter;
    out.worked_seconds = draft.worked_seconds;
    out.billed_seconds = draft.billed_seconds;
    out.nonbillable_seconds = draft.nonbillable_seconds;
    out.totals = draft.totals;
    out.lines = draft.lines;
    out.completeness = completeness(row, draft, input);
    return out;
}

domain::Completeness Viewing::completeness(const store::ReportRow& row, const domain::Draft& draft,
                                           const domain::DraftInput& input) {
    auto out = domain::completeness_of(draft, input.entries, row.period);
    for (const auto& remote : read_.remotes()) {
        if (!remote->mapping || read_->sources.count_problems(remote->row.id, "entries") == 0)
            continue;
        for (const auto& problem : read_->sources.problems(kUnreadMax)) {
            if (problem.remote != remote->row.name || problem.stream != "entries") continue;
            const auto read =
                remote->mapping->apply({problem.stream, problem.id, problem.text, ""});
            if (read.fact || read.task.empty()) continue;
            const auto task = read_->sources.find_task({problem.remote, "task", read.task});
            if (!task || task->client != row.client) continue;
            ++out.unread_records;
            out.unread_seconds += std::max<std::int64_t>(0, read.seconds.value_or(0));
        }
    }
    return out;
}

} // namespace hb::books
