#pragma once

// Names under which the program keeps small values of a remote (store::Settings).
namespace hb::books::kept {

inline constexpr const char* kCardLayout = "cards.layout";  // CardLayout::text
inline constexpr const char* kCardType = "cards.type";      // its entity_type_id
inline constexpr const char* kCardsCursor = "cards.cursor"; // of Connector::read_cards
inline constexpr const char* kMovesCursor = "moves.cursor"; // of Connector::read_moves
// Of the whole books: the own company whose report numbers have no prefix (G57).
inline constexpr const char* kPlainSeries = "numbers.plain";
// Likewise, of numbers that begin with what stands behind this.
inline constexpr const char* kSeriesOf = "numbers.of.";
// Of the whole books: what clients read for reasons and types of work in revision N of report R,
// as it was when that was frozen; "R.N" behind this.
inline constexpr const char* kReportWords = "report.words.";
// Of the whole books: by which rule the work dates were found (books/settling.h).
inline constexpr const char* kDaysBy = "work_dates.by";
// Of the whole books: since when creates wait after a restore (G18).
inline constexpr const char* kRestored = "books.restored";
inline constexpr const char* kBooksChecked = "books.checked"; // when no damage was found
inline constexpr const char* kBooksDamaged = "books.damaged"; // what the last check found
inline constexpr const char* kBooksCheckedWhole = "books.checked_whole"; // likewise, indexes too
// What the service could not read of its machine (G58).
inline constexpr const char* kMachineUnread = "machine.unread";
// Copies of the books from before schema 5 hold clients' links that still live (G23, G60).
inline constexpr const char* kLinksInCopies = "links.in_copies";
// A backup was restored where nobody knew which of its links had been revoked since (G59).
inline constexpr const char* kLinksRestored = "links.restored";
// Of the whole books: numbers of links begin after this one. Reports that a restore lost had links,
// and their numbers in the books may be given again.
inline constexpr const char* kLinksFrom = "links.from";
inline constexpr const char* kNoticesSeen = "notices.seen";   // row of the log told last
inline constexpr const char* kToldStale = "notice.stale";     // of a remote: told and not over
inline constexpr const char* kToldStopped = "notice.stopped"; // likewise, the guard's reason
// Of a remote: its time records were read from the first to the last since planners are asked for
// their word (G51, G65): "1".
inline constexpr const char* kWordsRead = "entries.words_read";
// Digest of the mapping by which its free time was read last.
inline constexpr const char* kMappingRead = "entries.mapping_read";
// Text of the mapping file that the configuration names, as it was taken; and why an edited one was
// not (G62).
inline constexpr const char* kMappingFile = "mapping.file";
inline constexpr const char* kMappingRefused = "mapping.refused";
// Of a remote: time first seen after this was new when its reading last ended (G47).
inline constexpr const char* kSettledSeen = "drafts.settled_seen";
// Of a remote whose reading has ended while its clients are settled one by one: Step::Cause, where
// it is not Facts (books/settling.h).
inline constexpr const char* kSettlingFor = "drafts.settling_for";
// Of a remote: whose rights its last whole reading had (G48).
inline constexpr const char* kRights = "pull.rights";
// Of the CRM: which of its lists companies and deals are read by (lanes/crm_lists.cpp).
inline constexpr const char* kCrmLists = "crm.lists";
// Of a remote: the day, and the ids of people who were asked for on it because no list shows them.
inline constexpr const char* kPeopleAsked = "people.asked";
// An event asked for a pull, and none has begun since: "1".
inline constexpr const char* kHinted = "events.hinted";
// A person lets the remote rest: until when, "" until a person says so (books/pauses.h).
inline constexpr const char* kPaused = "remote.paused";
inline constexpr const char* kMember = "events.member";  // member_id of the portal that sends
inline constexpr const char* kLastEvent = "events.last"; // kind of the last event that came
// An event was refused because the configuration lacks what could prove it: the setting's name.
inline constexpr const char* kEventRefused = "events.refused";

// Digest of the settings and the version of the program by which drafts were last evaluated.
inline constexpr const char* kSettledBy = "drafts.settled_by";

} // namespace hb::books::kept
