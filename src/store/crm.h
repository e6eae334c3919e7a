#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/database.h"

// What is kept of a CRM beside the outbox: settings, report cards, documents. Callers hold a Tx for
// everything that writes.
namespace hb::store {

// Small values that the program keeps for itself, by remote (0: of the whole books) and name. Rows
// of one name are replaced.
class Settings {
public:
    explicit Settings(Database& db) : db_(db) {}
    std::optional<std::string> get(std::int64_t remote, std::string_view name) const;
    // When it was last written.
    std::optional<Instant> written_at(std::int64_t remote, std::string_view name) const;
    void put(std::int64_t remote, std::string_view name, std::string_view value, Instant now);
    void erase(std::int64_t remote, std::string_view name);

private:
    Database& db_;
};

// A report card in the CRM (G36).
struct CardRow {
    std::int64_t id = 0;
    std::int64_t remote = 0;
    std::string remote_id;
    std::string key;                    // ours, in its xmlId
    std::optional<std::int64_t> report; // none: its filter makes no draft (yet)
    bool own = false;                   // we made it: it never makes a report
    std::string filter;                 // as last read from the card
    std::string shown;                  // the fields that were last decided for it, JSON
    std::string shown_state;            // likewise its stage, as a state of the report
    std::string told;                   // what its last comment was about: not said twice
    int comments = 0;                   // written so far
    int put_backs = 0;                  // of the hour that began at put_back_since
    Instant put_back_since{};
    bool gone = false;
};

class Cards {
public:
    explicit Cards(Database& db) : db_(db) {}
    std::int64_t add(const CardRow& row);
    void update(const CardRow& row); // everything but remote, remote_id, key and own
    std::optional<CardRow> find(std::int64_t id) const;
    std::optional<CardRow> find(std::int64_t remote, std::string_view remote_id) const;
    std::optional<CardRow> of_report(std::int64_t report) const;
    std::vector<CardRow> waiting(std::int64_t remote) const; // adopted, without a report
    // Reports whose card may have to be told something: all that are open, and ended ones whose
    // card shows another state.
    std::vector<std::int64_t> reports_to_show() const;

private:
    Database& db_;
};

// One document of a report by one template (rule 48).
struct DocumentRow {
    std::int64_t id = 0;
    std::int64_t report = 0;
    std::int64_t remote = 0;
    std::string template_id;
    std::string remote_id;
    std::string title;
    std::string number;
    std::string state; // waiting stored failed
    std::string file;  // below data_dir/documents; "" while waiting
    std::string sha256;
    std::int64_t bytes = 0;
    int looks = 0; // how often it was asked for
    Instant due_at{};
    std::string last_error;
    std::optional<Instant> stored_at;
};

class Documents {
public:
    explicit Documents(Database& db) : db_(db) {}
    std::int64_t add(const DocumentRow& row);
    void update(const DocumentRow& row);
    std::vector<DocumentRow>
    of_report(std::int64_t report) const; // in the order in which they were made
    std::optional<DocumentRow> next(std::int64_t remote, Instant now) const; // waiting and due
    std::optional<Instant> next_due(std::int64_t remote) const;
    // These of any remote are due now; others than waiting ones are left alone.
    void look_now(const std::set<std::string>& remote_ids, Instant now);
    std::vector<DocumentRow> kept() const; // for verify: every file that must be there

private:
    Database& db_;
};

} // namespace hb::store
