#include "desk/remapping.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "books/drafting.h"
#include "books/owners.h"
#include "books/plan.h"
#include "books/settling.h"
#include "books/streams.h"
#include "books/subtractions.h"

namespace hb::desk {
namespace {

// Records a transaction: where each is another one now, the lock is held for some 20 ms (P23).
constexpr std::int64_t kBatch = 1000;
constexpr std::size_t kSamples = 5; // of a stream

// What others refer to comes first: a task before its entries.
constexpr const char* kStreams[] = {"users", "groups", "companies", "deals", "tasks", "entries"};

const char* next_stream(const std::string& stream) {
    for (std::size_t i = 0; i + 1 < std::size(kStreams); ++i)
        if (stream == kStreams[i]) return kStreams[i + 1];
    return "";
}

auto parts(const domain::SourcePerson& x) {
    return std::tie(x.id, x.name, x.active);
}
auto parts(const domain::SourceProject& x) {
    return std::tie(x.id, x.name, x.closed);
}
auto parts(const domain::SourceCompany& x) {
    return std::tie(x.id, x.name, x.own);
}
auto parts(const domain::SourceDeal& x) {
    return std::tie(x.id, x.title, x.company, x.stage, x.origin_id);
}
auto parts(const domain::SourceTask& x) {
    return std::tie(x.id, x.title, x.parent, x.project, x.responsible, x.status, x.tags, x.links,
                    x.created, x.closed, x.deadline, x.seconds_total, x.paid_mark, x.report_mark);
}
auto parts(const domain::SourceEntry& x) {
    return std::tie(x.id, x.task, x.person, x.seconds, x.at, x.day, x.text, x.billable,
                    x.billed_elsewhere, x.tags, x.project);
}

bool same_fact(const std::optional<domain::Fact>& a, const std::optional<domain::Fact>& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    if (a->index() != b->index()) return false;
    return std::visit(
        [&b](const auto& left) {
            return parts(left) == parts(std::get<std::decay_t<decltype(left)>>(*b));
        },
        *a);
}

std::string word(const std::string& text) {
    return text;
}
std::string word(bool yes) {
    return yes ? "yes" : "no";
}
std::string word(std::int64_t number) {
    return std::to_string(number);
}
std::string word(domain::TaskStatus status) {
    return std::to_string(static_cast<int>(status));
}
std::string word(Instant at) {
    return format_instant(at);
}
std::string word(Day day) {
    return format_day(day);
}
std::string word(const std::vector<std::string>& texts) {
    return join(texts, " ");
}
std::string word(const std::vector<domain::CrmLink>& links) {
    std::vector<std::string> texts;
    for (const auto& link : links) texts.push_back(link.kind + ":" + link.id);
    return join(texts, " ");
}
template <class T> std::string word(const std::optional<T>& value) {
    return value ? word(*value) : "";
}

std::vector<const char*> names(const domain::SourcePerson&) {
    return {"id", "name", "active"};
}
std::vector<const char*> names(const domain::SourceProject&) {
    return {"id", "name", "closed"};
}
std::vector<const char*> names(const domain::SourceCompany&) {
    return {"id", "name", "own"};
}
std::vector<const char*> names(const domain::SourceDeal&) {
    return {"id", "title", "company", "stage", "origin_id"};
}
std::vector<const char*> names(const domain::SourceTask&) {
    return {"id",    "title",   "parent", "project",  "responsible",   "status",    "tags",
            "links", "created", "closed", "deadline", "seconds_total", "paid_mark", "report_mark"};
}
std::vector<const char*> names(const domain::SourceEntry&) {
    return {"id",   "task",     "person",           "seconds", "at",     "day",
            "text", "billable", "billed_elsewhere", "tags",    "project"};
}

using Words = std::vector<std::pair<std::string, std::string>>;
Words words_of(const domain::Fact& fact) {
    return std::visit(
        [](const auto& value) {
            const auto called = names(value);
            Words out;
            std::apply(
                [&](const auto&... part) {
                    (out.emplace_back(called[out.size()], word(part)), ...);
                },
                parts(value));
            return out;
        },
        fact);
}

std::string told(const Words& words, const Words& other) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < words.size(); ++i)
        if (i >= other.size() || words[i] != other[i])
            texts.push_back(words[i].first + " " +
                            (words[i].second.empty() ? "none" : shorten(words[i].second, 60)));
    return join(texts, ", ");
}

// Values that a verdict, a rate, an owner or a day hangs on (G46), as told().
bool decides_money(const std::string& name) {
    static const std::set<std::string> names{"links",  "project", "tags",    "status",
                                             "parent", "seconds", "at",      "day",
                                             "task",   "person",  "company", "own"};
    return names.count(name) != 0;
}

// "0" of a status is an unknown one, of seconds none; "no" of a company: it is not one's own.
bool is_empty(const std::string& text) {
    return text.empty() || text == "0" || text == "no";
}

bool turned_empty(const domain::Fact& was, const domain::Fact& now) {
    if (was.index() != now.index()) return true;
    const Words before = words_of(was), after = words_of(now);
    for (std::size_t i = 0; i < before.size(); ++i)
        if (decides_money(before[i].first) && !is_empty(before[i].second) &&
            is_empty(after[i].second))
            return true;
    return false;
}

std::string problem_of(const mapping::Mapped& mapped) {
    return "can't be read: " + books::problem_text(mapped);
}

} // namespace

std::vector<store::KeptRecord> read_differently(const std::vector<store::Mappings::KeptRow>& rows,
                                                const mapping::Mapping* before,
                                                const mapping::Mapping& now) {
    std::vector<store::KeptRecord> changed;
    for (const auto& row : rows) {
        auto kept = books::kept_record(row.record, now.apply(row.record));
        if (before != nullptr && kept.problem == row.problem &&
            same_fact(kept.fact, before->apply(row.record).fact))
            continue;
        changed.push_back(std::move(kept));
    }
    return changed;
}

bool MappingEffect::nothing() const {
    return std::all_of(streams.begin(), streams.end(), [](const Stream& stream) {
        return stream.changed + stream.mended + stream.broken == 0;
    });
}

std::vector<store::MappingVersion> Remapping::versions() {
    return versions(books_.view());
}

std::vector<store::MappingVersion> Remapping::versions(const Reading& read) const {
    auto rows = read->mappings.of_remote(remote_.row.id);
    if (rows.empty()) {
        store::MappingVersion file;
        file.remote = remote_.row.id;
        file.version = 1;
        file.text = base_;
        file.actor = "file";
        rows.push_back(std::move(file));
    }
    return rows;
}

namespace {

// Collects what differs, and who is concerned.
class Comparing {
public:
    explicit Comparing(const books::KnownRemote& remote) : remote_(remote) {}

    void begin(const std::string& stream) {
        effect_.streams.push_back({});
        effect_.streams.back().name = stream;
        samples_ = 0;
    }
    void add(const Reading& read, const domain::SourceRecord& record, const mapping::Mapped& was,
             const mapping::Mapped& now) {
        auto& stream = effect_.streams.back();
        ++stream.records;
        stream.problems_before += was.fact ? 0 : 1;
        stream.problems_after += now.fact ? 0 : 1;
        if (same_fact(was.fact, now.fact)) return;
        if (was.fact && now.fact && turned_empty(*was.fact, *now.fact)) ++stream.emptied;
        ++(!was.fact ? stream.mended : !now.fact ? stream.broken : stream.changed);
        const auto ref = books::ref_of(remote_.row, stream.name, record.id);
        if (samples_++ < kSamples) effect_.samples.push_back(sample(ref, was, now));
        if (now.fact) touch(read, ref);
    }
    MappingEffect done(const Reading& read) {
        for (const auto id : reports_) {
            const auto row = read->reports.find(id);
            if (row) (domain::was_sent(row->state) ? effect_.sent : effect_.drafts).push_back(id);
        }
        return std::move(effect_);
    }

private:
    static MappingEffect::Sample sample(const domain::Ref& ref, const mapping::Mapped& was,
                                        const mapping::Mapped& now) {
        const Words before = was.fact ? words_of(*was.fact) : Words{};
        const Words after = now.fact ? words_of(*now.fact) : Words{};
        return {to_string(ref), was.fact ? told(before, after) : problem_of(was),
                now.fact ? told(after, before) : problem_of(now)};
    }

    void touch(const Reading& read, const domain::Ref& ref) {
        if (ref.kind == "entry") {
            const auto row = read->sources.find_entry(ref);
            if (row && row->live_report) reports_.insert(*row->live_report);
        } else if (ref.kind == "task") {
            const auto task = read->sources.find_task(ref);
            if (!task) return;
            for (const auto& entry : read->sources.entries_of_task(task->id))
                if (entry.live_report) reports_.insert(*entry.live_report);
        }
    }

    const books::KnownRemote& remote_;
    MappingEffect effect_;
    std::size_t samples_ = 0;
    std::set<std::int64_t> reports_;
};

} // namespace

MappingEffect Remapping::preview(const mapping::Mapping& next) {
    Comparing comparing(remote_);
    for (const char* stream : kStreams) {
        comparing.begin(stream);
        std::int64_t after = 0;
        for (;;) {
            const View read = books_.view(); // a snapshot of each batch: no log grows by it
            const auto rows = read->mappings.records(remote_.row.id, stream, after, kBatch);
            const auto& in_force = *read.find_remote(remote_.row.name)->mapping;
            for (const auto& row : rows)
                comparing.add(read, row.record, in_force.apply(row.record), next.apply(row.record));
            if (rows.empty()) break;
            after = rows.back().row;
        }
    }
    auto effect = comparing.done(books_.view());
    if (!effect.nothing()) try_out(next, effect);
    return effect;
}

Result<store::MappingVersion> Remapping::apply(const std::string& text, mapping::Mapping next,
                                               std::optional<int> expected, const std::string& note,
                                               const Actor& actor) {
    store::MappingVersion version;
    {
        Step step = books_.begin(actor);
        const auto before = versions(step);
        const int in_force = before.back().version;
        if (expected && *expected != in_force)
            return Error{Code::Conflict,
                         "version " + std::to_string(in_force) + " of the mapping of " +
                             remote_.row.name + " is in force, by " + before.back().actor +
                             ", not version " + std::to_string(*expected),
                         "",
                         "hourbridge mapping diff " + remote_.row.name + " " +
                             std::to_string(*expected) + " " + std::to_string(in_force) +
                             " shows what came between; then apply again on top of it"};
        if (text == before.back().text) return before.back();
        auto& mappings = step->mappings;
        version.remote = remote_.row.id;
        version.version = in_force + 1;
        version.text = text;
        version.note = note;
        version.actor = actor.name;
        version.at = step.now();
        version.stream = kStreams[0];
        if (!mappings.newest(remote_.row.id)) {
            auto file = before.back();
            file.at = version.at;
            mappings.add(file);
        }
        mappings.add(version);
        step->events.add(version.at, actor.name, "mapping.applied", std::nullopt, remote_.row.name,
                         books::EventData()
                             .add("version", std::to_string(version.version))
                             .add("note", note)
                             .text());
        step.done();
    }
    std::shared_ptr<const mapping::Mapping> before =
        std::make_shared<mapping::Mapping>(std::move(next));
    books_.change([&] { std::swap(remote_.mapping, before); });
    finish(before.get());
    return version;
}

// Others have their turn between two batches.
bool Remapping::finish(const mapping::Mapping* before) {
    std::optional<store::MappingVersion> version;
    std::int64_t pull = 0, seen = 0;
    {
        Step step = books_.begin();
        version = step->mappings.newest(remote_.row.id);
        if (!version || version->stream.empty()) return false;
        pull = step->sources.next_sequence("pull");
        seen = step->sources.next_sequence("seen");
        step.done();
    }
    while (step(before, *version, pull, seen))
        books_.say("kept records of " + remote_.row.name + " read anew: " + version->stream);
    {
        Step step = books_.begin();
        resolve_owners(step, remote_);
        step.put_off(remote_);
    }
    settle_one_by_one(books_, remote_, Step::Cause::Decision, false);
    {
        Step step = books_.begin();
        step.cause = Step::Cause::Decision;
        step.ends_reading(remote_);
        step->mappings.keep_progress(remote_.row.id, version->version, "", 0);
        step.done();
    }
    return true;
}

// One batch: true while there is more.
bool Remapping::step(const mapping::Mapping* before, store::MappingVersion& version,
                     std::int64_t pull, std::int64_t seen) {
    Step step = books_.begin();
    auto& mappings = step->mappings;
    const auto rows = mappings.records(remote_.row.id, version.stream, version.after, kBatch);
    auto changed = read_differently(rows, before, *remote_.mapping);
    const std::string stream = version.stream;
    if (rows.empty()) {
        version.stream = next_stream(stream);
        version.after = 0;
    } else {
        version.after = rows.back().row;
    }
    if (version.stream.empty()) return false;
    const store::Sources::Keep keep{remote_.row.id, stream, 0, pull, seen, step.now()};
    keep_records(step, remote_, keep, std::move(changed), {});
    mappings.keep_progress(version.remote, version.version, version.stream, version.after);
    step.put_off(remote_);
    return true;
}

} // namespace hb::desk
