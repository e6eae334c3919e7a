#include "sandbox/program/child.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hb::sandbox {
namespace {

constexpr int kCouldNotBecome = 127; // as a shell says it
constexpr int kKilled = 128;

Error no_process(const std::string& program) {
    return Error{Code::Machine, "no other program can be started", program, ""};
}

struct Pipe {
    Pipe() { made = pipe2(ends.data(), O_CLOEXEC) == 0; }
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void close_end(std::size_t end) {
        if (ends[end] >= 0) close(ends[end]);
        ends[end] = -1;
    }
    int take(std::size_t end) { return std::exchange(ends[end], -1); }
    std::array<int, 2> ends{-1, -1}; // to read, to write
    bool made = false;
};

// Only what is safe between a fork and an exec of a process with threads.
[[noreturn]] void become_child(char* const* argv, int out, int err) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close_range(STDERR_FILENO + 1, ~0U, 0); // connections of the portal are none of its business
    execv(argv[0], argv);
    _exit(kCouldNotBecome);
}

// -1: the system makes no more processes.
pid_t begin(const std::string& program, const std::vector<std::string>& words, int out, int err) {
    std::vector<std::string> all{program};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> argv;
    for (auto& word : all) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t pid = fork();
    if (pid == 0) become_child(argv.data(), out, err);
    return pid;
}

int wait_for(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : kKilled + WTERMSIG(status);
}

// False at its end.
bool read_some(int from, std::string& to) {
    std::array<char, 16384> bytes{};
    const ssize_t got = read(from, bytes.data(), bytes.size());
    if (got > 0) to.append(bytes.data(), static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && errno == EINTR);
}

// Both at once, so that neither fills up while the other is waited for.
void read_both(Pipe& out, Pipe& err, Ended& ended) {
    std::array<pollfd, 2> all{pollfd{out.ends[0], POLLIN, 0}, pollfd{err.ends[0], POLLIN, 0}};
    while (all[0].fd >= 0 || all[1].fd >= 0) {
        if (poll(all.data(), all.size(), -1) < 0 && errno != EINTR) return;
        if (all[0].revents != 0 && !read_some(all[0].fd, ended.out)) all[0].fd = -1;
        if (all[1].revents != 0 && !read_some(all[1].fd, ended.err)) all[1].fd = -1;
    }
}

} // namespace

Result<Ended> run_program(const std::string& program, const std::vector<std::string>& words) {
    Pipe out, err;
    if (!out.made || !err.made) return no_process(program);
    const pid_t pid = begin(program, words, out.ends[1], err.ends[1]);
    if (pid < 0) return no_process(program);
    out.close_end(1);
    err.close_end(1);
    Ended ended;
    read_both(out, err, ended);
    ended.code = wait_for(pid);
    return ended;
}

Result<std::unique_ptr<Background>> Background::start(const std::string& program,
                                                      const std::vector<std::string>& words,
                                                      const std::string& says,
                                                      const std::string& log) {
    Pipe out;
    const int err = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const pid_t pid = out.made && err >= 0 ? begin(program, words, out.ends[1], err) : -1;
    if (err >= 0) close(err);
    if (pid < 0) return no_process(program);
    std::unique_ptr<Background> made(new Background(pid, out.take(0)));
    out.close_end(1);
    if (!made->waits_for(says))
        return Error{Code::Machine, "it ended at once", program, "its log says why: " + log};
    return made;
}

bool Background::waits_for(const std::string& says) const {
    std::string said;
    while (read_some(out_, said))
        if (said.rfind(says, 0) == 0 || said.find("\n" + says) != std::string::npos) return true;
    return false;
}

Background::~Background() {
    kill(pid_, SIGTERM);
    wait_for(pid_);
    close(out_);
}

} // namespace hb::sandbox
