#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/output.h"
#include "app/passed_files.h"
#include "base/result.h"

// While the service runs it holds the books; a command that wants to write asks it to (G15), and so
// does one that only reads where its user may not open the books. What goes over the socket:
// control_wire.h. Who may come in: control_door.h.
namespace hb::app {

// Whom the kernel names at the other end of the socket, never what the asker says.
struct Asker {
    unsigned int uid = 0;
    bool owner = false;   // root, or the service's own user
    bool allowed = false; // that, or a member of the group
};

struct Handover {
    std::vector<std::string> args;
    std::string directory; // where relative names begin in what is shown; nothing is opened there
    bool terminal = false;
    std::string config; // the configuration that the asker means and may not read; "" whichever
    const FilesToPass* to_pass = nullptr; // of the asker

    // The service's own finding.
    std::vector<PassedFile> passed;
    Asker asker;

    const std::vector<PassedFile>& files() const { return to_pass ? to_pass->files() : passed; }
};

// nullopt: nobody listens there. Code::Machine also when this user may not ask. Otherwise what the
// service's answer was; its words went to `sink`.
std::optional<Result<int>> ask_service(const std::string& path, const Handover& request,
                                       const Sink& sink);

// Listens in a thread of its own; every asker gets another, so that a long sync does not keep the
// others waiting.
class ControlServer {
public:
    using Handler = std::function<int(Handover&, const Sink&)>;
    explicit ControlServer(Handler handler) : handler_(std::move(handler)) {}
    ~ControlServer();
    // `group`: whose members may ask too; "" nobody else.
    Status start(const std::string& path, const std::string& group);
    void stop();

private:
    void listen_loop();
    void admit(int connection);
    void serve(int connection);
    struct Conversation {
        std::thread thread;
        std::atomic<bool> done{false};
    };

    Handler handler_;
    std::list<Conversation> askers_; // of the listening thread
    std::string path_, group_;
    int listener_ = -1;
    int stop_pipe_[2] = {-1, -1};
    std::thread thread_;
};

} // namespace hb::app
