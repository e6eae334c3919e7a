#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "domain/exchange.h"

// Objects of a CRM beside the deal: report cards, documents, stage moves, events. Values only.
namespace hb::domain {

// The smart process "Hour report" as it is in one portal: what `portal setup` found or made.
// Kept by the books as JSON text that only the connector reads; `states` is the one thing that the
// engine looks into.
struct CardLayout {
    int entity_type_id = 0;                    // 0: there are no report cards
    std::map<std::string, std::string> states; // "draft" … "credited" -> STATUS_ID
    std::string text;                          // the whole layout as JSON, for Connector::use_cards
};

// Logical names of a card's fields, the same in every portal. Dates YYYY-MM-DD, lists one a line.
//   from to projects type status percent_paid task_dates      the filter (M-S3), a manager's
//   number hours total paid link warnings                     written by us
struct CardState {
    bool exists = false;
    std::string id;
    std::string title;
    std::string key;     // xmlId: "hb-…" on ours and on adopted ones (G36)
    std::string stage;   // STATUS_ID
    std::string state;   // "draft" … of the layout; "" for a stage that the layout does not name
    std::string company; // id; "" none
    std::string deal;    // parentId2; "" none
    std::string updated_by;
    std::string responsible;
    std::map<std::string, std::string> fields; // by logical name; absent and empty are the same
    std::vector<std::string> files;            // names, in the card's order
};
struct CardPage {
    std::vector<CardState> cards;
    std::string cursor;
    bool complete = false;
};

struct DocumentState {
    bool exists = false;
    std::string id;
    std::string title;
    std::string number;
    bool pdf_ready = false;
    bool failed = false; // the conversion to PDF did not work; the docx is what there is
};
struct DocumentFile {
    std::string name;  // "Invoice-2026-001.pdf"
    std::string bytes; // begins with %PDF or PK
};

// One move of a deal, invoice or card between stages (crm.stagehistory.list): a hint to look.
struct StageMove {
    Ref what; // REMOTE:deal:ID, REMOTE:invoice:ID or REMOTE:card:ID
    std::string stage;
};
struct MovePage {
    std::vector<StageMove> moves;
    std::string cursor;
    bool complete = false;
};

// What an event says: these changed, look again. Never a fact.
struct EventHint {
    std::string event;     // "ONCRMDEALUPDATE"
    std::vector<Ref> refs; // kinds task deal invoice card company user group document payment
    bool deleted = false;
    // How the sender proves itself; compared with what is configured or stored, in constant time.
    Secret application_token;
    std::string member_id;
    std::string domain;
    std::string at; // the sender's stamp as text: part of the dedupe key
};

// Offline events, taken from the portal's queue with a process id (protocol section 22).
struct OfflineEvents {
    std::string process_id;
    std::vector<std::pair<std::string, EventHint>> events; // MESSAGE_ID or ID, and what changed
};

// One thing that `portal setup` found, made, or could not make.
struct SetupStep {
    std::string what;   // "smart process Hour report"
    std::string state;  // ok made repaired planned forbidden failed by_hand
    std::string detail; // the call for --dry-run; why it is forbidden; what to do by hand
};
struct SetupReport {
    std::vector<SetupStep> steps;
    std::optional<CardLayout> cards; // absent: works without smart processes
};

} // namespace hb::domain
