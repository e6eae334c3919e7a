#include <algorithm>
#include <set>

#include "base/text.h"
#include "connector/live_trial.h"
#include "connector/manifest/caller.h"
#include "connector/manifest/trial/redactor.h"
#include "json/writer.h"

// What was said in a trial, as a story that can be played again.
namespace hb::connector {
namespace {

using namespace manifest;
using std::chrono::hours;
using std::chrono::minutes;

// Members that differ each time: proofs always, and what holds the time of asking when changes are
// asked for. In a body only those that the access puts there: others are told apart by it.
struct Changing {
    std::set<std::string> always, by_time, in_body;
};

bool has_name(const Template& value, const std::set<std::string>& wanted) {
    const auto names = value.names();
    return std::any_of(names.begin(), names.end(),
                       [&](const auto& name) { return wanted.count(name) > 0; });
}

void collect(const Ask& ask, Changing& out) {
    for (const Members* members : {&ask.query, &ask.params, &ask.form})
        for (const auto& [name, value] : *members) {
            if (has_name(value, {"now", "signature", "token"})) out.always.insert(name);
            if (!has_name(value, {"since"})) continue;
            out.by_time.insert(name);
            if (members != &ask.query) out.in_body.insert(name);
        }
}

void collect(const Stream& stream, Changing& out) {
    collect(stream.ask, out);
    for (const auto* ask : {&stream.by_ids, &stream.one, &stream.window, &stream.deleted})
        if (*ask) collect(**ask, out);
    if (stream.too_many) collect(stream.too_many->first, out);
    for (const Stream& also : stream.also) collect(also, out);
}

Changing changing_members(const Manifest& manifest) {
    Changing out;
    collect(manifest.request, out);
    for (const Access& access : manifest.access) collect(access.request, out);
    for (const Stream& stream : manifest.streams) collect(stream, out);
    return out;
}

// Headers that the reading looks at.
std::set<std::string> wanted_headers(const Manifest& manifest) {
    std::set<std::string> out{"content-type", "link"};
    const auto add = [&](const Pages& pages) {
        out.insert(fold_case(pages.header));
        if (pages.last.of == Test::Of::Header) out.insert(pages.last.at);
        for (const auto& [name, header] : pages.take) out.insert(fold_case(header));
    };
    for (const Stream& stream : manifest.streams) {
        add(stream.pages);
        for (const Stream& also : stream.also) add(also.pages);
    }
    for (const auto& [name, table] : manifest.tables) add(table.pages);
    return out;
}

// A moment from which the whole story, six hours and a bit, stays within the days that were asked
// for, in every zone that matters.
Instant story_now(const LiveTrial& trial, Instant now) {
    std::vector<Zone> zones{Zone::utc(), trial.options.zone};
    for (const Stream& stream : trial.plan.get().streams) {
        const auto value = trial.options.settings.find(stream.read.zone);
        if (value == trial.options.settings.end()) continue;
        if (const auto zone = Zone::find(value->second.reveal())) zones.push_back(*zone);
    }
    const auto same_days = [&](Instant at) {
        return std::all_of(zones.begin(), zones.end(),
                           [&](const Zone& zone) { return zone.day_of(at) == zone.day_of(now); });
    };
    for (Instant at = now; at > now - hours{24}; at -= minutes{15})
        if (same_days(at) && same_days(at + hours{7})) return at;
    return now; // so near midnight there is none
}

struct Address {
    std::string path;
    std::string query;
};
Address address_of(const std::string& url) {
    const auto host = url.find("://") + 3;
    const auto path = std::min(url.find('/', host), url.size());
    const auto query = std::min(url.find('?', path), url.size());
    return {url.substr(path, query - path), query < url.size() ? url.substr(query + 1) : ""};
}

class Teller {
public:
    Teller(const LiveTrial& trial, const LiveResult& result, std::string_view keep)
        : trial_(trial), result_(result), redactor_(trial, keep),
          changing_(changing_members(trial.plan.get())),
          headers_(wanted_headers(trial.plan.get())) {
        for (const Spoken& spoken : result.wire->spoken)
            if (const auto body = json::Document::parse(spoken.response.body))
                redactor_.learn(body->root());
    }

    std::string tell(const IdsByStream& ids) {
        json::Writer out(2);
        out.begin_object();
        out.member("about", "Recorded from an account; secrets, hosts, addresses, names and texts "
                            "are replaced.");
        if (!redactor_.base_url().empty()) out.member("base_url", redactor_.base_url());
        out.member("now", format_instant(story_now(trial_, result_.begun)));
        out.key("settings").begin_object();
        for (const auto& [name, value] : redactor_.settings()) out.member(name, value);
        out.end_object();
        out.key("records").begin_object();
        for (const auto& [stream, list] : ids) {
            out.key(stream).begin_array();
            for (const auto& id : list) out.string(id);
            out.end_array();
        }
        out.end_object();
        if (!result_.asked_ids.empty()) out.member("ghost", result_.asked_ids.back());
        if (!trial_.mark_target.empty()) out.member("mark_target", trial_.mark_target);
        out.key("exchanges").begin_array();
        // What belongs to one state goes before what belongs to any.
        for (const bool with_state : {true, false})
            for (const Spoken& spoken : result_.wire->spoken)
                if (spoken.in.empty() != with_state) exchange(spoken, out);
        return out.end_array().end_object().take() + "\n";
    }

private:
    bool differs(const std::string& name, const Spoken& spoken) const {
        return changing_.always.count(name) > 0 ||
               (spoken.by_time && changing_.by_time.count(name) > 0);
    }

    void members(const std::map<std::string, std::string>& all, const Spoken& spoken,
                 json::Writer& out) {
        out.begin_object();
        for (const auto& [name, value] : all)
            out.member(name, differs(name, spoken) ? "*" : redactor_.text(value));
        out.end_object();
    }

    std::string body_pattern(const json::Value& body, const Spoken& spoken) {
        json::Writer out;
        out.begin_object();
        for (const json::Value& each : body) {
            const std::string name(each.key());
            out.key(name);
            if (spoken.by_time && changing_.in_body.count(name) > 0 && each.is_string())
                out.string("*");
            else
                out.raw(redactor_.json(each));
        }
        return out.end_object().take();
    }

    std::string request(const Spoken& spoken) {
        const Address address = address_of(spoken.url);
        json::Writer out;
        out.begin_object().member("method", spoken.method);
        out.member("path", redactor_.text(trial::decode(address.path)));
        out.key("query");
        members(trial::members_of(address.query), spoken, out);
        const auto body = json::Document::parse(spoken.body);
        if (body && body->root().is_object() && !spoken.loose_body)
            out.key("json").raw(body_pattern(body->root(), spoken));
        else if (!body && !spoken.body.empty()) {
            out.key("form");
            members(trial::members_of(spoken.body), spoken, out);
        }
        return out.end_object().take();
    }

    void exchange(const Spoken& spoken, json::Writer& out) {
        if (spoken.response.reach != net::Reach::Answered) return;
        const std::string asked = request(spoken);
        if (!told_.insert(spoken.in + " " + asked).second) return;
        const auto value = [](const std::string& text) {
            auto parsed = json::Document::parse(text);
            ensure(parsed.ok(), "what was just written is JSON");
            return std::move(*parsed);
        };
        out.begin_object();
        if (!spoken.in.empty()) out.member("in", spoken.in);
        if (!spoken.then.empty()) out.member("then", spoken.then);
        out.key("request").value(value(asked).root());
        out.key("answer").begin_object().member("status", spoken.response.status);
        out.key("headers").begin_object();
        for (const auto& [name, word] : spoken.response.headers)
            if (headers_.count(name) > 0) out.member(name, redactor_.text(word));
        out.end_object();
        if (const auto body = json::Document::parse(spoken.response.body))
            out.key("json").value(value(redactor_.json(body->root())).root());
        else
            out.member("text", redactor_.text(spoken.response.body));
        out.end_object().end_object();
    }

    const LiveTrial& trial_;
    const LiveResult& result_;
    trial::Redactor redactor_;
    Changing changing_;
    std::set<std::string> headers_;
    std::set<std::string> told_;
};

} // namespace

IdsByStream ids_of(const std::vector<domain::SourceRecord>& records) {
    std::map<std::string, std::set<std::string>> all;
    for (const auto& record : records) all[record.stream].insert(record.id);
    IdsByStream out;
    for (const auto& [stream, ids] : all) out[stream] = {ids.begin(), ids.end()};
    return out;
}

std::string story_of(const LiveTrial& trial, const LiveResult& result, std::string_view keep,
                     const IdsByStream& ids) {
    return Teller(trial, result, keep).tell(ids);
}

std::vector<domain::SourceRecord> play(const trial::Folder& folder) {
    ManualClock clock(folder.story.now);
    const auto planner =
        make_planner(folder.plan, trial::options_of(folder.story),
                     std::make_unique<trial::FakeServer>(
                         folder.story, clock, std::make_shared<trial::FakeServer::Log>()),
                     clock);
    std::vector<domain::SourceRecord> out;
    for (const auto& stream : planner->capabilities().streams) {
        domain::ReadRequest request;
        request.stream = stream;
        request.reading = domain::Reading::Full;
        for (int step = 0; step < 100'000; ++step) {
            clock.wait_until(planner->earliest());
            auto page = planner->read(request);
            if (!page) break; // the suite tells why
            for (auto& record : page->records) out.push_back(std::move(record));
            if (page->complete) break;
            request.cursor = page->cursor;
        }
    }
    return out;
}

} // namespace hb::connector
