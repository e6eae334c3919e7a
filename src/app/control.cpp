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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <spdlog/spdlog.h>

#include "app/environment.h"
#include "app/exit_code.h"
#include "base/clean.h"
#include "base/held.h"
#include "base/text.h"
#include "json/writer.h"

namespace hb::app {
namespace {

constexpr std::size_t kRequestBytesMax = 1u << 20; // a command line
constexpr std::size_t kFrameBytesMax = 64u << 20;  // an export of the largest report
// An asker that connects and says nothing must not keep others from asking.
constexpr int kAskerPatienceMs = 2000;

// The kernel cuts socket names off at 108 bytes; a name by way of the open folder is always short.
struct Address {
    sockaddr_un name{};
    int folder = -1;
    explicit Address(const std::string& path) {
        name.sun_family = AF_UNIX;
        std::string shown = path;
        if (path.size() >= sizeof(name.sun_path)) {
            const auto slash = path.rfind('/');
            folder = open(path.substr(0, slash).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
            shown = "/proc/self/fd/" + std::to_string(folder) + path.substr(slash);
        }
        shown.copy(name.sun_path, sizeof(name.sun_path) - 1);
    }
    ~Address() {
        if (folder >= 0) close(folder);
    }
    Address(const Address&) = delete;
    Address& operator=(const Address&) = delete;
    const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&name); }
};

// Whoever asks and then stops reading (Ctrl-Z) is given up after this long without a byte.
constexpr int kSendPatienceMs = 5000;
// Of an answer that is not read yet; an asker who wants more has to read.
constexpr std::size_t kUnreadBytesMax = 64u << 20;
constexpr std::size_t kAskersMax = 16;

bool send_all(int to, std::string_view bytes) {
    must_not_hold_books("an answer to a command");
    while (!bytes.empty()) {
        pollfd waiting{to, POLLOUT, 0};
        if (poll(&waiting, 1, kSendPatienceMs) <= 0) return false;
        const ssize_t sent = send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool receive_all(int from, char* into, std::size_t size) {
    while (size > 0) {
        const ssize_t got = recv(from, into, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        into += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

std::string frame(char kind, std::string_view bytes) {
    std::string out(1, kind);
    for (int shift = 24; shift >= 0; shift -= 8)
        out += static_cast<char>((bytes.size() >> shift) & 0xff);
    return out += bytes;
}

// Sends frames from a thread of its own: whoever works on an answer never waits for its reader.
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
    bool dropped_ = false; // whoever asked reads no more
    std::thread thread_;   // last: it uses the others
};

std::optional<std::pair<char, std::string>> receive_frame(int from) {
    std::array<char, 5> head{};
    if (!receive_all(from, head.data(), head.size())) return std::nullopt;
    std::size_t size = 0;
    for (std::size_t i = 1; i < head.size(); ++i)
        size = size << 8 | static_cast<unsigned char>(head[i]);
    if (size > kFrameBytesMax) return std::nullopt;
    std::string bytes(size, '\0');
    if (!receive_all(from, bytes.data(), size)) return std::nullopt;
    return std::pair(head[0], std::move(bytes));
}

// Nothing of what was asked is done; a word of this size always finds room in the socket.
void turn_away(int connection) {
    send_all(connection, frame('e', "hourbridge: the service is working on too many commands\n"
                                    "  what to do: try again in a moment\n"));
    send_all(connection, frame('x', std::to_string(kMachine)));
    close(connection);
}

std::string request_text(const Handover& request) {
    json::Writer out;
    out.begin_object().key("args").begin_array();
    for (const auto& word : request.args) out.string(word);
    out.end_array().member("directory", request.directory).member("terminal", request.terminal);
    out.end_object();
    return out.take() + "\n";
}

std::optional<Handover> parse_request(std::string_view text) {
    const auto document = json::Document::parse(text);
    if (!document) return std::nullopt;
    Handover out;
    for (const auto word : document->root()["args"]) {
        const auto each = word.string();
        if (!each) return std::nullopt;
        out.args.push_back(*each);
    }
    const auto directory = document->root()["directory"].string();
    const auto terminal = document->root()["terminal"].boolean();
    if (!directory || !terminal) return std::nullopt;
    out.directory = *directory;
    out.terminal = *terminal;
    return out;
}

std::optional<std::string> receive_line(int from) {
    std::string text;
    std::array<char, 4096> space{};
    while (text.size() < kRequestBytesMax) {
        pollfd waiting{from, POLLIN, 0};
        if (poll(&waiting, 1, kAskerPatienceMs) <= 0) return std::nullopt;
        const ssize_t got = recv(from, space.data(), space.size(), 0);
        if (got <= 0) return std::nullopt;
        text.append(space.data(), static_cast<std::size_t>(got));
        if (text.back() == '\n') return text;
    }
    return std::nullopt;
}

} // namespace

std::string control_path(const std::string& data_dir) {
    return data_dir + "/control.sock";
}

std::optional<Result<int>> ask_service(const std::string& path, const Handover& request,
                                       const Sink& sink) {
    const int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection < 0) return std::nullopt;
    const Address address(path);
    if (connect(connection, address.raw(), sizeof(address.name)) != 0 ||
        !send_all(connection, request_text(request))) {
        close(connection);
        return std::nullopt;
    }
    std::optional<Result<int>> answer;
    while (const auto frame = receive_frame(connection)) {
        if (frame->first == 'x') {
            answer = Result<int>(static_cast<int>(parse_integer(frame->second).value_or(5)));
            break;
        }
        sink(frame->first == 'o' ? Stream::Out : Stream::Err, frame->second);
    }
    close(connection);
    if (answer) return answer;
    return Result<int>(Error{Code::Machine, "the running service ended before it had answered", "",
                             "look whether the command took effect before you repeat it"});
}

ControlServer::~ControlServer() {
    stop();
}

Status ControlServer::start(const std::string& path) {
    path_ = path;
    unlink(path.c_str()); // of a service that was killed; ours is the lock
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const Address address(path);
    const mode_t before = umask(0177); // 0600 from the first moment on
    const bool bound = listener_ >= 0 && bind(listener_, address.raw(), sizeof(address.name)) == 0;
    const int why = errno;
    umask(before);
    if (!bound || listen(listener_, 16) != 0 || pipe2(stop_pipe_, O_CLOEXEC) != 0)
        return Error{Code::Machine, "can't listen for commands",
                     path + ": " + std::strerror(bound ? errno : why),
                     "data_dir must stand on a local disk"};
    thread_ = std::thread([this] { listen_loop(); });
    return {};
}

void ControlServer::stop() {
    if (thread_.joinable()) {
        const char byte = 0;
        if (write(stop_pipe_[1], &byte, 1) == 1) thread_.join();
    }
    for (Asker& asker : askers_) asker.thread.join();
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
        std::erase_if(askers_, [](Asker& asker) {
            const bool done = asker.done;
            if (done) asker.thread.join();
            return done;
        });
        admit(connection);
    }
}

void ControlServer::admit(int connection) {
    if (askers_.size() >= kAskersMax) return turn_away(connection);
    Asker& asker = askers_.emplace_back();
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
    const auto line = receive_line(connection);
    auto request = line ? parse_request(*line) : std::nullopt;
    if (!request) return;
    ucred who{};
    socklen_t size = sizeof(who);
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return;
    request->user = user_name(who.uid);
    // An asker that went away does not stop what it asked for.
    FrameSender sender(connection);
    const int code = handler_(*request, [&sender](Stream stream, std::string_view bytes) {
        sender.add(stream == Stream::Out ? 'o' : 'e', bytes);
    });
    sender.add('x', std::to_string(code));
}

} // namespace hb::app
