#include "bench/measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hb::bench {
namespace {

double of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::int64_t status_kb(const std::string& pid, const std::string& name) {
    std::ifstream file("/proc/" + pid + "/status");
    std::string word;
    std::int64_t value = 0;
    while (file >> word)
        if (word == name + ":" && file >> value) return value;
    return 0;
}

} // namespace

double seconds_now() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return of(usage.ru_utime) + of(usage.ru_stime);
}

double queued_seconds() {
    std::ifstream file("/proc/thread-self/schedstat"); // nanoseconds run, waited, and times
    std::int64_t run = 0;
    std::int64_t waited = 0;
    file >> run >> waited;
    return static_cast<double>(waited) / 1e9;
}

// Not ru_maxrss: that one remembers what the process was before its exec.
std::int64_t peak_kb() {
    return status_kb("self", "VmHWM");
}

std::int64_t resident_kb(int pid) {
    return status_kb(std::to_string(pid), "VmRSS");
}

double cpu_seconds_of(int pid) {
    namespace fs = std::filesystem;
    std::error_code gone; // a thread may end while we look
    double total = 0;
    for (const auto& thread :
         fs::directory_iterator("/proc/" + std::to_string(pid) + "/task", gone)) {
        std::ifstream file(thread.path() / "schedstat");
        double nanoseconds = 0;
        if (file >> nanoseconds) total += nanoseconds / 1e9;
    }
    return total;
}

double median(std::vector<double> values) {
    return percentile(std::move(values), 0.5);
}

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const auto rank = std::ceil(share * static_cast<double>(values.size()));
    return values[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

std::vector<double> time_syncs(const std::string& folder, int rounds, std::size_t bytes) {
    const std::string path = folder + "/fdatasync";
    const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error("can't write into " + folder);
    const std::string block(bytes, 'x');
    std::vector<double> out;
    for (int i = 0; i < rounds; ++i) {
        const double began = seconds_now();
        if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(bytes) ||
            ::fdatasync(file) != 0)
            throw std::runtime_error("can't write into " + folder);
        out.push_back((seconds_now() - began) * 1e3);
    }
    ::close(file);
    ::unlink(path.c_str());
    return out;
}

Child::Child(const std::vector<std::string>& command, const std::string& log_file) {
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe for a child process");
    std::vector<char*> words;
    for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        if (!log_file.empty()) {
            const int log = ::open(log_file.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
            if (log >= 0) dup2(log, 2);
        }
        execvp(words[0], words.data());
        _exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    in_ = in[1];
    out_ = out[0];
}

Child::~Child() {
    wait();
    ::close(out_);
}

std::string Child::line() {
    for (;;) {
        const auto end = buffer_.find('\n');
        if (end != std::string::npos) {
            std::string out = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            return out;
        }
        char block[4096];
        const auto got = ::read(out_, block, sizeof block);
        if (got <= 0) return "";
        buffer_.append(block, static_cast<std::size_t>(got));
    }
}

std::string Child::output() {
    std::string all;
    for (;;) {
        const std::string next = line();
        if (next.empty()) return all;
        all += next + "\n";
    }
}

int Child::wait() {
    if (pid_ <= 0) return 0;
    if (in_ >= 0) ::close(in_);
    in_ = -1;
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void Child::terminate() {
    if (pid_ > 0) ::kill(pid_, SIGTERM);
}

std::string own_program() {
    char path[4096];
    const auto length = ::readlink("/proc/self/exe", path, sizeof path);
    if (length <= 0) throw std::runtime_error("this program does not know where it is");
    return std::string(path, static_cast<std::size_t>(length));
}

json::Document run_role(const std::vector<std::string>& arguments) {
    std::vector<std::string> command{own_program()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    Child child(command);
    std::string text = child.line();
    while (!text.empty() && text.front() == '[') text = child.line(); // the log's lines
    if (child.wait() != 0 || text.empty())
        throw std::runtime_error("the part \"" + arguments.front() + "\" of the bench failed");
    auto parsed = json::Document::parse(text);
    if (!parsed) throw std::runtime_error("not JSON: " + text);
    return std::move(*parsed);
}

std::int64_t number(const json::Value& object, const char* name) {
    const auto value = object[name].integer();
    if (!value) throw std::runtime_error("no figure " + std::string(name));
    return *value;
}

} // namespace hb::bench
