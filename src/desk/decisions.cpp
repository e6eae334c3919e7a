#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "books/aliases.h"
#include "books/corrections.h"
#include "books/draft_rows.h"
#include "books/own_company.h"
#include "books/owners.h"
#include "books/planning.h"
#include "books/settle_report.h"
#include "books/settling.h"
#include "books/unbilled.h"
#include "books/unknown.h"
#include "desk/decisions.h"
#include "desk/terms.h"
#include "mapping/contract_file.h"

// Contracts, the late tray, payments by hand, links, adoption.
namespace hb::desk {

using domain::State;

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

} // namespace

Result<Applied> apply_contract(Books& books, domain::Contract contract,
                               const std::vector<std::string>& known_currencies, bool dry_run,
                               const Actor& actor) {
    Step step = books.begin(actor);
    step.cause = Step::Cause::Decision;
    const auto client = step->sources.find_company(contract.client);
    if (!client)
        return Error{Code::NotFound, "no company " + to_string(contract.client) + " is known here",
                     "", "run hourbridge sync first, or correct /client"};
    if (client->own)
        return Error{Code::Usage,
                     to_string(contract.client) + " (" + client->name +
                         ") is one of your own companies, not a client",
                     "", "put it into /own_company"};
    Applied applied;
    if (auto fine = check_own_company(step, contract, applied.warnings); !fine) return fine.error();
    for (const auto& rule : contract.rates) {
        if (rule.project && !step->sources.find_project(*rule.project))
            return Error{Code::NotFound,
                         "a rate names " + to_string(*rule.project) + ", which is not known here",
                         "", "run hourbridge sync, or correct the reference"};
        if (rule.person && !step->sources.find_person(*rule.person))
            return Error{Code::NotFound,
                         "a rate names " + to_string(*rule.person) + ", who is not known here", "",
                         "run hourbridge sync, or correct the reference"};
    }
    // G12
    if (books.settings.deal_create != "never" && !books.settings.crm_remote.empty() &&
        contract.currency.exponent == 3)
        return Error{Code::Usage,
                     contract.currency.code + " has three decimals, which the CRM can't hold", "",
                     "bill in another currency, or set crm.deal.create to never"};
    if (known_currencies.empty()) {
        applied.warnings.push_back("the CRM's currencies are not known yet, so " +
                                   contract.currency.code + " was not checked");
    } else {
        bool found = false;
        for (const auto& code : known_currencies) found = found || code == contract.currency.code;
        if (!found)
            return Error{Code::Usage,
                         "the CRM does not know the currency " + contract.currency.code, "",
                         "add it in Bitrix24 under CRM settings, or use one of: " +
                             join(known_currencies, ", ")};
    }

    const auto before = step->contracts.of_client(client->id);
    contract.version = before.empty() ? 1 : before.back().version + 1;
    const std::string text = mapping::contract_text(contract);
    if (!before.empty() && before.back().text == text) {
        contract.version = before.back().version;
        contract.id = before.back().id;
        applied.contract = std::move(contract);
        applied.warnings.push_back("these are the terms in force already; nothing was changed");
        return applied;
    }
    std::map<std::int64_t, std::string> totals;
    const std::string free_before = free_money(step, client->id);
    for (const auto& row : step->reports.drafts())
        if (row.client == client->id) totals[row.id] = books::total_text(row);
    contract.id = step->contracts.add(
        {0, client->id, contract.version, contract.valid_from, text, actor.name, step.now()});
    step->events.add(step.now(), actor.name, "contract.applied", std::nullopt,
                     to_string(contract.client),
                     books::EventData()
                         .add("version", contract.version)
                         .add("valid_from", format_day(contract.valid_from))
                         .text());
    const auto calendar_of = calendar_lookup(step);
    const auto moved = step->sources.recompute_work_dates(client->id, calendar_of(client->id));
    if (moved.entries > 0)
        applied.changes.push_back(std::to_string(moved.entries) +
                                  (moved.entries == 1 ? " time entry changes its day: "
                                                      : " time entries change their day: ") +
                                  format_duration(moved.seconds));
    // Drafts take the version in force on their last day; what was sent keeps its own (rules 13,
    // 16).
    for (auto row : step->reports.drafts()) {
        if (row.client != client->id) continue;
        books::Drafting drafting(step);
        auto filter = mapping::parse_filter(row.filter);
        ensure(filter.ok(), "a stored filter can be read");
        filter->from = row.period.from;
        filter->to = row.period.to;
        const auto terms = drafting.terms(client->id, *filter);
        if (!terms) {
            applied.warnings.push_back("draft " + std::to_string(row.id) +
                                       " keeps its terms: " + terms.error().message);
            continue;
        }
        if (terms->currency.code != row.currency) {
            applied.warnings.push_back("draft " + std::to_string(row.id) +
                                       " changes its currency to " + terms->currency.code);
            row.currency = terms->currency.code;
        }
        row.contract = terms->id;
        step->reports.update(row);
    }
    settle(step, nullptr);
    for (const auto& row : step->reports.drafts())
        if (totals.count(row.id) && totals[row.id] != books::total_text(row))
            applied.changes.push_back("draft " + std::to_string(row.id) + ": " + totals[row.id] +
                                      " -> " + books::total_text(row));
    const std::string free_now = free_money(step, client->id);
    if (moved.entries > 0 && free_now != free_before)
        applied.changes.push_back("time on no report: " + free_before + " -> " + free_now);
    if (!dry_run) step.done();
    applied.contract = std::move(contract);
    return applied;
}

Status decide_late(Books& books, std::string_view ref, std::string_view decision,
                   std::string_view reason, const Actor& actor) {
    {
        Step step = books.begin(actor);
        step.cause = Step::Cause::Decision;
        if (trim(reason).empty())
            return Error{Code::Usage, "a decision needs a reason", "", "add --reason TEXT"};
        const Instant now = step.now();
        books::EventData data;
        data.add("decision", decision).add("reason", reason);
        if (ref.substr(0, 11) == "adjustment:") {
            const std::string_view number = ref.substr(11);
            const auto id = parse_integer(number);
            const bool digits =
                !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
            if (!id && !digits)
                return Error{Code::Usage, std::string(ref) + " names no adjustment by its number",
                             "", "hourbridge late list shows what waits"};
            const auto row = id ? step->reports.find_adjustment(*id) : std::nullopt;
            if (!row || row->replaced)
                return Error{Code::NotFound, "there is no open " + std::string(ref), "",
                             "hourbridge late list shows what waits"};
            if (row->decision)
                return Error{Code::Conflict,
                             std::string(ref) + " was decided already: " + *row->decision, "",
                             "hourbridge late list --all shows what was decided, and why"};
            if (auto done = books::Corrections(step).decide(*row, decision, reason, actor.name);
                !done)
                return done;
            add_money(step, *id, data);
        } else {
            const auto parsed = domain::parse_ref(ref);
            const auto entry = parsed ? step->sources.find_entry(*parsed) : std::nullopt;
            if (!entry)
                return Error{Code::NotFound, "no time entry " + std::string(ref) + " is known", "",
                             "hourbridge late list shows what waits"};
            if (entry->live_report)
                return Error{
                    Code::Conflict,
                    std::string(ref) + " stands on report " + std::to_string(*entry->live_report),
                    "",
                    "a change of billed time is decided by its adjustment: hourbridge late list"};
            step->sources.decide_late(entry->id, decision, reason, actor.name, now);
        }
        step->events.add(now, actor.name, "late.decided", std::nullopt, ref, data.text());
        step.done();
    }
    return {};
}

Result<store::PaymentRow> add_payment(Books& books, std::int64_t report, std::string_view amount,
                                      Day date, std::string_view ref, const Actor& actor) {
    Step step = books.begin(actor);
    const auto row = step->reports.find(report);
    if (!row)
        return Error{Code::NotFound, "there is no report " + std::to_string(report), "",
                     "hourbridge report list shows them"};
    // Words first: what can't be read is wrong of any report.
    const auto currency = domain::find_currency(row->currency);
    const auto minor = domain::parse_amount(amount, *currency);
    if (!minor) return minor.error();
    if (!domain::was_sent(row->state) || row->state == State::Sent)
        return Error{Code::Conflict,
                     "report " + std::to_string(report) + " is " + domain::to_string(row->state) +
                         "; money is booked on agreed or invoiced reports",
                     "", "have it agreed first"};
    if (*minor == 0)
        return Error{Code::Usage, "a payment of zero settles nothing", "",
                     "--amount takes the sum received"};
    if (trim(ref).empty())
        return Error{Code::Usage, "a payment needs a reference, so that it is never booked twice",
                     "", "--ref takes the bank's number or your own"};
    store::PaymentRow payment;
    payment.report = report;
    payment.source = "hand";
    payment.external_id = std::string(trim(ref));
    payment.amount = *minor;
    payment.currency = row->currency;
    payment.date = date;
    payment.ref = std::string(trim(ref));
    payment.actor = actor.name;
    payment.at = step.now();
    payment.id = step->reports.add_payment(payment);
    if (payment.id == 0) {
        for (const auto& known : step->reports.payments(std::nullopt))
            if (known.source == "hand" && known.external_id == payment.external_id) {
                if (known.report == report && known.amount == *minor && !known.reversed_at)
                    return known; // rule 39: twice changes nothing
                return Error{Code::Conflict,
                             "the payment reference " + payment.ref +
                                 " is booked already on report " + std::to_string(known.report),
                             "", "use the reference of this payment, or reverse the other one"};
            }
    }
    step->events.add(step.now(), actor.name, "payment.added", report, payment.ref,
                     books::EventData()
                         .add("payment", payment.source + ":" + payment.external_id)
                         .add("amount", domain::format_amount(*minor, *currency))
                         .add("currency", payment.currency)
                         .add("date", format_day(date))
                         .text());
    settle_report(step, report, {}, false); // the money and what it means are kept together
    step.done();
    return payment;
}

Status reverse_payment(Books& books, std::int64_t payment, std::string_view reason,
                       const Actor& actor) {
    Step step = books.begin(actor);
    const auto row = step->reports.find_payment(payment);
    if (!row)
        return Error{Code::NotFound, "there is no payment " + std::to_string(payment), "",
                     "hourbridge payment list shows them"};
    if (row->reversed_at) return {};
    step->reports.reverse_payment(payment, reason, step.now());
    step->events.add(step.now(), actor.name, "payment.reversed", row->report, row->ref,
                     books::EventData()
                         .add("payment", row->source + ":" + row->external_id)
                         .add("reason", reason)
                         .text());
    settle_report(step, row->report, {}, false);
    step.done();
    return {};
}

namespace {

bool is_project(const domain::Ref& ref) {
    return ref.kind == "group" || ref.kind == "project";
}

// The same project in two planners: one has its client by the other. No chains, so no circles.
Status may_follow(const Reading& read, const domain::Ref& what, const domain::Ref& to) {
    if (!read->sources.find_project(to)) return unknown(read, to);
    if (what == to)
        return Error{Code::Usage, to_string(what) + " can't follow itself", "", "name its client"};
    for (const auto& link : read->sources.links()) {
        const auto target = domain::parse_ref(link.target);
        if (!target || !is_project(*target)) continue;
        if (link.subject == to_string(to))
            return Error{Code::Conflict, to_string(to) + " follows " + link.target + " itself", "",
                         "hourbridge link set " + to_string(what) + " " + link.target};
        if (*target == what)
            return Error{Code::Conflict, link.subject + " follows " + to_string(what), "",
                         "hourbridge link set " + link.subject + " " + to_string(to) + ", first"};
    }
    return {};
}

// Tasks that go to another client are noted one by one. A link of a person, or of a task that is
// not mirrored, may concern anybody; of others nobody else is looked at (P23).
void only_who_moves(Step& step, const domain::Ref& what) {
    const auto task = what.kind == "task" ? step->sources.find_task(what) : std::nullopt;
    if (is_project(what) || (task && task->known))
        step->touched.take(0, store::Touched::kEverybody);
}

} // namespace

Status set_link(Books& books, std::string_view subject, std::string_view target,
                std::optional<Day> from, const Actor& actor) {
    Step step = books.begin(actor);
    step.cause = Step::Cause::Decision;
    const auto what = domain::parse_ref(subject);
    if (!what) return what.error();
    const auto to = domain::parse_ref(target);
    if (!to) return to.error();
    if (what->kind == "user") {
        const auto one = step->sources.find_person(*what);
        const auto other = step->sources.find_person(*to);
        if (!one) return unknown(step, *what);
        if (to->kind != "user")
            return Error{Code::Usage,
                         "a person is linked to a person, not to a " + to->kind + " (" +
                             to_string(*to) + ")",
                         "", "name whom they are in the other planner: REMOTE:user:ID"};
        if (!other) return unknown(step, *to);
    } else if (what->kind == "task") {
        if (!step->sources.find_task(*what)) return unknown(step, *what);
    } else if (what->kind == "group" || what->kind == "project") {
        if (!step->sources.find_project(*what)) return unknown(step, *what);
    } else {
        return Error{Code::Usage,
                     "a link begins at a project, a task or a person, not at a " + what->kind, "",
                     "hourbridge link set bitrix24:group:7 bitrix24:company:12"};
    }
    if (is_project(*what) && is_project(*to)) {
        if (auto may = may_follow(step, *what, *to); !may) return may;
    } else if (what->kind != "user" && to->kind != "company") {
        return Error{Code::Usage,
                     "a " + what->kind + " belongs to a company, not to a " + to->kind + " (" +
                         to_string(*to) + ")",
                     "", "write REMOTE:company:ID; hourbridge link set --help shows an example"};
    } else if (what->kind != "user" && !step->sources.find_company(*to)) {
        return unknown(step, *to);
    }
    step->sources.set_link(to_string(*what), to_string(*to), from, actor.name, step.now());
    only_who_moves(step, *what);
    step->events.add(step.now(), actor.name, "link.set", std::nullopt, to_string(*what),
                     books::EventData().add("target", to_string(*to)).text());
    if (const auto* remote = step.find_remote(what->remote)) resolve_owners(step, *remote);
    find_repeated(step); // before a draft takes what became this client's (rule 7)
    step.done();
    return {};
}

Status remove_link(Books& books, std::string_view subject, const Actor& actor) {
    Step step = books.begin(actor);
    step.cause = Step::Cause::Decision;
    if (!step->sources.remove_link(subject, step.now()))
        return Error{Code::NotFound, "no link of " + std::string(subject) + " was set by hand", "",
                     "hourbridge link list shows them"};
    step->events.add(step.now(), actor.name, "link.removed", std::nullopt, subject, "{}");
    const auto what = domain::parse_ref(subject);
    if (what) only_who_moves(step, *what);
    if (what)
        if (const auto* remote = step.find_remote(what->remote)) resolve_owners(step, *remote);
    find_repeated(step);
    step.done();
    return {};
}

Result<std::int64_t> adopt(Books& books, std::string_view subject, Day until, bool undo,
                           const Actor& actor) {
    std::int64_t entries = 0;
    {
        Step step = books.begin(actor);
        step.cause = Step::Cause::Decision;
        const auto what = domain::parse_ref(subject);
        if (!what) return what.error();
        const auto client = step->sources.find_company(*what);
        const auto project = step->sources.find_project(*what);
        const auto entry = step->sources.find_entry(*what);
        if (!client && !project && !entry) return unknown(step, *what);
        if (undo && entry && entry->word.billed_elsewhere) {
            // Its planner calls it billed, and that is not so (G51).
            step->sources.adopt(to_string(*what), day_min(), actor.name, step.now());
            entries = 1;
        } else if (undo) {
            if (!step->sources.undo_adoption(to_string(*what), step.now()))
                return Error{Code::NotFound, "nothing was adopted for " + to_string(*what), "",
                             "there is nothing to take back"};
        } else {
            step->sources.adopt(to_string(*what), until, actor.name, step.now());
        }
        step->events.add(step.now(), actor.name,
                         undo ? "history.adoption_undone" : "history.adopted", std::nullopt,
                         to_string(*what),
                         books::EventData().add("until", format_day(until)).text());
        if (entry && !undo && !entry->live_report && entry->work_date <= until) entries = 1;
        if (client)
            for (const auto& each : step->sources.free_until(client->id, until))
                if (each.work_date <= until) ++entries;
        if (project)
            if (const auto* remote = step.find_remote(what->remote))
                for (const auto& task : step->sources.tasks(remote->row.id))
                    if (task.facts.project == what->id)
                        for (const auto& each : step->sources.entries_of_task(task.id))
                            if (!each.live_report && !each.deleted && each.work_date <= until)
                                ++entries;
        step.done();
    }
    return entries;
}

Status accept_long(Books& books, std::string_view ref, std::string_view reason,
                   const Actor& actor) {
    {
        Step step = books.begin(actor);
        step.cause = Step::Cause::Decision;
        const auto what = domain::parse_ref(ref);
        if (!what) return what.error();
        if (trim(reason).empty())
            return Error{Code::Usage, "taking a long record for true needs a reason", "",
                         "add --reason TEXT"};
        const auto entry = step->sources.find_entry(*what);
        if (!entry) return unknown(step, *what);
        if (entry->deleted || entry->seconds <= kEntrySecondsMax)
            return Error{Code::Conflict,
                         to_string(*what) + " holds " + format_duration(entry->seconds) +
                             " h and waits for nobody",
                         "", "only records of more than a day are accepted by hand"};
        const auto accepted = step->sources.long_accepted();
        if (const auto at = accepted.find(entry->id);
            at != accepted.end() && at->second == entry->revision)
            return Error{Code::Conflict, to_string(*what) + " is accepted as it stands", "",
                         "there is nothing to do"};
        step->sources.accept_long(entry->id, entry->revision, reason, actor.name, step.now());
        step->events.add(
            step.now(), actor.name, "entry.accepted", std::nullopt, to_string(*what),
            books::EventData().add("seconds", entry->seconds).add("reason", reason).text());
        step.done();
    }
    return {};
}

} // namespace hb::desk
