#include <algorithm>
#include <set>

#include "base/text.h"
#include "connector/manifest/reader.h"
#include "connector/manifest/vocabulary.h"
#include "connector/trial.h"
#include "json/value.h"
#include "json/writer.h"

// The questions that every connector has to answer well.
namespace hb::connector {
namespace {

using namespace trial;
using domain::Outcome;
using domain::Page;
using domain::Reading;
using domain::ReadRequest;
using domain::SourceRecord;

// More requests than any transcript needs: a connector that goes in circles is stopped.
constexpr int kStepsMax = 2000;
// Before a list shows its first row: tables with their pages, and parents.
constexpr int kTablesSteps = 20;

using Records = std::map<std::string, SourceRecord>; // by id

// A connector against the played transcripts, on a clock of its own.
class Rig {
public:
    explicit Rig(const Folder& folder)
        : folder_(folder), clock(folder.story.now), log(std::make_shared<FakeServer::Log>()) {
        restart();
    }
    // As after a new start: nothing is left but cursors.
    void restart() {
        planner = make_planner(folder_.plan, options_of(folder_.story),
                               std::make_unique<FakeServer>(folder_.story, clock, log), clock);
    }
    void wait() { clock.wait_until(planner->earliest()); }
    Result<Page> read(const ReadRequest& request) {
        wait();
        return planner->read(request);
    }

private:
    const Folder& folder_;

public:
    ManualClock clock;
    std::shared_ptr<FakeServer::Log> log;
    std::unique_ptr<Connector> planner;
};

struct Walked {
    Records records;
    std::vector<std::string> cursors; // before each page
    std::string end;
    std::string trouble;
    std::set<std::string> absent;
};

Walked walk(Rig& rig, ReadRequest request) {
    Walked out;
    for (int steps = 0; steps < kStepsMax; ++steps) {
        out.cursors.push_back(request.cursor);
        auto page = rig.read(request);
        if (!page) {
            out.trouble = to_string(page.error());
            return out;
        }
        for (auto& record : page->records) out.records[record.id] = std::move(record);
        out.absent.insert(page->absent.begin(), page->absent.end());
        out.end = request.cursor = page->cursor;
        if (page->complete) return out;
    }
    out.trouble = "it never ends";
    return out;
}

Walked walk_full(Rig& rig, const std::string& stream) {
    ReadRequest request;
    request.stream = stream;
    request.reading = Reading::Full;
    return walk(rig, request);
}

bool same(const Records& a, const Records& b) {
    if (a.size() != b.size()) return false;
    return std::all_of(a.begin(), a.end(), [&](const auto& each) {
        const auto other = b.find(each.first);
        return other != b.end() && other->second.text == each.second.text &&
               other->second.hash == each.second.hash;
    });
}

std::string ids_text(const Records& records) {
    std::vector<std::string> ids;
    for (const auto& [id, record] : records) ids.push_back(id);
    return join(ids, " ");
}

class Suite {
public:
    explicit Suite(const Folder& folder) : folder_(folder) {}

    std::vector<Finding> run() {
        if (!settings()) return std::move(findings_);
        reads_what_is_there();
        reads_twice_the_same();
        resumes();
        begins_anew();
        proves_what_it_says();
        reads_changes();
        tells_what_is_gone();
        survives_faults();
        keeps_its_limits();
        stays_with_its_hosts();
        marks();
        mark_faults();
        events();
        return std::move(findings_);
    }

private:
    void tell(std::string what, std::string trouble, std::string good = "") {
        const bool ok = trouble.empty();
        findings_.push_back({std::move(what), ok, ok ? std::move(good) : std::move(trouble)});
    }
    std::vector<std::string> streams() const {
        return Rig(folder_).planner->capabilities().streams;
    }

    bool settings() {
        std::string trouble;
        for (const auto& problem : check_settings(folder_.plan, options_of(folder_.story)))
            trouble += problem.path + ": " + problem.message + ". ";
        tell("takes the story's settings", trouble);
        return trouble.empty();
    }

    void reads_what_is_there() {
        std::string trouble;
        std::size_t count = 0;
        for (const auto& stream : streams()) {
            Rig rig(folder_);
            const Walked walked = walk_full(rig, stream);
            if (!walked.trouble.empty()) trouble += stream + ": " + walked.trouble + "; ";
            for (const auto& surprise : rig.log->surprises)
                trouble += "no transcript for " + surprise + "; ";
            std::set<std::string> wanted, got;
            if (const auto known = folder_.story.records.find(stream);
                known != folder_.story.records.end())
                wanted.insert(known->second.begin(), known->second.end());
            for (const auto& [id, record] : walked.records) {
                got.insert(id);
                if (!json::Document::parse(record.text)) trouble += id + " is no JSON; ";
            }
            if (wanted != got)
                trouble += stream + " gave [" + ids_text(walked.records) + "] instead of [" +
                           join({wanted.begin(), wanted.end()}, " ") + "]; ";
            count += got.size();
        }
        tell("reads what is there", trouble, std::to_string(count) + " records");
    }

    void reads_twice_the_same() {
        std::string trouble;
        for (const auto& stream : streams()) {
            Rig first(folder_), second(folder_);
            const Walked a = walk_full(first, stream);
            const Walked b = walk_full(second, stream);
            const Walked c = walk_full(second, stream); // the same process once more
            if (!same(a.records, b.records) || !same(a.records, c.records))
                trouble += stream + " differs; ";
        }
        tell("reads twice the same", trouble);
    }

    void resumes() {
        std::string trouble;
        std::size_t cuts = 0;
        for (const auto& stream : streams()) {
            Rig whole(folder_);
            const Walked all = walk_full(whole, stream);
            for (std::size_t cut = 0; cut < all.cursors.size(); ++cut, ++cuts) {
                Rig rig(folder_);
                Records records;
                ReadRequest request;
                request.stream = stream;
                request.reading = Reading::Full;
                for (std::size_t page = 0; page < cut; ++page) {
                    const auto got = rig.read(request);
                    if (!got) break;
                    for (const auto& record : got->records) records[record.id] = record;
                    request.cursor = got->cursor;
                }
                rig.restart();
                const Walked rest = walk(rig, request);
                for (const auto& [id, record] : rest.records) records[id] = record;
                if (!same(records, all.records) || !rest.trouble.empty())
                    trouble += stream + " cut before page " + std::to_string(cut + 1) + " gave [" +
                               ids_text(records) + "] " + rest.trouble + "; ";
            }
        }
        tell("resumes from any cursor", trouble, std::to_string(cuts) + " cuts");
    }

    // A token that dies between two pages: the list is read from its beginning, once (G50).
    void begins_anew() {
        std::string trouble;
        std::size_t tried = 0;
        for (const auto& stream : streams()) {
            Rig whole(folder_);
            const Walked all = walk_full(whole, stream);
            for (const auto& cursor : all.cursors) {
                // The first page of a list cannot be refused for its place.
                if (cursor.find("\"page\":{") == std::string::npos) continue;
                if (cursor.find("\"ids\":[") != std::string::npos) continue;
                ++tried;
                one_refusal(stream, cursor, all, trouble);
            }
        }
        tell("begins a list anew when its position is refused", trouble,
             std::to_string(tried) + " positions");
    }

    void one_refusal(const std::string& stream, const std::string& cursor, const Walked& all,
                     std::string& trouble) {
        Rig rig(folder_);
        ReadRequest request;
        request.stream = stream;
        request.reading = Reading::Full;
        // Tables are read first; they have no place in this list.
        for (int steps = 0; steps < kTablesSteps; ++steps) {
            const auto page = rig.read(request);
            if (!page || page->complete || !page->records.empty()) break;
            request.cursor = page->cursor;
        }
        request.cursor = cursor;
        for (int steps = 0; steps < kStepsMax; ++steps) {
            rig.wait();
            rig.log->fault = Fault::Expired;
            const auto page = rig.planner->read(request);
            rig.log->fault = Fault::None;
            if (!page) continue_without_fault(rig);
            if (!page) continue;
            if (!page->begun_anew) {
                trouble += stream + ": a refused position is kept; ";
                return;
            }
            request.cursor = page->cursor;
            break;
        }
        if (!same(walk(rig, request).records, all.records))
            trouble += stream + ": other records behind it; ";
    }
    // What came before the list failed; it is read as it should be.
    void continue_without_fault(Rig& rig) {
        ReadRequest request;
        request.stream = "entries";
        request.reading = Reading::ByIds;
        if (const auto known = folder_.story.records.find("entries");
            known != folder_.story.records.end() && !known->second.empty())
            request.ids = {known->second.front()};
        rig.wait();
        (void)rig.planner->read(request);
    }

    // A list ends as its vendor promises (G49).
    void proves_what_it_says() {
        std::string trouble;
        for (const auto& stream : streams()) {
            Rig rig(folder_);
            ReadRequest request;
            request.stream = stream;
            request.reading = Reading::Full;
            for (int steps = 0; steps < kStepsMax; ++steps) {
                const auto page = rig.read(request);
                if (!page) break;
                request.cursor = page->cursor;
                if (!page->complete) continue;
                if (!page->end || !page->end->proven)
                    trouble += stream + ": " + (page->end ? page->end->doubt : "no end") + "; ";
                break;
            }
        }
        tell("ends its lists as the manifest says", trouble);
    }

    void reads_changes() {
        std::string trouble;
        for (const auto& stream : streams()) {
            Rig rig(folder_);
            const Walked all = walk_full(rig, stream);
            rig.clock.advance(std::chrono::hours{6});
            ReadRequest request;
            request.stream = stream;
            request.cursor = all.end;
            const Walked changes = walk(rig, request);
            if (!changes.trouble.empty()) trouble += stream + ": " + changes.trouble + "; ";
            for (const auto& surprise : rig.log->surprises)
                trouble += "no transcript for " + surprise + "; ";
            for (const auto& [id, record] : changes.records) {
                const auto before = all.records.find(id);
                if (before != all.records.end() && before->second.hash != record.hash)
                    trouble += stream + " " + id + " looks changed, but is not; ";
            }
        }
        tell("goes on from a finished reading", trouble);
    }

    void tells_what_is_gone() {
        const auto known = folder_.story.records.find("entries");
        if (folder_.story.ghost.empty() || known == folder_.story.records.end()) return;
        Rig rig(folder_);
        ReadRequest request;
        request.stream = "entries";
        request.reading = Reading::ByIds;
        request.ids = known->second;
        request.ids.push_back(folder_.story.ghost);
        const Walked walked = walk(rig, request);
        std::string trouble = walked.trouble;
        std::set<std::string> gone;
        if (manifest::answer_proves(*folder_.plan.get().find_stream("entries")))
            gone.insert(folder_.story.ghost);
        if (walked.absent != gone)
            trouble += "called gone: [" + join({walked.absent.begin(), walked.absent.end()}, " ") +
                       "] instead of [" + join({gone.begin(), gone.end()}, " ") + "]";
        tell("tells what is gone from what is there", trouble);
    }

    std::string secret_in(const std::string& text) const {
        for (const auto& [name, setting] : folder_.plan.get().settings) {
            if (setting.kind != manifest::SettingKind::Secret) continue;
            const auto value = folder_.story.settings.find(name);
            if (value != folder_.story.settings.end() && !value->second.empty() &&
                text.find(value->second.reveal()) != std::string::npos)
                return name;
        }
        return "";
    }

    void survives_faults() {
        std::string trouble, leak;
        int tried = 0;
        for (const auto& stream : streams()) {
            Rig plain(folder_);
            const Walked all = walk_full(plain, stream);
            for (std::size_t at = 0; at < plain.log->seen.size() && at < 6; ++at)
                for (const Fault fault : {Fault::NotSent, Fault::Lost, Fault::ServerError,
                                          Fault::Unavailable, Fault::TooFast, Fault::Html,
                                          Fault::Cut, Fault::Unauthorised, Fault::Forbidden}) {
                    ++tried;
                    one_fault(stream, all, at, fault, trouble, leak);
                }
        }
        tell("loses nothing by a fault, and takes nothing for deleted", trouble,
             std::to_string(tried) + " faults");
        tell("shows none of its secrets", leak);
    }

    void one_fault(const std::string& stream, const Walked& all, std::size_t at, Fault fault,
                   std::string& trouble, std::string& leak) {
        Rig rig(folder_);
        Records records;
        ReadRequest request;
        request.stream = stream;
        request.reading = Reading::Full;
        const std::string name = stream + ", fault " + std::to_string(static_cast<int>(fault)) +
                                 " at request " + std::to_string(at + 1);
        bool failed = false;
        for (int steps = 0; steps < kStepsMax; ++steps) {
            rig.wait();
            if (!failed && rig.log->seen.size() == at) rig.log->fault = fault;
            const Instant asked = rig.clock.now();
            const auto page = rig.planner->read(request);
            if (!page) {
                const std::string said = to_string(page.error());
                if (const auto name_of_secret = secret_in(said); !name_of_secret.empty())
                    leak += name_of_secret + " in: " + said + "; ";
                if (failed) {
                    trouble += name + ": " + said + "; ";
                    return;
                }
                failed = true;
                const bool rights = fault == Fault::Unauthorised || fault == Fault::Forbidden;
                if (rights && page.error().code != Code::Forbidden)
                    trouble += name + ": no person is asked; ";
                if (fault == Fault::TooFast &&
                    rig.planner->earliest() < asked + std::chrono::seconds{7})
                    trouble += name + ": it does not wait as long as it was told; ";
                continue;
            }
            for (const auto& record : page->records) records[record.id] = record;
            request.cursor = page->cursor;
            if (page->complete) break;
        }
        if (!failed) trouble += name + ": was not noticed; ";
        if (!same(records, all.records)) trouble += name + ": other records; ";
    }

    void keeps_its_limits() {
        Rig rig(folder_);
        for (const auto& stream : streams()) walk_full(rig, stream);
        std::string trouble;
        const manifest::Names names =
            manifest::setting_names(folder_.plan.get(), options_of(folder_.story));
        for (const auto& limit : folder_.plan.get().limits) {
            const auto most = parse_integer(limit.requests.fill_all(names));
            if (!most || *most < 1) continue;
            const auto& seen = rig.log->seen;
            const auto gap = static_cast<std::size_t>(*most);
            for (std::size_t i = gap; i < seen.size(); ++i)
                if (seen[i].at - seen[i - gap].at < std::chrono::seconds{limit.seconds})
                    trouble = "more than " + std::to_string(*most) + " requests in " +
                              std::to_string(limit.seconds) + " s";
        }
        tell("keeps its limits", trouble, std::to_string(rig.log->seen.size()) + " requests");
    }

    void stays_with_its_hosts() {
        Rig rig(folder_);
        for (const auto& stream : streams()) walk_full(rig, stream);
        const manifest::Names names =
            manifest::setting_names(folder_.plan.get(), options_of(folder_.story));
        std::vector<net::Site> sites;
        const auto add = [&](const std::string& url) {
            if (const auto site = net::parse_site(url)) sites.push_back(*site);
        };
        add(folder_.story.base_url.empty() ? folder_.plan.get().base.fill_all(names)
                                           : folder_.story.base_url);
        for (const auto& [name, host] : folder_.plan.get().hosts) add(host.fill_all(names));
        std::string trouble;
        for (const auto& seen : rig.log->seen)
            if (net::same_site(seen.url, sites).empty()) trouble += seen.url + " ";
        tell("asks no host but its own", trouble); // S4
    }

    domain::WriteOp mark_op(const std::string& percent, const std::string& reports) const {
        domain::WriteOp op;
        op.kind =
            folder_.plan.get().mark->entries ? domain::OpKind::EntryMark : domain::OpKind::TaskMark;
        op.target = folder_.story.mark_target;
        json::Writer out;
        op.fields = out.begin_object()
                        .member("UF_HB_PAID", percent)
                        .member("UF_HB_REPORT", reports)
                        .end_object()
                        .take();
        return op;
    }
    bool can_mark() const {
        return folder_.plan.get().mark.has_value() && !folder_.story.mark_target.empty();
    }

    // What has to wait for its turn, or between a look and the write, is tried again.
    static domain::WriteResult write_when_it_may(Rig& rig, const domain::WriteOp& op) {
        domain::WriteResult done;
        for (int tries = 0; tries < 20; ++tries) {
            rig.wait();
            done = rig.planner->write(op);
            if (done.outcome != Outcome::Refused) break;
        }
        return done;
    }

    void marks() {
        if (!can_mark()) return;
        Rig rig(folder_);
        std::string trouble;
        domain::WriteOp field;
        field.kind = domain::OpKind::TaskField;
        field.fields = R"({"name":"UF_HB_PAID","label":"Paid"})";
        if (const auto made = write_when_it_may(rig, field); made.outcome != Outcome::Done)
            trouble += "set-up: " + to_string(made.error) + "; ";
        const auto expect = [&](const domain::WriteOp& op, bool there, const char* when) {
            rig.wait();
            const auto now = rig.planner->read_back(op);
            if (!now)
                trouble += std::string(when) + ": " + to_string(now.error()) + "; ";
            else if ((*now == op.fields) != there)
                trouble += std::string(when) + " it reads " + *now + " for " + op.fields + "; ";
        };
        const auto set = mark_op("100", kTrialReport);
        const auto clear = mark_op("", "");
        // What no answer shows is taken as it was written.
        if (!folder_.plan.get().mark->blind) expect(set, false, "before the mark");
        for (const auto* op : {&set, &set, &clear}) { // a repeated mark changes nothing
            auto done = write_when_it_may(rig, *op);
            if (done.outcome != Outcome::Done)
                trouble += "the mark was not set: " + to_string(done.error) + "; ";
            expect(*op, true, "after the mark");
        }
        for (const auto& surprise : rig.log->surprises)
            trouble += "no transcript for " + surprise + "; ";
        tell("finds what it wrote, and takes it back", trouble);
    }

    void mark_faults() {
        if (!can_mark()) return;
        std::string trouble;
        const std::vector<std::pair<Fault, Outcome>> wanted{
            {Fault::NotSent, Outcome::Refused},
            {Fault::Lost, Outcome::Unknown},
            {Fault::ServerError, Outcome::Unknown},
            {Fault::TooFast, Outcome::Refused},
            {Fault::Unauthorised, Outcome::Rejected}};
        // What is only looked at before the write leaves no doubt when its answer is lost.
        const bool looks = folder_.plan.get().mark->before.has_value();
        for (std::size_t at = 0; at < wanted.size() * (looks ? 2 : 1); ++at) {
            const auto fault = wanted[at % wanted.size()].first;
            auto outcome = wanted[at % wanted.size()].second;
            Rig rig(folder_);
            rig.log->fault = fault;
            rig.log->unharmed = at < wanted.size() && looks ? 1 : 0;
            const bool look_fails = looks && rig.log->unharmed == 0;
            if (look_fails && outcome == Outcome::Unknown) outcome = Outcome::Refused;
            const auto result = rig.planner->write(mark_op("100", kTrialReport));
            if (result.outcome != outcome)
                trouble += "fault " + std::to_string(static_cast<int>(fault)) + " came out as " +
                           std::to_string(static_cast<int>(result.outcome)) + "; ";
            if (const auto name = secret_in(to_string(result.error)); !name.empty())
                trouble += name + " is shown; ";
        }
        tell("tells refused from unknown", trouble);
    }

    void events() {
        if (!folder_.plan.get().webhook || folder_.story.events.empty()) return;
        std::string trouble;
        const auto judge = [&](const Delivery& delivery) {
            return receive(folder_.plan, options_of(folder_.story), delivery, folder_.story.now);
        };
        for (const Delivery& delivery : folder_.story.events) {
            const Received good = judge(delivery);
            if (!good.genuine || good.changed.empty())
                trouble += "a genuine event is refused: " + good.why + "; ";
            if (judge(delivery).key != good.key) trouble += "a repeated one has another key; ";
            forge(delivery, judge, trouble);
        }
        tell("rejects a forged event", trouble,
             std::to_string(folder_.story.events.size()) + " events");
    }

    template <class Judge>
    void forge(const Delivery& delivery, const Judge& judge, std::string& trouble) const {
        Delivery bare = delivery;
        bare.headers.clear();
        if (judge(bare).genuine) trouble += "one without any header is believed; ";
        using Kind = manifest::EventCheck::Kind;
        const auto& check = folder_.plan.get().webhook->checks.front();
        const std::string header = check.kind == Kind::Basic ? "authorization" : check.header;
        for (std::size_t i = 0; i < delivery.headers.size(); ++i) {
            if (fold_case(delivery.headers[i].first) != header) continue;
            Delivery forged = delivery;
            auto& value = forged.headers[i].second;
            value.back() = value.back() == '0' ? '1' : '0';
            if (judge(forged).genuine) trouble += "one with another proof is believed; ";
            value.clear();
            if (judge(forged).genuine) trouble += "one with an empty proof is believed; ";
        }
        if (check.kind != Kind::Hmac) return; // the others sign nothing
        for (std::size_t at = 0; at < delivery.body.size(); at += 7) {
            Delivery forged = delivery;
            forged.body[at] = forged.body[at] == 'x' ? 'y' : 'x';
            if (judge(forged).genuine) trouble += "one with another body is believed; ";
        }
    }

    const Folder& folder_;
    std::vector<Finding> findings_;
};

} // namespace

std::vector<Finding> try_connector(const trial::Folder& folder) {
    return Suite(folder).run();
}

} // namespace hb::connector
