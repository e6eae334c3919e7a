#pragma once

#include "base/password.h"
#include "books/books.h"

// Links that are given to people (G23, G59): the client's page, the same for reading alone, a
// client's archive, a draft's preview. The books hold digests; a token is made anew when it is
// shown.
namespace hb::books {

using store::ClientLinkRow;
using store::LinkKind;

inline constexpr std::chrono::days kLinkAfterEnd{90}; // of its report: G23
inline constexpr std::chrono::days kPreviewLife{7};
// A share link's password: so many wrong tries, then no try is looked at for so long. Kept in the
// books: a start of the service gives nobody ten more.
inline constexpr int kPasswordTries = 10;
inline constexpr std::chrono::hours kPasswordWait{1};

// "https://…/r/TOKEN", "/a/TOKEN" or "/d/TOKEN".
std::string link_url(const Settings& settings, const ClientLinkRow& link);
// The live archive of this client; nullopt: there is none, or this process has no key.
std::optional<std::string> archive_url(const Reading& read, std::int64_t client);
// The draft's live preview; likewise.
std::optional<std::string> preview_url(const Reading& read, std::int64_t report);
// The preview with this number, wherever its life is.
std::string preview_url(const Settings& settings, std::int64_t report, std::int64_t n);
// What the token leads to, unless it is unknown, revoked or expired.
std::optional<ClientLinkRow> live_link(const Reading& read, std::string_view token);

// Within a step: what the report's row says of its link is so in the table of links too.
void keep_report_link(Step& step, const store::ReportRow& report);
// The client has an archive from the first report that is sent; a revoked one does not come back.
void give_archive(Step& step, std::int64_t client);
// Drafts that were sent or cancelled have no preview.
void end_previews(Step& step, std::int64_t report);

// A draft has a preview that lives for a day or longer: its card carries it. Others: nothing.
void keep_preview(Step& step, const store::ReportRow& report);

// For clients whose reports were sent by an older version. REQUIRES: the key is known
void give_missing_archives(Books& books);

struct ShownLink {
    ClientLinkRow row;
    std::string url; // "" when it is dead
    bool live = false;
};
// Those of the report, with its client's archive, by id.
Result<std::vector<ShownLink>> links_of(const Reading& read, std::int64_t report);
// One more link for reading alone. `password`: as HashTurn made it.
Result<ShownLink> share_report(Books& books, std::int64_t report,
                               std::optional<std::string> password, const Actor& actor);
// The archive of the report's client; `fresh`: the one before ends.
Result<ShownLink> archive_of_report(Books& books, std::int64_t report, bool fresh,
                                    const Actor& actor);
// The draft as its client would see it, for staff: the live one, or a new one.
Result<ShownLink> preview_report(Books& books, std::int64_t report, const Actor& actor);
// A link of the report, or its client's archive, by the id that links_of() tells.
Status revoke_link(Books& books, std::int64_t report, std::int64_t link, const Actor& actor);
// Every share link and archive anew, with passwords as they were; previews end.
std::vector<ShownLink> renew_other_links(Books& books, const Actor& actor);

// Somebody with a dead link asks for another. Was it ours, it is told once, by the log and what
// follows from that (lanes/notices.h); false: it never was, or that was told.
bool ask_for_link(Books& books, std::string_view token, const Actor& actor);

// A try to open a link with its password.
enum class Tried { Right, Wrong, Waits, Busy };
Tried try_password(Books& books, std::int64_t link, const Secret& password);
// What a browser that gave the right password keeps, for this link, password and `until`: who has
// it is not asked again.
std::string pass_of(const Settings& settings, const ClientLinkRow& link, Instant until);
bool is_pass(const Settings& settings, const ClientLinkRow& link, std::string_view pass,
             Instant now);

} // namespace hb::books
