#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/op_kind.h"

// What travels between a remote and the books: raw records one way, write operations the other.
// Values only.
namespace hb::domain {

// One thing in a remote: REMOTE:KIND:ID.
struct Ref {
    std::string remote;
    std::string
        kind; // company contact user group project task entry deal invoice card document payment
    std::string id;
    auto operator<=>(const Ref&) const = default;
};
std::string to_string(const Ref& ref);
// "project" is read as "group" for connector bitrix24 by the caller (G45); here kinds stay
// as written.
Result<Ref> parse_ref(std::string_view text);

// A record as the remote sent it, one row of a stream.
struct SourceRecord {
    std::string stream; // users groups companies deals tasks entries
    std::string id;     // the remote's own id
    std::string text;   // compact JSON of the row, as it came
    std::string hash;   // SHA-256 hex of what counts as its content (paid marks and change stamps
                        // left out, G26)
};

// How a stream is read.
enum class Reading {
    Full,    // every record from the beginning; the only kind whose completion proves absences
    Changes, // what is new or changed since the cursor, with overlap
    ByIds,   // the records with the ids asked for
    Window,  // entries by work time, from..to (days, both included)
    OfTasks, // entries of the tasks asked for
};

// What shows that a record was deleted in its planner, and is not only hidden (G48).
enum class Proof {
    None, // nothing: absence says nothing
    Feed, // the planner's own list of deletions
    Id,   // a question for the very record: "gone" is another answer than "hidden"
    Walk, // a proven whole reading (WalkEnd) in which every parent was asked
};

// What the end of a whole reading is worth (G49).
struct WalkEnd {
    bool proven = false; // every list ended as its vendor promises, no id came twice, totals agree
    std::string doubt;   // why not; "" when proven
    bool by_parents = false;
    std::vector<std::string> parents; // by_parents: those that were asked to their end
    std::vector<std::string> refused; // by_parents: those that are not there, or not for us
};

struct ReadRequest {
    std::string stream;
    Reading reading = Reading::Changes;
    std::string cursor; // opaque; from the last page, "" at the beginning
    std::vector<std::string>
        ids;    // ByIds: record ids; OfTasks: task ids. Any number; the connector pages
    Day from{}; // Window
    Day to{};
    // Parents that we know records of (Capabilities::parents): asked even when they are not listed.
    std::vector<std::string> known_parents;
};

struct Page {
    std::vector<SourceRecord> records;
    std::string cursor;    // to be stored with the records, in their transaction
    bool complete = false; // the walk has ended
    // ByIds and OfTasks: the asked ids (of this page) that the remote says do not exist or may not
    // be seen. REQUIRES: proven by an answer that covered them, never by a failed or short one.
    std::vector<std::string> absent;
    // OfTasks and ByIds: the asked ids that this page has dealt with.
    std::vector<std::string> covered;
    // ByIds: the asked ids (of this page) that are there and not shown: refused, not gone.
    std::vector<std::string> hidden;
    std::optional<WalkEnd> end; // Full and complete: what the reading proves, where that is known
    bool begun_anew =
        false;        // the position was refused: the stream is read from its beginning (G50)
    int requests = 0; // HTTP requests that this page cost
};

// How an op may be repeated (src/README.md section 3).
enum class Repeat : int { // stored: do not renumber
    Fixed = 0,            // sets a value: freely
    Findable = 1,         // creates an object that carries our key: look it up first
    Once = 2,             // neither: an uncertain outcome waits for a person
};

// One write, rendered and stored before it is tried; a repeat sends the same fields.
struct WriteOp {
    OpKind kind = OpKind::Unset; // what each carries: connector/bitrix24.h
    Repeat repeat = Repeat::Fixed;
    std::string key;    // "hb-…": carried by what we create
    std::string target; // remote id of the object written to ("" for a create)
    std::string fields; // JSON: the arguments, complete
};

enum class Outcome {
    Done,     // it ran; `id` is the created object's
    Refused,  // it did not run; may be tried at `due`
    Rejected, // it did not run and never will as it is
    Unknown,  // it may have run
};

struct WriteResult {
    Outcome outcome = Outcome::Unknown;
    std::string id;
    std::string answer; // JSON of what the remote said about the object now (read back), or ""
    bool gone = false;  // Done: what was to be written to is not there any longer
    std::optional<Instant> due; // Refused: not before
    Error error;                // unless Done
};

// What a remote says about one object that we wrote: the read-back and the payment check.
struct DealState {
    bool exists = false;
    std::string id;
    std::string stage;
    std::string semantics;   // "P" in work, "S" won, "F" lost
    std::string opportunity; // decimal text as read
    std::string currency;
    std::string origin_id;
    std::string company;
    struct Row {
        std::string name;
        std::string price; // decimal text
        std::string quantity;
    };
    std::vector<Row> rows;
    struct Payment {
        std::string id;
        std::string sum; // decimal text
        std::string currency;
        bool paid = false;
        std::string date; // RFC 3339 or ""
    };
    std::vector<Payment> payments;
    // False: nobody could read them, or nobody asked. Those that were seen before still count.
    bool payments_known = true;
};

} // namespace hb::domain
