#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "connector/manifest.h"
#include "domain/contract.h"
#include "domain/guards.h"
#include "domain/lifecycle.h"
#include "mapping/mapping.h"
#include "render/brand.h"

namespace hb::app {

// An application of a portal; its tokens come with its installation (G34).
struct OAuthConfig {
    std::string portal; // host, or an address
    std::string client_id;
    Secret client_secret;
    std::string oauth_url = "https://oauth.bitrix.info/oauth/token/";
};

// A planner that a manifest describes.
struct PlannerConfig {
    connector::Plan plan;
    std::string text;     // of the manifest
    std::string base_url; // "" the manifest's own
    std::map<std::string, Secret> settings;
};

struct RemoteConfig {
    std::string name;
    std::string connector; // bitrix24, or a manifest's
    std::optional<PlannerConfig> planner;
    Secret webhook_url; // or
    std::optional<OAuthConfig> oauth;
    std::vector<Secret> application_tokens;
    Secret hook_secret;
    // What its calls need and the environment does not hold. Its connector is there then, and
    // answers without a call what can be answered so; a call ends with Code::Usage.
    std::vector<mapping::FileProblem> lacking;
    bool may_be_private =
        false; // "private": its host may be on this machine or in a private network
    int burst = 50;
    double per_second = 2;
    int operating_seconds = 420; // run time of a method in ten minutes
    int connect_ms = 5000;
    int total_ms = 65000;
    int settle_seconds = 90;
    int poll_minutes = 5;
    int window_days = 62;
    std::string reconcile_at = "03:30";
    std::string time_zone; // of a portal: its owner's, where the profile names none; "" time_zone
    std::string mapping_file; // default: the shipped mapping of the connector
    // SHA-256 of the files as they were read, for a reload that comes later; "" of shipped ones.
    std::string mapping_hash, manifest_hash;
};

// Who is told what; exactly one of person, telegram, webhook.
struct TelegramPlace {
    Secret token;
    std::string chat_id;
    std::string api_url = "https://api.telegram.org";
    bool may_be_private = false;
};
struct WebhookPlace {
    Secret url;
    std::vector<Secret> secrets; // the newest first
    bool may_be_private = false;
};
struct NotifyRule {
    std::vector<std::string> on;
    std::string remote, person; // "bitrix24", "responsible" or a user's id
    std::optional<TelegramPlace> telegram;
    std::optional<WebhookPlace> webhook;
    std::string locale;
    std::vector<mapping::FileProblem> lacking; // as of a remote
};

// Copies that the service makes by itself.
struct BackupPlan {
    std::string at = "02:30"; // in time_zone
    int keep_days = 14;
    int every_minutes = 0; // so far the standby copy may be behind; 0: none; -1: half a minute
    std::string folder;    // absolute
};

struct Config {
    std::string file;     // where it came from, absolute
    std::string data_dir; // absolute (G45)
    std::string listen = "127.0.0.1:8480";
    bool allow_direct = false;
    std::string metrics_listen; // "": /metrics is served beside the pages
    std::string public_url;
    std::string staff_url; // of the pages for staff and the API; "" this machine's own address
    std::string time_zone = "UTC";
    int night_spread_minutes = 60; // night_spread.h
    std::string locale = "en";
    std::vector<RemoteConfig> remotes;
    std::string crm_remote;               // "" no CRM
    std::string deal_create = "on_agree"; // on_agree on_command never
    int deal_category = 0;
    std::string deal_stage_new = "NEW";
    bool report_cards = true; // where `portal setup` has made them
    int card_entity_type = 0; // 0: found or made
    bool invoice_enabled = false;
    std::vector<std::string> document_templates; // ids
    std::string paid_field = "UF_HB_PAID";
    std::string report_field = "UF_HB_REPORT";
    std::vector<domain::Evidence> evidence;
    std::int64_t tolerance_minor = 0;
    std::vector<domain::NonBillableRule> nonbillable;
    domain::LatePolicy late_policy = domain::LatePolicy::Ask;
    domain::GuardLimits guards;
    domain::Glossary words;               // for clients
    std::vector<render::BrandPtr> brands; // how reports of own companies look
    Secret secret_key;                    // empty: data_dir/secret.key, made at first start
    std::string secret_key_file;
    std::vector<mapping::FileProblem> secret_key_lacking;
    std::vector<mapping::FileProblem> lacking; // all, also what only events need
    // Who may hand commands to the service, beside its own user and root; "" nobody.
    std::string control_group;
    std::string control_socket; // absolute; where it listens for them
    std::vector<NotifyRule> notify;
    int overdue_days = 14; // after invoicing, for the notice "overdue"; 0: never
    std::optional<BackupPlan> backup;
    std::string log_level = "info";
    std::string log_format = "text";
    bool holds_secrets = false; // in the file itself
    // What is set but does nothing yet, or is unwise: shown by `check`, forbids nothing.
    std::vector<mapping::FileProblem> warnings;
};

// Finds (--config, $HOURBRIDGE_CONFIG, ./config/hourbridge.json, /etc/hourbridge/hourbridge.json),
// reads and checks the configuration against config/hourbridge.schema.json (embedded at build
// time), resolves {"env"} and {"file"}. All problems at once; no secret in any message. nullopt
// when there is a problem that forbids going on.
enum class Secrets {
    All,      // of remotes, notices, the key: one that is not there is a problem
    AsCalled, // one that is not there is in `lacking` of those who need it
};
std::optional<Config> load_config(const std::optional<std::string>& path,
                                  std::vector<mapping::FileProblem>& problems,
                                  Secrets wanted = Secrets::All);

// The configuration's file as load_config() finds it, and whether this user may not even open it.
struct ConfigPlace {
    std::string file;    // absolute; "" there is none in the usual places
    bool named = false;  // by --config or $HOURBRIDGE_CONFIG
    bool closed = false; // it, or its folder, may not be read
};
ConfigPlace find_config(const std::optional<std::string>& path);

// Where the service of an installed package listens for a group's commands.
inline constexpr const char* kControlSocket = "/run/hourbridge/control.sock";

// For `config show`: the file that load_config would read, and what is in force (config_shown.h).
// Asks for no secret. nullopt: it can't be read, or is not what the schema wants.
struct ShownConfig {
    std::string file; // absolute
    std::string json; // indented
};
std::optional<ShownConfig> show_config(const std::optional<std::string>& path,
                                       std::vector<mapping::FileProblem>& problems);

// A commented configuration for `init`, and a commented contract.
std::string example_config();
std::string example_contract();

} // namespace hb::app
