#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

// What an op is for: one Findable op of one purpose is ever sent, and a Fixed one takes the place
// of those before it (rule 48). Its text is what the books keep; it is built here only, compared
// whole, and never taken apart.
namespace hb::domain {

class Purpose {
public:
    Purpose() = default;

    // --- of a report -----------------------------------------------------------------------------
    static Purpose deal(std::int64_t report);
    static Purpose deal_rows(std::int64_t report);
    static Purpose deal_failed(std::int64_t report);
    static Purpose deal_restored(std::int64_t report);
    static Purpose invoice(std::int64_t report);
    static Purpose invoice_rows(std::int64_t report);
    static Purpose invoice_failed(std::int64_t report);
    static Purpose invoice_restored(std::int64_t report);
    static Purpose document(std::int64_t report, std::string_view template_id);
    // `step`: sent agreed invoiced …
    static Purpose comment(std::int64_t report, std::string_view step);
    static Purpose card(std::int64_t report);
    static Purpose card_fields(std::int64_t report);
    static Purpose card_files(std::int64_t report);

    // --- of a card, by its number in the books ---------------------------------------------------
    static Purpose card_state(std::int64_t card);
    static Purpose card_adoption(std::int64_t card);
    static Purpose card_comment(std::int64_t card, std::int64_t n);

    // --- of a planner ----------------------------------------------------------------------------
    static Purpose task_mark(std::int64_t task);
    static Purpose entry_mark(std::int64_t entry);
    static Purpose mark_setup(std::string_view remote);
    static Purpose mark_field(std::string_view remote, std::string_view field);

    // --- of notices: what happened, then which rule tells it
    // --------------------------------------
    static Purpose notice_of_event(std::int64_t event);
    static Purpose notice_of_outage(std::string_view remote, std::string_view since);
    static Purpose notice_of_stuck(std::int64_t op, Instant now);
    static Purpose notice_of_remote(std::string_view what, std::int64_t remote, Instant now);
    static Purpose notice_of_bill(std::int64_t report, std::int64_t times);
    static Purpose notice_test(std::string_view id);
    Purpose by_rule(std::size_t rule) const;

    // The same step once more: the second comment "sent" after a recall.
    Purpose again(int times) const;
    // As the books have it.
    static Purpose stored(std::string text) { return Purpose(std::move(text)); }

    const std::string& text() const { return text_; }
    auto operator<=>(const Purpose&) const = default;

private:
    explicit Purpose(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

} // namespace hb::domain
