#include <algorithm>

#include "base/text.h"
#include "connector/manifest/tests.h"
#include "connector/trial.h"
#include "json/value.h"

namespace hb::connector::trial {
namespace {

using json::Value;

const char* name_of(net::Verb verb) {
    switch (verb) {
    case net::Verb::Get:
        return "GET";
    case net::Verb::Post:
        return "POST";
    case net::Verb::Put:
        return "PUT";
    case net::Verb::Patch:
        return "PATCH";
    case net::Verb::Delete:
        return "DELETE";
    }
    return "?";
}

bool fits(const std::map<std::string, std::string>& wanted,
          const std::map<std::string, std::string>& sent, bool more) {
    if (!more && wanted.size() != sent.size()) return false;
    return std::all_of(wanted.begin(), wanted.end(), [&](const auto& member) {
        const auto there = sent.find(member.first);
        return there != sent.end() && manifest::matches(member.second, there->second);
    });
}

// What is wanted must be there and equal; texts may hold '*'.
bool fits(const Value& wanted, const Value& sent) {
    if (wanted.is_string()) {
        const auto word = manifest::word_of(sent);
        return word && sent.is_string() && manifest::matches(*wanted.string(), *word);
    }
    if (wanted.is_object()) {
        if (!sent.is_object() || sent.size() != wanted.size()) return false;
        for (const Value& each : wanted)
            if (!fits(each, sent[each.key()])) return false;
        return true;
    }
    if (wanted.is_array()) {
        if (!sent.is_array() || sent.size() != wanted.size()) return false;
        for (std::size_t i = 0; i < wanted.size(); ++i)
            if (!fits(wanted[i], sent[i])) return false;
        return true;
    }
    return wanted.dump() == sent.dump();
}

struct Parts {
    std::string host;
    std::string path;
    std::string query;
};

Parts parts_of(const std::string& url) {
    Parts out;
    const auto host = url.find("://") + 3;
    const auto path = std::min(url.find('/', host), url.size());
    const auto query = std::min(url.find('?', path), url.size());
    out.host = url.substr(host, path - host);
    out.path = url.substr(path, query - path);
    if (query < url.size()) out.query = url.substr(query + 1);
    return out;
}

bool fits(const Exchange& exchange, const std::string& state, const std::string& method,
          const Parts& url, const std::string& body) {
    if (!exchange.in.empty() && exchange.in != state) return false;
    if (exchange.method != method || !manifest::matches(exchange.path, decode(url.path)))
        return false;
    if (!exchange.host.empty() && exchange.host != url.host) return false;
    if (!fits(exchange.query, members_of(url.query), exchange.more_query)) return false;
    if (!exchange.form.empty() && !fits(exchange.form, members_of(body), false)) return false;
    if (exchange.json.empty()) return true;
    const auto wanted = json::Document::parse(exchange.json);
    const auto sent = json::Document::parse(body);
    return wanted && sent && fits(wanted->root(), sent->root());
}

} // namespace

std::string decode(std::string_view text) {
    const auto digit = [](char c) {
        return c >= '0' && c <= '9'                     ? c - '0'
               : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                        : -1;
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool coded = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
                           digit(text[i + 2]) >= 0;
        if (!coded) {
            out += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
        i += 2;
    }
    return out;
}

std::map<std::string, std::string> members_of(std::string_view text) {
    std::map<std::string, std::string> out;
    if (text.empty()) return out;
    for (const std::string_view part : split(text, '&')) {
        const auto cut = part.find('=');
        const std::string name = decode(part.substr(0, cut));
        std::string value = cut == std::string_view::npos ? "" : decode(part.substr(cut + 1));
        if (out.count(name) > 0) value = out[name] + "," + value;
        out[name] = std::move(value);
    }
    return out;
}

// Everything that a request carried comes back in the text: a careless program shows it.
net::Response FakeServer::broken(Fault fault, const net::Request& request) const {
    std::string echo = request.url.reveal() + " " + request.body;
    for (const auto& [name, value] : request.headers) echo += " " + name + ": " + value;
    for (const auto& [name, value] : story_.settings) echo += " " + value.reveal();
    net::Response out;
    if (fault == Fault::NotSent || fault == Fault::Lost) {
        out.reach = fault == Fault::NotSent ? net::Reach::NotSent : net::Reach::Unknown;
        out.trouble = "no whole answer";
        return out;
    }
    out.reach = net::Reach::Answered;
    out.status = 200;
    out.body = "<html><body>Maintenance " + echo + "</body></html>";
    if (fault == Fault::Cut) out.body = R"({"status": "ok", "data": [{"id": "1", "na)";
    if (fault == Fault::ServerError) out.status = 500;
    if (fault == Fault::Unavailable) out.status = 503;
    if (fault == Fault::TooFast) out.status = 429;
    if (fault == Fault::Unauthorised) out.status = 401;
    if (fault == Fault::TooFast) out.headers.emplace_back("retry-after", "7");
    if (fault == Fault::Forbidden) out.status = 403;
    if (fault == Fault::Expired) {
        out.status = 400;
        out.body = R"({"message": "this position has expired"})";
    }
    if (fault == Fault::Unauthorised || fault == Fault::Forbidden)
        out.body = R"({"message": )" + std::string("\"no: ") + percent_encode(echo) + "\"}";
    return out;
}

net::Response FakeServer::send(const net::Request& request) {
    const std::string& url = request.url.reveal();
    const std::string method = name_of(request.verb);
    log_->seen.push_back({clock_.now(), method, url, request.body, request.headers});
    const Fault fault = log_->unharmed > 0 ? Fault::None : std::exchange(log_->fault, Fault::None);
    if (log_->unharmed > 0) --log_->unharmed;
    if (fault != Fault::None) return broken(fault, request);
    for (const auto& wanted : story_.wants_headers) {
        const auto& name = wanted.first;
        const auto& pattern = wanted.second;
        const bool there =
            std::any_of(request.headers.begin(), request.headers.end(), [&](const auto& header) {
                return fold_case(header.first) == fold_case(name) &&
                       manifest::matches(pattern, header.second);
            });
        if (!there) log_->surprises.push_back("without the header " + name + ": " + method);
    }
    net::Response out;
    out.reach = net::Reach::Answered;
    const Parts parts = parts_of(url);
    for (const Exchange& exchange : story_.exchanges) {
        if (!fits(exchange, log_->state, method, parts, request.body)) continue;
        out.status = exchange.status;
        out.headers = exchange.headers;
        out.body = exchange.body;
        if (!exchange.then.empty()) log_->state = exchange.then;
        return out;
    }
    const bool ghost = !story_.ghost.empty() && url.find(story_.ghost) != std::string::npos;
    if (!ghost) log_->surprises.push_back(method + " " + url + " " + request.body);
    out.status = 404;
    out.body = R"({"message": "no exchange of the transcripts fits"})";
    return out;
}

} // namespace hb::connector::trial
