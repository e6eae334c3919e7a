#pragma once

#include <string>

// What the program takes from the process around it. Besides config.cpp's, the only place that
// reads environment variables.
namespace hb::app {

struct Environment {
    std::string directory; // where relative paths of a command begin
    std::string user;      // whose name is in the log of events
    bool terminal_in = false;
    bool terminal_err = false;
    // HOURBRIDGE_MACHINE and HOURBRIDGE_BOOT: what the unit hands over, since it hides the kernel's
    // own word from the service.
    std::string machine, boot;
    // HOURBRIDGE_CONTROL: the socket of the service that is meant, where no configuration is named.
    std::string control;
};

Environment read_environment();
std::string user_name(unsigned int uid); // "root", or the number when nobody has it

} // namespace hb::app
