#include <filesystem>
#include <iostream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "domain/locales.h"
#include "json/writer.h"

// init: a commented configuration to begin with
namespace hb::app {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::string webhook_url_env, data_dir, listen, public_url, time_zone, locale;
    bool force = false;
};

// A setting of the example and what takes its place.
struct Change {
    std::string before, after;
};

std::string pair(const std::string& name, const std::string& value) {
    return json::quote(name) + ": " + json::quote(value);
}

std::string change(std::string text, const std::vector<Change>& changes) {
    for (const auto& each : changes) {
        const auto at = text.find(each.before);
        ensure(at != std::string::npos, "the example configuration has " + each.before);
        text.replace(at, each.before.size(), each.after);
    }
    return text;
}

void ask(Session& session, const std::string& question, std::string& answer,
         const std::string& otherwise) {
    if (!answer.empty()) return;
    if (session.terminal_in) {
        session.out.note(question + " [" + otherwise + "]");
        std::string line;
        if (std::getline(std::cin, line)) answer = std::string(trim(line));
    }
    if (answer.empty()) answer = otherwise;
}

void ask_all(Session& session, Options& options) {
    ask(session, "Which environment variable holds the webhook's address?", options.webhook_url_env,
        "HOURBRIDGE_BITRIX24_WEBHOOK");
    ask(session, "How do clients reach your pages (https address of the proxy)?",
        options.public_url, "https://reports.example.com");
    ask(session, "Whose calendar counts (time zone)?", options.time_zone, "Europe/Minsk");
    ask(session, "Which language do clients read (en, ru)?", options.locale, "ru");
    if (options.data_dir.empty()) options.data_dir = "data";
    if (options.listen.empty()) options.listen = "127.0.0.1:8480";
}

std::string configuration(const Options& options, IdSource& ids) {
    return change(example_config(),
                  {{pair("data_dir", "data"), pair("data_dir", options.data_dir)},
                   {pair("listen", "127.0.0.1:8480"), pair("listen", options.listen)},
                   {pair("public_url", "https://reports.example.com"),
                    pair("public_url", options.public_url)},
                   {pair("time_zone", "Europe/Minsk"), pair("time_zone", options.time_zone)},
                   {pair("locale", "ru"), pair("locale", options.locale)},
                   {"{\"env\": \"HOURBRIDGE_BITRIX24_WEBHOOK\"}",
                    "{\"env\": " + json::quote(options.webhook_url_env) + "}"},
                   {"// \"hook_secret\": {\"env\": \"HOURBRIDGE_HOOK_SECRET\"}",
                    pair("hook_secret", ids.id128())},
                   {"\"data/secret.key\"", json::quote(options.data_dir + "/secret.key")}});
}

// Readable by its owner alone: secrets may stand in it.
Status write_private(const std::string& path, const std::string& text) {
    std::error_code trouble;
    const fs::path folder = fs::path(path).parent_path();
    if (!folder.empty()) fs::create_directories(folder, trouble);
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    // A file that was there keeps its mode.
    const bool written = file >= 0 && fchmod(file, 0600) == 0 &&
                         write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (file >= 0) close(file);
    if (written) return {};
    return Error{Code::Machine, "can't write " + path, "", "may you write there?"};
}

int init(Session& session, Options options) {
    const std::string path = session.path(session.config_file.value_or("config/hourbridge.json"));
    std::error_code unknown;
    if (fs::exists(path, unknown) && !options.force)
        return session.out.fail(Error{Code::Usage, path + " exists already", "",
                                      "--force replaces it, --config FILE writes another one"});
    ask_all(session, options);
    if (const auto zone = Zone::find(options.time_zone); !zone)
        return session.out.fail(zone.error());
    if (!domain::is_staff_locale(options.locale))
        return session.out.fail(
            Error{Code::Usage, "there are no texts in the language \"" + options.locale + "\"", "",
                  "shipped are " + domain::staff_locales()});
    if (auto done = write_private(path, configuration(options, session.process.ids)); !done)
        return session.out.fail(done.error());
    session.out.text("Written: " + path +
                     "\n"
                     "Next:\n"
                     "  1. In Bitrix24: Developer resources > Other > Inbound webhook; tick task, "
                     "crm, user, sonet_group\n"
                     "  2. export " +
                     options.webhook_url_env +
                     "=https://YOUR.bitrix24.com/rest/1/TOKEN/\n"
                     "  3. hourbridge check --config " +
                     path);
    json::Writer json;
    json.begin_object().member("file", path).end_object();
    session.out.document(json.text());
    return kDone;
}

} // namespace

void add_init(Commands& commands) {
    const auto options = std::make_shared<Options>();
    Syntax app = commands.add(
        commands.root(), "init", "Write a commented configuration to begin with",
        "init --public-url https://reports.example.com --time-zone Europe/Minsk", Needs::Nothing,
        [options](Session& session) { return init(session, *options); });
    app.add_option("--webhook-url-env", options->webhook_url_env,
                   "the environment variable that holds the webhook's address")
        .type_name("NAME");
    app.add_option("--public-url", options->public_url, "how clients reach your pages");
    app.add_option("--time-zone", options->time_zone, "such as Europe/Minsk");
    app.add_option("--locale", options->locale, "en or ru");
    app.add_option("--data-dir", options->data_dir,
                   "for the books; relative to the configuration (default data)");
    app.add_option("--listen", options->listen, "default 127.0.0.1:8480");
    app.add_flag("--force", options->force, "replace an existing file");
}

} // namespace hb::app
