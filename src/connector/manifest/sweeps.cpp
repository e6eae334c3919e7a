#include <algorithm>

#include "base/ensure.h"
#include "base/text.h"
#include "connector/manifest/reader.h"

// Readings that look at what is known already: by ids, and by work time.
namespace hb::connector::manifest {
namespace {

// Up to so many are asked for one by one, where that can be done; more of them cost less as a walk.
constexpr std::size_t kOneByOneMax = 20;
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
    if (auto kept = keep(stream, names, got->rows, page); !kept) return kept.error();
    std::set<std::string> shown;
    for (const auto& record : page.records) shown.insert(record.id);
    for (const auto& id : page.covered)
        if (shown.count(id) == 0) page.absent.push_back(id);
    page.cursor = std::to_string(end);
    page.complete = end == request.ids.size();
    return page;
}

Result<domain::Page> Reader::one_by_one(const Stream& stream, const domain::ReadRequest& request) {
    const auto at = position(request.cursor, request.ids.size());
    domain::Page page;
    page.complete = true;
    if (at == request.ids.size()) return page;
    if (auto loaded = load_tables(stream); !loaded) return loaded.error();
    const std::string& id = request.ids[at];
    Names names = caller_.names();
    names.set("id", id);
    const Reply reply = caller_.call(*stream.one, names);
    page.covered = {id};
    if (reply.fate == Fate::Answered && (reply.what == Do::Gone || reply.what == Do::Empty)) {
        page.absent = {id};
    } else if (!reply.ok()) {
        return caller_.error(reply, what_of(stream.name));
    } else {
        const json::Value row = reply.body().pointer(stream.one->has_rows ? stream.one->rows : "");
        if (auto kept = keep(stream, names, {row}, page); !kept) return kept.error();
    }
    page.cursor = std::to_string(at + 1);
    page.complete = at + 1 == request.ids.size();
    return page;
}

// A record is gone when a whole walk did not show it. One walk answers for every id that is asked
// within half an hour, and ends early when all were seen.
Result<domain::Page> Reader::by_walking(const Stream& stream, const domain::ReadRequest& request) {
    Memory& memory = memories_[stream.name];
    const bool fresh = memory.begun != Instant{} && caller_.now() < memory.begun + kMemoryLives;
    if (memory.begun == Instant{} || (request.cursor.empty() && !fresh))
        memory = {caller_.now(), {}, false, {}};
    domain::Page page;
    page.cursor = "walking";
    std::vector<std::string> missing;
    const auto look = [&] {
        missing.clear();
        for (const auto& id : request.ids)
            if (memory.seen.count(id) == 0) missing.push_back(id);
    };
    look();
    if (!missing.empty() && !memory.whole) {
        if (memory.rest.begun == Instant{}) {
            memory.rest = begin(stream, true, nullptr);
            memory.rest.sums_done = true;
        }
        if (auto done = step(stream, memory.rest, page); !done) return done.error();
        memory.whole = memory.rest.done;
        look();
    }
    page.complete = missing.empty() || memory.whole;
    if (!page.complete) return page;
    page.covered = request.ids;
    page.absent = std::move(missing);
    return page;
}

Result<domain::Page> Reader::window(const Stream& stream, const domain::ReadRequest& request) {
    const bool native = stream.read.kind == Read::Kind::Window;
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
