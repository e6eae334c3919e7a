#include "app/arguments.h"

#include <algorithm>

#include "app/names.h"
#include "base/text.h"

namespace hb::app {
namespace {

Error with_option(Error error, const std::string& option) {
    error.message = option + ": " + error.message;
    error.code = Code::Usage;
    return error;
}

std::string connector_of(const Config& config, const std::string& remote) {
    for (const auto& each : config.remotes)
        if (each.name == remote) return each.connector;
    return "";
}

Error unknown_remote(const Config& config, const std::string& name) {
    std::vector<std::string> names;
    for (const auto& each : config.remotes) names.push_back(each.name);
    const auto meant = nearest(name, names);
    return Error{Code::NotFound, "there is no remote \"" + name + "\"", "",
                 meant ? "did you mean " + *meant + "?"
                       : "the configuration has: " + join(names, ", ")};
}

// REMOTE:KIND:ID with something wrong in it, rather than a name.
bool looks_like_ref(const std::string& text) {
    return std::count(text.begin(), text.end(), ':') >= 2 && text.rfind("name:", 0) != 0;
}

// The first day of the month `by` months after that of `day`.
Day month_begin(Day day, int by) {
    const std::chrono::year_month_day date(day);
    return Day(date.year() / date.month() / std::chrono::day{1} + std::chrono::months{by});
}

Result<DayRange> days_of(const Session& session, const FilterOptions& options) {
    if (options.period.empty()) return DayRange{};
    if (!options.from.empty() || !options.to.empty())
        return Error{Code::Usage, "--period says the days already", "",
                     "leave out --from and --to, or --period"};
    return read_period(session, options.period);
}

} // namespace

Result<domain::Ref> read_ref(const Session& session, const std::string& text,
                             const std::vector<std::string>& kinds) {
    auto ref = domain::parse_ref(text);
    if (!ref && looks_like_ref(text)) return ref.error();
    if (!ref && (kinds.empty() || session.world == nullptr)) return ref.error();
    if (!ref) return find_by_name(session, text, kinds);
    const std::string connector = connector_of(*session.config, ref->remote);
    if (connector.empty()) return unknown_remote(*session.config, ref->remote);
    if (connector == "bitrix24" && ref->kind == "project") ref->kind = "group";
    if (kinds.empty() || std::find(kinds.begin(), kinds.end(), ref->kind) != kinds.end())
        return ref;
    return Error{Code::Usage, text + " is a " + ref->kind + "; wanted: " + join(kinds, " or "), "",
                 "write " + ref->remote + ":" + kinds.front() + ":ID"};
}

Result<Day> read_day(const std::string& option, const std::string& text) {
    auto day = parse_day(text);
    if (day) return day;
    Error error = with_option(day.error(), option);
    error.hint = "write year, month and day of a date that exists, for example 2026-03-31";
    return error;
}

Result<DayRange> read_period(const Session& session, const std::string& text) {
    const int back = text == "last-month" ? 1 : 0;
    if (back == 0 && text != "this-month") {
        auto month = parse_month(text);
        if (month) return month;
        return Error{Code::Usage, "\"" + text + "\" is no month", "",
                     "write last-month, this-month or a month like 2026-03"};
    }
    const auto zone = Zone::find(session.config->time_zone);
    if (!zone) return zone.error();
    const Day today = zone->day_of(session.process.clock.now());
    return DayRange{month_begin(today, -back), month_begin(today, 1 - back) - std::chrono::days{1}};
}

void add_filter_options(Syntax app, FilterOptions& options) {
    app.add_option("--company", options.company, "whose report: a name, or REMOTE:company:ID")
        .type_name("REF");
    app.add_option("--project", options.projects, "only this project or workgroup; repeatable")
        .type_name("REF")
        .one_each();
    app.add_option("--from", options.from,
                   "first day (default: the earliest time that is not billed yet)")
        .type_name("DATE");
    app.add_option("--to", options.to, "last day; both belong to the period").type_name("DATE");
    app.add_option("--period", options.period, "last-month, this-month or 2026-03")
        .type_name("MONTH");
    app.add_option("--type", options.type, "only this work type").type_name("TYPE");
    app.add_option("--status", options.status,
                   "only tasks that are: all, done, open, or codes like 2,3 (default all)")
        .type_name("STATUS");
    app.add_option("--percent-paid", options.percent_paid,
                   "only tasks paid so far, like '<100' or '=0'")
        .type_name("TEST");
    app.add_option("--task-dates", options.task_dates,
                   "only tasks created, closed or due then: closed:2026-03-01..2026-03-31; "
                   "repeatable")
        .type_name("KEY:FROM..TO")
        .one_each();
}

Result<domain::Filter> read_filter(const Session& session, const FilterOptions& options) {
    domain::Filter filter;
    if (options.company.empty())
        return Error{Code::Usage, "--company is missing", "",
                     "name the client, for example --company bitrix24:company:12"};
    const auto company = read_ref(session, options.company, {"company"});
    if (!company) return company.error();
    filter.company = *company;
    for (const auto& text : options.projects) {
        const auto project = read_ref(session, text, {"group", "project"});
        if (!project) return project.error();
        filter.projects.push_back(*project);
    }
    const auto days = days_of(session, options);
    if (!days) return days.error();
    if (!options.period.empty()) {
        filter.from = days->from;
        filter.to = days->to;
    } else if (options.to.empty()) {
        return Error{Code::Usage, "the period has no end", "",
                     "add --to DATE, or --period last-month"};
    }
    if (!options.from.empty()) {
        const auto from = read_day("--from", options.from);
        if (!from) return from.error();
        filter.from = *from;
    }
    if (!options.to.empty()) {
        const auto to = read_day("--to", options.to);
        if (!to) return to.error();
        filter.to = *to;
    }
    if (filter.from && *filter.from > filter.to)
        return Error{Code::Usage, "the period ends before it begins", "",
                     "--from must not be after --to"};
    filter.work_type = options.type;
    if (!options.status.empty()) {
        const auto statuses = domain::parse_status_filter(options.status);
        if (!statuses) return with_option(statuses.error(), "--status");
        filter.statuses = *statuses;
    }
    if (!options.percent_paid.empty()) {
        const auto test = domain::parse_percent_test(options.percent_paid);
        if (!test) return with_option(test.error(), "--percent-paid");
        filter.percent_paid = *test;
    }
    for (const auto& text : options.task_dates) {
        const auto dates = domain::parse_task_dates(text);
        if (!dates) return with_option(dates.error(), "--task-dates");
        filter.task_dates.push_back(*dates);
    }
    return filter;
}

} // namespace hb::app
