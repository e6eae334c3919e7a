#include "books/questions.h"

#include <algorithm>

#include "books/drafting.h"

namespace hb::books {
namespace {

std::string subject_of(const Reading& read, std::int64_t report) {
    const auto row = read->reports.find(report);
    return row ? row->number.value_or("") : "";
}

void end(Step& step, const store::QuestionRow& row) {
    const Instant now = step.now();
    step->reports.end_question(row.id, now);
    step->events.add(now, "engine", "question.ended", row.report, subject_of(step, row.report),
                     EventData()
                         .add("question", std::to_string(row.id))
                         .add("code", domain::to_string(row.asked.kind))
                         .add("about", row.asked.about)
                         .text());
}

} // namespace

void ask_person(Step& step, std::int64_t report, const domain::Question& question) {
    const Instant now = step.now();
    const auto id = step->reports.ask(report, question, now);
    if (id == 0) return;
    EventData data;
    data.add("question", std::to_string(id))
        .add("code", domain::to_string(question.kind))
        .add("about", question.about);
    for (const auto& [name, value] : question.args) data.add("arg_" + name, value);
    step->events.add(now, "engine", "report.asks", report, subject_of(step, report), data.text());
}

void end_question(Step& step, std::int64_t report, domain::QuestionKind kind,
                  std::string_view about) {
    for (const auto& row : step->reports.questions_of(report))
        if (row.asked.kind == kind && row.asked.about == about) end(step, row);
}

void end_questions(Step& step, std::int64_t report) {
    for (const auto& row : step->reports.questions_of(report)) end(step, row);
}

void ask_of_kinds(Step& step, std::int64_t report, const std::vector<domain::QuestionKind>& kinds,
                  const std::vector<domain::Question>& now) {
    for (const auto& row : step->reports.questions_of(report)) {
        const bool concerned = std::find(kinds.begin(), kinds.end(), row.asked.kind) != kinds.end();
        const bool stays = std::any_of(now.begin(), now.end(), [&row](const auto& question) {
            return question.kind == row.asked.kind && question.about == row.asked.about;
        });
        if (concerned && !stays) end(step, row);
    }
    for (const auto& question : now) ask_person(step, report, question);
}

std::vector<domain::AskedQuestion> asked_of(const Reading& read, std::int64_t report) {
    std::vector<domain::AskedQuestion> out;
    for (auto& row : read->reports.questions_of(report))
        if (!row.answered_at) out.push_back({std::move(row.asked), row.asked_at});
    return out;
}

} // namespace hb::books
