#include "domain/filter.h"

#include <algorithm>

#include "base/text.h"
#include "domain/same_text.h"
#include "voices/filters.h"

namespace hb::domain {
namespace {

namespace say = voices::filters;

// G14: open is every status but completed, and one the remote did not tell is not completed.
const std::vector<TaskStatus>& open_statuses() {
    static const std::vector<TaskStatus> open{TaskStatus::Unknown, TaskStatus::Pending,
                                              TaskStatus::InProgress, TaskStatus::AwaitingControl,
                                              TaskStatus::Deferred};
    return open;
}

Error status_error(std::string_view text) {
    return voices::refuse<say::kStatus>(Code::Usage, text, "all, done, open", "2,3");
}

struct OpText {
    PercentTest::Op op;
    std::string_view text;
};
// Longer signs first: "<" is also the beginning of "<=".
constexpr OpText kOps[] = {{PercentTest::Op::LessEqual, "<="},
                           {PercentTest::Op::GreaterEqual, ">="},
                           {PercentTest::Op::Less, "<"},
                           {PercentTest::Op::Equal, "="},
                           {PercentTest::Op::Greater, ">"}};

struct KeyText {
    TaskDates::Key key;
    std::string_view text;
};
constexpr KeyText kKeys[] = {{TaskDates::Key::Created, "created"},
                             {TaskDates::Key::Closed, "closed"},
                             {TaskDates::Key::Deadline, "deadline"}};

Error dates_error(std::string_view text, Message why) {
    return voices::refuse<say::kTaskDates>(Code::Usage, text, std::move(why), "KEY:FROM..TO",
                                           "created, closed, deadline",
                                           "closed:2026-03-01..2026-03-31");
}

Error no_day(std::string_view text, std::string_view day) {
    return dates_error(text, voices::say<say::kNoDay>(day, "2026-03-31"));
}

bool passes(const PercentTest& test, int percent) {
    switch (test.op) {
    case PercentTest::Op::Less:
        return percent < test.percent;
    case PercentTest::Op::LessEqual:
        return percent <= test.percent;
    case PercentTest::Op::Equal:
        return percent == test.percent;
    case PercentTest::Op::GreaterEqual:
        return percent >= test.percent;
    case PercentTest::Op::Greater:
        return percent > test.percent;
    }
    fail_invariant("an unknown comparison");
}

bool passes(const TaskDates& dates, const TaskFacts& task, const Zone& zone) {
    const std::optional<Instant>& instant = dates.key == TaskDates::Key::Created  ? task.created
                                            : dates.key == TaskDates::Key::Closed ? task.closed
                                                                                  : task.deadline;
    return instant && dates.range.contains(zone.day_of(*instant));
}

template <class T> bool contains(const std::vector<T>& list, const T& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

} // namespace

Result<std::vector<TaskStatus>> parse_status_filter(std::string_view text) {
    if (text == "all") return std::vector<TaskStatus>{};
    if (text == "done") return std::vector<TaskStatus>{TaskStatus::Completed};
    if (text == "open") return open_statuses();
    std::vector<TaskStatus> statuses;
    for (const std::string_view part : split(text, ',')) {
        const auto code = parse_integer(trim(part));
        if (!code || *code < 2 || *code > 6) return status_error(text);
        statuses.push_back(static_cast<TaskStatus>(*code));
    }
    std::sort(statuses.begin(), statuses.end());
    statuses.erase(std::unique(statuses.begin(), statuses.end()), statuses.end());
    return statuses;
}

std::string format_status_filter(const std::vector<TaskStatus>& statuses) {
    if (statuses.empty()) return "all";
    if (statuses == std::vector<TaskStatus>{TaskStatus::Completed}) return "done";
    if (statuses == open_statuses()) return "open";
    std::vector<std::string> codes;
    codes.reserve(statuses.size());
    for (const TaskStatus status : statuses)
        codes.push_back(std::to_string(static_cast<int>(status)));
    return join(codes, ",");
}

Result<PercentTest> parse_percent_test(std::string_view text) {
    const std::string_view test = trim(text);
    for (const OpText& op : kOps) {
        if (test.substr(0, op.text.size()) != op.text) continue;
        const auto percent = parse_integer(trim(test.substr(op.text.size())));
        if (!percent || *percent < 0 || *percent > 100) break;
        return PercentTest{op.op, static_cast<int>(*percent)};
    }
    return voices::refuse<say::kPercent>(Code::Usage, text, "< <= = >= >", "<100");
}

std::string to_string(const PercentTest& test) {
    for (const OpText& op : kOps)
        if (op.op == test.op) return std::string(op.text) + std::to_string(test.percent);
    fail_invariant("an unknown comparison");
}

Result<TaskDates> parse_task_dates(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::size_t dots = text.find("..");
    if (colon == std::string_view::npos || dots == std::string_view::npos || dots < colon)
        return dates_error(text, voices::say<say::kNeedsColon>());
    const auto* key = std::find_if(std::begin(kKeys), std::end(kKeys), [&](const KeyText& k) {
        return k.text == text.substr(0, colon);
    });
    if (key == std::end(kKeys)) return dates_error(text, voices::say<say::kUnknownKey>());
    const auto first = text.substr(colon + 1, dots - colon - 1);
    const auto from = parse_day(first);
    if (!from) return no_day(text, first);
    const auto to = parse_day(text.substr(dots + 2));
    if (!to) return no_day(text, text.substr(dots + 2));
    if (*from > *to) return dates_error(text, voices::say<say::kEndsBefore>());
    return TaskDates{key->key, {*from, *to}};
}

std::string to_string(const TaskDates& dates) {
    for (const KeyText& key : kKeys)
        if (key.key == dates.key)
            return std::string(key.text) + ":" + format_day(dates.range.from) + ".." +
                   format_day(dates.range.to);
    fail_invariant("an unknown task date");
}

std::string task_obstacle(const Filter& filter, const TaskFacts& task, std::string_view work_type,
                          const Zone& zone) {
    if (!filter.projects.empty() && !contains(filter.projects, task.group)) return "project";
    if (!filter.work_type.empty() && !same_text(filter.work_type, work_type)) return "type";
    if (!filter.statuses.empty() && !contains(filter.statuses, task.status)) return "status";
    if (filter.percent_paid && task.percent_paid &&
        !passes(*filter.percent_paid, *task.percent_paid))
        return "percent_paid";
    for (const TaskDates& dates : filter.task_dates)
        if (!passes(dates, task, zone)) return "task_dates";
    return "";
}

bool in_period(const Filter& filter, Day work_date) {
    return (!filter.from || *filter.from <= work_date) && work_date <= filter.to;
}

bool takes(const Filter& filter, const TaskFacts& task, std::string_view work_type, Day work_date,
           const Zone& zone) {
    return in_period(filter, work_date) && task_obstacle(filter, task, work_type, zone).empty();
}

} // namespace hb::domain
