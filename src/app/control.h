#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/output.h"
#include "base/result.h"

// While the service runs it holds the books; a command that wants to write asks it to (
// G15). Over the socket goes one line of JSON; back come frames: a byte o, e or x, four bytes of
// length (big-endian), and that many bytes of standard output, standard error, or the exit code as
// decimal digits. x is the last one.
namespace hb::app {

struct Handover {
    std::vector<std::string> args;
    std::string directory;
    std::string user; // the server's own finding, never the asker's word
    bool terminal = false;
};

std::string control_path(const std::string& data_dir);

// nullopt: nobody listens there. Otherwise what the service's answer was; its words went to `sink`.
std::optional<Result<int>> ask_service(const std::string& path, const Handover& request,
                                       const Sink& sink);

// Listens in a thread of its own; every asker gets another, so that a long sync does not keep the
// others waiting.
class ControlServer {
public:
    using Handler = std::function<int(const Handover&, const Sink&)>;
    explicit ControlServer(Handler handler) : handler_(std::move(handler)) {}
    ~ControlServer();
    Status start(const std::string& path);
    void stop();

private:
    void listen_loop();
    void admit(int connection);
    void serve(int connection);
    struct Asker {
        std::thread thread;
        std::atomic<bool> done{false};
    };

    Handler handler_;
    std::list<Asker> askers_; // of the listening thread
    std::string path_;
    int listener_ = -1;
    int stop_pipe_[2] = {-1, -1};
    std::thread thread_;
};

} // namespace hb::app
