#include <catch2/catch.hpp>

#include "sample.h"

using namespace hb;
using namespace hb::render;

TEST_CASE("a report at the terminal shows lines, sums, what is late, what was not taken, and why") {
    domain::ReportView view = sample::sent_report();
    view.paid = 50000;
    view.state = domain::State::PartlyPaid;
    CHECK(report_text(view) ==
          R"(Report HB2026-0002 (id 3), partly_paid, revision 1
  client    Romashka LLC (bitrix24:company:12)
  from      Pixel & Partners
  period    2026-03-01 to 2026-03-31
  link      https://reports.example.com/r/TOKEN
  deal      bitrix24:deal:42
  card      bitrix24:card:31
  read      bitrix24 at 2026-04-01 06:00:00 UTC
  note      call Mr. Secretive before sending
  asks you  the deal or invoice is in a failed stage

Billable
  TASK                                   PROJECT       TYPE                       WORKED  BILLED    RATE   AMOUNT
  #691 Landing page for the spring sale  Online shop   design                       5:15    5:30  110.00   605.00
  #702 Checkout: payment by card         Online shop   development                 10:00   10:00   90.00   900.00
  #733 Texts of the about page           Company site  development               0:45:09    1:00   90.00    90.00
  #640 Catalogue filters                 Company site  development  adjustment     -0:30   -0:30   90.00   -45.00
                                                                                --------  ------          -------
                                                                                15:30:09   16:00          1550.00

Not billable
  TASK                               PROJECT      TYPE  WHY  WORKED
  #715 Cart loses items after login  Online shop  bug   bug    1:30
                                                             ------
                                                               1:30

Sums
  subtotal        1550.00  BYN
  VAT 20 % added   310.00  BYN
  total           1860.00  BYN
  paid             500.00  BYN
  due             1360.00  BYN

Late: not on this report until you decide (hourbridge late decide REF --next-report | --write-off --reason TEXT)
  REF                WHY        DATE        TASK               TIME  AMOUNT
  bitrix24:entry:88  paid_task  2026-02-20  bitrix24:task:601  0:30   45.00  BYN

Not taken
  ENTRY              WHY   REPORT  TIME
  bitrix24:entry:90  held  2       1:00

Every second of the period
  19:00:09 logged = 16:00:09 billable here + 1:30 not billable here + 1:00 on other reports + 0:30 late; from other periods: -0:30

Warnings
  bitrix24 was last read 7 hours ago [stale]
)");
}

TEST_CASE("the text tells times by the clocks of the configuration's zone") {
    CHECK(report_text(sample::sent_report(), *hb::Zone::find("Europe/Minsk"))
              .find("bitrix24 at 2026-04-01 09:00:00 +03:00") != std::string::npos);
}

TEST_CASE("a draft shows no payment, and marks what blocks sending") {
    domain::ReportView view = sample::draft();
    view.warnings = {{"no_rate", "no rate for bitrix24:task:702", true}};
    const std::string text = report_text(view);
    CHECK(text.find("\n  due ") == std::string::npos);
    CHECK(text.find("BLOCKS SENDING  no rate for bitrix24:task:702 [no_rate]") !=
          std::string::npos);
}

TEST_CASE("when nothing was free the text says so, and names what holds the time (G8)") {
    domain::ReportView view;
    view.currency = {"BYN", 2};
    view.client_ref = "bitrix24:company:12";
    view.period = {*parse_day("2026-03-01"), *parse_day("2026-03-31")};
    view.excluded = {{"bitrix24:entry:90", 3600, 2, "held"}};
    CHECK(report_text(view) == "Nothing was stored: no free time fits\n"
                               "  client    bitrix24:company:12\n"
                               "  period    2026-03-01 to 2026-03-31\n"
                               "\n"
                               "Not taken\n"
                               "  ENTRY              WHY   REPORT  TIME\n"
                               "  bitrix24:entry:90  held  2       1:00\n");
}

TEST_CASE("more than a screenful of late or untaken rows is counted, not listed") {
    domain::ReportView view = sample::sent_report();
    view.late.assign(15, view.late.front());
    view.excluded.assign(13, view.excluded.front());
    const std::string text = report_text(view);
    CHECK(sample::count(text, "bitrix24:entry:88") == 12);
    CHECK(text.find("… and 3 more, 7:30 in all (--json lists every one)") != std::string::npos);
    CHECK(sample::count(text, "bitrix24:entry:90") == 12);
    CHECK(text.find("… and 1 more, 13:00 in all") != std::string::npos);
}

TEST_CASE("what differs in the CRM is shown with both values, and with the answers to it (G56)") {
    domain::ReportView view = sample::sent_report();
    view.state = domain::State::Invoiced;
    const auto asks = [&](domain::QuestionKind kind, const std::string& was,
                          const std::string& now) {
        view.questions = {
            {{kind, "deal:42", {{"what", "deal"}, {"id", "42"}, {"was", was}, {"now", now}}},
             Instant{}}};
        return report_text(view);
    };
    const auto currency = asks(domain::QuestionKind::CurrencyDiffers, "BYN", "EUR");
    CHECK(currency.find("  asks you  deal 42 is in EUR, the client agreed to BYN") !=
          std::string::npos);
    CHECK(currency.find("  answer    hourbridge report restore-crm 3 writes ours again\n"
                        "  or        hourbridge report accept-crm 3 --reason TEXT keeps the "
                        "CRM's\n") != std::string::npos);
    CHECK(asks(domain::QuestionKind::CompanyDiffers, "12", "-")
              .find("deal 42 belongs to company -, company 12 agreed") != std::string::npos);
    // Ours can't be written into what is lost.
    CHECK(asks(domain::QuestionKind::Lost, "", "").find("restore-crm") == std::string::npos);
    CHECK(asks(domain::QuestionKind::Lost, "", "").find("deal 42 is in a failed stage") !=
          std::string::npos);
    view.state = domain::State::Agreed;
    CHECK(asks(domain::QuestionKind::AmountDiffers, "1.00 BYN", "2.00 BYN").find("accept-crm") ==
          std::string::npos);
}
