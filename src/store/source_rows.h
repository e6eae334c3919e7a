#pragma once

#include "store/rows.h"
#include "store/sources.h"

// Columns of the mirror's rows and how they are read; the order is that of the functions below.
// `m` is the row's remote.
#define HB_TASK_COLUMNS                                                                            \
    "t.id, m.name, t.remote_id, t.known, t.title, t.parent, t.project, t.responsible, t.status, "  \
    "t.status_before, t.status_pull, t.tags, t.links, t.created, t.closed, t.deadline, "           \
    "t.seconds_total, t.paid_mark, t.report_mark, t.client, t.two_clients"
#define HB_ENTRY_COLUMNS                                                                           \
    "e.id, m.name, e.remote_id, e.task, e.person, e.seconds, e.at, e.day, e.text, e.revision, "    \
    "e.deleted, e.seen, e.seen_at, e.paid_task, e.client, e.work_date, e.live_report, e.word, "    \
    "e.first_word"

namespace hb::store {

TaskRow task_of(const Statement& row);
EntryRow entry_of(const Statement& row);
domain::PlannerWord parse_word(std::string_view text); // see word_text()

} // namespace hb::store
