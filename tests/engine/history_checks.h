#pragma once

#include <set>

#include "engine/books_world.h"
#include "engine/history_model.h"

// The rules of docs/rules.md, recomputed from the raw rows of the books and the model of
// the sources after each step of a history.
namespace hb::test {

class Checks {
public:
    Checks(BooksWorld& world, const Model& model) : world_(world), model_(model) {}

    // "" when every invariant holds.
    std::string broken();
    // Reports with lines and corrections, for whoever reads a failure.
    std::string told();

private:
    using Adjustments = std::vector<store::AdjustmentRow>;
    struct Held { // an entry on a live report
        store::AllocationRow share;
        store::ReportRow report;
        Adjustments adjustments; // that stand
    };
    void settled();
    void read();
    void reports();
    void report(const store::ReportRow& row, const std::string& who);
    void money(const store::ReportRow& row, const std::string& who);
    void allocations(const store::ReportRow& row, const std::string& who);
    void statement(const store::ReportRow& row, const std::string& who);
    void draft_lines(const store::ReportRow& row, const std::string& who);
    void payments(const store::ReportRow& row, const std::string& who);
    void revisions(const store::ReportRow& row, const std::string& who);
    void writes(const store::ReportRow& row, const std::string& who);
    void corrected_money(const store::ReportRow& row, const std::string& who);
    void entries();
    void corrections(const std::string& who, const ModelEntry& entry, const Held& held);
    void places(const std::string& who, const ModelEntry& entry, const Held& held);
    void percents();
    void unbilled();
    void fail(const std::string& what) {
        if (wrong_.empty()) wrong_ = what;
    }
    const ModelTerms& terms(const store::ReportRow& row) const {
        return model_.terms.at(row.contract);
    }
    std::int64_t billed_day(const store::AllocationRow& share) const;
    std::string told(std::int64_t report);
    std::int64_t corrected_seconds(const Held& held, const char* decision) const;
    bool landed(const store::AdjustmentRow& row) const;

    BooksWorld& world_;
    const Model& model_;
    std::string wrong_;
    int times_ = 0;

    // as of the last read()
    std::vector<store::ReportRow> all_;
    std::map<std::int64_t, std::vector<store::LineRow>> lines_;      // counting now, by report
    std::map<std::int64_t, std::vector<store::AllocationRow>> live_; // by report
    std::map<std::int64_t, Adjustments> adjustments_;                // by report
    std::map<std::string, std::int64_t> entry_ids_;
    std::map<std::int64_t, std::string> entry_names_;
    std::map<std::int64_t, std::string> task_names_;
    std::map<std::string, std::int64_t> client_ids_;
    std::set<std::string> landed_; // origins of live corrections

    // as it was when it was sent
    std::map<std::pair<std::int64_t, int>, std::string> frozen_;
};

} // namespace hb::test
