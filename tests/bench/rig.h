#pragma once

#include <memory>
#include <string>

#include "lanes/service.h"
#include "net/http.h"
#include "sandbox/portal.h"

// The service as the bench drives it: the real connector, a real file, the engine.
namespace hb::bench {

// A portal without limits: what is measured is us.
std::unique_ptr<sandbox::Portal> open_portal(Clock& clock, std::int64_t tasks, std::int64_t entries,
                                             std::int64_t gap);
// The portal as an HTTP client sees it, without sockets.
std::unique_ptr<net::HttpClient> portal_http(sandbox::Portal& portal);

enum class Books { Write, Read };
enum class Limiting { None, AsPublished };

struct Rig {
    // `webhook` decides the account; `http` carries the calls there.
    Rig(Clock& clock, const std::string& file, const std::string& webhook,
        std::unique_ptr<net::HttpClient> http, Books open = Books::Write,
        Limiting limiting = Limiting::None);

    lanes::PullReport pull_everything(); // throws when the pull fails
    // A contract of the client, valid for all time, with one rate.
    void contract(std::int64_t company);

    Clock& clock;
    RandomIds ids;
    std::unique_ptr<store::Database> db;
    std::unique_ptr<store::Tables> tables; // for looking, and for what no command does
    std::unique_ptr<books::Books> books;
    std::unique_ptr<lanes::Service> service;
};

} // namespace hb::bench
