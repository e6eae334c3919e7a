#pragma once

#include <string>
#include <string_view>

// Which passwords are guessed first (ASVS 6.2.4). Safe from any thread; calls nobody.
namespace hb::desk {

// Too short or too long, one letter alone, our name, the login in it, or made of what is used most:
// at most two passwords of common_passwords.txt and four digits or signs. `login`: lower case.
bool is_weak(std::string_view login, const std::string& password);

} // namespace hb::desk
