#include <algorithm>
#include <set>

#include "base/text.h"
#include "connector/live_trial.h"
#include "connector/manifest/reader.h"
#include "connector/manifest/trial/tap.h"
#include "json/writer.h"

// The questions of the conformance suite, as far as they can be asked of a real account without
// changing it.
namespace hb::connector {
namespace {

using namespace manifest;
using domain::Outcome;
using domain::Page;
using domain::Reading;
using domain::ReadRequest;
using domain::SourceRecord;

constexpr int kTries = 3;
constexpr std::size_t kStepsMax = 100'000;
constexpr std::size_t kSomeIds = 2;
constexpr std::size_t kExamples = 3;

struct PageSeen {
    std::string cursor; // before it
    std::vector<SourceRecord> records;
};

struct StreamSeen {
    std::string name;
    std::vector<PageSeen> pages;
    std::map<std::string, std::string> hashes; // of its records, as seen last
    std::string end;                           // the cursor behind the last page
    bool complete = false;
};

class Live {
public:
    explicit Live(const LiveTrial& trial) : trial_(trial) {
        out_.wire = std::make_shared<Wire>();
        out_.wire->keep_answers = trial.record;
        out_.begun = clock().now();
        const Names names = setting_names(manifest(), trial.options);
        for (const Limit& limit : manifest().limits) {
            const auto most = parse_integer(limit.requests.fill_all(names));
            if (most && *most > 0)
                rules_.push_back(
                    {static_cast<std::size_t>(*most), std::chrono::seconds{limit.seconds}});
        }
    }

    LiveResult run() {
        if (answers()) {
            for (const Stream& stream : manifest().streams) read_stream(stream);
            tell_reading();
            for (auto& stream : streams_) read_again(stream);
            tell_second_reading();
            for (auto& stream : streams_) goes_on(stream);
            if (any_complete_)
                tell("goes on from a finished reading", changes_trouble_,
                     "read again: " + changes_);
            tells_what_is_gone();
            if (!trial_.mark_target.empty()) marks();
            tell("keeps its limits", out_.wire->too_fast,
                 std::to_string(out_.wire->spoken.size()) + " requests");
            stays_with_its_hosts();
            refuses_a_wrong_key();
            tell("shows none of its secrets", leak_);
        }
        for (auto& stream : streams_) { // windows touch: a record may have come twice
            std::set<std::string> seen;
            for (auto& page : stream.pages)
                for (auto& record : page.records)
                    if (seen.insert(record.id).second) out_.records.push_back(std::move(record));
        }
        return std::move(out_);
    }

private:
    const Manifest& manifest() const { return trial_.plan.get(); }
    Clock& clock() const { return *trial_.clock; }
    void tell(std::string what, std::string trouble, std::string good = "") {
        const bool ok = trouble.empty();
        out_.findings.push_back({std::move(what), ok, ok ? std::move(good) : std::move(trouble)});
    }
    void say(const std::string& text) const {
        if (trial_.progress) trial_.progress(text);
    }

    std::unique_ptr<Connector> start(const PlannerOptions& options) const {
        return make_planner(trial_.plan, options,
                            trial::make_tap(trial_.http(), clock(), out_.wire, rules_), clock());
    }
    std::unique_ptr<Connector> start() const { return start(trial_.options); }

    void look_for_secrets(const std::string& text) {
        for (const auto& [name, setting] : manifest().settings) {
            const auto value = trial_.options.settings.find(name);
            if (setting.kind != SettingKind::Secret || value == trial_.options.settings.end())
                continue;
            const std::string secret = value->second.reveal();
            if (secret.size() >= 4 && text.find(secret) != std::string::npos)
                leak_ = "the setting " + name + " is in a message";
        }
    }
    std::string told(const Error& error) {
        std::string text = to_string(error);
        look_for_secrets(text);
        return leak_.empty() ? text : "(a message that holds a secret)";
    }

    Status wait_for(const Connector& planner) const {
        const Instant due = planner.earliest();
        if (due > clock().now() + trial::kPatience)
            return Error{Code::Remote,
                         trial_.options.remote + " takes no more requests before " +
                             format_instant(due),
                         "", "try again then, or with fewer --pages"};
        while (clock().now() < due) clock().wait_until(due);
        return {};
    }

    Result<Page> ask(Connector& planner, const ReadRequest& request) const {
        for (int tries = 1;; ++tries) {
            if (auto waited = wait_for(planner); !waited) return waited.error();
            auto page = planner.read(request);
            if (page || page.error().code != Code::Remote || tries == kTries) return page;
        }
    }

    // --- the account ----------------------------------------------------------------------------

    bool answers() {
        auto planner = start();
        const CheckReport report = planner->check();
        std::string trouble;
        for (const auto& problem : report.problems)
            trouble += problem.what + ". " + problem.hint + "; ";
        look_for_secrets(trouble);
        const bool good = report.reachable && report.authorised;
        tell("answers, and takes what it is given as a proof", good ? "" : trouble,
             planner->account() + (report.who.empty() ? "" : ", as " + report.who));
        if (!good) return false;
        const bool clock_good = std::chrono::abs(report.clock_skew) <= std::chrono::seconds{60};
        tell("clocks agree", clock_good ? "" : trouble,
             std::to_string(report.clock_skew.count()) + " s away");
        return true;
    }

    // --- reading --------------------------------------------------------------------------------

    static bool asks_by_time(const Stream& stream) {
        const auto holds = [](const Ask& ask) {
            return ask.json && ask.json->names().count("since") > 0;
        };
        return holds(stream.ask) || (stream.deleted && holds(*stream.deleted));
    }

    void read_stream(const Stream& stream) {
        say("reading " + stream.name + " …");
        StreamSeen seen;
        seen.name = stream.name;
        auto planner = start();
        ReadRequest request;
        request.stream = stream.name;
        request.reading = Reading::Full;
        int shown = 0; // pages with records: what is looked up before them counts for nothing
        for (std::size_t step = 0; step < kStepsMax; ++step) {
            auto page = ask(*planner, request);
            if (!page) {
                reading_trouble_ += stream.name + ": " + told(page.error()) + "; ";
                break;
            }
            for (const auto& record : page->records) seen.hashes[record.id] = record.hash;
            if (!page->records.empty()) ++shown;
            seen.pages.push_back({request.cursor, std::move(page->records)});
            request.cursor = page->cursor;
            seen.complete = page->complete;
            if (page->complete || (!trial_.record && shown >= trial_.pages)) break;
        }
        seen.end = request.cursor;
        reading_ += (reading_.empty() ? "" : ", ") + stream.name + " " +
                    std::to_string(seen.hashes.size()) + (seen.complete ? "" : " and more");
        streams_.push_back(std::move(seen));
    }
    void tell_reading() { tell("reads what is there", reading_trouble_, reading_); }

    // Records of `page` that a connector without a memory does not give, or gives otherwise.
    std::vector<std::string> differing(const StreamSeen& stream, const PageSeen& page,
                                       std::map<std::string, std::string>& now) {
        auto planner = start();
        ReadRequest request;
        request.stream = stream.name;
        request.reading = Reading::Full;
        request.cursor = page.cursor;
        std::set<std::string> missing;
        for (const auto& record : page.records) missing.insert(record.id);
        for (int step = 0; step < 50 && !missing.empty(); ++step) {
            const auto again = ask(*planner, request);
            if (!again) {
                again_trouble_ += stream.name + ": " + told(again.error()) + "; ";
                return {};
            }
            for (const auto& record : again->records) {
                now[record.id] = record.hash;
                missing.erase(record.id);
            }
            if (again->complete) break;
            request.cursor = again->cursor;
        }
        std::vector<std::string> out(missing.begin(), missing.end());
        for (const auto& record : page.records)
            if (now.count(record.id) > 0 && now.at(record.id) != stream.hashes.at(record.id))
                out.push_back(record.id);
        return out;
    }

    // Page by page, each by a connector that knows only the cursor.
    void read_again(StreamSeen& stream) {
        if (trial_.record) say("reading " + stream.name + " once more …");
        int tried = 0;
        for (const auto& page : stream.pages) {
            if (page.records.empty() || ++tried > trial_.pages) continue;
            std::map<std::string, std::string> second, third;
            auto other = differing(stream, page, second);
            ++cuts_;
            if (other.empty()) continue;
            (void)differing(stream, page, third); // somebody may be working there just now
            if (second == third) {
                changed_ += other.size();
                for (const auto& [id, hash] : third) stream.hashes[id] = hash;
                continue;
            }
            other.resize(std::min(other.size(), kExamples));
            again_trouble_ += stream.name + " " + join(other, ", ") +
                              " differ at each reading: \"content\" or \"volatile\" of the "
                              "manifest has to leave out what changes by itself; ";
        }
    }
    void tell_second_reading() {
        std::string good = std::to_string(cuts_) + " pages by connectors that knew the cursor only";
        if (changed_ > 0)
            good += ", " + std::to_string(changed_) + " records changed there meanwhile";
        tell("reads twice the same, and resumes from any cursor", again_trouble_, good);
    }

    void goes_on(StreamSeen& stream) {
        if (!stream.complete) return;
        any_complete_ = true;
        out_.wire->by_time = true;
        out_.wire->loose_body = asks_by_time(*manifest().find_stream(stream.name));
        auto planner = start();
        ReadRequest request;
        request.stream = stream.name;
        request.cursor = stream.end;
        std::size_t other = 0, all = 0;
        for (std::size_t step = 0; step < kStepsMax; ++step) {
            const auto page = ask(*planner, request);
            if (!page) {
                changes_trouble_ += stream.name + ": " + told(page.error()) + "; ";
                break;
            }
            for (const auto& record : page->records) {
                const auto known = stream.hashes.find(record.id);
                ++all;
                if (known != stream.hashes.end() && known->second != record.hash) ++other;
            }
            if (page->complete || (!trial_.record && step >= 20)) break;
            request.cursor = page->cursor;
        }
        out_.wire->loose_body = false;
        out_.wire->by_time = false;
        changes_ += (changes_.empty() ? "" : ", ") + stream.name + " " + std::to_string(all) +
                    (other == 0 ? "" : " (" + std::to_string(other) + " changed meanwhile)");
    }

    // An id that looks like the others, and is none of them.
    static std::string ghost_of(const std::map<std::string, std::string>& known) {
        std::string ghost;
        for (const auto& [id, hash] : known)
            if (id.size() >= ghost.size()) ghost = id;
        for (std::size_t i = 0, changed = 0; i < ghost.size() && changed < 4; ++i) {
            char& c = ghost[ghost.size() - 1 - i];
            if (c < '0' || c > '9') continue;
            c = c == '9' ? '8' : '9';
            ++changed;
        }
        return known.count(ghost) > 0 || known.empty() ? "" : ghost;
    }

    void tells_what_is_gone() {
        const Stream* entries = manifest().find_stream("entries");
        if (entries == nullptr || streams_.empty() || streams_.back().name != "entries") return;
        const std::string what = "tells what is gone from what is there";
        const auto& known = streams_.back().hashes;
        const std::string ghost = ghost_of(known);
        if (ghost.empty())
            return tell(what, "", "not tried: no time record was read that it could be tried on");
        if (!entries->by_ids && !entries->one && !trial_.record)
            return tell(what, "",
                        "not tried: this planner tells only by a reading of all, which is done "
                        "nightly");
        ReadRequest request;
        request.stream = "entries";
        request.reading = Reading::ByIds;
        for (const auto& [id, hash] : known)
            if (trial_.record || request.ids.size() < kSomeIds) request.ids.push_back(id);
        request.ids.push_back(ghost);
        out_.asked_ids = request.ids;
        auto planner = start();
        std::set<std::string> absent;
        std::string trouble;
        for (std::size_t step = 0; step < kStepsMax; ++step) {
            const auto page = ask(*planner, request);
            if (!page) {
                trouble = told(page.error());
                break;
            }
            absent.insert(page->absent.begin(), page->absent.end());
            if (page->complete) break;
            request.cursor = page->cursor;
        }
        std::set<std::string> gone;
        if (manifest::answer_proves(*entries)) gone.insert(ghost);
        if (trouble.empty() && absent != gone)
            trouble = "called gone: [" + join({absent.begin(), absent.end()}, " ") +
                      "] instead of [" + join({gone.begin(), gone.end()}, " ") + "]; " + ghost +
                      " is an id that does not exist";
        tell(what, trouble,
             "an id that does not exist, among " + std::to_string(request.ids.size() - 1) +
                 " that do");
    }

    // --- writing, where it was asked for --------------------------------------------------------

    domain::WriteOp mark_op(const std::string& percent, const std::string& reports) const {
        domain::WriteOp op;
        op.kind = manifest().mark->entries ? domain::OpKind::EntryMark : domain::OpKind::TaskMark;
        op.target = trial_.mark_target;
        json::Writer out;
        op.fields = out.begin_object()
                        .member(trial_.options.paid_field, percent)
                        .member(trial_.options.report_field, reports)
                        .end_object()
                        .take();
        return op;
    }

    std::string write(Connector& planner, const domain::WriteOp& op, const std::string& state) {
        const std::size_t before = out_.wire->spoken.size();
        domain::WriteResult done;
        for (int tries = 0; tries < 10; ++tries) {
            if (auto waited = wait_for(planner); !waited) return told(waited.error());
            done = planner.write(op);
            if (done.outcome != Outcome::Refused) break;
        }
        if (done.outcome != Outcome::Done) return told(done.error);
        if (done.gone) return trial_.mark_target + " does not exist there";
        if (state.empty()) return "";
        auto& spoken = out_.wire->spoken;
        for (std::size_t i = before; i < spoken.size(); ++i)
            if (spoken[i].writes) spoken[i].then = state;
        for (std::size_t i = before, written = 0; i < spoken.size(); ++i) {
            if (written > 0) spoken[i].in = state; // read back after it
            written += spoken[i].writes ? 1 : 0;
        }
        out_.wire->state = state;
        return "";
    }

    std::string expect(Connector& planner, const domain::WriteOp& op, bool there,
                       const char* when) {
        if (auto waited = wait_for(planner); !waited) return told(waited.error());
        const auto now = planner.read_back(op);
        if (!now) return std::string(when) + ": " + told(now.error());
        if ((*now == op.fields) == there) return "";
        return std::string(when) + " it reads " + (now->empty() ? "nothing" : *now);
    }

    void marks() {
        const std::string what = "finds what it wrote, and takes it back";
        auto planner = start();
        const auto& mark = manifest().mark;
        if (!mark || planner->capabilities().mark == MarkOf::Nothing)
            return tell(what, "nothing can be marked there: the planner can't, or a setting for it "
                              "is missing");
        say("marking " + trial_.mark_target + " and taking it back …");
        domain::WriteOp field;
        field.kind = domain::OpKind::TaskField;
        field.fields = R"({"name":"UF_HB_PAID","label":"Paid"})";
        const auto set = mark_op("100", trial::kTrialReport), clear = mark_op("", "");
        if (!mark->blind)
            if (const auto there = expect(*planner, clear, true, "before the mark"); !there.empty())
                return tell(what, there + ": it is marked already, or can't be read. Nothing was "
                                          "changed; name a task that may be thrown away");
        std::string trouble = write(*planner, field, "");
        const std::vector<std::pair<const domain::WriteOp*, const char*>> steps{
            {&set, "paid"}, {&set, "paid"}, {&clear, "open"}};
        for (const auto& [op, state] : steps) {
            if (trouble.empty()) trouble = write(*planner, *op, state);
            if (trouble.empty()) trouble = expect(*planner, *op, true, "after the mark");
        }
        tell(what, trouble, trial_.mark_target + (mark->blind ? "; it can't be read back" : ""));
    }

    // --- the way it asks ------------------------------------------------------------------------

    void stays_with_its_hosts() {
        const Names names = setting_names(manifest(), trial_.options);
        std::vector<net::Site> sites;
        const auto add = [&](const std::string& url) {
            if (const auto site = net::parse_site(url)) sites.push_back(*site);
        };
        add(trial_.options.base_url.empty() ? manifest().base.fill_all(names)
                                            : trial_.options.base_url);
        for (const auto& [name, host] : manifest().hosts) add(host.fill_all(names));
        for (const Access& access : manifest().access)
            if (access.oauth) add(access.oauth->refresh_url.fill_all(names));
        std::string trouble;
        for (const auto& spoken : out_.wire->spoken)
            if (net::same_site(spoken.url, sites).empty()) trouble = net::redact_url(spoken.url);
        tell("asks no host but its own", trouble);
    }

    void refuses_a_wrong_key() {
        const Names names = setting_names(manifest(), trial_.options);
        const Access* access = choose_access(manifest(), names);
        if (access == nullptr || access->oauth) return; // a wrong renewal could cost the right one
        PlannerOptions wrong = trial_.options;
        for (const auto& name : access->when) {
            const auto setting = manifest().settings.find(name);
            const auto value = wrong.settings.find(name);
            if (setting == manifest().settings.end() || value == wrong.settings.end() ||
                setting->second.kind != SettingKind::Secret)
                continue;
            std::string text = value->second.reveal();
            if (text.empty()) continue;
            text.back() = text.back() == '0' ? '1' : '0';
            value->second = Secret(text);
        }
        out_.wire->keep_answers = false; // what is said to it is no part of a story
        const std::size_t before = out_.wire->spoken.size();
        const CheckReport report = start(wrong)->check();
        out_.wire->spoken.resize(before);
        for (const auto& problem : report.problems) look_for_secrets(problem.what + problem.hint);
        tell("a wrong key is refused",
             report.authorised ? "the call of \"check\" is answered without the right key: it "
                                 "proves nothing, choose another"
                               : "");
    }

    const LiveTrial& trial_;
    LiveResult out_;
    std::vector<trial::PaceRule> rules_;
    std::vector<StreamSeen> streams_;
    std::string reading_, reading_trouble_, again_trouble_, changes_, changes_trouble_, leak_;
    std::size_t cuts_ = 0, changed_ = 0;
    bool any_complete_ = false;
};

} // namespace

LiveResult try_live(const LiveTrial& trial) {
    return Live(trial).run();
}

} // namespace hb::connector
