#include <catch2/catch.hpp>

#include <cstdlib>
#include <set>

#include "app/program.h"
#include "base/text.h"

// What shells complete and what man(1) shows, against what the program itself says in its help.
namespace hb::test {
namespace {

using Words = std::vector<std::string>;

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// The words at the beginning of the lines below "Subcommands:".
Words below(const std::string& help) {
    Words out;
    const auto at = help.find("Subcommands:\n");
    if (at == std::string::npos) return out;
    for (const auto line : split(std::string_view(help).substr(at + 13), '\n')) {
        if (line.substr(0, 2) != "  ") break;
        if (line[2] != ' ') out.emplace_back(line.substr(2, line.find(' ', 2) - 2));
    }
    return out;
}

// "--month" of "  --month MONTH   all drafts …".
Words options(const std::string& help) {
    Words out;
    for (const auto line : split(help, '\n')) {
        const auto at = line.find("--");
        if (line.substr(0, 3) != "  -" || at == std::string_view::npos) continue;
        out.emplace_back(line.substr(at, line.find_first_of(" ,=[", at) - at));
    }
    return out;
}

struct Command {
    Words path;
    std::string help;
};

// Its words are another program's, which has a help of its own.
bool is_elsewhere(const Words& path) {
    return !path.empty() && (path[0] == "demo" || path[0] == "sandbox");
}

void walk(const Folder& folder, const Words& path, std::vector<Command>& out) {
    if (is_elsewhere(path)) return;
    Words args = path;
    args.emplace_back("--help");
    const auto ended = folder.run(args);
    REQUIRE(ended.code == 0);
    out.push_back({path, ended.out});
    for (const auto& word : below(ended.out)) {
        Words next = path;
        next.push_back(word);
        walk(folder, next, out);
    }
}

const std::vector<Command>& all_commands(const Folder& folder) {
    static const std::vector<Command> all = [&folder] {
        std::vector<Command> out;
        walk(folder, {}, out);
        return out;
    }();
    return all;
}

// As roff writes it.
std::string in_roff(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '-' ? std::string("\\-") : std::string(1, c);
    return out;
}

std::string in_single_quotes(const std::string& word) {
    return "'" + word + "'";
}

// zsh is good to have; a machine that runs every test has it.
Words shells() {
    if (std::system("command -v zsh > /dev/null") == 0) return {"bash", "zsh"};
    if (std::getenv("CI") != nullptr) FAIL("zsh is missing: scripts/setup installs it");
    WARN("zsh is missing: its completions were not tried");
    return {"bash"};
}

// What a shell offers behind these words, one a line.
std::string offered(const Folder& folder, const std::string& shell, const Words& words) {
    std::string line = "words=(";
    for (const auto& word : words) line += " " + in_single_quotes(word);
    line += " )\n";
    std::string script;
    if (shell == "bash")
        script = line +
                 ". ./script\nCOMP_WORDS=(\"${words[@]}\") COMP_CWORD=$((${#words[@]} - 1))\n"
                 "_hourbridge\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
    else
        script = "compdef() { :; }\n_files() { print -r -- '<files>'; }\n"
                 "_describe() { print -rl -- ${(P)4%%:*}; }\n. ./script\n" +
                 line + "CURRENT=${#words}\n_hourbridge\n";
    folder.write("ask", script);
    const std::string run = "cd " + folder.path("") + " && " +
                            (shell == "bash" ? "bash --norc ask" : "zsh -f ask") +
                            " > offered 2> trouble";
    REQUIRE(std::system(run.c_str()) == 0);
    CHECK(folder.read("trouble").empty());
    return "\n" + folder.read("offered");
}

void write_script(const Folder& folder, const std::string& shell) {
    const auto ended = folder.run({"completion", shell});
    REQUIRE(ended.code == 0);
    folder.write("script", ended.out);
}

} // namespace

TEST_CASE("every command and option that the help shows stands in its manual page") {
    const Folder folder;
    const auto written = folder.run({"manual", folder.path("man")});
    INFO(written.err);
    REQUIRE(written.code == 0);
    CHECK(holds(folder.read("man/hourbridge-completion.1"), "\nOne of bash, zsh.\n"));
    CHECK(holds(folder.read("man/hourbridge-report.1"),
                "\\fB\\-\\-task\\-dates\\fR \\fIKEY:FROM..TO\\fR"));
    REQUIRE(all_commands(folder).size() > 60);
    for (const auto& command : all_commands(folder)) {
        const std::string file =
            "hourbridge" + (command.path.empty() ? "" : "-" + command.path.front()) + ".1";
        const std::string page = folder.read("man/" + file);
        std::string name = "hourbridge";
        for (const auto& word : command.path) name += " " + word;
        INFO(name);
        CHECK(page.rfind(".TH ", 0) == 0);
        CHECK(holds(page, "\\fB" + in_roff(name) + "\\fR"));
        for (const auto& option : options(command.help)) {
            INFO(option);
            CHECK(holds(page, "\\fB" + in_roff(option) + "\\fR"));
        }
        for (const auto line : split(page, '\n')) // a text is never taken for a request
            CHECK((line.empty() || line.front() != '.' || std::isupper(line[1]) || line == ".nf" ||
                   line == ".fi"));
    }
}

TEST_CASE("bash and zsh complete every command and option that the help shows") {
    const Folder folder;
    for (const std::string& shell : shells()) {
        write_script(folder, shell);
        for (const auto& command : all_commands(folder)) {
            Words words{"hourbridge"};
            words.insert(words.end(), command.path.begin(), command.path.end());
            words.emplace_back("-");
            // Each asks a shell of its own, so only groups and every seventh command.
            static std::size_t turn = 0;
            if (below(command.help).empty() && turn++ % 7 != 0) continue;
            const auto options_offered = offered(folder, shell, words);
            INFO(shell << ": " << join(words, " ") << "\n" << options_offered);
            for (const auto& option : options(command.help))
                CHECK(holds(options_offered, "\n" + option + "\n"));
            words.back().clear();
            const auto words_offered = offered(folder, shell, words);
            for (const auto& word : below(command.help))
                CHECK(holds(words_offered, "\n" + word + "\n"));
        }
    }
}

TEST_CASE("a shell offers what fits: the words of a choice, files where a file is meant") {
    const Folder folder;
    folder.write("terms.json", "{}");
    for (const std::string& shell : shells()) {
        INFO(shell);
        write_script(folder, shell);
        const std::string files = shell == "bash" ? "\nterms.json\n" : "\n<files>\n";
        CHECK(holds(offered(folder, shell, {"hourbridge", "completion", ""}), "\nbash\nzsh\n"));
        CHECK(holds(offered(folder, shell, {"hourbridge", "contract", "apply", ""}), files));
        CHECK(holds(offered(folder, shell, {"hourbridge", "--config", ""}), files));
        CHECK(
            trim(offered(folder, shell, {"hourbridge", "report", "send", "--month", ""})).empty());
        CHECK(holds(offered(folder, shell, {"hourbridge", "--config", "report", ""}), "\nsync\n"));
    }
    write_script(folder, "bash");
    CHECK(offered(folder, "bash", {"hourbridge", "report", "se"}) == "\nsend\n");
    CHECK(offered(folder, "bash", {"hourbridge", "report", "send", "--ac"}) == "\n--accept\n");
}

TEST_CASE("scripts are for the shells that are known, and with --json they are one document") {
    const Folder folder;
    const auto other = folder.run({"completion", "fish"});
    CHECK(other.code == 2);
    CHECK(holds(other.err, "one of bash, zsh"));
    const auto document = folder.run({"completion", "zsh", "--json"});
    REQUIRE(document.is_json);
    CHECK(text(document.root()["script"]).rfind("#compdef hourbridge\n", 0) == 0);
    folder.write("taken", "a file");
    CHECK(folder.run({"manual", folder.path("taken")}).code == 5);
}

} // namespace hb::test
