#include "books/lookup.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "books/client_links.h"
#include "books/draft_rows.h"
#include "books/unknown.h"
#include "domain/same_text.h"
#include "voices/drafts.h"

namespace hb::books {

namespace say = voices::drafts;

using domain::State;

Status Lookup::check_filter(const domain::Filter& filter) {
    const auto client = read_->sources.find_company(filter.company);
    if (!client) return unknown(read_, filter.company);
    for (const auto& project : filter.projects)
        if (!read_->sources.find_project(project)) return unknown(read_, project);
    if (filter.work_type.empty()) return {};
    std::set<std::string> known;
    Drafting drafting(read_);
    for (const auto& terms : drafting.contracts_of(client->id))
        for (const auto& row : terms.work_types) {
            if (domain::same_text(row.type, filter.work_type)) return {};
            known.insert(row.type);
        }
    if (known.empty())
        return voices::refuse<say::kNoWorkTypes>(Code::NotFound, filter.work_type, client->name);
    return voices::refuse<say::kUnknownWorkType>(Code::NotFound, filter.work_type,
                                                 join({known.begin(), known.end()}, ", "));
}

Result<Created> Lookup::preview(const domain::Filter& filter, const Actor& actor) {
    if (auto fine = check_filter(filter); !fine) return fine.error();
    Viewing viewing(read_);
    const auto wanted = want(read_, viewing, filter, actor);
    if (!wanted) return wanted.error();
    Created out;
    out.view = viewing.of_draft(wanted->row, wanted->draft, wanted->input);
    out.exit_code = wanted->draft.empty() ? nothing_free(wanted->draft) : something_held(out.view);
    return out;
}

Result<domain::ReportView> Lookup::show(std::int64_t report) {
    const auto row = read_->reports.find(report);
    if (!row) return unknown_report(report);
    return Viewing(read_).of(*row);
}

std::vector<domain::ReportView> Lookup::list(std::optional<State> state,
                                             std::optional<std::int64_t> client,
                                             std::string_view search) {
    std::vector<domain::ReportView> out;
    Viewing viewing(read_);
    for (const auto& row : read_->reports.list(state, client)) {
        auto view = viewing.of(row, false);
        if (!search.empty()) {
            const std::string text =
                fold_case(std::to_string(row.id) + " " + row.number.value_or("") + " " +
                          view.client_ref + " " + view.client_name + " " + view.deal.value_or("") +
                          " " + view.invoice.value_or(""));
            bool hit = text.find(fold_case(search)) != std::string::npos;
            if (!hit) { // an id of a task, entry or payment on it (M-S20)
                const auto ref = domain::parse_ref(search);
                if (ref && (ref->kind == "task" || ref->kind == "entry")) {
                    for (const auto& line :
                         read_->reports.lines(row.id, store::counting_revision(row)))
                        if (line.line.task_ref == *ref) hit = true;
                    if (const auto entry = read_->sources.find_entry(*ref))
                        hit = hit || entry->live_report == row.id;
                }
                for (const auto& payment : read_->reports.payments(row.id))
                    if (payment.ref == search || payment.external_id == search) hit = true;
            }
            if (!hit) continue;
        }
        out.push_back(std::move(view));
    }
    return out;
}

Result<std::int64_t> Lookup::find_report(std::string_view id_or_number) {
    if (const auto number = read_->reports.find_number(id_or_number)) return number->id;
    if (const auto id = parse_integer(id_or_number))
        if (read_->reports.find(*id)) return *id;
    return voices::refuse<say::kUnknownReport>(Code::NotFound,
                                               "\"" + std::string(id_or_number) + "\"");
}

std::map<std::string, std::vector<std::string>> Lookup::entries_to_read(std::int64_t report) {
    std::map<std::string, std::vector<std::string>> out;
    for (const auto& entry : read_->sources.entries_of_report(report))
        out[entry.ref.remote].push_back(entry.ref.id);
    return out;
}

std::string Lookup::fingerprint(std::int64_t report) {
    const auto row = read_->reports.find(report);
    if (!row || row->state != State::Draft) return "";
    Viewing viewing(read_);
    return bill_print(evaluate_row(viewing, *row).draft);
}

std::optional<ByToken> Lookup::by_token(std::string_view token, Detail detail) {
    auto link = live_link(read_, token);
    if (!link || (link->kind != store::LinkKind::Report && link->kind != store::LinkKind::Share))
        return std::nullopt;
    const auto row = read_->reports.find(link->report.value_or(0));
    ensure(row.has_value(), "a link's report is there");
    ByToken found;
    found.link = std::move(*link);
    found.report = row->id;
    found.withdrawn = row->state == State::Draft || row->state == State::Cancelled ||
                      row->state == State::Credited;
    Viewing viewing(read_);
    const bool whole = detail == Detail::Whole && !found.withdrawn;
    found.view = whole ? viewing.frozen(*row) : viewing.head(*row);
    found.seen = found.view.opened && found.view.opened->revision == row->revision;
    return found;
}

std::vector<domain::LateRow> Lookup::late(std::optional<std::int64_t> client, bool all) {
    std::set<std::int64_t> clients;
    for (const auto& contract : read_->contracts.all())
        if (!client || *client == contract.client) clients.insert(contract.client);
    std::vector<domain::LateRow> rows;
    Drafting drafting(read_);
    for (const auto id : clients)
        for (auto& row : drafting.late_rows(id, std::nullopt, all)) rows.push_back(std::move(row));
    return rows;
}

std::vector<domain::Contract> Lookup::contracts_of(std::int64_t client) {
    return Drafting(read_).contracts_of(client);
}

std::optional<domain::Contract> Lookup::contract_on(std::int64_t client, Day day) {
    std::optional<domain::Contract> in_force;
    Drafting drafting(read_);
    for (const auto& contract : drafting.contracts_of(client))
        if (contract.valid_from <= day &&
            (!in_force || contract.valid_from >= in_force->valid_from))
            in_force = contract;
    return in_force;
}

std::optional<int> Lookup::percent_of_task(std::int64_t task) {
    return Drafting(read_).percent_paid(task);
}

} // namespace hb::books
