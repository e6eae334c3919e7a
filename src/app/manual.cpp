#include "app/manual.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace hb::app {
namespace {

// Text as roff reads it: a backslash, a hyphen that is to be copied as typed, and a line that would
// begin with a request.
std::string plain(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n'))
            out += std::string("\\&") + c;
        else
            out += c;
    }
    return out;
}

std::string bold(const std::string& text) {
    return "\\fB" + plain(text) + "\\fR";
}
std::string italic(const std::string& text) {
    return "\\fI" + plain(text) + "\\fR";
}

std::string item(const std::string& head, const std::string& body) {
    return ".TP\n" + head + "\n" + body + "\n";
}

std::string sentence(const std::string& about) {
    const bool ended = !about.empty() && (about.back() == '.' || about.back() == '?');
    return plain(about) + (about.empty() || ended ? "" : ".");
}

std::string head_of(const OptionWords& option) {
    if (option.by_place) return italic(option.names.front()) + (option.repeatable ? " ..." : "");
    std::string out;
    for (const auto& name : option.names) out += (out.empty() ? "" : ", ") + bold(name);
    if (!option.value.empty()) out += " " + italic(option.value);
    return out;
}

std::string body_of(const OptionWords& option) {
    std::string about = option.about;
    if (!about.empty() && about[0] >= 'a' && about[0] <= 'z')
        about[0] = static_cast<char>(about[0] - 32);
    std::string out = sentence(about);
    const bool told =
        option.choices.empty() || option.about.find(option.choices.back()) != std::string::npos;
    if (!told) out += "\nOne of " + plain(join(option.choices, ", ")) + ".";
    const bool says = option.about.find("repeatable") != std::string::npos;
    if (option.repeatable && !option.by_place && !says) out += "\nMay be given more than once.";
    return out;
}

std::string options_of(const CommandWords& command) {
    std::string out;
    for (const bool by_place : {true, false})
        for (const auto& option : command.options)
            if (option.by_place == by_place) out += item(head_of(option), body_of(option));
    return out;
}

std::string synopsis(const CommandWords& command) {
    std::string out = bold(command.path);
    if (!command.below.empty() && command.example.empty()) return out + " " + italic("COMMAND");
    out += " [" + italic("OPTIONS") + "]";
    for (const auto& option : command.options) {
        if (!option.by_place) continue;
        const std::string word = head_of(option);
        out += option.required ? " " + word : " [" + word + "]";
    }
    return out;
}

std::string example(const CommandWords& command) {
    if (command.example.empty()) return "";
    return ".PP\nExample:\n.PP\n.RS 4\n.nf\n" + plain(command.example) + "\n.fi\n.RE\n";
}

void sections(std::string& out, const CommandWords& command) {
    out += ".SS " + plain(command.path) + "\n" + synopsis(command) + "\n.PP\n" +
           sentence(command.about) + "\n" + options_of(command) + example(command);
    for (const auto& below : command.below) sections(out, below);
}

std::string title(std::string name, const std::string& version) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return ".TH " + name + " 1 \"\" \"hourbridge " + version + "\" \"hourbridge\"\n";
}

std::string name_of(const CommandWords& command) {
    return "hourbridge-" + command.name();
}

std::string everywhere() {
    return item(bold("--config") + " " + italic("FILE"),
                sentence(std::string("Use this as ") + kEverywhereConfig)) +
           item(bold("--json"), sentence(kEverywhereJson)) +
           "Both may be given before or after the command.\n";
}

std::string table(const std::string& heading,
                  const std::vector<std::pair<std::string, std::string>>& rows) {
    std::string out = ".SH " + heading + "\n";
    for (const auto& [what, about] : rows) out += item(bold(what), sentence(about));
    return out;
}

std::string exit_codes() {
    return table("EXIT STATUS", {{"0", "Done"},
                                 {"1", "Done, but a person is needed"},
                                 {"2", "Wrong usage or configuration"},
                                 {"3", "A remote failed"},
                                 {"4", "A conflict with what the books hold"},
                                 {"5", "This machine or the books failed"}});
}

std::string places() {
    return table("ENVIRONMENT",
                 {{"HOURBRIDGE_CONFIG", "The configuration, unless --config names one"}}) +
           table(
               "FILES",
               {{"/etc/hourbridge/hourbridge.json", "The configuration"},
                {"/etc/hourbridge/secrets.env",
                 "Secrets that the configuration names as {\"env\": \"NAME\"}; read by systemd"},
                {"/var/lib/hourbridge", "The books, documents and keys of a packaged service"},
                {"/usr/share/doc/hourbridge", "Documentation; a file that a message names, such as "
                                              "connectors/jira/quirks.md, lies below it"},
                {"/usr/share/hourbridge/monitoring",
                 "Alert rules for Prometheus and a dashboard for Grafana"}});
}

ManualPage overview(const CommandWords& root, const std::string& version) {
    std::string out = title("hourbridge", version) +
                      ".SH NAME\nhourbridge \\- from logged hours to paid reports\n.SH SYNOPSIS\n" +
                      bold("hourbridge") + " " + italic("COMMAND") + " [" + italic("OPTIONS") +
                      "]\n.SH DESCRIPTION\n" + sentence(root.about) + "\n.SH COMMANDS\n";
    for (const auto& below : root.below)
        out += item(bold(below.name()),
                    sentence(below.about) + "\nSee " + bold(name_of(below)) + "(1).");
    out += ".SH OPTIONS\n" + everywhere() + options_of(root) + exit_codes() + places();
    return {"hourbridge.1", out};
}

ManualPage page(const CommandWords& command, const std::string& version) {
    std::string out = title(name_of(command), version) + ".SH NAME\n" + plain(name_of(command)) +
                      " \\- " + plain(command.about) + "\n.SH SYNOPSIS\n" + synopsis(command) +
                      "\n";
    if (!command.example.empty()) out += ".SH OPTIONS\n" + options_of(command) + example(command);
    if (!command.below.empty()) out += ".SH COMMANDS\n";
    for (const auto& below : command.below) sections(out, below);
    out += ".SH SEE ALSO\n" + bold("hourbridge") +
           "(1) has the options of every command, the exit status and the files.\n";
    return {name_of(command) + ".1", out};
}

} // namespace

std::vector<ManualPage> manual_pages(const CommandWords& root, const std::string& version) {
    std::vector<ManualPage> out{overview(root, version)};
    for (const auto& below : root.below) out.push_back(page(below, version));
    return out;
}

} // namespace hb::app
