#include <catch2/catch.hpp>

#include <set>

#include "domain/locales.h"
#include "render/locale.h"
#include "sample.h"

// What the page shows of the report's state, and what comes next.
using namespace hb;
using namespace hb::render;
using domain::State;

namespace {

bool shows(const std::string& page, std::string_view text) {
    return page.find(text) != std::string::npos;
}

domain::ReportView in(State state, std::int64_t paid = 0) {
    domain::ReportView view = sample::sent_report();
    view.state = state;
    view.paid = paid;
    if (state != State::Sent && state != State::Draft) {
        view.agreed_on = parse_day("2026-04-02").value();
        view.agreed_by = "Ann Lee";
    }
    return view;
}

std::string page_of(const domain::ReportView& view) {
    return report_page(view, sample::options());
}

// The sentence below "What happens next"; "" none.
std::string next_of(const domain::ReportView& view) {
    const std::string page = page_of(view);
    const std::string before =
        "<h2>" + std::string(words_for(view.locale).next_title) + "</h2>\n<p>";
    const std::size_t at = page.find(before);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + before.size();
    return page.substr(begin, page.find("</p>", begin) - begin);
}

domain::ReportView nothing_to_pay(State state) {
    domain::ReportView view = in(state);
    view.totals = {};
    return view;
}

} // namespace

TEST_CASE("each state has a next step of its own, in every language") {
    for (const std::string_view language : domain::kShippedLanguages) {
        std::set<std::string> told;
        domain::ReportView drifted = in(State::Sent);
        drifted.drifted = true;
        for (domain::ReportView view :
             {in(State::Sent), drifted, in(State::Agreed), in(State::Invoiced),
              in(State::PartlyPaid, 86000), in(State::Paid, 186000), nothing_to_pay(State::Sent),
              nothing_to_pay(State::Agreed)}) {
            view.locale = language;
            const std::string next = next_of(view);
            INFO(language << ": " << next);
            CHECK_FALSE(next.empty());
            CHECK_FALSE(shows(next, "{"));
            CHECK(told.insert(next).second);
        }
    }
}

TEST_CASE("before an agreement the page says what follows it") {
    CHECK(next_of(in(State::Sent)) == "Please check the work below and agree. We will then issue "
                                      "an invoice for exactly this amount.");
    CHECK_FALSE(shows(page_of(in(State::Sent)), "Agreed"));
}

TEST_CASE("a report whose work has changed since says so, and can still be agreed to") {
    domain::ReportView view = in(State::Sent);
    view.drifted = true;
    CHECK(next_of(view) == "The work of this period has changed since; you agree to the figures "
                           "shown here, or wait for the next version.");
    CHECK(shows(page_of(view), "<form"));
    view.state = State::Agreed; // what was agreed to stays
    CHECK_FALSE(shows(page_of(view), "changed since"));
}

TEST_CASE("after an agreement the page says who agreed, when, and what comes next") {
    domain::ReportView view = in(State::Agreed);
    const std::string page = page_of(view);
    CHECK(shows(page, "<p>Agreed by <bdi>Ann Lee</bdi> on 2\u00A0April\u00A02026.</p>"));
    CHECK(shows(next_of(view), "we will issue an invoice for 1,860.00\u00A0BYN"));
    CHECK(shows(page, "<p class=\"here\" id=\"thanks\">Your agreement has been recorded.</p>"));
    CHECK(shows(page, "<p class=\"here\" id=\"already\">This report has already been agreed."));
    view.agreed_by.clear();
    CHECK(shows(page_of(view), "<p>Agreed on 2\u00A0April\u00A02026.</p>"));
    view.agreed_on.reset();
    CHECK_FALSE(shows(page_of(view), "id=\"thanks\""));
}

TEST_CASE("from the invoice on the page says what is due, what came and when nothing is left") {
    CHECK(shows(next_of(in(State::Invoiced)), "The invoice for 1,860.00\u00A0BYN"));
    const std::string partly = next_of(in(State::PartlyPaid, 86000));
    CHECK(shows(partly, "received 860.00\u00A0BYN"));
    CHECK(shows(partly, "1,000.00\u00A0BYN is still due"));
    CHECK(shows(next_of(in(State::Paid, 186000)), "received in full"));
}

TEST_CASE("a report with nothing to pay is acknowledged, and no invoice is promised") {
    const std::string page = page_of(nothing_to_pay(State::Sent));
    CHECK(shows(page, "I acknowledge this report"));
    CHECK(shows(page, "<form"));
    CHECK_FALSE(shows(page, "The invoice will carry"));
    CHECK_FALSE(shows(page, "issue an invoice"));
    CHECK(shows(page_of(nothing_to_pay(State::Paid)), ">Nothing to pay</p>"));
    domain::ReportView negative = in(State::Sent);
    negative.totals = {-1000, -200, -1200};
    CHECK(shows(page_of(negative), "I acknowledge this report"));
}

TEST_CASE("a draft promises nothing") {
    const domain::ReportView draft = sample::draft();
    CHECK(next_of(draft).empty());
    CHECK_FALSE(shows(page_of(draft), "class=\"signatures\""));
    CHECK(shows(page_of(in(State::Sent)), "class=\"signatures\""));
}
