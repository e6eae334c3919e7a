#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>

#include "app/proxy.h"
#include "app/serving.h"

// Ten thousand events in a burst, with doubles and forged ones among them, and a kill -9 somewhere
// in the middle.
namespace hb::test {
namespace {

constexpr int kPosts = 10'000;
constexpr int kGood = 7'000;    // different ones
constexpr int kDoubled = 2'000; // the rest is forged
constexpr int kSenders = 8;

unsigned seed_of_this_run() {
    const char* given = std::getenv("HB_SEED");
    return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                            : std::random_device{}();
}

struct Post {
    int event = 0;
    bool forged = false;
};

std::string request_of(const Post& post) {
    const std::string body = task_event(900'000 + post.event, post.forged ? "forged" : kAppToken);
    return "POST " + hook_path() +
           " HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// What became of each post: its status; 0 when no answer came.
struct Burst {
    int port;
    std::vector<Post> posts;
    std::vector<int> status;
    std::atomic<std::size_t> next{0};
    std::atomic<int> taken{0}; // answered with 200
    std::atomic<bool> over{false};

    Burst(int port_, std::vector<Post> posts_)
        : port(port_), posts(std::move(posts_)), status(posts.size(), 0) {}

    void send_some() {
        std::optional<Wire> wire;
        for (std::size_t i = next++; i < posts.size() && !over; i = next++) {
            // A connection is good for a hundred requests; then the next one.
            for (int attempt = 0; attempt < 2 && status[i] == 0 && !over; ++attempt) {
                if (!wire) wire.emplace(port);
                const std::string answer =
                    wire->send(request_of(posts[i])) ? wire->answer(10'000) : "";
                if (answer.rfind("HTTP/1.1 ", 0) == 0) status[i] = std::stoi(answer.substr(9, 3));
                if (status[i] == 200) ++taken;
                if (status[i] == 0 || answer.find("Connection: close") != std::string::npos)
                    wire.reset();
            }
        }
    }
    void run() {
        std::vector<std::thread> senders;
        for (int i = 0; i < kSenders; ++i) senders.emplace_back([this] { send_some(); });
        for (auto& sender : senders) sender.join();
    }
};

std::int64_t rows(const Serving& service) {
    std::vector<std::string> states;
    for (const char* state : {"new", "done", "ignored", "failed"})
        states.push_back("hourbridge_inbox{state=\"" + std::string(state) + "\"}");
    return service.metrics(states);
}

std::vector<Post> burst_of(std::mt19937& random) {
    std::vector<Post> posts;
    for (int i = 0; i < kGood; ++i) posts.push_back({i, false});
    for (int i = 0; i < kDoubled; ++i) posts.push_back({static_cast<int>(random() % kGood), false});
    while (static_cast<int>(posts.size()) < kPosts)
        posts.push_back({static_cast<int>(random() % kGood), true});
    std::shuffle(posts.begin(), posts.end(), random);
    return posts;
}

} // namespace

TEST_CASE("of 10,000 events with doubles and forged ones none that was taken is lost by a kill -9, "
          "and each good one is acted on (R9)") {
    const unsigned seed = seed_of_this_run();
    INFO("HB_SEED=" << seed);
    std::printf("10,000 events: HB_SEED=%u\n", seed);
    std::mt19937 random(seed);
    const Agency agency;
    agency.begin();
    open_hooks(agency);
    SystemClock clock;
    const auto posts = burst_of(random);
    const int kill_after = static_cast<int>(random() % (kGood + kDoubled));

    std::vector<int> acknowledged;
    {
        Serving service(agency, Serving::AsItStands{});
        Burst burst(service.port(), posts);
        std::thread killer([&] {
            while (burst.taken < kill_after && burst.next < burst.posts.size())
                std::this_thread::yield();
            service.running->signal(SIGKILL);
            burst.over = true;
        });
        burst.run();
        killer.join();
        CHECK(service.running->wait().code == -1);
        for (std::size_t i = 0; i < posts.size(); ++i) {
            if (burst.status[i] == 200) acknowledged.push_back(posts[i].event);
            if (posts[i].forged)
                CHECK((burst.status[i] == 403 || burst.status[i] == 0 || burst.status[i] == 429));
        }
    }
    std::sort(acknowledged.begin(), acknowledged.end());
    acknowledged.erase(std::unique(acknowledged.begin(), acknowledged.end()), acknowledged.end());

    Serving service(agency, Serving::AsItStands{});
    const std::int64_t kept = rows(service);
    INFO("killed after " << kill_after << " answers; " << acknowledged.size()
                         << " different events were answered with 200, " << kept << " are kept");
    CHECK(kept >= static_cast<std::int64_t>(acknowledged.size()));
    // Sent again, each of them is a double: none was lost.
    std::vector<Post> again;
    for (const int event : acknowledged) again.push_back({event, false});
    Burst repeated(service.port(), again);
    repeated.run();
    CHECK(repeated.taken == static_cast<int>(again.size()));
    CHECK(rows(service) == kept);
    // And now the whole burst, without an accident (P13).
    const Instant begun = clock.now();
    Burst whole(service.port(), posts);
    whole.run();
    const auto took = clock.now() - begun;
    std::printf("10,000 events in one burst from %d senders: %d ms\n", kSenders,
                static_cast<int>(took.count()));
    int refused = 0;
    for (std::size_t i = 0; i < posts.size(); ++i) {
        if (posts[i].forged)
            CHECK((whole.status[i] == 403 || whole.status[i] == 429));
        else if (whole.status[i] != 200)
            ++refused;
    }
    CHECK(refused == 0);
    CHECK(rows(service) == kGood);
    CHECK(soon([&] { return service.metric("hourbridge_inbox{state=\"done\"}") == kGood; }, 60));
    service.stop();
}

} // namespace hb::test
