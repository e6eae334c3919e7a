#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "connector/manifest/caller.h"
#include "connector/manifest/rows.h"
#include "connector/manifest/state.h"

// Reads streams: one request a step, and a cursor that any process can go on from.
namespace hb::connector::manifest {

class Reader {
public:
    explicit Reader(Caller& caller) : caller_(caller) {}

    Result<domain::Page> read(const domain::ReadRequest& request);
    // At least so many requests make a reading of everything. Asks for a page of parents where
    // nobody has yet.
    std::int64_t requests_of_all();

private:
    std::int64_t requests_of(const Stream& stream);
    std::int64_t count_parents(const std::string& stream);
    // What this process saw of a stream since some moment. It proves that records are gone without
    // asking for each: everything that is read adds to it, so what it lacks at its end is not
    // there.
    struct Memory {
        Instant begun{};
        WalkState rest;
        bool whole = false;
        std::set<std::string> seen;
        domain::WalkEnd end; // of a whole one
    };
    // The list that is being read, and the cursor behind its last page.
    struct List {
        std::string cursor;
        std::set<std::string> ids;
    };
    struct Parents {
        Instant at{};
        std::vector<std::string> ids;
    };

    Result<domain::Page> walk(const Stream& stream, const domain::ReadRequest& request);
    Result<domain::Page> by_ids(const Stream& stream, const domain::ReadRequest& request);
    Result<domain::Page> many_by_ids(const Stream& stream, const domain::ReadRequest& request);
    Result<domain::Page> one_by_one(const Stream& stream, const domain::ReadRequest& request);
    Result<domain::Page> by_walking(const Stream& stream, const domain::ReadRequest& request);
    Result<domain::Page> window(const Stream& stream, const domain::ReadRequest& request);

    // One request of a walk. Records go to `page`; state.done tells its end.
    Status step(const Stream& stream, WalkState& state, domain::Page& page,
                const Ask* instead = nullptr);
    Status step_part(const Stream& stream, WalkState& state, domain::Page& page,
                     const Ask* instead);
    Result<bool> prepare(const Stream& stream, WalkState& state, domain::Page& page);
    Result<bool> load_tables(const Stream& stream);
    Result<bool> collect_parents(const Stream& stream, WalkState& state, domain::Page& page);
    Result<bool> compare_sums(const Stream& stream, WalkState& state);
    Status fetch_ids(const Stream& stream, WalkState& state, domain::Page& page);
    Status split(const Stream& stream, WalkState& state) const;
    void next_part(const Stream& stream, WalkState& state) const;
    void leave_parents(const Stream& stream, WalkState& state) const;
    void have_parents(const Stream& stream, WalkState& state) const;
    void take_up(const Stream& stream, const std::string& cursor, WalkState& state);
    Status begin_anew(const Stream& stream, WalkState& state, domain::Page& page);
    static void judge_total(const PageGot& got, WalkState& state);
    static domain::WalkEnd end_of(const Stream& stream, const WalkState& state);
    // `state`: of the walk whose list this is; nullptr: of no list.
    Status keep(const Stream& stream, const Names& names, const std::vector<json::Value>& rows,
                domain::Page& page, WalkState* state);
    std::size_t questions_left() const;
    std::vector<std::string> not_seen(const Stream& stream, const std::vector<std::string>& ids);
    Status walk_on(const Stream& stream, Memory& memory, domain::Page& page);
    Status ask_deleted(const Stream& stream, WalkState& state, domain::Page& page);

    WalkState begin(const Stream& stream, bool full, const WalkState* before) const;
    std::vector<Span> spans_of(const Stream& stream, Day from, Day to) const;
    Day oldest(const Stream& stream) const;
    Day today(const Stream& stream) const;
    Names names_of(const Stream& stream, const WalkState& state) const;

    Caller& caller_;
    std::map<std::string, TableRows> tables_;
    struct Loading {
        Instant at{}; // of the last page
        PagePlace place;
        bool empty_once = false;          // that page was empty, and more may follow
        std::optional<Instant> anew_at{}; // its position was refused, and it began anew
    };
    std::map<std::string, Loading> loading_; // tables, being read or read
    std::map<std::string, Memory> memories_;
    std::map<std::string, Parents> parents_;
    std::map<std::string, List> lists_;      // of walks by cursor
    std::vector<std::string> known_parents_; // of the request
};

// A list begins anew at most once in a pull: a pull that was broken off is tried again later than
// that (G50).
inline constexpr std::chrono::minutes kAnewPause{10};

// Whose records a stream is made of, one request after the other; nullptr: it is one list.
const Each* each_of(const Stream& stream, const WalkState& state);
// Parents that are asked together; none that is listed beside one that is not.
std::size_t group_size(const Each& each, const WalkState& state);
// Whether asking for ids names those that are gone: by the very record, or by a whole reading where
// no record can be asked for.
bool answer_proves(const Stream& stream);
// Code::Malformed for an answer that is not what it should be.
std::string_view what_of(std::string_view stream); // "time records"

} // namespace hb::connector::manifest
