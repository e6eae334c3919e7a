#include "sandbox/program/demo_money.h"

#include <algorithm>

#include "base/exit_code.h"
#include "base/text.h"

namespace hb::sandbox {
namespace {

constexpr int kForgotten = 1800; // seconds that somebody adds to a billed entry

std::string text(const json::Value& value) {
    const auto found = value.text();
    return found ? *found : "";
}
std::int64_t number(const json::Value& value) {
    const auto found = value.integer();
    return found ? *found : 0;
}
std::string id_of(const std::string& ref) {
    return ref.substr(ref.rfind(':') + 1);
}
// A day inside the month, whatever the zone; and no timer that was left running.
bool worked_in(const DayRange& month, const Entry& entry) {
    const std::int64_t day = std::int64_t{entry.created} / 86400;
    return day > to_epoch_days(month.from) && day < to_epoch_days(month.to) && entry.seconds > 0 &&
           entry.seconds < 12 * 3600;
}
// The id of a time record of that month on the task; 0: there is none.
std::int64_t record_on(State& state, std::int64_t task, const DayRange& month) {
    for (const auto id : state.entries_of(task))
        if (const auto* entry = state.entry(id); entry != nullptr && worked_in(month, *entry))
            return id;
    return 0;
}
// The first row of the tray that is a correction, or that is none.
json::Value in_tray(const Said& tray, bool correction) {
    for (const auto row : tray.root()["late"])
        if ((text(row["kind"]) == "adjustment") == correction) return row;
    return {};
}
// "1234.50", of a currency with cents; the demo's contracts have no other.
std::int64_t cents_of(const std::string& amount) {
    const auto point = amount.find('.');
    return parse_integer(amount.substr(0, point)).value_or(0) * 100 +
           parse_integer(amount.substr(point + 1)).value_or(0);
}
std::string amount_of(std::int64_t cents) {
    const std::string rest = std::to_string(cents % 100);
    return std::to_string(cents / 100) + (rest.size() < 2 ? ".0" : ".") + rest;
}
std::string money(std::int64_t cents, const std::string& currency) {
    return amount_of(cents) + " " + currency;
}

} // namespace

DemoMoney::DemoMoney(Stage& stage, std::string company, std::string report, DayRange month)
    : stage_(stage), company_(std::move(company)), report_(std::move(report)), month_(month) {
    const Said said = show();
    number_ = text(said.root()["number"]);
    currency_ = text(said.root()["currency"]);
    total_ = cents_of(text(said.root()["total"]));
}

Error DemoMoney::unlike(const std::string& what, const Said& said) const {
    return Error{Code::Machine, what + (said.err.empty() ? "" : ": " + said.err), "", ""};
}

Said DemoMoney::show() {
    return stage_.ask({"report", "show", report_});
}

Status DemoMoney::pull() {
    // Bitrix24 tells nobody that a time record changed: the month is read and compared.
    const Said said = stage_.ask({"sync", "--since", format_day(month_.from)});
    if (said.code == kDone || said.code == kPerson) return {};
    return unlike("the pull failed", said);
}

std::vector<std::string> DemoMoney::billed_tasks() {
    std::vector<std::string> tasks;
    const Said said = show();
    for (const auto line : said.root()["lines"]) {
        const auto billable = line["billable"].boolean();
        const std::string ref = text(line["task"]["ref"]);
        if (billable && *billable && ref.rfind("bitrix24:", 0) == 0) tasks.push_back(id_of(ref));
    }
    return tasks;
}

std::vector<std::string> DemoMoney::percents() {
    std::vector<std::string> seen;
    for (const auto& id : billed_tasks())
        stage_.portal().edit([&](State& state) {
            const auto key = parse_integer(id);
            const auto* task = key ? state.tasks.find(*key) : nullptr;
            if (task == nullptr) return;
            for (const auto& [name, value] : task->extra)
                if (name == "UF_HB_PAID") seen.push_back(value.str());
        });
    return seen;
}

Result<DemoMoney::Told> DemoMoney::edit() {
    const auto tasks = billed_tasks();
    std::int64_t changed = 0;
    stage_.portal().edit([&](State& state) {
        for (const auto& task : tasks)
            if (changed == 0) changed = record_on(state, parse_integer(task).value_or(0), month_);
        if (auto* entry = state.entry(changed))
            state.change_seconds(*entry, entry->seconds + kForgotten);
    });
    if (changed == 0) return unlike("the report bills no time of the portal", {});
    if (auto pulled = pull(); !pulled) return pulled.error();
    const Said said = stage_.ask({"late", "list"});
    const auto row = in_tray(said, true);
    correction_ = text(row["ref"]);
    if (row.missing()) return unlike("the edit became no correction", said);
    const Said still = show();
    if (text(still.root()["total"]) + " " + currency_ != money(total_, currency_))
        return unlike("the bill changed", {});
    return Told{"Edit",
                "somebody adds 0:30 h to an entry that is billed: " + number_ + " stays as it was",
                {"the difference, " + text(row["amount"]) + " " + text(row["currency"]) +
                 " more, waits in the tray as " + correction_}};
}

Result<DemoMoney::Told> DemoMoney::pay(const std::string& ref, std::int64_t amount,
                                       const std::string& state) {
    const Said paid =
        stage_.ask({"payment", "add", number_, "--amount", amount_of(amount), "--date",
                    format_day(month_.to + std::chrono::days{1}), "--ref", ref});
    if (paid.code != kDone) return unlike("the payment was refused", paid);
    const Said ran = stage_.ask({"run", "--wait", "60"});
    if (ran.code != kDone && ran.code != kPerson) return unlike("the run failed", ran);
    const Said said = show();
    if (text(said.root()["state"]) != state)
        return unlike("the report is " + text(said.root()["state"]), said);
    Told told;
    const auto marks = percents();
    if (marks.empty()) return unlike("no task carries a percent", {});
    const auto [least, most] = std::minmax_element(
        marks.begin(), marks.end(), [](const std::string& a, const std::string& b) {
            return parse_integer(a).value_or(0) < parse_integer(b).value_or(0);
        });
    told.more = {"the tasks in the planner say " +
                 (*least == *most ? *least : *least + " to " + *most) + " % paid"};
    return told;
}

Result<DemoMoney::Told> DemoMoney::part() {
    const std::int64_t some = total_ * 2 / 5;
    auto told = pay("bank-1", some, "partly_paid");
    if (!told) return told;
    told->title = "Part";
    told->what = "the bank shows " + money(some, currency_) + " of " + money(total_, currency_) +
                 ": " + number_ + " is partly paid, " + money(total_ - some, currency_) + " is due";
    return told;
}

Result<DemoMoney::Told> DemoMoney::rest() {
    auto told = pay("bank-2", total_ - total_ * 2 / 5, "paid");
    if (!told) return told;
    told->title = "Payment";
    told->what = "the rest comes in: " + number_ + " is paid, " + money(total_, currency_);
    told->more.front() += "; 99 where the difference waits";
    return told;
}

Result<DemoMoney::Told> DemoMoney::late() {
    const auto tasks = billed_tasks();
    const std::string day = format_day(month_.to);
    const std::string body = "{\"TASK_ID\":" + tasks.front() + ",\"SECONDS\":5400,\"USER_ID\":1," +
                             "\"COMMENT_TEXT\":\"forgot to log this\",\"CREATED_DATE\":\"" + day +
                             "T16:00:00+03:00\"}";
    if (!stage_.in_portal("entries", body)) return unlike("the portal took no time", {});
    if (auto pulled = pull(); !pulled) return pulled.error();
    const Said said = stage_.ask({"late", "list"});
    const auto row = in_tray(said, false);
    if (row.missing()) return unlike("the late entry is not in the tray", said);
    const std::string why = text(row["why"]) == "paid_task" ? "its task is fully paid"
                                                            : "a sent report covers that day";
    return Told{"Late",
                "somebody logs 1:30 h for " + day + " after the bill was paid: it waits too",
                {text(row["amount"]) + " " + text(row["currency"]) + ", because " + why +
                 "; a person decides"}};
}

Result<DemoMoney::Told> DemoMoney::next_one() {
    const Said decided = stage_.ask(
        {"late", "decide", correction_, "--next-report", "--reason", "the client knows of it"});
    if (decided.code != kDone) return unlike("the decision was refused", decided);
    const Day first = month_.to + std::chrono::days{1};
    const Day last =
        Day(std::chrono::year_month_day(first) + std::chrono::months{1}) - std::chrono::days{1};
    const Said said = stage_.ask({"report", "create", "--company", company_, "--from",
                                  format_day(first), "--to", format_day(last)});
    if (said.code != kDone) return unlike("the next draft was not made", said);
    std::string correction;
    for (const auto line : said.root()["lines"])
        if (text(line["kind"]) == "adjustment")
            correction = "· " + shorten(text(line["task"]["title"]), 34) + "  correction of " +
                         number_ + ": " + format_duration(number(line["billed_seconds"])) +
                         " h = " + text(line["amount"]);
    if (correction.empty()) return unlike("the next draft has no correction", said);
    return Told{"Next",
                "hourbridge late decide " + correction_ + " --next-report --reason \"…\"",
                {"the next report, " + text(said.root()["period"]["from"]) + " to " +
                     text(said.root()["period"]["to"]) + ", takes it up among its " +
                     std::to_string(said.root()["lines"].size()) + " lines:",
                 correction, "what else waits in the tray is not on it"}};
}

} // namespace hb::sandbox
