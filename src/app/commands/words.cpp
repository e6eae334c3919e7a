#include <memory>

#include "app/command.h"
#include "app/command_words.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/manual.h"
#include "app/shell_completion.h"
#include "base/files.h"
#include "json/writer.h"

// completion, manual: what the table of commands says, for shells and for man(1)
namespace hb::app {
namespace {

int complete(Session& session, const std::string& shell, const Syntax& root) {
    const auto words = command_words(root);
    const std::string script = shell == "zsh" ? zsh_completion(words) : bash_completion(words);
    session.out.bytes(script);
    json::Writer json;
    json.begin_object().member("shell", shell).member("script", script).end_object();
    session.out.document(json.text());
    return kDone;
}

int write_manual(Session& session, const std::string& folder, const Syntax& root) {
    const std::string path = session.path(folder);
    json::Writer json;
    json.begin_object().key("files").begin_array();
    for (const auto& page : manual_pages(command_words(root), kVersion)) {
        if (auto kept = write_whole_file(path + "/" + page.file, page.text); !kept)
            return session.out.fail(kept.error());
        session.out.text(path + "/" + page.file);
        json.string(page.file);
    }
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

} // namespace

void add_words(Commands& commands) {
    const Syntax root = commands.root();
    auto shell = std::make_shared<std::string>();
    auto completion = commands.add(
        root, "completion", "Print a script by which a shell completes commands and options",
        "completion bash > /etc/bash_completion.d/hourbridge", Needs::Nothing,
        [shell, root](Session& session) { return complete(session, *shell, root); });
    completion.add_option("SHELL", *shell, "the shell").required().one_of({"bash", "zsh"});
    auto folder = std::make_shared<std::string>();
    auto manual =
        commands.add(root, "manual", "Write a manual page for each command into a folder",
                     "manual /tmp/man1", Needs::Nothing, [folder, root](Session& session) {
                         return write_manual(session, *folder, root);
                     });
    manual.add_option("FOLDER", *folder, "created when it is missing").required();
}

} // namespace hb::app
