#include "domain/canonical.h"

#include "base/digest.h"
#include "domain/json_text.h"

namespace hb::domain {
namespace {

std::string json_of(const Rounding& rounding) {
    JsonObject object;
    object.add("level", json_string(to_string(rounding.level)));
    if (rounding.level == RoundingLevel::None) return object.text();
    object.add("mode", json_string(to_string(rounding.mode)));
    // A contract file counts in minutes; a step that it could not name is told in seconds.
    if (rounding.step_seconds % 60 == 0)
        object.add("step_minutes", json_number(rounding.step_seconds / 60));
    else
        object.add("step_seconds", json_number(rounding.step_seconds));
    return object.text();
}

std::string json_of(const Vat& vat) {
    JsonObject object;
    object.add("mode", json_string(to_string(vat.mode)));
    if (vat.mode != VatMode::None) object.add("rate", json_string(format_vat_rate(vat.rate_e4)));
    return object.text();
}

std::string json_of(const RateRule& rule, const Currency& currency) {
    JsonObject object;
    object.add("amount", json_string(format_amount(rule.amount, currency)));
    if (rule.project) object.add("project", json_string(to_string(*rule.project)));
    if (!rule.work_type.empty()) object.add("work_type", json_string(rule.work_type));
    if (rule.person) object.add("person", json_string(to_string(*rule.person)));
    if (rule.valid_from) object.add("valid_from", json_string(format_day(*rule.valid_from)));
    return object.text();
}

std::string json_of(const WorkType& row) {
    JsonObject object;
    object.add("tag", json_string(row.tag)).add("type", json_string(row.type));
    object.add("billable", json_bool(row.billable)).add("overhead", json_bool(row.overhead));
    if (!row.reason.empty()) object.add("reason", json_string(row.reason));
    return object.text();
}

std::string json_of(const NonBillableRule& rule) {
    JsonObject object;
    if (!rule.tag.empty()) object.add("tag", json_string(rule.tag));
    if (!rule.group.empty()) object.add("group", json_string(rule.group));
    if (!rule.work_type.empty()) object.add("work_type", json_string(rule.work_type));
    if (!rule.reason.empty()) object.add("reason", json_string(rule.reason));
    return object.text();
}

std::string json_of(const PersonShare& share) {
    return JsonObject()
        .add("ref", json_string(share.ref))
        .add("name", json_string(share.name))
        .add("seconds", json_number(share.seconds))
        .text();
}

template <class T, class... More>
std::string list_of(const std::vector<T>& values, const More&... more) {
    std::vector<std::string> elements;
    elements.reserve(values.size());
    for (const T& value : values) elements.push_back(json_of(value, more...));
    return json_array(elements);
}

std::string task_of(const Line& line) {
    return JsonObject()
        .add("ref", json_string(to_string(line.task_ref)))
        .add("title", json_string(line.task_title))
        .add("url", json_string_or_null(line.task_url))
        .text();
}

std::string project_of(const Line& line) {
    if (line.project.id.empty()) return "null";
    return domain::json_of(Party{line.project, line.project_name});
}

} // namespace

std::string json_of(DayRange period) {
    return JsonObject()
        .add("from", json_string(format_day(period.from)))
        .add("to", json_string(format_day(period.to)))
        .text();
}

std::string json_of(const Party& party) {
    return JsonObject()
        .add("ref", json_string(to_string(party.ref)))
        .add("name", json_string(party.name))
        .text();
}

std::string json_of(const Filter& filter) {
    std::vector<std::string> projects;
    for (const Ref& project : filter.projects) projects.push_back(json_string(to_string(project)));
    std::vector<std::string> dates;
    for (const TaskDates& one : filter.task_dates) dates.push_back(json_string(to_string(one)));
    return JsonObject()
        .add("company", json_string(to_string(filter.company)))
        .add("projects", json_array(projects))
        .add("from", filter.from ? json_string(format_day(*filter.from)) : "null")
        .add("to", json_string(format_day(filter.to)))
        .add("type", json_string_or_null(filter.work_type))
        .add("status", json_string(format_status_filter(filter.statuses)))
        .add("percent_paid",
             filter.percent_paid ? json_string(to_string(*filter.percent_paid)) : "null")
        .add("task_dates", json_array(dates))
        .text();
}

std::string json_of(const Contract& contract) {
    JsonObject object;
    object.add("client", json_string(to_string(contract.client)))
        .add("version", json_number(contract.version))
        .add("valid_from", json_string(format_day(contract.valid_from)))
        .add("currency", json_string(contract.currency.code))
        .add("vat", json_of(contract.vat))
        .add("time_zone", json_string(contract.time_zone))
        .add("locale", json_string(contract.locale))
        .add("rounding", json_of(contract.rounding))
        .add("rates", list_of(contract.rates, contract.currency))
        .add("work_types", list_of(contract.work_types))
        .add("nonbillable", list_of(contract.nonbillable))
        .add("people", json_string(contract.people == PeopleShown::Names ? "names" : "hidden"));
    if (contract.own_company)
        object.add("own_company", json_string(to_string(*contract.own_company)));
    if (contract.ignore_planner_flags) object.add("planner_flags", json_string("ignore"));
    if (contract.accept_long_records) object.add("long_records", json_string("accept"));
    if (contract.late_policy)
        object.add("late_policy", json_string(to_string(*contract.late_policy)));
    return object.text();
}

std::string json_of(const Completeness& rows) {
    JsonObject object;
    object.add("source_seconds", json_number(rows.source_seconds))
        .add("billed_work_seconds", json_number(rows.billed_work_seconds))
        .add("nonbillable_seconds", json_number(rows.nonbillable_seconds))
        .add("held_seconds", json_number(rows.held_seconds))
        .add("late_seconds", json_number(rows.late_seconds))
        .add("excluded_seconds", json_number(rows.excluded_seconds))
        .add("filtered_seconds", json_number(rows.filtered_seconds))
        .add("external_seconds", json_number(rows.external_seconds))
        .add("written_off_seconds", json_number(rows.written_off_seconds))
        .add("no_task_seconds", json_number(rows.no_task_seconds))
        .add("from_other_periods_seconds", json_number(rows.from_other_periods_seconds));
    // Only where there is something: the text of all others stays as it was (G66).
    if (rows.long_seconds != 0) object.add("long_seconds", json_number(rows.long_seconds));
    if (rows.unread_records != 0) object.add("unread_records", json_number(rows.unread_records));
    if (rows.unread_seconds != 0) object.add("unread_seconds", json_number(rows.unread_seconds));
    return object.text();
}

std::string json_of(const Line& line, const Currency& currency, PeopleShown people) {
    const bool named = people == PeopleShown::Names;
    return JsonObject()
        .add("kind", json_string(line.kind))
        .add("task", task_of(line))
        .add("project", project_of(line))
        .add("work_type", json_string_or_null(line.work_type))
        .add("worked_seconds", json_number(line.worked_seconds))
        .add("billed_seconds", json_number(line.billed_seconds))
        .add("rate", line.billable ? json_string(format_amount(line.rate, currency)) : "null")
        .add("amount", json_string(format_amount(line.amount, currency)))
        .add("gross", json_string(format_amount(line.gross, currency)))
        .add("billable", json_bool(line.billable))
        .add("reason", json_string_or_null(line.reason))
        .add("people", named ? list_of(line.people) : "[]")
        .text();
}

std::string json_of(const std::vector<Line>& lines, const Currency& currency, PeopleShown people) {
    return list_of(lines, currency, people);
}

std::string canonical_text(const Revision& revision) {
    const Currency& currency = revision.contract.currency;
    return JsonObject()
        .add("number", json_string(revision.number))
        .add("revision_n", json_number(revision.n))
        .add("client", json_of(revision.client))
        .add("own_company", revision.own_company ? json_of(*revision.own_company) : "null")
        .add("contract", json_of(revision.contract))
        .add("period", json_of(revision.period))
        .add("filter", json_of(revision.filter))
        .add("currency", json_string(currency.code))
        .add("worked_seconds", json_number(revision.worked_seconds))
        .add("billed_seconds", json_number(revision.billed_seconds))
        .add("nonbillable_seconds", json_number(revision.nonbillable_seconds))
        .add("subtotal", json_string(format_amount(revision.totals.subtotal, currency)))
        .add("vat", json_string(format_amount(revision.totals.vat, currency)))
        .add("total", json_string(format_amount(revision.totals.total, currency)))
        .add("lines", json_of(revision.lines, currency))
        .add("completeness", json_of(revision.completeness))
        .text();
}

std::string hash_of(const std::string& canonical) {
    return sha256_hex(canonical);
}

} // namespace hb::domain
