#include "web/front.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "web/front_impl.h"

// The thread that waits for all sockets.
namespace hb::web {
namespace {

using Time = FrontTime;

constexpr int kLookEveryMs = 100;
constexpr std::chrono::milliseconds kEndPatience{3000};
constexpr std::uint64_t kListener = 0;
constexpr std::uint64_t kWake = 1;

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

Front::Front(Answering answering, Refusing refusing, Judging judging, FrontLimits limits)
    : impl_(std::make_unique<Impl>(std::move(answering), std::move(refusing), std::move(judging),
                                   limits)) {}

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

int Front::workers() const {
    const std::lock_guard lock(impl_->mutex);
    return static_cast<int>(impl_->workers.size());
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
        // No more come or go: the sockets' thread has ended, and ended workers stay.
        for (auto& worker : impl.workers) worker.join();
        impl.bury();
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
