#pragma once

#include <functional>
#include <optional>
#include <set>

#include "audit/dump.h"
#include "json/value.h"

// Recomputes every report from the log, the entries' revisions and the contract versions, and says
// where the books tell something else (R17). Its arithmetic is its own: nothing of `domain`,
// nothing of `engine`.
namespace hb::test {

// A contract version as money needs it.
struct AuditTerms {
    struct Rate {
        std::int64_t amount = 0;
        std::string project, work_type, person, from;
        bool operator==(const Rate&) const = default;
    };
    std::string currency, vat = "none", level = "none", mode;
    std::int64_t vat_e4 = 0; // 20 % is 200000
    std::int64_t step = 0;
    std::vector<Rate> rates;
    bool operator==(const AuditTerms&) const = default;
};
AuditTerms audit_terms(const json::Value& contract);
// The rate of G7; nullopt: the contract has none.
std::optional<std::int64_t> rate_of(const AuditTerms& terms, const std::string& project,
                                    const std::string& work_type, const std::string& person,
                                    const std::string& day);

// The version that judges a day; before the first, the first. Of two that begin on one day the
// later one counts. `versions` as the books have them.
const Cells* version_on(const std::vector<const Cells*>& versions, const std::string& day);
// The date of a moment by a client's versions (G52).
std::string day_by(const std::vector<const Cells*>& versions, const std::string& at);

class AuditReader {
public:
    explicit AuditReader(const Dump& dump);
    // One sentence for each thing that the books and the log tell differently.
    std::vector<std::string> problems();
    std::size_t reports() const { return dump_.rows("reports").size(); }
    std::size_t recomputed() const { return recomputed_; } // frozen revisions and drafts

private:
    struct Story { // of one report, as its audit rows tell it
        std::string state, number, hash, total, sent_at, agreed_at, invoiced_at, paid_at, ended_at;
        int revision = 0;
        std::int64_t settled = 0, surplus = 0, written_off = 0;
        std::map<std::string, std::int64_t> payments; // that stand
        std::map<int, std::string> hashes, totals;    // by revision
        std::optional<Instant> owes; // since when money that counts has not been settled
        bool asked = false;          // a person was
        std::int64_t standing() const {
            std::int64_t sum = 0;
            for (const auto& [name, amount] : payments) sum += amount;
            return sum;
        }
    };
    struct Entry { // one revision of one
        std::int64_t task = 0, seconds = 0;
        std::string person, day, at; // at "": its planner told a date
    };
    struct Group {
        std::vector<std::size_t> lines;
        std::vector<std::int64_t> raw;
    };

    // log.cpp
    void chain();
    void stories();
    void tell(Story& story, const store::EventRow& event, const json::Value& data);
    void settlement(Story& story, const store::EventRow& event, const json::Value& data);
    void settled_by_now(Story& story, const std::string& who, const std::string& now);
    void compare(const Cells& report, Story& story);
    // decisions.cpp
    void decisions();
    void late_decisions();
    void adjustments();
    void money_by_payments();
    void writes();
    void people_decided();
    void questions();
    // guards.cpp
    void guards();
    void waiting_values();
    void guarded_share(const Cells& line, const Cells& share, const Entry& facts,
                       const json::Value& terms, const std::string& who);
    void nothing_empty(const json::Value& frozen, const std::string& who);
    using Told = std::function<bool(const json::Value& data)>;
    bool has_event(const std::string& action, const std::string& subject,
                   const std::string& report = "", const Told& told = {}) const;
    void needs(bool there, const std::string& what) {
        if (!there) wrong(what + " has no audit row");
    }
    // bills.cpp
    void bills();
    void bill(const Cells& report, int revision);
    void frozen_text(const Cells& report, int revision, const std::vector<const Cells*>& lines,
                     const std::string& who);
    void work_line(const Cells& line, const std::vector<const Cells*>& versions,
                   const std::string& who);
    void correction_line(const Cells& line, const std::string& who);
    void money(const std::vector<const Cells*>& lines, const AuditTerms& terms,
               const std::string& who);
    void sums(const Cells& report, int revision, const std::vector<const Cells*>& lines,
              const AuditTerms& terms, const std::string& who);
    void corrected(const Cells& report, const std::vector<const Cells*>& lines,
                   const AuditTerms& terms, const std::string& who);
    std::map<std::string, Group> groups(const std::vector<const Cells*>& lines,
                                        const AuditTerms& terms,
                                        const std::map<std::string, std::int64_t>& changed) const;
    const Entry* entry(const Cells& allocation) const;
    std::string person_name(const std::string& id) const;
    const Cells* contract_of(const Cells& report, int revision) const;
    // days.cpp: G52
    std::vector<const Cells*> versions_known(const Cells& report, int revision,
                                             const Cells& contract) const;
    std::vector<const Cells*> versions_of(const std::string& client,
                                          const std::string& before = "") const;
    void frozen_days(const Cells& report, int revision, const std::string& who);
    std::string frozen_at(const Cells& report, int revision) const;
    void free_days();

    std::string entry_name(const std::string& id) const;
    void wrong(const std::string& what) { problems_.push_back(what); }

    const Dump& dump_;
    std::vector<std::string> problems_;
    std::size_t recomputed_ = 0;
    std::map<std::string, Story> stories_;
    std::vector<json::Document> data_; // of dump_.events
    std::map<std::string, const Cells*> entries_, persons_, remotes_, adjustments_, companies_;
    std::map<std::pair<std::string, std::string>, Entry> revisions_; // by entry and n
    std::map<std::string, std::vector<const Cells*>> allocations_;   // by line
    std::map<std::pair<std::string, int>, std::vector<const Cells*>> lines_;
    std::map<std::string, std::vector<std::size_t>> by_action_;
};

} // namespace hb::test
