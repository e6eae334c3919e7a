#pragma once

#include "books/questions.h"

namespace hb::test {

// What a report asks a person, in the shell's words; "" nothing.
inline std::string asks_of(books::Books& books, std::int64_t report) {
    return render::questions_in_shell(books::asked_of(books.read(), report));
}
// The codes alone: "amount_differs rows_differ"
inline std::string codes_asked(books::Books& books, std::int64_t report) {
    std::string out;
    for (const auto& each : books::asked_of(books.read(), report))
        out += (out.empty() ? "" : " ") + std::string(domain::to_string(each.asked.kind));
    return out;
}

} // namespace hb::test
