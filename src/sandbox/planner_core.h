#pragma once

#include <deque>
#include <mutex>

#include "sandbox/faults.h"
#include "sandbox/planner.h"
#include "sandbox/planner_book.h"
#include "sandbox/row_faults.h"

// The inside of a Planner. Inner header: everything here is called with the lock held.
namespace hb::sandbox {

struct PlannerLine { // of the log
    std::int64_t number = 0;
    Seconds at = 0;
    std::string method, path, query, name;
    int status = 0;
    std::int64_t rows = 0;
};

struct PlannerOptions {
    std::int64_t page_rows = 0;         // a page holds so many at most, whatever was asked; 0: all
    std::int64_t requests_per_hour = 0; // 0: no quota
    int quota_status = 429;
    bool alive = true; // whether the key is known
};

struct PageSlice {
    std::vector<const Row*> rows;
    std::size_t from = 0, total = 0;
    bool more = false;
};

struct Deleted {
    std::size_t list = 0;
    std::string id;
    Seconds at = 0;
};

struct Planner::Impl {
    Impl(Book read, Clock& clock_);

    const Book as_read; // for a reset
    Book book;
    Clock& clock;
    FaultBox faults;
    PlannerOptions options;
    std::vector<Deleted> deleted;
    std::map<std::string, std::string> marked; // by target: "paid", "open"
    std::string story;                         // the state of what is only replayed
    std::map<std::string, std::size_t> cursors;
    std::int64_t next_cursor = 1;
    std::deque<Seconds> recent; // requests of the last hour
    std::deque<PlannerLine> log;
    std::int64_t requests = 0;
    std::string under_way; // the name of the request
    std::mutex lock;

    Seconds now() const { return to_epoch_seconds(clock.now()); }
    void reset();

    HttpAnswer answer(const HttpRequest& request, const Headers& headers);
    HttpAnswer control(const HttpRequest& request); // planner_control.cpp

    // planner_lists.cpp
    HttpAnswer list_answer(const Ask& ask, const Sent& sent, const Captures& captures,
                           const std::vector<Fault>& hits);
    std::vector<const Row*> chosen(const Ask& ask, const Sent& sent, const Captures& captures);
    std::optional<PageSlice> page_of(const Ask& ask, const Sent& sent, const Captures& captures,
                                     std::vector<const Row*> rows);
    std::vector<Row> deleted_stubs(const Ask& ask);
    // planner_marks.cpp
    HttpAnswer one_answer(const Ask& ask, const Captures& captures, const std::vector<Fault>& hits);
    HttpAnswer sums_answer(const Ask& ask, const Sent& sent, const Captures& captures);
    HttpAnswer mark_answer(const Ask& ask, const Sent& sent, const Captures& captures);
    HttpAnswer replay(const Sent& sent);

    // Who a row is about; "" for nobody.
    std::string person_of(const RowList& list, const Row& row) const;
    std::string project_of(const RowList& list, const Row& row) const;
    bool picked(const RowPick& pick, const RowList& list, const Row& row) const;
    bool visible(const RowList& list, const Row& row);
    bool closed_to_key(const RowList& list, const Row& row);
    Row* find_row(std::size_t list, const std::string& id);
    void touch(RowList& list, Row& row); // its time of change is now
    Tree spoilt(const RowList& list, const Row& row, const std::vector<Fault>& hits) const;

private:
    HttpAnswer dispatch(const Sent& sent, PlannerLine& line);
    HttpAnswer run(const Ask& ask, const Sent& sent, const Captures& captures,
                   const std::vector<Fault>& hits);
    bool knows_key(const Sent& sent) const;
    bool over_quota();
};

// {"message":"text"} and the answer of an id that nobody knows.
HttpAnswer planner_trouble(int status, std::string_view text);
HttpAnswer planner_gone(const Book& book, const Ask& ask);
HttpAnswer planner_body(const Tree& body, int status = 200);
// "entries" of "entries.one", "entries" of "entries.sums".
std::string rows_of_request(std::string_view name, const Tree&);

} // namespace hb::sandbox
