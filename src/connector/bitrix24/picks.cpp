#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "connector/bitrix24/streams.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

// The cursor of a reading by a list: how many of its ids were asked for, and what must be asked
// again. Positions, since the list stands in every request.
//   ByIds    {"at":2500,"again":[[FIRST,COUNT,DOUBTS],…]}
//   OfTasks  {"at":50,"again":[[INDEX,LAST_ENTRY_ID,DOUBTS],…]}
struct Position {
    std::int64_t first = 0;
    std::int64_t second = 0;
    std::int64_t doubts = 0;
};
struct ListCursor {
    std::int64_t at = 0;
    std::vector<Position> again;
};

Error unreadable() {
    return Error{Code::Malformed, "a stored cursor can't be read", "reading by a list",
                 "begin the reading anew"};
}

Result<ListCursor> parse_list_cursor(std::string_view text) {
    ListCursor cursor;
    if (text.empty()) return cursor;
    const auto document = json::Document::parse(text);
    if (!document) return unreadable();
    const auto at = document->root()["at"].integer();
    if (!at || *at < 0) return unreadable();
    cursor.at = *at;
    for (const auto item : document->root()["again"]) {
        const auto first = item[0].integer();
        const auto second = item[1].integer();
        const auto doubts = item[2].integer();
        if (!first || !second || !doubts || *first < 0) return unreadable();
        cursor.again.push_back(Position{*first, *second, *doubts});
    }
    return cursor;
}

std::string to_text(const ListCursor& cursor) {
    json::Writer out;
    out.begin_object().member("at", cursor.at).key("again").begin_array();
    for (const auto& p : cursor.again)
        out.begin_array().integer(p.first).integer(p.second).integer(p.doubts).end_array();
    out.end_array().end_object();
    return out.take();
}

Trouble strange(const Table& table, std::string text) {
    return Trouble{Nature::Garbage, table.method, "", std::move(text), 200, {}};
}

bool is_id(const std::string& id) {
    const auto number = parse_integer(id);
    return number && *number > 0;
}

// One batch over parts of a list, or two in flight together (G32); what the two readings differ in
// is what a command asks and what its rows prove.
struct ListStep {
    ListStep(Client& c, const Table& t, const domain::ReadRequest& r, ListCursor cur)
        : client(c), table(t), request(r), cursor(std::move(cur)),
          size(static_cast<std::int64_t>(r.ids.size())),
          room_for(static_cast<std::size_t>(c.lanes(t.method)) * kBatchCommandsMax) {}

    Client& client;
    const Table& table;
    const domain::ReadRequest& request;
    ListCursor cursor;
    std::int64_t size;
    std::size_t room_for; // commands
    std::vector<Position> asked;
    std::vector<Command> commands;
    int batches = 0;
    domain::Page page;
    std::optional<Trouble> trouble;
    int answered = 0;

    void ask(const Position& position, const Ask& what) {
        const std::string key = "w" + std::to_string(commands.size());
        commands.push_back(Command{key, table.method, query_of(table, what)});
        asked.push_back(position);
    }
    bool room() const { return commands.size() < room_for; }
    std::optional<std::vector<Row>> rows_or_again(const Part& part, const Position& position) {
        std::optional<Trouble> wrong = part.trouble;
        if (!wrong) {
            auto rows = rows_of(table, part.result);
            if (rows) {
                ++answered;
                return std::move(*rows);
            }
            wrong = strange(table, rows.error().message);
        }
        trouble = wrong;
        cursor.again.push_back(position);
        return std::nullopt;
    }
    Result<domain::Page> finish() {
        if (trouble && answered == 0) return client.error(*trouble);
        page.requests = batches;
        page.complete = cursor.at >= size && cursor.again.empty();
        page.cursor = to_text(cursor);
        return std::move(page);
    }
};

std::vector<std::string> slice(const std::vector<std::string>& ids, const Position& p) {
    std::vector<std::string> out;
    const auto end =
        std::min<std::int64_t>(p.first + p.second, static_cast<std::int64_t>(ids.size()));
    for (std::int64_t i = p.first; i < end; ++i) out.push_back(ids[static_cast<std::size_t>(i)]);
    return out;
}

// What is no number can't be an id here; asked for, it would turn the filter into "everything".
std::vector<std::string> real_ids(const std::vector<std::string>& ids) {
    std::vector<std::string> out;
    std::copy_if(ids.begin(), ids.end(), std::back_inserter(out), is_id);
    return out;
}

std::set<std::int64_t> numbers_of(const std::vector<std::string>& ids) {
    std::set<std::int64_t> out;
    for (const auto& id : real_ids(ids)) out.insert(*parse_integer(id));
    return out;
}

// False when the portal gave rows that were not asked for.
bool fits_ids(const ListStep& step, const Position& position, const std::vector<Row>& rows) {
    auto asked = numbers_of(slice(step.request.ids, position));
    return std::all_of(rows.begin(), rows.end(),
                       [&](const Row& row) { return asked.erase(row.id) > 0; });
}

void take_ids(ListStep& step, const Position& position, const std::vector<Row>& rows) {
    const auto asked = slice(step.request.ids, position);
    auto missing = numbers_of(asked);
    for (const auto& row : rows) {
        missing.erase(row.id);
        step.page.records.push_back(record_of(step.table, row));
    }
    for (const auto& id : asked) {
        step.page.covered.push_back(id);
        if (!is_id(id) || missing.count(*parse_integer(id)) > 0) step.page.absent.push_back(id);
    }
}

void plan_ids(ListStep& step) {
    const auto again = std::move(step.cursor.again);
    step.cursor.again.clear();
    const auto page = static_cast<std::int64_t>(kPageRowsMax);
    const auto add = [&](const Position& position) {
        Ask what;
        what.ids = real_ids(slice(step.request.ids, position));
        if (!what.ids.empty())
            step.ask(position, what);
        else
            take_ids(step, position, {});
    };
    for (const auto& position : again) {
        if (step.room())
            add(position);
        else
            step.cursor.again.push_back(position);
    }
    while (step.room() && step.cursor.at < step.size) {
        const std::int64_t count = std::min(page, step.size - step.cursor.at);
        add(Position{step.cursor.at, count, 0});
        step.cursor.at += count;
    }
}

void plan_tasks(ListStep& step) {
    const auto again = std::move(step.cursor.again);
    step.cursor.again.clear();
    const auto add = [&](const Position& position) {
        const std::string& task = step.request.ids[static_cast<std::size_t>(position.first)];
        if (!is_id(task)) {
            step.page.covered.push_back(task);
            step.page.absent.push_back(task);
            return;
        }
        Ask what;
        what.task = task;
        what.after = position.second;
        step.ask(position, what);
    };
    for (const auto& position : again) {
        if (position.first >= step.size) continue; // the list is shorter than it was
        if (step.room())
            add(position);
        else
            step.cursor.again.push_back(position);
    }
    while (step.room() && step.cursor.at < step.size) add(Position{step.cursor.at++, 0, 0});
}

bool counted_more(const Part& part, const std::vector<Row>& rows) {
    return part.total && *part.total > static_cast<std::int64_t>(rows.size()) &&
           rows.size() < kPageRowsMax;
}

// False when rows of another task came, or out of order.
bool fits_task(const ListStep& step, const Position& position, const std::vector<Row>& rows) {
    const std::string& task = step.request.ids[static_cast<std::size_t>(position.first)];
    std::int64_t last = position.second;
    for (const auto& row : rows) {
        const auto owner = row.value["TASK_ID"].text();
        if (!owner || *owner != task || row.id <= last) return false;
        last = row.id;
    }
    return true;
}

void take_task(ListStep& step, const Position& position, const std::vector<Row>& rows) {
    for (const auto& row : rows) step.page.records.push_back(record_of(step.table, row));
    if (rows.size() >= kPageRowsMax)
        step.cursor.again.push_back(Position{position.first, rows.back().id, 0});
    else
        step.page.covered.push_back(step.request.ids[static_cast<std::size_t>(position.first)]);
}

// Does the answer prove that nothing else is there? A count that agrees does; without one an answer
// that came short of what was asked is no proof: it is asked twice, since absence means deletion.
bool proven(const Part& part, const std::vector<Row>& rows, const ListStep& step,
            const Position& position) {
    if (rows.empty()) return false;
    if (part.total && *part.total == static_cast<std::int64_t>(rows.size())) return true;
    if (step.request.reading == domain::Reading::OfTasks) return rows.size() >= kPageRowsMax;
    return rows.size() == real_ids(slice(step.request.ids, position)).size();
}

// The rows of one command. Trouble: rows that were not asked for, which no part of the page
// survives.
std::optional<Trouble> take_part(ListStep& step, const Part& part, Position position) {
    const bool of_tasks = step.request.reading == domain::Reading::OfTasks;
    const auto rows = step.rows_or_again(part, position);
    if (!rows) return std::nullopt;
    if (!(of_tasks ? fits_task : fits_ids)(step, position, *rows))
        return strange(step.table, "rows came that were not asked for");
    const bool doubtful = counted_more(part, *rows) || !proven(part, *rows, step, position);
    if (doubtful && position.doubts == 0) {
        position.doubts = 1;
        step.cursor.again.push_back(position);
    } else {
        (of_tasks ? take_task : take_ids)(step, position, *rows);
    }
    return std::nullopt;
}

std::vector<std::vector<Command>> in_batches(const std::vector<Command>& commands) {
    std::vector<std::vector<Command>> out;
    for (const auto& command : commands) {
        if (out.empty() || out.back().size() == kBatchCommandsMax) out.emplace_back();
        out.back().push_back(command);
    }
    return out;
}

Result<domain::Page> run(ListStep& step) {
    if (step.commands.empty()) return step.finish();
    const auto batches = in_batches(step.commands);
    const auto replies = step.client.batches(batches);
    step.batches = static_cast<int>(batches.size());
    std::size_t i = 0;
    for (std::size_t b = 0; b < batches.size(); ++b) {
        for (const auto& command : batches[b]) {
            const Position& position = step.asked[i++];
            if (replies[b].trouble) { // asked again, whatever the other batch brought
                step.trouble = replies[b].trouble;
                step.cursor.again.push_back(position);
            } else if (const auto wrong = take_part(step, replies[b].part(command.key), position)) {
                return step.client.error(*wrong);
            }
        }
    }
    return step.finish();
}

} // namespace

Result<domain::Page> read_by_ids(Client& client, const Table& table,
                                 const domain::ReadRequest& request) {
    auto cursor = parse_list_cursor(request.cursor);
    if (!cursor) return cursor.error();
    ListStep step(client, table, request, std::move(*cursor));
    plan_ids(step);
    return run(step);
}

Result<domain::Page> read_of_tasks(Client& client, const Table& table,
                                   const domain::ReadRequest& request) {
    auto cursor = parse_list_cursor(request.cursor);
    if (!cursor) return cursor.error();
    ListStep step(client, table, request, std::move(*cursor));
    plan_tasks(step);
    return run(step);
}

} // namespace hb::connector::bitrix24
