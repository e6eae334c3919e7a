#include "sandbox/events.h"

#include "base/digest.h"
#include "sandbox/core.h"
#include "sandbox/form.h"

// From a change to the bodies that its listeners get.
namespace hb::sandbox {

namespace {

constexpr Seconds kReservationLives = Seconds{30} * 86400;
constexpr Seconds kOfflineCallPause = 1; // minTimeout's default

bool listens(const EventHook& hook, const std::string& event) {
    return std::find(hook.events.begin(), hook.events.end(), event) != hook.events.end();
}

// ONCRMDYNAMICITEMADD_1030 hears only of items of that type.
bool listens(const EventHandler& handler, const Told& told) {
    if (handler.event == told.event) return true;
    const Tree* fields = told.data.find("FIELDS");
    const Tree* type = fields == nullptr ? nullptr : fields->find("ENTITY_TYPE_ID");
    return type != nullptr && told.event.starts_with("ONCRMDYNAMICITEM") &&
           handler.event == told.event + "_" + type->str();
}

} // namespace

std::int64_t EventHub::roll(std::int64_t sides, const EventFaults& faults) {
    if (dice == 0) dice = faults.seed;
    std::uint64_t z = (dice += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<std::int64_t>((z ^ (z >> 31)) % static_cast<std::uint64_t>(sides));
}

void EventHub::send(PortalEvent event, Seconds now, const EventFaults& faults) {
    ++queued;
    if (faults.lose_percent > 0 && roll(100, faults) < faults.lose_percent) {
        ++lost;
        return;
    }
    const bool twice = faults.duplicate_percent > 0 && roll(100, faults) < faults.duplicate_percent;
    if (twice) {
        ++doubled;
        queue.push_back({now + faults.delay_seconds, event});
    }
    queue.push_back({now + faults.delay_seconds, std::move(event)});
}

std::vector<PortalEvent> EventHub::take(Seconds now, const EventFaults& faults) {
    std::vector<PortalEvent> out;
    std::deque<Waiting> later;
    for (auto& one : queue) {
        if (one.due <= now)
            out.push_back(std::move(one.event));
        else
            later.push_back(std::move(one));
    }
    queue = std::move(later);
    if (faults.reorder)
        for (std::size_t i = out.size(); i > 1; --i)
            std::swap(out[i - 1],
                      out[static_cast<std::size_t>(roll(static_cast<std::int64_t>(i), faults))]);
    return out;
}

void EventHub::keep_offline(const EventHandler& handler, const Told& told, std::int64_t user,
                            Seconds now) {
    for (auto& one : offline.rows()) {
        if (!one.process.empty() && one.reserved + kReservationLives < now) one.process.clear();
        if (one.event != handler.event || one.object != told.object ||
            one.connector != handler.connector || !one.process.empty() || one.failed)
            continue;
        one.at = now;
        one.user = user;
        return;
    }
    OfflineRecord record;
    record.id = next_record++;
    record.at = now;
    record.event = handler.event;
    record.object = told.object;
    record.connector = handler.connector;
    record.data = told.data;
    record.user = user;
    record.message = sha256_hex("message" + std::to_string(record.id)).substr(0, 32);
    offline.add(std::move(record));
}

std::string scope_of_event(std::string_view event) {
    if (event.starts_with("ONTASK")) return "task";
    if (event.starts_with("ONCRM")) return "crm";
    if (event.starts_with("ONSONET")) return "sonet_group";
    if (event.starts_with("ONUSER")) return "user";
    return event.starts_with("ONPAYMENT") ? "sale" : "";
}

std::vector<std::string> known_events(const State& state) {
    std::vector<std::string> out{"ONAPPUNINSTALL",  "ONAPPINSTALL", "ONAPPUPDATE",
                                 "ONAPPPAYMENT",    "ONAPPTEST",    "ONAPPMETHODCONFIRM",
                                 "ONOFFLINEEVENT",  "ONUSERADD",    "ONPAYMENTENTITYSAVED",
                                 "ONPAYMENTDELETED"};
    const auto family = [&](const std::string& name, const std::string& suffix) {
        for (const auto change : {Change::Added, Change::Changed, Change::Deleted})
            out.push_back(event_name(name, change) + suffix);
    };
    for (const char* name :
         {"ONCRMDEAL", "ONCRMCOMPANY", "ONCRMCONTACT", "ONCRMTIMELINECOMMENT", "ONCRMDYNAMICITEM",
          "ONCRMTYPE", "ONCRMDOCUMENTGENERATORDOCUMENT", "ONTASK", "ONTASKCOMMENT", "ONSONETGROUP"})
        family(name, "");
    out.emplace_back("ONCRMDEALMOVETOCATEGORY");
    for (const auto& type : state.types.rows())
        family("ONCRMDYNAMICITEM", "_" + std::to_string(type.entity_type));
    return out;
}

// Where the portal is, and what proves that the call is its own.
Tree PortalState::auth_block(const std::string& application_token) const {
    const std::string base = base_url();
    Tree auth = Tree::map();
    auth.put("domain", Tree::text(host_of(base)));
    auth.put("server_endpoint", Tree::text(base + "/rest/"));
    auth.put("client_endpoint", Tree::text(base + "/rest/"));
    auth.put("member_id", Tree::text(member_id()));
    auth.put("application_token", Tree::text(application_token));
    return auth;
}

// The acting person's token; a robot has none.
void PortalState::add_tokens(Tree& auth, std::int64_t user, std::string_view event) {
    const User* person = state.users.find(user);
    if (person == nullptr) return;
    auth.put("access_token", Tree::text(app.any_access(*person, now(), options)));
    auth.put("expires_in", Tree::text(std::to_string(options.token_seconds)));
    auth.put("scope", Tree::text(scope_of_event(event)));
    auth.put("status", Tree::text("L"));
}

void PortalState::send_event(const std::string& url, const Told& told, std::int64_t handler,
                             const Tree& auth) {
    Tree body = Tree::map();
    body.put("event", Tree::text(told.event));
    // Events of tasks come without the number of their handler.
    if (handler != 0 && !told.event.starts_with("ONTASK"))
        body.put("event_handler_id", Tree::text(std::to_string(handler)));
    body.put("data", told.data);
    body.put("ts", Tree::text(std::to_string(now())));
    body.put("auth", auth);
    events.send({url, write_form(body)}, now(), options.events);
}

void PortalState::publish(Call& call) {
    std::vector<Told> told;
    told.swap(call.told);
    const std::int64_t user = call.by_robot ? 0 : call.caller.id;
    for (const auto& one : told) {
        for (const auto& hook : events.hooks)
            if (listens(hook, one.event))
                send_event(hook.url, one, hook.id, auth_block(hook.application_token));
        if (app.installed) tell_app(one, user, call.connector);
    }
}

void PortalState::tell_app(const Told& told, std::int64_t user, const std::string& connector) {
    bool kept = false;
    const auto handlers = events.handlers;
    for (const auto& handler : handlers) {
        if (!listens(handler, told)) continue;
        if (handler.offline) {
            // What a connector wrote itself is not queued for it.
            if (!connector.empty() && connector == handler.connector) continue;
            events.keep_offline(handler, told, user, now());
            kept = true;
            continue;
        }
        Tree auth = auth_block(app.application_token);
        add_tokens(auth, handler.auth_user == 0 ? user : handler.auth_user, told.event);
        Told named = told;
        named.event = handler.event;
        send_event(handler.url, named, handler.id, auth);
    }
    if (!kept || now() < events.last_offline_call + kOfflineCallPause) return;
    events.last_offline_call = now();
    tell_app({"ONOFFLINEEVENT", Tree::list(), ""}, user, "");
}

} // namespace hb::sandbox
