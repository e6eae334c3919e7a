#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "web/front.h"
#include "wire.h"

// Who answers: workers that come with the work and go without it, some of them not for reports.
using namespace hb;
using namespace hb::web;
using namespace hb::web::test;

namespace {

std::string answer_of(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

bool asks(const WholeRequest& request, std::string_view path) {
    return request.bytes.find(path) != std::string::npos;
}

// "/heavy" is answered when the gate is opened, everything else at once.
struct Rig {
    explicit Rig(FrontLimits limits = {})
        : front([this](const WholeRequest& request) { return answer(request); },
                [](int status) { return "HTTP/1.1 " + std::to_string(status) + " x\r\n\r\n"; },
                [](const WholeRequest& request) {
                    return asks(request, "/now")     ? Work::AtOnce
                           : asks(request, "/heavy") ? Work::Heavy
                                                     : Work::Light;
                },
                limits) {
        const auto at = parse_listen("127.0.0.1:0", false);
        REQUIRE(front.listen(at.value(), "127.0.0.1:0").ok());
        front.start();
    }
    ~Rig() {
        open();
        front.stop();
    }
    WholeAnswer answer(const WholeRequest& request) {
        if (asks(request, "/heavy")) {
            std::unique_lock lock(mutex);
            ++heavy;
            changed.notify_all();
            changed.wait(lock, [this] { return is_open; });
        }
        return {answer_of("done"), request.last};
    }
    void open() {
        const std::lock_guard lock(mutex);
        is_open = true;
        changed.notify_all();
    }
    void wait_for_heavy(int count) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return heavy >= count; });
    }

    std::mutex mutex;
    std::condition_variable changed;
    bool is_open = false;
    int heavy = 0;
    Front front;
};

bool soon(const std::function<bool()>& test) {
    SystemClock clock;
    const Instant patience = clock.now() + std::chrono::seconds{20};
    while (!test()) {
        if (clock.now() >= patience) return false;
        clock.wait_until(clock.now() + std::chrono::milliseconds{5});
    }
    return true;
}

} // namespace

TEST_CASE("workers are made when there is work, and go when there is none (P18)") {
    FrontLimits limits;
    limits.worker_rest = std::chrono::milliseconds{20};
    Rig rig(limits);
    CHECK(rig.front.workers() == 0);
    CHECK(body_of(get(rig.front.port(), "/now")) == "done");
    CHECK(rig.front.workers() == 0);
    CHECK(body_of(get(rig.front.port(), "/light")) == "done");
    CHECK(soon([&] { return rig.front.workers() == 0; }));
    CHECK(body_of(get(rig.front.port(), "/light")) == "done"); // and come again
}

TEST_CASE("heavy requests never take the workers of the others, and all are answered in the end") {
    FrontLimits limits;
    limits.workers = 6;
    limits.light_workers = 2;
    Rig rig(limits);
    std::atomic<int> done{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 20; ++i)
        readers.emplace_back([&] {
            if (body_of(get(rig.front.port(), "/heavy")) == "done") ++done;
        });
    rig.wait_for_heavy(4);
    CHECK(body_of(get(rig.front.port(), "/light")) == "done");
    CHECK(body_of(get(rig.front.port(), "/now")) == "done");
    {
        const std::lock_guard lock(rig.mutex);
        CHECK(rig.heavy == 4);
    }
    CHECK(rig.front.workers() <= limits.workers);
    rig.open();
    for (auto& reader : readers) reader.join();
    CHECK(done == 20);
}
