#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desk/floor.h"

// What people decide about reports.
// Each takes its own step and commits it; none calls a remote. Safe from any thread that holds no
// step. An Error leaves the books as they were.
namespace hb::desk {

// `also`: more that belongs to the same step as the new draft.
Result<books::Created>
create(Books& books, const domain::Filter& filter, const Actor& actor,
       const std::function<void(Step& step, std::int64_t report)>& also = {});
// A draft by another filter of the same client (G36).
Result<domain::ReportView> refilter(Books& books, std::int64_t report, const domain::Filter& filter,
                                    const Actor& actor);
struct BatchRow {
    std::string client;
    std::string name;
    std::optional<std::int64_t> report;
    std::string outcome; // made, no terms, nothing, or why not
    std::string total, currency;
    bool asks = false; // a draft of the month that is not sent before somebody accepts (G47)
};
std::vector<BatchRow> batch(Books& books, DayRange month, const Actor& actor);
// Freezes, gives number and link. `fingerprint_before`: of the draft before the read; a
// difference updates the draft and is Code::Conflict with both totals. `stale`: sent although a
// remote could not be read (recorded).
Result<domain::ReportView> send(Books& books, std::int64_t report,
                                const std::string& fingerprint_before, bool strict, bool stale,
                                const Actor& actor);
Result<domain::ReportView> recall(Books& books, std::int64_t report, const Actor& actor);
// `hash` empty: the current one (a command); else it must be the current one (rule 57).
Result<domain::ReportView> agree(Books& books, std::int64_t report, std::string_view hash,
                                 const Actor& actor);
Result<domain::ReportView> invoice(Books& books, std::int64_t report, const Actor& actor);
Result<domain::ReportView> cancel(Books& books, std::int64_t report, std::string_view reason,
                                  const Actor& actor);
Result<domain::ReportView> exclude(Books& books, std::int64_t report, const domain::Ref& what,
                                   std::string_view reason, const Actor& actor);
Result<domain::ReportView> include(Books& books, std::int64_t report, const domain::Ref& what,
                                   const Actor& actor);
Result<domain::ReportView> note(Books& books, std::int64_t report, std::string_view text,
                                const Actor& actor);
Result<domain::ReportView> override_entry(Books& books, std::int64_t report,
                                          const domain::Ref& entry, std::optional<bool> billable,
                                          std::string_view reason, const Actor& actor);
// The client link's token (G23); new_link: a fresh one, revoke: none.
Result<domain::ReportView> link(Books& books, std::int64_t report, bool new_link, bool revoke,
                                const Actor& actor);
// A fresh link for every report that has one; those before are dead, in copies and backups too.
Result<std::vector<domain::ReportView>> renew_links(Books& books, const Actor& actor);
// A person accepts by name what a draft says about pulls: shrunk, grown (G47). Conflict when the
// draft does not say so, or says another `figure` ("" any).
Status accept(Books& books, std::int64_t report, std::string_view name, std::string_view figure,
              const Actor& actor);

// Filters under a name, in the command line's words; one of that name is replaced.
void save_preset(Books& books, const std::string& name, const std::string& filter,
                 const Actor& actor);

// Somebody read the address of a client's link; `where` is who asked, as the log shows it.
void note_link_shown(Books& books, std::int64_t report, const std::string& where,
                     const Actor& actor);

} // namespace hb::desk
