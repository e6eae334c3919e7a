#include "desk/crm_answers.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "books/planning.h"
#include "domain/crm_writes.h"
#include "mapping/writes.h"
#include "mapping/writes_crm.h"

namespace hb::desk {
namespace {

using domain::OpKind;
using domain::Purpose;
using domain::QuestionKind;
using domain::State;
using store::QuestionRow;

std::string show_hint(std::int64_t report) {
    return "hourbridge report show " + std::to_string(report) + " lists what is asked";
}

// "1.00 BYN" is also said as "1.00"; what has no value is named by its object: "deal:12".
bool is_value(const domain::Question& asked, std::string_view value) {
    const std::string now = domain::shown_value(asked);
    return value == now || value == asked.about || value == now.substr(0, now.find(' '));
}

std::string values_of(const std::vector<QuestionRow>& rows, QuestionKind kind) {
    std::vector<std::string> out;
    for (const auto& row : rows)
        if (row.asked.kind == kind)
            out.push_back(domain::shown_value(row.asked).empty() ? row.asked.about
                                                                 : domain::shown_value(row.asked));
    return join(out, ", ");
}

// Those that the person means; what is not asked, or with another value than shown, is refused.
Result<std::vector<QuestionRow>> meant(const std::vector<QuestionRow>& asked,
                                       const std::vector<Shown>& only, std::int64_t report) {
    if (only.empty()) return asked;
    std::set<std::int64_t> ids;
    for (const auto& one : only) {
        bool found = false;
        for (const auto& row : asked) {
            if (row.asked.kind != one.kind) continue;
            if (!one.value.empty() && !is_value(row.asked, one.value)) continue;
            ids.insert(row.id);
            found = true;
        }
        if (found) continue;
        const std::string code = domain::to_string(one.kind);
        const std::string now = values_of(asked, one.kind);
        return Error{Code::Conflict,
                     now.empty() ? "the report does not ask \"" + code + "\""
                                 : code + " is " + now + " now, not " + one.value,
                     "", show_hint(report)};
    }
    std::vector<QuestionRow> out;
    for (const auto& row : asked)
        if (ids.count(row.id) != 0) out.push_back(row);
    return out;
}

std::vector<QuestionRow> standing(const Reading& read, std::int64_t report,
                                  bool (*of)(QuestionKind), bool answered) {
    std::vector<QuestionRow> out;
    for (auto& row : read->reports.questions_of(report))
        if (of(row.asked.kind) && row.answered_at.has_value() == answered)
            out.push_back(std::move(row));
    return out;
}

// Nothing that this answer fits: `instead` ends what stands.
Error nothing_asked(const Reading& read, std::int64_t report, const std::string& instead) {
    std::set<std::string> codes;
    for (const auto& row : read->reports.questions_of(report))
        if (!row.answered_at) codes.insert(domain::to_string(row.asked.kind));
    if (codes.empty())
        return Error{Code::Conflict,
                     "the CRM shows what the client agreed to, or nobody looked yet", "",
                     "hourbridge run compares; " + show_hint(report)};
    return Error{Code::Conflict,
                 "this is no answer to what the report asks: " +
                     join({codes.begin(), codes.end()}, ", "),
                 "", instead};
}

// What is written already would be answered with values that are about to go.
Status no_write_waits(const Reading& read, std::int64_t report) {
    for (const auto& op : read->outbox.of_report(report)) {
        const bool waits = op.state == store::OpState::Pending ||
                           op.state == store::OpState::InFlight ||
                           op.state == store::OpState::Uncertain;
        if (!waits || op.superseded || !is_deal_or_invoice_write(op.op.kind)) continue;
        const std::string kind(to_string(op.op.kind));
        return Error{Code::Conflict,
                     "a write to its " + kind.substr(0, kind.find('.')) + " is on its way: op " +
                         std::to_string(op.id) + ", " + kind,
                     "", "hourbridge run sends and compares it; hourbridge outbox list shows it"};
    }
    return {};
}

Result<store::ReportRow> report_of(const Reading& read, std::int64_t report) {
    if (auto row = read->reports.find(report)) return std::move(*row);
    return Error{Code::NotFound, "there is no report " + std::to_string(report), "",
                 "hourbridge report list shows them"};
}

books::EventData data_of(const QuestionRow& row) {
    books::EventData data;
    data.add("question", std::to_string(row.id))
        .add("code", domain::to_string(row.asked.kind))
        .add("about", row.asked.about)
        .add("value", domain::shown_value(row.asked));
    return data;
}

// One object whose differences are to be undone.
struct Object {
    std::string id;
    mapping::WrittenAgain members;
    bool rows = false;
};

Object object_of_questions(const std::vector<QuestionRow>& rows, const std::string& what) {
    Object out;
    for (const auto& row : rows) {
        const auto& args = row.asked.args;
        if (args.count("what") == 0 || args.at("what") != what) continue;
        out.id = args.at("id");
        out.members.amount |= row.asked.kind == QuestionKind::AmountDiffers;
        out.members.currency |= row.asked.kind == QuestionKind::CurrencyDiffers;
        out.members.company |= row.asked.kind == QuestionKind::CompanyDiffers;
        out.rows |= row.asked.kind == QuestionKind::RowsDiffer ||
                    row.asked.kind == QuestionKind::RowUnreadable;
    }
    return out;
}

struct Kinds {
    OpKind members, rows;
    Purpose members_for, rows_for;
};

// Rows come last: a sum that follows them would change with them.
std::int64_t plan_again(Step& step, const books::KnownRemote& crm, const domain::Revision& revision,
                        std::int64_t report, const Object& object, const Kinds& kinds) {
    std::optional<std::int64_t> before;
    std::int64_t planned = 0;
    const auto add = [&](OpKind kind, const Purpose& purpose, std::string fields) {
        auto op = new_op(step, crm, kind, domain::Repeat::Fixed, purpose);
        op.report = report;
        op.after = before;
        op.op.target = object.id;
        op.op.fields = std::move(fields);
        before = step->outbox.add(op);
        ++planned;
    };
    if (object.members.any())
        add(kinds.members, kinds.members_for, mapping::again_fields(revision, object.members));
    if (object.rows) add(kinds.rows, kinds.rows_for, mapping::row_fields(*crm.mapping, revision));
    return planned;
}

std::int64_t plan_all_again(Step& step, const books::KnownRemote& crm,
                            const store::ReportRow& report, const std::vector<QuestionRow>& rows) {
    const auto revision = books::Viewing(step).revision(report);
    const auto id = report.id;
    return plan_again(step, crm, revision, id, object_of_questions(rows, "deal"),
                      {OpKind::DealUpdate, OpKind::DealRows, Purpose::deal_restored(id),
                       Purpose::deal_rows(id)}) +
           plan_again(step, crm, revision, id, object_of_questions(rows, "invoice"),
                      {OpKind::InvoiceUpdate, OpKind::InvoiceRows, Purpose::invoice_restored(id),
                       Purpose::invoice_rows(id)});
}

} // namespace

Result<std::int64_t> accept_crm(Books& books, std::int64_t report, const std::vector<Shown>& only,
                                std::string_view reason, std::string_view actor) {
    Step step = books.begin();
    const auto row = report_of(step, report);
    if (!row) return row.error();
    if (trim(reason).empty())
        return Error{Code::Usage, "accepting another value needs a reason", "",
                     "--reason says why; it stays in the log"};
    // Until it is invoiced, equal figures are what makes it so (rule 47).
    if (row->state == State::Agreed)
        return Error{Code::Conflict, "the report waits for its deal to show what was agreed", "",
                     "hourbridge report restore-crm " + std::to_string(report) +
                         " writes ours again; or cancel the report"};
    if (auto free = no_write_waits(step, report); !free) return free.error();
    const auto rows = meant(standing(step, report, domain::is_acceptable, false), only, report);
    if (!rows) return rows.error();
    if (rows->empty())
        return nothing_asked(step, report,
                             "a refused write is tried again by hourbridge outbox retry; " +
                                 show_hint(report));
    const Instant now = step.now();
    for (const auto& question : *rows) {
        step->reports.answer_question(question.id, trim(reason), actor, now);
        step->events.add(now, actor, "question.answered", report, row->number.value_or(""),
                         data_of(question).add("answer", trim(reason)).text());
    }
    step.done();
    return static_cast<std::int64_t>(rows->size());
}

Result<std::int64_t> restore_crm(Books& books, std::int64_t report, const std::vector<Shown>& only,
                                 std::string_view actor) {
    Step step = books.begin();
    const auto row = report_of(step, report);
    if (!row) return row.error();
    const books::KnownRemote* crm = books.crm();
    if (crm == nullptr)
        return Error{Code::Usage, "there is no CRM", "",
                     "crm.remote of the configuration names it"};
    if (auto free = no_write_waits(step, report); !free) return free.error();
    auto asked = standing(step, report, domain::is_restorable, false);
    if (asked.empty()) asked = standing(step, report, domain::is_restorable, true);
    const auto rows = meant(asked, only, report);
    if (!rows) return rows.error();
    if (rows->empty())
        return nothing_asked(step, report,
                             "put it right in the CRM; or hourbridge report accept-crm " +
                                 std::to_string(report) + " --reason TEXT leaves it as it is");
    for (const auto& question : *rows)
        step->events.add(step.now(), actor, "crm.restore", report, row->number.value_or(""),
                         data_of(question).text());
    const auto planned = plan_all_again(step, *crm, *row, *rows);
    step.done();
    return planned;
}

} // namespace hb::desk
