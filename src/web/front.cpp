#include "web/front.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clean.h"
#include "web/head.h"

namespace hb::web {
namespace {

// Sockets live in real time, whatever clock the books go by.
using Time = std::chrono::steady_clock;

constexpr int kLookEveryMs = 100;
constexpr std::chrono::milliseconds kEndPatience{3000};
// Of whoever is refused: closing at once would throw our answer away before it is read.
constexpr std::chrono::milliseconds kDrainPatience{1000};
constexpr std::size_t kDrainBytesMax = 256 * 1024;
constexpr std::uint64_t kListener = 0;
constexpr std::uint64_t kWake = 1;

enum class Phase { Rest, Head, Body, Working, Sending, Draining };

struct Connection {
    std::uint64_t id = 0;
    int socket = -1;
    std::string address;
    Phase phase = Phase::Rest;
    Time::time_point until; // when its patience is over; not while it is worked for
    std::string in, out;
    std::size_t sent = 0;
    std::optional<Head> head;
    std::size_t working = 0; // bytes of the request that is worked for
    std::size_t answers = 0, drained = 0, held = 0;
    bool hang_up = false;
    bool told_to_continue = false;
};

std::string address_of(const sockaddr_storage& from) {
    char text[INET6_ADDRSTRLEN]{};
    if (from.ss_family == AF_INET)
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(from).sin_addr, text,
                    sizeof text);
    if (from.ss_family == AF_INET6)
        ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(from).sin6_addr, text,
                    sizeof text);
    return text;
}

} // namespace

struct Front::Impl {
    Impl(Answering answering_, Refusing refusing_, FrontLimits limits_)
        : answering(std::move(answering_)), refusing(std::move(refusing_)), limits(limits_) {}

    const Answering answering;
    const Refusing refusing;
    FrontLimits limits;
    int listener = -1, poll = -1, wake = -1, port = 0;
    std::string socket_file;

    std::mutex mutex; // of everything below
    std::condition_variable work_came;
    std::map<std::uint64_t, std::unique_ptr<Connection>> connections;
    std::deque<std::pair<Connection*, WholeRequest>> work;
    std::uint64_t next_id = 2;
    std::size_t held = 0;
    bool stopping = false, ended = false;
    std::thread loop_thread;
    std::vector<std::thread> workers;

    void watch(Connection& at, std::uint32_t events) const;
    void enter(Connection& at, Phase phase);
    void weigh(Connection& at);
    void drop(Connection& at);
    bool drop_largest();
    bool make_room(std::uint64_t id);
    void accept_all();
    void event(Connection& at);
    void receive(Connection& at);
    void advance(Connection& at);
    void refuse(Connection& at, int status);
    void give(Connection& at, std::string bytes, std::size_t sent, bool hang_up);
    void flush(Connection& at);
    void answered(Connection& at);
    void drain(Connection& at);
    void look_at_times();
    bool at_rest();
    void loop();
    void work_on();
};

void Front::Impl::watch(Connection& at, std::uint32_t events) const {
    epoll_event wanted{};
    wanted.events = events | EPOLLONESHOT;
    wanted.data.u64 = at.id;
    ::epoll_ctl(poll, EPOLL_CTL_MOD, at.socket, &wanted);
}

void Front::Impl::enter(Connection& at, Phase phase) {
    if (at.phase == phase && phase != Phase::Rest) return; // its time runs on
    at.phase = phase;
    const auto patience = phase == Phase::Rest      ? limits.rest
                          : phase == Phase::Head    ? limits.head
                          : phase == Phase::Body    ? limits.body
                          : phase == Phase::Sending ? limits.send
                                                    : kDrainPatience;
    at.until = Time::now() + patience;
}

void Front::Impl::weigh(Connection& at) {
    held -= at.held;
    at.held = at.in.capacity() + at.out.capacity() + at.working;
    held += at.held;
}

// False: it was among those that had to go.
bool Front::Impl::make_room(std::uint64_t id) {
    while (held > limits.held_bytes && drop_largest()) {
    }
    return connections.count(id) != 0;
}

void Front::Impl::drop(Connection& at) {
    held -= at.held;
    ::close(at.socket);
    connections.erase(at.id);
}

bool Front::Impl::drop_largest() {
    Connection* largest = nullptr;
    for (const auto& [id, each] : connections) {
        if (each->phase == Phase::Working) continue;
        if (largest == nullptr || each->held > largest->held ||
            (each->held == largest->held && each->until < largest->until))
            largest = each.get();
    }
    if (largest == nullptr) return false;
    drop(*largest);
    return true;
}

void Front::Impl::accept_all() {
    for (int i = 0; i < 64; ++i) {
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        const int socket = ::accept4(listener, reinterpret_cast<sockaddr*>(&from), &size,
                                     SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (socket < 0) {
            if ((errno == EMFILE || errno == ENFILE) && drop_largest()) continue;
            return;
        }
        while (connections.size() >= static_cast<std::size_t>(limits.connections) &&
               drop_largest()) {
        }
        const int yes = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        auto made = std::make_unique<Connection>();
        made->id = next_id++;
        made->socket = socket;
        made->address = address_of(from);
        epoll_event wanted{};
        wanted.events = EPOLLIN | EPOLLONESHOT;
        wanted.data.u64 = made->id;
        enter(*made, Phase::Rest);
        if (::epoll_ctl(poll, EPOLL_CTL_ADD, socket, &wanted) != 0) {
            ::close(socket);
            continue;
        }
        connections.emplace(made->id, std::move(made));
    }
}

void Front::Impl::event(Connection& at) {
    switch (at.phase) {
    case Phase::Rest:
    case Phase::Head:
    case Phase::Body:
        return receive(at);
    case Phase::Sending:
        return flush(at);
    case Phase::Draining:
        return drain(at);
    case Phase::Working:
        return; // nothing is asked of its socket then
    }
}

void Front::Impl::receive(Connection& at) {
    std::array<char, 32 * 1024> piece;
    const ssize_t got = ::recv(at.socket, piece.data(), piece.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return watch(at, EPOLLIN);
    if (got <= 0) return drop(at);
    at.in.append(piece.data(), static_cast<std::size_t>(got));
    weigh(at);
    if (make_room(at.id)) advance(at);
}

// Whole requests go to a worker, one of a connection at a time; else more is waited for.
void Front::Impl::advance(Connection& at) {
    if (!at.head) at.head = read_head(at.in);
    if (at.head && at.head->refused_with != 0) return refuse(at, at.head->refused_with);
    if (at.head && at.in.size() >= at.head->size + at.head->body) {
        const std::size_t size = at.head->size + at.head->body;
        const bool last = at.head->last || at.head->closes || stopping ||
                          ++at.answers >= limits.answers_per_connection;
        work.emplace_back(&at, WholeRequest{at.in.substr(0, size), at.address, last});
        at.in = std::string(at.in, size); // gives the room of the old one back
        at.hang_up = at.head->last;
        at.head.reset();
        at.told_to_continue = false;
        at.phase = Phase::Working;
        at.working = size;
        weigh(at);
        return work_came.notify_one();
    }
    if (at.head && at.head->expects && !at.told_to_continue) {
        constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        at.told_to_continue = true;
        if (::send(at.socket, kContinue.data(), kContinue.size(), MSG_NOSIGNAL) < 0)
            return drop(at);
    }
    enter(at, at.head ? Phase::Body : at.in.empty() ? Phase::Rest : Phase::Head);
    watch(at, EPOLLIN);
    weigh(at);
}

void Front::Impl::refuse(Connection& at, int status) {
    at.in = std::string();
    give(at, refusing(status), 0, true);
}

void Front::Impl::give(Connection& at, std::string bytes, std::size_t sent, bool hang_up) {
    at.working = 0;
    at.out = std::move(bytes);
    at.sent = sent;
    at.hang_up = at.hang_up || hang_up;
    flush(at);
}

void Front::Impl::flush(Connection& at) {
    while (at.sent < at.out.size()) {
        const ssize_t done =
            ::send(at.socket, at.out.data() + at.sent, at.out.size() - at.sent, MSG_NOSIGNAL);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0 && errno == EAGAIN) {
            enter(at, Phase::Sending);
            watch(at, EPOLLOUT);
            weigh(at);
            (void)make_room(at.id);
            return;
        }
        if (done < 0) return drop(at);
        at.sent += static_cast<std::size_t>(done);
    }
    answered(at);
}

void Front::Impl::answered(Connection& at) {
    at.out = std::string();
    at.sent = 0;
    if (at.hang_up || stopping) {
        at.in = std::string();
        ::shutdown(at.socket, SHUT_WR);
        enter(at, Phase::Draining);
        weigh(at);
        return watch(at, EPOLLIN);
    }
    at.phase = Phase::Working; // so that its time begins anew
    advance(at);
}

void Front::Impl::drain(Connection& at) {
    std::array<char, 32 * 1024> piece;
    const ssize_t got = ::recv(at.socket, piece.data(), piece.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return watch(at, EPOLLIN);
    if (got <= 0) return drop(at);
    at.drained += static_cast<std::size_t>(got);
    if (at.drained > kDrainBytesMax) return drop(at);
    watch(at, EPOLLIN);
}

void Front::Impl::look_at_times() {
    const auto now = Time::now();
    std::vector<std::uint64_t> late;
    for (const auto& [id, each] : connections)
        if (each->phase != Phase::Working && each->until <= now) late.push_back(id);
    for (const std::uint64_t id : late) {
        const auto each = connections.find(id);
        if (each == connections.end()) continue; // another one's answer needed its room
        if (each->second->phase == Phase::Head || each->second->phase == Phase::Body)
            refuse(*each->second, 408);
        else
            drop(*each->second);
    }
}

// Nobody is worked for or still takes an answer.
bool Front::Impl::at_rest() {
    for (const auto& [id, each] : connections)
        if (each->phase == Phase::Working || each->phase == Phase::Sending) return false;
    return true;
}

void Front::Impl::loop() {
    std::array<epoll_event, 128> events;
    std::optional<Time::time_point> end;
    auto next_look = Time::now();
    bool alone = true; // workers take connections away, only this thread adds them
    for (;;) {
        const int count =
            ::epoll_wait(poll, events.data(), events.size(), alone ? -1 : kLookEveryMs);
        const std::lock_guard lock(mutex);
        for (int i = 0; i < count; ++i) {
            const std::uint64_t id = events[static_cast<std::size_t>(i)].data.u64;
            if (id == kListener) accept_all();
            const auto found = connections.find(id);
            if (found != connections.end()) event(*found->second);
        }
        if (const auto now = Time::now(); now >= next_look) {
            look_at_times();
            next_look = now + std::chrono::milliseconds{kLookEveryMs};
        }
        alone = connections.empty();
        if (!stopping) continue;
        if (!end) {
            end = Time::now() + kEndPatience;
            ::epoll_ctl(poll, EPOLL_CTL_DEL, wake, nullptr);
            ::epoll_ctl(poll, EPOLL_CTL_DEL, listener, nullptr);
        }
        if (at_rest() || Time::now() >= *end) return;
    }
}

void Front::Impl::work_on() {
    std::unique_lock lock(mutex);
    for (;;) {
        work_came.wait(lock, [this] { return ended || !work.empty(); });
        if (work.empty()) return;
        auto [at, request] = std::move(work.front());
        work.pop_front();
        lock.unlock();
        WholeAnswer told;
        try {
            told = answering(request);
        } catch (const std::exception& trouble) {
            spdlog::error("web error={}", log_value(trouble.what()));
            told = {"", true};
        }
        // Most answers go out at once; the thread of the sockets has to send the rest only.
        const ssize_t sent =
            ::send(at->socket, told.bytes.data(), told.bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        lock.lock();
        give(*at, std::move(told.bytes), sent > 0 ? static_cast<std::size_t>(sent) : 0,
             told.hang_up);
    }
}

Front::Front(Answering answering, Refusing refusing, FrontLimits limits)
    : impl_(std::make_unique<Impl>(std::move(answering), std::move(refusing), limits)) {}

Front::~Front() {
    stop();
}

Status Front::listen(const Listen& at, const std::string& shown) {
    auto opened = open_listener(at, shown);
    if (!opened) return opened.error();
    impl_->listener = opened->socket;
    impl_->port = opened->port;
    impl_->socket_file = at.path;
    return {};
}

int Front::port() const {
    return impl_->port;
}

void Front::start() {
    Impl& impl = *impl_;
    struct rlimit files {};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 1'000'000)
        impl.limits.connections =
            std::max(16, std::min(impl.limits.connections, static_cast<int>(files.rlim_cur) - 100));
    impl.poll = ::epoll_create1(EPOLL_CLOEXEC);
    impl.wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    for (const auto& [file, id] : {std::pair{impl.listener, kListener}, {impl.wake, kWake}}) {
        epoll_event wanted{};
        wanted.events = EPOLLIN;
        wanted.data.u64 = id;
        ::epoll_ctl(impl.poll, EPOLL_CTL_ADD, file, &wanted);
    }
    for (int i = 0; i < impl.limits.workers; ++i)
        impl.workers.emplace_back([&impl] { impl.work_on(); });
    impl.loop_thread = std::thread([&impl] { impl.loop(); });
}

void Front::stop() {
    Impl& impl = *impl_;
    if (impl.loop_thread.joinable()) {
        {
            const std::lock_guard lock(impl.mutex);
            impl.stopping = true;
        }
        ::eventfd_write(impl.wake, 1);
        impl.loop_thread.join();
        {
            const std::lock_guard lock(impl.mutex);
            impl.ended = true;
        }
        impl.work_came.notify_all();
        for (auto& worker : impl.workers) worker.join();
    }
    for (const auto& [id, each] : impl.connections) ::close(each->socket);
    impl.connections.clear();
    for (int* file : {&impl.listener, &impl.poll, &impl.wake}) {
        if (*file >= 0) ::close(*file);
        *file = -1;
    }
    if (!impl.socket_file.empty()) ::unlink(impl.socket_file.c_str());
    impl.socket_file.clear();
}

} // namespace hb::web
