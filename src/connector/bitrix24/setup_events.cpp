#include <algorithm>
#include <set>

#include "base/text.h"
#include "connector/bitrix24/items.h"
#include "connector/bitrix24/setup_run.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

struct Event {
    std::string_view name;
    bool by_webhook; // the portal's page of outgoing webhooks offers it (protocol section 21)
    std::string_view scope = ""; // bound where the application has it
    bool offline = true;         // worth keeping for somebody who was away
};
constexpr std::array kEvents = {
    Event{"ONTASKADD", true},
    Event{"ONTASKUPDATE", true},
    Event{"ONTASKDELETE", true},
    Event{"ONCRMDEALADD", true},
    Event{"ONCRMDEALUPDATE", true},
    Event{"ONCRMDEALDELETE", true},
    Event{"ONCRMDEALMOVETOCATEGORY", false},
    Event{"ONCRMDYNAMICITEMADD", true},
    Event{"ONCRMDYNAMICITEMUPDATE", true},
    Event{"ONCRMDYNAMICITEMDELETE", true},
    Event{"ONCRMCOMPANYADD", true},
    Event{"ONCRMCOMPANYUPDATE", true},
    Event{"ONCRMCOMPANYDELETE", true},
    Event{"ONSONETGROUPADD", true},
    Event{"ONSONETGROUPUPDATE", true},
    Event{"ONSONETGROUPDELETE", true},
    Event{"ONPAYMENTENTITYSAVED", false, "sale"},
    Event{"ONPAYMENTDELETED", false, "sale"},
    // An update takes all handlers away; the setup has to run again. Of a removal nothing else
    // tells.
    Event{"ONAPPUPDATE", false, "", false},
    Event{"ONAPPUNINSTALL", false, "", false},
};

std::string upper(std::string_view text) {
    std::string out;
    for (const char c : text) out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

// What event.get lists, as "NAME handler" (online) and "NAME" (offline).
using Bound = std::set<std::string>;

Bound bound_events(const json::Value& list) {
    Bound out;
    for (const auto item : list) {
        const auto offline = item["offline"].flag();
        const std::string name = upper(text_or_empty(item["event"]));
        out.insert(offline && *offline ? name : name + " " + text_or_empty(item["handler"]));
    }
    return out;
}

// G35: event.bind needs an application; a person enters these.
void by_hand(SetupRun& run, std::string_view handler) {
    std::vector<std::string> names;
    for (const auto& event : kEvents)
        if (event.by_webhook) names.emplace_back(event.name);
    run.step("events", "by_hand",
             "make an outgoing webhook in Bitrix24 (Developer resources, Other): handler " +
                 std::string(handler) + " , events " + join(names, ", ") +
                 "; put its application token into application_token of " +
                 run.client.options().remote);
}

Write bind_write(std::string_view event, std::string_view handler) {
    json::Writer out;
    out.begin_object().member("event", event);
    if (handler.empty())
        out.member("event_type", "offline");
    else
        out.member("handler", handler);
    out.end_object();
    return {(handler.empty() ? "offline event " : "event ") + std::string(event), "event.bind",
            out.take(), "made"};
}

bool has_offline(Client& client) {
    const Reply reply = client.call("feature.get", R"({"CODE":"rest_offline_extended"})");
    if (reply.trouble) return false; // polling does the same work
    const auto value = reply.result()["value"].flag();
    return value && *value;
}

} // namespace

Status set_up_events(SetupRun& run, std::string_view handler,
                     const std::vector<std::string>& scopes) {
    const Reply reply = run.client.call("event.get", "{}");
    if (reply.trouble && !is_forbidden(*reply.trouble)) return run.client.error(*reply.trouble);
    if (handler.empty())
        run.step("events", "by_hand",
                 "this machine has no public address: set public_url and run the setup again; "
                 "until then changes are seen when they are asked for");
    else if (reply.trouble)
        by_hand(run, handler);
    if (reply.trouble) return {};
    const Bound bound = bound_events(reply.result());
    const bool offline = has_offline(run.client);
    std::vector<Write> writes;
    for (const auto& event : kEvents) {
        const std::string name(event.name);
        const bool allowed = event.scope.empty() ||
                             std::find(scopes.begin(), scopes.end(), event.scope) != scopes.end();
        if (!allowed) continue;
        if (!handler.empty() && bound.count(name + " " + std::string(handler)) == 0)
            writes.push_back(bind_write(name, handler));
        if (offline && event.offline && bound.count(name) == 0)
            writes.push_back(bind_write(name, ""));
    }
    if (writes.empty() && (offline || !handler.empty())) run.step("events", "ok");
    run.carry_out(writes);
    return {};
}

} // namespace hb::connector::bitrix24
