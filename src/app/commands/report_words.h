#pragma once

#include "app/arguments.h"
#include "render/report_view.h"

// What the report commands share.
namespace hb::app {

// Says the report in full and returns 0; or the error.
int tell(Session& session, const Result<domain::ReportView>& view);
int tell(Session& session, const domain::ReportView& view);

// "report ID_OR_NUMBER ..." with one positional: finds the report, then calls.
void add_report_send(Commands& commands, Syntax group);
void add_report_moves(Commands& commands, Syntax group);
void add_report_edits(Commands& commands, Syntax group);
void add_report_links(Commands& commands, Syntax group);

} // namespace hb::app
