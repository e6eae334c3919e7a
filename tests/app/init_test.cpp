#include <catch2/catch.hpp>

#include <filesystem>

#include <fcntl.h>
#include <pty.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/program.h"

extern char** environ;

// The first minutes of an installation: init at a terminal, and with options alone.
namespace hb::test {
namespace {

constexpr const char* kWebhook = "https://acme.bitrix24.by/rest/1/verysecret1/";

// The program with a keyboard. What it shows is read as it comes, what is typed answers it.
class Typing {
public:
    explicit Typing(std::vector<std::string> words) {
        words.insert(words.begin(), HB_PROGRAM);
        std::vector<char*> args;
        for (auto& word : words) args.push_back(word.data());
        args.push_back(nullptr);
        int keyboard = -1;
        REQUIRE(::openpty(&screen_, &keyboard, nullptr, nullptr, nullptr) == 0);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        for (const int to : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            posix_spawn_file_actions_adddup2(&actions, keyboard, to);
        REQUIRE(posix_spawn(&pid_, HB_PROGRAM, &actions, nullptr, args.data(), environ) == 0);
        posix_spawn_file_actions_destroy(&actions);
        ::close(keyboard);
    }
    ~Typing() { ::close(screen_); }

    // Once `words` were shown, after the last answer.
    void answer(const std::string& words, const std::string& text) {
        while (seen_.find(words, read_to_) == std::string::npos) {
            INFO("waits for: " << words << "\n" << seen_);
            REQUIRE(read_more());
        }
        read_to_ = seen_.size();
        const std::string line = text + "\n";
        REQUIRE(::write(screen_, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
    }
    void hang_up(const std::string& words) { answer(words, "\x04"); }
    int end() {
        while (read_more()) {
        }
        int status = 0;
        ::waitpid(pid_, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    const std::string& seen() const { return seen_; }

private:
    bool read_more() {
        char piece[4096];
        const ssize_t got = ::read(screen_, piece, sizeof piece);
        if (got > 0) seen_.append(piece, static_cast<std::size_t>(got));
        return got > 0;
    }

    int screen_ = -1;
    pid_t pid_ = 0;
    std::string seen_;
    std::size_t read_to_ = 0;
};

unsigned mode_of(const std::string& path) {
    struct stat about {};
    REQUIRE(::stat(path.c_str(), &about) == 0);
    return about.st_mode & 0777U;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE(
    "init asks for the webhook's address unseen, keeps it for its owner alone, and asks again "
    "what can't be right without losing the rest") {
    const Folder folder;
    folder.write("secrets.env",
                 "# of the planner\nKIMAI_TOKEN=abc\n"
                 "HOURBRIDGE_BITRIX24_WEBHOOK=https://old.bitrix24.by/rest/1/older/\n");
    Typing typing({"init", "--config", folder.path("hourbridge.json")});
    typing.answer("inbound webhook", "acme.bitrix24.by");
    typing.answer("the webhook's address", kWebhook);
    typing.answer("Keep it in secrets.env", "maybe");
    typing.answer("type yes or no", "");
    typing.answer("How do clients reach", "reports.agency.by");
    typing.answer("write the https address", "https://reports.agency.by");
    typing.answer("time zone", "Minsk");
    typing.answer("did you mean \"Europe/Minsk\"?", "Europe/Minsk");
    typing.answer("Which language", "xx");
    typing.answer("shipped are", "en");
    const int code = typing.end();
    INFO(typing.seen());
    CHECK(code == 0);
    CHECK_FALSE(has(typing.seen(), "verysecret1"));
    const std::string secrets = folder.path("secrets.env");
    CHECK(has(typing.seen(), "set -a; . " + secrets + "; set +a"));
    CHECK(mode_of(secrets) == 0600);
    CHECK(folder.read("secrets.env") == "# of the planner\nKIMAI_TOKEN=abc\n"
                                        "HOURBRIDGE_BITRIX24_WEBHOOK=" +
                                            std::string(kWebhook) + "\n");
    const std::string written = folder.read("hourbridge.json");
    CHECK(mode_of(folder.path("hourbridge.json")) == 0600);
    CHECK(has(written, "\"public_url\": \"https://reports.agency.by\""));
    CHECK(has(written, "\"time_zone\": \"Europe/Minsk\""));
    CHECK(has(written, "\"locale\": \"en\""));
    CHECK(has(written, "{\"env\": \"HOURBRIDGE_BITRIX24_WEBHOOK\"}"));
    CHECK_FALSE(has(written, "verysecret1"));
}

TEST_CASE(
    "init writes no secret that it was told not to keep, and nothing when the terminal goes") {
    const Folder folder;
    Typing typing({"init", "--config", folder.path("hourbridge.json")});
    typing.answer("inbound webhook", kWebhook);
    typing.answer("Keep it in secrets.env", "no");
    typing.answer("How do clients reach", "");
    typing.answer("time zone", "");
    typing.answer("Which language", "");
    CHECK(typing.end() == 0);
    CHECK(has(typing.seen(), "export HOURBRIDGE_BITRIX24_WEBHOOK="));
    CHECK_FALSE(std::filesystem::exists(folder.path("secrets.env")));

    const Folder other;
    Typing gone({"init", "--config", other.path("hourbridge.json")});
    gone.answer("inbound webhook", "");
    gone.answer("How do clients reach", "ftp://reports.agency.by");
    gone.hang_up("write the https address");
    CHECK(gone.end() == 2);
    CHECK_FALSE(std::filesystem::exists(other.path("hourbridge.json")));
}

TEST_CASE(
    "init refuses options that can't be right, all at once, and proposes the zone of a city") {
    const Folder folder;
    const auto refused =
        folder.run({"init", "--public-url", "reports.agency.by", "--listen", "0.0.0.0:80",
                    "--time-zone", "new york", "--locale", "fr", "--webhook-url-env", "MY HOOK"});
    INFO(refused.err);
    CHECK(refused.code == 2);
    for (const char* part :
         {"--public-url", "--listen", "--time-zone", "did you mean \"America/New_York\"?",
          "--locale", "shipped are", "--webhook-url-env"}) {
        INFO(part);
        CHECK(has(refused.err, part));
    }
    CHECK_FALSE(std::filesystem::exists(folder.path("config/hourbridge.json")));
    CHECK(folder
              .run({"init", "--public-url", "http://localhost:8480", "--listen",
                    "unix:/run/hourbridge/http.sock"})
              .code == 0);
}

TEST_CASE("init that can't write says how to give the same answers again") {
    const Folder folder;
    folder.write("file", "no folder");
    const auto ended =
        folder.run({"init", "--config", folder.path("file/hourbridge.json"), "--time-zone",
                    "Europe/Berlin", "--public-url", "https://reports.agency.by"});
    INFO(ended.err);
    CHECK(ended.code == 5);
    CHECK(has(ended.err, "hourbridge init --webhook-url-env HOURBRIDGE_BITRIX24_WEBHOOK "
                         "--public-url https://reports.agency.by --time-zone Europe/Berlin"));
}

} // namespace hb::test
