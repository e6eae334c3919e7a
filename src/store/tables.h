#pragma once

#include "store/aliases.h"
#include "store/breakers.h"
#include "store/client_links.h"
#include "store/crm.h"
#include "store/database.h"
#include "store/draft_moves.h"
#include "store/free_moves.h"
#include "store/given.h"
#include "store/hidden.h"
#include "store/lacks.h"
#include "store/link_rules.h"
#include "store/mappings.h"
#include "store/op_lacks.h"
#include "store/outbox.h"
#include "store/overview.h"
#include "store/pulls.h"
#include "store/renames.h"
#include "store/reports.h"
#include "store/sources.h"
#include "store/touched.h"
#include "store/waiting.h"

namespace hb::store {

class People;

// All tables over one connection. Const ones can be read only. A caller that changes several at
// once holds a Tx.
struct Tables {
    explicit Tables(Database& db)
        : sources(db), contracts(db), reports(db), outbox(db), inbox(db), jobs(db), events(db),
          kept(db), client_links(db), openings(db), cards(db), documents(db), breakers(db),
          troubles(db), lacks(db), op_lacks(db), aliases(db), draft_moves(db), free_moves(db),
          given(db), hidden(db), link_rules(db), mappings(db), pulls(db), renames(db), touched(db),
          waiting(db), overview(db) {}

    Sources sources;
    Contracts contracts;
    Reports reports;
    Outbox outbox;
    Inbox inbox;
    Jobs jobs;
    Events events;
    Settings kept; // by remote and name
    ClientLinks client_links;
    Openings openings;
    Cards cards;
    Documents documents;
    Breakers breakers;
    OpTroubles troubles;
    Lacks lacks;
    OpLacks op_lacks;
    Aliases aliases;
    DraftMoves draft_moves;
    FreeMoves free_moves;
    Given given;
    Hidden hidden;
    LinkRules link_rules;
    Mappings mappings;
    Pulls pulls;
    Renames renames;
    Touched touched;
    Waiting waiting;
    Overview overview;
    // Who may use the pages for staff (people.h), over the same connection.
    People people();
    const People people() const; // can be read only
};

} // namespace hb::store
