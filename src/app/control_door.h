#pragma once

#include <optional>
#include <string>

#include "app/control.h"

// The door of the control socket: where it lies, for whom it is open, and who comes in.
//
// Without a group: 0600, of the service's user. With one: a folder of its own, 0750 of that group,
// and the socket 0660; data_dir stays the service's alone.
namespace hb::app {

// A listening socket. Code::Usage: there is no such group; Code::Machine: the place is not fit, and
// why. A folder that is missing is made; one that belongs to somebody else is only judged.
Result<int> open_door(const std::string& path, const std::string& group);

// nullopt: the kernel does not say. A door that somebody opened wider lets nobody else in.
std::optional<Asker> who_asks(int connection, const std::string& group);

// What a user who may not ask can do; "" when the group is not known.
std::string join_hint(const std::string& group);
std::string how_to_join(const std::string& group); // as a line of an error

} // namespace hb::app
