#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sandbox/planner_facts.h"
#include "sandbox/planner_pattern.h"
#include "sandbox/planner_tree.h"

// What a connector's folder says about its planner: which requests there are, which lists of rows
// stand behind them, and what answers look like. Inner header of the planners.
namespace hb::sandbox {

struct Sample { // an answer of a transcript
    int status = 200;
    Pairs headers;
    Tree body;
    bool has_body = false;
};

struct Exchange { // as recorded; "*" in its texts stands for any letters
    std::string method, path, in, then;
    Pairs query;
    Tree body;
    bool has_body = false;
    Sample answer;
};

struct Paging {
    std::string kind = "none"; // page, offset, cursor, link, headers
    std::int64_t first = 1, size = 0;
    std::string at, header, end;
    Tree last;  // {"at": "/last_page", "equals": true}
    Pairs take; // of `headers`: what it is called in the next request, and the header
};

enum class AskKind { List, One, ByIds, Deleted, Sums, Set, Clear, Read };

struct Ask { // one request of the manifest
    AskKind kind = AskKind::List;
    std::string name;     // "entries", "entries.one", "mark.set"
    std::size_t list = 0; // in Book::lists
    std::string method, path, action;
    Pairs query, params; // patterns
    Tree json;
    bool has_json = false;
    std::string rows;
    std::string parent; // the stream whose ids are in {parent.id} or {parents}
    Paging pages;
    std::string id;                   // of Deleted: where the id stands
    std::optional<Sample> more, last; // a page with others behind it, and the last one
};

struct Row {
    Tree row;
    Tree shell; // what stands around it, where rows come in groups
    Seconds updated = 0;
    bool left = false; // in no list, still known by its id
};

struct RowList {
    std::string name; // "entries"
    std::string id;   // a pointer
    std::string groups, nested, ids_first;
    Tree stub; // what a list of ids shows
    const ListFacts* facts = nullptr;
    std::vector<Row> rows;
};

struct MarkFacts {
    std::string of;             // "task" or "entry"
    std::string from, contains; // the list that shows the mark in a row, and as what
};

struct Book {
    std::string name, base_path;
    std::vector<std::string> paths; // before the paths of the manifest
    std::vector<Ask> asks;
    std::vector<RowList> lists;
    std::vector<Exchange> exchanges;
    Captures settings;
    Pairs wants_headers;
    MarkFacts mark;
    Tree sums; // of a stream that has control sums

    RowList* find(std::string_view list);
};

Result<Book> read_book(const std::string& folder);

struct Found {
    const Ask* ask = nullptr;
    Captures captures;
};
// The request of the manifest that this one is; nothing for one that is none.
Found find_ask(const Book& book, const Sent& sent);
// The recorded exchange that this request is, in this state of the story.
const Exchange* find_exchange(const Book& book, const Sent& sent, const std::string& state);

std::string id_of(const RowList& list, const Row& row);
// Whether this answer has others behind it.
bool has_more(const Ask& ask, const Sample& answer);

// Reading a book: the manifest's part and the transcripts'.
struct Manifest {
    Tree root;
    Tree access; // the request of the way in
};
void read_asks(Book& book, const Manifest& manifest);
void read_rows(Book& book);

} // namespace hb::sandbox
