#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/books_mutex.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/secret.h"
#include "base/uptime.h"
#include "connector/connector.h"
#include "domain/lifecycle.h"
#include "engine/meters.h"
#include "mapping/mapping.h"
#include "store/breakers.h"
#include "store/lacks.h"
#include "store/crm.h"
#include "store/outbox.h"
#include "store/reader.h"
#include "store/reports.h"
#include "store/sources.h"

// What every part of the engine works with. Wired once in `app`.
namespace hb::engine {

// Who is told what (engine/notices.h).
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
};

struct RemoteRuntime {
    store::Remote row;
    std::unique_ptr<connector::Connector> connector;
    std::unique_ptr<mapping::Mapping> mapping;
    std::chrono::minutes poll{5};
    int window_days = 62;
    std::chrono::minutes reconcile_at{3 * 60 + 30}; // local time of day

    // Whoever calls the remote holds `busy`, for one call or one step of a pull; it is taken before
    // Core::mutex, never after it.
    std::shared_ptr<std::recursive_mutex> busy = std::make_shared<std::recursive_mutex>();
    std::int64_t pulls = 0; // begun so far; under `busy`
    // How many calls were answered and failed when the breaker last looked; under `busy`.
    std::int64_t answered = 0, failed = 0;
    std::int64_t lack_changes = 0; // that the books know of; under `busy`
    // Pulls that a person asked for: one at a time, in that person's thread; taken before `busy`.
    // The lane's own pulls rest meanwhile.
    std::mutex by_hand;
    std::atomic<int> pulled_by_hand{0};
    std::atomic<bool> news{false}; // its own queue of events is worth a look
    std::atomic<bool> try_lacking{false}; // what is lacking may be called again (engine/lacks.h)
    Instant earliest() const {
        const std::lock_guard<std::recursive_mutex> at(*busy);
        return connector->earliest();
    }
};

// The books and everything around them. Remote calls are made without the lock and outside
// transactions; every access to `db` holds `mutex`.
struct Core {
    Core(store::Database& database, Clock& clock_, IdSource& ids_, Settings settings_)
        : db(database), clock(clock_), ids(ids_), settings(std::move(settings_)), sources(db),
          contracts(db), reports(db), outbox(db), inbox(db), jobs(db), events(db), kept(db),
          cards(db), documents(db), breakers(db), troubles(db), lacks(db) {}

    RemoteRuntime* find_remote(std::string_view name);
    RemoteRuntime* crm();
    const std::string& remote_name(std::int64_t id) const;

    store::Database& db;
    BooksMutex mutex;
    // Connections for whoever only reads (engine/view.h); none: books in memory.
    std::unique_ptr<store::Readers> readers;
    // What a View needs to know besides the books; shown anew when it changes. REQUIRES: the lock
    struct Shown {
        Settings settings;
        std::vector<store::Remote> remotes;
    };
    void show_settings();
    std::shared_ptr<const Shown> shown() const; // nullptr: not yet
    Clock& clock;
    IdSource& ids;
    Settings settings;
    std::vector<std::unique_ptr<RemoteRuntime>> remotes;
    // Where only notices go (Telegram, webhooks): no mapping, nothing is read from them. The list
    // is touched by the service's own thread alone; a lane keeps what it works with.
    std::vector<std::shared_ptr<RemoteRuntime>> senders;
    store::Sources sources;
    store::Contracts contracts;
    store::Reports reports;
    store::Outbox outbox;
    store::Inbox inbox;
    store::Jobs jobs;
    store::Events events;
    store::Settings kept; // by remote and name, see settings_names.h
    store::Cards cards;
    store::Documents documents;
    store::Breakers breakers;
    store::OpTroubles troubles;
    store::Lacks lacks;
    Meters meters;
    // Of the machine; where tests move the clock, the clock itself.
    std::function<Uptime()> uptime;
    Uptime up() const { return uptime ? uptime() : Uptime{"machine", "boot", clock.now().time_since_epoch()}; }
    // Called just before and just after each remote call: tests kill the program there.
    std::function<void(std::string_view moment)> failpoint;
    // What the remote's connector has sent so far, for /metrics.
    void note_calls(const RemoteRuntime& remote) {
        const std::lock_guard<std::recursive_mutex> busy(*remote.busy);
        meters.note_calls(remote.row.name, remote.connector->counters());
    }
    // Told a person at a terminal what is going on, by the thread that works for that person.
    static inline thread_local std::function<void(const std::string& line)> progress;

    using Lock = std::unique_lock<BooksMutex>;
    Lock lock() { return Lock(mutex); }
    // For what takes long in large books: read through a connection for reading, where there is
    // one, so that nobody waits for it. What was found is judged under the lock afterwards.
    template <class Read> auto read_apart(Read read) {
        if (readers) {
            const store::Reader reader = readers->read();
            store::Sources apart(reader.db());
            return read(apart);
        }
        const Lock held = lock();
        return read(sources);
    }
    static void say(const std::string& line) {
        if (progress) progress(line);
    }
    void at(std::string_view moment) const {
        if (failpoint) failpoint(moment);
    }

private:
    mutable std::mutex shown_mutex_;
    std::shared_ptr<const Shown> shown_;
};

} // namespace hb::engine
