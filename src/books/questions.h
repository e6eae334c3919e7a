#pragma once

#include <initializer_list>
#include <vector>

#include "books/books.h"
#include "render/question_text.h"

// What a person is asked about a report (G56): rows that end by themselves.
namespace hb::books {

// Asks and logs it; the same question with the same values is asked once.
void ask_person(Step& step, std::int64_t report, const domain::Question& question);
// Ends the open question of this kind about this, if there is one.
void end_question(Step& step, std::int64_t report, domain::QuestionKind kind,
                  std::string_view about);
void end_questions(Step& step, std::int64_t report); // all of them
// What was just looked at: of these kinds `now` is asked, and nothing else any longer.
void ask_of_kinds(Step& step, std::int64_t report, const std::vector<domain::QuestionKind>& kinds,
                  const std::vector<domain::Question>& now);

// Those that wait for an answer.
std::vector<domain::AskedQuestion> asked_of(const Reading& read, std::int64_t report);

} // namespace hb::books
