#pragma once

#include <functional>

#include "books/card_values.h"
#include "books/planning.h"
#include "desk/sending.h"
#include "domain/crm_objects.h"
#include "lanes/floor.h"

// Report cards in the CRM (G36): a manager's card becomes a draft, moves of its stage are commands,
// and every card shows how its report stands.
namespace hb::lanes {

class CardsJob {
public:
    CardsJob(Books& books, desk::Reread reread) : books_(books), reread_(std::move(reread)) {}

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
    desk::Reread reread_;
};

} // namespace hb::lanes
