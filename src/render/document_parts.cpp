#include "render/document_parts.h"

#include <map>

#include "base/clean.h"
#include "base/text.h"
#include "json/value.h"

namespace hb::render {

namespace {

using domain::Line;
using domain::VatMode;

// So much of the hash tells two revisions apart when somebody reads it out.
constexpr std::size_t kFingerprintCharacters = 8;

void add_groups(DocumentParts& parts, const domain::ReportView& view) {
    std::map<domain::Ref, std::size_t> index;
    std::size_t number = 0;
    for (const Line& line : view.lines) {
        ++number;
        if (!line.billable) {
            parts.free.push_back({number, &line});
            continue;
        }
        const auto [at, added] = index.try_emplace(line.project, parts.groups.size());
        if (added)
            parts.groups.push_back({line.project_name.empty() ? std::string(parts.words.no_project)
                                                              : document_text(line.project_name),
                                    {},
                                    0,
                                    0});
        DocumentGroup& group = parts.groups[at->second];
        group.lines.push_back({number, &line});
        group.billed_seconds += line.billed_seconds;
        group.amount += line.amount;
    }
}

// Net, VAT and total are always in files; the order says which of them is the sum of the lines.
void add_sums(DocumentParts& parts, const domain::ReportView& view) {
    const Words& words = parts.words;
    const std::string rate = domain::format_vat_rate(view.vat.rate_e4);
    const auto add = [&](SumKind kind, std::string_view word, std::int64_t minor) {
        parts.sums.push_back({kind, filled(word, rate), minor});
    };
    if (view.vat.mode == VatMode::Added) {
        add(SumKind::Subtotal, words.sum_of_lines, view.totals.subtotal);
        add(SumKind::Vat, words.vat, view.totals.vat);
    }
    add(SumKind::Total, words.total, view.totals.total);
    if (view.vat.mode == VatMode::Included) {
        add(SumKind::Vat, words.vat_included, view.totals.vat);
        add(SumKind::Subtotal, words.sum_of_lines, view.totals.subtotal);
    }
    if (view.vat.mode == VatMode::None) add(SumKind::NoVat, words.no_vat, 0);
}

void add_completeness(DocumentParts& parts, const domain::ReportView& view) {
    if (!view.completeness) return;
    const Words& words = parts.words;
    const domain::Completeness& rows = *view.completeness;
    parts.complete_rows = complete_rows(words, rows);
    const bool split =
        parts.complete_rows.size() > 1 || rows.source_seconds != rows.billed_work_seconds;
    if (!split) parts.complete_rows.clear();
    parts.complete_text = filled(split ? words.complete_source : words.complete_all_here,
                                 shown_time(rows.source_seconds));
    if (rows.unread_records != 0)
        parts.complete_notes.push_back(
            filled(rows.unread_seconds != 0 ? words.unread_hours : words.unread,
                   std::to_string(rows.unread_records), shown_time(rows.unread_seconds)));
    if (rows.from_other_periods_seconds != 0)
        parts.complete_notes.push_back(
            filled(words.other_periods, shown_time(rows.from_other_periods_seconds)));
}

void add_facts(DocumentParts& parts, const domain::ReportView& view) {
    const Words& words = parts.words;
    const auto add = [&](std::string_view word, std::string value) {
        if (!value.empty()) parts.facts.push_back({std::string(word), std::move(value)});
    };
    add(words.number, parts.draft ? std::string(words.draft) : document_text(*view.number));
    add(words.period, parts.period);
    add(words.for_client, parts.client);
    if (view.revision > 1) add(words.revision, std::to_string(view.revision));
}

// As they were called when the report was frozen, whatever the CRM calls them today.
void add_parties(DocumentParts& parts, const domain::ReportView& view) {
    parts.company = view.own_company ? document_text(view.own_company->name) : "";
    parts.client = document_text(view.client_name);
    if (view.canonical.empty()) return;
    const auto frozen = json::Document::parse(view.canonical);
    ensure(frozen.ok(), "the frozen text of a report is not JSON");
    const json::Value root = frozen->root();
    if (const auto name = root["client"]["name"].text_view()) parts.client = document_text(*name);
    if (const auto name = root["own_company"]["name"].text_view())
        parts.company = document_text(*name);
}

bool is_safe_in_header(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_';
}

} // namespace

std::string document_text(std::string_view text, std::size_t characters) {
    std::string out;
    const std::string clean = for_people(text, Lines::Join);
    for (std::size_t i = 0; i < clean.size(); ++i) {
        // U+FFFE and U+FFFF are no characters, and XML has no way to write them.
        if (clean.compare(i, 2, "\xEF\xBF") == 0 &&
            static_cast<unsigned char>(clean[i + 2]) >= 0xBE)
            i += 2;
        else
            out += clean[i];
    }
    return shorten(out, characters);
}

Instant made_at(const domain::ReportView& view) {
    return view.frozen_at.value_or(Instant{view.period.to});
}

std::string line_people(const domain::ReportView& view, const Line& line) {
    if (view.people == domain::PeopleShown::Hidden) return {};
    std::vector<std::string> shares;
    for (const domain::PersonShare& share : line.people)
        shares.push_back(line.people.size() == 1 ? share.name
                                                 : share.name + " " + shown_time(share.seconds));
    return document_text(join(shares, ", "));
}

std::string line_note(const Words& words, const domain::ReportView& view, const Line& line) {
    std::vector<std::string> parts;
    const auto add = [&](std::string part) {
        if (!part.empty()) parts.push_back(std::move(part));
    };
    add(line.kind == "adjustment" ? std::string(words.correction) : "");
    add(line.billable ? line_type(view, line) : "");
    add(line_people(view, line));
    return join(parts, " · ");
}

std::string line_reason(const Words& words, const domain::ReportView& view, const Line& line) {
    if (line.reason == domain::kPlannerReason) return std::string(words.planner_reason);
    const auto found = view.words.reasons.find(line.reason);
    return document_text(found == view.words.reasons.end() ? line.reason : found->second);
}

std::string line_type(const domain::ReportView& view, const Line& line) {
    return document_text(shown_type(view.words, line));
}

std::vector<DocumentFact> complete_rows(const Words& words, const domain::Completeness& rows) {
    const std::pair<std::int64_t, std::string_view> all[] = {
        {rows.billed_work_seconds, words.row_billed},
        {rows.nonbillable_seconds, words.row_free},
        {rows.held_seconds, words.row_held},
        {rows.late_seconds, words.row_late},
        {rows.excluded_seconds, words.row_excluded},
        {rows.filtered_seconds, words.row_filtered},
        {rows.external_seconds, words.row_external},
        {rows.written_off_seconds, words.row_written_off},
        {rows.no_task_seconds, words.row_no_task},
        {rows.long_seconds, words.row_long}};
    std::vector<DocumentFact> shown;
    for (const auto& [seconds, word] : all)
        if (seconds != 0) shown.push_back({shown_time(seconds), std::string(word)});
    return shown;
}

DocumentParts parts_of(const domain::ReportView& view) {
    const Words& words = words_for(view.locale);
    DocumentParts parts(words);
    parts.draft = view.state == domain::State::Draft || !view.number;
    parts.heading = words.report_title;
    parts.name = parts.draft ? std::string(words.draft)
                             : std::string(words.report) + " " + document_text(*view.number);
    add_parties(parts, view);
    parts.period = shown_period(words, view.period);
    parts.rounded = view.rounding.level != domain::RoundingLevel::None;
    parts.amount_word = view.vat.mode == VatMode::Added ? filled(words.before_vat, words.amount)
                                                        : std::string(words.amount);
    add_facts(parts, view);
    add_groups(parts, view);
    add_sums(parts, view);
    add_completeness(parts, view);
    parts.rules = {shown_rounding(words, view.rounding), std::string(words.price_rule)};
    if (!parts.draft && !view.hash.empty())
        parts.fingerprint = std::string(words.revision) + " " + std::to_string(view.revision) +
                            " · " + view.hash.substr(0, kFingerprintCharacters);
    return parts;
}

std::string document_name(const domain::ReportView& view, std::string_view extension) {
    const bool draft = view.state == domain::State::Draft;
    std::string name = draft ? "draft-" : "";
    const std::string of_report =
        draft ? std::to_string(view.id.value_or(0)) : view.number.value_or("report");
    for (const char c : of_report) name += is_safe_in_header(c) ? c : '_';
    return name + "." + std::string(extension);
}

} // namespace hb::render
