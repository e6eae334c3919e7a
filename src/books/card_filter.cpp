#include "base/text.h"
#include "books/card_values.h"
#include "voices/cards.h"
#include "voices/drafts.h"
#include "voices/filters.h"
#include "voices/voices.h"

// The filter that a manager typed on a card.
namespace hb::books {
namespace {

namespace say = voices::cards;
namespace words = voices::drafts;
namespace filters = voices::filters;

std::string field(const domain::CardState& card, const char* name) {
    const auto value = card.fields.find(name);
    return value == card.fields.end() ? "" : std::string(trim(value->second));
}

// One a line, or separated by commas: both are typed.
std::vector<std::string> items(const std::string& text) {
    std::vector<std::string> out;
    std::string lines = text;
    for (char& c : lines)
        if (c == ',' || c == ';') c = '\n';
    for (const auto& each : split(lines, '\n'))
        if (const auto item = trim(each); !item.empty()) out.emplace_back(item);
    return out;
}

Result<domain::Ref> project_of(const Reading& read, const std::string& remote,
                               const std::string& text) {
    if (const auto ref = domain::parse_ref(text)) return *ref;
    const auto number = text.substr(0, text.find_first_not_of("0123456789"));
    if (!number.empty()) return domain::Ref{remote, "group", number};
    for (const auto& project : read->sources.projects(remote))
        if (fold_case(project.name) == fold_case(text)) return project.ref;
    return voices::refuse<say::kNoProject>(Code::NotFound, text);
}

} // namespace

std::string join_lines(const std::string& a, const std::string& b) {
    return a.empty() || b.empty() ? a + b : a + "\n" + b;
}

Result<domain::Filter> filter_of_card(const Reading& read, const std::string& remote,
                                      const domain::CardState& card) {
    domain::Filter filter;
    if (card.company.empty()) return voices::refuse<say::kNoClient>(Code::Usage);
    filter.company = {remote, "company", card.company};
    const std::string from = field(card, "from");
    const std::string to = field(card, "to");
    if (to.empty()) return voices::refuse<say::kNoLastDay>(Code::Usage);
    const auto last = parse_day(to);
    if (!last) return voices::refuse<filters::kNoDay>(Code::Usage, to, "2026-03-31");
    filter.to = *last;
    if (!from.empty()) {
        const auto day = parse_day(from);
        if (!day) return voices::refuse<filters::kNoDay>(Code::Usage, from, "2026-03-31");
        filter.from = *day;
        if (*day > *last) return voices::refuse<words::kPeriodEnds>(Code::Usage);
    }
    for (const auto& text : items(field(card, "projects"))) {
        const auto project = project_of(read, remote, text);
        if (!project) return project.error();
        filter.projects.push_back(*project);
    }
    filter.work_type = field(card, "type");
    if (const auto text = field(card, "status"); !text.empty()) {
        const auto statuses = domain::parse_status_filter(text);
        if (!statuses) return statuses.error();
        filter.statuses = *statuses;
    }
    if (const auto text = field(card, "percent_paid"); !text.empty()) {
        const auto test = domain::parse_percent_test(text);
        if (!test) return test.error();
        filter.percent_paid = *test;
    }
    for (const auto& text : items(field(card, "task_dates"))) {
        const auto dates = domain::parse_task_dates(text);
        if (!dates) return dates.error();
        filter.task_dates.push_back(*dates);
    }
    return filter;
}

} // namespace hb::books
