#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "connector/connector.h"
#include "domain/brand.h"
#include "domain/guards.h"
#include "domain/lifecycle.h"
#include "mapping/mapping.h"
#include "store/sources.h"

// What was configured: how reports are made, and the remotes.
namespace hb::books {

// Who is told what (lanes/notices.h).
struct NoticeRule {
    std::vector<std::string> on; // words of kNoticeEvents
    std::string remote;          // the CRM, or a sender: where its ops go
    domain::OpKind kind{};       // of the op: NoticeSend TelegramSend WebhookSend
    std::string target;          // a user's id or "responsible"; a chat; "" of a webhook
    std::string otherwise;       // the user for what has no responsible person; "" nobody
    std::string locale;
};

struct Settings {
    Zone zone = Zone::utc(); // of periods and work dates where no contract says otherwise
    std::string locale = "en";
    std::string public_url; // without a trailing slash; "" none
    std::string crm_remote; // "" no CRM
    std::string deal_create = "on_agree";
    int deal_category = 0;
    std::string deal_stage_new = "NEW";
    bool report_cards = true; // where `portal setup` has made them (G36)
    bool invoice = false;
    std::vector<std::string> document_templates; // ids, in the order in which they are made
    std::string documents_dir;                   // files of documents; "" keeps none
    std::string paid_field = "UF_HB_PAID";
    std::string report_field = "UF_HB_REPORT";
    domain::SettlePolicy settle;
    std::vector<domain::NonBillableRule> nonbillable;
    domain::LatePolicy late_policy = domain::LatePolicy::Ask;
    Secret key; // links are made of it (G23)
    std::vector<NoticeRule> notices;
    std::chrono::days overdue{14}; // after invoicing, for the notice "overdue"
    domain::GuardLimits guards;
    std::vector<domain::BrandPtr> brands;
    domain::Glossary words; // for clients
};

// What a decision may know of a remote: nothing here calls it.
struct KnownRemote {
    KnownRemote() = default;
    virtual ~KnownRemote() = default;
    KnownRemote(const KnownRemote&) = delete;
    KnownRemote& operator=(const KnownRemote&) = delete;

    // nullptr: there is no connector for it in this process.
    virtual const connector::Capabilities* can() const { return nullptr; }
    // Where people see this task; "" not known.
    virtual std::string task_url(std::string_view, std::string_view, std::string_view) const {
        return "";
    }

    store::Remote row;
    // Never changed in place, since views go on reading by it: another one takes its place.
    std::shared_ptr<const mapping::Mapping> mapping;
    std::chrono::minutes poll{5};
    int window_days = 62;
    std::chrono::minutes reconcile_at{3 * 60 + 30}; // local time of day
};

struct RemoteRuntime final : KnownRemote {
    const connector::Capabilities* can() const override {
        return connector ? &connector->capabilities() : nullptr;
    }
    std::string task_url(std::string_view task, std::string_view group,
                         std::string_view person) const override {
        return connector ? connector->task_url(task, group, person) : "";
    }

    std::unique_ptr<connector::Connector> connector;

    // Whoever calls the remote holds `busy`, for one call or one step of a pull; it is taken before
    // the books are, never after them.
    std::shared_ptr<std::recursive_mutex> busy = std::make_shared<std::recursive_mutex>();
    std::int64_t pulls = 0; // begun so far; under `busy`
    // How many calls were answered and failed when the breaker last looked; under `busy`.
    std::int64_t answered = 0, failed = 0;
    std::int64_t lack_changes = 0; // that the books know of; under `busy`
    // Pulls that a person asked for: one at a time, in that person's thread; taken before `busy`.
    // The lane's own pulls rest meanwhile.
    std::mutex by_hand;
    std::atomic<int> pulled_by_hand{0};
    std::atomic<bool> news{false};        // its own queue of events is worth a look
    std::atomic<bool> try_lacking{false}; // what is lacking may be called again (lanes/lacks.h)
    Instant earliest() const {
        const std::lock_guard<std::recursive_mutex> at(*busy);
        return connector->earliest();
    }
    Instant earliest_leaving(int others) const {
        const std::lock_guard<std::recursive_mutex> at(*busy);
        return connector->earliest_leaving(others);
    }
};

} // namespace hb::books
