#include "sample.h"

namespace hb::render::sample {

namespace {

domain::Line work(std::string id, std::string title, domain::Ref project, std::string project_name,
                  std::string type, std::int64_t worked, std::int64_t billed, std::int64_t rate) {
    domain::Line line;
    line.task_ref = {"bitrix24", "task", id};
    line.task_title = std::move(title);
    line.task_url = "https://acme.bitrix24.by/company/personal/user/1/tasks/task/view/" + id + "/";
    line.project = std::move(project);
    line.project_name = std::move(project_name);
    line.work_type = std::move(type);
    line.worked_seconds = worked;
    line.billed_seconds = billed;
    line.rate = rate;
    line.amount = domain::price(rate, billed);
    line.people = {{"bitrix24:user:5", "Designer Five", worked}};
    return line;
}

std::vector<domain::Line> lines() {
    const domain::Ref shop{"bitrix24", "group", "7"};
    const domain::Ref site{"bitrix24", "group", "9"};
    std::vector<domain::Line> all;
    all.push_back(work("691", "Landing page for the spring sale", shop, "Online shop", "design",
                       18900, 19800, 11000));
    all.push_back(work("702", "Checkout: payment by card", shop, "Online shop", "development",
                       36000, 36000, 9000));
    all[1].people.push_back({"bitrix24:user:6", "Developer Six", 12000});
    all[1].people[0].seconds = 24000;
    domain::Line bug =
        work("715", "Cart loses items after login", shop, "Online shop", "bug", 5400, 0, 0);
    bug.billable = false;
    bug.reason = "bug";
    all.push_back(bug);
    all.push_back(work("733", "Texts of the about page", site, "Company site", "development", 2709,
                       3600, 9000));
    domain::Line correction =
        work("640", "Catalogue filters", site, "Company site", "development", -1800, -1800, 9000);
    correction.kind = "adjustment";
    correction.reason = "the record was shortened after HB2026-0001 was sent";
    all.push_back(correction);
    return all;
}

void add_what_staff_see(domain::ReportView& view) {
    view.late = {{"bitrix24:entry:88", "entry", "bitrix24:entry:88", "paid_task",
                  "bitrix24:company:12", "bitrix24:task:601", "2026-02-20", 1800, "45.00", "BYN",
                  std::nullopt, std::nullopt}};
    view.excluded = {{"bitrix24:entry:90", 3600, 2, "held"}};
    view.warnings = {{"stale", "bitrix24 was last read 7 hours ago", false}};
    view.card = "bitrix24:card:31";
    view.freshness = {{"bitrix24", "2026-04-01T06:00:00Z"}};
    view.note = "call Mr. Secretive before sending";
    view.questions = {{{domain::QuestionKind::Lost, "", {}}, Instant{}}};
}

} // namespace

domain::ReportView sent_report() {
    domain::ReportView view;
    view.id = 3;
    view.number = "HB2026-0002";
    view.state = domain::State::Sent;
    view.client_ref = "bitrix24:company:12";
    view.client_name = "Romashka LLC";
    view.own_company = domain::Party{{"bitrix24", "company", "1"}, "Pixel & Partners"};
    view.period = {*parse_day("2026-03-01"), *parse_day("2026-03-31")};
    view.filter_json = R"({"company":"bitrix24:company:12"})";
    view.currency = {"BYN", 2};
    view.revision = 1;
    view.hash = "5f1d0cafe";
    view.url = "https://reports.example.com/r/TOKEN";
    view.vat = {domain::VatMode::Added, 200000};
    view.lines = lines();
    view.frozen_at = parse_instant("2026-04-01T06:30:00Z").value();
    add_up(view);
    domain::Completeness rows;
    rows.source_seconds = 68409;
    rows.billed_work_seconds = 57609;
    rows.nonbillable_seconds = 5400;
    rows.held_seconds = 3600;
    rows.late_seconds = 1800;
    rows.from_other_periods_seconds = -1800;
    view.completeness = rows;
    view.rounding = {domain::RoundingLevel::Entry, domain::RoundingMode::Up, 900};
    view.deal = "bitrix24:deal:42";
    add_what_staff_see(view);
    return view;
}

void add_up(domain::ReportView& view) {
    view.worked_seconds = view.billed_seconds = view.nonbillable_seconds = 0;
    std::int64_t sum = 0;
    std::vector<std::int64_t> amounts;
    for (const domain::Line& line : view.lines) {
        view.worked_seconds += line.worked_seconds;
        view.billed_seconds += line.billed_seconds;
        if (!line.billable) view.nonbillable_seconds += line.worked_seconds;
        sum += line.amount;
        amounts.push_back(line.amount);
    }
    view.totals = domain::totals_of(sum, view.vat);
    const std::vector<std::int64_t> gross = domain::gross_of(amounts, view.vat);
    for (std::size_t i = 0; i < gross.size(); ++i) view.lines[i].gross = gross[i];
}

domain::ReportView month(std::size_t lines, const std::string& locale,
                         const domain::Currency& currency) {
    static const std::vector<std::string> titles = {
        "Landing page for the spring sale",
        "Оплата картой в корзине: ошибка при повторной отправке формы",
        "Catalogue filters",
        "Мобильное меню",
        "Export of orders to the accounting system, with a nightly comparison of sums and a report "
        "to the manager by mail",
        "Тексты страницы «О компании»",
        "Server: certificates"};
    static const std::vector<std::string> projects = {"Online shop", "Сайт компании", "CRM",
                                                      "Support", "Реклама"};
    static const std::vector<std::string> types = {"development", "design", "", "analysis"};
    static const std::vector<std::string> people = {"Анна Ковальчук", "Ben Ode", "Marie Dubois"};
    domain::ReportView view = sent_report();
    view.locale = locale;
    view.currency = currency;
    view.lines.clear();
    for (std::size_t i = 0; i < lines; ++i) {
        const auto seconds = static_cast<std::int64_t>(900 * (1 + i * 7 % 23) + (i % 5) * 61);
        const std::size_t project = i * projects.size() / std::max<std::size_t>(lines, 1);
        domain::Line line =
            work(std::to_string(700 + i), titles[i % titles.size()],
                 {"bitrix24", "group", std::to_string(project)}, projects[project],
                 types[i % types.size()], seconds, (seconds + 899) / 900 * 900, 9000);
        line.people = {{"bitrix24:user:1", people[i % people.size()], seconds}};
        if (i % 9 == 8) {
            line.billable = false;
            line.reason = i % 2 == 0 ? "our own mistake" : domain::kPlannerReason;
            line.billed_seconds = line.rate = line.amount = 0;
        }
        if (i == 20) {
            line.kind = "adjustment";
            line.worked_seconds = line.billed_seconds = -1800;
            line.amount = domain::price(line.rate, line.billed_seconds);
        }
        view.lines.push_back(std::move(line));
    }
    view.rounding = {domain::RoundingLevel::Task, domain::RoundingMode::Up, 900};
    view.hash = "5f1d0cafe0b1c2d3e4f5";
    add_up(view);
    view.completeness->source_seconds = view.worked_seconds + 5400;
    view.completeness->billed_work_seconds = view.worked_seconds - view.nonbillable_seconds;
    view.completeness->nonbillable_seconds = view.nonbillable_seconds;
    return view;
}

domain::ReportView draft() {
    domain::ReportView view = sent_report();
    view.frozen_at.reset();
    view.state = domain::State::Draft;
    view.revision = 0;
    view.hash.clear();
    return view;
}

PageOptions options() {
    PageOptions paths;
    paths.style_path = "/static/page.css";
    paths.agree_path = "/r/TOKEN/agree";
    paths.icon_path = "/static/icon.svg";
    paths.pdf_path = "/r/TOKEN/report.pdf";
    paths.xlsx_path = "/r/TOKEN/report.xlsx";
    paths.csv_path = "/r/TOKEN/report.csv";
    paths.json_path = "/r/TOKEN/report.json";
    return paths;
}

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + part.size()))
        ++found;
    return found;
}

} // namespace hb::render::sample
