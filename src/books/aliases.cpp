#include "books/aliases.h"

#include <set>

#include "base/text.h"
#include "books/drafting.h"
#include "books/unknown.h"
#include "domain/likeness.h"

namespace hb::books {
namespace {

using store::AliasRow;
using store::EntryRow;

bool is_sent(const Reading& read, const EntryRow& entry) {
    if (!entry.live_report) return false;
    const auto report = read->reports.find(*entry.live_report);
    return report && report->state != domain::State::Draft;
}

bool ended(const AliasRow& row, const EntryRow& entry, const EntryRow& other) {
    if (entry.deleted || other.deleted) return true;
    // A person's word stands over a moved date, but not over another client.
    return entry.client != other.client ||
           (row.decision == "proposed" && entry.work_date != other.work_date);
}

void end_what_is_gone(Step& step, store::Aliases& aliases) {
    for (const auto& row : aliases.standing()) {
        const auto entry = step->sources.find_entry(row.entry);
        const auto other = step->sources.find_entry(row.same_as);
        if (!ended(row, *entry, *other)) continue;
        aliases.remove(row.entry, row.same_as);
        if (is_sent(step, *entry)) aliases.look_again(row.entry, step.now());
        step->events.add(step.now(), "engine", "alias.ended", std::nullopt, to_string(entry->ref),
                         EventData().add("same_as", to_string(other->ref)).text());
    }
}

// How far its bill has come: 0 none, 1 sent, 2 agreed or later.
int stage_of(const Reading& read, const EntryRow& entry) {
    if (!is_sent(read, entry)) return 0;
    return read->reports.find(*entry.live_report)->state == domain::State::Sent ? 1 : 2;
}

// Which of the two stays: whose bill went further, else what the CRM itself holds, else what was
// seen first.
bool goes_before(const Reading& read, const EntryRow& a, const EntryRow& b) {
    const int a_stage = stage_of(read, a), b_stage = stage_of(read, b);
    if (a_stage != b_stage) return a_stage > b_stage;
    const bool a_crm = a.ref.remote == read.settings.crm_remote;
    const bool b_crm = b.ref.remote == read.settings.crm_remote;
    if (a_crm != b_crm) return a_crm;
    return a.id < b.id;
}

domain::TimeShape shape_of(const EntryRow& entry) {
    return {entry.seconds, entry.at, entry.text};
}

// Joined by hand (G13), or called alike: a wrong guess leaves time out until somebody looks, a
// missed one bills it twice.
bool one_person(Drafting& drafting, const EntryRow& a, const EntryRow& b) {
    const auto one = drafting.entry_facts(a, *a.client);
    const auto other = drafting.entry_facts(b, *b.client);
    return one.person == other.person ||
           (!one.person_name.empty() && fold_case(one.person_name) == fold_case(other.person_name));
}

} // namespace

void find_repeated(Step& step) {
    auto& aliases = step->aliases;
    end_what_is_gone(step, aliases);
    if (step.remotes().size() < 2) return;
    Drafting drafting(step);
    for (const auto& pair : aliases.candidates()) {
        auto stays = *step->sources.find_entry(pair.one);
        auto repeats = *step->sources.find_entry(pair.other);
        const auto alike = domain::likeness(shape_of(stays), shape_of(repeats));
        if (!alike) continue;
        if (!one_person(drafting, stays, repeats)) continue;
        if (goes_before(step, repeats, stays)) std::swap(stays, repeats);
        // One entry is repeated by one of each planner, and repeats nothing itself.
        if (is_sent(step, repeats) || aliases.of_entry(stays.id) || aliases.of_entry(repeats.id) ||
            aliases.is_repeated(repeats.id))
            continue;
        aliases.add(
            {repeats.id, stays.id, alike->percent, alike->why, "proposed", "engine", step.now()});
        step->events.add(
            step.now(), "engine", "alias.proposed", std::nullopt, to_string(repeats.ref),
            EventData().add("same_as", to_string(stays.ref)).add("why", alike->why).text());
    }
}

namespace {

AliasView view_of(const Reading& read, store::AliasRow row) {
    const auto entry = read->sources.find_entry(row.entry);
    const auto other = read->sources.find_entry(row.same_as);
    AliasView view;
    view.entry = to_string(entry->ref);
    view.same_as = to_string(other->ref);
    if (const auto client =
            entry->client ? read->sources.find_company(*entry->client) : std::nullopt)
        view.client = client->name;
    view.person = read->sources.find_person(entry->person)->name;
    view.work_date = format_day(entry->work_date);
    view.seconds = entry->seconds;
    view.same_as_seconds = other->seconds;
    view.text = entry->text;
    view.same_as_text = other->text;
    if (is_sent(read, *entry) && is_sent(read, *other)) {
        view.report = entry->live_report;
        view.same_as_report = other->live_report;
    }
    view.row = std::move(row);
    return view;
}

// What is alike and stands on sent reports twice. Found when somebody looks: no draft depends on
// it, and nothing is changed by itself (rule 10).
void add_both_sent(const Reading& read, std::vector<AliasView>& out) {
    const auto& aliases = read->aliases;
    Drafting drafting(read);
    std::set<std::int64_t> taken;
    for (const auto& row : aliases.standing()) taken.insert({row.entry, row.same_as});
    for (const auto& pair : aliases.both_sent()) {
        auto stays = *read->sources.find_entry(pair.one);
        auto repeats = *read->sources.find_entry(pair.other);
        const auto alike = domain::likeness(shape_of(stays), shape_of(repeats));
        if (!alike || taken.count(stays.id) > 0 || taken.count(repeats.id) > 0) continue;
        if (stays.client != repeats.client || !stays.client ||
            !one_person(drafting, stays, repeats))
            continue;
        if (goes_before(read, repeats, stays)) std::swap(stays, repeats);
        taken.insert({stays.id, repeats.id});
        out.push_back(view_of(read, {repeats.id, stays.id, alike->percent, alike->why, "proposed",
                                     "engine", read.now()}));
    }
}

} // namespace

std::vector<AliasView> aliases(const Reading& read, bool decided_too) {
    std::vector<AliasView> out;
    for (auto& row : read->aliases.all())
        if (decided_too || row.decision == "proposed") out.push_back(view_of(read, std::move(row)));
    if (read.remotes().size() > 1) add_both_sent(read, out);
    return out;
}

namespace {

Status refuse(const std::string& why, const std::string& hint) {
    return Error{Code::Conflict, why, "", hint};
}

Status may_repeat(const Reading& read, const EntryRow& entry, const EntryRow& other) {
    const auto& aliases = read->aliases;
    if (entry.id == other.id) return refuse("an entry does not repeat itself", "");
    if (entry.client != other.client)
        return refuse("they belong to two clients", "hourbridge explain ENTRY says whose they are");
    if (is_sent(read, entry) && !is_sent(read, other))
        return refuse(to_string(entry.ref) + " is on report " + std::to_string(*entry.live_report) +
                          ", which was sent",
                      "say it the other way round, or recall or cancel that report");
    if (const auto row = aliases.of_entry(other.id))
        return refuse(to_string(other.ref) + " repeats another entry itself",
                      "name the entry that is billed");
    if (aliases.is_repeated(entry.id))
        return refuse(to_string(entry.ref) + " is repeated by another entry",
                      "say --different of that one first: hourbridge alias list --all");
    const auto standing = aliases.of_entry(entry.id);
    if (standing && standing->same_as != other.id)
        return refuse(to_string(entry.ref) + " repeats another entry already",
                      "say --different of that one first: hourbridge alias list --all");
    return {};
}

} // namespace

Status decide_alias(Books& books, const domain::Ref& entry, const domain::Ref& same_as, bool same,
                    std::string_view reason, const Actor& actor) {
    Step step = books.begin(actor);
    step.cause = Step::Cause::Decision;
    const auto row = step->sources.find_entry(entry);
    if (!row) return unknown(step, entry);
    const auto other = step->sources.find_entry(same_as);
    if (!other) return unknown(step, same_as);
    if (same)
        if (auto may = may_repeat(step, *row, *other); !may) return may;
    auto& aliases = step->aliases;
    const std::string decision = same ? "same" : "different";
    if (aliases.of_pair(row->id, other->id))
        aliases.decide(row->id, other->id, decision, reason, actor.name, step.now());
    else
        aliases.add(
            {row->id, other->id, 100, std::string(reason), decision, actor.name, step.now()});
    step->events.add(step.now(), actor.name, "alias.decided", std::nullopt, to_string(entry),
                     EventData()
                         .add("same_as", to_string(same_as))
                         .add("decision", decision)
                         .add("reason", reason)
                         .text());
    if (is_sent(step, *row)) aliases.look_again(row->id, step.now());
    step.done();
    return {};
}

} // namespace hb::books
