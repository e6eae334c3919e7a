#pragma once

#include "books/books.h"

// A person's answer about records that their planner does not show any longer (G48).
namespace hb::books {

// They were deleted: like any other deletion from now on. NotFound: one of them is shown, or not
// known. Inside one transaction, drafts evaluated anew.
Status accept_deleted(Books& books, const std::vector<domain::Ref>& refs, const Actor& actor);
// They stay as they are known, and nobody is asked again while they are not shown.
Status keep_hidden(Books& books, const std::vector<domain::Ref>& refs, std::string_view reason,
                   const Actor& actor);

// Those of whom nobody said that they stay.
std::vector<std::string> without_kept(const Reading& read, std::int64_t remote,
                                      std::string_view stream, std::vector<std::string> ids);

// "12 entries of worksection are not shown since …: …", a line for each cause.
std::vector<std::string> hidden_texts(store::Database& db, const Zone& zone);

} // namespace hb::books
