#include "connector/bitrix24/walk.h"

#include <algorithm>

#include "connector/bitrix24/walk_plan.h"

namespace hb::connector::bitrix24 {
namespace {

constexpr std::int64_t kPage = static_cast<std::int64_t>(kPageRowsMax);
// A window is cut so that it should hold this many rows: full ones cost a second look.
constexpr std::int64_t kRowsWanted = 42;
// Ids never lie so thinly that a wider window would help; keeps the arithmetic far from overflow.
constexpr std::int64_t kWidthMax = 1'000'000;
// Fewer rows a window than this, and windows waste commands: chains do not care about gaps.
constexpr std::int64_t kSparse = 5;
// So many windows must have answered before their yield says anything.
constexpr int kWindowsToJudge = 10;
// The rest of a full window is cut into at most so many pieces at once.
constexpr std::int64_t kPiecesMax = 8;
constexpr int kChainGrowth = 5;
// A window is doubted where so many rows were to be expected and less than three fifths came,
// unless that is so for more than a few, or for more than one in so many.
constexpr std::int64_t kRowsExpected = 20;
constexpr std::size_t kThinFew = 2;
constexpr std::size_t kThinShare = 4;

// What the answers of one step came to.
struct Tally {
    std::vector<domain::SourceRecord> records;
    std::vector<Window> left;
    std::optional<Trouble> first_trouble;
    std::optional<std::int64_t> newest; // what the probe saw
    std::int64_t seen = 0;              // the highest id that came
    int answered = 0;
    int windows = 0; // fresh ones
    std::int64_t window_rows = 0;
    std::int64_t window_ids = 0;
    std::vector<std::pair<Window, std::int64_t>> believed; // windows and how many rows they gave
    bool chain_ended = false;
};

bool permanent(Nature nature) {
    return nature == Nature::Scope || nature == Nature::NoMethod || nature == Nature::Denied ||
           nature == Nature::Credentials || nature == Nature::Blocked;
}

Trouble garbage(const Table& table, std::string text) {
    return Trouble{Nature::Garbage, table.method, "", std::move(text), 200, {}};
}

// Ids must rise and lie where they were asked for: a portal that ignores a filter returns
// everything, and nothing else would show it.
bool rises(const std::vector<Row>& rows, std::int64_t after, std::int64_t up_to) {
    std::int64_t last = after;
    for (const auto& row : rows) {
        if (row.id <= last || (up_to > 0 && row.id > up_to)) return false;
        last = row.id;
    }
    return true;
}

bool counted_more(const Part& part, const std::vector<Row>& rows) {
    return part.total && *part.total > static_cast<std::int64_t>(rows.size()) &&
           rows.size() < kPageRowsMax;
}

// The part of a full window that its rows did not reach, in pieces of the density just seen.
void leave_rest(std::vector<Window>& left, const Window& window, std::int64_t last) {
    const std::int64_t rest = window.up_to - last;
    if (rest <= 0) return;
    const std::int64_t span = std::max<std::int64_t>(1, last - window.after);
    const std::int64_t wanted = std::max(kPage, span * kRowsWanted / kPage);
    const std::int64_t pieces = std::clamp<std::int64_t>(rest / wanted + 1, 1, kPiecesMax);
    std::int64_t after = last;
    for (std::int64_t i = 1; i <= pieces; ++i) {
        const std::int64_t up_to = i == pieces ? window.up_to : last + rest * i / pieces;
        if (up_to > after) left.push_back(Window{after, up_to, 0});
        after = up_to;
    }
}

void take_rows(const Table& table, Tally& tally, const std::vector<Row>& rows) {
    tally.records.reserve(tally.records.size() + rows.size());
    for (const auto& row : rows) {
        tally.records.push_back(record_of(table, row));
        tally.seen = std::max(tally.seen, row.id);
    }
}

void note_trouble(Tally& tally, const Trouble& trouble) {
    if (!tally.first_trouble || permanent(trouble.nature)) tally.first_trouble = trouble;
}

// The rows of one command, or nothing after the trouble has been noted.
std::optional<std::vector<Row>> checked(const Table& table, const Part& part, const Window& window,
                                        Tally& tally) {
    if (part.trouble) {
        note_trouble(tally, *part.trouble);
        return std::nullopt;
    }
    auto rows = rows_of(table, part.result);
    if (!rows) {
        note_trouble(tally, garbage(table, rows.error().message));
        return std::nullopt;
    }
    if (!rises(*rows, window.after, window.up_to)) {
        note_trouble(tally, garbage(table, "rows came that were not asked for, or out of order"));
        return std::nullopt;
    }
    ++tally.answered;
    return std::move(*rows);
}

void read_window(const Table& table, const Planned& planned, const Part& part, Tally& tally) {
    const Window& window = planned.window;
    auto rows = checked(table, part, window, tally);
    if (!rows) {
        tally.left.push_back(window);
        return;
    }
    if (counted_more(part, *rows) && window.doubts == 0) {
        tally.left.push_back(Window{window.after, window.up_to, 1});
        return;
    }
    // A full page is the whole of a window of 50 ids, and the beginning of a wider one.
    const bool full = rows->size() >= kPageRowsMax;
    const std::int64_t reached = full ? rows->back().id : window.up_to;
    if (full) leave_rest(tally.left, window, reached);
    if (!full) tally.believed.emplace_back(window, static_cast<std::int64_t>(rows->size()));
    if (planned.role == Role::Fresh) {
        ++tally.windows;
        tally.window_rows += static_cast<std::int64_t>(rows->size());
        tally.window_ids += reached - window.after;
    }
    take_rows(table, tally, *rows);
}

// Page after page while they are full. The first page that is short, failed or does not rise ends
// it; only a short one is the end of the table.
void read_chain(const Table& table, const Batch& batch, const BatchReply& reply, Walk& walk,
                Tally& tally) {
    bool asked = false;
    bool first = true;
    std::int64_t remaining = -1;
    bool all_full = true;
    for (const auto& planned : batch.planned) {
        if (planned.role != Role::Chain) continue;
        asked = true;
        const Part& part = reply.part(planned.key);
        Tally quiet; // a later link's trouble is no news: it hangs on the links before it
        auto rows = checked(table, part, Window{walk.open, 0, 0}, first ? tally : quiet);
        if (!rows) {
            if (!first && quiet.first_trouble && permanent(quiet.first_trouble->nature))
                note_trouble(tally, *quiet.first_trouble);
            all_full = false;
            break;
        }
        const bool doubtful = counted_more(part, *rows) && walk.doubts == 0;
        ++walk.pages;
        if (first && part.total) remaining = *part.total - static_cast<std::int64_t>(rows->size());
        if (!rows->empty()) walk.open = rows->back().id;
        const bool full = rows->size() >= kPageRowsMax;
        take_rows(table, tally, *rows);
        first = false;
        if (full) continue;
        all_full = false;
        tally.chain_ended = !doubtful;
        walk.doubts = doubtful ? 1 : 0;
        break;
    }
    if (!asked) return;
    const auto most = static_cast<std::int64_t>(kBatchCommandsMax);
    std::int64_t next = all_full ? std::min<std::int64_t>(most, walk.chain * kChainGrowth) : 1;
    if (all_full && remaining > 0) next = std::clamp<std::int64_t>(remaining / kPage + 1, 1, most);
    walk.chain = static_cast<int>(next);
}

void read_probe(const Table& table, const Part& part, Tally& tally) {
    if (part.trouble) {
        note_trouble(tally, *part.trouble);
        return;
    }
    const auto rows = rows_of(table, part.result);
    if (!rows) {
        note_trouble(tally, garbage(table, rows.error().message));
        return;
    }
    std::int64_t newest = 0;
    for (const auto& row : *rows) newest = std::max(newest, row.id);
    tally.newest = newest;
}

// A batch that failed whole: its windows stay to be read, its chain stands where it stood.
void leave_batch(const Batch& batch, const Trouble& trouble, Tally& tally) {
    note_trouble(tally, trouble);
    for (const auto& planned : batch.planned)
        if (planned.role == Role::Left || planned.role == Role::Fresh)
            tally.left.push_back(planned.window);
}

void read_batch(const Table& table, const Batch& batch, const BatchReply& reply, Walk& walk,
                Tally& tally) {
    if (reply.trouble) return leave_batch(batch, *reply.trouble, tally);
    for (const auto& planned : batch.planned) {
        const Part& part = reply.part(planned.key);
        if (planned.role == Role::Probe) read_probe(table, part, tally);
        if (planned.role == Role::Left || planned.role == Role::Fresh)
            read_window(table, planned, part, tally);
    }
    read_chain(table, batch, reply, walk, tally);
    if (!walk.began) walk.began = reply.started;
}

// Sends the batches of a step and reads their answers one after the other: rows become records
// before the next answer's rows do.
Tally ask_portal(Client& client, const Table& table, const std::vector<Batch>& batches,
                 Walk& walk) {
    std::vector<std::vector<Command>> commands;
    for (const auto& batch : batches) commands.push_back(batch.commands);
    auto replies = client.batches(commands);
    Tally tally;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        read_batch(table, batches[i], replies[i], walk, tally);
        replies[i] = {};
    }
    return tally;
}

// Wide enough for the wanted rows at the density just seen; a chain when the ids lie too unevenly.
void steer(const Tally& tally, Walk& walk) {
    if (tally.windows < kWindowsToJudge || walk.open >= 0) return;
    if (tally.window_rows < kSparse * tally.windows && walk.next < walk.max) {
        walk.open = walk.next;
        walk.next = walk.max;
        walk.chain = static_cast<int>(kBatchCommandsMax);
        return;
    }
    if (tally.window_rows == 0) return;
    const std::int64_t width = kRowsWanted * tally.window_ids / tally.window_rows;
    walk.width = std::clamp(width, kPage, kWidthMax);
}

// A window with far fewer rows than its neighbours is read once more: a page may have come short,
// and what is missing at the end of a full walk counts as deleted. Many thin ones are a stretch of
// deleted ids.
void doubt_thin(const Tally& tally, Walk& walk) {
    if (walk.kind != "full") return;
    // What its neighbours gave; else `width`, which holds the wanted rows at the density of the
    // steps before.
    const bool many = tally.windows >= kWindowsToJudge && tally.window_ids > 0;
    const std::int64_t per_rows = many ? tally.window_rows : kRowsWanted;
    const std::int64_t per_ids = many ? tally.window_ids : walk.width;
    std::vector<Window> thin;
    for (const auto& [window, rows] : tally.believed) {
        const std::int64_t ids = std::min(window.up_to, walk.max) - window.after;
        const std::int64_t expected = std::min(ids * per_rows / per_ids, ids);
        if (window.doubts == 0 && expected >= kRowsExpected && rows * 5 < expected * 3)
            thin.push_back(Window{window.after, window.up_to, 1});
    }
    const std::size_t most = std::max(kThinFew, tally.believed.size() / kThinShare);
    if (thin.size() <= most) walk.left.insert(walk.left.end(), thin.begin(), thin.end());
}

// After the first step by windows: how far it goes. A probe in the windows' own batch is older than
// they are, so nothing below it was born after them. One that ran beside them may be younger: only
// what they brought is proven, and the walk goes on from there.
void learn_end(const Tally& tally, bool beside, Walk& walk) {
    if (!tally.newest) return;
    walk.max = std::max<std::int64_t>(*tally.newest, 0);
    // Windows beyond the end say nothing of the density.
    walk.next = std::min(walk.next, beside ? walk.seen : std::max(walk.max, walk.seen));
}

// A thin first window may be a short page or the way the ids lie here; only its neighbours can
// tell. It is read again beside them, and what it gave now is not kept: no row comes twice.
void forget_thin_start(Tally& tally, Walk& walk) {
    if (tally.believed.empty()) return;
    const auto& [window, rows] = tally.believed.front();
    const std::int64_t expected = std::min(window.up_to - window.after, kRowsWanted);
    if (rows * 5 >= expected * 3) return;
    tally.records.clear();
    tally.believed.clear();
    walk.seen = 0;
    walk.next = 0;
}

} // namespace

Walk begin_full(const Table& table) {
    Walk walk = begin_chain("full");
    if (table.big) walk.open = -1;
    return walk;
}

Walk begin_above(std::int64_t high, std::int64_t overlap) {
    Walk walk;
    walk.kind = "changes";
    walk.max = walk.next = high;
    walk.open = high;
    for (std::int64_t after = std::max<std::int64_t>(0, high - overlap); after < high;
         after += kPage)
        walk.left.push_back(Window{after, std::min(after + kPage, high), 0});
    return walk;
}

Walk begin_chain(const std::string& kind) {
    Walk walk;
    walk.kind = kind;
    walk.open = 0;
    return walk;
}

namespace {

// What a step's answers make of the walk.
Result<Step> end_step(Client& client, const Table& table, PlannedStep planned, Tally tally,
                      Walk& walk) {
    Walk& moved = planned.moved;
    const bool windows_first = planned.windows_first;
    moved.seen = std::max(moved.seen, tally.seen);
    if (tally.first_trouble && (permanent(tally.first_trouble->nature) || tally.answered == 0 ||
                                (windows_first && !tally.newest)))
        return client.error(*tally.first_trouble);
    moved.left.insert(moved.left.end(), tally.left.begin(), tally.left.end());
    bool ended = tally.chain_ended;
    if (windows_first) {
        learn_end(tally, planned.batches.size() > 1, moved);
        ended = moved.next >= moved.max;
        if (!ended) forget_thin_start(tally, moved);
    } else if (planned.probing && ended) {
        // A short page ends a chain only when it reached the newest row.
        ended = tally.newest && moved.open >= *tally.newest;
        if (!ended && tally.records.empty())
            return client.error(tally.first_trouble.value_or(
                garbage(table, "the list ends before its own newest row")));
    }
    doubt_thin(tally, moved);
    steer(tally, moved);
    Step step;
    step.complete = ended && moved.left.empty();
    step.records = std::move(tally.records);
    step.requests = static_cast<int>(planned.batches.size());
    walk = std::move(moved);
    return step;
}

} // namespace

PlannedStep plan_step(const Table& table, const WalkFilter& filter, const Walk& walk, int lanes,
                      const std::string& name) {
    PlannedStep out;
    out.moved = walk;
    out.probing = walk.max < 0;
    out.windows_first = out.probing && walk.open < 0;
    out.batches = plan_batches(table, filter, out.moved, lanes, name);
    return out;
}

Result<Step> take_step(Client& client, const Table& table, PlannedStep planned,
                       const BatchReply& reply, Walk& walk) {
    Tally tally;
    read_batch(table, planned.batches.front(), reply, planned.moved, tally);
    return end_step(client, table, std::move(planned), std::move(tally), walk);
}

Result<Step> walk_step(Client& client, const Table& table, const WalkFilter& filter, Walk& walk) {
    PlannedStep planned = plan_step(table, filter, walk, client.lanes(table.method));
    Tally tally = ask_portal(client, table, planned.batches, planned.moved);
    return end_step(client, table, std::move(planned), std::move(tally), walk);
}

} // namespace hb::connector::bitrix24
