#include "connector/manifest/reader.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"

namespace hb::connector::manifest {
namespace {

using std::chrono::days;
using std::chrono::minutes;

// Names of things change rarely.
constexpr minutes kTableLives{60};
constexpr days kOldest{3 * 366};

bool by_time_of_day(TimeForm form) {
    return form != TimeForm::Day && form != TimeForm::DottedDay;
}

} // namespace

std::string_view what_of(std::string_view stream) {
    if (stream == "users") return "the people";
    if (stream == "groups") return "the projects";
    if (stream == "tasks") return "the tasks";
    return "the time records";
}

Day Reader::today(const Stream& stream) const {
    return caller_.zone_of(stream.read.zone).day_of(caller_.now());
}

Day Reader::oldest(const Stream& stream) const {
    if (!stream.read.oldest.empty())
        if (const auto day = parse_day(caller_.setting(stream.read.oldest))) return *day;
    return today(stream) - kOldest;
}

// The newest last, since that is where reading begins; the last of all reaches into the future.
std::vector<Span> Reader::spans_of(const Stream& stream, Day from, Day to) const {
    std::vector<Span> spans;
    const days length{std::max(1, stream.read.days)};
    const Day now = today(stream);
    for (Day begin = from; begin <= to;) {
        Day end = std::min(begin + length - days{1}, to);
        if (end >= now) end = to;
        spans.push_back({begin, end});
        begin = end + days{1};
    }
    return spans;
}

WalkState Reader::begin(const Stream& stream, bool full, const WalkState* before) const {
    WalkState state;
    state.full = full;
    state.begun = caller_.now();
    if (!full && before != nullptr) state.since = before->begun;
    if (before != nullptr) {
        state.sums = before->sums;
        state.sums_at = before->sums_at;
    }
    if (stream.read.kind == Read::Kind::Window) {
        const Day end = today(stream) + days{stream.read.ahead_days};
        const Day recent = today(stream) - days{stream.read.recent_days};
        const bool all = full || before == nullptr;
        state.spans = spans_of(stream, all ? oldest(stream) : recent, end);
    }
    return state;
}

Names Reader::names_of(const Stream& stream, const WalkState& state) const {
    Names names = caller_.names();
    const Zone zone = caller_.zone_of(stream.read.zone);
    const Read& read = stream.read;
    if (state.since)
        names.set("since",
                  format_time(read.form, *state.since - minutes{read.overlap_minutes}, zone));
    else
        names.set("since", read.first);
    if (!state.spans.empty()) {
        const Span& span = state.spans.back();
        const bool clock = by_time_of_day(read.form);
        const Day behind = span.to + days{1};
        const auto at = [&](Day day) {
            return format_time(read.form, clock ? zone.start_of(day) : Instant(day),
                               clock ? zone : Zone::utc());
        };
        names.set("window.from", at(span.from));
        names.set("window.end", at(behind));
        names.set(
            "window.to",
            clock ? format_time(read.form, zone.start_of(behind) - std::chrono::seconds{1}, zone)
                  : at(span.to));
    }
    const Each* each = each_of(stream, state);
    if (each != nullptr && state.parent < state.parents.size()) {
        const auto first = state.parents.begin() + static_cast<std::ptrdiff_t>(state.parent);
        const auto count = static_cast<std::ptrdiff_t>(group_size(*each, state));
        const std::vector<std::string> group(first, first + count);
        names.set("parent.id", group.front());
        names.set_list("parents", group);
    }
    return names;
}

Result<domain::Page> Reader::read(const domain::ReadRequest& request) {
    const Stream* stream = caller_.manifest().find_stream(request.stream);
    if (stream == nullptr)
        return Error{Code::Usage,
                     caller_.options().remote + " has no stream \"" + request.stream + "\"", "",
                     ""};
    const auto before = caller_.counters().requests;
    known_parents_ = request.known_parents;
    auto page = [&]() -> Result<domain::Page> {
        switch (request.reading) {
        case domain::Reading::ByIds:
            return by_ids(*stream, request);
        case domain::Reading::Window:
            return window(*stream, request);
        case domain::Reading::OfTasks:
            return Error{Code::Usage, "this planner's records are not read by task", "", ""};
        default:
            return walk(*stream, request);
        }
    }();
    if (page) page->requests = static_cast<int>(caller_.counters().requests - before);
    return page;
}

Result<domain::Page> Reader::walk(const Stream& stream, const domain::ReadRequest& request) {
    const bool full = request.reading == domain::Reading::Full;
    // A pull begins here: what an earlier one saw says nothing of now (G25).
    if (!full) memories_.erase(stream.name);
    const auto before = from_cursor(request.cursor);
    WalkState state;
    if (before && !before->done && before->full == full) {
        state = *before;
    } else {
        const bool usable = before && before->done;
        const minutes pause{stream.read.every_minutes};
        if (!full && usable && caller_.now() < before->begun + pause) {
            domain::Page page;
            page.cursor = request.cursor;
            page.complete = true;
            return page;
        }
        state = begin(stream, full, usable ? &*before : nullptr);
        if (full) memories_[stream.name] = {state.begun, {}, false, {}, {}};
    }
    if (state.place.begun()) take_up(stream, request.cursor, state);
    domain::Page page;
    const bool deletions = !full && stream.deleted && state.since && !state.deleted_done;
    if (auto done = deletions ? ask_deleted(stream, state, page) : step(stream, state, page); !done)
        return done.error();
    if (state.refused_at)
        if (auto anew = begin_anew(stream, state, page); !anew) return anew.error();
    if (state.done && full) {
        memories_[stream.name].whole = true;
        memories_[stream.name].end = state.end;
        page.end = state.end;
    }
    page.complete = state.done;
    page.cursor = to_cursor(state);
    lists_[stream.name] = {page.cursor, std::move(state.part_ids)};
    return page;
}

Status Reader::keep(const Stream& stream, const Names& names, const std::vector<json::Value>& rows,
                    domain::Page& page, WalkState* state) {
    auto records = make_records({stream, caller_, names, tables_}, rows);
    if (!records)
        return Error{Code::Malformed,
                     caller_.options().remote + ": the answer with " +
                         std::string(what_of(stream.name)) +
                         " has another form: " + records.error().message,
                     "", "nothing was taken from it"};
    const auto memory = memories_.find(stream.name);
    for (auto& record : *records) {
        if (memory != memories_.end()) memory->second.seen.insert(record.id);
        if (state != nullptr && stream.proof == domain::Proof::Walk &&
            !state->part_ids.insert(record.id).second)
            state->doubt_it("record " + record.id + " came twice in one list");
        page.records.push_back(std::move(record));
    }
    return {};
}

// What must be known before rows can be asked for. True: this step was spent on it.
Result<bool> Reader::prepare(const Stream& stream, WalkState& state, domain::Page& page) {
    if (auto loaded = load_tables(stream); !loaded || *loaded) return loaded;
    if (each_of(stream, state) != nullptr && !state.have_parents) {
        auto collected = collect_parents(stream, state, page);
        if (!collected || *collected) return collected;
    }
    if (stream.sums && !state.sums_done) return compare_sums(stream, state);
    return false;
}

// A stream may be made of several requests, read one after the other.
Status Reader::step(const Stream& stream, WalkState& state, domain::Page& page,
                    const Ask* instead) {
    if (instead != nullptr || stream.also.empty()) return step_part(stream, state, page, instead);
    const std::size_t at = std::min(state.part, stream.also.size());
    const Instant begun = state.begun;
    const bool full = state.full;
    const auto since = state.since;
    const auto anew_at = state.anew_at;
    if (auto done = step_part(at == 0 ? stream : stream.also[at - 1], state, page, nullptr); !done)
        return done;
    if (!state.done || at == stream.also.size()) return {};
    WalkState last;
    if (since) last.begun = *since;
    WalkState next = begin(stream.also[at], full, since ? &last : nullptr);
    next.begun = begun;
    next.doubt = state.end.doubt;
    next.anew_at = anew_at;
    next.sums = state.sums;
    next.sums_at = state.sums_at;
    next.sums_done = true;
    next.part = at + 1;
    state = std::move(next);
    return {};
}

Status Reader::step_part(const Stream& stream, WalkState& state, domain::Page& page,
                         const Ask* instead) {
    auto spent = prepare(stream, state, page);
    if (!spent) return spent.error();
    if (*spent) return {};
    if (each_of(stream, state) != nullptr && state.parents.empty()) {
        state.end = end_of(stream, state);
        state.done = true;
        return {};
    }
    if (!state.ids.empty()) return fetch_ids(stream, state, page);

    const Names names = names_of(stream, state);
    const Ask& ask = instead != nullptr ? *instead
                     : state.in_parts   ? stream.too_many->first
                                        : stream.ask;
    PageAsk page_ask{ask,        stream.pages,        stream.rows, stream.rows_may_lack,
                     stream.cap, what_of(stream.name)};
    page_ask.of_parent = each_of(stream, state) != nullptr;
    page_ask.unlisted = page_ask.of_parent && state.parent >= state.listed;
    page_ask.asked_twice = state.empty_once;
    PagePlace place = state.place;
    auto got = ask_page(caller_, page_ask, names, place);
    if (!got) return got.error();
    if (got->split) return split(stream, state);
    if (got->restart) {
        const bool full = state.full || !state.since;
        state = begin(stream, full, nullptr);
        return {};
    }
    if (got->refused) {
        state.refused_at = caller_.error(got->reply, what_of(stream.name));
        return {};
    }
    if (got->no_parent) {
        leave_parents(stream, state);
        return {};
    }
    state.empty_once = got->ask_again;
    if (got->ask_again) return {};
    judge_total(*got, state);
    if (!stream.ids_first.empty()) {
        auto ids = manifest::ids_of({stream.ids_first}, got->rows);
        if (!ids)
            return Error{Code::Malformed, caller_.options().remote + ": " + ids.error().message, "",
                         ""};
        state.ids = std::move(*ids);
    } else if (auto kept = keep(stream, names, got->rows, page, &state); !kept) {
        return kept;
    }
    if (!got->doubt.empty()) state.doubt_it(got->doubt);
    state.place = place;
    state.last_page = got->last;
    if (got->last && state.ids.empty()) next_part(stream, state);
    return {};
}

// The next group of parents, the next window, or the end.
void Reader::next_part(const Stream& stream, WalkState& state) const {
    state.place = {};
    state.last_page = false;
    state.empty_once = false;
    state.total.reset();
    state.part_ids.clear();
    if (const Each* each = each_of(stream, state)) {
        state.parent += group_size(*each, state);
        if (state.parent < state.parents.size()) return;
        state.parent = 0;
    }
    if (!state.spans.empty()) state.spans.pop_back();
    if (!state.spans.empty()) return;
    state.done = true;
    // A cursor is kept for long: only what the next walk needs stays in it.
    WalkState kept;
    kept.full = state.full;
    kept.done = true;
    kept.begun = state.begun;
    kept.sums = std::move(state.sums);
    kept.sums_at = state.sums_at;
    kept.end = end_of(stream, state);
    state = std::move(kept);
}

Status Reader::split(const Stream& stream, WalkState& state) const {
    if (state.spans.empty() && stream.too_many && !state.in_parts) {
        state.in_parts = true; // for each project, from the beginning
        state.place = {};
        state.part_ids.clear();
        return {};
    }
    if (state.spans.empty() || state.spans.back().from == state.spans.back().to)
        return Error{Code::NeedsPerson,
                     caller_.options().remote + ": " + std::string(what_of(stream.name)) +
                         (state.spans.empty() ? "" : " of " + format_day(state.spans.back().from)) +
                         " are more than one answer of this planner holds",
                     "", "nothing was taken for deleted; archive what is no longer needed"};
    const Span span = state.spans.back();
    const Day middle = span.from + (span.to - span.from) / 2;
    state.spans.back() = {span.from, middle};
    state.spans.push_back({middle + days{1}, span.to});
    state.place = {};
    state.part_ids.clear();
    state.total.reset();
    return {};
}

Status Reader::fetch_ids(const Stream& stream, WalkState& state, domain::Page& page) {
    ensure(stream.by_ids.has_value(), "a stream of ids names how its records are fetched");
    Names names = names_of(stream, state);
    const auto count =
        std::min<std::size_t>(static_cast<std::size_t>(stream.by_ids_many), state.ids.size());
    const auto middle = state.ids.begin() + static_cast<std::ptrdiff_t>(count);
    names.set_list("ids", std::vector<std::string>(state.ids.begin(), middle));
    PagePlace place;
    auto got =
        ask_page(caller_, {*stream.by_ids, Pages{}, stream.rows, false, 0, what_of(stream.name)},
                 names, place);
    if (!got) return got.error();
    // Ids that lead to nothing are gone, or closed to us; a full walk tells.
    if (auto kept = keep(stream, names, got->rows, page, nullptr); !kept) return kept;
    state.ids.erase(state.ids.begin(), middle);
    if (state.ids.empty() && state.last_page) next_part(stream, state);
    return {};
}

Result<bool> Reader::load_tables(const Stream& stream) {
    for (const Addition& addition : stream.additions) {
        if (addition.kind != Addition::Kind::Table) continue;
        const Table& table = caller_.manifest().tables.at(addition.table);
        Loading& loading = loading_[addition.table];
        const bool midway = loading.place.begun() || loading.empty_once;
        const bool fresh = tables_.count(addition.table) > 0 && !midway &&
                           caller_.now() < loading.at + kTableLives;
        if (fresh) continue;
        if (!midway) tables_.erase(addition.table);
        PageAsk ask{table.ask, table.pages, table.rows, false, 0, "the names"};
        ask.asked_twice = loading.empty_once;
        auto got = ask_page(caller_, ask, caller_.names(), loading.place);
        if (!got) return got.error();
        if (got->refused) { // as a list's position is (G50)
            if (loading.anew_at && caller_.now() < *loading.anew_at + kAnewPause)
                return caller_.error(got->reply, "the names");
            loading = {caller_.now(), {}, false, caller_.now()};
            tables_.erase(addition.table);
            return true;
        }
        TableRows& rows = tables_[addition.table];
        for (const json::Value& row : got->rows) {
            const auto key = word_of(row.pointer(table.key));
            const auto value = word_of(row.pointer(table.value));
            if (key && value) rows[*key] = *value;
        }
        loading.at = caller_.now();
        loading.empty_once = got->ask_again;
        return true;
    }
    return false;
}

// Months whose sums differ from those of the last walk are read again, whatever their age.
Result<bool> Reader::compare_sums(const Stream& stream, WalkState& state) {
    const Sums& sums = *stream.sums;
    state.sums_done = true;
    const bool due =
        !state.sums_at || caller_.now() >= *state.sums_at + minutes{sums.every_minutes};
    if (!due && !state.full) return false;
    WalkState span;
    span.spans = {{std::max(oldest(stream), today(stream) - days{31 * sums.back_months}),
                   today(stream) + days{stream.read.ahead_days}}};
    PagePlace place;
    auto got = ask_page(caller_, {sums.ask, Pages{}, sums.rows, true, 0, "the control sums"},
                        names_of(stream, span), place);
    if (!got) return got.error();
    std::map<std::string, std::vector<std::string>> months;
    for (const json::Value& row : got->rows)
        for (const json::Value& month : row.pointer(sums.months))
            months[std::string(month.key())].push_back(std::string(row.key()) + month.dump());
    std::map<std::string, std::string> now;
    for (auto& [month, parts] : months) {
        std::sort(parts.begin(), parts.end());
        now[month] = sha256_hex(join(parts, "\n")).substr(0, 12);
    }
    if (!state.full && state.sums_at) {
        std::set<std::string> all;
        for (const auto& [month, sum] : now) all.insert(month);
        for (const auto& [month, sum] : state.sums) all.insert(month);
        for (const auto& month : all) {
            const auto range = parse_month(month);
            const auto before = state.sums.find(month);
            const auto after = now.find(month);
            const bool same =
                before != state.sums.end() && after != now.end() && before->second == after->second;
            if (range && !same) state.spans.push_back({range->from, range->to});
        }
    }
    state.sums = std::move(now);
    state.sums_at = caller_.now();
    return true;
}

} // namespace hb::connector::manifest
