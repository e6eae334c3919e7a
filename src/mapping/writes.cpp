#include "mapping/writes.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "base/ensure.h"
#include "base/limits.h"
#include "base/text.h"
#include "mapping/report_values.h"
#include "mapping/write_parts.h"
#include "json/writer.h"

namespace hb::mapping {

namespace {

using json::Writer;

struct Row {
    std::string name;
    std::int64_t gross = 0;
    const domain::Line* line = nullptr; // of a row for one line
};

// How well a row can carry what a correction takes back: the same task, the same project, any.
int nearness(const Row& row, const Row& correction) {
    if (row.line == nullptr || correction.line == nullptr) return 0;
    if (row.line->task_ref == correction.line->task_ref) return 2;
    return row.line->project == correction.line->project ? 1 : 0;
}

// A portal refuses rows below zero: what a correction takes back is taken off other rows, which say
// so. Their sum stays the total (G5).
std::vector<Row> without_negative(std::vector<Row> rows) {
    std::vector<Row> out;
    std::vector<Row> back;
    for (Row& row : rows) (row.gross < 0 ? back : out).push_back(std::move(row));
    for (Row& correction : back) {
        while (correction.gross < 0) {
            const auto by_use = [&](const Row& a, const Row& b) {
                return std::tuple(a.gross > 0, nearness(a, correction), a.gross) <
                       std::tuple(b.gross > 0, nearness(b, correction), b.gross);
            };
            const auto best = std::max_element(out.begin(), out.end(), by_use);
            if (best == out.end() || best->gross <= 0) break; // a report below zero is never sent
            const std::int64_t part = std::min(best->gross, -correction.gross);
            best->gross -= part;
            correction.gross += part;
            best->name = shorten(best->name + "; " + correction.name, kNameCharactersMax);
        }
        if (correction.gross < 0) out.push_back(std::move(correction));
    }
    return out;
}

class RowMaker {
public:
    RowMaker(const Mapping& mapping, const domain::Revision& revision)
        : mapping_(mapping), revision_(revision) {
        for (const domain::Line& line : revision.lines)
            if (line.billable) lines_.push_back(&line);
    }

    std::vector<Row> make() const {
        if (lines_.size() <= kDealRowsMax) {
            std::vector<Row> rows;
            for (const domain::Line* line : lines_)
                rows.push_back({name_of(*line), line->gross, line});
            return without_negative(std::move(rows));
        }
        // G5; a client of hundreds of projects gets coarser rows still.
        for (const bool by_type : {true, false}) {
            std::vector<Row> rows = without_negative(grouped(by_type));
            if (rows.size() <= kDealRowsMax) return rows;
        }
        return {whole()};
    }

private:
    std::string name_of(const domain::Line& line) const {
        const domain::Currency& currency = revision_.contract.currency;
        const bool adjustment = line.kind == "adjustment";
        Values values{{"locale", revision_.contract.locale},
                      {"task", shorten(line.task_title, kTaskCharactersMax)},
                      {"task_id", line.task_ref.id},
                      {"project", project_of(line)},
                      {"work_type", type_of(line)},
                      {"hours", format_duration(line.billed_seconds)},
                      {"rate", domain::format_amount(line.rate, currency)},
                      {"currency", currency.code},
                      {"number", revision_.number}};
        const char* name = adjustment ? "deal.row.adjustment" : "deal.row";
        return shorten(mapping_.fill(name, values), kNameCharactersMax);
    }

    std::string word(const char* name) const {
        return mapping_.fill(name, {{"locale", revision_.contract.locale}});
    }
    std::string project_of(const domain::Line& line) const {
        return line.project_name.empty() ? word("word.no_project")
                                         : shorten(line.project_name, kTaskCharactersMax / 2);
    }
    std::string type_of(const domain::Line& line) const {
        return line.work_type.empty() ? word("word.no_type") : shorten(line.work_type, 60);
    }

    struct Group {
        const domain::Line* first = nullptr;
        std::string type;
        std::int64_t seconds = 0;
        std::int64_t gross = 0;
    };

    std::string group_name(const std::string& project, const std::string& type,
                           std::int64_t seconds) const {
        return shorten(mapping_.fill("deal.row.group", {{"locale", revision_.contract.locale},
                                                        {"project", project},
                                                        {"work_type", type},
                                                        {"hours", format_duration(seconds)},
                                                        {"number", revision_.number}}),
                       kNameCharactersMax);
    }

    // In the order in which project and work type first appear among the lines.
    std::vector<Row> grouped(bool by_type) const {
        std::vector<Group> groups;
        std::map<std::pair<domain::Ref, std::string>, std::size_t> known;
        for (const domain::Line* line : lines_) {
            const std::string type = by_type ? line->work_type : std::string();
            const auto [at, added] = known.try_emplace({line->project, type}, groups.size());
            if (added)
                groups.push_back({line, by_type ? type_of(*line) : word("word.no_type"), 0, 0});
            groups[at->second].seconds += line->billed_seconds;
            groups[at->second].gross += line->gross;
        }
        std::vector<Row> rows;
        for (const Group& group : groups)
            rows.push_back({group_name(project_of(*group.first), group.type, group.seconds),
                            group.gross, nullptr});
        return rows;
    }

    Row whole() const {
        return {shorten(mapping_.fill("deal.title", report_values(revision_)), kNameCharactersMax),
                revision_.totals.total, nullptr};
    }

    const Mapping& mapping_;
    const domain::Revision& revision_;
    std::vector<const domain::Line*> lines_;
};

} // namespace

void write_parts(Writer& out, std::vector<domain::Need>& needs, const std::string& name,
                 const domain::Parts& parts) {
    std::string text;
    for (const domain::Part& part : parts) {
        if (const auto* piece = std::get_if<std::string>(&part)) {
            text += *piece;
            continue;
        }
        out.member(name, "");
        needs.push_back({"/" + name, parts});
        return;
    }
    out.member(name, text);
}

Written deal_fields(const Mapping& mapping, const domain::Revision& revision,
                    const DealTerms& terms) {
    const Values values = report_values(revision);
    Written deal;
    Writer out;
    out.begin_object();
    out.member("title", shorten(mapping.fill("deal.title", values), kNameCharactersMax));
    out.member("categoryId", terms.category_id);
    out.member("stageId", terms.stage_new);
    out.member("companyId", terms.company_id);
    out.member("currencyId", revision.contract.currency.code);
    out.member("isManualOpportunity", "Y");
    out.member("opportunity", values.at("total"));
    out.member("originatorId", "hourbridge");
    out.member("originId", terms.key);
    if (terms.page)
        write_parts(out, deal.needs, "comments",
                    mapping.fill_parts("deal.comments", values, {{"url", *terms.page}}));
    deal.fields = out.end_object().take();
    return deal;
}

std::string row_fields(const Mapping& mapping, const domain::Revision& revision) {
    const std::vector<Row> rows = RowMaker(mapping, revision).make();
    const domain::Contract& contract = revision.contract;
    std::int64_t sum = 0;
    std::int64_t sort = 0;
    Writer out;
    out.begin_object().key("rows").begin_array();
    for (const Row& row : rows) {
        sum += row.gross;
        out.begin_object().member("productName", row.name);
        out.member("price", domain::format_amount(row.gross, contract.currency));
        out.member("quantity", "1");
        if (contract.vat.mode == domain::VatMode::None)
            out.key("taxRate").null();
        else
            out.member("taxRate", domain::format_vat_rate(contract.vat.rate_e4));
        out.member("taxIncluded", "Y").member("sort", sort += 10).end_object();
    }
    // G5.
    ensure(sum == revision.totals.total, "the rows of a deal add up to the report's total");
    return out.end_array().end_object().take();
}

Written comment_fields(const Mapping& mapping, std::string_view template_name,
                       const domain::Revision& revision, const domain::LinkPart& page,
                       std::string_view key, std::string_view entity) {
    Values values = report_values(revision);
    values["key"] = key;
    Written comment;
    Writer out;
    out.begin_object().member("entityType", entity);
    write_parts(out, comment.needs, "comment",
                mapping.fill_parts(template_name, values, {{"url", page}}));
    comment.fields = out.end_object().take();
    return comment;
}

std::string mark_fields(std::string_view paid_field, std::string_view percent,
                        std::string_view report_field, std::string_view numbers) {
    Writer out;
    out.begin_object().member(paid_field, percent).member(report_field, numbers);
    return out.end_object().take();
}

std::string task_field(std::string_view name, std::string_view label_en,
                       std::string_view label_ru) {
    std::string label(label_en);
    if (!label_ru.empty()) label += " / " + std::string(label_ru);
    Writer out;
    return out.begin_object().member("name", name).member("label", label).end_object().take();
}

std::string stage_fields(std::string_view stage) {
    Writer out;
    return out.begin_object().member("stageId", stage).end_object().take();
}

Written failed_stage_fields(const domain::FailedStagePart& stage) {
    return {stage_fields(""), {{"/stageId", {stage}}}};
}

} // namespace hb::mapping
