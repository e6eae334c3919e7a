#include "lanes/documents_job.h"

#include "base/digest.h"
#include "base/files.h"
#include "books/planning.h"
#include "lanes/patience.h"

namespace hb::lanes {
namespace {

// A portal's converter takes 30 to 40 s (protocol section 16); after five minutes something is
// wrong with it, and after a day a person has to look.
constexpr int kQuickLooks = 30;
constexpr std::chrono::seconds kQuickPause{10};
constexpr std::chrono::minutes kSlowPause{10};
constexpr int kLooksMax = kQuickLooks + 6 * 24;

} // namespace

bool DocumentsJob::step() {
    trouble_.clear();
    const Instant now = books_.clock.now();
    if (remote_.earliest() > now) return false;
    std::optional<store::DocumentRow> row;
    {
        const Read read = books_.read();
        row = read->documents.next(remote_.row.id, now);
    }
    if (!row) return false;
    books_.at("before read document");
    const auto state =
        called(books_, remote_, [&] { return remote_.connector->read_document(row->remote_id); });
    books_.at("after read document");
    if (!state) {
        later(*row, to_string(state.error()));
        return true;
    }
    if (!state->exists) {
        Step step = books_.begin();
        row->state = "failed";
        row->last_error = "somebody deleted it in the portal";
        step->documents.update(*row);
        step.done();
        return true;
    }
    if (!state->pdf_ready && !state->failed) {
        later(*row, "the portal is still making the PDF");
        return true;
    }
    const auto file = called(books_, remote_,
                             [&] { return remote_.connector->download_document(row->remote_id); });
    books_.at("after download");
    if (!file)
        later(*row, to_string(file.error()));
    else
        keep(*row, *state, *file);
    return true;
}

void DocumentsJob::later(store::DocumentRow row, const std::string& why) {
    trouble_ = why;
    Step step = books_.begin();
    ++row.looks;
    row.last_error = why;
    row.due_at = step.now() + (row.looks < kQuickLooks ? std::chrono::milliseconds{kQuickPause}
                                                       : std::chrono::milliseconds{kSlowPause});
    if (row.looks >= kLooksMax) {
        row.state = "failed";
        step->events.add(step.now(), "documents", "document.failed", row.report,
                         remote_.row.name + ":document:" + row.remote_id,
                         books::EventData().add("why", why).text());
    }
    step->documents.update(row);
    step.done();
}

void DocumentsJob::keep(store::DocumentRow row, const domain::DocumentState& state,
                        const domain::DocumentFile& file) {
    Step step = books_.begin();
    const auto report = step->reports.find(row.report);
    const std::string folder = safe_file_name(report->number.value_or(std::to_string(report->id)));
    // Two templates may give one name; the portal's id keeps them apart.
    const std::string path = folder + "/" + row.remote_id + "-" + safe_file_name(file.name);
    const auto written = write_whole_file(books_.settings.documents_dir + "/" + path, file.bytes);
    if (!written) {
        later(row, to_string(written.error()));
        return;
    }
    books_.at("after keeping a file");
    row.state = "stored";
    row.title = state.title;
    row.number = state.number;
    row.file = path;
    row.sha256 = sha256_hex(file.bytes);
    row.bytes = static_cast<std::int64_t>(file.bytes.size());
    row.last_error = state.failed ? "the portal could not make a PDF; this is its docx" : "";
    row.stored_at = step.now();
    step->documents.update(row);
    step->events.add(step.now(), "documents", "document.stored", row.report,
                     remote_.row.name + ":document:" + row.remote_id,
                     books::EventData().add("sha256", row.sha256).add("bytes", row.bytes).text());
    books::Planning(step).plan_card_files(*report);
    step.done();
}

} // namespace hb::lanes
