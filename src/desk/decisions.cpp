#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "books/aliases.h"
#include "books/corrections.h"
#include "books/owners.h"
#include "books/planning.h"
#include "books/settle_report.h"
#include "books/unknown.h"
#include "desk/decisions.h"

// The late tray, payments by hand, links, adoption.
namespace hb::desk {

using domain::State;

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
                    std::string(ref) + " is on report " + std::to_string(*entry->live_report), "",
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
