#include <catch2/catch.hpp>

#include <fcntl.h>
#include <pty.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/program.h"

extern char** environ;

// What a person at a terminal sees of long work.
namespace hb::test {
namespace {

// What the program writes to standard error when that is a terminal.
std::string seen_at_a_terminal(const Agency& agency, std::vector<std::string> words) {
    words.insert(words.begin(), HB_PROGRAM);
    words.insert(words.end(), {"--config", agency.folder.path("hourbridge.json")});
    std::vector<char*> args;
    for (auto& word : words) args.push_back(word.data());
    args.push_back(nullptr);
    int keyboard = -1, screen = -1;
    REQUIRE(::openpty(&screen, &keyboard, nullptr, nullptr, nullptr) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, keyboard, STDERR_FILENO);
    pid_t pid = 0;
    REQUIRE(posix_spawn(&pid, HB_PROGRAM, &actions, nullptr, args.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(keyboard);
    std::string all;
    char piece[4096];
    for (ssize_t got = 0; (got = ::read(screen, piece, sizeof piece)) > 0;)
        all.append(piece, static_cast<std::size_t>(got));
    ::close(screen);
    int status = 0;
    ::waitpid(pid, &status, 0);
    INFO(all);
    CHECK(WEXITSTATUS(status) == 0);
    return all;
}

} // namespace

TEST_CASE(
    "at a terminal long work says how far it is, on one line that goes; elsewhere it is silent") {
    const Agency agency;
    agency.begin();
    const struct {
        std::vector<std::string> command;
        std::string words;
    } all[] = {
        {{"sync", "--full"}, "entries"},
        {{"verify"}, "checking reports, lines and payments"},
        {{"backup", agency.folder.path("copy.db")}, "copying the books"},
    };
    for (const auto& [command, words] : all) {
        const std::string seen = seen_at_a_terminal(agency, command);
        INFO(command[0] << ": " << seen);
        CHECK(seen.find("\r\x1b[K") != std::string::npos);
        CHECK(seen.find(words) != std::string::npos);
    }
    CHECK(agency.folder.run({"sync", "--full", "--config", agency.folder.path("hourbridge.json")})
              .err.find('\x1b') == std::string::npos);
}

} // namespace hb::test
