#include "lanes/crm_compared.h"

#include <algorithm>

#include "lanes/crm_looks.h"
#include "lanes/outages.h"
#include "render/question_text.h"

namespace hb::lanes {
namespace {

using domain::State;

constexpr int kTries = 3;

std::vector<std::int64_t> reports_in_crm(const Reading& read) {
    std::vector<std::int64_t> out;
    for (const auto& row : read->reports.list(std::nullopt, std::nullopt))
        if (row.state == State::Agreed || row.state == State::Invoiced ||
            row.state == State::PartlyPaid || row.state == State::Paid)
            out.push_back(row.id);
    return out;
}

bool is_known(const Reading& read, std::int64_t report, const domain::Question& question) {
    const auto asked = read->reports.questions_of(report);
    return std::any_of(asked.begin(), asked.end(), [&question](const store::QuestionRow& row) {
        return row.answered_at && row.asked == question;
    });
}

void judge(const Reading& read, const Look& look, Comparison& out) {
    const auto row = read->reports.find(look.report);
    if (!row) return;
    ++out.compared;
    const std::string who = "report " + row->number.value_or(std::to_string(row->id)) + ": ";
    for (const auto& question : differences_of_open(agreed_of(read, *row), look.deal, look.invoice))
        (is_known(read, row->id, question) ? out.accepted : out.differs)
            .push_back(who + render::question_text(question, "en"));
}

} // namespace

Status compare_values(Books& books, RemoteRuntime& crm, Comparison& out) {
    CrmLooks looks(books, crm, reports_in_crm(books.read()));
    int failures = 0;
    while (!looks.ended()) {
        while (crm.earliest() > books.clock.now()) books.clock.wait_until(crm.earliest());
        const auto seen = looks.step(0);
        Outages(books).note(crm);
        if (!seen && ++failures == kTries) return seen.error();
        if (!seen) continue;
        failures = 0;
        for (const auto& trouble : looks.take_troubles()) out.unread.push_back(to_string(trouble));
        {
            const Read read = books.read();
            for (const auto& look : *seen) judge(read, look, out);
        }
        books.say(crm.row.name + ": deals and invoices of " + std::to_string(out.compared) +
                  " reports compared");
    }
    return {};
}

} // namespace hb::lanes
