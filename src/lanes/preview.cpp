#include "lanes/preview.h"

#include "base/clean.h"
#include "base/text.h"
#include "voices/previews.h"
#include "voices/voices.h"

namespace hb::lanes {
namespace {

namespace say = voices::previews;

Message why_late(const domain::LateRow& late) {
    if (late.kind == "adjustment") return voices::say<say::kLateChanged>();
    if (late.why == "paid_task") return voices::say<say::kLatePaid>();
    if (late.why == "sent_period") return voices::say<say::kLateSent>();
    return voices::say<say::kLateEarlier>();
}

std::string late_text(const domain::LateRow& late, voices::Language language) {
    return voices::in(voices::say<say::kLateRow>(for_people(late.task), late.work_date,
                                                 format_duration(late.seconds),
                                                 voices::in(why_late(late), language)),
                      language);
}

} // namespace

std::optional<Preview> preview_of(Books& books, std::int64_t report) {
    const auto view = books.show(report);
    if (!view || view->state != domain::State::Draft) return std::nullopt;
    const auto locale = books.view().settings.locale;
    const auto language = voices::language_of(locale);
    Preview out;
    out.view = *view;
    out.staff.language = locale.substr(0, 2);
    out.staff.title = voices::in(voices::say<say::kTitle>(), language);
    out.staff.text = voices::in(voices::say<say::kExplained>(), language);
    out.staff.warnings_title = voices::in(voices::say<say::kWarnings>(), language);
    out.staff.late_title = voices::in(voices::say<say::kLate>(), language);
    for (const auto& warning : view->warnings) {
        const std::string next = voices::next_in(warning.said, language);
        out.staff.warnings.push_back(
            for_people(voices::in(warning.said, language) + (next.empty() ? "" : ". " + next)));
    }
    for (const auto& late : view->late) out.staff.late.push_back(late_text(late, language));
    return out;
}

} // namespace hb::lanes
