#include <algorithm>

#include "base/ensure.h"
#include "base/text.h"
#include "connector/manifest/reader.h"

// Readings that look at what is known already: by ids, and by work time.
namespace hb::connector::manifest {
namespace {

// Up to so many are asked for one by one, where that can be done; more of them cost less as a walk.
constexpr std::size_t kOneByOneMax = 20;
// Those that a walk did not show are asked for one by one all the same, but never more in one pass
// (G48).
constexpr std::size_t kQuestionsMax = 500;
constexpr std::chrono::minutes kMemoryLives{30};

std::size_t position(std::string_view cursor, std::size_t size) {
    const auto number = parse_integer(cursor);
    return number && *number > 0 ? std::min(static_cast<std::size_t>(*number), size) : 0;
}

} // namespace

Result<domain::Page> Reader::by_ids(const Stream& stream, const domain::ReadRequest& request) {
    if (request.ids.empty()) {
        domain::Page page;
        page.complete = true;
        return page;
    }
    if (stream.by_ids) return many_by_ids(stream, request);
    if (stream.one && request.ids.size() <= kOneByOneMax) return one_by_one(stream, request);
    return by_walking(stream, request);
}

Result<domain::Page> Reader::many_by_ids(const Stream& stream, const domain::ReadRequest& request) {
    const auto at = position(request.cursor, request.ids.size());
    const auto many = static_cast<std::size_t>(std::max(1, stream.by_ids_many));
    const auto end = std::min(at + many, request.ids.size());
    domain::Page page;
    page.covered.assign(request.ids.begin() + static_cast<std::ptrdiff_t>(at),
                        request.ids.begin() + static_cast<std::ptrdiff_t>(end));
    if (auto loaded = load_tables(stream); !loaded) return loaded.error();
    Names names = caller_.names();
    names.set_list("ids", page.covered);
    PagePlace place;
    auto got =
        ask_page(caller_, {*stream.by_ids, Pages{}, stream.rows, false, 0, what_of(stream.name)},
                 names, place);
    if (!got) return got.error();
    if (auto kept = keep(stream, names, got->rows, page, nullptr); !kept) return kept.error();
    std::set<std::string> shown;
    for (const auto& record : page.records) shown.insert(record.id);
    auto& missing = stream.proof == domain::Proof::Id ? page.absent : page.hidden;
    for (const auto& id : page.covered)
        if (shown.count(id) == 0) missing.push_back(id);
    page.cursor = std::to_string(end);
    page.complete = end == request.ids.size();
    return page;
}

// What an hour allows is for reading first: a tenth of it may go into questions.
std::size_t Reader::questions_left() const {
    const auto hour = caller_.requests_per_hour();
    if (hour <= 0) return kQuestionsMax;
    return std::min(kQuestionsMax, std::max<std::size_t>(1, static_cast<std::size_t>(hour) / 10));
}

// Ids beyond what one pass may ask are not covered: nothing is said about them.
Result<domain::Page> Reader::one_by_one(const Stream& stream, const domain::ReadRequest& request) {
    const auto most = std::min(request.ids.size(), questions_left());
    const auto at = position(request.cursor, most);
    domain::Page page;
    page.complete = true;
    if (at == most) return page;
    if (auto loaded = load_tables(stream); !loaded) return loaded.error();
    const std::string& id = request.ids[at];
    Names names = caller_.names();
    names.set("id", id);
    const Reply reply = caller_.call(*stream.one, names);
    page.covered = {id};
    const bool gone =
        reply.fate == Fate::Answered && (reply.what == Do::Gone || reply.what == Do::Empty);
    if (gone && stream.proof == domain::Proof::Id) {
        page.absent = {id};
    } else if (gone || (reply.fate == Fate::Answered && reply.what == Do::Hidden)) {
        page.hidden = {id};
    } else if (!reply.ok()) {
        return caller_.error(reply, what_of(stream.name));
    } else {
        const json::Value row =
            reply.body().pointer(stream.one->has_rows ? stream.one->rows : std::string());
        if (auto kept = keep(stream, names, {row}, page, nullptr); !kept) return kept.error();
    }
    page.cursor = std::to_string(at + 1);
    page.complete = at + 1 == most;
    return page;
}

// One walk answers for every id that is asked within half an hour, and ends early when all were
// seen. What it did not show is gone where a proven walk proves that; else each of them is asked
// for where the planner can be, or nothing is said about it.
Result<domain::Page> Reader::by_walking(const Stream& stream, const domain::ReadRequest& request) {
    constexpr std::string_view kAsking = "asking ";
    if (request.cursor.rfind(kAsking, 0) == 0) {
        domain::ReadRequest rest = request;
        rest.ids = not_seen(stream, request.ids);
        rest.cursor = request.cursor.substr(kAsking.size());
        auto page = one_by_one(stream, rest);
        if (page) page->cursor = std::string(kAsking) + page->cursor;
        return page;
    }
    Memory& memory = memories_[stream.name];
    const bool fresh = memory.begun != Instant{} && caller_.now() < memory.begun + kMemoryLives;
    if (memory.begun == Instant{} || (request.cursor.empty() && !fresh))
        memory = {caller_.now(), {}, false, {}, {}};
    domain::Page page;
    page.cursor = "walking";
    auto missing = not_seen(stream, request.ids);
    if (!missing.empty() && !memory.whole) {
        if (auto done = walk_on(stream, memory, page); !done) return done.error();
        missing = not_seen(stream, request.ids);
    }
    page.complete = missing.empty() || memory.whole;
    if (!page.complete) return page;
    page.covered = request.ids;
    if (missing.empty()) return page;
    if (stream.one && stream.proof == domain::Proof::Id) {
        page.covered.clear(); // said of each when it is asked for
        page.complete = false;
        page.cursor = std::string(kAsking);
    } else if (stream.proof == domain::Proof::Walk && memory.end.proven && !memory.end.by_parents) {
        page.absent = std::move(missing);
    } else {
        page.hidden = std::move(missing);
    }
    return page;
}

std::vector<std::string> Reader::not_seen(const Stream& stream,
                                          const std::vector<std::string>& ids) {
    const Memory& memory = memories_[stream.name];
    std::vector<std::string> missing;
    for (const auto& id : ids)
        if (memory.seen.count(id) == 0) missing.push_back(id);
    return missing;
}

Status Reader::walk_on(const Stream& stream, Memory& memory, domain::Page& page) {
    if (memory.rest.begun == Instant{}) {
        memory.rest = begin(stream, true, nullptr);
        memory.rest.sums_done = true;
    }
    if (auto done = step(stream, memory.rest, page); !done) return done;
    if (memory.rest.refused_at) {
        const Error refused = *memory.rest.refused_at;
        memory = {}; // the next question begins anew
        return refused;
    }
    memory.whole = memory.rest.done;
    if (memory.whole) memory.end = memory.rest.end;
    return {};
}

Result<domain::Page> Reader::window(const Stream& stream, const domain::ReadRequest& request) {
    const bool native = stream.read.kind == Read::Kind::Window && !stream.read.written;
    domain::Page page;
    if (!native && !stream.window && !stream.deleted) {
        page.complete = true; // the engine asks by id for what a window did not show
        return page;
    }
    auto state = from_cursor(request.cursor);
    if (!state || state->done) {
        state = WalkState{};
        state->begun = caller_.now();
        state->since = Instant(request.from);
        state->sums_done = true;
        state->spans = native ? spans_of(stream, request.from, request.to)
                              : std::vector<Span>{{request.from, request.to}};
    }
    if (stream.deleted && !state->deleted_done) {
        if (auto done = ask_deleted(stream, *state, page); !done) return done.error();
        state->done = state->deleted_done && !native && !stream.window;
    } else if (native || stream.window) {
        if (auto done = step(stream, *state, page, native ? nullptr : &*stream.window); !done)
            return done.error();
        if (state->refused_at) return *state->refused_at; // the next window begins anew
    } else {
        state->done = true;
    }
    page.complete = state->done;
    page.cursor = to_cursor(*state);
    return page;
}

Status Reader::ask_deleted(const Stream& stream, WalkState& state, domain::Page& page) {
    PagePlace place = state.place;
    auto got =
        ask_page(caller_, {*stream.deleted, stream.pages, stream.rows, true, 0, "the deletions"},
                 names_of(stream, state), place);
    if (!got) return got.error();
    auto ids = manifest::ids_of(stream.deleted_id, got->rows);
    if (!ids)
        return Error{Code::Malformed, caller_.options().remote + ": " + ids.error().message, "",
                     ""};
    page.absent = std::move(*ids);
    state.place = place;
    if (got->last) {
        state.place = {};
        state.deleted_done = true;
    }
    return {};
}

} // namespace hb::connector::manifest
