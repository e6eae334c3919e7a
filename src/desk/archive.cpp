#include "desk/archive.h"

#include <algorithm>

namespace hb::desk {
namespace {

using domain::State;

// A recalled report is not listed until it is sent again; nor is a draft that was cancelled.
bool is_listed(const store::ReportRow& row) {
    return row.state != State::Draft && row.revision > 0 && row.number;
}

bool ended(State state) {
    return state == State::Cancelled || state == State::Credited;
}

ArchivedReport archived_row(const Reading& read, const store::ReportRow& row) {
    ArchivedReport out;
    out.report = row.id;
    out.number = row.number.value_or("");
    out.period = row.period;
    out.state = row.state;
    if (const auto currency = domain::find_currency(row.currency)) out.currency = *currency;
    out.figures = !ended(row.state);
    out.total = row.total;
    out.due = row.total - row.settled - row.written_off;
    if (!row.link_digest) return out;
    const std::string token = link_token(read.settings, row.id, row.link);
    if (live_link(read, token)) out.token = token;
    return out;
}

std::optional<std::int64_t> client_behind(const Reading& read, std::string_view token) {
    const auto link = live_link(read, token);
    if (!link || link->kind != store::LinkKind::Archive) return std::nullopt;
    return link->client;
}

} // namespace

std::optional<Archive> archive_behind(const Reading& read, std::string_view token) {
    const auto client = client_behind(read, token);
    if (!client) return std::nullopt;
    auto rows = read->reports.list(std::nullopt, *client);
    std::erase_if(rows, [](const auto& row) { return !is_listed(row); });
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
        return std::tie(a.period.to, a.period.from, a.id) >
               std::tie(b.period.to, b.period.from, b.id);
    });
    Archive out;
    out.locale = read.settings.locale;
    const auto company = read->sources.find_company(*client);
    out.client_name = company ? company->name : "";
    if (!rows.empty()) {
        const auto newest = books::Viewing(read).head(rows.front());
        out.locale = newest.locale;
        out.company = newest.own_company ? newest.own_company->name : "";
    }
    for (const auto& row : rows) out.reports.push_back(archived_row(read, row));
    return out;
}

std::optional<books::ByToken> archived(const Reading& read, std::string_view token,
                                       std::string_view number, books::Detail detail) {
    const auto client = client_behind(read, token);
    if (!client) return std::nullopt;
    const auto row = read->reports.find_number(number);
    if (!row || row->client != *client || row->revision == 0) return std::nullopt;
    books::ByToken found;
    found.link = *live_link(read, token);
    found.report = row->id;
    found.withdrawn = row->state == State::Draft || ended(row->state);
    books::Viewing viewing(read);
    const bool whole = detail == books::Detail::Whole && !found.withdrawn;
    found.view = whole ? viewing.frozen(*row) : viewing.head(*row);
    return found;
}

} // namespace hb::desk
