#pragma once

#include "engine/world.h"
#include "web/hooks.h"
#include "web/miss_limiter.h"
#include "web/router.h"

// A small agency with one report that was sent, and its pages without a socket.
namespace hb::web::test {

class Shop {
public:
    Shop();

    Answer get(const std::string& path, const std::string& address = "203.0.113.5");
    Answer post(const std::string& path, const std::string& body,
                const std::string& address = "203.0.113.5");
    Answer agree(const std::string& hash) { return post(link + "/agree", "hash=" + hash); }
    std::string hash(); // of the current revision
    // Recalled, one more hour found, sent again.
    void send_another_revision();
    void recall();

    hb::test::World world;
    std::int64_t company = 0;
    std::int64_t task = 0;
    std::int64_t person = 0;
    std::int64_t entry = 0; // its only one
    std::int64_t report = 0;
    std::string link; // "/r/TOKEN"
    MissLimiter misses;
    Hooks hooks;
    PageCache pages;
    Site site;
};

Answer opened(Answer answer);
std::string header(const Answer& answer, std::string_view name);
bool shows(const Answer& answer, std::string_view text);

} // namespace hb::web::test
