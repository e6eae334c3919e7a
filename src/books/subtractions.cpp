#include "books/subtractions.h"

#include <set>

#include "base/text.h"
#include "books/owners.h"
#include "books/settings_names.h"
#include "domain/subtractions.h"
#include "store/kept_entries.h"

namespace hb::books {
namespace {

constexpr const char* kEntries = "entries";

domain::LoggedTime logged(const domain::SourceEntry& entry) {
    domain::LoggedTime log;
    log.id = entry.id;
    log.person = entry.person;
    log.at = entry.at ? *entry.at : Instant(*entry.day);
    log.seconds = entry.seconds;
    return log;
}

// Of records that came as `kept` all that could be read; the others keep what they were.
std::optional<domain::SourceEntry> entry_of(const std::optional<domain::Fact>& fact) {
    const auto* entry = fact ? std::get_if<domain::SourceEntry>(&*fact) : nullptr;
    return entry != nullptr ? std::optional(*entry) : std::nullopt;
}

std::string open_words(const domain::LoggedTime& log) {
    if (log.open == 0) return "";
    return "it takes " + format_duration(-log.seconds) + " h off its task, but of user " +
           log.person + "'s time only " + format_duration(-log.seconds - log.open) +
           " h was there to take it from: the other " + format_duration(log.open) +
           " h is still billed. In the planner, delete the incorrect record itself (or this "
           "one, and subtract as the person who logged the time); the next sync settles it";
}

// One page, and what it does to the other records of its tasks.
class Netting {
public:
    Netting(const Reading& read, const KnownRemote& remote) : read_(read), remote_(remote) {}

    // Sets what is left in `changed` and returns the other records that have to be kept anew.
    std::vector<store::KeptRecord> net(std::vector<store::KeptRecord>& changed,
                                       std::set<std::string> tasks) {
        std::set<std::string> in_page;
        for (const auto& kept : changed) {
            in_page.insert(kept.record.id);
            tasks.insert(read_->overview.task_of_entry(remote_.row.id, kept.record.id));
            if (const auto entry = entry_of(kept.fact)) tasks.insert(entry->task);
        }
        std::vector<store::KeptRecord> others;
        for (const auto& task : tasks) net_task(task, changed, in_page, others);
        return others;
    }

private:
    struct Other {
        store::KeptEntry kept;
        domain::SourceEntry entry;
    };

    void net_task(const std::string& task, std::vector<store::KeptRecord>& changed,
                  const std::set<std::string>& in_page, std::vector<store::KeptRecord>& others) {
        std::vector<domain::LoggedTime> logs;
        std::map<std::string, Other> known;
        std::map<std::string, store::KeptRecord*> page;
        for (auto& each : read_->overview.kept_entries(remote_.row.id, task)) {
            if (in_page.count(each.record.id) != 0) continue;
            const auto entry = entry_of(remote_.mapping->apply(each.record).fact);
            if (!entry) continue;
            logs.push_back(logged(*entry));
            known.emplace(entry->id, Other{std::move(each), *entry});
        }
        for (auto& each : changed) {
            const auto entry = entry_of(each.fact);
            if (!entry || entry->task != task) continue;
            logs.push_back(logged(*entry));
            page.emplace(entry->id, &each);
        }
        domain::subtract(logs);
        for (const auto& log : logs) {
            const std::string problem = open_words(log);
            if (const auto at = page.find(log.id); at != page.end()) {
                std::get<domain::SourceEntry>(*at->second->fact).seconds = log.rest;
                at->second->problem = problem;
                continue;
            }
            auto& other = known.at(log.id);
            if (other.kept.seconds == log.rest && other.kept.problem == problem) continue;
            other.entry.seconds = log.rest;
            others.push_back({std::move(other.kept.record), std::move(other.entry), problem});
        }
    }

    const Reading& read_;
    const KnownRemote& remote_;
};

bool may_subtract(const KnownRemote& remote, const std::string& stream) {
    return stream == kEntries && remote.mapping->subtracts();
}

store::KeepCounts keep_others(Step& step, store::Sources::Keep context,
                              const std::vector<store::KeptRecord>& others) {
    context.run = 0; // no walk has seen them
    return step->sources.keep(context, others, {}, calendar_lookup(step),
                              fully_paid_lookup(step, context.pull));
}

} // namespace

store::KeepCounts keep_records(Step& step, const KnownRemote& remote,
                               const store::Sources::Keep& given,
                               std::vector<store::KeptRecord> changed,
                               const std::vector<std::string>& unchanged) {
    store::Sources::Keep context = given;
    if (context.stream == kEntries)
        context.words_known = step->kept.get(remote.row.id, kept::kWordsRead).has_value();
    std::vector<store::KeptRecord> others;
    if (may_subtract(remote, context.stream)) others = Netting(step, remote).net(changed, {});
    auto counts = step->sources.keep(context, changed, unchanged, calendar_lookup(step),
                                     fully_paid_lookup(step, context.pull));
    counts.revised += keep_others(step, context, others).revised;
    return counts;
}

std::int64_t forget_records(Step& step, const KnownRemote& remote,
                            const store::Sources::Keep& context,
                            const std::vector<std::string>& ids) {
    std::set<std::string> tasks;
    if (may_subtract(remote, context.stream))
        for (const auto& id : ids) tasks.insert(step->overview.task_of_entry(remote.row.id, id));
    const auto gone = step->sources.tombstone(context, ids);
    if (gone == 0 || tasks.empty()) return gone;
    std::vector<store::KeptRecord> none;
    keep_others(step, context, Netting(step, remote).net(none, std::move(tasks)));
    return gone;
}

std::string subtraction_words(const Reading& read, const KnownRemote& remote,
                              const store::EntryRow& entry) {
    if (!remote.mapping || !remote.mapping->subtracts() || entry.deleted) return "";
    const auto task = read->overview.task_of_entry(remote.row.id, entry.ref.id);
    std::vector<domain::LoggedTime> logs;
    for (const auto& each : read->overview.kept_entries(remote.row.id, task))
        if (const auto fact = entry_of(remote.mapping->apply(each.record).fact))
            logs.push_back(logged(*fact));
    domain::subtract(logs);
    for (const auto& log : logs) {
        if (log.id != entry.ref.id) continue;
        if (log.seconds < 0)
            return "takes " + format_duration(-log.seconds) +
                   " off what the same person logged on this task before";
        if (!log.taken_by.empty())
            return "logged as " + format_duration(log.seconds) + ", taken off by " +
                   join(log.taken_by, ", ");
    }
    return "";
}

} // namespace hb::books
