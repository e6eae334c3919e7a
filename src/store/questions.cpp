#include "base/ensure.h"
#include "store/reports.h"
#include "store/rows.h"

// What a person is asked about reports. A question that ended stays as a row.
namespace hb::store {
namespace {

// One row a value, by question; a question without values has one row with NULLs.
std::vector<QuestionRow> gathered(Statement& select) {
    std::vector<QuestionRow> out;
    const Finally end(select);
    while (select.step()) {
        Columns c(select);
        QuestionRow row;
        row.id = c.integer();
        row.report = c.integer();
        row.asked.kind = static_cast<domain::QuestionKind>(c.small());
        row.asked.about = c.text();
        row.asked_at = c.instant();
        row.answer = c.text_or_null();
        row.answered_by = c.text_or_null();
        row.answered_at = c.instant_or_null();
        row.ended_at = c.instant_or_null();
        const auto name = c.text_or_null();
        const auto value = c.text_or_null();
        if (out.empty() || out.back().id != row.id) out.push_back(std::move(row));
        if (name) out.back().asked.args[*name] = value.value_or("");
    }
    return out;
}

} // namespace

std::int64_t Reports::ask(std::int64_t report, const domain::Question& question, Instant now) {
    for (const auto& row : questions_of(report)) {
        if (row.asked.kind != question.kind || row.asked.about != question.about) continue;
        if (row.asked == question) return 0;
        end_question(row.id, now);
    }
    db_.prepare(R"(
        INSERT INTO questions(report, kind, about, asked_at)
        VALUES (:report, :kind, :about, :now))")
        .bind(":report", report)
        .bind(":kind", static_cast<int>(question.kind))
        .bind(":about", question.about)
        .bind(":now", stored(now))
        .run();
    const auto id = db_.last_insert_id();
    for (const auto& [name, value] : question.args)
        db_.prepare("INSERT INTO question_args(question, name, value) "
                    "VALUES (:question, :name, :value)")
            .bind(":question", id)
            .bind(":name", name)
            .bind(":value", value)
            .run();
    return id;
}

// A clock that was set back ends nothing before it began.
void Reports::end_question(std::int64_t id, Instant now) {
    db_.prepare(R"(
        UPDATE questions SET ended_at = max(:now, asked_at) WHERE id = :id AND ended_at IS NULL)")
        .bind(":now", stored(now))
        .bind(":id", id)
        .run();
}

void Reports::answer_question(std::int64_t id, std::string_view answer, std::string_view actor,
                              Instant now) {
    db_.prepare(R"(
        UPDATE questions SET answer = :answer, answered_by = :actor,
               answered_at = max(:now, asked_at)
         WHERE id = :id AND ended_at IS NULL)")
        .bind(":answer", answer)
        .bind(":actor", actor)
        .bind(":now", stored(now))
        .bind(":id", id)
        .run();
    ensure(db_.changes() == 1, "an answer to a question that stands");
}

std::vector<QuestionRow> Reports::questions_of(std::int64_t report) const {
    return gathered(db_.prepare(R"(
        SELECT q.id, q.report, q.kind, q.about, q.asked_at, q.answer, q.answered_by, q.answered_at,
               q.ended_at, a.name, a.value
          FROM questions q LEFT JOIN question_args a ON a.question = q.id
         WHERE q.report = :report AND q.ended_at IS NULL
         ORDER BY q.id, a.name)")
                        .bind(":report", report));
}

std::vector<QuestionRow> Reports::open_questions() const {
    return gathered(db_.prepare(R"(
        SELECT q.id, q.report, q.kind, q.about, q.asked_at, q.answer, q.answered_by, q.answered_at,
               q.ended_at, a.name, a.value
          FROM questions q LEFT JOIN question_args a ON a.question = q.id
         WHERE q.ended_at IS NULL AND q.answered_at IS NULL
         ORDER BY q.report, q.id, a.name)"));
}

std::optional<QuestionRow> Reports::find_question(std::int64_t id) const {
    auto rows = gathered(db_.prepare(R"(
        SELECT q.id, q.report, q.kind, q.about, q.asked_at, q.answer, q.answered_by, q.answered_at,
               q.ended_at, a.name, a.value
          FROM questions q LEFT JOIN question_args a ON a.question = q.id
         WHERE q.id = :id
         ORDER BY q.id, a.name)")
                             .bind(":id", id));
    return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

} // namespace hb::store
