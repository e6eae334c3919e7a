#include "desk/terms.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "books/draft_rows.h"
#include "books/drafting.h"
#include "books/own_company.h"
#include "books/owners.h"
#include "books/settling.h"
#include "books/unbilled.h"
#include "domain/versions.h"
#include "mapping/contract_file.h"

namespace hb::desk {
namespace {

// G57. Several with none named keep reports from being sent, not terms from being written down.
Status check_own_company(const Reading& read, const domain::Contract& contract,
                         std::vector<std::string>& warnings) {
    using State = domain::OwnCompany::State;
    const auto own = own_company_of(read, contract.own_company);
    const auto trouble = own_company_trouble(read, contract);
    if (own.state == State::NotOwn) return Error{Code::Usage, trouble->message, "", trouble->hint};
    if (own.state == State::Several) warnings.push_back(trouble->message + "; " + trouble->hint);
    if (own.state != State::Unread) return {};
    const std::string name = to_string(*contract.own_company);
    const auto* remote = read.find_remote(contract.own_company->remote);
    if (remote != nullptr && read.crm() == remote) {
        for (const auto& cursor : read->sources.cursors(remote->row.id))
            if (cursor.stream == "companies" && cursor.completed_at)
                return Error{Code::NotFound, "no company " + name + " is known here", "",
                             "correct /own_company"};
        warnings.push_back("the companies of " + remote->row.name + " were not read yet, so " +
                           name + " was not checked to be one of your own");
        return {};
    }
    return Error{Code::Usage, name + " is no company of the CRM", "", "correct /own_company"};
}

// "3:00 h, 270.00 BYN"
std::string free_money(const Reading& read, std::int64_t client) {
    const auto time = free_time_of(read, client);
    return format_duration(time.seconds) + " h" +
           (time.amount ? ", " + domain::format_amount(*time.amount, time.currency) + " " +
                              time.currency.code
                        : "");
}

// Do these terms give any moment another day than those in force? The first ones of a client are
// taken to: until then its time has days by the configuration.
bool moves_days(const Reading& read, std::int64_t client, const domain::Contract& terms) {
    auto versions = books::Drafting(read).contracts_of(client);
    if (versions.empty()) return true;
    const domain::Calendar before(versions, read.settings.zone);
    versions.push_back(terms);
    return !before.same_days(domain::Calendar(versions, read.settings.zone));
}

// Asked before the lock is taken, since it looks at all free time of the client; "" where no day
// moves, so nobody is told.
std::string free_before(Books& books, const domain::Contract& terms) {
    const View view = books.view();
    const auto client = view->sources.find_company(terms.client);
    if (!client || !moves_days(view, client->id, terms)) return "";
    return free_money(view, client->id);
}

// What the rates name is known.
Status check_rates(const Reading& read, const domain::Contract& contract) {
    for (const auto& rule : contract.rates) {
        if (rule.project && !read->sources.find_project(*rule.project))
            return Error{Code::NotFound,
                         "a rate names " + to_string(*rule.project) + ", which is not known here",
                         "", "run hourbridge sync, or correct the reference"};
        if (rule.person && !read->sources.find_person(*rule.person))
            return Error{Code::NotFound,
                         "a rate names " + to_string(*rule.person) + ", who is not known here", "",
                         "run hourbridge sync, or correct the reference"};
    }
    return {};
}

// G12
Status check_currency(const Reading& read, const domain::Currency& currency,
                      const std::vector<std::string>& known, std::vector<std::string>& warnings) {
    const auto& settings = read.settings;
    if (settings.deal_create != "never" && !settings.crm_remote.empty() && currency.exponent == 3)
        return Error{Code::Usage, currency.code + " has three decimals, which the CRM can't hold",
                     "", "bill in another currency, or set crm.deal.create to never"};
    if (known.empty()) {
        warnings.push_back("the CRM's currencies are not known yet, so " + currency.code +
                           " was not checked");
        return {};
    }
    if (std::find(known.begin(), known.end(), currency.code) != known.end()) return {};
    return Error{Code::Usage, "the CRM does not know the currency " + currency.code, "",
                 "add it in Bitrix24 under CRM settings, or use one of: " + join(known, ", ")};
}

Result<store::CompanyRow> client_of(const Reading& read, const domain::Contract& contract) {
    const auto client = read->sources.find_company(contract.client);
    if (!client)
        return Error{Code::NotFound, "no company " + to_string(contract.client) + " is known here",
                     "", "run hourbridge sync first, or correct /client"};
    if (client->own)
        return Error{Code::Usage,
                     to_string(contract.client) + " (" + client->name +
                         ") is one of your own companies, not a client",
                     "", "put it into /own_company"};
    return *client;
}

// Drafts take the version in force on their last day; what was sent keeps its own (rules 13, 16).
void give_terms(Step& step, store::ReportRow row, std::vector<std::string>& warnings) {
    const std::string draft = "draft " + std::to_string(row.id);
    books::Drafting drafting(step);
    auto filter = mapping::parse_filter(row.filter);
    ensure(filter.ok(), "a stored filter can be read");
    filter->from = row.period.from;
    filter->to = row.period.to;
    const auto terms = drafting.terms(row.client, *filter);
    if (!terms) {
        warnings.push_back(draft + " keeps its terms: " + terms.error().message);
        return;
    }
    if (terms->currency.code != row.currency) {
        warnings.push_back(draft + " changes its currency to " + terms->currency.code);
        row.currency = terms->currency.code;
    }
    row.contract = terms->id;
    step->reports.update(row);
}

std::vector<store::ReportRow> drafts_of(const Reading& read, std::int64_t client) {
    auto rows = read->reports.drafts();
    std::erase_if(rows, [&](const store::ReportRow& row) { return row.client != client; });
    return rows;
}

// Puts a version in force, and settles what follows from it. Returns what of free and drafted time
// moved to another day.
store::Sources::DaysMoved put_in_force(Step& step, std::int64_t client, domain::Contract& contract,
                                       Applied& applied) {
    const bool days = moves_days(step, client, contract);
    std::map<std::int64_t, std::string> totals;
    for (const auto& row : drafts_of(step, client)) totals[row.id] = books::total_text(row);
    contract.id = step->contracts.add({0, client, contract.version, contract.valid_from,
                                       mapping::contract_text(contract), step.actor(), step.now()});
    step->events.add(step.now(), step.actor(), "contract.applied", std::nullopt,
                     to_string(contract.client),
                     books::EventData()
                         .add("version", contract.version)
                         .add("valid_from", format_day(contract.valid_from))
                         .text());
    store::Sources::DaysMoved moved;
    if (days) {
        const auto calendar_of = calendar_lookup(step);
        moved = step->sources.recompute_work_dates(client, calendar_of(client));
    }
    if (moved.entries > 0)
        applied.changes.push_back(std::to_string(moved.entries) +
                                  (moved.entries == 1 ? " time entry changes its day: "
                                                      : " time entries change their day: ") +
                                  format_duration(moved.seconds));
    for (auto& row : drafts_of(step, client)) give_terms(step, std::move(row), applied.warnings);
    settle(step, nullptr);
    for (const auto& row : drafts_of(step, client))
        if (totals.count(row.id) && totals[row.id] != books::total_text(row))
            applied.changes.push_back("draft " + std::to_string(row.id) + ": " + totals[row.id] +
                                      " -> " + books::total_text(row));
    return moved;
}

} // namespace

Result<Applied> apply_contract(Books& books, domain::Contract contract,
                               const std::vector<std::string>& known_currencies, bool dry_run,
                               const Actor& actor) {
    Applied applied;
    std::string free_now, free_was = free_before(books, contract);
    std::int64_t id = 0;
    bool moves = false;
    {
        Step step = books.begin(actor);
        step.cause = Step::Cause::Decision;
        const auto client = client_of(step, contract);
        if (!client) return client.error();
        id = client->id;
        if (auto fine = check_own_company(step, contract, applied.warnings); !fine)
            return fine.error();
        if (auto fine = check_rates(step, contract); !fine) return fine.error();
        if (auto fine = check_currency(step, contract.currency, known_currencies, applied.warnings);
            !fine)
            return fine.error();
        const auto before = step->contracts.of_client(id);
        contract.version = before.empty() ? 1 : before.back().version + 1;
        if (!before.empty() && before.back().text == mapping::contract_text(contract)) {
            contract.version = before.back().version;
            contract.id = before.back().id;
            applied.contract = std::move(contract);
            applied.warnings.push_back("these are the terms in force already; nothing was changed");
            return applied;
        }
        // Somebody else's terms came in between.
        if (free_was.empty() && moves_days(step, id, contract)) free_was = free_money(step, id);
        moves = put_in_force(step, id, contract, applied).entries > 0;
        if (moves && dry_run) free_now = free_money(step, id);
        if (!dry_run) step.done();
    }
    if (moves && !dry_run) free_now = free_money(books.view(), id);
    if (free_now != free_was && moves)
        applied.changes.push_back("time on no report: " + free_was + " -> " + free_now);
    applied.contract = std::move(contract);
    return applied;
}

} // namespace hb::desk
