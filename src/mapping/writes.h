#pragma once

#include "domain/report.h"
#include "mapping/mapping.h"
#include "mapping/parts.h"

// Intent -> the fields of a remote object, as the Bitrix24 connector's op kinds take them (see
// connector/bitrix24.h). Pure; texts come from the mapping's templates.
namespace hb::mapping {

struct DealTerms {
    std::string key;            // "hb-…"
    std::string company_id;     // the CRM's own id
    std::string own_company_id; // "" none
    int category_id = 0;
    std::string stage_new;                // full STATUS_ID (G28)
    std::optional<domain::LinkPart> page; // the client's
};
// deal.create: title, company, stage, currency, isManualOpportunity Y, opportunity = total,
// originator and origin (G5, G18).
Written deal_fields(const Mapping& mapping, const domain::Revision& revision,
                    const DealTerms& terms);
// deal.rows: one row per billable line, quantity 1, price = gross (G5); over 200 lines one per
// project and work type. Zero and negative rows as they are. `owner` may be "" when the deal does
// not exist yet.
std::string row_fields(const Mapping& mapping, const domain::Revision& revision);
// The sum of those rows' prices in minor units equals revision.totals.total.

// comment.create on `entity` ("deal", "card"): `template_name` like "comment.sent"; the marker
// `key` is in the text (G20).
Written comment_fields(const Mapping& mapping, std::string_view template_name,
                       const domain::Revision& revision, const domain::LinkPart& page,
                       std::string_view key, std::string_view entity = "deal");
// task.mark: {"UF_HB_PAID": "100", "UF_HB_REPORT": "A-2026-0001"} (G26). `percent` "" = nothing
// billed.
std::string mark_fields(std::string_view paid_field, std::string_view percent,
                        std::string_view report_field, std::string_view numbers);
// task.field: a string field with a label, both languages.
std::string task_field(std::string_view name, std::string_view label_en, std::string_view label_ru);
// deal.stage, invoice.stage
std::string stage_fields(std::string_view stage);
// The same, with the failed stage that the remote names when it is asked.
Written failed_stage_fields(const domain::FailedStagePart& stage);

} // namespace hb::mapping
