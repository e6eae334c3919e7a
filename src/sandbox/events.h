#pragma once

#include <deque>
#include <string>
#include <vector>

#include "sandbox/call.h"

// Who listens to the portal, and what waits for them. Inner header.
namespace hb::sandbox {

// An outgoing webhook, as an administrator makes one by hand.
struct EventHook {
    std::int64_t id = 0;
    std::string url, application_token;
    std::vector<std::string> events;
};

// A handler that the application bound.
struct EventHandler {
    std::int64_t id = 0;
    std::string event, url; // no url: offline
    std::int64_t auth_user = 0;
    bool offline = false;
    std::string connector;
};

// One for each event and object; a second change moves its time unless it is reserved.
struct OfflineRecord {
    std::int64_t id = 0;
    Seconds at = 0;
    std::string event, object, message, process, connector;
    Tree data;
    std::int64_t user = 0;
    Seconds reserved = 0;
    bool failed = false;
};

struct EventHub {
    std::vector<EventHook> hooks;
    std::vector<EventHandler> handlers;
    Table<OfflineRecord> offline;
    std::int64_t next_hook = 1, next_handler = 185, next_record = 1, next_process = 1;
    Seconds last_offline_call = 0;
    struct Waiting {
        Seconds due = 0;
        PortalEvent event;
    };
    std::deque<Waiting> queue;
    std::int64_t queued = 0, lost = 0, doubled = 0, delivered = 0, failed = 0;
    std::uint64_t dice = 0;

    void send(PortalEvent event, Seconds now, const EventFaults& faults);
    std::vector<PortalEvent> take(Seconds now, const EventFaults& faults);
    void keep_offline(const EventHandler& handler, const Told& told, std::int64_t user,
                      Seconds now);

private:
    std::int64_t roll(std::int64_t sides, const EventFaults& faults);
};

// "task" of ONTASKADD; "" for those that every application may have.
std::string scope_of_event(std::string_view event);
// All that this portal raises or names.
std::vector<std::string> known_events(const State& state);

} // namespace hb::sandbox
