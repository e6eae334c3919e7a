#pragma once

#include <string>
#include <string_view>

#include "app/config.h"

// The addresses under which remotes call us.
namespace hb::app {

// https://…/hook/NAME[/SECRET], as a person or the application enters it in the portal; "" while
// public_url is none that a portal can call.
std::string hook_address(const Config& config, std::string_view remote);
// https://…/install/NAME/CODE
std::string install_address(const Config& config, std::string_view remote, std::string_view code);

} // namespace hb::app
