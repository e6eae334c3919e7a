#pragma once

#include "connector/manifest/caller.h"

// One page of a list: asks for it, and says where the next one is.
namespace hb::connector::manifest {

// Where a list is read; "" and 0 at its beginning.
struct PagePlace {
    std::int64_t number = 0;                               // pages that were read
    std::int64_t rows = 0;                                 // rows in them
    std::string token;                                     // cursor, last key or link
    std::vector<std::pair<std::string, std::string>> next; // of Headers
    bool begun() const { return number > 0; }
};

struct PageAsk {
    const Ask& ask;
    const Pages& pages;
    std::string rows; // pointer
    bool rows_may_lack = false;
    std::int64_t cap = 0;
    std::string_view what;    // "time records", for messages
    bool of_parent = false;   // "not there" on the first page is that parent's end (G50)
    bool unlisted = false;    // of a parent that is not listed any more: a refusal is its end, too
    bool asked_twice = false; // an empty page came, and this asks for it again
};

struct PageGot {
    Reply reply;                   // owns what `rows` point into
    std::vector<json::Value> rows; // empty unless reply.ok()
    bool last = false;
    bool split = false;     // more than one answer may hold: ask for less
    bool restart = false;   // the cursor is too old
    bool refused = false;   // the position is not accepted; `reply` says why
    bool no_parent = false; // whom it was asked of is not there, or not for us
    bool ask_again = false; // nothing came where more may follow: the same page once more
    std::optional<std::int64_t> total; // as told in this answer
    std::string doubt;                 // why the end of this list proves nothing
};

// `place` moves on only when the page is good. Errors as Caller::error() tells them.
Result<PageGot> ask_page(Caller& caller, const PageAsk& ask, Names names, PagePlace& place);

} // namespace hb::connector::manifest
