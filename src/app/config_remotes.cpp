#include "app/config_remotes.h"

#include <algorithm>

#include "app/config_places.h"
#include "app/planner_options.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "json/writer.h"

namespace hb::app {

namespace {

using json::Value;

std::vector<std::string> connectors() {
    std::vector<std::string> names = connector::shipped_manifests();
    names.insert(names.begin(), "bitrix24");
    return names;
}
// A cloud portal may still run a call for 60 s after its answer was lost (C4).
constexpr int kCloudSettleSecondsMin = 75;
// Short enough to be guessed by trying.
constexpr std::size_t kHookSecretBytesMin = 16;

// Stands for an address that is not known without its secret; nothing is ever sent there, and no
// name ends like this (RFC 6761).
constexpr const char* kNoAddress = "https://lacking.invalid";

constexpr const char* kWhereIsApplication =
    "copy it from the card of your local application in Bitrix24 (Developer resources)";

constexpr const char* kWhereIsWebhook =
    "copy it from Bitrix24: Developer resources, Other, Inbound webhook; it looks like "
    "https://PORTAL/rest/USER/TOKEN/";

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 60 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.';
    });
}

std::string listed(const std::vector<std::string>& words) {
    return join(words, ", ");
}

// "acme.bitrix24.com" is read as https://acme.bitrix24.com.
std::optional<UrlParts> split_portal(std::string_view portal) {
    const std::string text(trim(portal));
    return split_url(text.find("://") == std::string::npos ? "https://" + text : text);
}

bool is_address(std::string_view text, bool path) {
    const auto url = split_portal(text);
    if (!url || (url->scheme != "https" && url->scheme != "http")) return false;
    if (url->scheme == "http" && !is_loopback(url->host)) return false;
    return path || url->path.empty() || url->path == "/" || url->path == "/rest/";
}

std::optional<UrlParts> portal_of(const RemoteConfig& remote) {
    if (remote.oauth) return split_portal(remote.oauth->portal);
    return split_url(trim(remote.webhook_url.reveal()));
}

class RemoteReader {
public:
    RemoteReader(Settings& settings, const Value& value) : settings_(settings), value_(value) {}

    RemoteConfig read() {
        remote_.name = value_.key();
        if (!is_name(remote_.name))
            settings_.problem(
                value_, "only letters, digits, dots, _ and - are allowed in the name of a remote",
                "it is part of references such as bitrix24:task:691");
        remote_.connector = settings_.text(value_["connector"]);
        if (remote_.connector == "bitrix24")
            bitrix24();
        else if (!remote_.connector.empty())
            planner();
        if (const auto hash = sha256_of_file(remote_.mapping_file)) remote_.mapping_hash = *hash;
        settings_.may_lack_for("");
        remote_.lacking = settings_.lacking_of(remote_.name);
        return std::move(remote_);
    }

private:
    void unknown_connector() {
        const auto known = connectors();
        const auto meant = nearest(remote_.connector, known);
        settings_.problem(value_["connector"],
                          "there is no connector " +
                              Settings::shown(value_["connector"], remote_.connector) +
                              "; this version knows " + listed(known),
                          meant ? "did you mean " + json::quote(*meant) + "?"
                                : "write a manifest of your own (hourbridge connector new) and "
                                  "name it under \"manifest\"");
    }

    // A planner by manifest: a shipped one, or a file of the user's.
    void planner() {
        const std::string own = settings_.text(value_["manifest"]);
        std::string file = "connectors/" + remote_.connector + "/manifest.json (shipped)";
        std::string text(connector::shipped_manifest(remote_.connector));
        if (!own.empty()) {
            file = settings_.path_of(own);
            auto read = read_file(file, kFileBytesMax);
            if (!read)
                return settings_.problem(value_["manifest"],
                                         "can't read the manifest: " + read.error().message,
                                         "hourbridge connector new makes one");
            text = std::move(*read);
        }
        if (text.empty()) return unknown_connector();
        std::vector<connector::ManifestProblem> problems;
        PlannerConfig planner;
        planner.plan = connector::Plan::parse(text, file, problems);
        if (!own.empty()) remote_.manifest_hash = sha256_hex(text);
        for (const auto& each : problems)
            settings_.problem(value_["manifest"], connector::to_string(each),
                              "hourbridge connector check FOLDER lists every problem");
        if (!planner.plan) return;
        planner.text = std::move(text);
        settings_.may_lack_for(remote_.name);
        planner.base_url = settings_.text(value_["base_url"]);
        if (settings_.lacks(value_["base_url"])) planner.base_url = kNoAddress;
        for (const Value& each : value_["settings"]) {
            Secret& setting = planner.settings[std::string(each.key())];
            setting = each.is_number() || each.kind() == json::Kind::Bool ? Secret(each.dump())
                                                                          : settings_.secret(each);
            if (settings_.lacks(each)) setting = Secret("lacking");
        }
        settings_.may_lack_for("");
        remote_.planner = std::move(planner);
        check_planner();
        common();
        if (remote_.mapping_file.empty() && !own.empty())
            remote_.mapping_file = file.substr(0, file.rfind('/') + 1) + "mapping.json";
        for (const char* foreign :
             {"webhook_url", "oauth", "application_token", "limits", "time_zone"})
            if (!value_[foreign].missing())
                settings_.problem(value_[foreign],
                                  "the connector " + remote_.connector + " has no such setting",
                                  "what it needs stands under \"settings\": hourbridge connector "
                                  "list");
    }

    void check_planner() {
        for (const auto& each :
             connector::check_settings(remote_.planner->plan, planner_options(remote_))) {
            const bool whole = each.path == "settings" || each.path == "base_url";
            const std::string name = whole ? "" : each.path.substr(each.path.find('/') + 1);
            const Value place = each.path == "base_url" ? value_["base_url"]
                                : whole                 ? value_["settings"]
                                                        : value_["settings"][name];
            if (place.missing())
                settings_.file().problem_at(value_.path() + "/" + each.path, each.message,
                                            each.hint);
            else
                settings_.problem(place, each.message, each.hint);
        }
    }

    // What every remote has.
    void common() {
        settings_.may_lack_for(remote_.name, false);
        hook_secret();
        settings_.may_lack_for("");
        remote_.may_be_private = Settings::flag(value_["private"], false);
        const Value timeouts = value_["timeouts"];
        remote_.connect_ms = Settings::number(timeouts["connect_ms"], remote_.connect_ms);
        remote_.total_ms = Settings::number(timeouts["total_ms"], remote_.total_ms);
        if (remote_.total_ms < remote_.connect_ms)
            settings_.problem(timeouts, "total_ms is shorter than connect_ms",
                              "total_ms counts the whole call");
        const Value pull = value_["pull"];
        remote_.poll_minutes = Settings::number(pull["every_minutes"], remote_.poll_minutes);
        remote_.window_days = Settings::number(pull["window_days"], remote_.window_days);
        remote_.settle_seconds = Settings::number(value_["settle_seconds"], remote_.settle_seconds);
        remote_.reconcile_at = settings_.text(pull["reconcile_at"], remote_.reconcile_at);
        if (!is_clock_time(remote_.reconcile_at))
            settings_.problem(pull["reconcile_at"],
                              "this is not a time of day: " +
                                  Settings::shown(pull["reconcile_at"], remote_.reconcile_at),
                              "write hours and minutes, for example \"03:30\"");
        const std::string mapping = settings_.text(value_["mapping"]);
        if (!mapping.empty()) remote_.mapping_file = settings_.path_of(mapping);
    }

    // Of the dates of tasks, where the profile of the webhook's owner names no zone (G53).
    void time_zone() {
        const Value value = value_["time_zone"];
        remote_.time_zone = settings_.text(value);
        if (remote_.time_zone.empty()) return;
        if (const auto found = Zone::find(remote_.time_zone); !found)
            settings_.problem(value,
                              "unknown time zone " + Settings::shown(value, remote_.time_zone),
                              found.error().hint);
    }

    void bitrix24() {
        time_zone();
        settings_.may_lack_for(remote_.name);
        access();
        settings_.may_lack_for(remote_.name, false);
        tokens();
        settings_.may_lack_for("");
        numbers();
        common();
        settle();
        for (const char* foreign : {"base_url", "settings", "manifest"})
            if (!value_[foreign].missing())
                settings_.problem(value_[foreign], "the connector bitrix24 has no such setting",
                                  "the portal's address is part of webhook_url");
    }

    // Which of the two is there says how the portal is called; a webhook goes before.
    void access() {
        if (value_["webhook_url"].missing() && !value_["oauth"].missing())
            oauth();
        else
            webhook();
    }

    void oauth() {
        const Value value = value_["oauth"];
        OAuthConfig oauth;
        const auto needed = [&](const char* name) {
            if (value.is_object() && value[name].missing())
                settings_.file().problem_at(value.path() + "/" + name,
                                            "missing key \"" + std::string(name) + "\"",
                                            kWhereIsApplication);
            return value[name];
        };
        const Value portal = needed("portal");
        oauth.portal = settings_.text(portal);
        if (!oauth.portal.empty() && !is_address(oauth.portal, false))
            settings_.problem(portal,
                              "this is not the address of a portal: " +
                                  Settings::shown(portal, oauth.portal),
                              "write its host, for example \"acme.bitrix24.com\"");
        oauth.client_id = settings_.text(needed("client_id"));
        oauth.client_secret = settings_.secret(needed("client_secret"));
        const Value url = value["oauth_url"];
        oauth.oauth_url = settings_.text(url, oauth.oauth_url);
        if (!is_address(oauth.oauth_url, true))
            settings_.problem(url, "this is not the https address of an OAuth server",
                              "leave it out, or write https://oauth.bitrix.info/oauth/token/");
        if (settings_.lacks(portal)) oauth.portal = kNoAddress;
        remote_.oauth = std::move(oauth);
    }

    void webhook() {
        const Value url = value_["webhook_url"];
        if (url.missing())
            return settings_.file().problem_at(value_.path() + "/webhook_url",
                                               "missing key \"webhook_url\"", kWhereIsWebhook);
        remote_.webhook_url = settings_.secret(url);
        if (settings_.lacks(url)) {
            remote_.webhook_url = Secret(std::string(kNoAddress) + "/rest/0/lacking/");
            return;
        }
        if (remote_.webhook_url.empty() && !url.is_string()) return; // told by the reading
        const std::string wrong = wrong_webhook(remote_.webhook_url.reveal());
        if (!wrong.empty()) settings_.problem(url, "webhook_url " + wrong, kWhereIsWebhook);
    }

    void tokens() {
        const Value token = value_["application_token"];
        const auto take = [&](const Value& value) {
            const Secret each = settings_.secret(value);
            if (!each.empty()) remote_.application_tokens.push_back(each);
            if (each.empty() && value.is_string())
                settings_.problem(value, "must not be empty", "leave the setting out");
        };
        if (token.is_array())
            for (const Value& each : token) take(each);
        else if (!token.missing())
            take(token);
    }

    void hook_secret() {
        const Value hook = value_["hook_secret"];
        remote_.hook_secret = settings_.secret(hook);
        if (!hook.missing() && remote_.hook_secret.reveal().size() < kHookSecretBytesMin)
            settings_.problem(hook,
                              "shorter than " + std::to_string(kHookSecretBytesMin) +
                                  " characters: it could be guessed",
                              "take random letters, for example from: openssl rand -hex 16");
    }

    void numbers() {
        const Value limits = value_["limits"];
        remote_.burst = Settings::number(limits["burst"], remote_.burst);
        remote_.per_second = Settings::decimal(limits["per_second"], remote_.per_second);
        remote_.operating_seconds =
            Settings::number(limits["operating_seconds"], remote_.operating_seconds);
    }

    void settle() {
        const Value settle = value_["settle_seconds"];
        const auto url = portal_of(remote_);
        if (!url || !is_cloud(url->host) || remote_.settle_seconds >= kCloudSettleSecondsMin)
            return;
        settings_.problem(
            settle, "too short for a cloud portal, which may run a lost call for 60 s",
            "write at least " + std::to_string(kCloudSettleSecondsMin) + ", or leave it out");
    }

    Settings& settings_;
    const Value& value_;
    RemoteConfig remote_;
};

// The portal that is read, by its address (G17).
std::string account_of(const RemoteConfig& remote) {
    if (!remote.lacking.empty()) return "";
    if (remote.planner) return connector::account_of(remote.planner->plan, planner_options(remote));
    const auto url = portal_of(remote);
    if (!url) return "";
    return url->port.empty() ? url->host : url->host + ":" + url->port;
}

} // namespace

std::vector<RemoteConfig> read_remotes(Settings& settings,
                                       std::vector<mapping::FileProblem>& warnings) {
    std::vector<RemoteConfig> remotes;
    for (const Value& value : settings.root()["remotes"]) {
        if (!value.is_object()) continue;
        remotes.push_back(RemoteReader(settings, value).read());
        const std::string account = account_of(remotes.back());
        for (std::size_t i = 0; !account.empty() && i + 1 < remotes.size(); ++i)
            if (remotes[i].connector == remotes.back().connector &&
                account_of(remotes[i]) == account)
                settings.problem(value,
                                 "this is the portal of " + json::quote(remotes[i].name) +
                                     " under a second name",
                                 "leave one of them out: its hours would be counted twice");
        if (!value["oauth"].missing() && !value["webhook_url"].missing())
            warnings.push_back({"", 0, value["oauth"].path(),
                                "oauth and webhook_url are both set: the webhook is used",
                                "leave one of them out"});
    }
    if (settings.root()["remotes"].is_object() && remotes.empty())
        settings.problem(settings.root()["remotes"], "there is no remote to read hours from",
                         "config/hourbridge.example.json shows one");
    return remotes;
}

} // namespace hb::app
