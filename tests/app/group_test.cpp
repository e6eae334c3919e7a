#include <catch2/catch.hpp>

#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/serving.h"
#include "base/files.h"

// Members of control_group give the running service commands, without a right to data_dir and
// without any secret. Real users and groups: only root can play them.
using namespace hb;
using namespace hb::test;
namespace fs = std::filesystem;

namespace {

// Of nobody: no machine has to know their names.
constexpr uid_t kService = 64010, kMember = 64011, kStranger = 64012;
constexpr const char* kGroup = "games"; // of every Debian
constexpr const char* kWebhook = "HOURBRIDGE_TEST_WEBHOOK";

gid_t group_id() {
    const group* found = getgrnam(kGroup);
    return found == nullptr ? 0 : found->gr_gid;
}

bool may_play_users() {
    if (geteuid() == 0 && group_id() != 0) return true;
    WARN("only root can try this, on a machine with the group \"games\"");
    return false;
}

std::vector<std::string> as_user(uid_t user, bool in_group) {
    const std::string id = std::to_string(user);
    std::vector<std::string> words{"setpriv", "--reuid=" + id, "--regid=" + id};
    words.push_back(in_group ? "--groups=" + std::to_string(group_id()) : "--clear-groups");
    return words;
}

// The agency, its service as a user of its own, and a folder of each of the other two.
struct Office : Agency {
    Office() {
        std::string config = folder.read("hourbridge.json");
        const std::string inside = "\"" + webhook() + "\"";
        config.replace(config.find(inside), inside.size(), R"({"env": "HOURBRIDGE_TEST_WEBHOOK"})");
        config.insert(1, R"("control_group": "games", "control_socket": "run/control.sock",)");
        folder.write("hourbridge.json", config);
        open("hourbridge.json", 0644, 0);
        open("", 0755, 0);
        for (const auto& [name, user] : {std::pair{"data", kService},
                                         {"run", kService},
                                         {"home", kMember},
                                         {"elsewhere", kStranger}}) {
            fs::create_directory(folder.path(name));
            open(name, 0700, user);
        }
        write_contract();
        fs::rename(folder.path("acme.json"), folder.path("home/acme.json"));
        open("home/acme.json", 0600, kMember);
    }
    void open(const std::string& name, mode_t mode, uid_t owner) const {
        REQUIRE(::chown(folder.path(name).c_str(), owner, owner) == 0);
        REQUIRE(::chmod(folder.path(name).c_str(), mode) == 0);
    }
    Ended run_as(uid_t user, bool in_group, std::vector<std::string> args,
                 const std::map<std::string, std::string>& environment = {}) {
        folder.through = as_user(user, in_group);
        args.push_back("--json");
        auto ended = folder.run(args, environment);
        folder.through.clear();
        return ended;
    }
    Ended member(std::vector<std::string> args) {
        args.insert(args.end(), {"--config", folder.path("hourbridge.json")});
        return run_as(kMember, true, args);
    }
    Running serve() {
        folder.through = as_user(kService, true);
        auto running = folder.start({"serve", "--config", folder.path("hourbridge.json")},
                                    {{kWebhook, webhook()}});
        folder.through.clear();
        REQUIRE(running.says("hourbridge serves"));
        return running;
    }
    std::string socket() const { return folder.path("run/control.sock"); }
    std::string client() const { return "bitrix24:company:" + std::to_string(company); }
};

mode_t mode_of(const std::string& path) {
    struct stat about {};
    REQUIRE(lstat(path.c_str(), &about) == 0);
    return about.st_mode & 07777;
}
uid_t owner_of(const std::string& path) {
    struct stat about {};
    REQUIRE(lstat(path.c_str(), &about) == 0);
    return about.st_uid;
}

// What a program of somebody's own may send: any line, any open files. Everything that the service
// said comes back.
std::string raw(uid_t user, bool in_group, const std::string& socket_path, const std::string& line,
                const std::vector<int>& files, bool listens = true) {
    int answer[2];
    REQUIRE(pipe2(answer, O_CLOEXEC) == 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    REQUIRE(socket_path.size() < sizeof name.sun_path);
    socket_path.copy(name.sun_path, socket_path.size());
    const gid_t group = group_id();
    std::vector<char> room(CMSG_SPACE(sizeof(int) * 64));
    const pid_t child = fork();
    if (child == 0) { // one thread of several goes on here: nothing but calls of the system
        syscall(SYS_setgroups, in_group ? 1 : 0, &group);
        syscall(SYS_setresgid, user, user, user);
        syscall(SYS_setresuid, user, user, user);
        const int asker = ::socket(AF_UNIX, SOCK_STREAM, 0);
        if (connect(asker, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) _exit(1);
        iovec text{const_cast<char*>(line.data()), line.size()};
        msghdr message{};
        message.msg_iov = &text;
        message.msg_iovlen = 1;
        if (!files.empty()) {
            message.msg_control = room.data();
            message.msg_controllen = CMSG_SPACE(sizeof(int) * files.size());
            cmsghdr* head = CMSG_FIRSTHDR(&message);
            head->cmsg_level = SOL_SOCKET;
            head->cmsg_type = SCM_RIGHTS;
            head->cmsg_len = CMSG_LEN(sizeof(int) * files.size());
            std::memcpy(CMSG_DATA(head), files.data(), sizeof(int) * files.size());
        }
        sendmsg(asker, &message, MSG_NOSIGNAL);
        char piece[4096];
        for (ssize_t got = 0; listens && (got = ::recv(asker, piece, sizeof piece, 0)) > 0;)
            if (write(answer[1], piece, static_cast<std::size_t>(got)) != got) break;
        _exit(0);
    }
    close(answer[1]);
    std::string out, piece(4096, '\0');
    for (ssize_t got = 0; (got = ::read(answer[0], piece.data(), piece.size())) > 0;)
        out.append(piece, 0, static_cast<std::size_t>(got));
    close(answer[0]);
    waitpid(child, nullptr, 0);
    return out;
}

std::string request(const std::string& args, const std::string& files,
                    const std::string& more = "") {
    return "{\"args\":[" + args + "],\"directory\":\"/\",\"terminal\":false" + more +
           ",\"files\":[" + files + "]}\n";
}

constexpr const char* kPassed = R"({"name":"acme.json","use":"read","trouble":""})";
constexpr const char* kApply = R"("contract","apply","acme.json")";

} // namespace

TEST_CASE("a member of the group works through the service, without secrets and without data_dir") {
    if (!may_play_users()) return;
    Office office;
    auto service = office.serve();
    CHECK(mode_of(office.folder.path("run")) == 0750);
    CHECK(mode_of(office.socket()) == 0660);
    CHECK(mode_of(office.folder.path("data")) == 0700);
    REQUIRE(soon([&] {
        return office.member({"client", "list"}).out.find("Acme") != std::string::npos;
    }));

    // The service may not look into the member's home; the file comes open.
    const auto applied = office.member({"contract", "apply", "home/acme.json"});
    INFO(applied.out << applied.err);
    REQUIRE(applied.code == 0);
    const auto drafted = office.member({"report", "create", "--company", office.client(), "--from",
                                        "2026-03-01", "--to", "2026-03-31"});
    INFO(drafted.out << drafted.err);
    REQUIRE(drafted.code == 0);
    const auto listed = office.member({"report", "list"});
    INFO(listed.out << listed.err);
    CHECK(listed.code == 0);
    CHECK(listed.root()["reports"].size() == 1);
    for (const auto& words : {std::vector<std::string>{"report", "show", "1"},
                              {"explain", "1"},
                              {"verify"},
                              {"unbilled"},
                              {"dump", "reports"},
                              {"report", "send", "1"},
                              {"report", "link", "1"}}) {
        const auto done = office.member(words);
        INFO(words[0] << "\n" << done.out << done.err);
        CHECK(done.code == 0);
    }

    // Who asked stands in the log by the kernel's word.
    const auto events = office.member({"dump", "events"});
    CHECK(events.out.find("uid:64011") != std::string::npos);
    CHECK(events.out.find("cli:") == std::string::npos);
    service.signal(SIGTERM);
    CHECK(service.wait().code == 0);
    const auto alone = office.member({"report", "list"});
    INFO(alone.out << alone.err);
    CHECK(alone.code == 5); // nobody who could do it, and the books are not open to this user
}

TEST_CASE("what a member has written is the member's: exports, and a backup without any secret") {
    if (!may_play_users()) return;
    Office office;
    auto service = office.serve();
    REQUIRE(soon([&] {
        return office.member({"client", "list"}).out.find("Acme") != std::string::npos;
    }));
    REQUIRE(office.member({"contract", "apply", "home/acme.json"}).code == 0);
    REQUIRE(office
                .member({"report", "create", "--company", office.client(), "--from", "2026-03-01",
                         "--to", "2026-03-31"})
                .code == 0);
    const std::string copy = office.folder.path("home/copy.db");
    const auto copied = office.member({"backup", "home/copy.db"});
    INFO(copied.out << copied.err);
    REQUIRE(copied.code == 0);
    for (const auto& path : {copy, copy + ".sha256"}) {
        CHECK(owner_of(path) == kMember);
        CHECK(mode_of(path) == 0600);
    }
    CHECK(office.folder.read("home/copy.db.sha256").find(*sha256_of_file(copy) + "  copy.db\n") ==
          0);
    CHECK(fs::is_empty(office.folder.path("data/handed")));
    // Never over another one, and what failed leaves nothing.
    CHECK(office.member({"backup", "home/copy.db"}).code == 2);
    CHECK(office.folder.read("home/copy.db.sha256").find(*sha256_of_file(copy)) == 0);
    const auto elsewhere = office.member({"backup", "elsewhere/copy.db"});
    INFO(elsewhere.out << elsewhere.err);
    CHECK(elsewhere.code == 5);
    CHECK(fs::is_empty(office.folder.path("elsewhere")));

    REQUIRE(office.member({"report", "export", "1", "csv", "--output", "home/may.csv"}).code == 0);
    CHECK(owner_of(office.folder.path("home/may.csv")) == kMember);
    CHECK(office.folder.read("home/may.csv").find("Landing page") != std::string::npos);
    REQUIRE(office.member({"mapping", "export", "bitrix24", "home/my.json"}).code == 0);
    CHECK(office.member({"mapping", "preview", "bitrix24", "home/my.json"}).code == 0);
    CHECK(office.member({"mapping", "export", "bitrix24", "home/my.json"}).code == 2);
    CHECK(office.member({"mapping", "export", "bitrix24", "home/other.json", "99"}).code != 0);
    CHECK_FALSE(fs::exists(office.folder.path("home/other.json")));

    // The key of the links is the service's, and a name does not make it anybody's.
    const auto key = office.member({"contract", "apply", "data/secret.key"});
    CHECK(key.code == 2);
    CHECK(key.err.find("Permission denied") != std::string::npos);
    service.signal(SIGTERM);
    CHECK(service.wait().code == 0);
}

TEST_CASE("strangers are refused, also where somebody opened the door wider") {
    if (!may_play_users()) return;
    Office office;
    auto service = office.serve();
    const auto stranger = [&] {
        return office.run_as(kStranger, false,
                             {"report", "list", "--config", office.folder.path("hourbridge.json")});
    };
    const auto refused = stranger();
    INFO(refused.out << refused.err);
    CHECK(refused.code == 5);
    CHECK(refused.err.find("adduser") != std::string::npos);
    fs::permissions(office.folder.path("run"), fs::perms(0777));
    fs::permissions(office.socket(), fs::perms(0666));
    const auto still = stranger();
    INFO(still.out << still.err);
    CHECK(still.code == 5);
    CHECK(still.out.find("\"reports\"") == std::string::npos);
    CHECK(still.err.find("adduser USER games") != std::string::npos);
    // What the asker says of itself is nobody's word.
    const auto claims =
        raw(kStranger, false, office.socket(),
            request(R"("report","list","--json")", "", R"(,"user":"root","uid":0)"), {});
    CHECK(claims.find("reports") == std::string::npos);
    CHECK(claims.find("may not give the service commands") != std::string::npos);
    const auto member =
        raw(kMember, true, office.socket(),
            request(R"("portal","setup")", "",
                    R"(,"user":"root","uid":0,"asker":{"uid":0,"owner":true,"allowed":true})"),
            {});
    CHECK(member.find("only root and the service's user may do this") != std::string::npos);
    CHECK(office.member({"report", "list"}).code == 0);
}

TEST_CASE("what hands out secrets or takes the books away is for root and the service's user") {
    if (!may_play_users()) return;
    Office office;
    auto service = office.serve();
    for (const auto& words : {std::vector<std::string>{"portal", "setup"},
                              {"portal", "setup", "--dry-run"},
                              {"remote", "renew", "bitrix24"}}) {
        const auto refused = office.member(words);
        INFO(words[1] << "\n" << refused.out << refused.err);
        CHECK(refused.code == 2);
        CHECK(refused.err.find("only root and the service's user may do this, because") !=
              std::string::npos);
    }
    CHECK(office.member({"restore", "home/acme.json"}).code == 5);
    CHECK(office.member({"remote", "rename", "bitrix24", "other"}).code == 5);
    for (const char* args :
         {R"("remote","rename","bitrix24","other")", R"("restore","/etc/passwd")", R"("serve")",
          R"("init")", R"("sandbox")", R"("demo")", R"("check")", R"("config","show")",
          R"("connector","new","x")"}) {
        const auto said = raw(kMember, true, office.socket(), request(args, ""), {});
        INFO(args << "\n" << said);
        CHECK(said.find("a running service does not do this for others") != std::string::npos);
    }
    // Root is no stranger, and works as the service's user.
    const auto root = office.run({"remote", "renew", "bitrix24"});
    INFO(root.out << root.err);
    CHECK(root.code == 0);
}

TEST_CASE("a descriptor that is no ordinary file is refused, and the service goes on") {
    if (!may_play_users()) return;
    Office office;
    auto service = office.serve();
    const std::string pipe = office.folder.path("pipe"), big = office.folder.path("big"),
                      good = office.folder.path("home/acme.json");
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    office.folder.write("big", "");
    fs::resize_file(big, (4u << 20) + 1);
    struct Row {
        std::string path;
        int flags;
        const char* said;
    };
    for (const Row& row : {Row{office.folder.path("home"), O_RDONLY, "it is a directory"},
                           {pipe, O_RDWR | O_NONBLOCK, "it is no ordinary file"},
                           {"/dev/zero", O_RDONLY, "it is no ordinary file"},
                           {big, O_RDONLY, "it is larger than 4194304 bytes"},
                           {good, O_WRONLY, "it is not open for reading"},
                           {good, O_PATH, "it is not open for reading"}}) {
        const int file = ::open(row.path.c_str(), row.flags | O_CLOEXEC);
        REQUIRE(file >= 0);
        const auto said = raw(kMember, true, office.socket(), request(kApply, kPassed), {file});
        close(file);
        INFO(row.path << "\n" << said);
        CHECK(said.find(row.said) != std::string::npos);
        CHECK(said.ends_with("2"));
    }
    // One too few, one too many, far too many, another file's name, none at all.
    const int file = ::open(good.c_str(), O_RDONLY | O_CLOEXEC);
    CHECK(raw(kMember, true, office.socket(), request(kApply, kPassed), {}).empty());
    CHECK(raw(kMember, true, office.socket(), request(kApply, kPassed), {file, file}).empty());
    CHECK(raw(kMember, true, office.socket(), request(kApply, kPassed), std::vector<int>(40, file))
              .empty());
    for (const char* files : {R"({"name":"/etc/passwd","use":"read","trouble":""})",
                              R"({"name":"acme.json","use":"new","trouble":""})"})
        CHECK(raw(kMember, true, office.socket(), request(kApply, files), {file})
                  .find("it was not handed over to the service") != std::string::npos);
    CHECK(
        raw(kMember, true, office.socket(), request(R"("contract","apply","/etc/passwd")", ""), {})
            .find("it was not handed over to the service") != std::string::npos);
    close(file);
    // Askers that are gone before the answer, and silent ones.
    for (int i = 0; i < 40; ++i)
        raw(kMember, true, office.socket(), request(R"("report","list")", ""), {}, false);
    CHECK(soon([&] { return office.member({"report", "list"}).code == 0; }));
    service.signal(SIGTERM);
    CHECK(service.wait().code == 0);
}

TEST_CASE("a member who may not read the configuration names the service by its socket") {
    if (!may_play_users()) return;
    Office office;
    office.open("hourbridge.json", 0600, kService);
    auto service = office.serve();
    const std::map<std::string, std::string> socket{{"HOURBRIDGE_CONTROL", office.socket()}};
    const auto listed = office.run_as(kMember, true, {"report", "list"}, socket);
    INFO(listed.out << listed.err);
    CHECK(listed.code == 0);
    // With a configuration named, it has to be the one that the service works with.
    const auto named = office.run_as(
        kMember, true, {"report", "list", "--config", office.folder.path("hourbridge.json")},
        socket);
    INFO(named.out << named.err);
    CHECK(named.code == 0);
    office.folder.write("other.json", "{}");
    const auto other = office.run_as(
        kMember, true, {"report", "list", "--config", office.folder.path("other.json")}, socket);
    INFO(other.out << other.err);
    CHECK(other.code == 2);
    CHECK(other.err.find("this service works with another configuration") != std::string::npos);
    CHECK(office
              .run_as(kMember, true, {"report", "list"},
                      {{"HOURBRIDGE_CONTROL", office.folder.path("nobody.sock")}})
              .code == 2); // there is neither
}

TEST_CASE("serve says what is wrong with the group or the place of its socket") {
    if (!may_play_users()) return;
    Office office;
    const auto serve = [&](const std::string& group, const std::string& place) {
        std::string config = office.folder.read("hourbridge.json");
        config.replace(config.find("\"games\""), 7, "\"" + group + "\"");
        const std::string at = "\"run/control.sock\"";
        config.replace(config.find(at), at.size(), "\"" + place + "\"");
        office.folder.write("wrong.json", config);
        office.open("wrong.json", 0644, 0);
        office.folder.through = as_user(kService, true);
        auto ended = office.folder.run({"serve", "--config", office.folder.path("wrong.json")},
                                       {{kWebhook, office.webhook()}});
        office.folder.through.clear();
        return ended;
    };
    const auto unknown = serve("no-such-group", "run/control.sock");
    INFO(unknown.err);
    CHECK(unknown.code == 2);
    CHECK(unknown.err.find("no group \"no-such-group\"") != std::string::npos);
    const auto inside = serve("games", "data/control.sock");
    INFO(inside.err);
    CHECK(inside.code == 2);
    // A group that the service's user is not in can't be given anything.
    const auto foreign = serve("shadow", "run/control.sock");
    INFO(foreign.err);
    CHECK(foreign.code == 5);
    CHECK(foreign.err.find("has to be in that group") != std::string::npos);
    // Folders of root stay as they are.
    fs::create_directory(office.folder.path("roots"));
    const auto roots = serve("games", "roots/control.sock");
    INFO(roots.err);
    CHECK(roots.code == 5);
    CHECK(roots.err.find("chgrp games") != std::string::npos);
}
