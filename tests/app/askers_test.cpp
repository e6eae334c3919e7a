#include <catch2/catch.hpp>

#include <cstring>
#include <vector>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/serving.h"

// Whoever hands the service a command and then does not read the answer keeps nobody waiting.
namespace hb::test {
namespace {

// The asking end of the control socket, as a program of any kind may hold it.
class Asker {
public:
    explicit Asker(const Agency& agency) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        const int small = 4096;
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        const std::string path = agency.folder.path("data/control.sock");
        REQUIRE(path.size() < sizeof name.sun_path);
        path.copy(name.sun_path, path.size());
        REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
    }
    ~Asker() { ::close(socket_); }
    Asker(const Asker&) = delete;
    Asker& operator=(const Asker&) = delete;

    void ask(const std::string& args) const {
        const std::string line =
            "{\"args\":[" + args + "],\"directory\":\"/\",\"terminal\":false}\n";
        REQUIRE(::send(socket_, line.data(), line.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(line.size()));
    }
    std::string read_all() const {
        std::string all, room(4096, '\0');
        for (ssize_t got = 0; (got = ::recv(socket_, room.data(), room.size(), 0)) > 0;)
            all.append(room, 0, static_cast<std::size_t>(got));
        return all;
    }

private:
    int socket_;
};

constexpr int kTasks = 700;

void add_tasks(const Agency& agency) {
    const std::string title(400, 'x');
    for (int i = 0; i < kTasks; ++i) {
        agency.add_entry(agency.add_task(title), 600, "2026-03-05");
    }
}

} // namespace

TEST_CASE("an asker that stops reading a long answer keeps neither pages nor events waiting") {
    Agency agency;
    add_tasks(agency);
    agency.begin();
    open_hooks(agency);
    Serving service(agency, Serving::AsItStands{});
    const Asker asker(agency);
    asker.ask(R"("report","create","--company","bitrix24:company:)" +
              std::to_string(agency.company) +
              R"(","--from","2026-03-01","--to","2026-03-31","--json")");
    // The draft stands in the books: the answer is on its way, and nobody reads it.
    REQUIRE(soon([&] { return service.metric("hourbridge_reports{state=\"draft\"}") == 1; }));
    CHECK(service.post(hook_path(), task_event(agency.first)).status == 200);
    CHECK(service.get("/r/nothing").status == 404);
    CHECK(agency.run({"report", "note", "1", "seen"}).code == 0);
    service.stop();
}

TEST_CASE("more askers than there is room for are told so; the service goes on") {
    Agency agency;
    agency.begin();
    Serving service(agency);
    {
        std::vector<std::unique_ptr<Asker>> silent;
        for (int i = 0; i < 16; ++i) silent.push_back(std::make_unique<Asker>(agency));
        const std::string told = Asker(agency).read_all();
        CHECK(told.find("try again in a moment") != std::string::npos);
        CHECK(told.ends_with("5"));
    }
    CHECK(soon([&] {
        return agency.run({"contract", "apply", agency.folder.path("acme.json")}).code == 0;
    }));
    service.stop();
}

} // namespace hb::test
