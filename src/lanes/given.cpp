#include "lanes/given.h"

#include "base/digest.h"
#include "books/drafting.h"
#include "render/document.h"
#include "render/page.h"

namespace hb::lanes {

const char* to_string(GivenForm form) {
    switch (form) {
    case GivenForm::Pdf:
        return "pdf";
    case GivenForm::Xlsx:
        return "xlsx";
    case GivenForm::Csv:
        return "csv";
    }
    return "";
}

const char* media_type(GivenForm form) {
    switch (form) {
    case GivenForm::Pdf:
        return "application/pdf";
    case GivenForm::Xlsx:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    case GivenForm::Csv:
        return "text/csv; charset=utf-8";
    }
    return "";
}

Result<std::string> document_of(const domain::ReportView& view, GivenForm form) {
    switch (form) {
    case GivenForm::Pdf:
        return render::report_pdf(view);
    case GivenForm::Xlsx:
        return render::report_xlsx(view);
    case GivenForm::Csv:
        break;
    }
    return render::report_csv(view, render::Audience::Client);
}

std::optional<std::string> given_before(const Reading& read, std::int64_t report, int revision,
                                        GivenForm form) {
    auto row = read->given.find({report, revision, to_string(form)});
    return row ? std::optional(std::move(row->bytes)) : std::nullopt;
}

std::optional<std::string> keep_given(Books& books, const domain::ReportView& view, GivenForm form,
                                      std::string bytes, const Actor& actor) {
    const std::string sha256 = sha256_hex(bytes);
    Step step = books.begin(actor);
    const auto row = step->reports.find(view.id.value_or(0));
    if (!row || !domain::was_sent(row->state) || row->revision != view.revision)
        return std::nullopt;
    const store::GivenKey key{row->id, row->revision, to_string(form)};
    if (auto first = step->given.find(key)) return std::move(first->bytes);
    step->given.keep({key, sha256, bytes, step.now()});
    step->events.add(step.now(), actor.name, "report.downloaded", row->id, row->number.value_or(""),
                     books::EventData()
                         .add("revision", row->revision)
                         .add("form", key.form)
                         .add("sha256", sha256)
                         .text());
    step.done();
    return bytes;
}

} // namespace hb::lanes
