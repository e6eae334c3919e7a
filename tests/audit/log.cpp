#include "audit/reader.h"

#include <algorithm>

// What the log tells: its chain, and the story of each report from its audit rows alone.
namespace hb::test {
namespace {

std::string text(const json::Value& data, const char* key) {
    return std::string(data[key].text_view().value_or(""));
}
std::int64_t amount(const json::Value& data, const char* key) {
    return minor_of(data[key].text_view().value_or(""));
}
std::string moment(const store::EventRow& event) {
    return format_instant(event.at);
}
bool counts_money(const std::string& state) {
    return state == "invoiced" || state == "partly_paid" || state == "paid";
}

} // namespace

AuditReader::AuditReader(const Dump& dump) : dump_(dump) {
    for (const auto& row : dump.rows("entries")) {
        entries_[row.at("id")] = &row;
        revisions_[{row.at("id"), row.at("revision")}] = {
            number_in(row, "task"), number_in(row, "seconds"), row.at("person"),
            row.at("work_date"), row.at("at")};
    }
    for (const auto& row : dump.rows("entry_revisions"))
        revisions_[{row.at("entry"), row.at("n")}] = {number_in(row, "task"),
                                                      number_in(row, "seconds"), row.at("person"),
                                                      row.at("work_date"), row.at("at")};
    for (const auto& row : dump.rows("persons")) persons_[row.at("id")] = &row;
    for (const auto& row : dump.rows("remotes")) remotes_[row.at("id")] = &row;
    for (const auto& row : dump.rows("companies")) companies_[row.at("id")] = &row;
    for (const auto& row : dump.rows("adjustments")) adjustments_[row.at("id")] = &row;
    for (const auto& row : dump.rows("allocations")) allocations_[row.at("line")].push_back(&row);
    for (const auto& row : dump.rows("lines"))
        lines_[{row.at("report"), std::stoi(row.at("revision"))}].push_back(&row);
    for (auto& [key, lines] : lines_)
        std::sort(lines.begin(), lines.end(), [](const Cells* a, const Cells* b) {
            return number_in(*a, "position") < number_in(*b, "position");
        });
    for (std::size_t i = 0; i < dump.events.size(); ++i) {
        by_action_[dump.events[i].action].push_back(i);
        auto parsed = json::Document::parse(dump.events[i].data);
        if (!parsed) wrong("event " + std::to_string(i + 1) + ": its data is no JSON");
        data_.push_back(parsed ? std::move(*parsed) : json::Document());
    }
}

std::vector<std::string> AuditReader::problems() {
    chain();
    stories();
    decisions();
    guards();
    bills();
    free_days();
    return problems_;
}

// Rule 55.
void AuditReader::chain() {
    std::string before;
    std::int64_t seq = 0;
    std::string key;
    for (const auto& event : dump_.events) {
        if (event.action == "chain.keyed") key = chain_key_of(dump_);
        const std::string who = "event " + std::to_string(event.seq);
        if (event.seq != ++seq) wrong(who + ": not the one that follows");
        if (event.previous != before) wrong(who + ": the chain is broken");
        if (event.hash != hash_of(event, key)) wrong(who + ": its text has another hash");
        if (event.actor.empty()) wrong(who + ": nobody did it");
        before = event.hash;
    }
}

void AuditReader::stories() {
    for (std::size_t i = 0; i < dump_.events.size(); ++i) {
        const auto& event = dump_.events[i];
        if (!event.report) continue;
        const auto id = std::to_string(*event.report);
        if (dump_.find("reports", "id", id) == nullptr)
            wrong("event " + std::to_string(event.seq) + ": there is no report " + id);
        tell(stories_[id], event, data_[i].root());
    }
    for (const auto& report : dump_.rows("reports")) {
        auto& story = stories_[report.at("id")];
        if (story.state.empty()) wrong("report " + report.at("id") + ": nobody made it");
        compare(report, story);
    }
}

void AuditReader::tell(Story& story, const store::EventRow& event, const json::Value& data) {
    const std::string who =
        "report " + std::to_string(*event.report) + ", event " + std::to_string(event.seq);
    const auto from = [&](std::initializer_list<const char*> states) {
        for (const char* state : states)
            if (story.state == state) return;
        wrong(who + ": " + event.action + " of a report that is \"" + story.state + "\"");
    };
    const auto& what = event.action;
    if (what == "report.asks") story.asked = true;
    // Both rows are one transaction's; a real clock goes on between them.
    if (story.owes && event.at > *story.owes + std::chrono::seconds{1})
        settled_by_now(story, who + ": ", what);
    if (what == "report.created") {
        from({""});
        story.state = "draft";
    } else if (what == "report.sent") {
        from({"draft"});
        story.state = "sent";
        if (*data["revision"].integer() != ++story.revision)
            wrong(who + ": revision " + text(data, "revision") + " is not the next one");
        if (!story.number.empty() && story.number != event.subject)
            wrong(who + ": another number (rule 15)");
        story.number = event.subject;
        story.hash = story.hashes[story.revision] = text(data, "hash");
        story.total = story.totals[story.revision] = text(data, "total");
        story.sent_at = moment(event);
    } else if (what == "report.recalled") {
        from({"sent"});
        story.state = "draft";
        story.sent_at.clear();
    } else if (what == "report.agreed") {
        from({"sent"});
        story.state = "agreed";
        story.agreed_at = moment(event);
        if (text(data, "hash") != story.hash) wrong(who + ": agreed to another hash (rule 57)");
    } else if (what == "report.invoice" && text(data, "state") == "invoiced") {
        from({"agreed"});
        story.state = "invoiced";
        story.invoiced_at = moment(event);
    } else if (what == "report.invoiced") {
        from({"agreed"});
        story.state = "invoiced";
        story.invoiced_at = moment(event);
        if (text(data, "total") != story.total)
            wrong(who + ": invoiced " + text(data, "total") + ", sent " + story.total);
    } else if (what == "report.cancelled" || what == "report.credited") {
        if (what == "report.cancelled")
            from({"draft", "sent"});
        else
            from({"agreed", "invoiced"});
        story.state = what.substr(what.find('.') + 1);
        story.ended_at = moment(event);
        if (text(data, "reason").empty()) wrong(who + ": without a reason");
        if (story.settled != 0) wrong(who + ": there is money on it (G4)");
    } else if (what == "payment.added") {
        const auto [at, fresh] =
            story.payments.emplace(text(data, "payment"), amount(data, "amount"));
        if (!fresh) wrong(who + ": payment " + at->first + " came twice (rule 39)");
        if (counts_money(story.state)) story.owes = event.at;
    } else if (what == "payment.reversed") {
        if (story.payments.erase(text(data, "payment")) == 0)
            wrong(who + ": reverses a payment that nobody added");
        if (counts_money(story.state)) story.owes = event.at;
    } else if (what == "report.payment" || what == "report.paid" || what == "report.reversed") {
        from({"invoiced", "partly_paid", "paid"});
        settlement(story, event, data);
    }
}

// G3: what counts now and what it makes of the report.
void AuditReader::settlement(Story& story, const store::EventRow& event, const json::Value& data) {
    const std::string who =
        "report " + std::to_string(*event.report) + ", event " + std::to_string(event.seq);
    if (text(data, "from") != story.state)
        wrong(who + ": from " + text(data, "from") + ", but it was " + story.state);
    const auto due = minor_of(story.total.substr(0, story.total.find(' ')));
    const auto was_paid = story.state == "paid";
    story.state = text(data, "to");
    story.settled = amount(data, "settled");
    story.surplus = amount(data, "surplus");
    story.written_off = amount(data, "written_off");
    story.owes.reset();
    story.asked = false;
    if (story.state == "paid" && !was_paid) story.paid_at = moment(event);
    if (story.state != "paid") story.paid_at.clear();
    const bool paid = story.settled + story.written_off == due;
    const auto by = text(data, "by");
    const auto sum = story.standing();
    if (by == "payment") {
        const auto counts = std::max<std::int64_t>(std::min(sum, due), 0);
        if (story.settled != counts || story.surplus != std::max<std::int64_t>(sum - due, 0))
            wrong(who + ": payments of " + std::to_string(sum) + " on " + std::to_string(due) +
                  " settle " + std::to_string(story.settled) + " and leave " +
                  std::to_string(story.surplus));
    } else if (by.empty()) {
        if (story.settled != 0 || story.surplus != 0) wrong(who + ": money from nowhere");
    } else if (!paid) {
        wrong(who + ": " + by + " of less than is due pays nothing");
    }
    const std::string expected = paid ? "paid" : story.settled > 0 ? "partly_paid" : "invoiced";
    if (story.state != expected) wrong(who + ": it says " + story.state + ", money " + expected);
    if (event.action == "report.paid" && story.state != "paid") wrong(who + ": paid is not paid");
}

// Payments that came while money counts were settled before anything else happened, or a person was
// asked.
void AuditReader::settled_by_now(Story& story, const std::string& who, const std::string& now) {
    if (!story.asked && story.standing() != story.settled + story.surplus)
        wrong(who + "payments of " + std::to_string(story.standing()) + " changed nothing before " +
              now);
    story.owes.reset();
}

void AuditReader::compare(const Cells& report, Story& story) {
    const std::string who = "report " + report.at("id") + ": ";
    const auto equal = [&](const char* column, const std::string& told) {
        if (report.at(column) != told)
            wrong(who + column + " is \"" + report.at(column) + "\", its audit rows say \"" + told +
                  "\"");
    };
    equal("state", story.state);
    equal("number", story.number);
    equal("revision", std::to_string(story.revision));
    equal("settled", std::to_string(story.settled));
    equal("surplus", std::to_string(story.surplus));
    equal("written_off", std::to_string(story.written_off));
    equal("sent_at", story.sent_at);
    equal("agreed_at", story.agreed_at);
    equal("agreed_hash", story.agreed_at.empty() ? "" : story.hash);
    equal("invoiced_at", story.invoiced_at);
    equal("paid_at", story.paid_at);
    equal("ended_at", story.ended_at);
    if (story.owes) settled_by_now(story, who, "the end");
}

} // namespace hb::test
