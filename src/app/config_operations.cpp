#include "app/config_operations.h"

#include <algorithm>

#include "app/config_places.h"
#include "base/text.h"
#include "domain/locales.h"
#include "lanes/notice_words.h"
#include "json/writer.h"

namespace hb::app {
namespace {

using json::Value;

// Standard Webhooks: 24 to 64 bytes.
constexpr std::size_t kHookSecretBytesMin = 24;
constexpr int kHalfAMinute = -1; // of the standby copy, when nothing else is said

bool is_open_address(const std::string& text) {
    const auto url = split_url(std::string_view(text).substr(0, text.find_first_of("?#")));
    if (!url) return false;
    return url->scheme == "https" || (url->scheme == "http" && is_loopback(url->host));
}

class RuleReader {
public:
    RuleReader(Settings& settings, const Config& config, const Value& value)
        : settings_(settings), config_(config), value_(value) {}

    NotifyRule read() {
        for (const Value& each : value_["on"]) event(each);
        const int places = (value_["to"].missing() ? 0 : 1) +
                           (value_["telegram"].is_object() ? 1 : 0) +
                           (value_["webhook"].is_object() ? 1 : 0);
        if (places != 1)
            settings_.problem(value_,
                              "expected exactly one of \"to\", \"telegram\" and \"webhook\"",
                              "write one rule for each place");
        if (!value_["to"].missing()) person(value_["to"]);
        if (value_["telegram"].is_object()) telegram(value_["telegram"]);
        if (value_["webhook"].is_object()) webhook(value_["webhook"]);
        const Value locale = value_["locale"];
        rule_.locale = settings_.text(locale, config_.locale);
        if (locale.is_string() && !domain::is_staff_locale(rule_.locale))
            settings_.problem(locale,
                              "there are no texts in this language: " +
                                  Settings::shown(locale, rule_.locale),
                              "shipped are " + domain::staff_locales());
        return std::move(rule_);
    }

private:
    void event(const Value& value) {
        const std::string word = settings_.text(value);
        std::vector<std::string> words;
        for (const auto known : lanes::kNoticeEvents) words.emplace_back(known);
        if (std::find(words.begin(), words.end(), word) != words.end()) {
            rule_.on.push_back(word);
            return;
        }
        const auto meant = nearest(word, words);
        settings_.problem(value, "there is no notice of this kind",
                          meant ? "did you mean " + json::quote(*meant) + "?"
                                : "write some of " + join(words, ", "));
    }

    // bitrix24:responsible, bitrix24:user:5
    void person(const Value& value) {
        const std::string to = settings_.text(value);
        const auto parts = split(to, ':');
        const bool form =
            (parts.size() == 2 && parts[1] == "responsible") ||
            (parts.size() == 3 && parts[1] == "user" && parse_integer(parts[2]).value_or(0) > 0);
        if (!form) {
            settings_.problem(value, "this names nobody",
                              "write REMOTE:responsible or REMOTE:user:ID, for example "
                              "\"bitrix24:user:5\"");
            return;
        }
        rule_.remote = std::string(parts[0]);
        rule_.person = parts.size() == 3 ? std::string(parts[2]) : "responsible";
        for (const auto& remote : config_.remotes)
            if (remote.name == rule_.remote && remote.connector == "bitrix24") return;
        settings_.problem(value, "there is no Bitrix24 portal of this name among the remotes",
                          "the part before the first colon is the name of a remote");
    }

    void telegram(const Value& value) {
        TelegramPlace place;
        place.token = settings_.secret(value["token"]);
        place.chat_id = settings_.text(value["chat_id"]);
        place.api_url = settings_.text(value["api_url"], place.api_url);
        while (!place.api_url.empty() && place.api_url.back() == '/') place.api_url.pop_back();
        place.may_be_private = Settings::flag(value["private"], false);
        const bool chat = parse_integer(place.chat_id).has_value() ||
                          (place.chat_id.size() > 1 && place.chat_id.front() == '@');
        if (!chat && value["chat_id"].is_string())
            settings_.problem(value["chat_id"], "this is not the number of a chat",
                              "a group's begins with a minus, a channel may be @name");
        if (!is_open_address(place.api_url))
            settings_.problem(value["api_url"], "this is not an https address",
                              "leave it out, or write https://api.telegram.org");
        rule_.telegram = std::move(place);
    }

    void webhook(const Value& value) {
        WebhookPlace place;
        place.url = settings_.secret(value["url"]);
        if (!place.url.empty() && !is_open_address(place.url.reveal()))
            settings_.problem(value["url"], "this is not an https address",
                              "http:// is accepted on this machine only");
        place.may_be_private = Settings::flag(value["private"], false);
        const Value secret = value["secret"];
        const auto take = [&](const Value& each) {
            place.secrets.push_back(settings_.secret(each));
            if (place.secrets.back().reveal().size() < kHookSecretBytesMin &&
                !settings_.file().told_at(each.path()))
                settings_.problem(each,
                                  "shorter than " + std::to_string(kHookSecretBytesMin) +
                                      " characters: signatures could be forged",
                                  "for example: openssl rand -base64 32");
        };
        if (secret.is_array())
            for (const Value& each : secret) take(each);
        else if (!secret.missing())
            take(secret);
        rule_.webhook = std::move(place);
    }

    Settings& settings_;
    const Config& config_;
    const Value& value_;
    NotifyRule rule_;
};

} // namespace

std::vector<NotifyRule> read_notify(Settings& settings, const Config& config) {
    std::vector<NotifyRule> rules;
    for (const Value& value : settings.root()["notify"]) {
        if (!value.is_object()) continue;
        const std::string owner = "notify/" + std::to_string(rules.size());
        settings.may_lack_for(owner);
        rules.push_back(RuleReader(settings, config, value).read());
        settings.may_lack_for("");
        rules.back().lacking = settings.lacking_of(owner);
    }
    return rules;
}

std::optional<BackupPlan> read_backup(Settings& settings, const std::string& data_dir) {
    const Value value = settings.root()["backup"];
    if (!value.is_object()) return std::nullopt;
    BackupPlan plan;
    plan.at = settings.text(value["at"], plan.at);
    if (!is_clock_time(plan.at))
        settings.problem(value["at"], "this is not a time of day",
                         "write hours and minutes, for example \"02:30\"");
    plan.keep_days = Settings::number(value["keep_days"], plan.keep_days);
    plan.every_minutes = Settings::number(value["every_minutes"], kHalfAMinute);
    const std::string folder = settings.text(value["folder"]);
    plan.folder = folder.empty() ? data_dir + "/backups" : settings.path_of(folder);
    return plan;
}

} // namespace hb::app
