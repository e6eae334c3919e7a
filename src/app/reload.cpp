#include "app/reload.h"

#include <algorithm>

namespace hb::app {
namespace {

bool same(const Secret& a, const Secret& b) {
    return a.reveal() == b.reveal();
}
bool same(const std::vector<Secret>& a, const std::vector<Secret>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Secret& x, const Secret& y) { return same(x, y); });
}
bool same(const std::optional<OAuthConfig>& a, const std::optional<OAuthConfig>& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    return a->portal == b->portal && a->client_id == b->client_id &&
           same(a->client_secret, b->client_secret) && a->oauth_url == b->oauth_url;
}
// Of a planner: its address and settings. Its manifest is read at the start.
bool same(const std::optional<PlannerConfig>& a, const std::optional<PlannerConfig>& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    const auto equal = [](const auto& x, const auto& y) {
        return x.first == y.first && same(x.second, y.second);
    };
    return a->base_url == b->base_url && std::equal(a->settings.begin(), a->settings.end(),
                                                    b->settings.begin(), b->settings.end(), equal);
}
bool same(const NotifyRule& a, const NotifyRule& b) {
    const auto places = [](const NotifyRule& rule) {
        return std::pair(rule.telegram.has_value(), rule.webhook.has_value());
    };
    if (a.on != b.on || a.remote != b.remote || a.person != b.person || a.locale != b.locale ||
        places(a) != places(b))
        return false;
    if (a.telegram)
        return same(a.telegram->token, b.telegram->token) &&
               a.telegram->chat_id == b.telegram->chat_id &&
               a.telegram->api_url == b.telegram->api_url;
    if (a.webhook)
        return same(a.webhook->url, b.webhook->url) && same(a.webhook->secrets, b.webhook->secrets);
    return true;
}
bool same(const std::optional<BackupPlan>& a, const std::optional<BackupPlan>& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    return a->at == b->at && a->keep_days == b->keep_days && a->every_minutes == b->every_minutes &&
           a->folder == b->folder;
}
bool same(const domain::NonBillableRule& a, const domain::NonBillableRule& b) {
    return a == b;
}
template <class T> bool same_lists(const std::vector<T>& a, const std::vector<T>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const T& x, const T& y) { return same(x, y); });
}

class Comparing {
public:
    void taken(bool equal, std::string name) {
        if (!equal) out.applied.push_back(std::move(name));
    }
    void fixed(bool equal, std::string name) {
        if (!equal) out.needs_restart.push_back(std::move(name));
    }
    ConfigChange out;
};

void compare_remote(Comparing& change, const RemoteConfig& a, const RemoteConfig& b) {
    const std::string at = "remotes." + a.name + ".";
    change.taken(a.burst == b.burst && !(a.per_second < b.per_second) &&
                     !(b.per_second < a.per_second),
                 at + "limits");
    change.taken(a.poll_minutes == b.poll_minutes && a.window_days == b.window_days &&
                     a.reconcile_at == b.reconcile_at,
                 at + "pull");
    change.taken(same(a.application_tokens, b.application_tokens), at + "application_token");
    change.taken(same(a.hook_secret, b.hook_secret), at + "hook_secret");
    change.fixed(a.connector == b.connector, at + "connector");
    change.fixed(same(a.webhook_url, b.webhook_url), at + "webhook_url");
    change.fixed(same(a.oauth, b.oauth), at + "oauth");
    change.fixed(same(a.planner, b.planner), at + "settings");
    change.fixed(a.operating_seconds == b.operating_seconds, at + "limits.operating_seconds");
    change.fixed(a.connect_ms == b.connect_ms && a.total_ms == b.total_ms, at + "timeouts");
    change.fixed(a.settle_seconds == b.settle_seconds, at + "settle_seconds");
    change.fixed(a.time_zone == b.time_zone, at + "time_zone");
    change.fixed(a.mapping_file == b.mapping_file, at + "mapping");
    change.fixed(a.mapping_file != b.mapping_file || a.mapping_hash == b.mapping_hash,
                 at + "mapping (its file)");
    change.fixed(a.manifest_hash == b.manifest_hash, at + "manifest (its file)");
}

const RemoteConfig* find(const Config& config, const std::string& name) {
    for (const auto& remote : config.remotes)
        if (remote.name == name) return &remote;
    return nullptr;
}

void compare_crm(Comparing& change, const Config& a, const Config& b) {
    change.fixed(a.crm_remote == b.crm_remote, "crm.remote");
    change.fixed(a.deal_create == b.deal_create && a.deal_category == b.deal_category &&
                     a.deal_stage_new == b.deal_stage_new,
                 "crm.deal");
    change.fixed(a.report_cards == b.report_cards && a.card_entity_type == b.card_entity_type,
                 "crm.report_card");
    change.fixed(a.invoice_enabled == b.invoice_enabled, "crm.invoice");
    change.fixed(a.document_templates == b.document_templates, "crm.documents");
    change.fixed(a.paid_field == b.paid_field && a.report_field == b.report_field,
                 "crm.task_marks");
}

bool same_brands(const std::vector<render::BrandPtr>& a, const std::vector<render::BrandPtr>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& two) {
        return one->fingerprint == two->fingerprint;
    });
}

} // namespace

ConfigChange compare_configs(const Config& before, const Config& after) {
    Comparing change;
    change.fixed(before.data_dir == after.data_dir, "data_dir");
    change.fixed(before.listen == after.listen && before.allow_direct == after.allow_direct,
                 "listen");
    change.fixed(before.metrics_listen == after.metrics_listen, "metrics_listen");
    // Without a setting of its own the socket moves with data_dir.
    change.fixed(
        before.control_group == after.control_group &&
            (before.control_socket == after.control_socket || before.data_dir != after.data_dir),
        "control_group, control_socket");
    change.fixed(before.public_url == after.public_url, "public_url");
    change.fixed(before.staff_url == after.staff_url, "staff_url");
    change.fixed(before.time_zone == after.time_zone, "time_zone");
    change.fixed(before.locale == after.locale, "locale");
    for (const auto& remote : before.remotes) {
        const RemoteConfig* now = find(after, remote.name);
        change.fixed(now != nullptr, "remotes." + remote.name);
        if (now != nullptr) compare_remote(change, remote, *now);
    }
    for (const auto& remote : after.remotes)
        change.fixed(find(before, remote.name) != nullptr, "remotes." + remote.name);
    compare_crm(change, before, after);
    change.fixed(before.evidence == after.evidence &&
                     before.tolerance_minor == after.tolerance_minor,
                 "payment");
    change.taken(before.overdue_days == after.overdue_days, "payment.overdue_days");
    change.fixed(same_lists(before.nonbillable, after.nonbillable) &&
                     before.late_policy == after.late_policy,
                 "billing");
    change.fixed(before.guards == after.guards, "guards");
    change.fixed(same_brands(before.brands, after.brands), "brands");
    change.fixed(before.words == after.words, "words");
    change.taken(same_lists(before.notify, after.notify), "notify");
    change.taken(same(before.backup, after.backup), "backup");
    change.taken(before.night_spread_minutes == after.night_spread_minutes, "night_spread_minutes");
    change.fixed(same(before.secret_key, after.secret_key) &&
                     before.secret_key_file == after.secret_key_file,
                 "secret_key");
    change.taken(before.log_level == after.log_level && before.log_format == after.log_format,
                 "log");
    return std::move(change.out);
}

Config with_changes(const Config& before, const Config& after) {
    Config out = before;
    for (auto& remote : out.remotes) {
        const RemoteConfig* now = find(after, remote.name);
        if (now == nullptr) continue;
        remote.burst = now->burst;
        remote.per_second = now->per_second;
        remote.poll_minutes = now->poll_minutes;
        remote.window_days = now->window_days;
        remote.reconcile_at = now->reconcile_at;
        remote.application_tokens = now->application_tokens;
        remote.hook_secret = now->hook_secret;
    }
    out.overdue_days = after.overdue_days;
    out.notify = after.notify;
    out.backup = after.backup;
    out.night_spread_minutes = after.night_spread_minutes;
    out.log_level = after.log_level;
    out.log_format = after.log_format;
    return out;
}

} // namespace hb::app
