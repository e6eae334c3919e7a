#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"

// demo and sandbox: run_command_line() becomes the program that has them. What stands here is for
// an installation without it, and for --help, manual and completion.
namespace hb::app {
namespace {

constexpr const char* kAbout = " (of the package hourbridge-sandbox)";

int is_missing(Session& session, const std::string& name) {
    return session.out.fail(
        Error{Code::Usage,
              "hourbridge " + name +
                  " is a part of the package hourbridge-sandbox, which is not installed here",
              "", "apt-get install hourbridge-sandbox"});
}

void add_elsewhere(Commands& commands, const std::string& name, const std::string& about,
                   const std::string& example) {
    commands
        .add(commands.root(), name, about + kAbout, example, Needs::Nothing,
             [name](Session& session) { return is_missing(session, name); })
        .leaves_words();
}

} // namespace

void add_sandbox(Commands& commands) {
    add_elsewhere(commands, "sandbox",
                  "A fake Bitrix24 portal with an agency in it, to try things on",
                  "sandbox --port 8090");
}

void add_demo(Commands& commands) {
    add_elsewhere(commands, "demo", "The whole cycle on a portal of its own, step by step",
                  "demo --fast");
}

} // namespace hb::app
