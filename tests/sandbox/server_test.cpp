#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "kit.h"
#include "sandbox/server.h"

using namespace hb;
using namespace hb::sandbox;
using namespace hb::sandbox::test;

namespace {

// The plainest of clients: it shows every byte, and how the connection ended.
class Wire {
public:
    explicit Wire(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        void* raw = &address;
        REQUIRE(::connect(socket_, static_cast<sockaddr*>(raw), sizeof address) == 0);
    }
    ~Wire() { ::close(socket_); }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    void send(const std::string& bytes) {
        std::size_t sent = 0;
        while (sent < bytes.size()) {
            const ssize_t part =
                ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (part <= 0) return;
            sent += static_cast<std::size_t>(part);
        }
    }

    void post(const std::string& path, const std::string& body,
              const std::string& type = "application/x-www-form-urlencoded") {
        send("POST " + path +
             " HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip, br\r\nContent-Type: " + type +
             "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }

    // One answer by its Content-Length, or what came before the connection closed.
    std::string answer() {
        std::string bytes;
        char part[4096];
        while (true) {
            const std::size_t head = bytes.find("\r\n\r\n");
            if (head != std::string::npos) {
                const std::size_t at = bytes.find("Content-Length: ");
                const std::size_t length = std::stoul(bytes.substr(at + 16));
                if (bytes.size() >= head + 4 + length) return bytes;
            }
            const ssize_t got = ::recv(socket_, part, sizeof part, 0);
            if (got <= 0) return bytes;
            bytes.append(part, static_cast<std::size_t>(got));
        }
    }

private:
    int socket_;
};

struct ServerKit : AgencyKit {
    ServerKit() : server(portal) {
        const auto started = server.start();
        REQUIRE(started.ok());
        port = *started;
    }
    Server server;
    int port = 0;
};

std::string body_of(const std::string& answer) {
    const std::size_t head = answer.find("\r\n\r\n");
    return head == std::string::npos ? std::string{} : answer.substr(head + 4);
}

} // namespace

TEST_CASE("a server says its port and a webhook, and answers several requests on one connection") {
    ServerKit kit;
    CHECK(kit.server.webhook("sandbox") ==
          "http://127.0.0.1:" + std::to_string(kit.port) + "/rest/1/sandbox/");
    Wire wire{kit.port};
    for (int i = 0; i < 20; ++i) {
        wire.post("/rest/1/sandbox/user.admin.json", "");
        CHECK(body_of(wire.answer()).starts_with("{\"result\":true"));
    }
    wire.send("GET /rest/1/sandbox/crm.company.get?id=5 HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(body_of(wire.answer()).find("Белый аист") != std::string::npos);
}

TEST_CASE("two servers can't share a port") {
    ServerKit kit;
    Server second{kit.portal};
    const auto started = second.start(kit.port);
    REQUIRE_FALSE(started.ok());
    CHECK(started.error().code == Code::Machine);
}

TEST_CASE("a dropped answer is an empty one, a truncated answer half of one") {
    ServerKit kit;
    kit.control("faults", R"({"kind":"lost_answer","method":"crm.deal.add"})");
    kit.control("faults", R"({"kind":"truncated","method":"crm.deal.list"})");
    Wire lost{kit.port};
    lost.post("/rest/1/sandbox/crm.deal.add", "fields[TITLE]=x");
    CHECK(lost.answer().empty());
    kit.portal.edit([](State& state) { CHECK(state.crm.at(2).items.size() == 11); });
    Wire cut{kit.port};
    cut.post("/rest/1/sandbox/crm.deal.list", "select[]=ID");
    const std::string answer = cut.answer();
    CHECK(answer.starts_with("HTTP/1.1 200"));
    CHECK(body_of(answer).size() > 20);
    CHECK(body_of(answer).back() != '}');
}

TEST_CASE("long forms, multipart and a body after 100 Continue arrive whole and in order") {
    ServerKit kit;
    Wire wire{kit.port};
    std::string batch;
    for (int i = 0; i < 50; ++i)
        batch += "cmd[c" + std::to_string(i) + "]=crm.company.list%3Ffilter%5BTITLE%5D%3D" +
                 std::string(200, 'x') + "&";
    wire.post("/rest/1/sandbox/batch", batch);
    CHECK(wire.answer().find("\"result_error\":[]") != std::string::npos);
    wire.post("/rest/1/sandbox/task.elapseditem.getlist",
              "--b\r\nContent-Disposition: form-data; name=\"TASKID\"\r\n\r\n11\r\n--b\r\n"
              "Content-Disposition: form-data; name=\"ORDER[ID]\"\r\n\r\nasc\r\n--b--\r\n",
              "multipart/form-data; boundary=b");
    CHECK(body_of(wire.answer()).starts_with("{\"result\":[{\"ID\":"));
    Wire polite{kit.port};
    polite.send(
        "POST /rest/1/sandbox/crm.company.get HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
        "Content-Type: application/json\r\nContent-Length: 8\r\n\r\n");
    polite.send("{\"id\":5}");
    CHECK(polite.answer().find("100 Continue") != std::string::npos);
}

TEST_CASE("stopping ends a slow answer and an idle connection at once") {
    ServerKit kit;
    kit.control("faults", R"({"kind":"slow","method":"scope","delay_ms":600000})");
    Wire idle{kit.port};
    Wire slow{kit.port};
    slow.post("/rest/1/sandbox/scope", "");
    while (kit.portal.counters().http_requests == 0) std::this_thread::yield();
    kit.server.stop();
    SUCCEED("stop() came back");
}

TEST_CASE("requests from many threads are all counted") {
    ServerKit kit;
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            Wire wire{kit.port};
            for (int i = 0; i < 25; ++i) {
                wire.post("/rest/1/sandbox/crm.deal.add", "fields[TITLE]=x");
                if (wire.answer().starts_with("HTTP/1.1 200")) ++good;
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(good == 200);
    kit.portal.edit([](State& state) { CHECK(state.crm.at(2).items.size() == 210); });
}

namespace {

// Something that listens: it keeps what it was sent and answers 200.
class Listener {
public:
    Listener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        void* raw = &address;
        socklen_t size = sizeof address;
        REQUIRE(::bind(socket_, static_cast<sockaddr*>(raw), size) == 0);
        REQUIRE(::listen(socket_, 8) == 0);
        REQUIRE(::getsockname(socket_, static_cast<sockaddr*>(raw), &size) == 0);
        port_ = ntohs(address.sin_port);
    }
    ~Listener() { ::close(socket_); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }

    // The next request, whole.
    std::string next() {
        const int client = ::accept(socket_, nullptr, nullptr);
        std::string bytes;
        char part[4096];
        std::size_t wanted = std::string::npos;
        while (wanted == std::string::npos || bytes.size() < wanted) {
            const ssize_t got = ::recv(client, part, sizeof part, 0);
            if (got <= 0) break;
            bytes.append(part, static_cast<std::size_t>(got));
            const std::size_t head = bytes.find("\r\n\r\n");
            if (head != std::string::npos)
                wanted = head + 4 + std::stoul(bytes.substr(bytes.find("Content-Length: ") + 16));
        }
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
        ::close(client);
        return bytes;
    }

private:
    int socket_;
    int port_ = 0;
};

} // namespace

TEST_CASE("a listening portal carries its events to the handler as forms (protocol section 20.2)") {
    EmptyKit kit;
    Server server{kit.portal};
    REQUIRE(server.start(0).ok());
    Listener listener;
    kit.control("hooks", R"({"url":")" + listener.url() + R"(","events":["ONTASKADD"]})");
    Wire wire{server.port()};
    wire.post("/rest/1/sandbox/tasks.task.add", "fields[TITLE]=x&fields[RESPONSIBLE_ID]=1");
    CHECK(wire.answer().starts_with("HTTP/1.1 200"));
    const std::string event = listener.next();
    CHECK(event.starts_with("POST /hook HTTP/1.1"));
    CHECK(event.find("Content-Type: application/x-www-form-urlencoded") != std::string::npos);
    CHECK(event.find("event=ONTASKADD&") != std::string::npos);
    // Where the caller found the portal is where the event says it is.
    CHECK(event.find("auth%5Bdomain%5D=x&") != std::string::npos);
}
