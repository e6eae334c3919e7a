#include "browser/place.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "base/text.h"
#include "json/writer.h"

namespace hb::test {

namespace {

struct State {
    const char* month;
    const char* name;
};
// A month of each client for each state; the one after them has a correction below zero. A whole
// report below zero is never sent.
constexpr State kStates[] = {
    {"2026-01", "sent"},     {"2026-02", "agreed"},    {"2026-03", "drifted"},
    {"2026-04", "recalled"}, {"2026-05", "invoiced"},  {"2026-06", "partly_paid"},
    {"2026-07", "paid"},     {"2026-08", "cancelled"}, {"2026-09", "zero"},
};
constexpr const char* kNegative = "2026-10";
constexpr const char* kMany = "2025-11"; // 460 lines, and more than a page shows
constexpr int kManyLines = 460, kProjectLines = 1200;

struct Title {
    const char* text;
    const char* tag; // "" none
};
// What comes from planners: long, from right to left, and what would be a script, a formula,
// BBCode.
constexpr Title kTitles[] = {
    {"Landing page for the autumn campaign", "design"},
    {"Оплата картой: повторный платёж, если банк не ответил вовремя", "development"},
    {"<script>alert(1)</script> & \"quotes\" [b]bold[/b]", "development"},
    {"=HYPERLINK(\"http://evil.example\";\"pay\") \u202Egnp.exe\u202C 🎉🎉🎉", "testing"},
    {"הזמנות חדשות באתר", "design"},
    {"Averyveryverylongwordwithoutanyspacethatnobodyeverwrotebutsomebodymaypasteinto"
     "atitleofatasksothatthepagehastobreakitsomewhere",
     "support"},
    {"Форма обратной связи не открывалась на телефоне", "bug"},
    {"Weekly call", "meeting"},
};
constexpr const char* kProjects[] = {"Website", "Мобильное приложение", "Підтримка"};
constexpr const char* kLanguages[] = {"ru", "en", "fr", "kk", "uk"};
constexpr const char* kNames[] = {"ООО «Белый аист»", "Acme Ltd", "Boulangerie Dupont & Fils",
                                  "«Қазақ жолы» ЖШС", "ТОВ «Їжак і ґава»"};

std::string json_text(const std::string& text) {
    return json::quote(text);
}

} // namespace

Ended Place::must(const std::vector<std::string>& words, std::vector<int> codes) {
    auto ended = run(words);
    INFO(join(words, " ") << "\n" << ended.out << ended.err);
    REQUIRE(std::find(codes.begin(), codes.end(), ended.code) != codes.end());
    return ended;
}

Place::Place() {
    write_config();
    make_clients();
    must({"sync"});
    for (const Client& client : clients_) apply_terms(client);
    send_months();
    serving_.emplace(*this, Serving::AsItStands{});
    find_reports();
    for (const char* month : {"2026-02", "2026-05", "2026-06", "2026-07"}) agree_to(month);
    settle_money();
    drift();
    give_back(); // while no draft is open that would take the corrections up
    withdraw();
}

void Place::write_config() {
    folder.write("hourbridge.json", R"({"data_dir": "data", "listen": "127.0.0.1:0",
  "time_zone": "Europe/Minsk", "locale": "en",
  "remotes": {"bitrix24": {"connector": "bitrix24", "webhook_url": ")" +
                                        webhook() +
                                        R"(", "settle_seconds": 0,
    "limits": {"burst": 1000, "per_second": 100}}},
  "crm": {"remote": "bitrix24", "deal": {"create": "on_command"}},
  "brands": [{"name": "Studio Nord", "logo": ")" HB_SOURCE_DIR
                                        R"(/tests/browser/logo.png", "accent": "#7a2e8e",
    "contact": {"person": "Anna Lee", "email": "anna@studio.example",
                "phone": "+375 17 200-00-00", "url": "https://studio.example"},
    "payment": "IBAN BY00 NORD 0000 0000 0000 0000 0001\nStudio Nord LLC", "payment_days": 10,
    "prefix": "SN-", "task_links": "page"}]
})");
}

void Place::make_clients() {
    for (const char* name : kProjects)
        groups_.push_back(control_made("groups", R"({"NAME":)" + json_text(name) + "}"));
    for (std::size_t i = 0; i < std::size(kLanguages); ++i) {
        Client& client = clients_.emplace_back();
        client.language = kLanguages[i];
        client.name = kNames[i];
        client.company = control_made("companies", R"({"title":)" + json_text(client.name) + "}");
        make_work(client);
    }
    make_many(clients_[0], kMany, kManyLines);
    make_many(clients_[1], kMany, kProjectLines);
}

void Place::make_work(Client& client) {
    std::size_t n = 0;
    for (const Title& title : kTitles) {
        client.tasks.push_back(control_made(
            "tasks", R"({"TITLE":)" + json_text(title.text) + R"(,"RESPONSIBLE_ID":1,"STATUS":5,)" +
                         R"("GROUP_ID":)" + std::to_string(groups_[n % groups_.size()]) +
                         R"(,"UF_CRM_TASK":["CO_)" + std::to_string(client.company) +
                         R"("],"TAGS":[)" + json_text(title.tag) + "]}"));
        ++n;
    }
    for (const State& state : kStates)
        make_month(client, state.month, std::string(state.name) == "zero");
    make_month(client, kNegative, false);
}

void Place::make_month(Client& client, const std::string& month, bool free) {
    for (std::size_t i = 0; i < client.tasks.size(); ++i) {
        const bool is_free = std::string(kTitles[i].tag) == "bug";
        if (free && !is_free) continue;
        const std::string day =
            month + "-" + (i < 4 ? "0" : "1") + std::to_string(i + 2 - (i < 4 ? 0 : 4));
        const auto entry =
            add_entry(client.tasks[i], static_cast<std::int64_t>(i * 2700 + 3600), day);
        if (i == 0 || free) client.first_entry[month] = entry;
    }
}

void Place::make_many(Client& client, const std::string& month, int lines) {
    for (int i = 0; i < lines; ++i) {
        const auto task = control_made(
            "tasks", R"({"TITLE":"Part )" + std::to_string(i + 1) +
                         R"( of a long month","RESPONSIBLE_ID":1,"STATUS":5,"GROUP_ID":)" +
                         std::to_string(groups_[static_cast<std::size_t>(i) % groups_.size()]) +
                         R"(,"UF_CRM_TASK":["CO_)" + std::to_string(client.company) + R"("]})");
        add_entry(task, 1800 + i * 60 % 7200, month + "-14");
    }
}

void Place::apply_terms(const Client& client) {
    const std::string file = client.language + ".json";
    folder.write(file, R"({"client": ")" + of(client) + R"(", "valid_from": "2025-01-01",
  "currency": "EUR", "vat": {"mode": "added", "rate": "20"}, "locale": ")" +
                           client.language + R"(",
  "rounding": {"level": "task", "step_minutes": 15, "mode": "up"},
  "rates": [{"amount": "60.00"}, {"work_type": "design", "amount": "75.00"}],
  "work_types": [{"tag": "design", "type": "design"}, {"tag": "development", "type": "development"},
                 {"tag": "testing", "type": "testing"}, {"tag": "support", "type": "support"},
                 {"tag": "meeting", "type": "meeting"},
                 {"tag": "bug", "type": "bug", "billable": false, "reason": "bug"}]
})");
    must({"contract", "apply", folder.path(file)});
}

void Place::send_months() {
    std::vector<std::string> months{kMany};
    for (const State& state : kStates) months.emplace_back(state.month);
    for (const std::string& month : months) {
        must({"report", "batch", "--month", month}, {0, 1, 4}); // some have no time in it
        must({"report", "send", "--month", month}, {0, 1, 4});
    }
}

// A recalled report is a draft, of which no command tells the link.
void Place::meet(Client& client, const std::string& month, const json::Value& report) {
    client.reports[month] = number(report["id"]);
    const std::string url = text(report["url"]); // without a port: a command does not know it
    REQUIRE(url.find("/r/") != std::string::npos);
    client.links[month] = url.substr(url.find("/r/"));
}

void Place::find_reports() {
    const auto list = must({"report", "list"});
    for (const auto report : list.root()["reports"])
        for (Client& client : clients_)
            if (text(report["client"]["ref"]) == of(client))
                meet(client, text(report["period"]["from"]).substr(0, 7), report);
    for (const Client& client : clients_) REQUIRE(client.reports.size() >= std::size(kStates));
}

void Place::agree_to(const std::string& month) {
    for (const Client& client : clients_) {
        const auto shown = must({"report", "show", std::to_string(client.reports.at(month))});
        const auto answer =
            serving_->post(client.links.at(month) + "/agree",
                           "hash=" + text(shown.root()["revision"]["hash"]) + "&name=Ann+Lee");
        REQUIRE(answer.status == 303);
    }
}

void Place::settle_money() {
    for (const char* month : {"2026-05", "2026-06", "2026-07"})
        for (const Client& client : clients_)
            must({"report", "invoice", std::to_string(client.reports.at(month))});
    for (const Client& client : clients_) {
        const auto state = [&](const char* month) {
            const auto shown = must({"report", "show", std::to_string(client.reports.at(month))});
            return text(shown.root()["state"]);
        };
        for (const char* month : {"2026-05", "2026-06", "2026-07"})
            REQUIRE(soon([&] { return state(month) == "invoiced"; }));
        const auto paid = must({"report", "show", std::to_string(client.reports.at("2026-07"))});
        must({"payment", "add", std::to_string(client.reports.at("2026-06")), "--amount", "100.00",
              "--date", "2026-08-02", "--ref", "first " + client.language});
        must({"payment", "add", std::to_string(client.reports.at("2026-07")), "--amount",
              text(paid.root()["total"]), "--date", "2026-08-02", "--ref",
              "second " + client.language});
    }
}

void Place::drift() {
    for (const Client& client : clients_)
        for (const char* month : {"2026-03", "2026-07"})
            portal_call("entries/" + std::to_string(client.first_entry.at(month)),
                        R"({"SECONDS":1800})");
    must({"sync", "--full"}); // an edit of last spring is seen by comparing all
}

void Place::withdraw() {
    for (const Client& client : clients_) {
        must({"report", "recall", std::to_string(client.reports.at("2026-04"))});
        must({"report", "cancel", std::to_string(client.reports.at("2026-08")), "--reason", "x"});
    }
}

// What was paid for and turned out to be less is a line below zero of the next report.
void Place::give_back() {
    const auto late = must({"late", "list"});
    INFO(late.out << late.err);
    REQUIRE(late.out.find("adjustment:") != std::string::npos);
    for (const auto row : late.root()["late"])
        if (text(row["kind"]) == "adjustment")
            must({"late", "decide", text(row["ref"]), "--next-report", "--reason", "x"});
    for (Client& client : clients_) {
        const auto made =
            must({"report", "create", "--company", of(client), "--from",
                  std::string(kNegative) + "-01", "--to", std::string(kNegative) + "-31"});
        const std::string id = std::to_string(number(made.root()["id"]));
        must({"report", "send", id});
        meet(client, kNegative, must({"report", "show", id}).root());
    }
}

std::vector<PageOf> Place::pages() {
    std::vector<PageOf> out;
    const auto add = [&](const Client& client, const char* month, const std::string& state) {
        out.push_back({state, client.language, serving_->url + client.links.at(month)});
    };
    for (const Client& client : clients_) {
        for (const State& state : kStates) add(client, state.month, state.name);
        add(client, kNegative, "negative");
    }
    add(clients_[0], kMany, "many");
    add(clients_[1], kMany, "projects");
    out.push_back({"project", "en", out.back().url + "/project/1"});
    out.push_back({"task", "ru", out.front().url + "/task/2"});
    out.push_back({"unknown", "en", serving_->url + "/r/" + std::string(43, 'x')});
    return out;
}

} // namespace hb::test
