#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/command.h"
#include "app/commands/commands.h"
#include "app/commands/init_answers.h"
#include "app/exit_code.h"
#include "base/files.h"
#include "base/limits.h"
#include "json/writer.h"

// init: a commented configuration to begin with
namespace hb::app {
namespace {

namespace fs = std::filesystem;

using Options = InitAnswers;

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

// Readable by its owner alone: it may hold secrets.
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

// Beside the configuration, as systemd and shells read it.
Result<std::string> keep_webhook(const std::string& config_path, const Options& options) {
    const std::string path = (fs::path(config_path).parent_path() / "secrets.env").string();
    const auto before = read_whole_file(path, kFileBytesMax);
    if (!before && before.error().code != Code::NotFound) return before.error();
    const std::string text =
        with_variable(before ? *before : "", options.webhook_url_env, options.webhook.reveal());
    if (auto done = write_private(path, text); !done) return done.error();
    return path;
}

std::string next_steps(const std::string& path, const std::string& secrets,
                       const Options& options) {
    const std::string check = "hourbridge check --config " + path;
    if (!secrets.empty())
        return "The webhook's address is in " + secrets +
               ", readable by you alone.\nNext:\n  1. set -a; . " + secrets + "; set +a\n  2. " +
               check;
    return "Next:\n"
           "  1. In Bitrix24: Developer resources > Other > Inbound webhook; tick task, "
           "crm, user, sonet_group\n"
           "  2. export " +
           options.webhook_url_env + "=https://YOUR.bitrix24.com/rest/1/TOKEN/\n  3. " + check;
}

// What was answered is not typed twice.
int lost(Session& session, Error error, const Options& options) {
    error.hint += (error.hint.empty() ? "" : "; ") + ("then: " + init_line(options));
    return session.out.fail(error);
}

int init(Session& session, Options options) {
    const std::string path = session.path(session.config_file.value_or("config/hourbridge.json"));
    std::error_code unknown;
    if (fs::exists(path, unknown) && !options.force)
        return session.out.fail(Error{Code::Usage, path + " exists already", "",
                                      "--force replaces it, --config FILE writes another one"});
    if (auto asked = ask_init(session, options); !asked) return session.out.fail(asked.error());
    std::string secrets;
    if (options.keep) {
        auto kept = keep_webhook(path, options);
        if (!kept) return lost(session, kept.error(), options);
        secrets = *kept;
    }
    if (auto done = write_private(path, configuration(options, session.process.ids)); !done)
        return lost(session, done.error(), options);
    session.out.text("Written: " + path + "\n" + next_steps(path, secrets, options));
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
