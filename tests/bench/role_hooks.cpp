#include <cstdio>
#include <iostream>
#include <stdexcept>

#include "bench/books_parts.h"
#include "bench/roles.h"
#include "web/server.h"

// The service's door for events in a process of its own. It prints its port and ends with its
// input.
namespace hb::bench {

int role_hooks(const std::vector<std::string>& words) {
    if (words.size() != 3) throw std::runtime_error("hooks FILE shared|each");
    SystemClock clock;
    Rig rig(clock, words[1], kNowhere, nobody());
    web::WebOptions options;
    options.listen = "127.0.0.1:0";
    options.hooks["bitrix24"] = {{Secret("bench-application-token-of-32-bytes")}, Secret("")};
    options.commits =
        words[2] == "each" ? lanes::InboxDoor::Commits::Each : lanes::InboxDoor::Commits::Shared;
    web::WebServer server(*rig.books, options);
    if (const auto started = server.start(); !started)
        throw std::runtime_error(to_string(started.error()));
    std::printf("%d\n", server.port());
    std::fflush(stdout);
    std::string rest;
    std::getline(std::cin, rest);
    server.stop();
    return 0;
}

} // namespace hb::bench
