#include "base/digest.h"
#include "sandbox/events.h"
#include "json/writer.h"

// event.offline.*: a queue on the portal that the application empties.
namespace hb::sandbox {

namespace {

Failure licence(std::string_view feature) {
    return fail("WRONG_LICENSE", "Feature " + std::string{feature} + " is not in your plan", 403);
}

std::optional<Failure> check(const Call& call) {
    if (!call.by_app)
        return fail("WRONG_AUTH_TYPE", "Current authorization type is denied for this method", 403);
    if (!call.admin()) return fail("ACCESS_DENIED", "Access denied!", 403);
    if (call.param("auth_connector") != nullptr && !call.options.auth_connector)
        return licence("rest_auth_connector");
    return std::nullopt;
}

std::string text_of(const Call& call, const char* name) {
    const Tree* sent = call.param(name);
    return sent == nullptr ? std::string{} : sent->str();
}

std::optional<FieldRef> field(std::string_view name) {
    static const std::map<std::string, FieldRef, std::less<>> fields{
        {"ID", {0, FieldType::Integer}},      {"TIMESTAMP_X", {1, FieldType::Moment}},
        {"EVENT_NAME", {2, FieldType::Text}}, {"MESSAGE_ID", {3, FieldType::Text}},
        {"PROCESS_ID", {4, FieldType::Text}}, {"ERROR", {5, FieldType::Integer}}};
    const auto at = fields.find(name);
    if (at == fields.end()) return std::nullopt;
    return at->second;
}

Cell cell(const OfflineRecord& record, int which) {
    switch (which) {
    case 0:
        return record.id;
    case 1:
        return record.at;
    case 2:
        return std::string_view{record.event};
    case 3:
        return std::string_view{record.message};
    case 4:
        return std::string_view{record.process};
    default:
        return std::int64_t{record.failed};
    }
}

// An older portal says neither what changed nor who did it.
void write(json::Writer& to, const Call& call, const OfflineRecord& record, bool state_too) {
    const bool mute = call.options.offline_without_data;
    to.begin_object().member("ID", std::to_string(record.id));
    to.member("TIMESTAMP_X", call.moment(record.at)).member("EVENT_NAME", record.event);
    to.key("EVENT_DATA");
    if (mute)
        to.boolean(false);
    else
        record.data.write(to);
    to.key("EVENT_ADDITIONAL");
    if (mute)
        to.boolean(false);
    else
        to.begin_object().member("user_id", std::to_string(record.user)).end_object();
    to.member("MESSAGE_ID", mute ? std::to_string(record.id) : record.message);
    if (state_too)
        to.member("PROCESS_ID", record.process).member("ERROR", record.failed ? "1" : "0");
    to.end_object();
}

std::variant<Query<OfflineRecord>, Failure> read_query(const Call& call) {
    auto read = read_filter(call.param("filter"), {field, crm_prefixes(), false, call.offset()});
    auto order = read_order(call.param("order"), field);
    if (!read.ok() || !order.ok())
        return fail("ERROR_ARGUMENT", "Unknown field " + read.bad_key + read.bad_value +
                                          order.bad_key + order.bad_direction);
    Query<OfflineRecord> query;
    query.filter = std::move(read.filter);
    query.order = std::move(order.keys);
    return query;
}

Outcome get(Call& call) {
    if (auto failure = check(call)) return *failure;
    const bool clear = call.integer("clear").value_or(1) != 0;
    const std::string wanted = text_of(call, "process_id");
    if (!clear && !call.options.offline_extended) return licence("rest_offline_extended");
    auto read = read_query(call);
    if (const auto* failure = std::get_if<Failure>(&read)) return *failure;
    auto& query = std::get<Query<OfflineRecord>>(read);
    if (query.order.empty()) query.order.push_back({*field("TIMESTAMP_X"), false});
    query.page.counted = false;
    query.page.rows = static_cast<std::size_t>(
        std::clamp<std::int64_t>(call.integer("limit").value_or(50), 1, 50));
    const bool failed = call.integer("error").value_or(0) != 0;
    const std::string connector = text_of(call, "auth_connector");
    query.visible = [&](const OfflineRecord& one) {
        return one.connector == connector && one.failed == failed &&
               (failed || one.process == wanted);
    };
    const auto page = select_page(call.hub->offline, query, cell);
    const std::string process =
        wanted.empty()
            ? sha256_hex("process" + std::to_string(call.hub->next_process++)).substr(0, 32)
            : wanted;
    json::Writer out;
    out.begin_object().key("process_id");
    if (clear)
        out.null();
    else
        out.string(process);
    out.key("events").begin_array();
    std::vector<std::int64_t> ids;
    for (const OfflineRecord* one : page.rows) {
        write(out, call, *one, false);
        ids.push_back(one->id);
    }
    out.end_array().end_object();
    for (const auto id : ids) {
        if (clear) {
            call.hub->offline.erase(id);
            continue;
        }
        OfflineRecord& record = *call.hub->offline.find(id);
        record.process = process;
        record.reserved = call.now;
        record.failed = false;
    }
    return Answer{out.take(), {}, {}};
}

Outcome list(Call& call) {
    if (auto failure = check(call)) return *failure;
    auto read = read_query(call);
    if (const auto* failure = std::get_if<Failure>(&read)) return *failure;
    auto& query = std::get<Query<OfflineRecord>>(read);
    query.page = read_page(call);
    const std::string connector = text_of(call, "auth_connector");
    query.visible = [&](const OfflineRecord& one) { return one.connector == connector; };
    const auto page = select_page(call.hub->offline, query, cell);
    json::Writer out;
    out.begin_array();
    for (const OfflineRecord* one : page.rows) write(out, call, *one, true);
    out.end_array();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, query.page, page.rows.size(), page.total);
    return answer;
}

// Whether the call's id or message_id name the record; naming none means all of the process.
bool named(const Call& call, const OfflineRecord& record) {
    const Tree* ids = call.param("id");
    const Tree* messages = call.param("message_id");
    if (ids == nullptr && messages == nullptr) return true;
    const auto holds = [](const Tree* list, const std::string& text) {
        if (list == nullptr) return false;
        const auto all = list->strings();
        return std::find(all.begin(), all.end(), text) != all.end();
    };
    return holds(ids, std::to_string(record.id)) || holds(messages, record.message) ||
           (call.options.offline_without_data && holds(messages, std::to_string(record.id)));
}

Outcome clear(Call& call) {
    if (auto failure = check(call)) return *failure;
    const std::string process = text_of(call, "process_id");
    if (process.empty()) return fail("ERROR_ARGUMENT", "process_id is required");
    std::erase_if(call.hub->offline.rows(), [&](const OfflineRecord& one) {
        return one.process == process && named(call, one);
    });
    return Answer{"true", {}, {}};
}

// With a process that never was the named records are gone, as documented.
Outcome error(Call& call) {
    if (auto failure = check(call)) return *failure;
    const std::string process = text_of(call, "process_id");
    if (process.empty() || call.param("message_id") == nullptr)
        return fail("ERROR_ARGUMENT", "process_id and message_id are required");
    std::erase_if(call.hub->offline.rows(), [&](const OfflineRecord& one) {
        return one.process != process && named(call, one);
    });
    for (auto& one : call.hub->offline.rows())
        if (one.process == process && named(call, one)) {
            one.failed = true;
            one.process.clear();
        }
    return Answer{"true", {}, {}};
}

} // namespace

void add_offline_calls(MethodTable& to) {
    to.add("event.offline.get", "", get, true);
    to.add("event.offline.list", "", list);
    to.add("event.offline.clear", "", clear, true);
    to.add("event.offline.error", "", error, true);
}

} // namespace hb::sandbox
