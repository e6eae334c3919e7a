#include "mapping/contract_file.h"
#include "json/writer.h"

// A filter as it is kept with its report:
// {"company":"bitrix24:company:12","projects":["bitrix24:group:7"],"from":"2026-03-01",
//  "to":"2026-03-31","work_type":"design","status":"done","percent_paid":"<100",
//  "task_dates":["closed:2026-03-01..2026-03-31"]}
// What is not restricted is left out, but "status" is always there.
namespace hb::mapping {

namespace {

using json::Value;

// Runs one reading after the other and keeps the first error.
class FilterReader {
public:
    explicit FilterReader(const Value& root) : root_(root) {}

    Result<domain::Filter> read() {
        if (!root_.is_object()) return root_.expected("an object");
        need(filter_.company, root_["company"], domain::parse_ref);
        for (const Value& project : root_["projects"])
            need(filter_.projects.emplace_back(), project, domain::parse_ref);
        take(filter_.from, root_["from"], parse_day);
        need(filter_.to, root_["to"], parse_day);
        if (const auto type = root_["work_type"].text_view()) filter_.work_type = *type;
        need(filter_.statuses, root_["status"], domain::parse_status_filter);
        take(filter_.percent_paid, root_["percent_paid"], domain::parse_percent_test);
        for (const Value& dates : root_["task_dates"])
            need(filter_.task_dates.emplace_back(), dates, domain::parse_task_dates);
        if (error_) return *error_;
        return std::move(filter_);
    }

private:
    template <class Target, class Parse>
    void need(Target& target, const Value& value, const Parse& parse) {
        const auto text = value.string();
        if (!text) return fail(text.error());
        auto parsed = parse(*text);
        if (!parsed) return fail(parsed.error());
        target = std::move(*parsed);
    }

    template <class Target, class Parse>
    void take(std::optional<Target>& target, const Value& value, const Parse& parse) {
        if (!value.missing()) need(target.emplace(), value, parse);
    }

    void fail(Error error) {
        if (error_) return;
        error_ = std::move(error);
        error_->code = Code::Malformed;
    }

    const Value& root_;
    domain::Filter filter_;
    std::optional<Error> error_;
};

} // namespace

std::string filter_text(const domain::Filter& filter) {
    json::Writer out;
    out.begin_object().member("company", domain::to_string(filter.company));
    if (!filter.projects.empty()) {
        out.key("projects").begin_array();
        for (const domain::Ref& project : filter.projects) out.string(domain::to_string(project));
        out.end_array();
    }
    if (filter.from) out.member("from", format_day(*filter.from));
    out.member("to", format_day(filter.to));
    if (!filter.work_type.empty()) out.member("work_type", filter.work_type);
    out.member("status", domain::format_status_filter(filter.statuses));
    if (filter.percent_paid) out.member("percent_paid", domain::to_string(*filter.percent_paid));
    if (!filter.task_dates.empty()) {
        out.key("task_dates").begin_array();
        for (const domain::TaskDates& dates : filter.task_dates)
            out.string(domain::to_string(dates));
        out.end_array();
    }
    return out.end_object().take();
}

Result<domain::Filter> parse_filter(std::string_view text) {
    const auto document = json::Document::parse(text);
    if (!document) return document.error();
    const Value root = document->root();
    return FilterReader(root).read();
}

} // namespace hb::mapping
