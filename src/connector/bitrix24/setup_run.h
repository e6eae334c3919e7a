#pragma once

#include <set>
#include <string>
#include <vector>

#include "connector/bitrix24/cards.h"
#include "connector/bitrix24/client.h"
#include "domain/crm_objects.h"

// What the steps of one setup share. Many small writes go out as one batch: setup would not fit
// into the portal's burst otherwise.
namespace hb::connector::bitrix24 {

struct Write {
    std::string what; // "stage Sent"
    std::string method;
    std::string body;  // JSON object
    std::string state; // when it worked: made, repaired
};

class SetupRun {
public:
    SetupRun(Client& portal, bool dry_run, const Cards& last)
        : client(portal), dry(dry_run), before(last) {}

    Client& client;
    const bool dry;
    const Cards& before;
    std::vector<std::string> scopes; // of the caller, lower case; none: not known
    domain::SetupReport report;

    // "made" in a first setup, "repaired" where something of an older one is missing.
    std::string made() const { return before.there() ? "repaired" : "made"; }
    void step(std::string what, std::string state, std::string detail = "");
    void trouble(std::string what, const Trouble& trouble);
    // Carries the writes out, or plans them: a step for each. True when all worked. A write that
    // failed because somebody did it in the same moment is a step "failed" that the next run heals.
    bool carry_out(const std::vector<Write>& writes);
    // The scope is there and the method is not: the portal does not offer it.
    bool lacks_method(const Trouble& trouble) const;

private:
    std::set<std::string> missing_methods(const std::vector<Write>& writes) const;
};

// "this portal does not offer crm.status.add: …": what a person does instead.
std::string not_offered(std::string_view method);

// True when this is settled by a person and not by trying again.
bool is_forbidden(const Trouble& trouble);

// The smart process as crm.type.list shows it.
struct CardType {
    int entity_type = 0;
    std::int64_t id = 0;
    std::string title;
    std::vector<std::string> off; // switches of ours that are N
};

// setup_type.cpp: found or made (`fresh`); nothing when it is only planned or not allowed.
Result<std::optional<CardType>> have_type(SetupRun& run, bool& fresh);
// setup_stages.cpp: category and states of `cards`; true when each state has its stage.
Result<bool> have_stages(SetupRun& run, Cards& cards, bool fresh);
void plan_stages(SetupRun& run);
// setup_fields.cpp: fields of `cards`; true when each logical name has its field.
Result<bool> have_fields(SetupRun& run, Cards& cards);
void plan_fields(SetupRun& run);
Command fields_command(std::string key, std::int64_t type_id, std::size_t page);
// Is this row of userfieldconfig.list our field `name` of the type?
bool is_field(const json::Value& row, std::int64_t type_id, std::string_view name);

// setup_cards.cpp
Status set_up_cards(SetupRun& run, const std::vector<std::string>& scopes);
// setup_events.cpp
Status set_up_events(SetupRun& run, std::string_view handler,
                     const std::vector<std::string>& scopes);

} // namespace hb::connector::bitrix24
