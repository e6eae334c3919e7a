#include "connector/manifest/caller.h"

#include <algorithm>

#include "base/base64.h"
#include "base/ensure.h"
#include "base/text.h"

namespace hb::connector::manifest {
namespace {

using std::chrono::seconds;

// A remote that names a later moment than that is not believed: it is asked again by then.
constexpr std::chrono::hours kWaitMax{25};
// Shorter ones would blank out ordinary words.
constexpr std::size_t kSecretBytesMin = 4;
// Answers wait that long for the stream that takes them, and there are never more of them than
// that.
constexpr std::chrono::hours kSharedLives{2};
constexpr std::size_t kSharedBytesMax = 24u << 20;

Pace make_pace(const Manifest& manifest, const Names& names) {
    std::vector<Pace::Rule> rules;
    for (const Limit& limit : manifest.limits) {
        const auto number = parse_integer(limit.requests.fill_all(names));
        if (number && *number > 0)
            rules.push_back({static_cast<int>(std::min<std::int64_t>(*number, 100'000)),
                             seconds{limit.seconds}});
    }
    return Pace(std::move(rules));
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<Instant> http_date(std::string_view text) {
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() < 29) return std::nullopt;
    const auto month = kMonths.find(text.substr(8, 3));
    if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
    const std::string number = std::to_string(month / 3 + 1);
    const std::string iso = std::string(text.substr(12, 4)) + "-" + (number.size() < 2 ? "0" : "") +
                            number + "-" + std::string(text.substr(5, 2)) + "T" +
                            std::string(text.substr(17, 8)) + "Z";
    const auto instant = parse_instant(iso);
    return instant ? std::optional<Instant>(*instant) : std::nullopt;
}

std::string one_line(std::string_view text) {
    std::string out;
    bool tag = false;
    for (const char c : to_utf8(text)) {
        if (c == '<') tag = true;
        if (!tag) out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
        if (c == '>') tag = false;
    }
    return std::string(trim(out));
}

// What an answer says of itself, wherever that stands.
std::string words_of(const json::Value& body, std::string_view text) {
    std::vector<std::string> words;
    for (const char* at :
         {"/message", "/message_details", "/error", "/error/message", "/errorDescription",
          "/error_description", "/errorMessages/0", "/errors/0", "/errors/0/message", "/err"}) {
        const auto word = word_of(body.pointer(at));
        if (word && !word->empty()) words.push_back(*word);
    }
    return words.empty() && !body.is_object() ? std::string(text.substr(0, 400))
                                              : join(words, "; ");
}

std::string transport_words(const Reply& reply) {
    const std::string said = reply.text.empty() ? "" : ": " + reply.text;
    if (reply.fate == Fate::NotSent) return "no connection" + said;
    if (reply.fate == Fate::Lost) return "no whole answer" + said;
    return "HTTP " + std::to_string(reply.status);
}

} // namespace

Caller::Caller(const Manifest& manifest, PlannerOptions options,
               std::unique_ptr<net::HttpClient> http, Clock& clock)
    : manifest_(manifest), options_(std::move(options)), http_(std::move(http)), clock_(clock),
      names_(setting_names(manifest, options_)), access_(choose_access(manifest, names_)),
      pace_(make_pace(manifest, names_)) {
    const auto base = net::parse_site(options_.base_url.empty() ? manifest.base.fill_all(names_)
                                                                : options_.base_url);
    ensure(base.has_value(), "the base URL was checked");
    sites_.push_back(*base);
    names_.set("base.host", base->host + (base->port.empty() ? "" : ":" + base->port));
    names_.set("base.url", base->origin() + base->path);
    for (const auto& [name, host] : manifest.hosts) {
        // A base URL of one's own takes the further hosts along: a fake server, a proxy.
        auto site = net::parse_site(host.fill_all(names_));
        if (!options_.base_url.empty() || !site) site = base;
        hosts_[name] = sites_.size();
        sites_.push_back(*site);
    }
    // So does it with the way in.
    if (access_ != nullptr && !access_->base.empty() && options_.base_url.empty())
        if (const auto site = net::parse_site(access_->base.fill_all(names_))) {
            home_ = sites_.size();
            sites_.push_back(*site);
        }
    if (access_ != nullptr && access_->oauth)
        tokens_ = std::make_unique<Tokens>(*access_->oauth, names_, options_, clock_);
    for (const auto& [name, setting] : manifest.settings) {
        const std::string* value = names_.find("settings." + name);
        if (setting.kind != SettingKind::Secret || value == nullptr ||
            value->size() < kSecretBytesMin)
            continue;
        secrets_.push_back(*value);
        secrets_.push_back(percent_encode(*value));
    }
    if (access_ != nullptr && access_->basic)
        secrets_.push_back(base64(access_->basic->first.fill_all(names_) + ":" +
                                  access_->basic->second.fill_all(names_)));
}

std::string Caller::account() const {
    return manifest_.account.fill_all(names_);
}

std::string Caller::setting(std::string_view name) const {
    const std::string* value = names_.find("settings." + std::string(name));
    return value == nullptr ? "" : *value;
}

std::int64_t Caller::requests_per_hour() const {
    const auto number = parse_integer(manifest_.requests_per_hour.fill_all(names_));
    return number && *number > 0 ? *number : 0;
}

Zone Caller::zone_of(const std::string& name) const {
    if (name.empty()) return options_.zone;
    const std::string value = setting(name);
    if (value.empty()) return options_.zone;
    const auto zone = Zone::find(value);
    return zone ? *zone : options_.zone;
}

std::string Caller::clean(std::string_view text) const {
    std::string out = one_line(text);
    std::vector<std::string> all = secrets_;
    if (tokens_)
        for (const auto& each : tokens_->secrets()) all.push_back(each);
    for (const auto& secret : all) {
        if (secret.size() < kSecretBytesMin) continue;
        for (auto at = out.find(secret); at != std::string::npos; at = out.find(secret, at + 3))
            out.replace(at, secret.size(), "…");
    }
    return shorten(out, 200);
}

Reply Caller::call(const Ask& ask, const Names& names, bool writes) {
    return send(ask, names, nullptr, writes);
}

Reply Caller::follow(const Ask& ask, const Names& names, const std::string& url) {
    const std::string good = net::same_site(url, sites_);
    if (!good.empty()) return send(ask, names, &good, false);
    Reply reply;
    reply.what = Do::Refuse;
    reply.say = "an answer leads to another host than the configured ones";
    reply.text = clean(net::redact_url(url));
    return reply;
}

Reply Caller::send(const Ask& ask, const Names& names, const std::string* url, bool writes) {
    const Instant free = earliest();
    if (free > clock_.now()) {
        Reply reply;
        reply.fate = Fate::NotYet;
        reply.due = free;
        return reply;
    }
    Reply reply = once(ask, names, url, writes);
    if (!tokens_ || reply.fate != Fate::Answered || reply.what != Do::Renew) return reply;
    reply = once(ask, names, url, writes); // the token was refused: with a new one, once
    if (reply.what == Do::Renew) reply.what = Do::Refuse;
    return reply;
}

Reply Caller::once(const Ask& ask, const Names& names, const std::string* url, bool writes) {
    Reply reply;
    std::string token;
    if (tokens_) {
        auto ticket = tokens_->ticket();
        if (ticket.renew) {
            // A renewal goes to the host that the manifest names for it, counted like any request.
            count_request();
            const auto done = tokens_->take(http_->send(*ticket.renew));
            ticket = done ? tokens_->ticket() : Tokens::Ticket{"", std::nullopt, done.error()};
        }
        if (ticket.error || ticket.token.empty()) {
            const bool later = ticket.error && ticket.error->code != Code::Forbidden;
            reply.fate = later ? Fate::NotSent : Fate::Answered;
            reply.what = Do::Refuse;
            reply.text = ticket.error ? clean(ticket.error->message) : "the new token was not kept";
            if (ticket.error && !later) reply.say = ticket.error->hint; // what a person should do
            return reply;
        }
        token = ticket.token;
    }
    Built built = build(ask, names, token, url);
    if (!built.trouble.empty()) {
        reply.what = Do::Reject;
        reply.say = built.trouble;
        return reply;
    }
    const std::string key = built.request.url.reveal() + "\n" + built.request.body;
    if (ask.share == Share::Take)
        if (auto kept = take_shared(key)) {
            reply.response = std::move(*kept);
            judge(ask, reply, names);
            return reply;
        }
    built.request.fresh_connection = writes && built.request.verb != net::Verb::Get;
    count_request();
    ++counters_.commands;
    reply.response = http_->send(built.request);
    if (reply.response.reach != net::Reach::Answered) {
        reply.fate = reply.response.reach == net::Reach::NotSent ? Fate::NotSent : Fate::Lost;
        reply.text = clean(reply.response.trouble);
        contact_.note_failure(transport_words(reply));
        return reply;
    }
    if (ask.share == Share::Give) give_shared(key, reply.response);
    judge(ask, reply, names);
    if (reply.what == Do::Retry)
        contact_.note_failure(transport_words(reply));
    else
        contact_.note_answer();
    note_pace(reply);
    if (tokens_ && reply.what == Do::Renew) tokens_->refused(token);
    return reply;
}

Do Caller::by_status(int status) const {
    if (status >= 200 && status < 300) return Do::Ok;
    if (status == 401) return tokens_ ? Do::Renew : Do::Refuse;
    if (status == 403) return Do::Refuse;
    if (status == 404 || status == 410) return Do::Gone;
    if (status == 429) return Do::Wait;
    if (status == 408 || status == 425 || status >= 500) return Do::Retry;
    return Do::Reject;
}

std::optional<net::Response> Caller::take_shared(const std::string& key) {
    const auto found = shared_.find(key);
    if (found == shared_.end()) return std::nullopt;
    net::Response response = std::move(found->second.response);
    const bool young = clock_.now() < found->second.at + kSharedLives;
    shared_bytes_ -= response.body.size();
    shared_.erase(found);
    if (!young) return std::nullopt;
    return response;
}

void Caller::give_shared(const std::string& key, const net::Response& response) {
    if (response.status != 200) return;
    for (auto each = shared_.begin(); each != shared_.end();) {
        const bool old = clock_.now() >= each->second.at + kSharedLives || each->first == key;
        if (old) shared_bytes_ -= each->second.response.body.size();
        each = old ? shared_.erase(each) : std::next(each);
    }
    // Whoever finds nothing asks again: memory is worth more than a request.
    if (shared_bytes_ + response.body.size() > kSharedBytesMax) return;
    shared_bytes_ += response.body.size();
    shared_[key] = {clock_.now(), response};
}

void Caller::judge(const Ask& ask, Reply& reply, const Names& names) {
    reply.status = reply.response.status;
    auto parsed = json::Document::parse(reply.response.body);
    reply.is_json = parsed.ok();
    if (parsed) reply.document = std::move(*parsed);
    const Seen seen{reply.body(), reply.response.body, reply.status, &reply.response};
    reply.what = by_status(reply.status);
    for (const auto* rules : {&ask.outcomes, &manifest_.outcomes}) {
        const auto rule = std::find_if(rules->begin(), rules->end(), [&](const auto& each) {
            return holds(each.test, seen, names);
        });
        if (rule == rules->end()) continue;
        reply.what = rule->what;
        reply.say = rule->say;
        break;
    }
    if (reply.what == Do::Renew && !tokens_) reply.what = Do::Refuse;
    if (reply.what != Do::Ok) reply.text = clean(words_of(reply.body(), reply.response.body));
    if (const auto date = http_date(reply.response.header("date")))
        skew_ = std::chrono::duration_cast<seconds>(*date - clock_.now());
    reply.response.body.clear();
    reply.response.body.shrink_to_fit();
}

std::optional<Instant> Caller::when(const WaitHeader& header, const net::Response& response) const {
    const auto text = response.header(header.header);
    if (text.empty()) return std::nullopt;
    std::optional<Instant> at;
    if (header.as == HeaderTime::Iso) {
        if (const auto instant = parse_instant(text)) at = *instant;
    } else if (const auto number = parse_integer(text); number && *number >= 0) {
        constexpr std::int64_t kEnd = 4'102'444'800; // the year 2100
        if (header.as == HeaderTime::Unix && *number < kEnd) at = from_epoch_seconds(*number);
        if (header.as == HeaderTime::Seconds && *number < kEnd)
            at = clock_.now() + seconds{*number};
    } else if (header.as == HeaderTime::Seconds) {
        at = http_date(text);
    }
    if (!at) return std::nullopt;
    return std::clamp<Instant>(*at, clock_.now() + seconds{1}, clock_.now() + kWaitMax);
}

void Caller::note_pace(Reply& reply) {
    const net::Response& response = reply.response;
    if (reply.what == Do::Wait || reply.what == Do::Retry) {
        std::optional<Instant> until;
        for (const WaitHeader& header : manifest_.waits)
            if (!until) until = when(header, response);
        if (!until) until = when({"retry-after", HeaderTime::Seconds}, response);
        if (until)
            pace_.pause_until(*until);
        else
            pace_.note_refused(clock_.now());
        reply.due = pace_.earliest(clock_.now());
        return;
    }
    pace_.note_success();
    if (!manifest_.budget) return;
    const auto left = parse_integer(response.header(manifest_.budget->left));
    if (!left || *left > 0) return;
    if (const auto until = when(manifest_.budget->reset, response)) pace_.pause_until(*until);
}

Error Caller::error(const Reply& reply, std::string_view what) const {
    const std::string who = options_.remote + ": " + std::string(what) + " ";
    const std::string status = reply.status == 0 ? "" : "HTTP " + std::to_string(reply.status);
    const std::string said = reply.text.empty() ? "" : ": " + reply.text;
    switch (reply.fate) {
    case Fate::NotYet:
        return Error{Code::Remote, who + "must wait until " + format_instant(*reply.due), "",
                     "it goes on by itself"};
    case Fate::NotSent:
        return Error{Code::Remote, options_.remote + " is not available", transport_words(reply),
                     "is the address right, and the network there? It is tried again"};
    case Fate::Lost:
        return Error{Code::Remote, options_.remote + " is not available", transport_words(reply),
                     "it is tried again"};
    case Fate::Answered:
        break;
    }
    if (reply.what == Do::Wait || reply.what == Do::Retry)
        return Error{
            Code::Remote,
            who + (reply.what == Do::Wait ? "was asked for too fast" : "failed over there") + said,
            status, reply.say.empty() ? "it is tried again" : reply.say};
    if (reply.what == Do::Refuse || reply.what == Do::Hidden)
        return Error{Code::Forbidden, who + "is refused" + said, status,
                     reply.say.empty() ? "look at the credentials and rights in the settings of "
                                         "this remote"
                                       : reply.say};
    if (reply.what == Do::Gone)
        return Error{Code::NotFound, who + "is not there" + said, status, reply.say};
    return Error{Code::Forbidden, who + "is refused as it was asked" + said, status,
                 reply.say.empty() ? "compare connectors/" + manifest_.connector +
                                         "/quirks.md with what this account answers"
                                   : reply.say};
}

Status Caller::refresh_if_idle() {
    if (!tokens_ || !tokens_->idle()) return {};
    auto ticket = tokens_->ticket();
    if (!ticket.renew) return {};
    ++counters_.requests;
    return tokens_->take(http_->send(*ticket.renew));
}

} // namespace hb::connector::manifest
