#include "web/front_impl.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

// One connection: its bytes, its patience and what it holds.
namespace hb::web {
namespace {

using Time = FrontTime;

// Of a client that is refused: closing at once would throw our answer away before it is read.
constexpr std::chrono::milliseconds kDrainPatience{1000};
constexpr std::size_t kDrainBytesMax = 256 * 1024;
// Of a page, between two looks at the other connections.
constexpr std::size_t kPieceBytes = 32 * 1024;
constexpr int kPiecesAtOnce = 8;
constexpr std::size_t kUnpackBytes = 48 * 1024; // that zlib keeps for it

} // namespace

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
    at.held = at.in.capacity() + at.out.capacity() + at.working + (at.gunzip ? kUnpackBytes : 0);
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

// Whole requests are begun, one of a connection at a time; else more is waited for.
void Front::Impl::advance(Connection& at) {
    if (!at.head) at.head = read_head(at.in);
    if (at.head && at.head->refused_with != 0) return refuse(at, at.head->refused_with);
    if (at.head && at.in.size() >= at.head->size + at.head->body) return begin(at);
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

WholeRequest Front::Impl::take_request(Connection& at) {
    const std::size_t size = at.head->size + at.head->body;
    const bool last = at.head->last || at.head->closes || stopping ||
                      ++at.answers >= limits.answers_per_connection;
    WholeRequest request{at.in.substr(0, size), at.address, last};
    at.in = std::string(at.in, size); // gives the room of the old one back
    at.hang_up = at.head->last;
    at.head.reset();
    at.told_to_continue = false;
    at.phase = Phase::Working;
    at.working = size;
    weigh(at);
    return request;
}

void Front::Impl::begin(Connection& at) {
    Job job{&at, take_request(at), false};
    const Work work = judging(job.request);
    if (work == Work::AtOnce) return give(at, answer(job.request), 0);
    job.heavy = work == Work::Heavy;
    auto& queue = job.heavy ? heavy : light;
    queue.push_back(std::move(job));
    if (hire()) return work_came.notify_one();
    queue.pop_back();
    refuse(at, 503);
}

void Front::Impl::refuse(Connection& at, int status) {
    at.in = std::string();
    give(at, {refusing(status), true}, 0);
}

void Front::Impl::give(Connection& at, WholeAnswer answer, std::size_t sent) {
    at.working = 0;
    at.out = std::move(answer.bytes);
    at.sent = sent;
    at.page = std::move(answer.page);
    if (at.page) at.page_left = at.page->gzip;
    if (at.page && answer.unpack) at.gunzip = std::make_unique<Gunzip>();
    at.hang_up = at.hang_up || answer.hang_up;
    flush(at);
}

// False: there is no more of the page.
bool Front::Impl::next_piece(Connection& at) {
    if (!at.page) return false;
    at.sent = 0;
    if (at.gunzip) {
        at.out.resize(kPieceBytes);
        at.out.resize(at.gunzip->read(at.page_left, at.out.data(), at.out.size()));
    } else {
        at.out = at.page_left.substr(0, kPieceBytes);
        at.page_left.remove_prefix(at.out.size());
    }
    return !at.out.empty();
}

void Front::Impl::go_on_later(Connection& at) {
    enter(at, Phase::Sending);
    watch(at, EPOLLOUT);
    weigh(at);
    (void)make_room(at.id);
}

void Front::Impl::flush(Connection& at) {
    for (int pieces = 0;;) {
        while (at.sent < at.out.size()) {
            const ssize_t done =
                ::send(at.socket, at.out.data() + at.sent, at.out.size() - at.sent, MSG_NOSIGNAL);
            if (done < 0 && errno == EINTR) continue;
            if (done < 0 && errno == EAGAIN) return go_on_later(at);
            if (done < 0) return drop(at);
            at.sent += static_cast<std::size_t>(done);
        }
        if (!next_piece(at)) return answered(at);
        if (++pieces > kPiecesAtOnce) return go_on_later(at);
    }
}

void Front::Impl::answered(Connection& at) {
    at.out = std::string();
    at.sent = 0;
    at.page.reset();
    at.gunzip.reset();
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

} // namespace hb::web
