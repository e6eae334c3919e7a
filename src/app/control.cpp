#include "app/control.h"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <spdlog/spdlog.h>

#include "app/control_door.h"
#include "app/control_wire.h"
#include "app/exit_code.h"
#include "base/clean.h"

namespace hb::app {
namespace {

// Of an answer that is not read yet; an asker who wants more has to read.
constexpr std::size_t kUnreadBytesMax = 64u << 20;
constexpr std::size_t kAskersMax = 16;

// Sends frames from a thread of its own: the thread that works on an answer never waits for its
// reader.
class FrameSender {
public:
    explicit FrameSender(int to) : to_(to), thread_([this] { work(); }) {}
    // Sends what is left, as long as it is read.
    ~FrameSender() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }
    FrameSender(const FrameSender&) = delete;
    FrameSender& operator=(const FrameSender&) = delete;

    void add(char kind, std::string_view bytes) {
        {
            const std::lock_guard lock(mutex_);
            if (unread_ + bytes.size() > kUnreadBytesMax) dropped_ = true;
            if (dropped_) return;
            frames_.push_back(frame(kind, bytes));
            unread_ += frames_.back().size();
        }
        changed_.notify_all();
    }

private:
    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [this] { return closed_ || !frames_.empty(); });
            if (frames_.empty() || dropped_) return;
            const std::string next = std::move(frames_.front());
            frames_.pop_front();
            lock.unlock();
            const bool sent = send_all(to_, next);
            lock.lock();
            unread_ -= next.size();
            if (!sent) dropped_ = true;
        }
    }

    const int to_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> frames_;
    std::size_t unread_ = 0;
    bool closed_ = false;
    bool dropped_ = false; // the asker reads no more
    std::thread thread_;   // last: it uses the others
};

// Nothing of what was asked is done; a word of this size always finds room in the socket.
void turn_away(int connection) {
    send_all(connection, frame('e', "hourbridge: the service is working on too many commands\n"
                                    "  what to do: try again in a moment\n"));
    send_all(connection, frame('x', std::to_string(kMachine)));
    close(connection);
}

void refuse(int connection, const std::string& group) {
    send_all(connection, frame('e', "hourbridge: this user may not give the service commands\n" +
                                        how_to_join(group)));
    send_all(connection, frame('x', std::to_string(kMachine)));
}

} // namespace

ControlServer::~ControlServer() {
    stop();
}

Status ControlServer::start(const std::string& path, const std::string& group) {
    path_ = path;
    group_ = group;
    auto listener = open_door(path, group);
    if (!listener) return listener.error();
    listener_ = *listener;
    if (pipe2(stop_pipe_, O_CLOEXEC) != 0)
        return Error{Code::Machine, "can't listen for commands", std::strerror(errno), ""};
    thread_ = std::thread([this] { listen_loop(); });
    return {};
}

void ControlServer::stop() {
    if (thread_.joinable()) {
        const char byte = 0;
        if (write(stop_pipe_[1], &byte, 1) == 1) thread_.join();
    }
    for (Conversation& asker : askers_) asker.thread.join();
    askers_.clear();
    for (int* file : {&listener_, &stop_pipe_[0], &stop_pipe_[1]}) {
        if (*file >= 0) close(*file);
        *file = -1;
    }
    if (!path_.empty()) unlink(path_.c_str());
    path_.clear();
}

void ControlServer::listen_loop() {
    for (;;) {
        std::array<pollfd, 2> waiting{pollfd{listener_, POLLIN, 0},
                                      pollfd{stop_pipe_[0], POLLIN, 0}};
        if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
        if (waiting[1].revents != 0) return;
        if ((waiting[0].revents & POLLIN) == 0) continue;
        const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) continue;
        std::erase_if(askers_, [](Conversation& asker) {
            const bool done = asker.done;
            if (done) asker.thread.join();
            return done;
        });
        admit(connection);
    }
}

void ControlServer::admit(int connection) {
    if (askers_.size() >= kAskersMax) return turn_away(connection);
    Conversation& asker = askers_.emplace_back();
    try {
        asker.thread = std::thread([this, connection, &asker] {
            try {
                serve(connection);
            } catch (const std::exception& trouble) {
                spdlog::error("control error={}", log_value(trouble.what()));
            }
            close(connection);
            asker.done = true;
        });
    } catch (const std::system_error& trouble) {
        askers_.pop_back();
        turn_away(connection);
        spdlog::warn("control refused={}", log_value(trouble.what()));
    }
}

void ControlServer::serve(int connection) {
    const auto asker = who_asks(connection, group_);
    if (!asker) return;
    if (!asker->allowed) return refuse(connection, group_);
    auto request = receive_request(connection);
    if (!request) return;
    request->asker = *asker;
    take_over(request->passed);
    // An asker that went away does not stop what it asked for.
    FrameSender sender(connection);
    const int code = handler_(*request, [&sender](Stream stream, std::string_view bytes) {
        sender.add(stream == Stream::Out ? 'o' : 'e', bytes);
    });
    sender.add('x', std::to_string(code));
}

} // namespace hb::app
