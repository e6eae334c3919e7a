#include "lanes/cards.h"

#include <set>

#include "base/digest.h"
#include "base/text.h"
#include "books/draft_losses.h"
#include "books/settings_names.h"
#include "books/staff_warnings.h"
#include "desk/reports.h"
#include "domain/op_key.h"
#include "lanes/patience.h"
#include "mapping/contract_file.h"
#include "voices/cards.h"
#include "voices/drafts.h"
#include "voices/filters.h"
#include "voices/voices.h"

namespace hb::lanes {
namespace {

namespace say = voices::cards;
namespace words = voices::drafts;
namespace filters = voices::filters;

using domain::State;

constexpr const char* kFilterNames[] = {"from",   "to",           "projects",  "type",
                                        "status", "percent_paid", "task_dates"};

// What a person typed or ticked on the card, as one text.
std::string filter_text_of(const domain::CardState& card) {
    books::CardValues values;
    for (const char* name : kFilterNames) {
        const auto value = card.fields.find(name);
        if (value != card.fields.end()) values[name] = value->second;
    }
    values["company"] = card.company;
    return books::card_text(values);
}

} // namespace

RemoteRuntime* CardsJob::enabled() {
    RemoteRuntime* crm = books_.crm();
    if (crm == nullptr || !books_.settings.report_cards) return nullptr;
    const Read read = books_.read();
    return read->kept.get(crm->row.id, books::kept::kCardLayout) ? crm : nullptr;
}

std::optional<std::string> CardsJob::cursor() {
    RemoteRuntime* crm = enabled();
    if (crm == nullptr) return std::nullopt;
    const Read read = books_.read();
    return read->kept.get(crm->row.id, books::kept::kCardsCursor).value_or("");
}

Status CardsJob::read(std::optional<domain::CardPage> first) {
    RemoteRuntime* crm = enabled();
    if (crm == nullptr) return {};
    for (;;) {
        const std::string cursor = *this->cursor();
        Result<domain::CardPage> page = domain::CardPage{};
        if (first) {
            page = *std::exchange(first, std::nullopt);
        } else {
            books_.clock.wait_until(crm->earliest());
            books_.at("before read cards");
            page = called(books_, *crm, [&] { return crm->connector->read_cards(cursor); });
            books_.at("after read cards");
        }
        if (!page) return page.error();
        // A card that was handled twice is no trouble, one that was passed over is: the cursor
        // moves last.
        for (const auto& card : page->cards) handle(*crm, card);
        if (page->cursor != cursor) {
            Step step = books_.begin();
            step->kept.put(crm->row.id, books::kept::kCardsCursor, page->cursor, step.now());
            step.done();
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
        books_.clock.wait_until(crm->earliest());
        const auto card = called(books_, *crm, [&] { return crm->connector->read_card(id); });
        if (!card) return card.error();
        handle(*crm, *card);
    }
    make_drafts();
    return {};
}

void CardsJob::handle(RemoteRuntime& crm, const domain::CardState& card) {
    std::optional<store::CardRow> row;
    {
        const Read read = books_.read();
        row = read->cards.find(crm.row.id, card.id);
    }
    if (!card.exists) {
        if (!row || row->gone) return;
        Step step = books_.begin();
        row->gone = true;
        step->cards.update(*row);
        step->events.add(step.now(), "engine", "card.gone", row->report,
                         crm.row.name + ":card:" + card.id, "{}");
        step.done();
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
        Step step = books_.begin();
        row->filter = filter;
        row->told.clear(); // another filter, another answer
        step->cards.update(*row);
        step.done();
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
    Step step = books_.begin();
    store::CardRow row;
    row.remote = crm.row.id;
    row.remote_id = card.id;
    row.key = domain::new_key(books_.ids);
    row.filter = filter_text_of(card);
    row.shown_state = "draft";
    row.id = step->cards.add(row);
    books::Planning(step).plan_adoption(row);
    step->events.add(step.now(), crm.row.name + ":user:" + card.updated_by, "card.met",
                     std::nullopt, crm.row.name + ":card:" + card.id,
                     books::EventData().add("filter", row.filter).text());
    step.done();
}

// No op of ours is on its way to this card.
bool CardsJob::is_settled(const store::CardRow& row) {
    const Read read = books_.read();
    const auto waits = [&read](const domain::Purpose& purpose) {
        const auto op = read->outbox.of_purpose(purpose);
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
        const Read read = books_.read();
        for (auto& row : read->cards.waiting(crm->row.id)) {
            const auto adopted = read->outbox.of_purpose(domain::Purpose::card_adoption(row.id));
            if (adopted && adopted->state == store::OpState::Done) waiting.push_back(row);
        }
    }
    for (auto& row : waiting) {
        domain::CardState card; // as it was last read
        for (const char* name : kFilterNames)
            card.fields[name] = books::shown_value(row.filter, name);
        card.company = books::shown_value(row.filter, "company");
        const auto filter = books::filter_of_card(books_.read(), crm->row.name, card);
        if (!filter) {
            refuse(row, filter.error());
            continue;
        }
        const Actor actor{crm->row.name + ":card:" + row.remote_id};
        const auto made =
            desk::create(books_, *filter, actor, [&](Step& step, std::int64_t report) {
                row.report = report;
                row.told.clear();
                step->cards.update(row);
            });
        if (!made) {
            row.report.reset();
            refuse(row, made.error());
        } else if (!made->view.id) {
            Message why = voices::say<words::kNoTime>();
            for (const auto& excluded : made->view.excluded)
                if (excluded.report) why = voices::say<words::kTimeHeld>(*excluded.report);
            refuse(row, voices::refusal(Code::Conflict, std::move(why)));
        }
    }
}

void CardsJob::refuse(store::CardRow row, const Error& why) {
    Step step = books_.begin();
    books::Planning planning(step);
    planning.plan_card_comment(row, why);
    step.done();
}

// Somebody moved the card: a command, checked by the same rules as any other.
void CardsJob::moved(store::CardRow row, const domain::CardState& card) {
    RemoteRuntime* crm = books_.crm();
    const Actor actor{crm->row.name + ":user:" + card.updated_by};
    std::optional<store::ReportRow> report;
    {
        const Read read = books_.read();
        report = read->reports.find(*row.report);
    }
    const std::string before = domain::to_string(report->state);
    if (card.state == before) { // it stands where it belongs already
        Step step = books_.begin();
        row.shown_state = before;
        step->cards.update(row);
        step.done();
        return;
    }
    const auto done = command(*report, card.state, row, actor);
    Step step = books_.begin();
    auto now = *step->cards.find(row.id);
    const auto after = step->reports.find(*row.report);
    books::Planning planning(step);
    if (done && card.state == domain::to_string(after->state)) {
        now.shown_state = card.state; // it shows already what has become true
        now.told.clear();
        step->cards.update(now);
    } else {
        if (!done) planning.plan_card_comment(now, done.error());
        planning.plan_card_state(now, domain::to_string(after->state));
    }
    step.done();
}

Status CardsJob::command(const store::ReportRow& report, const std::string& wanted,
                         store::CardRow& card, const Actor& actor) {
    const auto none = [](auto result) -> Status {
        if (!result) return result.error();
        return {};
    };
    const bool draft = report.state == State::Draft;
    const bool sent = report.state == State::Sent;
    if (wanted == "sent" && draft) return send(report, card, actor);
    if (wanted == "draft" && sent) return none(desk::recall(books_, report.id, actor));
    if (wanted == "agreed" && sent) return none(desk::agree(books_, report.id, "", actor));
    const bool ended = report.state == State::Cancelled || report.state == State::Credited;
    if ((wanted == "cancelled" || wanted == "credited") && ended) return {}; // done before
    if (wanted == "cancelled" || wanted == "credited")
        return none(desk::cancel(books_, report.id, "moved on the kanban by " + actor.name, actor));
    if (wanted == "invoiced" && report.state == State::Agreed)
        return none(desk::invoice(books_, report.id, actor));
    const Message state = domain::word_of(report.state);
    if (wanted == "paid" || wanted == "partly_paid")
        return voices::refuse<say::kPaidByMove>(Code::Conflict, state);
    if (wanted.empty()) return voices::refuse<say::kNoState>(Code::Conflict);
    if (wanted == "agreed" && draft) return voices::refuse<say::kAgreeDraft>(Code::Conflict);
    if (wanted == "invoiced") return voices::refuse<say::kInvoiceFirst>(Code::Conflict, state);
    const auto to = domain::parse_state(wanted);
    return voices::refuse<say::kNoSuchMove>(Code::Conflict, state,
                                            to ? domain::word_of(*to) : voices::as_it_is(wanted));
}

Status CardsJob::send(const store::ReportRow& report, store::CardRow& card, const Actor& actor) {
    Status asked; // its hint is for people
    desk::SendWish wish;
    wish.accept = [&]() -> Status {
        asked = say_warnings(report.id, card, actor);
        return asked ? accept_all(report.id, actor) : asked;
    };
    const auto told = send_report(books_, reread_, report.id, wish, actor);
    if (!asked) return asked;
    if (!told.sent) return told.sent.error();
    return {};
}

// Warnings are said once; who moves the card again has read them (G24).
Status CardsJob::say_warnings(std::int64_t report, const store::CardRow& card, const Actor& actor) {
    std::string warnings;
    {
        const Read read = books_.read();
        const auto language = voices::language_of(read.settings.locale);
        for (const auto& warning : warnings_for_staff(read, report))
            if (!warning.blocking || domain::may_be_accepted(warning.code))
                warnings = books::join_lines(warnings, "- " + voices::in(warning.said, language));
    }
    if (warnings.empty()) return {};
    const std::string asked = "acknowledge " + sha256_hex(warnings);
    const std::string name = "card " + std::to_string(card.id) + " acknowledge";
    Step step = books_.begin(actor);
    if (step->kept.get(card.remote, name) == asked) return {};
    step->kept.put(card.remote, name, asked, step.now());
    step.done();
    return voices::refuse<say::kReadFirst>(Code::Conflict, warnings);
}

// Whoever moves the card again takes what the first move was told of (G47).
Status CardsJob::accept_all(std::int64_t report, const Actor& actor) {
    const auto view = books_.show(report);
    if (!view) return view.error();
    for (const auto& warning : view->warnings)
        if (warning.blocking && domain::may_be_accepted(warning.code))
            if (auto done = desk::accept(books_, report, warning.code, "", actor); !done)
                return done;
    return {};
}

void CardsJob::refilter(store::CardRow row, const domain::CardState& card) {
    const std::string& crm = books_.crm()->row.name;
    const std::string text = filter_text_of(card);
    std::optional<store::ReportRow> report;
    Result<domain::Filter> filter = Error{};
    {
        const Read read = books_.read();
        report = read->reports.find(*row.report);
        if (report->state == State::Draft) filter = filter_of_card(read, crm, card);
    }
    if (report->state != State::Draft) return keep_filter(std::move(row), text);
    const Actor actor{crm + ":user:" + card.updated_by};
    const bool same = filter && mapping::filter_text(*filter) == report->filter;
    Status done;
    if (!filter)
        done = filter.error();
    else if (!same)
        if (const auto changed = desk::refilter(books_, report->id, *filter, actor); !changed)
            done = changed.error();
    Step step = books_.begin();
    row = *step->cards.find(row.id);
    row.filter = text;
    if (done) row.told.clear();
    step->cards.update(row);
    if (!done) books::Planning(step).plan_card_comment(row, done.error());
    step.done();
}

// What was sent keeps its filter, and the card shows it again.
void CardsJob::keep_filter(store::CardRow row, const std::string& text) {
    Step step = books_.begin();
    const auto report = step->reports.find(*row.report);
    row.filter = text;
    step->cards.update(row);
    books::Planning planning(step);
    if (planning.put_back(row)) planning.plan_card(*report, std::nullopt);
    step.done();
}

// What we write is ours: put back when somebody changed it.
void CardsJob::compare(store::CardRow row, const domain::CardState& card) {
    Step step = books_.begin();
    if (row.shown.empty()) return; // nothing was written yet
    const auto report = step->reports.find(*row.report);
    const books::CardValues wanted = wanted_values(step, *report, row, std::nullopt);
    if (books::stored_text(books::card_link(step, *report), wanted) != row.shown)
        return; // show() will write it anyway
    books::CardValues there;
    for (const auto& [name, value] : wanted) {
        const auto found = card.fields.find(name);
        there[name] = found == card.fields.end() ? "" : found->second;
    }
    if (wanted.count("company") != 0) there["company"] = card.company;
    if (wanted.count("deal") != 0) there["deal"] = card.deal;
    if (wanted.count("title") != 0) there["title"] = card.title;
    if (books::card_text(there) == books::card_text(wanted)) return;
    there.erase("link"); // a key, and the log is for good
    books::Planning planning(step);
    step->events.add(step.now(), "engine", "card.drifted", row.report, row.remote_id,
                     books::EventData().add("there", books::card_text(there)).text());
    if (planning.put_back(row))
        planning.plan_card(*report, std::nullopt);
    else
        planning.plan_card_comment(row, voices::refuse<say::kFieldsFought>(Code::Conflict));
    step.done();
}

std::int64_t CardsJob::show(bool facts_changed) {
    RemoteRuntime* crm = enabled();
    if (crm == nullptr) return 0;
    Step step = books_.begin();
    std::int64_t planned = 0;
    books::Planning planning(step);
    for (const auto id : step->cards.reports_to_show()) {
        const auto report = step->reports.find(id);
        std::optional<std::string> warnings;
        const auto card = step->cards.of_report(id);
        if (report->state == State::Draft && (facts_changed || !card || card->shown.empty())) {
            warnings = "";
            const auto language = voices::language_of(step.settings.locale);
            for (const auto& warning : warnings_for_staff(step, id))
                warnings = books::join_lines(*warnings, voices::in(warning.said, language));
        }
        if (planning.plan_card(*report, warnings)) ++planned;
    }
    if (planned > 0) step.done();
    return planned;
}

} // namespace hb::lanes
