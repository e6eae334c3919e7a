#include "app/config.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "app/config_brands.h"
#include "app/config_operations.h"
#include "app/config_places.h"
#include "app/config_remotes.h"
#include "app/config_settings.h"
#include "app/config_shown.h"
#include "base/ensure.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "domain/locales.h"
#include "mapping/glossary.h"
#include "mapping/nonbillable.h"
#include "json/writer.h"

namespace hb::app {

namespace embedded {
extern const std::string_view kConfigSchema;
extern const std::string_view kExampleConfig;
extern const std::string_view kExampleContract;
} // namespace embedded

namespace {

namespace fs = std::filesystem;
using json::Value;
using mapping::FileProblem;

// Signs links: as strong as 128 random bits in hex digits would be half as long again.
constexpr std::size_t kSecretKeyBytesMin = 16;

// --- which file

constexpr const char* kHere = "config/hourbridge.json";
constexpr const char* kInstalled = "/etc/hourbridge/hourbridge.json";

std::optional<std::string> find_file(const std::optional<std::string>& path,
                                     std::vector<FileProblem>& problems) {
    if (path) return *path;
    if (const char* named = std::getenv("HOURBRIDGE_CONFIG"); named != nullptr && *named != '\0')
        return std::string(named);
    const std::vector<std::string> usual{kHere, kInstalled};
    std::error_code trouble;
    for (const std::string& each : usual)
        if (fs::exists(each, trouble)) return each;
    problems.push_back({usual.front(), 0, "",
                        "there is no configuration here, nor at " + usual.back(),
                        "run `hourbridge init`, or name one with --config FILE"});
    return std::nullopt;
}

// --- secrets stay out of messages

// Settings whose values a message may quote although they stand beside secrets.
bool may_be_quoted(std::string_view path) {
    for (const char* closed : {"/remotes", "/notify", "/secret_key"}) {
        if (path.substr(0, std::string_view(closed).size()) != closed) continue;
        const std::string_view last = path.substr(path.rfind('/') + 1);
        for (const char* open :
             {"connector", "burst", "per_second", "connect_ms", "total_ms", "settle_seconds",
              "every_minutes", "window_days", "reconcile_at", "mapping"})
            if (last == open) return true;
        return false;
    }
    return true;
}

// The schema check says "expected X; got Y", and Y may be a secret of the wrong shape.
void hide_values(std::vector<FileProblem>& problems, std::size_t from) {
    for (std::size_t i = from; i < problems.size(); ++i) {
        const std::size_t got = problems[i].message.find("; got ");
        if (got != std::string::npos && !may_be_quoted(problems[i].path))
            problems[i].message.erase(got);
    }
}

// --- what the file says

class ConfigReader {
public:
    explicit ConfigReader(Settings& settings) : settings_(settings), root_(settings.root()) {}

    Config read() {
        config_.remotes = read_remotes(settings_, config_.warnings);
        places();
        language();
        crm(root_["crm"]);
        payment(root_["payment"]);
        billing(root_["billing"]);
        guards(root_["guards"]);
        config_.words =
            mapping::read_glossary(settings_.file(), root_["words"],
                                   [this](const Value& value) { return settings_.text(value); });
        for (render::Brand& brand : read_brands(settings_, config_.warnings))
            config_.brands.push_back(render::named(std::move(brand)));
        secret_key(root_["secret_key"]);
        config_.log_level = settings_.choice(
            root_["log"]["level"], {"trace", "debug", "info", "warn", "error"}, config_.log_level);
        config_.log_format =
            settings_.choice(root_["log"]["format"], {"text", "json"}, config_.log_format);
        config_.notify = read_notify(settings_, config_);
        config_.overdue_days = Settings::number(root_["payment"]["overdue_days"], 14);
        config_.backup = read_backup(settings_, config_.data_dir);
        marks(root_["crm"]["task_marks"]);
        config_.holds_secrets = settings_.holds_secrets();
        for (const auto& each : settings_.lacking()) config_.lacking.push_back(each.problem);
        return std::move(config_);
    }

private:
    void places() {
        config_.data_dir = settings_.path_of(settings_.text(root_["data_dir"], "data"));
        config_.allow_direct = Settings::flag(root_["allow_direct"], false);
        config_.night_spread_minutes =
            Settings::number(root_["night_spread_minutes"], config_.night_spread_minutes);
        const Value listen = root_["listen"];
        config_.listen = settings_.text(listen, config_.listen);
        const ListenCheck checked = check_listen(config_.listen);
        if (!checked.wrong.empty())
            settings_.problem(listen,
                              checked.wrong + ": " + Settings::shown(listen, config_.listen),
                              "write 127.0.0.1:8480 or unix:/run/hourbridge/http.sock");
        else if (checked.direct && !config_.allow_direct)
            settings_.problem(listen,
                              "other machines reach " + Settings::shown(listen, config_.listen) +
                                  " without a proxy that speaks https",
                              "listen on 127.0.0.1, or add \"allow_direct\": true");
        if (config_.listen.rfind("unix:", 0) == 0 && checked.wrong.empty())
            config_.listen = "unix:" + settings_.path_of(config_.listen.substr(5));
        metrics_listen(root_["metrics_listen"]);
        control();
        config_.public_url = address_of(root_["public_url"], "https://reports.example.com");
        config_.staff_url = address_of(root_["staff_url"], "https://staff.example.com");
    }

    // Other machines may be meant: no page, link or name is to be had there.
    void metrics_listen(const Value& value) {
        config_.metrics_listen = settings_.text(value, "");
        const std::string& at = config_.metrics_listen;
        if (at.empty()) return;
        const ListenCheck checked = check_listen(at);
        if (!checked.wrong.empty())
            return settings_.problem(value, checked.wrong + ": " + Settings::shown(value, at),
                                     "write 127.0.0.1:8481 or the address of the network from "
                                     "which Prometheus comes");
        if (at.rfind("unix:", 0) == 0)
            config_.metrics_listen = "unix:" + settings_.path_of(at.substr(5));
        if (config_.metrics_listen == config_.listen)
            settings_.problem(value, "this is where the pages are: " + Settings::shown(value, at),
                              "give it another port, or leave it out");
    }

    // data_dir is the service's alone, so a group needs another place.
    void control() {
        config_.control_group = settings_.text(root_["control_group"]);
        if (root_["control_group"].is_string() && config_.control_group.empty())
            settings_.problem(root_["control_group"], "must not be empty",
                              "name a group of this machine, or leave it out");
        const std::string socket = settings_.text(root_["control_socket"]);
        config_.control_socket = !socket.empty() ? settings_.path_of(socket)
                                 : config_.control_group.empty()
                                     ? config_.data_dir + "/control.sock"
                                     : kControlSocket;
        const std::string folder = fs::path(config_.control_socket).parent_path().string();
        if (!config_.control_group.empty() && folder == config_.data_dir)
            settings_.problem(root_["control_socket"],
                              "the group can't reach it there: data_dir is the service's alone",
                              std::string("leave it out: ") + kControlSocket);
        if (!config_.control_group.empty() && config_.listen.rfind("unix:", 0) == 0 &&
            fs::path(config_.listen.substr(5)).parent_path() == folder)
            warn(root_["control_socket"].missing() ? root_["control_group"]
                                                   : root_["control_socket"],
                 "the pages' socket lies in the same folder: a proxy that may reach it there may "
                 "give commands too",
                 "listen on 127.0.0.1:8480, or in another folder");
    }

    // Without a trailing slash.
    std::string address_of(const Value& value, const std::string& example) {
        std::string at = settings_.text(value);
        while (!at.empty() && at.back() == '/') at.pop_back();
        if (at.empty()) return at;
        const auto url = split_url(at);
        if (!url || (url->scheme != "https" && url->scheme != "http"))
            settings_.problem(value, "this is not an address: " + Settings::shown(value, at),
                              "write it like " + example);
        return at;
    }

    void language() {
        const Value zone = root_["time_zone"];
        config_.time_zone = settings_.text(zone, config_.time_zone);
        if (const auto found = Zone::find(config_.time_zone); !found)
            settings_.problem(zone,
                              zone.is_string() ? found.error().message
                                               : "this is not a time zone: " +
                                                     Settings::shown(zone, config_.time_zone),
                              found.error().hint);
        const Value locale = root_["locale"];
        config_.locale = settings_.text(locale, config_.locale);
        if (!domain::is_staff_locale(config_.locale))
            settings_.problem(locale,
                              "there are no texts in this language: " +
                                  Settings::shown(locale, config_.locale),
                              "shipped are " + domain::staff_locales());
    }

    void crm(const Value& crm) {
        if (!crm.is_object()) return;
        crm_remote(crm["remote"]);
        const Value deal = crm["deal"];
        config_.deal_create = settings_.choice(deal["create"], {"on_agree", "on_command", "never"},
                                               config_.deal_create);
        config_.deal_category = Settings::number(deal["category_id"], config_.deal_category);
        stage(deal["stage_new"]);
        config_.report_cards = Settings::flag(crm["report_card"]["enabled"], true);
        config_.card_entity_type = Settings::number(crm["report_card"]["entity_type_id"], 0);
        config_.invoice_enabled = Settings::flag(crm["invoice"]["enabled"], false);
        templates(crm["documents"]["templates"]);
        const Value marks = crm["task_marks"];
        config_.paid_field = field(marks["paid_field"], config_.paid_field);
        config_.report_field = field(marks["report_field"], config_.report_field);
        if (config_.paid_field == config_.report_field)
            settings_.problem(marks, "one field can't hold percent paid and report numbers",
                              "name two fields");
    }

    // A number, its text, or {"id": …, "name": …} where the name is for people.
    void templates(const Value& list) {
        for (const Value& each : list) {
            const Value id = each.is_object() ? each["id"] : each;
            const auto number = id.integer();
            if (!number || *number <= 0) {
                settings_.problem(each, "this is not the number of a document template",
                                  "the portal shows it in the template's address; write 39, or "
                                  "{\"id\": 39, \"name\": \"Act\"}");
                continue;
            }
            const std::string text = std::to_string(*number);
            auto& known = config_.document_templates;
            if (std::find(known.begin(), known.end(), text) != known.end())
                settings_.problem(each, "template " + text + " is listed twice", "name it once");
            else
                known.push_back(text);
        }
    }

    void crm_remote(const Value& value) {
        config_.crm_remote = settings_.text(value);
        std::vector<std::string> names;
        for (const RemoteConfig& remote : config_.remotes) names.push_back(remote.name);
        if (config_.crm_remote.empty()
                ? !value.is_string()
                : std::find(names.begin(), names.end(), config_.crm_remote) != names.end())
            return;
        if (names.empty()) return; // told already
        const auto meant = nearest(config_.crm_remote, names);
        settings_.problem(value, "there is no remote " + Settings::shown(value, config_.crm_remote),
                          meant ? "did you mean " + json::quote(*meant) + "?"
                                : "\"remotes\" has " + join(names, ", "));
    }

    // G28: the stage's full id, which in every funnel but the general one begins with the funnel.
    void stage(const Value& value) {
        config_.deal_stage_new = settings_.text(value, config_.deal_stage_new);
        const std::string prefix = "C" + std::to_string(config_.deal_category) + ":";
        const bool fits = config_.deal_category == 0
                              ? config_.deal_stage_new.find(':') == std::string::npos
                              : config_.deal_stage_new.rfind(prefix, 0) == 0;
        if (config_.deal_stage_new.empty() || fits) {
            if (config_.deal_stage_new.empty()) settings_.problem(value, "must not be empty");
            return;
        }
        settings_.file().problem_at(
            "/crm/deal/stage_new",
            Settings::shown(value, config_.deal_stage_new) + " is not a stage of funnel " +
                std::to_string(config_.deal_category),
            config_.deal_category == 0 ? "the stages of the general funnel have no prefix: \"NEW\""
                                       : "write the full id, for example \"" + prefix + "NEW\"");
    }

    std::string field(const Value& value, const std::string& otherwise) {
        const std::string name = settings_.text(value, otherwise);
        const bool good = name.rfind("UF_", 0) == 0 && name.size() > 3 && name.size() <= 50 &&
                          std::all_of(name.begin(), name.end(), [](char c) {
                              return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
                          });
        if (!good)
            settings_.problem(value,
                              Settings::shown(value, name) + " can't be the name of a task's field",
                              "capitals, digits and _ behind UF_, for example \"UF_HB_PAID\"");
        return name;
    }

    void payment(const Value& payment) {
        using domain::Evidence;
        for (const Value& each : payment["evidence"]) {
            const std::string word =
                settings_.choice(each, {"payment", "invoice_paid", "deal_won"}, "");
            const auto evidence = domain::parse_evidence(word);
            if (evidence) config_.evidence.push_back(*evidence);
        }
        if (payment["evidence"].missing())
            config_.evidence = {Evidence::Payment, Evidence::InvoicePaid, Evidence::DealWon};
        config_.tolerance_minor = Settings::number(payment["tolerance_minor"], 0);
    }

    void guards(const Value& guards) {
        auto& out = config_.guards;
        const auto read = [&guards](const char* name, std::int64_t& into) {
            into = Settings::number(guards[name], static_cast<int>(into));
        };
        read("values_min", out.values_min);
        read("values_percent", out.values_percent);
        read("loss_percent", out.loss_percent);
        read("loss_seconds", out.loss_seconds);
    }

    void billing(const Value& billing) {
        using domain::LatePolicy;
        config_.nonbillable = mapping::read_nonbillable(
            settings_.file(), billing["nonbillable"],
            [this](const Value& value) {
                const std::string text = settings_.text(value);
                if (value.is_string() && text.empty())
                    settings_.problem(value, "must not be empty");
                return text;
            },
            [](const std::string& group) { return mapping::group_text(group, {}); });
        const std::string policy =
            settings_.choice(billing["late_policy"], {"ask", "next_report", "write_off"}, "ask");
        for (const LatePolicy each :
             {LatePolicy::Ask, LatePolicy::NextReport, LatePolicy::WriteOff})
            if (policy == domain::to_string(each)) config_.late_policy = each;
    }

    // G23. A file need not exist yet: the first start makes it.
    void secret_key(const Value& value) {
        if (value["file"].is_string() && value["env"].missing()) {
            config_.secret_key_file = settings_.path_of(*value["file"].string());
            return;
        }
        settings_.may_lack_for("secret_key");
        config_.secret_key = settings_.secret(value);
        settings_.may_lack_for("");
        config_.secret_key_lacking = settings_.lacking_of("secret_key");
        if (config_.secret_key.empty() && !value.is_string()) return;
        if (config_.secret_key.reveal().size() < kSecretKeyBytesMin)
            settings_.problem(value,
                              "shorter than " + std::to_string(kSecretKeyBytesMin) +
                                  " characters: links signed with it could be guessed",
                              "leave it out, and the first start makes a good one");
    }

    void warn(const Value& value, std::string message, std::string hint = "") {
        config_.warnings.push_back({"", 0, value.path(), std::move(message), std::move(hint)});
    }

    // The shipped mapping reads our own fields back; it can't know others.
    void marks(const Value& value) {
        const Config defaults;
        if (config_.paid_field == defaults.paid_field &&
            config_.report_field == defaults.report_field)
            return;
        for (const RemoteConfig& remote : config_.remotes)
            if (remote.name == config_.crm_remote && remote.mapping_file.empty())
                warn(value, "the shipped mapping does not read these fields",
                     "copy mappings/bitrix24.json, name them there under \"paid_mark\" and "
                     "\"report_mark\", and name the copy under remotes." +
                         remote.name + ".mapping");
    }

    Settings& settings_;
    Value root_;
    Config config_;
};

void locate_warnings(Config& config, const mapping::EditedFile& file) {
    for (FileProblem& warning : config.warnings) {
        warning.file = config.file;
        warning.line = file.document().line_of(file.root().pointer(warning.path));
    }
    std::stable_sort(config.warnings.begin(), config.warnings.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
}

struct ConfigText {
    std::string name; // absolute
    std::string text;
};

std::optional<ConfigText> read_config(const std::optional<std::string>& path,
                                      std::vector<FileProblem>& problems) {
    const auto found = find_file(path, problems);
    if (!found) return std::nullopt;
    std::string name = fs::absolute(*found).lexically_normal().string();
    auto text = read_file(name, kFileBytesMax);
    if (text) return ConfigText{std::move(name), std::move(*text)};
    problems.push_back({name, 0, "", "can't read the configuration: " + text.error().message,
                        "run `hourbridge init`, or name another with --config FILE"});
    return std::nullopt;
}

bool matches_schema(mapping::EditedFile& file, const std::string& text,
                    std::vector<FileProblem>& problems) {
    const std::size_t before = problems.size();
    const bool is_json = file.read(text, embedded::kConfigSchema);
    hide_values(problems, before);
    return is_json && file.root().is_object();
}

} // namespace

std::optional<ShownConfig> show_config(const std::optional<std::string>& path,
                                       std::vector<FileProblem>& problems) {
    const auto text = read_config(path, problems);
    if (!text) return std::nullopt;
    mapping::EditedFile file(text->name, problems);
    if (!matches_schema(file, text->text, problems) || !problems.empty()) return std::nullopt;
    const auto schema = json::Document::parse(embedded::kConfigSchema);
    ensure(schema.ok(), "the schema of the configuration is JSON");
    return ShownConfig{text->name, shown_config(file.root(), schema->root())};
}

ConfigPlace find_config(const std::optional<std::string>& path) {
    const char* named = std::getenv("HOURBRIDGE_CONFIG");
    ConfigPlace out;
    out.named = path || (named != nullptr && *named != '\0');
    const auto look = [&out](const std::string& file) {
        const auto there = path_exists(file);
        const bool closed = !there || (*there && access(file.c_str(), R_OK) != 0);
        if (!closed && !*there) return false;
        out.file = fs::absolute(file).lexically_normal().string();
        out.closed = closed;
        return true;
    };
    if (out.named) {
        look(path ? *path : named);
        return out;
    }
    for (const char* usual : {kHere, kInstalled})
        if (look(usual)) break;
    return out;
}

std::optional<Config> load_config(const std::optional<std::string>& path,
                                  std::vector<FileProblem>& problems, Secrets wanted) {
    const auto text = read_config(path, problems);
    if (!text) return std::nullopt;
    const std::string& name = text->name;
    mapping::EditedFile file(name, problems);
    if (!matches_schema(file, text->text, problems)) return std::nullopt;
    Settings settings(file, fs::path(name).parent_path().string(), wanted == Secrets::AsCalled);
    Config config = ConfigReader(settings).read();
    if (!file.finish()) return std::nullopt;
    config.file = name;
    locate_warnings(config, file);
    return config;
}

std::string example_config() {
    return std::string(embedded::kExampleConfig);
}

std::string example_contract() {
    return std::string(embedded::kExampleContract);
}

} // namespace hb::app
