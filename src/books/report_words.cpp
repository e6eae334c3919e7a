#include "books/report_words.h"
#include "render/glossary.h"

#include "books/settings_names.h"

namespace hb::books {
namespace {

std::string name_of(const store::ReportRow& row, int revision) {
    return kept::kReportWords + std::to_string(row.id) + "." + std::to_string(revision);
}

domain::Glosses words_now(const Settings& settings, const std::vector<domain::Line>& lines,
                          const domain::Contract& contract) {
    return render::glosses_of(lines, contract.locale.empty() ? settings.locale : contract.locale,
                              contract.words, settings.words);
}

} // namespace

void freeze_words(Step& step, const store::ReportRow& row, const std::vector<domain::Line>& lines,
                  const domain::Contract& contract) {
    const std::string text = render::glosses_text(words_now(step.settings, lines, contract));
    if (!text.empty()) step->kept.put(0, name_of(row, row.revision), text, step.now());
}

domain::Glosses words_of(const Reading& read, const store::ReportRow& row, int revision,
                         const std::vector<domain::Line>& lines, const domain::Contract& contract) {
    if (revision != 0)
        if (const auto text = read->kept.get(0, name_of(row, revision)))
            return render::parse_glosses(*text);
    return words_now(read.settings, lines, contract);
}

} // namespace hb::books
