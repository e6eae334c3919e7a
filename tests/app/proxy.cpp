#include "app/proxy.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/text.h"

extern char** environ;

namespace hb::test {
namespace {

constexpr const char* kNginx = "/usr/sbin/nginx";

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void replace(std::string& text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    INFO("the shipped site has no line: " << from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
}

pid_t spawn(const std::vector<std::string>& words) {
    std::vector<char*> args;
    for (const auto& word : words) args.push_back(const_cast<char*>(word.c_str()));
    args.push_back(nullptr);
    pid_t pid = 0;
    REQUIRE(posix_spawn(&pid, args[0], nullptr, nullptr, args.data(), environ) == 0);
    return pid;
}

int run(const std::vector<std::string>& words) {
    int status = 0;
    waitpid(spawn(words), &status, 0);
    return status;
}

} // namespace

bool nginx_is_here() {
    return std::filesystem::exists(kNginx);
}

int free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    REQUIRE(::bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    ::close(probe);
    return ntohs(address.sin_port);
}

Proxy::Proxy(const Folder& folder, int upstream, bool paced, const std::string& lines)
    : folder_(folder), plain_(free_port()), tls_(free_port()), redirect_(free_port()) {
    std::string site =
        *read_whole_file(std::string(HB_SOURCE_DIR) + "/config/nginx-hourbridge.conf", 100'000);
    const std::string here = "listen 127.0.0.1:";
    replace(site, "server 127.0.0.1:8480;", "server 127.0.0.1:" + std::to_string(upstream) + ";");
    replace(site, "listen 80;\n    listen [::]:80;", here + std::to_string(redirect_) + ";");
    replace(site, "listen 443 ssl http2;\n    listen [::]:443 ssl http2;",
            here + std::to_string(tls_) + " ssl http2;\n    " + here + std::to_string(plain_) +
                ";");
    for (int server = 0; server < 2; ++server)
        replace(site, "error_log /var/log/nginx/hourbridge.error.log crit;",
                "error_log " + folder.path("nginx.log") + " crit;");
    if (!paced) replace(site, "limit_req zone=hourbridge_pages burst=40 nodelay;", "");
    const std::string live = "/etc/letsencrypt/live/reports.example.com/";
    replace(site, live + "fullchain.pem", folder.path("cert.pem"));
    replace(site, live + "privkey.pem", folder.path("key.pem"));
    folder.write("site.conf", site);
    const std::string temporary = folder.path("nginx-");
    std::string main = "daemon off;\nmaster_process off;\npid " + folder.path("nginx.pid") +
                       ";\nerror_log " + folder.path("nginx.log") +
                       " warn;\nevents { worker_connections 2048; }\nhttp {\naccess_log off;\n" +
                       lines;
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        main += std::string(kind) + "_temp_path " + temporary + kind + ";\n";
    folder.write("nginx.conf", main + "include " + folder.path("site.conf") + ";\n}\n");
    REQUIRE(run({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                 "/CN=reports.example.com", "-keyout", folder.path("key.pem"), "-out",
                 folder.path("cert.pem"), "-batch"}) == 0);
    const std::vector<std::string> nginx{kNginx, "-e", folder.path("nginx.log"), "-c",
                                         folder.path("nginx.conf")};
    auto test = nginx;
    test.emplace_back("-t");
    test.emplace_back("-q");
    const int tested = run(test);
    INFO(log());
    REQUIRE(tested == 0);
    pid_ = spawn(nginx);
    SystemClock clock;
    const Instant patience = clock.now() + std::chrono::seconds{10};
    while (!std::filesystem::exists(folder.path("nginx.pid")) && clock.now() < patience)
        clock.wait_until(clock.now() + std::chrono::milliseconds{20});
}

Proxy::~Proxy() {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
}

std::string Proxy::log() const {
    return folder_.read("nginx.log");
}

std::int64_t Proxy::resident_bytes() const {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind("VmRSS:", 0) == 0) {
            const auto begin = line.find_first_of("0123456789");
            return parse_integer(line.substr(begin, line.find(' ', begin) - begin)).value_or(0) *
                   1024;
        }
    return 0;
}

Wire::Wire(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in address = loopback(port);
    // Nobody there: every send says so.
    (void)::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const timeval patience{5, 0}; // whoever reads no more is as good as gone
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

Wire::~Wire() {
    if (socket_ >= 0) ::close(socket_);
}

bool Wire::send(const std::string& bytes) const {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const auto done = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (done <= 0) return false;
        sent += static_cast<std::size_t>(done);
    }
    return true;
}

std::string Wire::receive(int milliseconds) const {
    std::string all;
    char piece[16384];
    for (;;) {
        pollfd ready{socket_, POLLIN, 0};
        if (::poll(&ready, 1, milliseconds) <= 0) return all;
        const auto got = ::recv(socket_, piece, sizeof piece, 0);
        if (got <= 0) return all;
        all.append(piece, static_cast<std::size_t>(got));
    }
}

std::string Wire::answer(int milliseconds) const {
    std::string all;
    char piece[16384];
    for (;;) {
        const auto head = all.find("\r\n\r\n");
        if (head != std::string::npos) {
            const std::string low = all.substr(0, head) + "\r\n";
            const auto at = low.find("Content-Length: ");
            const auto length =
                at == std::string::npos
                    ? 0
                    : parse_integer(low.substr(at + 16, low.find("\r\n", at) - at - 16))
                          .value_or(0);
            if (all.size() >= head + 4 + static_cast<std::size_t>(length)) return all;
        }
        pollfd ready{socket_, POLLIN, 0};
        if (::poll(&ready, 1, milliseconds) <= 0) return all;
        const auto got = ::recv(socket_, piece, sizeof piece, 0);
        if (got <= 0) return all;
        all.append(piece, static_cast<std::size_t>(got));
    }
}

} // namespace hb::test
