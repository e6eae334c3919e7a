
#include "app/arguments.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "desk/decisions.h"
#include "render/columns.h"
#include "json/writer.h"

// payment add|list|reverse: money that no remote reports (G3, G41)
namespace hb::app {
namespace {

std::string amount_of(const store::PaymentRow& row) {
    const auto currency = domain::find_currency(row.currency);
    return domain::format_amount(row.amount, currency ? *currency : domain::Currency{});
}

std::string report_name(const Session& session, std::int64_t report) {
    const auto row = session.books().read()->reports.find(report);
    return row && row->number ? *row->number : std::to_string(report);
}

void add_payment_json(json::Writer& json, const Session& session, const store::PaymentRow& row) {
    json.begin_object()
        .member("id", row.id)
        .member("report", report_name(session, row.report))
        .member("amount", amount_of(row))
        .member("currency", row.currency)
        .member("date", format_day(row.date))
        .member("ref", row.ref)
        .member("source", row.source)
        .member("reversed", row.reversed_at.has_value())
        .end_object();
}

struct Add {
    std::string report, amount, date, ref;
};

int add(Session& session, const Add& options) {
    const auto date = read_day("--date", options.date);
    if (!date) return session.out.fail(date.error());
    const auto report = session.books().find_report(options.report);
    if (!report) return session.out.fail(report.error());
    const auto before = session.books().read()->reports.payments(std::nullopt).size();
    const auto paid = desk::add_payment(session.books(), *report, options.amount, *date,
                                        options.ref, session.actor());
    if (!paid) return session.out.fail(paid.error());
    const auto row = session.books().read()->reports.find(*report);
    const bool known = session.books().read()->reports.payments(std::nullopt).size() == before;
    session.out.text(
        (known ? "Was booked before, nothing was added: payment " : "Booked: payment ") +
        std::to_string(paid->id) + ", " + amount_of(*paid) + " " + paid->currency + " on report " +
        report_name(session, *report) + ", which is now " + domain::to_string(row->state));
    json::Writer json;
    json.begin_object().key("payment");
    add_payment_json(json, session, *paid);
    json.member("state", domain::to_string(row->state)).end_object();
    session.out.document(json.text());
    return kDone;
}

int list(Session& session, const std::string& report) {
    std::optional<std::int64_t> only;
    if (!report.empty()) {
        const auto id = session.books().find_report(report);
        if (!id) return session.out.fail(id.error());
        only = *id;
    }
    render::Columns table({{"ID", render::Align::Right},
                           {"REPORT"},
                           {"AMOUNT", render::Align::Right},
                           {""},
                           {"DATE"},
                           {"FROM"},
                           {"REF"},
                           {""}});
    json::Writer json;
    json.begin_object().key("payments").begin_array();
    for (const auto& row : session.books().read()->reports.payments(only)) {
        table.add({std::to_string(row.id), report_name(session, row.report), amount_of(row),
                   row.currency, format_day(row.date), row.source, row.ref,
                   row.reversed_at ? "reversed: " + row.reversed_reason.value_or("") : ""});
        add_payment_json(json, session, row);
    }
    session.out.text(table.empty() ? "No payments." : table.text());
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

int reverse(Session& session, std::int64_t id, const std::string& reason) {
    const auto before = session.books().read()->reports.find_payment(id);
    if (!before)
        return session.out.fail(Error{Code::NotFound, "there is no payment " + std::to_string(id),
                                      "", "hourbridge payment list shows them"});
    if (auto done = desk::reverse_payment(session.books(), id, reason, session.actor()); !done)
        return session.out.fail(done.error());
    const auto row = session.books().read()->reports.find(before->report);
    session.out.text("Reversed: payment " + std::to_string(id) + "; report " +
                     report_name(session, before->report) + " is now " +
                     domain::to_string(row->state));
    json::Writer json;
    json.begin_object().key("payment");
    add_payment_json(json, session, *session.books().read()->reports.find_payment(id));
    json.member("state", domain::to_string(row->state)).end_object();
    session.out.document(json.text());
    return kDone;
}

} // namespace

void add_payment(Commands& commands) {
    Syntax group = commands.group("payment", "Money recorded by hand");
    const auto options = std::make_shared<Add>();
    Syntax app = commands.add(
        group, "add", "Record money that came",
        "payment add HB2026-0001 --amount 1200.00 --date 2026-04-03 --ref \"bank 8812\"",
        Needs::Writes, [options](Session& session) { return add(session, *options); });
    app.add_option("REPORT", options->report, "id or number").required();
    app.add_option("--amount", options->amount, "in the report's currency").required();
    app.add_option("--date", options->date, "the day it came").required();
    app.add_option("--ref", options->ref, "the bank's reference: booked once only").required();

    const auto report = std::make_shared<std::string>();
    commands
        .add(group, "list", "Payments of all reports or of one", "payment list HB2026-0001",
             Needs::Reads, [report](Session& session) { return list(session, *report); })
        .add_option("REPORT", *report, "id or number (default: all)");

    const auto id = std::make_shared<std::int64_t>(0);
    const auto reason = std::make_shared<std::string>();
    Syntax reversing = commands.add(
        group, "reverse", "Take a payment back", "payment reverse 7 --reason \"chargeback\"",
        Needs::Writes, [id, reason](Session& session) { return reverse(session, *id, *reason); });
    reversing.add_option("ID", *id, "the payment's number, as hourbridge payment list shows it")
        .required();
    reversing.add_option("--reason", *reason, "why; it stays in the log").required();
}

} // namespace hb::app
