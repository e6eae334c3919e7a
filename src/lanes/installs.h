#pragma once

#include "lanes/floor.h"

// How an application comes to its tokens and loses them (G34). Each takes the lock itself.
namespace hb::lanes {

// A code that may install this remote once, within an hour; the portal calls POST
// /install/NAME/CODE with it. It stands in the books as a digest only, and a new one ends the one
// before.
std::string make_install_code(Books& books, const KnownRemote& remote);

// Is this the code? Takes as long for a near miss as for a far one.
bool is_install_code(const Reading& read, const KnownRemote& remote, std::string_view code);

// An ONAPPINSTALL with that code. The code is used up when it succeeds. Code::Forbidden: a wrong
// code; Code::Malformed: parts are missing; Code::Conflict: another portal than this remote was
// until now, or one that is known under another name (G17).
Status take_install(Books& books, RemoteRuntime& remote, std::string_view code,
                    std::string_view body);

// An ONAPPUNINSTALL that has proven itself: the tokens are erased and the remote stops, saying what
// to do. What was read and billed stays. Nothing happens where nothing is installed.
void take_uninstall(Books& books, RemoteRuntime& remote);

// The token that the portal of an installed application puts into its events; empty: none.
Secret kept_application_token(const Reading& read, const KnownRemote& remote);

} // namespace hb::lanes
