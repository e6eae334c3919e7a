#include "app/command.h"
#include "app/commands/commands.h"
#include "app/config.h"
#include "app/exit_code.h"

// config show: what is in force, with every default and without secrets
namespace hb::app {
namespace {

int show(Session& session) {
    std::vector<mapping::FileProblem> problems;
    const auto shown = show_config(session.config_file, problems);
    if (!shown) return session.out.fail(problems, "the configuration can't be used");
    session.out.note("from " + shown->file);
    session.out.text(shown->json);
    session.out.document(shown->json);
    return kDone;
}

} // namespace

void add_config(Commands& commands) {
    const Syntax group = commands.group("config", "The configuration");
    commands.add(group, "show",
                 "Print the configuration in force: each default filled in, no secret",
                 "config show", Needs::Nothing, [](Session& session) { return show(session); });
}

} // namespace hb::app
