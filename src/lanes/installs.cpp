#include "lanes/installs.h"

#include "base/digest.h"
#include "base/text.h"
#include "books/drafting.h"
#include "lanes/keeper.h"

namespace hb::lanes {
namespace {

// Whoever has it installs for the portal: long enough to fill in a form, no longer (S4).
constexpr std::chrono::hours kCodeLives{1};
constexpr const char* kWhatToDo =
    "install the application again: hourbridge portal setup --install tells how";

// What was never read may still be put right without asking anybody.
bool has_history(const Reading& read, std::int64_t remote) {
    for (const auto& cursor : read->sources.cursors(remote))
        if (!cursor.cursor.empty() || cursor.completed_at) return true;
    return false;
}

// G17, for the member_id that an installation tells. The same portal may have been read by webhook
// before: then its host is known.
Status judge_member(const Reading& read, const store::Remote& row,
                    const connector::AppTokens& tokens) {
    if (row.account == tokens.member_id) return {};
    const auto other = read->sources.find_account(tokens.member_id);
    if (other && other->id != row.id)
        return Error{Code::Conflict,
                     "this portal is known here under the name \"" + other->name +
                         "\", the configuration calls it \"" + row.name + "\"",
                     "", "hourbridge remote rename " + other->name + " " + row.name};
    const auto scheme = tokens.portal.find("://");
    const bool same_host =
        scheme != std::string::npos && tokens.portal.substr(scheme + 3) == row.account;
    if (same_host || !has_history(read, row.id)) return {};
    return Error{Code::Conflict,
                 "the remote \"" + row.name + "\" was another portal until now (" + row.account +
                     "), the application was installed in " + tokens.member_id,
                 "", "give the new portal a remote with a name of its own"};
}

void note_event(Step& step, const KnownRemote& remote, const char* action,
                const std::string& account) {
    step->events.add(step.now(), "portal", action, std::nullopt, remote.row.name,
                     books::EventData().add("account", account).text());
}

} // namespace

std::string make_install_code(Books& books, const KnownRemote& remote) {
    Step step = books.begin();
    const std::string code = books.ids.id128();
    step->kept.put(remote.row.id, kept::kInstallCode, sha256_hex(code), step.now());
    step.done();
    return code;
}

bool is_install_code(const Reading& read, const KnownRemote& remote, std::string_view code) {
    const auto& settings = read->kept;
    const auto digest = settings.get(remote.row.id, kept::kInstallCode);
    const auto made = settings.written_at(remote.row.id, kept::kInstallCode);
    const bool same = equal_constant_time(sha256_hex(code), digest.value_or(""));
    return same && made && read.now() - *made < kCodeLives;
}

Status take_install(Books& books, RemoteRuntime& remote, std::string_view code,
                    std::string_view body) {
    Step step = books.begin();
    if (!is_install_code(step, remote, code))
        return Error{
            Code::Forbidden, "this code does not install " + remote.row.name, "",
            "codes work once and for an hour: hourbridge portal setup --install makes a new one"};
    const auto tokens = remote.connector->decode_install(body);
    if (!tokens) return tokens.error();
    const auto hint = remote.connector->decode_event(body);
    if (!hint || hint->application_token.empty())
        return Error{Code::Malformed, "the installation was told without application_token", "",
                     "install it as a local application of the portal"};
    if (auto judged = judge_member(step, remote.row, *tokens); !judged) return judged;
    auto& settings = step->kept;
    const std::int64_t id = remote.row.id;
    const Instant now = step.now();
    put_tokens(step, id, *tokens);
    settings.put(id, kept::kApplicationToken,
                 seal_setting(books.settings.key, id, kept::kApplicationToken,
                              hint->application_token, books.ids),
                 now);
    settings.erase(id, kept::kInstallCode);
    settings.erase(id, kept::kRemoved);
    if (remote.row.account != tokens->member_id) step->sources.move_remote(id, tokens->member_id);
    step->jobs.put({id, "pull", "", now, 0, "", {}, {}});
    note_event(step, remote, "remote.installed", tokens->member_id);
    step.done();
    remote.row.account = tokens->member_id;
    return {};
}

void take_uninstall(Books& books, RemoteRuntime& remote) {
    Step step = books.begin();
    auto& settings = step->kept;
    const std::int64_t id = remote.row.id;
    if (!settings.get(id, kept::kTokens)) return;
    const Instant now = step.now();
    settings.erase(id, kept::kTokens);
    settings.erase(id, kept::kApplicationToken);
    settings.put(id, kept::kRemoved, format_instant(now), now);
    auto job =
        step->jobs.find(id, "pull", "").value_or(store::JobRow{id, "pull", "", now, 0, "", {}, {}});
    job.stopped = "the application was removed in the portal";
    job.what_to_do = kWhatToDo;
    step->jobs.put(job);
    note_event(step, remote, "remote.uninstalled", remote.row.account);
    step.done();
}

Secret kept_application_token(const Reading& read, const KnownRemote& remote) {
    const auto sealed = read->kept.get(remote.row.id, kept::kApplicationToken);
    if (!sealed) return {};
    return unseal_setting(read.settings.key, remote.row.id, kept::kApplicationToken, *sealed)
        .value_or(Secret());
}

} // namespace hb::lanes
