#include "web/address.h"
#include "web/metrics_text.h"
#include "web/routes/routes.h"
#include "json/writer.h"

// GET /readyz and /metrics: for anyone who watches the machine, not for strangers.
namespace hb::web {
namespace {

// What the proxy passes on from outside carries another address (config/nginx-hourbridge.conf).
// Anyone who reaches the address of metrics_listen is meant to.
bool may_watch(const Asked& asked) {
    return asked.by_metrics ||
           (!asked.passed_on && (asked.address == "unix" || is_loopback(asked.address)));
}

void write_seconds(json::Writer& json, const char* name,
                   const std::optional<std::chrono::seconds>& age) {
    json.key(name);
    if (age)
        json.integer(age->count());
    else
        json.null();
}

void write_texts(json::Writer& json, const char* name, const std::vector<std::string>& texts) {
    json.key(name).begin_array();
    for (const auto& text : texts) json.string(text);
    json.end_array();
}

void write_streams(json::Writer& json, const lanes::Condition& now, const std::string& remote) {
    json.key("streams").begin_array();
    for (const auto& stream : now.streams) {
        if (stream.remote != remote) continue;
        json.begin_object()
            .member("stream", stream.stream)
            .member("age", static_cast<std::int64_t>(stream.age.count()))
            .member("limit", static_cast<std::int64_t>(stream.limit.count()))
            .member("late", stream.late)
            .member("problems", stream.problems)
            .end_object();
    }
    json.end_array();
}

void write_moment(json::Writer& json, const char* name, const std::optional<Instant>& at) {
    json.key(name);
    if (at)
        json.string(format_instant(*at));
    else
        json.null();
}

void write_outage(json::Writer& json, const domain::Breaker& breaker) {
    json.begin_object().member("why", breaker.why);
    write_moment(json, "since", breaker.since);
    write_moment(json, "next_try", breaker.probe_at);
    json.end_object();
}

void write_pause(json::Writer& json, const books::Pause& pause) {
    json.begin_object();
    write_moment(json, "since", pause.since);
    write_moment(json, "until", pause.until);
    json.end_object();
}

// The oldest that is wanted and not done, put off and parked ones too.
void write_unfinished(json::Writer& json, const lanes::Condition& now, const std::string& remote) {
    const store::HealthRows::Oldest* oldest = nullptr;
    for (const auto& row : now.rows.remotes)
        for (const auto& op : now.rows.unfinished)
            if (row.name == remote && op.remote == row.id &&
                (oldest == nullptr || op.wanted_at < oldest->wanted_at))
                oldest = &op;
    json.key("oldest_unfinished");
    if (oldest == nullptr) {
        json.null();
        return;
    }
    json.begin_object().member("kind", oldest->kind);
    write_moment(json, "wanted_since", oldest->wanted_at);
    json.end_object();
}

std::string ready_json(const lanes::Condition& now) {
    json::Writer json;
    json.begin_object().member("ready", now.ready()).member("at", format_instant(now.at));
    write_texts(json, "late", now.late);
    write_texts(json, "asks", now.asks);
    write_texts(json, "lacks", now.lacks);
    write_texts(json, "notes", now.notes);
    json.member("parked", now.parked).member("lacking", now.lacking).key("inbox").begin_object();
    json.member("waiting", now.inbox_waiting);
    write_seconds(json, "age", now.inbox_age);
    json.end_object().key("remotes").begin_array();
    for (const auto& remote : now.remotes) {
        json.begin_object().member("name", remote.name);
        write_streams(json, now, remote.name);
        json.key("ops").begin_object().member("waiting", remote.waiting);
        json.member("parked", remote.parked).member("lacking", remote.lacking);
        json.member("stuck", remote.stuck);
        write_seconds(json, "oldest_due", remote.oldest_due);
        write_unfinished(json, now, remote.name);
        json.end_object().member("failures", remote.failures).key("outage");
        if (remote.breaker.outage)
            write_outage(json, remote.breaker);
        else
            json.null();
        json.key("paused");
        if (remote.pause)
            write_pause(json, *remote.pause);
        else
            json.null();
        json.key("stopped");
        if (remote.stopped.empty())
            json.null();
        else
            json.begin_object()
                .member("reason", remote.stopped)
                .member("what_to_do", remote.what_to_do)
                .end_object();
        json.end_object();
    }
    return json.end_array().end_object().take();
}

} // namespace

Answer get_ready(const Site& site, const Asked& asked) {
    if (site.watch == nullptr || !may_watch(asked)) return not_found(site);
    const auto now = site.watch->look();
    if (now) return json(now->ready() ? 200 : 503, ready_json(*now));
    json::Writer trouble;
    trouble.begin_object().member("ready", false);
    write_texts(trouble, "late", {now.error().message + ". " + now.error().hint});
    return json(503, trouble.end_object().take());
}

Answer get_metrics(const Site& site, const Asked& asked) {
    if (site.watch == nullptr || !may_watch(asked)) return not_found(site);
    if (site.metrics_apart && !asked.by_metrics) return not_found(site);
    const auto now = site.watch->look();
    Answer answer = plain(200, metrics_text(now ? &*now : nullptr, *site.watch, site.version));
    answer.type = "text/plain; version=0.0.4; charset=utf-8";
    return answer;
}

} // namespace hb::web
