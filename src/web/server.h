#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "books/books.h"
#include "lanes/inbox_door.h"
#include "lanes/watch.h"
#include "web/hook_keys.h"

namespace hb::web {

namespace api {
struct Seams;
}

struct WebOptions {
    std::string listen = "127.0.0.1:8480"; // port 0: any free one; or "unix:/path"
    bool allow_direct = false;             // other addresses than loopback
    HookKeysOf hooks = {};                 // a remote that is not named here sends no events
    lanes::Watch* watch = nullptr;         // for /readyz and /metrics; outlives the server
    std::string version = {};
    lanes::InboxDoor::Commits commits = lanes::InboxDoor::Commits::Shared; // of events
    // "": /metrics is served beside the pages, to this machine. Else only there, to all who reach
    // it, with /readyz and /healthz and nothing else; other machines may be meant.
    std::string metrics_listen = {};
};

// Pages for clients and the doors of remotes (events, installations) over HTTP/1.1. It reads and
// changes rows in steps of the books and calls no remote. TLS is the proxy's (C1).
class WebServer {
public:
    WebServer(books::Books& books, WebOptions options);
    ~WebServer(); // stops

    // Listens and answers in threads of its own. Code::Usage: not an address to listen on;
    // Code::Machine: it is taken, or may not be used.
    Status start();
    // The place for staff beside the pages; before start(). Without a url of its own it is at the
    // address that is listened to.
    void offer_staff(api::Seams seams);
    // Other keys for events from now on.
    void use_hook_keys(HookKeysOf keys);
    int port() const;         // 0 before start and for a unix socket
    int metrics_port() const; // likewise, and without an address of its own
    // Returns when the answers under way are given.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace hb::web
