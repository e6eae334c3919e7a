#include "engine/questions.h"

#include <algorithm>

#include "base/text.h"
#include "engine/drafting.h"

namespace hb::engine {
namespace {

std::string subject_of(Core& core, std::int64_t report) {
    const auto row = core.reports.find(report);
    return row ? row->number.value_or("") : "";
}

bool may_be_accepted(domain::QuestionKind kind) {
    return kind == domain::QuestionKind::AmountDiffers ||
           kind == domain::QuestionKind::RowsDiffer || kind == domain::QuestionKind::RowUnreadable;
}

void end(Core& core, const store::QuestionRow& row) {
    const Instant now = core.clock.now();
    core.reports.end_question(row.id, now);
    core.events.add(now, "engine", "question.ended", row.report, subject_of(core, row.report),
                    EventData()
                        .add("question", std::to_string(row.id))
                        .add("code", domain::to_string(row.asked.kind))
                        .add("about", row.asked.about)
                        .text());
}

} // namespace

void ask_person(Core& core, std::int64_t report, const domain::Question& question) {
    const Instant now = core.clock.now();
    const auto id = core.reports.ask(report, question, now);
    if (id == 0) return;
    EventData data;
    data.add("question", std::to_string(id))
        .add("code", domain::to_string(question.kind))
        .add("about", question.about);
    for (const auto& [name, value] : question.args) data.add("arg_" + name, value);
    core.events.add(now, "engine", "report.asks", report, subject_of(core, report), data.text());
}

void end_question(Core& core, std::int64_t report, domain::QuestionKind kind,
                  std::string_view about) {
    for (const auto& row : core.reports.questions_of(report))
        if (row.asked.kind == kind && row.asked.about == about) end(core, row);
}

void end_questions(Core& core, std::int64_t report) {
    for (const auto& row : core.reports.questions_of(report)) end(core, row);
}

void ask_of_kinds(Core& core, std::int64_t report, const std::vector<domain::QuestionKind>& kinds,
                  const std::vector<domain::Question>& now) {
    for (const auto& row : core.reports.questions_of(report)) {
        const bool concerned = std::find(kinds.begin(), kinds.end(), row.asked.kind) != kinds.end();
        const bool stays = std::any_of(now.begin(), now.end(), [&row](const auto& question) {
            return question.kind == row.asked.kind && question.about == row.asked.about;
        });
        if (concerned && !stays) end(core, row);
    }
    for (const auto& question : now) ask_person(core, report, question);
}

Result<std::int64_t> accept_crm(Core& core, std::int64_t report, std::string_view reason,
                                std::string_view actor) {
    const auto lock = core.lock();
    const auto row = core.reports.find(report);
    if (!row)
        return Error{Code::NotFound, "there is no report " + std::to_string(report), "",
                     "hourbridge report list shows them"};
    if (trim(reason).empty())
        return Error{Code::Usage, "accepting another value needs a reason", "",
                     "--reason says why; it stays in the log"};
    // Until it is invoiced, equal figures are what makes it so (rule 47).
    if (row->state == domain::State::Agreed)
        return Error{Code::Conflict, "the report waits for its deal to show what was agreed", "",
                     "put the deal right, or cancel the report"};
    store::Tx tx(core.db);
    std::int64_t answered = 0;
    for (const auto& question : core.reports.questions_of(report)) {
        if (question.answered_at || !may_be_accepted(question.asked.kind)) continue;
        core.reports.answer_question(question.id, trim(reason), actor, core.clock.now());
        core.events.add(core.clock.now(), actor, "question.answered", report,
                        row->number.value_or(""),
                        EventData()
                            .add("question", std::to_string(question.id))
                            .add("answer", trim(reason))
                            .text());
        ++answered;
    }
    if (answered == 0)
        return Error{Code::Conflict,
                     "the CRM shows what the client agreed to, or nobody looked yet", "",
                     "hourbridge run compares; hourbridge report show " + std::to_string(report) +
                         " lists what is asked"};
    tx.commit();
    return answered;
}

std::vector<render::AskedQuestion> asked_of(Core& core, std::int64_t report) {
    std::vector<render::AskedQuestion> out;
    for (auto& row : core.reports.questions_of(report))
        if (!row.answered_at) out.push_back({std::move(row.asked), row.asked_at});
    return out;
}

} // namespace hb::engine
