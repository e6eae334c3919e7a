#include <algorithm>

#include "base/base64.h"
#include "base/digest.h"
#include "base/text.h"
#include "connector/manifest.h"
#include "connector/manifest/caller.h"
#include "json/writer.h"

// What a planner posts to us: is it genuine, and what does it speak of?
namespace hb::connector {
namespace {

using namespace manifest;
using json::Value;

constexpr const char* kByPath = "by path";

// The kinds of references that the streams hold.
std::string_view kind_of(std::string_view stream) {
    if (stream == "users") return "user";
    if (stream == "groups") return "project";
    return stream == "tasks" ? "task" : "entry";
}

std::string letter_of(const std::vector<Changed>& changed) {
    json::Writer out;
    out.begin_object().member("event", "changed").key("what").begin_array();
    for (const auto& each : changed) {
        if (each.stream.empty() || each.id.empty()) continue;
        out.begin_object().member("kind", kind_of(each.stream)).member("id", each.id);
        out.member("deleted", each.deleted).end_object();
    }
    return out.end_array().end_object().take();
}

std::string header_of(const Delivery& delivery, std::string_view name) {
    const std::string wanted = fold_case(name);
    for (const auto& [key, value] : delivery.headers)
        if (fold_case(key) == wanted) return value;
    return "";
}

// What the sender should have sent; "" when the settings for it are missing.
std::string expected(const EventCheck& check, const Names& names, const std::string& body) {
    const auto secret = check.secret.fill(names);
    if (!secret) return "";
    switch (check.kind) {
    case EventCheck::Kind::Hmac: {
        const std::string sum = hmac(check.hash, *secret, body);
        return check.prefix + (check.base64 ? base64(sum) : hex(sum));
    }
    case EventCheck::Kind::Token:
        return check.prefix + *secret;
    case EventCheck::Kind::Basic: {
        const auto user = check.user.fill(names);
        return user ? "Basic " + base64(*user + ":" + *secret) : "";
    }
    case EventCheck::Kind::None:
        return "";
    }
    return "";
}

// "": genuine.
std::string doubt(const Webhook& webhook, const Names& names, const Delivery& delivery) {
    for (const EventCheck& check : webhook.checks) {
        // A hidden path is all that some senders offer; the door in front of us compared it.
        if (check.kind == EventCheck::Kind::None) return kByPath;
        const std::string wanted = expected(check, names, delivery.body);
        if (wanted.empty()) continue;
        const std::string header =
            check.kind == EventCheck::Kind::Basic ? "authorization" : check.header;
        const std::string sent = header_of(delivery, header);
        if (sent.empty()) return "the header " + header + " is missing";
        return equal_constant_time(sent, wanted) ? "" : "the header " + header + " is not right";
    }
    return "no secret is configured that could prove an event";
}

std::string word_at(const Value& value, const std::string& pointer) {
    return pointer.empty() ? "" : word_of(value.pointer(pointer)).value_or("");
}

// "/api/v3/tasks/7" names task 7.
std::string last_part(std::string text) {
    while (!text.empty() && text.back() == '/') text.pop_back();
    const auto cut = text.rfind('/');
    return cut == std::string::npos ? text : text.substr(cut + 1);
}

void tell(const Webhook& webhook, const Names& names, const Value& event,
          const net::Response& headers, Received& out) {
    for (const EventRule& rule : webhook.rules) {
        const Seen seen{event, {}, 0, &headers};
        if (!holds(rule.test, seen, names)) continue;
        const std::string id = last_part(word_at(event, rule.id));
        if (!rule.stream.empty()) out.changed.push_back({rule.stream, id, rule.deleted});
        return;
    }
    out.changed.push_back({"", "", false});
}

} // namespace

Received receive(const Plan& plan, const PlannerOptions& options, const Delivery& delivery,
                 Instant now) {
    Received out;
    const Manifest& manifest = plan.get();
    const auto refuse = [&](std::string why) {
        out.why = std::move(why);
        out.status = 401;
        return out;
    };
    if (!manifest.webhook) return refuse("this planner sends no events");
    const Webhook& webhook = *manifest.webhook;
    const Names names = setting_names(manifest, options);
    // A handshake carries no signature yet: it is answered, and nothing is believed.
    if (!webhook.echo_header.empty()) {
        const std::string secret = header_of(delivery, webhook.echo_header);
        if (!secret.empty() && secret.size() <= 512) {
            out.why = "a handshake";
            out.handshake = true;
            out.headers.emplace_back(webhook.echo_header, secret);
            return out;
        }
    }
    if (const std::string why = doubt(webhook, names, delivery); why == kByPath)
        out.by_path = true;
    else if (!why.empty())
        return refuse(why);

    auto parsed = json::Document::parse(delivery.body);
    if (!parsed) return refuse("it is no JSON");
    const Value body = parsed->root();
    out.status = webhook.status;
    out.body = webhook.answer;
    if (const std::string code = word_at(body, webhook.echo_body); !code.empty()) {
        json::Writer echo;
        out.body = echo.begin_object().member(webhook.echo_name, code).end_object().take();
        out.why = "a handshake";
        out.handshake = true;
        return out;
    }
    if (webhook.within_minutes > 0 && !webhook.stamp.empty()) {
        const auto stamp = parse_time(webhook.stamp_form, word_at(body, webhook.stamp));
        const std::chrono::minutes within{webhook.within_minutes};
        if (!stamp || *stamp < now - within || *stamp > now + within)
            return refuse("its stamp is missing or too far from now");
    }
    out.genuine = true;
    net::Response headers;
    for (const auto& [name, value] : delivery.headers)
        headers.headers.emplace_back(fold_case(name), value);
    out.key = webhook.key.rfind("header:", 0) == 0 ? header_of(delivery, webhook.key.substr(7))
                                                   : word_at(body, webhook.key);
    if (out.key.empty()) out.key = sha256_hex(delivery.body).substr(0, 32);
    const Value events = body.pointer(webhook.events);
    if (!events.is_array()) tell(webhook, names, events, headers, out);
    if (events.is_array())
        for (const Value& event : events) tell(webhook, names, event, headers, out);
    out.letter = letter_of(out.changed);
    return out;
}

Result<domain::EventHint> read_letter(std::string_view letter, const std::string& remote) {
    const auto parsed = json::Document::parse(letter);
    if (!parsed) return parsed.error();
    domain::EventHint hint;
    hint.event = std::string(parsed->root()["event"].text_view().value_or(""));
    for (const Value& each : parsed->root()["what"]) {
        hint.refs.push_back({remote, std::string(each["kind"].text_view().value_or("")),
                             std::string(each["id"].text_view().value_or(""))});
        const auto deleted = each["deleted"].flag();
        hint.deleted = hint.deleted || (deleted && *deleted);
    }
    return hint;
}

} // namespace hb::connector
