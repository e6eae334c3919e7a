#include "connector/bitrix24/streams.h"

#include <algorithm>

#include "connector/bitrix24/owner_zone.h"
#include "connector/bitrix24/walk.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::Reading;

// Protocol section 23: a change may become visible some minutes after its own time stamp.
constexpr std::chrono::minutes kChangedOverlap{10};
// Ids are given out before the commit, so a lower one may appear later.
constexpr std::int64_t kIdOverlap = 500;
// 700 people or groups are read in one go; more of them would crowd others out of a batch of heads.
constexpr std::int64_t kPagesAtOnce = 15;

// Entries have no changed date: what is new is found by id, and edits by the nightly readings.
bool changes_by_id(const Table& table) {
    return table.changed_filter.empty() && table.big;
}

std::string kind_of(const domain::ReadRequest& request) {
    if (request.reading == Reading::Full) return "full";
    if (request.reading == Reading::Changes) return "changes";
    return "window " + format_day(request.from) + " " + format_day(request.to);
}

Walk begin(const Table& table, const domain::ReadRequest& request, const Cursor& cursor) {
    if (request.reading == Reading::Window) return begin_chain(kind_of(request));
    if (request.reading == Reading::Full) return begin_full(table);
    if (changes_by_id(table))
        return cursor.finished ? begin_above(cursor.high, kIdOverlap) : begin_full(table);
    // Without a watermark everything counts as changed.
    if (!table.changed_filter.empty() && cursor.since.empty()) return begin_full(table);
    Walk walk = begin_chain("changes");
    // Without a filter it is the whole table each time: as many pages as it had.
    if (table.changed_filter.empty())
        walk.chain = static_cast<int>(std::min<std::int64_t>(cursor.pages, kPagesAtOnce));
    return walk;
}

// Does the cursor's unfinished walk answer this request? Changes goes on with an unfinished first
// Full walk: nothing can be told from before its end; nor can it without a watermark.
bool goes_on(const Table& table, const domain::ReadRequest& request, const Cursor& cursor) {
    if (!cursor.walk) return false;
    if (cursor.walk->kind == kind_of(request)) return true;
    const bool from_nothing =
        !cursor.finished || (!table.changed_filter.empty() && cursor.since.empty());
    return request.reading == Reading::Changes && cursor.walk->kind == "full" && from_nothing;
}

WalkFilter filter_of(const Table& table, const domain::ReadRequest& request, const Cursor& cursor) {
    WalkFilter filter;
    if (cursor.walk->kind == "changes" && !table.changed_filter.empty())
        filter.changed_since = cursor.since;
    if (request.reading != Reading::Window) return filter;
    // The portal's offset is not known here; one day more on both sides covers every zone.
    filter.work_from = wire_day(std::max(request.from - std::chrono::days(1), day_min()));
    filter.work_end = wire_day(std::min(request.to, day_max()) + std::chrono::days(2));
    return filter;
}

void finish(const domain::ReadRequest& request, Cursor& cursor) {
    const Walk walk = *cursor.walk;
    cursor.walk.reset();
    if (request.reading == Reading::Window) return;
    cursor.finished = true;
    cursor.high = std::max(cursor.high, walk.seen);
    cursor.pages = std::max<std::int64_t>(walk.pages, 1);
    // G29: from the portal's clock at the walk's first answer. Unknown: the old one stays good.
    if (walk.began) cursor.since = wire_time(*walk.began - kChangedOverlap);
}

domain::Page page_of(Step step, const domain::ReadRequest& request, Cursor cursor) {
    domain::Page page;
    page.requests = step.requests;
    page.complete = step.complete;
    page.records = std::move(step.records);
    if (step.complete) finish(request, cursor);
    page.cursor = to_text(cursor);
    return page;
}

// The cursor with a walk that answers the request.
Result<Cursor> walking(const Table& table, const domain::ReadRequest& request) {
    auto cursor = parse_cursor(request.cursor);
    if (cursor && !goes_on(table, request, *cursor)) cursor->walk = begin(table, request, *cursor);
    return cursor;
}

Result<domain::Page> read_walk(Client& client, const Table& table,
                               const domain::ReadRequest& request) {
    auto cursor = walking(table, request);
    if (!cursor) return cursor.error();
    const WalkFilter filter = filter_of(table, request, *cursor);
    auto step = walk_step(client, table, filter, *cursor->walk);
    if (!step) return step.error();
    return page_of(std::move(*step), request, std::move(*cursor));
}

Error unknown_stream(const std::string& stream) {
    return Error{Code::Usage, "there is no stream \"" + stream + "\" in a Bitrix24 portal", "",
                 "streams: users groups companies deals tasks entries"};
}

} // namespace

std::optional<StreamHead> plan_stream_head(const Client& client, const domain::ReadRequest& request,
                                           const std::string& name) {
    auto table = table_of(request.stream, client.options());
    if (!table || request.reading != Reading::Changes) return std::nullopt;
    auto cursor = walking(*table, request);
    if (!cursor) return std::nullopt; // who asks for it alone hears what is wrong
    const WalkFilter filter = filter_of(*table, request, *cursor);
    auto planned = plan_step(*table, filter, *cursor->walk, 1, name);
    return StreamHead{std::move(*table), request, std::move(*cursor), std::move(planned)};
}

Result<domain::Page> take_stream_head(Client& client, StreamHead head, const BatchReply& reply) {
    auto step = take_step(client, head.table, std::move(head.planned), reply, *head.cursor.walk);
    if (!step) return step.error();
    return page_of(std::move(*step), head.request, std::move(head.cursor));
}

Result<domain::Page> read_page(Client& client, const domain::ReadRequest& request) {
    auto table = table_of(request.stream, client.options());
    if (!table) return unknown_stream(request.stream);
    if (table->dialect == Dialect::Tasks && client.options().zone) {
        const auto owner = owner_zone(client);
        if (!owner) return owner.error();
        table->wall = owner->zone;
    }
    const bool entries = table->dialect == Dialect::Entries;
    if (!entries && (request.reading == Reading::Window || request.reading == Reading::OfTasks))
        return Error{Code::Usage, "only entries are read by work time or by task", request.stream,
                     ""};
    if (request.reading == Reading::ByIds) return read_by_ids(client, *table, request);
    if (request.reading == Reading::OfTasks) return read_of_tasks(client, *table, request);
    return read_walk(client, *table, request);
}

} // namespace hb::connector::bitrix24
