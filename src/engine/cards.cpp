#include "engine/cards.h"

#include <set>

#include "base/digest.h"
#include "base/text.h"
#include "domain/op_key.h"
#include "engine/draft_losses.h"
#include "engine/patience.h"
#include "engine/settings_names.h"
#include "engine/staff_warnings.h"
#include "mapping/contract_file.h"

namespace hb::engine {
namespace {

using domain::State;

constexpr const char* kFilterNames[] = {"from",   "to",           "projects",  "type",
                                        "status", "percent_paid", "task_dates"};

// What a person typed or ticked on the card, as one text.
std::string filter_text_of(const domain::CardState& card) {
    CardValues values;
    for (const char* name : kFilterNames) {
        const auto value = card.fields.find(name);
        if (value != card.fields.end()) values[name] = value->second;
    }
    values["company"] = card.company;
    return card_text(values);
}

std::string field(const domain::CardState& card, const char* name) {
    const auto value = card.fields.find(name);
    return value == card.fields.end() ? "" : std::string(trim(value->second));
}

// One a line, or separated by commas: both are typed.
std::vector<std::string> items(const std::string& text) {
    std::vector<std::string> out;
    std::string lines = text;
    for (char& c : lines)
        if (c == ',' || c == ';') c = '\n';
    for (const auto& each : split(lines, '\n'))
        if (const auto item = trim(each); !item.empty()) out.emplace_back(item);
    return out;
}

Result<domain::Ref> project_of(Core& core, const std::string& remote, const std::string& text) {
    if (const auto ref = domain::parse_ref(text)) return *ref;
    const auto number = text.substr(0, text.find_first_not_of("0123456789"));
    if (!number.empty()) return domain::Ref{remote, "group", number};
    for (const auto& project : core.sources.projects(remote))
        if (fold_case(project.name) == fold_case(text)) return project.ref;
    return Error{Code::NotFound, "no project \"" + text + "\" is known", "",
                 "write its number, or its name as the planner shows it"};
}

// Its hint is the kanban's own; what the books advise is for a shell (G61).
std::string says(const Error& error) {
    return error.message + (error.hint.empty() ? "" : ". " + error.hint);
}

Error of_books(Error error) {
    error.hint.clear();
    return error;
}

} // namespace

std::string join_lines(const std::string& a, const std::string& b) {
    return a.empty() || b.empty() ? a + b : a + "\n" + b;
}

Result<domain::Filter> filter_of_card(Core& core, const std::string& remote,
                                      const domain::CardState& card) {
    domain::Filter filter;
    if (card.company.empty())
        return Error{Code::Usage, "the card has no client", "", "choose the company on the card"};
    filter.company = {remote, "company", card.company};
    const std::string from = field(card, "from");
    const std::string to = field(card, "to");
    if (to.empty())
        return Error{Code::Usage, "the period has no last day", "", "fill in its last day"};
    const auto last = parse_day(to);
    if (!last) return last.error();
    filter.to = *last;
    if (!from.empty()) {
        const auto day = parse_day(from);
        if (!day) return day.error();
        filter.from = *day;
        if (*day > *last)
            return Error{Code::Usage, "the period ends before it begins", "", "exchange its days"};
    }
    for (const auto& text : items(field(card, "projects"))) {
        const auto project = project_of(core, remote, text);
        if (!project) return project.error();
        filter.projects.push_back(*project);
    }
    filter.work_type = field(card, "type");
    if (const auto text = field(card, "status"); !text.empty()) {
        const auto statuses = domain::parse_status_filter(text);
        if (!statuses) return statuses.error();
        filter.statuses = *statuses;
    }
    if (const auto text = field(card, "percent_paid"); !text.empty()) {
        const auto test = domain::parse_percent_test(text);
        if (!test) return test.error();
        filter.percent_paid = *test;
    }
    for (const auto& text : items(field(card, "task_dates"))) {
        const auto dates = domain::parse_task_dates(text);
        if (!dates) return dates.error();
        filter.task_dates.push_back(*dates);
    }
    return filter;
}

RemoteRuntime* CardsJob::enabled() {
    RemoteRuntime* crm = core_.crm();
    if (crm == nullptr || !core_.settings.report_cards) return nullptr;
    const auto lock = core_.lock();
    return core_.kept.get(crm->row.id, kept::kCardLayout) ? crm : nullptr;
}

Status CardsJob::read() {
    RemoteRuntime* crm = enabled();
    if (crm == nullptr) return {};
    for (;;) {
        std::string cursor;
        {
            const auto lock = core_.lock();
            cursor = core_.kept.get(crm->row.id, kept::kCardsCursor).value_or("");
        }
        core_.clock.wait_until(crm->earliest());
        core_.at("before read cards");
        const auto page = called(core_, *crm, [&] { return crm->connector->read_cards(cursor); });
        core_.at("after read cards");
        if (!page) return page.error();
        // A card that was handled twice is no trouble, one that was passed over is: the cursor
        // moves last.
        for (const auto& card : page->cards) handle(*crm, card);
        if (page->cursor != cursor) {
            const auto lock = core_.lock();
            store::Tx tx(core_.db);
            core_.kept.put(crm->row.id, kept::kCardsCursor, page->cursor, core_.clock.now());
            tx.commit();
        }
        if (page->complete) break;
    }
    make_drafts();
    return {};
}

Status CardsJob::look_at(const std::set<std::string>& ids) {
    RemoteRuntime* crm = enabled();
    if (crm == nullptr) return {};
    for (const auto& id : ids) {
        core_.clock.wait_until(crm->earliest());
        const auto card = called(core_, *crm, [&] { return crm->connector->read_card(id); });
        if (!card) return card.error();
        handle(*crm, *card);
    }
    make_drafts();
    return {};
}

void CardsJob::handle(RemoteRuntime& crm, const domain::CardState& card) {
    std::optional<store::CardRow> row;
    {
        const auto lock = core_.lock();
        row = core_.cards.find(crm.row.id, card.id);
    }
    if (!card.exists) {
        if (!row || row->gone) return;
        const auto lock = core_.lock();
        store::Tx tx(core_.db);
        row->gone = true;
        core_.cards.update(*row);
        core_.events.add(core_.clock.now(), "engine", "card.gone", row->report,
                         crm.row.name + ":card:" + card.id, "{}");
        tx.commit();
        return;
    }
    if (!row) {
        // Ours, or adopted in books that are not these (G36): it makes no report.
        if (domain::is_our_key(card.key)) return;
        meet(crm, card);
        return;
    }
    if (!row->report) {
        const std::string filter = filter_text_of(card);
        if (row->filter == filter) return;
        const auto lock = core_.lock();
        store::Tx tx(core_.db);
        row->filter = filter;
        row->told.clear(); // another filter, another answer
        core_.cards.update(*row);
        tx.commit();
        return;
    }
    if (!is_settled(*row)) return; // what was decided for it has not arrived yet
    if (card.state != row->shown_state)
        moved(*row, card);
    else if (filter_text_of(card) != row->filter)
        refilter(*row, card);
    else
        compare(*row, card);
}

// A manager's card: our key goes onto it before anything is made of it.
void CardsJob::meet(RemoteRuntime& crm, const domain::CardState& card) {
    if (card.state != "draft") return; // archived before we came, or in a stage of its own
    const auto lock = core_.lock();
    store::Tx tx(core_.db);
    store::CardRow row;
    row.remote = crm.row.id;
    row.remote_id = card.id;
    row.key = domain::new_key(core_.ids);
    row.filter = filter_text_of(card);
    row.shown_state = "draft";
    row.id = core_.cards.add(row);
    Planning(core_).plan_adoption(row);
    core_.events.add(core_.clock.now(), crm.row.name + ":user:" + card.updated_by, "card.met",
                     std::nullopt, crm.row.name + ":card:" + card.id,
                     EventData().add("filter", row.filter).text());
    tx.commit();
}

// No op of ours is on its way to this card.
bool CardsJob::is_settled(const store::CardRow& row) {
    const auto lock = core_.lock();
    const auto waits = [this](const domain::Purpose& purpose) {
        const auto op = core_.outbox.of_purpose(purpose);
        return op && op->state != store::OpState::Done && op->state != store::OpState::Parked;
    };
    return !waits(domain::Purpose::card_state(row.id)) &&
           !waits(domain::Purpose::card_adoption(row.id)) &&
           !waits(domain::Purpose::card_fields(row.report.value_or(0)));
}

void CardsJob::make_drafts() {
    RemoteRuntime* crm = enabled();
    if (crm == nullptr) return;
    std::vector<store::CardRow> waiting;
    {
        const auto lock = core_.lock();
        for (auto& row : core_.cards.waiting(crm->row.id)) {
            const auto adopted = core_.outbox.of_purpose(domain::Purpose::card_adoption(row.id));
            if (adopted && adopted->state == store::OpState::Done) waiting.push_back(row);
        }
    }
    for (auto& row : waiting) {
        const auto lock = core_.lock();
        domain::CardState card; // as it was last read
        for (const char* name : kFilterNames) card.fields[name] = shown_value(row.filter, name);
        card.company = shown_value(row.filter, "company");
        const auto filter = filter_of_card(core_, crm->row.name, card);
        if (!filter) {
            refuse(row, says(filter.error()));
            continue;
        }
        const Actor actor{crm->row.name + ":card:" + row.remote_id};
        const auto made = books_.create(*filter, actor, [&](std::int64_t report) {
            row.report = report;
            row.told.clear();
            core_.cards.update(row);
        });
        if (!made) {
            row.report.reset();
            refuse(row, says(of_books(made.error())));
        } else if (!made->view.id) {
            std::string why = "no report was made: there is no time that fits";
            for (const auto& excluded : made->view.excluded)
                if (excluded.report)
                    why = "no report was made: report " + std::to_string(*excluded.report) +
                          " holds the time that fits";
            refuse(row, why);
        }
    }
}

void CardsJob::refuse(store::CardRow row, const std::string& why) {
    const auto lock = core_.lock();
    store::Tx tx(core_.db);
    Planning planning(core_);
    planning.plan_card_comment(row, why);
    tx.commit();
}

// Somebody moved the card: a command, checked by the same rules as any other.
void CardsJob::moved(store::CardRow row, const domain::CardState& card) {
    RemoteRuntime* crm = core_.crm();
    const Actor actor{crm->row.name + ":user:" + card.updated_by};
    std::optional<store::ReportRow> report;
    {
        const auto lock = core_.lock();
        report = core_.reports.find(*row.report);
    }
    const std::string before = domain::to_string(report->state);
    if (card.state == before) { // it stands where it belongs already
        const auto lock = core_.lock();
        store::Tx tx(core_.db);
        row.shown_state = before;
        core_.cards.update(row);
        tx.commit();
        return;
    }
    const auto done = command(*report, card.state, row, actor);
    const auto lock = core_.lock();
    auto now = *core_.cards.find(row.id);
    const auto after = core_.reports.find(*row.report);
    store::Tx tx(core_.db);
    Planning planning(core_);
    if (done && card.state == domain::to_string(after->state)) {
        now.shown_state = card.state; // it shows already what has become true
        now.told.clear();
        core_.cards.update(now);
    } else {
        if (!done) planning.plan_card_comment(now, says(done.error()));
        planning.plan_card_state(now, domain::to_string(after->state));
    }
    tx.commit();
}

Status CardsJob::command(const store::ReportRow& report, const std::string& wanted,
                         store::CardRow& card, const Actor& actor) {
    const auto none = [](auto result) -> Status {
        if (!result) return of_books(result.error());
        return {};
    };
    const bool draft = report.state == State::Draft;
    const bool sent = report.state == State::Sent;
    if (wanted == "sent" && draft) return send(report, card, actor);
    if (wanted == "draft" && sent) return none(books_.recall(report.id, actor));
    if (wanted == "agreed" && sent) return none(books_.agree(report.id, "", actor));
    const bool ended = report.state == State::Cancelled || report.state == State::Credited;
    if ((wanted == "cancelled" || wanted == "credited") && ended) return {}; // done before
    if (wanted == "cancelled" || wanted == "credited")
        return none(books_.cancel(report.id, "moved on the kanban by " + actor.name, actor));
    if (wanted == "invoiced" && report.state == State::Agreed)
        return none(books_.invoice(report.id, actor));
    const std::string state = domain::to_string(report.state);
    if (wanted == "paid" || wanted == "partly_paid")
        return Error{Code::Conflict,
                     "a report is paid by money, not by a move; this one is " + state, "",
                     "mark the invoice or the deal as paid, or have the payment recorded "
                     "by your administrator"};
    if (wanted.empty())
        return Error{Code::Conflict, "this stage stands for no state of a report", "",
                     "use one of the stages of reports; your administrator can repair "
                     "them"};
    if (wanted == "agreed" && draft)
        return Error{Code::Conflict, "a draft can't be agreed to", "", "send it first"};
    if (wanted == "invoiced")
        return Error{Code::Conflict, "only an agreed report is invoiced; this one is " + state, "",
                     "have it agreed first"};
    return Error{Code::Conflict, "a report that is " + state + " can't become " + wanted, "",
                 "cancel it and make another one when it is wrong"};
}

// The read before freezing and the sending. Warnings are said once; who moves the card again has
// read them (G24).
Status CardsJob::send(const store::ReportRow& report, store::CardRow& card, const Actor& actor) {
    const std::string before = books_.fingerprint(report.id);
    if (auto read = reread_(report.id); !read) return of_books(read.error());
    std::string warnings;
    {
        const auto lock = core_.lock();
        for (const auto& warning : warnings_for_staff(core_, report.id))
            if (!warning.blocking || domain::may_be_accepted(warning.code))
                warnings = join_lines(warnings, "- " + warning.message);
    }
    const std::string asked = warnings.empty() ? "" : "acknowledge " + sha256_hex(warnings);
    const std::string name = "card " + std::to_string(card.id) + " acknowledge";
    if (!asked.empty()) {
        const auto lock = core_.lock();
        if (core_.kept.get(card.remote, name) != asked) {
            store::Tx tx(core_.db);
            core_.kept.put(card.remote, name, asked, core_.clock.now());
            tx.commit();
            return Error{Code::Conflict, "before it is sent, please read:\n" + warnings + "\n", "",
                         "Move the card again to send it all the same"};
        }
    }
    if (auto accepted = accept_all(report.id, actor); !accepted) return accepted;
    const auto sent = books_.send(report.id, before, false, false, actor);
    if (!sent) return of_books(sent.error());
    return {};
}

// Whoever moves the card again takes what the first move was told of (G47).
Status CardsJob::accept_all(std::int64_t report, const Actor& actor) {
    const auto lock = core_.lock();
    const auto view = books_.show(report);
    if (!view) return view.error();
    for (const auto& warning : view->warnings)
        if (warning.blocking && domain::may_be_accepted(warning.code))
            if (auto done = books_.accept(report, warning.code, "", actor); !done)
                return of_books(done.error());
    return {};
}

void CardsJob::refilter(store::CardRow row, const domain::CardState& card) {
    RemoteRuntime* crm = core_.crm();
    const auto lock = core_.lock();
    const auto report = core_.reports.find(*row.report);
    const std::string text = filter_text_of(card);
    if (report->state == State::Draft) {
        const auto filter = filter_of_card(core_, crm->row.name, card);
        const Actor actor{crm->row.name + ":user:" + card.updated_by};
        const bool same = filter && mapping::filter_text(*filter) == report->filter;
        Status done;
        if (!filter)
            done = filter.error();
        else if (!same)
            if (const auto changed = books_.refilter(report->id, *filter, actor); !changed)
                done = of_books(changed.error());
        store::Tx tx(core_.db);
        row = *core_.cards.find(row.id);
        row.filter = text;
        if (done) row.told.clear();
        core_.cards.update(row);
        if (!done) Planning(core_).plan_card_comment(row, says(done.error()));
        tx.commit();
        return;
    }
    store::Tx tx(core_.db);
    row.filter = text;
    core_.cards.update(row);
    Planning planning(core_);
    if (planning.put_back(row)) planning.plan_card(*report, std::nullopt);
    tx.commit();
}

// What we write is ours: put back when somebody changed it.
void CardsJob::compare(store::CardRow row, const domain::CardState& card) {
    const auto lock = core_.lock();
    if (row.shown.empty()) return; // nothing was written yet
    const auto report = core_.reports.find(*row.report);
    const CardValues wanted = wanted_values(core_, *report, row, std::nullopt);
    if (stored_text(*report, wanted) != row.shown) return; // show() will write it anyway
    CardValues there;
    for (const auto& [name, value] : wanted) {
        const auto found = card.fields.find(name);
        there[name] = found == card.fields.end() ? "" : found->second;
    }
    if (wanted.count("company") != 0) there["company"] = card.company;
    if (wanted.count("deal") != 0) there["deal"] = card.deal;
    if (wanted.count("title") != 0) there["title"] = card.title;
    if (card_text(there) == card_text(wanted)) return;
    there.erase("link"); // a key, and the log is for good
    store::Tx tx(core_.db);
    Planning planning(core_);
    core_.events.add(core_.clock.now(), "engine", "card.drifted", row.report, row.remote_id,
                     EventData().add("there", card_text(there)).text());
    if (planning.put_back(row))
        planning.plan_card(*report, std::nullopt);
    else
        planning.plan_card_comment(row, "something on this portal changes what the service writes "
                                        "here, several times an hour; it is left as it is");
    tx.commit();
}

std::int64_t CardsJob::show(bool facts_changed) {
    RemoteRuntime* crm = enabled();
    if (crm == nullptr) return 0;
    const auto lock = core_.lock();
    std::int64_t planned = 0;
    store::Tx tx(core_.db);
    Planning planning(core_);
    for (const auto id : core_.cards.reports_to_show()) {
        const auto report = core_.reports.find(id);
        std::optional<std::string> warnings;
        const auto card = core_.cards.of_report(id);
        if (report->state == State::Draft && (facts_changed || !card || card->shown.empty())) {
            warnings = "";
            for (const auto& warning : warnings_for_staff(core_, id))
                warnings = join_lines(*warnings, warning.message);
        }
        if (planning.plan_card(*report, warnings)) ++planned;
    }
    if (planned > 0) tx.commit();
    return planned;
}

} // namespace hb::engine
