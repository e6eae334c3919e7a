#include <algorithm>

#include "base/clean.h"
#include "base/text.h"
#include "books/card_values.h"
#include "books/client_links.h"
#include "books/planning.h"
#include "books/questions.h"
#include "books/settings_names.h"
#include "mapping/contract_file.h"
#include "mapping/writes_crm.h"
#include "voices/voices.h"
#include "voices/warnings.h"

// What report cards show (G36). A card is told the difference to what was last decided for it, so
// that a manager's move made meanwhile is not written over by a new sum.
namespace hb::books {
namespace {

using mapping::CardFields;

std::string money(const store::ReportRow& row, std::int64_t minor) {
    const auto currency = domain::find_currency(row.currency);
    return domain::format_amount(minor, currency ? *currency : domain::Currency{}) + " " +
           row.currency;
}

// A name among others: commas and semicolons would end it when the card is read.
std::string listed(const std::string& name) {
    std::string out = for_crm(name);
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c == ',' || c == ';'; }, ' ');
    return out;
}

bool ended(domain::State state) {
    return state == domain::State::Paid || state == domain::State::Cancelled ||
           state == domain::State::Credited;
}

// At most this often an hour a card is put back: a robot on the portal may answer each write.
constexpr int kPutBacksAnHour = 5;

} // namespace

CardValues card_values(const Reading& read, const store::ReportRow& row,
                       const std::optional<std::string>& warnings) {
    CardValues values;
    const bool draft = row.state == domain::State::Draft;
    values["number"] = row.number.value_or("");
    values["hours"] = format_duration(row.billed_seconds);
    values["total"] = money(row, row.total);
    values["paid"] = money(row, row.settled);
    Viewing viewing(read);
    if (draft)
        values["link"] = preview_url(read, row.id).value_or("");
    else
        values["link"] = row.link_digest ? viewing.url(row) : "";
    // What a person is asked stands first: it names the fix.
    std::string asked;
    for (const auto& each : asked_of(read, row.id))
        asked = join_lines(asked, render::question_text(each.asked, read.settings.locale));
    if (!asked.empty() || warnings)
        values["warnings"] =
            for_crm(join_lines(asked, warnings ? *warnings : std::string()), Lines::Keep);
    else if (!draft)
        values["warnings"] = row.drifted ? voices::in(voices::say<voices::warnings::kDrifted>(),
                                                      voices::language_of(read.settings.locale))
                                         : "";
    return values;
}

CardValues card_filter_values(const Reading& read, const store::ReportRow& row) {
    CardValues values;
    const auto filter = mapping::parse_filter(row.filter);
    ensure(filter.ok(), "a report's filter can be read");
    values["from"] = format_day(row.period.from);
    values["to"] = format_day(row.period.to);
    std::vector<std::string> projects;
    for (const auto& ref : filter->projects) {
        const auto name = read->sources.find_project(ref);
        projects.push_back(name ? ref.id + " " + listed(name->name) : ref.id);
    }
    values["projects"] = join(projects, "\n");
    values["type"] = for_people(filter->work_type);
    values["status"] = domain::format_status_filter(filter->statuses);
    values["percent_paid"] = filter->percent_paid ? to_string(*filter->percent_paid) : "";
    std::vector<std::string> dates;
    for (const auto& range : filter->task_dates) dates.push_back(to_string(range));
    values["task_dates"] = join(dates, "\n");
    return values;
}

std::string card_text(const CardValues& values) {
    domain::JsonObject object;
    for (const auto& [name, value] : values)
        if (!value.empty()) object.add(name, domain::json_string(value));
    return object.text();
}

domain::LinkPart card_link(const Reading& read, const store::ReportRow& report) {
    if (report.state != domain::State::Draft) return link_part(report);
    const auto preview = read->client_links.preview_of(report.id, read.now());
    return {report.id, preview ? preview->n : 0, true};
}

std::string stored_text(const domain::LinkPart& link, const CardValues& values) {
    domain::JsonObject object;
    for (const auto& [name, value] : values)
        if (!value.empty())
            object.add(name,
                       name == "link" ? domain::parts_text({link}) : domain::json_string(value));
    return object.text();
}

std::string shown_value(const std::string& text, const std::string& name) {
    return text.empty() ? "" : mapping::read_text_member(text, name);
}

std::string card_title(const Reading& read, const KnownRemote& crm, const store::ReportRow& row) {
    const auto client = read->sources.find_company(row.client);
    return crm.mapping->fill("card.title",
                             {{"locale", read.settings.locale},
                              {"number", row.number.value_or("#" + std::to_string(row.id))},
                              {"client", client ? client->name : ""},
                              {"from", format_day(row.period.from)},
                              {"to", format_day(row.period.to)}});
}

CardValues wanted_values(const Reading& read, const store::ReportRow& row,
                         const store::CardRow& card, const std::optional<std::string>& warnings) {
    CardValues wanted = card_values(read, row, warnings);
    // A draft's warnings stay until somebody has evaluated it again.
    if (wanted.count("warnings") == 0) wanted["warnings"] = shown_value(card.shown, "warnings");
    // After the draft the filter on the card says what was billed, whatever is typed there.
    if (row.state != domain::State::Draft) {
        for (const auto& [name, value] : card_filter_values(read, row)) wanted[name] = value;
        const auto client = read->sources.find_company(row.client);
        wanted["company"] = client ? client->ref.id : "";
    }
    const KnownRemote* crm = read.crm();
    if (card.own && crm != nullptr) wanted["title"] = card_title(read, *crm, row);
    const auto deal = read->outbox.of_purpose(domain::Purpose::deal(row.id));
    if (deal && deal->state == store::OpState::Done) wanted["deal"] = deal->remote_id;
    return wanted;
}

bool Planning::plan_card(const store::ReportRow& report,
                         const std::optional<std::string>& warnings) {
    const KnownRemote* crm = step_.crm();
    if (crm == nullptr || !step_.settings.report_cards) return false;
    if (!step_->kept.get(crm->row.id, kept::kCardLayout)) return false;
    const std::string state = domain::to_string(report.state);
    auto card = step_->cards.of_report(report.id);
    const auto client = step_->sources.find_company(report.client);
    if (!card) {
        if (step_->outbox.of_purpose(domain::Purpose::card(report.id))) return false; // being made
        if (ended(report.state)) return false; // nobody ever saw it on the kanban
        keep_preview(step_, report);
        auto op = new_op(step_, *crm, domain::OpKind::CardCreate, domain::Repeat::Findable,
                         domain::Purpose::card(report.id));
        op.report = report.id;
        CardFields fields;
        fields.key = op.op.key;
        fields.title = card_title(step_, *crm, report);
        fields.company = client ? client->ref.id : "";
        fields.state = state;
        fields.fields = card_filter_values(step_, report);
        for (const auto& [name, value] : card_values(step_, report, warnings))
            fields.fields[name] = value;
        if (!fields.fields["link"].empty()) fields.link = card_link(step_, report);
        write(op, mapping::card_fields(fields));
        step_->outbox.add(op);
        return true;
    }
    if (card->gone) return false;
    bool planned = false;
    keep_preview(step_, report);
    const CardValues wanted = wanted_values(step_, report, *card, warnings);
    const std::string text = stored_text(card_link(step_, report), wanted);
    if (text != card->shown) {
        auto op = new_op(step_, *crm, domain::OpKind::CardUpdate, domain::Repeat::Fixed,
                         domain::Purpose::card_fields(report.id));
        op.report = report.id;
        op.op.target = card->remote_id;
        CardFields fields;
        fields.fields = wanted;
        const auto take = [&fields](const char* name, std::optional<std::string>& member) {
            const auto node = fields.fields.extract(name);
            if (!node.empty()) member = node.mapped();
        };
        take("deal", fields.deal);
        take("company", fields.company);
        take("title", fields.title);
        if (!fields.fields["link"].empty()) fields.link = card_link(step_, report);
        write(op, mapping::card_fields(fields));
        step_->outbox.add(op);
        card->shown = text;
        step_->cards.update(*card);
        planned = true;
    }
    if (state != card->shown_state) {
        plan_card_state(*card, state);
        planned = true;
    }
    return planned;
}

void Planning::plan_card_state(store::CardRow& card, const std::string& state) {
    const KnownRemote* crm = step_.crm();
    auto op = new_op(step_, *crm, domain::OpKind::CardUpdate, domain::Repeat::Fixed,
                     domain::Purpose::card_state(card.id));
    op.report = card.report;
    op.op.target = card.remote_id;
    CardFields fields;
    fields.state = state;
    write(op, mapping::card_fields(fields));
    step_->outbox.add(op);
    card.shown_state = state;
    step_->cards.update(card);
}

void Planning::plan_card_comment(store::CardRow& card, const Error& error) {
    const auto why = voices::both_in(error, voices::language_of(step_.settings.locale));
    if (card.told == why) return;
    const KnownRemote* crm = step_.crm();
    auto op = new_op(step_, *crm, domain::OpKind::CommentCreate, domain::Repeat::Findable,
                     domain::Purpose::card_comment(card.id, card.comments + 1));
    op.report = card.report;
    op.op.target = card.remote_id;
    op.op.fields = mapping::comment_text_fields(
        "card",
        crm->mapping->fill("card.refused", {{"locale", step_.settings.locale}, {"why", why}}),
        op.op.key);
    step_->outbox.add(op);
    ++card.comments;
    card.told = why;
    step_->cards.update(card);
}

void Planning::plan_adoption(const store::CardRow& card) {
    const KnownRemote* crm = step_.crm();
    auto op = new_op(step_, *crm, domain::OpKind::CardAdopt, domain::Repeat::Fixed,
                     domain::Purpose::card_adoption(card.id));
    op.op.target = card.remote_id;
    op.op.fields = mapping::card_key_fields(card.key);
    step_->outbox.add(op);
}

void Planning::plan_card_files(const store::ReportRow& report) {
    const KnownRemote* crm = step_.crm();
    const auto card = step_->cards.of_report(report.id);
    if (crm == nullptr || !card || card->gone) return;
    std::vector<std::int64_t> stored;
    for (const auto& document : step_->documents.of_report(report.id))
        if (document.state == "stored") stored.push_back(document.id);
    if (stored.empty()) return;
    auto op = new_op(step_, *crm, domain::OpKind::CardFiles, domain::Repeat::Fixed,
                     domain::Purpose::card_files(report.id));
    op.report = report.id;
    op.op.target = card->remote_id;
    op.op.fields = mapping::card_file_list(stored);
    step_->outbox.add(op);
}

bool Planning::put_back(store::CardRow& card) {
    const Instant now = step_.now();
    if (now - card.put_back_since > std::chrono::hours{1}) {
        card.put_back_since = now;
        card.put_backs = 0;
    }
    if (card.put_backs >= kPutBacksAnHour) return false;
    ++card.put_backs;
    card.shown.clear(); // differs from anything that is wanted
    step_->cards.update(card);
    return true;
}

void Planning::op_done(const store::OpRow& op) {
    if (op.op.kind == domain::OpKind::CardCreate && op.report) {
        if (step_->cards.of_report(*op.report)) return;
        const auto report = step_->reports.find(*op.report);
        store::CardRow card;
        card.remote = op.remote;
        card.remote_id = op.remote_id;
        card.key = op.op.key;
        card.report = op.report;
        card.own = true;
        card.filter = card_text(card_filter_values(step_, *report));
        card.shown_state = mapping::read_card_state(op.op.fields);
        step_->cards.add(card);
        plan_card_files(*report);
        // It was sent before there was a card to say so on.
        if (domain::was_sent(report->state) &&
            !step_->outbox.of_purpose(domain::Purpose::comment(report->id, "sent")))
            plan_comment(*report, "sent");
    }
    if (op.op.kind == domain::OpKind::DocumentCreate && op.report) {
        store::DocumentRow document;
        document.report = *op.report;
        document.remote = op.remote;
        document.template_id = mapping::read_text_member(op.op.fields, "templateId");
        document.remote_id = op.remote_id;
        document.state = "waiting";
        document.due_at = step_.now();
        step_->documents.add(document);
    }
}

} // namespace hb::books
