#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "connector/tokens.h"
#include "domain/crm_objects.h"
#include "domain/exchange.h"
#include "domain/lack.h"
#include "domain/object_reading.h"

namespace hb::connector {

// What can show that work is paid: tasks, single time records, or nothing.
enum class MarkOf { Nothing, Task, Entry };

struct Capabilities {
    std::vector<std::string> streams; // in the order in which a pull reads them
    bool heads = false;               // read_heads()
    bool read_by_ids = false;         // entries can be asked for by id
    bool crm = false;                 // deals, invoices, comments can be written
    bool task_totals = false;         // tasks carry the remote's own sum of their entries
    MarkOf mark = MarkOf::Nothing;
    bool people_by_ids = false; // people can be asked for by id, also those that no list shows
    bool two_lists = false;     // of companies and deals: use_classic_lists()
    bool mark_fields = false;   // marks stand in two fields, each made by an op of its own
    bool mark_only_paid =
        false;                  // a mark says only that all is paid, no percent and no number (G44)
    bool sees_marks = false;    // tasks come with their marks
    bool signed_events = false; // events prove themselves by headers: receive(), not decode_event()
    std::chrono::seconds settle{90}; // how long a lost create may still become visible
    // By stream; one that is not named here is proven by whole walks.
    std::map<std::string, domain::Proof> proofs;
    std::map<std::string, std::string> parents; // streams that are read by parents: whose
    std::set<std::string> known_parents; // of those: parents that we know records of count, too
    std::set<std::string> derived;       // streams that show what time records name, nothing else
    bool work_windows = true;            // time records can be asked for by the days of the work
    // The nightly comparison is a whole walk whose position is kept: what an hour allows ends it.
    bool reconcile_by_walk = false;

    domain::Proof proof_of(const std::string& stream) const {
        const auto at = proofs.find(stream);
        return at == proofs.end() ? domain::Proof::Walk : at->second;
    }
};

// One finding of `hourbridge check`.
struct CheckProblem {
    std::string what; // "the webhook lacks the scope crm"
    std::string hint; // "open the webhook in Bitrix24 under Developer resources and tick CRM"
};
struct CheckReport {
    bool reachable = false;
    bool authorised = false;
    std::string account;                // stable identity of the account: host, member_id
    std::string who;                    // whose rights the calls have
    std::chrono::seconds clock_skew{0}; // remote minus ours
    std::vector<CheckProblem> problems;
    std::vector<std::string> notes;      // worth knowing, nothing to mend: "answers at new.example"
    std::vector<std::string> currencies; // ISO codes of the CRM; empty when not asked
};

struct Counters {
    std::int64_t requests = 0;           // HTTP requests sent
    std::int64_t commands = 0;           // method calls, those inside batches counted one by one
    std::chrono::milliseconds waited{0}; // for the remote's request limits
};

// How the calls so far ended: answered, whatever the answer was (a request limit too), or not: no
// connection, no whole answer, a server that failed, a page that is no answer of this remote.
struct Contact {
    std::int64_t answered = 0;
    std::int64_t failed = 0;
    std::int64_t failed_in_a_row = 0;
    std::string why; // the last failure in a few words: "HTTP 503", "no connection"

    void note_answer() {
        ++answered;
        failed_in_a_row = 0;
    }
    void note_failure(std::string what) {
        ++failed;
        ++failed_in_a_row;
        why = std::move(what);
    }
};

// An object in the CRM that carries our originator or the prefix of our keys (G18).
struct OwnedObject {
    domain::Ref what; // REMOTE:deal:ID, REMOTE:invoice:ID or REMOTE:card:ID
    std::string key;  // "hb-…", or whatever stands in its place
    std::string title;
};
struct OwnedPage {
    std::vector<OwnedObject> objects;
    std::string cursor;
    bool complete = false;
};

// The first steps of several readings, for one request (P21).
struct HeadsWish {
    std::vector<domain::ReadRequest> streams; // of changes, each of another stream
    std::optional<std::string> cards, moves;  // cursors, where they are wanted
    bool empty() const { return streams.empty() && !cards && !moves; }
};
// What came of them. Nothing: it did not fit, or was not answered as it should be; asked for by
// itself it tells why.
struct Heads {
    std::vector<std::optional<domain::Page>> streams; // in the order of the wish
    std::optional<domain::CardPage> cards;
    std::optional<domain::MovePage> moves;
};

// One event as it was posted, and what it turned out to be.
struct Delivery {
    std::vector<std::pair<std::string, std::string>> headers; // names in any case
    std::string body;
};
struct Changed {
    std::string stream; // "" unknown: read what is new
    std::string id;
    bool deleted = false;
};
struct Received {
    bool genuine = false;   // else nothing of the rest is to be believed
    bool by_path = false;   // only a secret at the end of the address proves it
    bool handshake = false; // to be answered, and that is all
    std::string why;        // not genuine: for the log
    int status = 200;       // how to answer, within five seconds
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::vector<Changed> changed;
    std::string key;    // equal for a repeated delivery
    std::string letter; // what decode_event() reads later: ids, and nobody's data
};

// Seam 4 of 4: one remote. Called from its lane's thread only. It never sleeps, retries or logs: it
// calls once and says what happened; a call that may not go out yet is Code::Remote with
// `earliest()` telling when.
class Connector {
public:
    virtual ~Connector() = default;

    virtual const Capabilities& capabilities() const = 0;
    // Stable identity of the account behind this remote, known without a call (webhook: host and
    // port). G17.
    virtual std::string account() const = 0;
    // When the next call may go out; at or before now: at once.
    virtual Instant earliest() const = 0;
    // When a call may go out that leaves so many others room at once, for what is less urgent.
    virtual Instant earliest_leaving(int /*others*/) const { return earliest(); }
    virtual Counters counters() const = 0;
    virtual Contact contact() const { return {}; }
    // What is good to have, and lacking or refused for good (G55): whoever keeps the books keeps it
    // when the count of changes grows, and hands it back after a restart.
    virtual std::int64_t lack_changes() const { return 0; }
    virtual std::vector<domain::Lack> lacks() const { return {}; }
    virtual void use_lacks(std::vector<domain::Lack> /*known*/) {}
    virtual void try_lacking() {} // a person asks: each is called again at its next need

    // Whose rights the calls have. One request where the remote tells it; an empty `who` where it
    // does not.
    struct Rights {
        std::string who;      // comparable: "7, administrator"
        bool sees_all = true; // what is not shown to this account is not there
    };
    virtual Result<Rights> rights() { return Rights{}; }

    // One step of a walk: one HTTP request, or two in flight together (G32). On an error
    // nothing of the step may be kept and the old cursor stays good.
    virtual Result<domain::Page> read(const domain::ReadRequest& request) = 0;

    // The first steps of several readings in one request (Capabilities::heads): what read(),
    // read_cards() and read_moves() would answer, each judged alone. The request is counted with
    // the first page that came. An error is the request's.
    virtual Result<Heads> read_heads(const HeadsWish& /*wish*/) { return absent(); }

    virtual domain::WriteResult write(const domain::WriteOp& op) = 0;
    // How many ops of this kind write_many() takes; 1: there is nothing to gain.
    virtual std::size_t many_max(domain::OpKind /*kind*/) const { return 1; }
    // Several Fixed ops of one kind in one request; one result each, in their order.
    // REQUIRES: 1 to many_max(kind) ops
    virtual std::vector<domain::WriteResult> write_many(const std::vector<domain::WriteOp>& ops) {
        std::vector<domain::WriteResult> results;
        for (const auto& op : ops) results.push_back(write(op));
        return results;
    }
    // The objects that carry op.key (Findable ops), lowest id first. An empty list means: proven
    // absent now.
    virtual Result<std::vector<std::string>> find(const domain::WriteOp& op) = 0;
    // The value that a Fixed op would set, as it stands now, rendered as the op's fields are: for
    // read-backs and the nightly comparison. "" when the target is gone.
    virtual Result<std::string> read_back(const domain::WriteOp& op) = 0;

    virtual Result<domain::DealState> read_deal(std::string_view id) = 0;
    // STATUS_ID of the stage with semantics `semantics` and the lowest SORT in the deal's category
    // (G4).
    virtual Result<std::string> deal_stage(std::string_view category,
                                           std::string_view semantics) = 0;
    virtual Result<std::vector<std::string>> currencies() = 0;
    // The invoice (entity type 31) in the same words: rows, payments, stage; `company` its payer.
    virtual Result<domain::DealState> read_invoice(std::string_view /*id*/) { return absent(); }
    // Like deal_stage(), of the invoices' first category.
    virtual Result<std::string> invoice_stage(std::string_view /*semantics*/) { return absent(); }

    // --- report cards, documents, events: a remote that is no CRM has none of them --------------
    // Cards that changed since `cursor` ("": all), oldest change first, with overlap.
    virtual Result<domain::CardPage> read_cards(std::string_view /*cursor*/) { return absent(); }
    virtual Result<domain::CardState> read_card(std::string_view /*id*/) { return absent(); }
    // The layout that setup() made, or "": no cards. Before any op on cards.
    virtual void use_cards(const std::string& /*layout*/) {}
    // Every object of ours, whatever made it; "" begins. For the comparison after a restore (G18).
    virtual Result<OwnedPage> read_ours(std::string_view /*cursor*/) { return absent(); }
    // Companies and deals are read by the vendor's older lists from now on, or by the newer ones.
    // Both give rows of the same shape (two_lists).
    virtual void use_classic_lists(bool /*classic*/) {}
    // Another pace from now on; a reload of the configuration.
    virtual void use_limits(int /*burst*/, double /*per_second*/) {}
    // Moves since `cursor` of deals, invoices and cards; "": from now on, nothing is told.
    virtual Result<domain::MovePage> read_moves(std::string_view /*cursor*/) { return absent(); }
    virtual Result<domain::DocumentState> read_document(std::string_view /*id*/) {
        return absent();
    }
    // The PDF, or the docx when the conversion failed; links are fetched fresh and kept nowhere.
    virtual Result<domain::DocumentFile> download_document(std::string_view /*id*/) {
        return absent();
    }
    // What the portal needs for reports, step by step; `dry_run` only says what it would do.
    // `handler`: our public address for events, "" none.
    virtual Result<domain::SetupReport> setup(bool /*dry_run*/, std::string_view /*layout*/,
                                              std::string_view /*handler*/) {
        return absent();
    }
    // The body of one event call, as it came. Calls nothing.
    virtual Result<domain::EventHint> decode_event(std::string_view /*body*/) const {
        return absent();
    }
    // One delivery, headers and all (signed_events). Comparisons take constant time; calls nothing.
    virtual Received receive(const Delivery& /*delivery*/, Instant /*now*/) const { return {}; }
    // What the portal hands over when our application is installed there. Calls nothing.
    virtual Result<AppTokens> decode_install(std::string_view /*body*/) const { return absent(); }
    // Keeps an application alive that makes no calls: its right to renew ends after 180 days.
    virtual Status refresh_if_idle() { return {}; }
    // Offline events, where the account has them; an empty process id: it has none, or none wait.
    virtual Result<domain::OfflineEvents> take_events() { return domain::OfflineEvents{}; }
    virtual Status finish_events(std::string_view /*process_id*/,
                                 const std::vector<std::string>& /*done*/,
                                 const std::vector<std::string>& /*failed*/) {
        return {};
    }
    // The page of the remote that shows a deal, invoice or card; "" when it can't be told.
    virtual std::string object_url(std::string_view /*kind*/, std::string_view /*id*/) const {
        return "";
    }

    virtual CheckReport check() = 0;
    // The page of the remote that shows a task, for people; "" when it can't be told.
    virtual std::string task_url(std::string_view task_id, std::string_view group_id,
                                 std::string_view user_id) const = 0;

    // One request that goes on with those of `objects` that are not done, in their order, and
    // carries as much as it can. An error is the request's: what it did not read stays to be read.
    virtual Status read_objects(std::vector<domain::ObjectReading>& objects) {
        for (auto& object : objects) {
            if (object.done) continue;
            auto state = object.invoice ? read_invoice(object.id) : read_deal(object.id);
            if (!state) return state.error();
            object.state = std::move(*state);
            object.done = true;
            break;
        }
        return {};
    }

protected:
    static Error absent() { return Error{Code::Usage, "this planner has no such thing", "", ""}; }
};

} // namespace hb::connector
