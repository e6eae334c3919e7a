#include "base/text.h"
#include "connector/bitrix24/events.h"
#include "connector/bitrix24/items.h"
#include "connector/bitrix24/moves.h"
#include "connector/bitrix24/query.h"
#include "connector/bitrix24/setup_run.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

// Names of rows that have no MESSAGE_ID.
constexpr std::string_view kById = "id:";

// The row as the body of the online call that says the same; EVENT_DATA may be false.
domain::EventHint hint_of(const json::Value& row, const std::string& remote) {
    json::Writer out;
    out.begin_object().member("event", text_or_empty(row["EVENT_NAME"]));
    if (row["EVENT_DATA"].is_object()) out.key("data").value(row["EVENT_DATA"]);
    out.member("ts", text_or_empty(row["TIMESTAMP_X"])).end_object();
    const auto document = json::Document::parse(out.text());
    auto hint = decode_event_body(document ? form_of(document->root()) : "", remote);
    if (hint) return std::move(*hint);
    domain::EventHint unknown; // taken and put away: nothing can be read from it
    unknown.event = "?";
    return unknown;
}

std::string name_of(const json::Value& row) {
    const std::string message = id_text(row["MESSAGE_ID"]);
    return message.empty() ? std::string(kById) + id_text(row["ID"]) : message;
}

Status settle(Client& client, const char* method, const std::string& process_id, const char* list,
              const std::vector<std::string>& names) {
    // Without a list the portal would take the whole reservation.
    if (names.empty()) return {};
    json::Writer body;
    body.begin_object().member("process_id", process_id).key(list).begin_array();
    for (const auto& name : names) body.string(name);
    body.end_array().end_object();
    const Reply reply = client.call(method, body.take());
    if (reply.trouble) return client.error(*reply.trouble);
    return {};
}

} // namespace

Result<domain::OfflineEvents> take_offline_events(Client& client) {
    domain::OfflineEvents taken;
    if (!client.application()) return taken; // protocol section 2.1: no event.* by webhook
    const Reply reply = client.call("event.offline.get", R"({"clear":0,"limit":50})");
    if (reply.trouble &&
        (reply.trouble->nature == Nature::Denied || reply.trouble->nature == Nature::NoMethod))
        return taken;
    if (reply.trouble) return client.error(*reply.trouble);
    const json::Value events = reply.result()["events"];
    // Without a process id nothing is reserved, and nothing could be put away again.
    taken.process_id = text_or_empty(reply.result()["process_id"]);
    if (taken.process_id.empty()) return taken;
    for (const auto row : events)
        taken.events.emplace_back(name_of(row), hint_of(row, client.options().remote));
    if (taken.events.empty()) taken.process_id.clear();
    return taken;
}

Status finish_offline_events(Client& client, const std::string& process_id,
                             const std::vector<std::string>& done,
                             const std::vector<std::string>& failed) {
    if (process_id.empty()) return {};
    std::vector<std::string> messages;
    std::vector<std::string> ids;
    for (const auto& name : done)
        if (name.substr(0, kById.size()) == kById)
            ids.push_back(name.substr(kById.size()));
        else
            messages.push_back(name);
    std::vector<std::string> again;
    for (const auto& name : failed)
        if (name.substr(0, kById.size()) != kById) again.push_back(name);
    if (auto ok = settle(client, "event.offline.clear", process_id, "message_id", messages); !ok)
        return ok;
    if (auto ok = settle(client, "event.offline.clear", process_id, "id", ids); !ok) return ok;
    return settle(client, "event.offline.error", process_id, "message_id", again);
}

} // namespace hb::connector::bitrix24
