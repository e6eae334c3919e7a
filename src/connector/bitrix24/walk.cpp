#include "connector/bitrix24/walk.h"

#include <algorithm>

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

enum class Role { Probe, Left, Fresh, Chain };

struct Planned {
    Role role = Role::Fresh;
    Window window;
    std::string key;
};

struct Plan {
    std::vector<Command> commands;
    std::vector<Planned> planned;
    bool room() const { return commands.size() < kBatchCommandsMax; }
};

// What the answers of one step came to.
struct Tally {
    std::vector<Row> rows;
    std::vector<Window> left;
    std::optional<Trouble> first_trouble;
    std::optional<std::int64_t> newest; // what the probe saw
    int answered = 0;
    int windows = 0; // fresh ones
    std::int64_t window_rows = 0;
    std::int64_t window_ids = 0;
    std::vector<std::pair<Window, std::int64_t>> believed; // windows and how many rows they gave
    bool chain_asked = false;
    bool chain_ended = false;
};

bool permanent(Nature nature) {
    return nature == Nature::Scope || nature == Nature::NoMethod || nature == Nature::Denied ||
           nature == Nature::Credentials || nature == Nature::Blocked;
}

Trouble garbage(const Table& table, std::string text) {
    return Trouble{Nature::Garbage, table.method, "", std::move(text), 200, {}};
}

Ask ask_with(const WalkFilter& filter) {
    Ask ask;
    ask.changed_since = filter.changed_since;
    ask.work_from = filter.work_from;
    ask.work_end = filter.work_end;
    return ask;
}

void add(Plan& plan, const Table& table, const Ask& ask, Role role, Window window) {
    const std::string key = "w" + std::to_string(plan.commands.size());
    plan.commands.push_back(Command{key, table.method, query_of(table, ask)});
    plan.planned.push_back(Planned{role, window, key});
}

void add_window(Plan& plan, const Table& table, const WalkFilter& filter, Role role,
                const Window& window) {
    Ask ask = ask_with(filter);
    ask.after = window.after;
    ask.up_to = window.up_to;
    add(plan, table, ask, role, window);
}

void add_chain(Plan& plan, const Table& table, const WalkFilter& filter, const Walk& walk) {
    std::string before;
    for (int i = 0; i < walk.chain && plan.room(); ++i) {
        Ask ask = ask_with(filter);
        ask.after = walk.open;
        if (!before.empty()) ask.after_ref = last_row_of(table, before);
        add(plan, table, ask, Role::Chain, Window{walk.open, 0, 0});
        before = plan.planned.back().key;
    }
}

// The first step of a Full walk by windows does not know how far the ids go: it asks, and reads the
// first windows in the same request.
Plan make_plan(const Table& table, const WalkFilter& filter, Walk& walk) {
    Plan plan;
    const bool unknown_end = walk.max < 0;
    if (unknown_end) {
        Ask ask = ask_with(filter);
        ask.newest_first = true;
        add(plan, table, ask, Role::Probe, {});
    }
    std::size_t taken = 0;
    for (; taken < walk.left.size() && plan.room(); ++taken)
        add_window(plan, table, filter, Role::Left, walk.left[taken]);
    walk.left.erase(walk.left.begin(), walk.left.begin() + static_cast<std::ptrdiff_t>(taken));
    const bool chain_only = walk.open >= 0;
    while (!chain_only && plan.room() && (unknown_end || walk.next < walk.max)) {
        std::int64_t up_to = walk.next + walk.width;
        if (!unknown_end) up_to = std::min(up_to, walk.max);
        add_window(plan, table, filter, Role::Fresh, Window{walk.next, up_to, 0});
        walk.next = up_to;
    }
    // The open end stands in the last step too: whatever is older than this answer has been seen.
    if (!chain_only && !unknown_end && walk.next >= walk.max && walk.left.empty() && plan.room()) {
        walk.open = walk.max;
        walk.chain = 1;
    }
    if (walk.open >= 0 && plan.room()) add_chain(plan, table, filter, walk);
    return plan;
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

void take_rows(Tally& tally, std::vector<Row>& rows) {
    tally.rows.insert(tally.rows.end(), rows.begin(), rows.end());
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
    take_rows(tally, *rows);
}

// Page after page while they are full. The first page that is short, failed or does not rise ends
// it; only a short one is the end of the table.
void read_chain(const Table& table, const Plan& plan, const BatchReply& reply, Walk& walk,
                Tally& tally) {
    bool first = true;
    std::int64_t remaining = -1;
    bool all_full = true;
    for (const auto& planned : plan.planned) {
        if (planned.role != Role::Chain) continue;
        tally.chain_asked = true;
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
        if (first && part.total) remaining = *part.total - static_cast<std::int64_t>(rows->size());
        if (!rows->empty()) walk.open = rows->back().id;
        const bool full = rows->size() >= kPageRowsMax;
        take_rows(tally, *rows);
        first = false;
        if (full) continue;
        all_full = false;
        tally.chain_ended = !doubtful;
        walk.doubts = doubtful ? 1 : 0;
        break;
    }
    if (!tally.chain_asked) return;
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

Tally tally_up(const Table& table, const Plan& plan, const BatchReply& reply, Walk& walk) {
    Tally tally;
    for (const auto& planned : plan.planned) {
        const Part& part = reply.part(planned.key);
        if (planned.role == Role::Probe) read_probe(table, part, tally);
        if (planned.role == Role::Left || planned.role == Role::Fresh)
            read_window(table, planned, part, tally);
    }
    read_chain(table, plan, reply, walk, tally);
    for (const auto& row : tally.rows) walk.seen = std::max(walk.seen, row.id);
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
    std::vector<Window> thin;
    for (const auto& [window, rows] : tally.believed) {
        const std::int64_t ids = std::min(window.up_to, walk.max) - window.after;
        // `width` holds the wanted rows at the density of the steps before.
        const std::int64_t expected = std::min(ids * kRowsWanted / walk.width, ids);
        if (window.doubts == 0 && expected >= kRowsExpected && rows * 5 < expected * 3)
            thin.push_back(Window{window.after, window.up_to, 1});
    }
    const std::size_t most = std::max(kThinFew, tally.believed.size() / kThinShare);
    if (thin.size() <= most) walk.left.insert(walk.left.end(), thin.begin(), thin.end());
}

// After the first step by windows: how far it goes.
void learn_end(const Tally& tally, Walk& walk) {
    if (!tally.newest) return;
    walk.max = std::max<std::int64_t>(*tally.newest, 0);
    // Windows beyond the end say nothing of the density.
    walk.next = std::min(walk.next, std::max(walk.max, walk.seen));
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

Result<Step> walk_step(Client& client, const Table& table, const WalkFilter& filter, Walk& walk) {
    Walk moved = walk;
    const bool probing = moved.max < 0;
    const bool windows_first = probing && moved.open < 0;
    const Plan plan = make_plan(table, filter, moved);
    BatchReply reply = client.batch(plan.commands);
    if (reply.trouble) return client.error(*reply.trouble);
    Tally tally = tally_up(table, plan, reply, moved);
    if (tally.first_trouble && (permanent(tally.first_trouble->nature) || tally.answered == 0 ||
                                (windows_first && !tally.newest)))
        return client.error(*tally.first_trouble);
    moved.left.insert(moved.left.end(), tally.left.begin(), tally.left.end());
    bool ended = tally.chain_ended;
    if (windows_first) {
        learn_end(tally, moved);
        // The probe is older than every window of its batch: beyond `max` nothing was known then.
        ended = moved.next >= moved.max;
    } else if (probing && ended) {
        // A short page ends a chain only when it reached the newest row.
        ended = tally.newest && moved.open >= *tally.newest;
        if (!ended && tally.rows.empty())
            return client.error(tally.first_trouble.value_or(
                garbage(table, "the list ends before its own newest row")));
    }
    doubt_thin(tally, moved);
    steer(tally, moved);
    if (!moved.began) moved.began = reply.started;
    Step step;
    step.complete = ended && moved.left.empty();
    step.rows = std::move(tally.rows);
    step.document = std::move(reply.document);
    walk = std::move(moved);
    return step;
}

} // namespace hb::connector::bitrix24
