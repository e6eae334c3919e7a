#include <map>

#include "base/exit_code.h"
#include "base/signals.h"
#include "base/text.h"
#include "sandbox/program/commands.h"
#include "sandbox/program/demo_kanban.h"
#include "sandbox/program/demo_money.h"
#include "sandbox/program/demo_planner.h"
#include "sandbox/program/stage.h"
#include "sandbox/seed.h"
#include "json/writer.h"

// demo: one month from logged hours to money received, on a portal of its own
namespace hb::sandbox {
namespace {

using json::Value;

constexpr const char* kClientsMind = "Hours that nobody has to copy, count or remember.";

std::string text(const Value& value) {
    return std::string(value.text_view().value_or(""));
}
std::int64_t number(const Value& value) {
    const auto found = value.integer();
    return found ? *found : 0;
}
std::string count(std::int64_t many, const std::string& what) {
    return std::to_string(many) + " " + what + (many == 1 ? "" : "s");
}
std::string hours(const Value& seconds) {
    return format_duration(number(seconds)) + " h";
}

struct Trouble {
    std::string what;
    Said said;
};

class Demo {
public:
    Demo(Voice& voice, Stage& stage) : voice_(voice), stage_(stage) {}

    // Each act throws nothing and returns what went wrong, if anything.
    std::optional<Trouble> play() {
        for (const auto act :
             {&Demo::portal, &Demo::pull, &Demo::contract, &Demo::planner, &Demo::draft,
              &Demo::send, &Demo::client, &Demo::deal, &Demo::money, &Demo::marks, &Demo::again,
              &Demo::afterwards, &Demo::kanban, &Demo::verify})
            if (auto trouble = (this->*act)()) return trouble;
        return std::nullopt;
    }
    const std::string& url() const { return url_; }
    const std::string& number_of_report() const { return number_; }
    void write_json(Voice& out, bool ok) const {
        json::Writer json;
        json.begin_object().member("ok", ok).member("url", url_).member("report", number_);
        json.key("steps").begin_array();
        for (const auto& [title, what] : told_)
            json.begin_object().member("step", title).member("what", what).end_object();
        out.document(json.end_array().end_object().text());
    }

private:
    using Outcome = std::optional<Trouble>;

    void tell(const std::string& title, const std::string& what,
              const std::vector<std::string>& more = {}) {
        told_.emplace_back(title, what);
        std::string head = std::to_string(told_.size());
        head.insert(0, head.size() < 2 ? 2 - head.size() : 0, ' ');
        std::string padded = title;
        padded.resize(std::max<std::size_t>(padded.size(), 10), ' ');
        voice_.text(head + "  " + padded + "  " + what);
        for (const auto& line : more) voice_.text("                " + line);
    }

    Outcome wrong(const std::string& what, Said said) { return Trouble{what, std::move(said)}; }

    Outcome portal() {
        std::int64_t people = 0, groups = 0, tasks = 0, entries = 0;
        stage_.portal().edit([&](State& state) {
            people = static_cast<std::int64_t>(state.users.size());
            groups = static_cast<std::int64_t>(state.groups.size());
            tasks = static_cast<std::int64_t>(state.tasks.size());
            entries = static_cast<std::int64_t>(state.entries().size());
        });
        tell("Portal", "an agency's Bitrix24: " + std::to_string(people) + " people, " +
                           count(groups, "workgroup") + ", " + count(tasks, "task") + ", " +
                           count(entries, "time record"));
        return {};
    }

    Outcome pull() {
        const auto before = stage_.requests();
        Said said = stage_.ask({"sync"});
        if (said.code != kDone) return wrong("the pull failed", std::move(said));
        std::int64_t rows = 0, problems = 0;
        for (const auto remote : said.root()["remotes"])
            for (const auto stream : remote["streams"]) {
                rows += number(stream["read"]);
                problems += number(stream["problems"]);
            }
        std::vector<std::string> more;
        if (problems > 0)
            more.push_back(count(problems, "record") +
                           " make no sense (a timer that ran for 26 hours): shown, never billed");
        tell("Pull",
             count(rows, "row") + " of Bitrix24 and Worksection, each kept as it came; " +
                 count(stage_.requests() - before, "request") + " to the portal",
             more);
        return {};
    }

    // The seed gave this client a month that tells the whole story.
    std::string client_named(const std::string& name) {
        const Said said = stage_.ask({"client", "list", name});
        for (const auto client : said.root()["clients"])
            if (text(client["name"]) == name) return text(client["ref"]);
        return "";
    }

    std::string contract_text(const std::string& company) const {
        json::Writer json(2);
        json.begin_object()
            .member("client", company)
            .member("valid_from", format_day(stage_.last_month().from))
            .member("currency", "EUR")
            .member("own_company", "bitrix24:company:3");
        json.key("vat").begin_object().member("mode", "added").member("rate", "20").end_object();
        json.key("rounding").begin_object();
        json.member("level", "entry").member("step_minutes", 15).member("mode", "up").end_object();
        json.key("rates").begin_array();
        json.begin_object().member("amount", "60.00").end_object();
        json.begin_object().member("work_type", "design").member("amount", "75.00").end_object();
        json.end_array().key("work_types").begin_array();
        json.begin_object().member("tag", "bug").member("type", "bug").member("billable", false);
        json.member("reason", "our own mistake").end_object();
        for (const char* type : {"design", "development"})
            json.begin_object().member("tag", type).member("type", type).end_object();
        return json.end_array().end_object().take();
    }

    Outcome contract() {
        company_ = client_named(kDemoClient);
        Said said = stage_.ask(
            {"contract", "apply", stage_.write_file("contract.json", contract_text(company_))});
        if (said.code != kDone) return wrong("the contract was refused", std::move(said));
        client_ = text(said.root()["name"]);
        tell("Contract", client_ + ": 60.00 EUR an hour, design 75.00, VAT 20 %",
             {"each entry rounded up to a quarter of an hour; bugs are not the client's to pay"});
        return {};
    }

    Outcome planner() {
        planner_ = std::make_unique<DemoPlanner>(stage_, company_, stage_.last_month());
        const auto told = planner_->link();
        if (!told) return wrong(told.error().message, {});
        tell(told->title, told->what, told->more);
        return {};
    }

    // The days are named, not "last month": a demo over midnight is about one month, too.
    Said create() {
        const DayRange month = stage_.last_month();
        return stage_.ask({"report", "create", "--company", company_, "--from",
                           format_day(month.from), "--to", format_day(month.to)});
    }

    Outcome draft() {
        Said said = create();
        if (said.code != kDone) return wrong("no draft was made", std::move(said));
        const Value report = said.root();
        id_ = std::to_string(number(report["id"]));
        tell("Draft",
             "one command: " + text(report["period"]["from"]) + " to " +
                 text(report["period"]["to"]) + ", " + count(lines(report), "line") + ", worked " +
                 hours(report["worked_seconds"]) + ", of it not billed " +
                 hours(report["nonbillable_seconds"]),
             preview(report));
        return {};
    }

    static std::int64_t lines(const Value& report) {
        return static_cast<std::int64_t>(report["lines"].size());
    }

    static std::string line_text(const Value& line) {
        std::string title = shorten(text(line["task"]["title"]), 34);
        const bool billable = line["billable"].boolean().ok() && *line["billable"].boolean();
        const std::string what =
            billable ? hours(line["billed_seconds"]) + " x " + text(line["rate"]) + " = " +
                           text(line["amount"])
                     : hours(line["worked_seconds"]) + " not billed: " + text(line["reason"]);
        return "· " + title + "  " + what;
    }

    static std::vector<std::string> preview(const Value& report) {
        std::vector<std::string> out;
        std::optional<Value> bug;
        std::size_t shown = 0;
        for (const auto line : report["lines"]) {
            const auto billable = line["billable"].boolean();
            if (billable && !*billable)
                bug = bug ? bug : std::optional<Value>(line);
            else if (shown++ < 3)
                out.push_back(line_text(line));
        }
        if (bug) out.push_back(line_text(*bug));
        out.push_back("  … subtotal " + text(report["subtotal"]) + ", VAT " + text(report["vat"]) +
                      ", total " + text(report["total"]) + " " + text(report["currency"]));
        return out;
    }

    Outcome send() {
        Said said = stage_.ask({"report", "send", id_});
        if (said.code != kDone) return wrong("it was not sent", std::move(said));
        const Value report = said.root();
        number_ = text(report["number"]);
        url_ = text(report["url"]);
        total_ = text(report["total"]) + " " + text(report["currency"]);
        tell("Send", "its time was read once more, then frozen: " + number_ + ", " + total_,
             {"hash " + text(report["revision"]["hash"]), "link " + url_});
        return {};
    }

    Outcome client() {
        before_agreement_ = stage_.requests();
        if (auto opened = stage_.open_pages(); !opened) return wrong(opened.error().message, {});
        const auto page = get_page(url_);
        const std::string hash = form_hash(page.body);
        if (page.status != 200 || hash.empty()) return wrong("the client's page is missing", {});
        const auto agreed = post_page(url_ + "/agree", "application/x-www-form-urlencoded",
                                      "hash=" + hash + "&name=Client");
        stage_.close_pages();
        if (agreed.status != 303 && agreed.status != 200)
            return wrong("the page did not take the agreement", {});
        tell("Agree", "the client opens the page (" + std::to_string(page.body.size() / 1024 + 1) +
                          " kB, no script) and agrees, to exactly this hash");
        return {};
    }

    // As a browser finds it: <input … name="hash" value="…">.
    static std::string form_hash(const std::string& page) {
        const auto name = page.find("name=\"hash\"");
        if (name == std::string::npos) return "";
        const auto begin = page.rfind('<', name);
        const auto end = page.find('>', name);
        const std::string input = page.substr(begin, end - begin);
        const auto value = input.find("value=\"");
        if (value == std::string::npos) return "";
        return input.substr(value + 7, input.find('"', value + 7) - value - 7);
    }

    Said run() { return stage_.ask({"run", "--wait", "60"}); }
    Said show() { return stage_.ask({"report", "show", id_}); }

    Outcome deal() {
        Said ran = run();
        if (ran.code != kDone) return wrong("the run failed", std::move(ran));
        Said said = show();
        const std::string deal = text(said.root()["links"]["deal"]);
        if (text(said.root()["state"]) != "invoiced" || deal.empty())
            return wrong("the deal was not read back equal", std::move(said));
        deal_ = deal.substr(deal.rfind(':') + 1);
        const auto seen = stage_.call("crm.deal.productrows.get", "{\"id\":" + deal_ + "}");
        if (!seen) return wrong(seen.error().message, {});
        tell("Deal",
             "deal " + deal_ + " in the CRM: " + total_ + " in " +
                 count(static_cast<std::int64_t>(seen->root()["result"].size()), "row") +
                 ", and a comment with the link",
             {"read back and equal to the cent, so the report is invoiced; " +
              count(stage_.requests() - before_agreement_, "request")});
        return {};
    }

    // The bill is edited under the agency's hands, and its money comes in parts.
    Outcome money() {
        money_ = std::make_unique<DemoMoney>(stage_, company_, id_, stage_.last_month());
        for (const auto act : {&DemoMoney::edit, &DemoMoney::part, &DemoMoney::rest})
            if (auto trouble = told_by(act)) return trouble;
        return {};
    }

    Outcome afterwards() {
        for (const auto act : {&DemoMoney::late, &DemoMoney::next_one})
            if (auto trouble = told_by(act)) return trouble;
        return {};
    }

    Outcome told_by(Result<DemoMoney::Told> (DemoMoney::*act)()) {
        const auto told = (money_.get()->*act)();
        if (!told) return wrong(told.error().message, {});
        tell(told->title, told->what, told->more);
        return {};
    }

    // What the portal itself shows of a task now: the paid percent and the reports' numbers.
    std::pair<std::string, std::string> mark_on(const std::string& task) {
        std::pair<std::string, std::string> mark;
        stage_.portal().edit([&](State& state) {
            const auto* row = state.tasks.find(parse_integer(task).value_or(0));
            if (row == nullptr) return;
            for (const auto& [name, value] : row->extra) {
                if (name == "UF_HB_PAID") mark.first = value.str();
                if (name == "UF_HB_REPORT") mark.second = value.str();
            }
        });
        return mark;
    }

    Outcome marks() {
        const std::string portal = "bitrix24:task:";
        std::map<std::string, std::pair<std::string, std::string>> seen;
        const Said said = show();
        for (const auto line : said.root()["lines"]) {
            const std::string ref = text(line["task"]["ref"]);
            if (ref.rfind(portal, 0) != 0) continue;
            const std::string task = ref.substr(portal.size());
            seen[task] = mark_on(task);
        }
        std::int64_t full = 0, free = 0;
        std::string example;
        for (const auto& [task, mark] : seen) {
            if (mark.second.find(number_) == std::string::npos)
                return wrong("task " + task + " does not carry " + number_, {});
            if (mark.first.empty()) ++free;
            if (mark.first == "100") {
                ++full;
                example = task;
            }
        }
        if (full == 0) return wrong("no task carries the paid mark", {});
        const auto elsewhere = planner_->marks(id_);
        if (!elsewhere) return wrong(elsewhere.error().message, {});
        tell("Marks",
             std::to_string(seen.size()) + " tasks in Bitrix24 carry " + number_ + ", " +
                 std::to_string(full) + " say 100 % paid",
             {"task " + example + ": UF_HB_PAID = 100; " + std::to_string(free) +
                  " with nothing to pay for have no percent",
              elsewhere->more.front()});
        return {};
    }

    Outcome again() {
        Said said = create();
        if (said.code == kDone || number(said.root()["id"]) != 0)
            return wrong("a second draft took the same time", std::move(said));
        std::int64_t held = 0, seconds = 0;
        for (const auto row : said.root()["excluded"])
            if (!row["report"].null()) {
                ++held;
                seconds += number(row["seconds"]);
            }
        tell("Again", "the same filter once more finds nothing: " + std::to_string(held) +
                          " entries, " + format_duration(seconds) + " h, are on " + number_);
        return {};
    }

    // Another client, and a manager who never leaves the portal.
    Outcome kanban() {
        const std::string company = client_named(kCardClient);
        Said said = stage_.ask(
            {"contract", "apply", stage_.write_file("second.json", contract_text(company))});
        if (said.code != kDone) return wrong("the contract was refused", std::move(said));
        DemoKanban kanban(stage_, company, stage_.last_month());
        const auto told = kanban.play();
        if (!told) return wrong(told.error().message, {});
        for (const auto& [title, what, more] : *told) tell(title, what, more);
        return {};
    }

    Outcome verify() {
        Said said = stage_.ask({"verify", "--remote"});
        if (said.code != kDone) return wrong("the books do not verify", std::move(said));
        tell("Verify",
             count(static_cast<std::int64_t>(said.root()["checks"].size()), "check") +
                 " over every sum, link and hash, and every object in the CRM: all right");
        return {};
    }

    Voice& voice_;
    Stage& stage_;
    std::vector<std::pair<std::string, std::string>> told_;
    std::string company_, client_, id_, number_, url_, total_, deal_;
    std::int64_t before_agreement_ = 0; // requests to the portal
    std::unique_ptr<DemoMoney> money_;
    std::unique_ptr<DemoPlanner> planner_;
};

} // namespace

int show_demo(const ShowDemo& wanted, Voice& voice, Clock& clock) {
    StopSignals signals;
    Stage stage(clock);
    voice.text(std::string("hourbridge demo: ") + kClientsMind + "\n");
    if (auto built = stage.build(wanted.keep); !built) return voice.fail(built.error());
    Demo demo(voice, stage);
    if (const auto trouble = demo.play()) {
        voice.note("demo: " + trouble->what + "\n" + trouble->said.err);
        demo.write_json(voice, false);
        return kMachine;
    }
    voice.text("\nDone. From logged hours to a paid report without a number typed by hand.");
    demo.write_json(voice, true);
    if (wanted.keep) voice.note("Kept: " + stage.folder());
    if (wanted.fast) return kDone;
    if (auto opened = stage.open_pages(); !opened) return voice.fail(opened.error());
    voice.text("\nStill running, until Ctrl-C:\n  the client's page  " + demo.url() +
               "\n  the portal         " + stage.portal_url() + "/sandbox/state");
    signals.wait();
    return kDone;
}

} // namespace hb::sandbox
