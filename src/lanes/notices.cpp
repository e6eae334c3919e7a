#include "lanes/notices.h"

#include <algorithm>
#include <array>

#include "base/clean.h"
#include "base/text.h"
#include "books/planning.h"
#include "books/settings_names.h"
#include "domain/op_key.h"
#include "lanes/notice_words.h"
#include "lanes/outages.h"
#include "lanes/watch.h"
#include "mapping/notices.h"
#include "mapping/writes_crm.h"
#include "render/question_text.h"
#include "store/health.h"

namespace hb::lanes {
namespace {

using domain::OpKind;
using domain::Purpose;
using domain::State;

constexpr std::int64_t kEventsALook = 500;

std::string note_of_bill(std::int64_t report) {
    return "notice.overdue." + std::to_string(report);
}

// What the log calls it, what the notice is called, and which rules want it.
struct Told {
    std::string_view action, event, on;
};
constexpr std::array kTold = {
    Told{"report.sent", "sent", "sent"},
    Told{"report.agreed", "agreed", "agreed"},
    Told{"report.invoiced", "invoiced", "invoiced"},
    Told{"report.paid", "paid", "paid"},
    Told{"report.payment", "partly_paid", "paid"},
    Told{"report.reversed", "reversed", "paid"},
    Told{"report.opened", "opened", "opened"},
    Told{"link.asked", "link_asked", "asks"},
};

} // namespace

// An outage is why a source stands still.
static bool wants(const books::NoticeRule& rule, std::string_view on) {
    const auto named = [&rule](std::string_view word) {
        return std::find(rule.on.begin(), rule.on.end(), word) != rule.on.end();
    };
    return named(on) || (on == "outage" && named("stale"));
}

bool Notices::wanted(std::string_view on) const {
    return std::any_of(books_.settings.notices.begin(), books_.settings.notices.end(),
                       [on](const books::NoticeRule& rule) { return wants(rule, on); });
}

std::int64_t Notices::plan() {
    Step step = books_.begin();
    if (books_.settings.notices.empty()) return 0;
    const auto known = step->kept.get(0, books::kept::kNoticesSeen);
    const auto seen = known ? parse_integer(*known) : std::nullopt;
    const Instant now = step.now();
    if (!seen) { // what was before the first rule is no news
        step->kept.put(0, books::kept::kNoticesSeen, std::to_string(step->overview.last_event()),
                       now);
        step.done();
        return 0;
    }
    const auto events = step->events.since(*seen, kEventsALook);
    auto all = happened(step, events);
    stuck(step, all);
    look_at_remotes(step, all);
    look_at_bills(step, all);
    if (events.empty() && all.empty()) return 0;
    std::int64_t planned = 0;
    for (const auto& happening : all) {
        std::size_t n = 0;
        for (const auto& rule : books_.settings.notices) {
            if (wants(rule, happening.on) && tell(step, rule, n, happening)) ++planned;
            ++n;
        }
        for (const auto op : happening.stuck_ops) {
            auto met = step->troubles.find(op);
            met.told = true;
            step->troubles.put(met);
        }
        if (happening.note_remote && happening.note_value.empty())
            step->kept.erase(*happening.note_remote, happening.note_name);
        else if (happening.note_remote)
            step->kept.put(*happening.note_remote, happening.note_name, happening.note_value, now);
    }
    if (!events.empty())
        step->kept.put(0, books::kept::kNoticesSeen, std::to_string(events.back().seq), now);
    step.done();
    return planned;
}

std::vector<Notices::Happening> Notices::happened(Step& step,
                                                  const std::vector<store::EventRow>& events) {
    std::vector<Happening> out;
    const Instant oldest = step.now() - kNewsFor;
    for (const auto& event : events) {
        if (event.at < oldest) continue;
        if (event.action == "op.parked") {
            parked(step, event, out);
            continue;
        }
        if (event.action == "report.asks") {
            asks(step, event, out);
            continue;
        }
        if (event.action == "outage.began" || event.action == "outage.ended") {
            outage(step, event, out);
            continue;
        }
        Happening happening;
        happening.purpose = Purpose::notice_of_event(event.seq);
        if (event.action == "backup.failed" || event.action == "standby.late" ||
            event.action == "books.damaged") {
            happening.on = "machine";
            happening.facts.event = event.action == "books.damaged" ? "damaged" : "backup";
            happening.facts.why = event.subject;
            happening.facts.hint = "look at the disk and at the log; the next one is tried at its "
                                   "time";
            out.push_back(std::move(happening));
            continue;
        }
        for (const auto& told : kTold) {
            if (event.action != told.action || !event.report || !wanted(told.on)) continue;
            happening.on = told.on;
            happening.report = event.report;
            happening.facts = facts_of(step, *event.report, std::string(told.event));
            out.push_back(happening);
        }
    }
    return out;
}

// Writes that fail together are told together: a hundred marks are one message.
void Notices::parked(Step& step, const store::EventRow& event, std::vector<Happening>& out) {
    const auto op = step->outbox.of_purpose(Purpose::stored(event.subject));
    if (!op || domain::is_notice(op->op.kind) || !wanted("parked")) return;
    for (auto& other : out)
        if (other.on == "parked" && other.report == event.report) {
            ++other.facts.count;
            return;
        }
    Happening happening;
    happening.on = "parked";
    happening.purpose = Purpose::notice_of_event(event.seq);
    happening.report = event.report;
    if (event.report) happening.facts = facts_of(step, *event.report, "parked");
    happening.facts.event = "parked";
    happening.facts.count = 1;
    happening.facts.remote = books_.remote_name(op->remote);
    const auto told = mapping::read_text_member(event.data, "message");
    happening.facts.why = told.empty() ? op->last_error : told;
    happening.facts.hint =
        "put the cause right; then op " + std::to_string(op->id) + " can be tried again";
    out.push_back(std::move(happening));
}

// Questions of one report that came together are one message; what ended meanwhile is no news.
void Notices::asks(Step& step, const store::EventRow& event, std::vector<Happening>& out) {
    const auto id = parse_integer(mapping::read_text_member(event.data, "question"));
    const auto question = id ? step->reports.find_question(*id) : std::nullopt;
    if (!question || question->ended_at || !wanted("asks")) return;
    for (auto& other : out)
        if (other.on == "asks" && other.report == event.report) {
            other.asked.push_back(question->asked);
            return;
        }
    Happening happening;
    happening.on = "asks";
    happening.purpose = Purpose::notice_of_event(event.seq);
    happening.report = event.report;
    happening.facts = facts_of(step, question->report, "asks");
    happening.asked.push_back(question->asked);
    out.push_back(std::move(happening));
}

// Beginning and end have one purpose: an end takes the place of a beginning that nobody heard.
void Notices::outage(Step& step, const store::EventRow& event, std::vector<Happening>& out) {
    if (!wanted("outage")) return;
    const auto text = [&event](const char* name) {
        return mapping::read_text_member(event.data, name);
    };
    const auto shown = [&](const std::string& at) {
        const auto instant = parse_instant(at);
        return instant ? clock_text(books_.settings.zone, *instant, step.now()) : at;
    };
    Happening happening;
    happening.on = "outage";
    happening.purpose = Purpose::notice_of_outage(event.subject, text("since"));
    happening.facts.event = event.action == "outage.began" ? "outage" : "outage_over";
    happening.facts.remote = event.subject;
    happening.facts.why = text("why");
    happening.facts.since = shown(text("since"));
    happening.facts.until = shown(text("until"));
    happening.facts.count = parse_integer(text("waiting")).value_or(0);
    for (auto& other : out)
        if (other.purpose == happening.purpose) { // it is over before anybody was told
            other = happening;
            return;
        }
    out.push_back(std::move(happening));
}

// The end tells both times.
void Notices::drop_untold(Step& step, const Purpose& purpose) {
    auto before = step->outbox.of_purpose(purpose);
    if (!before || before->state != store::OpState::Pending) return;
    before->superseded = true;
    before->state = store::OpState::Done;
    before->done_at = step.now();
    step->outbox.update(*before);
}

// Ops that fail while others pass, those of a remote together.
void Notices::stuck(Step& step, std::vector<Happening>& out) {
    if (!wanted("parked")) return;
    for (const auto& met : step->troubles.stuck_untold()) {
        const auto op = step->outbox.find(met.op);
        if (!op || domain::is_notice(op->op.kind)) continue;
        const std::string remote = books_.remote_name(op->remote);
        const auto same = std::find_if(out.begin(), out.end(), [&](const Happening& other) {
            return other.facts.event == "stuck" && other.facts.remote == remote;
        });
        if (same != out.end()) {
            ++same->facts.count;
            same->stuck_ops.push_back(met.op);
            continue;
        }
        Happening happening;
        happening.on = "parked";
        happening.purpose = Purpose::notice_of_stuck(met.op, step.now());
        happening.facts.event = "stuck";
        happening.facts.count = 1;
        happening.facts.remote = remote;
        happening.facts.why = op->last_error;
        happening.stuck_ops.push_back(met.op);
        out.push_back(std::move(happening));
    }
}

// A source that stands still and a guard that asks are told when they begin, once.
void Notices::look_at_remotes(Step& step, std::vector<Happening>& out) {
    if (!wanted("stale") && !wanted("stopped")) return;
    const auto streams = step->overview.read_streams();
    const Instant now = step.now();
    for (const auto& remote : books_.remotes) {
        const std::int64_t id = remote->row.id;
        const auto job = step->jobs.find(id, "pull", "");
        const auto told = [&](const char* name, const char* on, std::string is) {
            const auto was = step->kept.get(id, name).value_or("");
            if (was == is) return;
            Happening happening;
            happening.on = is.empty() ? "" : on; // that it is over is only remembered
            happening.purpose = Purpose::notice_of_remote(on, id, now);
            happening.facts.event = on;
            happening.facts.remote = remote->row.name;
            happening.note_remote = id;
            happening.note_name = name;
            happening.note_value = std::move(is);
            out.push_back(std::move(happening));
        };
        const auto still = standstill(streams, id, job ? job->failures : 0, now);
        // Of an outage people have been told.
        const bool away = step->breakers.find(id).outage && wanted("outage");
        const bool stale = !away && still && *still > freshness_limit(remote->poll);
        const auto before = out.size();
        told(books::kept::kToldStale, "stale", stale ? "since" : "");
        if (out.size() > before) {
            out.back().facts.days = still.value_or(std::chrono::seconds{0}).count() / 60;
            out.back().facts.why = job ? job->last_error : "";
        }
        const auto again = out.size();
        told(books::kept::kToldStopped, "stopped", job && job->stopped ? *job->stopped : "");
        if (out.size() > again && job) {
            out.back().facts.why = job->stopped.value_or("");
            out.back().facts.hint = job->what_to_do.value_or("");
        }
    }
}

// Once when the time is over, and once more each time it has passed again.
void Notices::look_at_bills(Step& step, std::vector<Happening>& out) {
    const auto overdue = books_.settings.overdue;
    if (!wanted("overdue") || overdue.count() <= 0) return;
    for (const State state : {State::Invoiced, State::PartlyPaid})
        for (const auto& row : step->reports.list(state, std::nullopt)) {
            const auto waited = std::chrono::floor<std::chrono::days>(
                step.now() - row.invoiced_at.value_or(step.now()));
            const auto times = waited / overdue;
            const std::string name = note_of_bill(row.id);
            const auto told = parse_integer(step->kept.get(0, name).value_or("0")).value_or(0);
            if (times <= told) continue;
            Happening happening;
            happening.on = "overdue";
            happening.purpose = Purpose::notice_of_bill(row.id, times);
            happening.report = row.id;
            happening.facts = facts_of(step, row.id, "overdue");
            happening.facts.days = waited.count();
            happening.note_remote = 0;
            happening.note_name = name;
            happening.note_value = std::to_string(times);
            out.push_back(std::move(happening));
        }
}

render::NoticeFacts Notices::facts_of(Step& step, std::int64_t report, std::string event) {
    render::NoticeFacts facts;
    facts.event = std::move(event);
    const auto view = books::Lookup(step).show(report);
    if (!view) return facts;
    facts.number = view->number.value_or("draft " + std::to_string(report));
    facts.client = for_people(view->client_name, Lines::Join);
    facts.period = view->period;
    facts.currency = view->currency;
    facts.billed_seconds = view->billed_seconds;
    facts.total = view->totals.total;
    facts.paid = view->paid;
    facts.due = std::max<std::int64_t>(0, view->totals.total - view->paid);
    // The client's link is a key; staff are shown the CRM's own page where there is one.
    facts.has_page = view->url.has_value();
    RemoteRuntime* crm = books_.crm();
    for (const auto& ref : {view->deal, view->card}) {
        const auto what = ref ? domain::parse_ref(*ref) : Result<domain::Ref>(Error{});
        if (crm == nullptr || !what) continue;
        const std::string url = crm->connector->object_url(what->kind, what->id);
        if (!url.empty()) facts.link = url;
        if (!url.empty()) facts.has_page = false;
    }
    return facts;
}

RemoteRuntime* Notices::find_place(const std::string& name) {
    for (const auto& sender : books_.senders)
        if (sender->row.name == name) return sender.get();
    return books_.find_remote(name); // a person in the CRM
}

// Who looks after the client in the CRM; else whom the configuration's account stands for.
std::string Notices::person_of(Step& step, const books::NoticeRule& rule,
                               const std::optional<std::int64_t>& report) {
    if (rule.kind != OpKind::NoticeSend || rule.target != "responsible") return rule.target;
    const auto row = report ? step->reports.find(*report) : std::nullopt;
    const auto client = row ? step->sources.find_company(row->client) : std::nullopt;
    RemoteRuntime* crm = books_.crm();
    if (client && crm != nullptr && client->ref.remote == crm->row.name) {
        const auto record = step->sources.record_text(crm->row.id, "companies", client->ref.id);
        const std::string person = mapping::company_responsible(record.value_or(""));
        if (!person.empty()) return person;
    }
    return rule.otherwise;
}

std::optional<std::int64_t> Notices::tell(Step& step, const books::NoticeRule& rule, std::size_t n,
                                          const Happening& happening) {
    RemoteRuntime* place = find_place(rule.remote);
    if (place == nullptr) return std::nullopt;
    // A place that is down itself can't be told so: the end tells both times.
    if (happening.facts.event == "outage" && happening.facts.remote == rule.remote)
        return std::nullopt;
    const std::string person = person_of(step, rule, happening.report);
    if (rule.kind == OpKind::NoticeSend && person.empty()) return std::nullopt; // nobody to tell
    store::OpRow op;
    op.remote = place->row.id;
    op.purpose = happening.purpose.by_rule(n);
    if (happening.on == "outage") drop_untold(step, op.purpose);
    op.op.kind = rule.kind;
    op.op.repeat =
        domain::is_told_once_at_most(rule.kind) ? domain::Repeat::Once : domain::Repeat::Fixed;
    op.op.key = domain::new_key(books_.ids);
    op.op.target = person;
    op.due_at = op.made_at = step.now();
    auto facts = happening.facts;
    for (const auto& question : happening.asked)
        facts.why += (facts.why.empty() ? "" : "; ") + render::question_text(question, rule.locale);
    for (auto* words : {&facts.remote, &facts.why, &facts.hint}) *words = for_people(*words);
    const std::string text = render::notice_text(facts, rule.locale);
    const auto row = happening.report ? step->reports.find(*happening.report) : std::nullopt;
    const auto page = facts.has_page && row ? std::optional(books::link_part(*row)) : std::nullopt;
    if (rule.kind == OpKind::TelegramSend)
        books::write(op, mapping::telegram_fields(text, page));
    else if (rule.kind == OpKind::WebhookSend)
        books::write(op, mapping::hook_fields(
                             "msg_" + std::string(domain::id_of_key(op.op.key)),
                             render::notice_json(facts, format_instant(op.made_at), text), page));
    else
        books::write(op, mapping::notice_fields(text, op.op.key, page));
    return step->outbox.add(op);
}

std::vector<std::int64_t> Notices::plan_test() {
    Step step = books_.begin();
    Happening happening;
    happening.purpose = Purpose::notice_test(books_.ids.id128().substr(0, 12));
    happening.facts.event = "test";
    std::vector<std::int64_t> ops;
    std::size_t n = 0;
    for (const auto& rule : books_.settings.notices)
        ops.push_back(tell(step, rule, n++, happening).value_or(0));
    step.done();
    return ops;
}

void Notices::give_up() {
    Step step = books_.begin();
    const Instant oldest = step.now() - kNewsFor;
    std::vector<store::OpRow> old;
    for (const auto& op : step->outbox.list(store::OpState::Pending, 100000))
        if (domain::is_notice(op.op.kind) && op.made_at < oldest) old.push_back(op);
    if (old.empty()) return;
    for (auto& op : old) {
        op.state = store::OpState::Parked;
        op.last_error = "given up after three days: " + op.last_error;
        step->outbox.update(op);
    }
    step.done();
}

} // namespace hb::lanes
