#include <algorithm>

#include "base/ensure.h"
#include "connector/manifest/reader.h"

// Whom a walk asks, where it goes on, and what its end proves (G48, G49, G50).
namespace hb::connector::manifest {
namespace {

using std::chrono::minutes;

// Lists of parents do not change within a pull.
constexpr minutes kParentsLive{10};

} // namespace

const Each* each_of(const Stream& stream, const WalkState& state) {
    if (state.in_parts) return &stream.too_many->second;
    return stream.each ? &*stream.each : nullptr;
}

std::size_t group_size(const Each& each, const WalkState& state) {
    const std::size_t end = state.parent < state.listed ? state.listed : state.parents.size();
    return std::min<std::size_t>(static_cast<std::size_t>(each.many),
                                 end - std::min(end, state.parent));
}

bool answer_proves(const Stream& stream) {
    if (stream.proof == domain::Proof::Id) return true;
    return stream.proof == domain::Proof::Walk && !stream.one && !stream.by_ids && !stream.each;
}

Result<bool> Reader::collect_parents(const Stream& stream, WalkState& state, domain::Page& page) {
    (void)page;
    const std::string& name = each_of(stream, state)->stream;
    auto& known = parents_[name];
    if (known.at != Instant{} && caller_.now() < known.at + kParentsLive) {
        state.parents = known.ids;
        have_parents(stream, state);
        return false;
    }
    const Stream* of = caller_.manifest().find_stream(name);
    ensure(of != nullptr, "the parents' stream was checked");
    auto walk = from_cursor(state.parent_walk);
    if (!walk) {
        walk = begin(*of, true, nullptr);
        walk->sums_done = true;
    }
    domain::Page parents;
    if (auto done = step(*of, *walk, parents); !done) return done.error();
    if (walk->refused_at) {
        const Error refused = *walk->refused_at;
        const bool again = state.anew_at && caller_.now() < *state.anew_at + kAnewPause;
        state.parents.clear();
        state.parent_walk.clear();
        state.anew_at = caller_.now();
        if (again) return refused;
        return true;
    }
    for (const auto& record : parents.records) state.parents.push_back(record.id);
    state.parent_walk = to_cursor(*walk);
    if (!walk->done) {
        // The list so far travels in the cursor, too.
        return true;
    }
    state.parent_walk.clear();
    std::sort(state.parents.begin(), state.parents.end());
    state.parents.erase(std::unique(state.parents.begin(), state.parents.end()),
                        state.parents.end());
    known = {caller_.now(), state.parents};
    have_parents(stream, state);
    return true;
}

// Behind those that are listed stand those whose records we know from before: who left is asked
// for, too, and what he did is not taken for deleted (G48).
void Reader::have_parents(const Stream& stream, WalkState& state) const {
    state.have_parents = true;
    state.listed = state.parents.size();
    if (!stream.known_parents) return;
    const std::set<std::string> listed(state.parents.begin(), state.parents.end());
    for (const auto& id : known_parents_)
        if (listed.count(id) == 0) state.parents.push_back(id);
}

// Ids that a list showed are known to the process that read it. Another one that goes on in the
// middle of it cannot tell whether a row comes for the second time.
void Reader::take_up(const Stream& stream, const std::string& cursor, WalkState& state) {
    if (stream.proof != domain::Proof::Walk) return;
    auto& list = lists_[stream.name];
    if (list.cursor == cursor)
        state.part_ids = std::move(list.ids);
    else
        state.doubt_it("it was taken up in the middle of a list");
}

// A position that is not accepted any more is dropped, with the list of parents (G50).
Status Reader::begin_anew(const Stream& stream, WalkState& state, domain::Page& page) {
    const Instant now = caller_.now();
    if (state.anew_at && now < *state.anew_at + kAnewPause) return *state.refused_at;
    WalkState before;
    if (state.since) before.begun = *state.since;
    WalkState fresh = begin(stream, state.full, state.since ? &before : nullptr);
    fresh.sums = state.sums;
    fresh.sums_at = state.sums_at;
    fresh.sums_done = true;
    fresh.deleted_done = state.deleted_done;
    fresh.anew_at = now;
    if (const Each* each = each_of(stream, state)) parents_.erase(each->stream);
    if (state.full) memories_[stream.name] = {fresh.begun, {}, false, {}, {}};
    state = std::move(fresh);
    page.begun_anew = true;
    return {};
}

// As many rows as the planner says there are, and none taken away while they were read (G49).
void Reader::judge_total(const PageGot& got, WalkState& state) {
    if (!got.total) return;
    if (state.total && *got.total < *state.total)
        state.doubt_it("the planner's total fell while the list was read");
    state.total = *got.total;
    if (!got.last) return;
    const auto rows = state.place.rows + static_cast<std::int64_t>(got.rows.size());
    if (rows != *got.total)
        state.doubt_it(std::to_string(rows) + " rows came, and the planner's total says " +
                       std::to_string(*got.total));
}

// Whom it was asked of is not there: no word on what we know of them (G48, G50).
void Reader::leave_parents(const Stream& stream, WalkState& state) const {
    const Each& each = *each_of(stream, state);
    for (std::size_t i = 0; i < group_size(each, state); ++i) {
        const auto& id = state.parents[state.parent + i];
        if (std::find(state.refused.begin(), state.refused.end(), id) == state.refused.end())
            state.refused.push_back(id);
    }
    next_part(stream, state);
}

domain::WalkEnd Reader::end_of(const Stream& stream, const WalkState& state) {
    domain::WalkEnd end;
    end.doubt = state.doubt;
    end.proven = state.full && state.doubt.empty();
    end.by_parents = each_of(stream, state) != nullptr;
    end.refused = state.refused;
    for (const auto& parent : state.parents)
        if (std::find(state.refused.begin(), state.refused.end(), parent) == state.refused.end())
            end.parents.push_back(parent);
    return end;
}

std::int64_t Reader::requests_of_all() {
    std::int64_t sum = 0;
    for (const Stream& stream : caller_.manifest().streams) {
        if (stream.ask.share == Share::Take) continue; // asked once for both
        sum += requests_of(stream);
        for (const Stream& more : stream.also) sum += requests_of(more);
    }
    return sum;
}

std::int64_t Reader::requests_of(const Stream& stream) {
    std::int64_t windows = 1;
    if (stream.read.kind == Read::Kind::Window)
        windows = static_cast<std::int64_t>(
            spans_of(stream, oldest(stream),
                     today(stream) + std::chrono::days{stream.read.ahead_days})
                .size());
    if (!stream.each) return windows;
    return windows * ((count_parents(stream.each->stream) + stream.each->many - 1) /
                      std::max(1, stream.each->many));
}

std::int64_t Reader::count_parents(const std::string& stream) {
    const auto known = parents_.find(stream);
    if (known != parents_.end()) return static_cast<std::int64_t>(known->second.ids.size());
    const Stream* of = caller_.manifest().find_stream(stream);
    if (of == nullptr) return 1;
    WalkState walk = begin(*of, true, nullptr);
    walk.sums_done = true;
    domain::Page page;
    if (!step(*of, walk, page)) return 1;
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(page.records.size()));
}

} // namespace hb::connector::manifest
