#pragma once

#include <functional>

#include "domain/crm_objects.h"
#include "engine/books.h"
#include "engine/planning.h"
#include "engine/sending.h"

// Report cards in the CRM (G36): a manager's card becomes a draft, moves of its stage are commands,
// and every card shows how its report stands.
namespace hb::engine {

// Logical names (domain/crm_objects.h) -> texts.
using CardValues = std::map<std::string, std::string>;

// What we write on a card: sums, link, warnings. Without `warnings` and a question to a person, a
// draft's warnings are left out (they cost an evaluation).
CardValues card_values(const Reading& read, const store::ReportRow& row,
                       const std::optional<std::string>& warnings);
// The report's filter in a card's words.
CardValues card_filter_values(const Reading& read, const store::ReportRow& row);
// Canonical JSON; empty values are left out, as a card can't tell them from absent ones.
std::string card_text(const CardValues& values);
// The same as the books keep it: the client's link as a piece, never in clear (G23, G60).
std::string stored_text(const store::ReportRow& report, const CardValues& values);
// One value of such a text; "" when it is not there.
std::string shown_value(const std::string& text, const std::string& name);
std::string card_title(const Reading& read, const KnownRemote& crm, const store::ReportRow& row);
// All that the card should show now; "company", "deal" and "title" beside the fields.
CardValues wanted_values(const Reading& read, const store::ReportRow& row,
                         const store::CardRow& card, const std::optional<std::string>& warnings);
std::string join_lines(const std::string& a, const std::string& b);

// The filter that a card's fields say, or what is wrong with them and what to write.
Result<domain::Filter> filter_of_card(const Reading& read, const std::string& remote,
                                      const domain::CardState& card);

class CardsJob {
public:
    CardsJob(Books& books, Reread reread) : books_(books), reread_(std::move(reread)) {}

    // Reads what changed on the kanban and acts on it. `first`: its first page, that was asked for
    // with cursor(). Error: the remote failed; what was done stays.
    Status read(std::optional<domain::CardPage> first = std::nullopt);
    // From where the next reading goes on; nothing: cards are not used.
    std::optional<std::string> cursor();
    // Cards with these ids: a hint said that they changed.
    Status look_at(const std::set<std::string>& ids);
    // Drafts for adopted cards that have none yet.
    void make_drafts();
    // Plans what the cards of open reports have to show; `facts_changed`: the warnings of drafts
    // too. Returns how many ops were planned.
    std::int64_t show(bool facts_changed);

private:
    RemoteRuntime* enabled();
    void handle(RemoteRuntime& crm, const domain::CardState& card);
    void meet(RemoteRuntime& crm, const domain::CardState& card);
    void moved(store::CardRow row, const domain::CardState& card);
    void refilter(store::CardRow row, const domain::CardState& card);
    void keep_filter(store::CardRow row, const std::string& text);
    void compare(store::CardRow row, const domain::CardState& card);
    void refuse(store::CardRow row, const Error& why);
    Status command(const store::ReportRow& report, const std::string& wanted, store::CardRow& card,
                   const Actor& actor);
    Status send(const store::ReportRow& report, store::CardRow& card, const Actor& actor);
    Status say_warnings(std::int64_t report, const store::CardRow& card, const Actor& actor);
    Status accept_all(std::int64_t report, const Actor& actor);
    bool is_settled(const store::CardRow& row);

    Books& books_;
    Reread reread_;
};

} // namespace hb::engine
