#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "base/text.h"
#include "bench/measure.h"
#include "bench/rig.h"
#include "bench/roles.h"
#include "desk/reports.h"
#include "lanes/inbox_door.h"
#include "json/writer.h"

// P21, P22: the payment watch over open reports with deals and invoices, under the portal's limits,
// on a clock that only moves when somebody waits or the portal answers.
namespace hb::bench {
namespace {

constexpr std::chrono::milliseconds kAnswer{250};
constexpr std::int64_t kCardDays = 20; // of the card that is edited, one more each time

class SlowHttp final : public net::HttpClient {
public:
    SlowHttp(sandbox::Portal& portal, ManualClock& clock)
        : inner_(portal_http(portal)), clock_(clock) {}
    net::Response send(const net::Request& request) override {
        if (request.url.reveal().find("crm.item.add") != std::string::npos)
            created_at = clock_.now();
        if (request.url.reveal().find("crm.item.update") != std::string::npos &&
            request.body.find("\"entityTypeId\":" + card_type) != std::string::npos)
            shown_at = clock_.now();
        clock_.advance(kAnswer);
        return inner_->send(request);
    }
    std::optional<Instant> created_at; // something in the CRM, the last time
    std::optional<Instant> shown_at;   // something on a report card
    std::string card_type = "none";

private:
    std::unique_ptr<net::HttpClient> inner_;
    ManualClock& clock_;
};

class Borrowed final : public net::HttpClient {
public:
    explicit Borrowed(SlowHttp& http) : http_(http) {}
    net::Response send(const net::Request& request) override { return http_.send(request); }

private:
    SlowHttp& http_;
};

template <class T> T take(Result<T> result) {
    if (!result) throw std::runtime_error(to_string(result.error()));
    return std::move(*result);
}

// One client with an hour on each of so many days.
std::int64_t seed(sandbox::Portal& portal, Day first, std::int64_t days) {
    sandbox::HttpRequest add;
    add.path = "/rest/1/sandbox/crm.company.add";
    add.content_type = "application/json";
    add.body = R"({"fields":{"TITLE":"Client"}})";
    const auto answer = take(json::Document::parse(portal.handle(add).body));
    const auto company = take(answer.root()["result"].integer());
    portal.edit([&](sandbox::State& state) {
        sandbox::Task task;
        task.title = "Work";
        task.crm = {"CO_" + std::to_string(company)};
        task.created_by = task.responsible = 1;
        task.status = 5;
        const auto id = state.add_task(task).id;
        for (std::int64_t i = 0; i < days; ++i) {
            sandbox::Entry entry;
            entry.task = static_cast<std::uint32_t>(id);
            entry.user = 1;
            entry.seconds = 3600;
            entry.created =
                static_cast<std::uint32_t>((to_epoch_days(first) + i) * 86'400 + 43'200);
            state.add_entry(entry, "work");
        }
    });
    return company;
}

class Watching {
public:
    Watching(const std::string& file, std::int64_t reports, std::int64_t spare)
        : portal_(open_portal(clock_, 1, 1, 0)), http_(*portal_, clock_) {
        const Day first = *parse_day("2024-01-01");
        company_ = seed(*portal_, first, reports + spare + kCardDays);
        rig_ = std::make_unique<Rig>(clock_, file, "http://127.0.0.1:1/rest/1/sandbox/",
                                     std::make_unique<Borrowed>(http_), Books::Write,
                                     Limiting::AsPublished);
        rig_->books->settings.invoice = true;
        rig_->pull_everything();
        set_up_cards();
        rig_->contract(company_);
        for (std::int64_t i = 0; i < reports + spare; ++i) send(first + std::chrono::days{i});
        for (std::int64_t i = 0; i < reports; ++i) agree();
        lanes::Troubles errors;
        while (rig_->service->work_outbox(crm(), errors, clock_.now() + std::chrono::hours{24}) > 0)
            continue;
        for (const auto& row : rig_->tables->reports.list(std::nullopt, std::nullopt))
            if (row.state == domain::State::Invoiced) ++invoiced_;
        if (invoiced_ != reports) throw std::runtime_error("not every report was invoiced");
        next_day_ = first + std::chrono::days{reports + spare};
        make_card();
    }

    std::int64_t requests() { return crm().connector->counters().requests; }
    void rest() { clock_.advance(std::chrono::minutes{30}); } // the bucket is empty again

    // Each deal and each invoice by a request of its own, as it was; milliseconds it takes.
    std::int64_t one_by_one() {
        const Instant began = clock_.now();
        for (const auto& row : rig_->tables->reports.list(domain::State::Invoiced, std::nullopt))
            for (const bool invoice : {false, true}) {
                const auto made = rig_->tables->outbox.of_purpose(
                    invoice ? domain::Purpose::invoice(row.id) : domain::Purpose::deal(row.id));
                while (crm().earliest() > clock_.now()) clock_.wait_until(crm().earliest());
                take(invoice ? crm().connector->read_invoice(made->remote_id)
                             : crm().connector->read_deal(made->remote_id));
            }
        return milliseconds_since(began);
    }
    std::int64_t watch() {
        const Instant began = clock_.now();
        lanes::Troubles errors;
        rig_->service->check_payments(errors);
        if (!errors.empty()) throw std::runtime_error(errors.texts().front());
        return milliseconds_since(began);
    }
    // Milliseconds from the agreement, made before the n-th request of a watch, to the deal.
    std::int64_t agreement(std::int64_t n) {
        std::int64_t seen = 0;
        std::optional<Instant> agreed;
        http_.created_at.reset();
        rig_->books->failpoint = [&](std::string_view moment) {
            if (moment != "before read deal" || ++seen != n || agreed) return;
            agree();
            agreed = clock_.now();
        };
        rig_->service->serve([&] { return agreed && http_.created_at.has_value(); });
        rig_->books->failpoint = nullptr;
        return std::chrono::duration_cast<std::chrono::milliseconds>(*http_.created_at - *agreed)
            .count();
    }

    // Milliseconds from an event about a card that a manager edited, accepted before the n-th
    // request of a watch, to the card's new figures. REQUIRES: at most kCardDays - 1 calls
    std::int64_t card(std::int64_t n) {
        std::int64_t seen = 0;
        std::optional<Instant> accepted;
        http_.shown_at.reset();
        rig_->books->failpoint = [&](std::string_view moment) {
            if (moment != "before read deal" || ++seen != n || accepted) return;
            edit_card();
            http_.shown_at.reset();
            accepted = clock_.now();
            tell_of_card();
        };
        rig_->service->serve([&] { return accepted && http_.shown_at.has_value(); });
        rig_->books->failpoint = nullptr;
        return std::chrono::duration_cast<std::chrono::milliseconds>(*http_.shown_at - *accepted)
            .count();
    }
    // Requests of a running service in an hour in which nobody does anything.
    std::int64_t hour() {
        serve(std::chrono::minutes{20}); // what the start has to look at
        const auto before = requests();
        serve(std::chrono::minutes{60});
        return requests() - before;
    }

private:
    void serve(std::chrono::minutes time) {
        const Instant end = clock_.now() + time;
        rig_->service->serve([&] { return clock_.now() >= end; });
    }
    json::Document portal(const std::string& method, const std::string& body) {
        sandbox::HttpRequest request;
        request.method = "POST";
        request.path = "/rest/1/sandbox/" + method;
        request.content_type = "application/json";
        request.body = body;
        auto answer = take(json::Document::parse(portal_->handle(request).body));
        if (!answer.root()["error"].missing()) throw std::runtime_error(method + " failed");
        return answer;
    }
    void set_up_cards() {
        const auto report = take(rig_->service->setup_portal(crm(), false, ""));
        if (!report.cards) throw std::runtime_error("the portal could not be set up");
        http_.card_type = std::to_string(report.cards->entity_type_id);
        const auto layout = take(json::Document::parse(report.cards->text));
        from_field_ = *layout.root()["fields"]["from"].text_view();
        to_field_ = *layout.root()["fields"]["to"].text_view();
    }
    // As a manager does, whose draft it shows then.
    void make_card() {
        const auto answer = portal(
            "crm.item.add", "{\"entityTypeId\":" + http_.card_type +
                                ",\"useOriginalUfNames\":\"Y\",\"fields\":{\"companyId\":" +
                                std::to_string(company_) + "," + json::quote(from_field_) + ":" +
                                json::quote(format_day(next_day_)) + "," + json::quote(to_field_) +
                                ":" + json::quote(format_day(next_day_)) + "}}");
        card_ = take(answer.root()["result"]["item"]["id"].integer());
        serve(std::chrono::minutes{60});
        if (!http_.shown_at) throw std::runtime_error("the card shows no draft");
    }
    void edit_card() {
        next_day_ += std::chrono::days{1};
        portal("crm.item.update",
               "{\"entityTypeId\":" + http_.card_type + ",\"id\":" + std::to_string(card_) +
                   ",\"useOriginalUfNames\":\"Y\",\"fields\":{" + json::quote(to_field_) + ":" +
                   json::quote(format_day(next_day_)) + "}}");
    }
    void tell_of_card() {
        lanes::Letter letter;
        letter.remote = crm().row.id;
        letter.event = "ONCRMDYNAMICITEMUPDATE";
        letter.dedupe = "edit of " + format_day(next_day_);
        letter.body =
            "event=ONCRMDYNAMICITEMUPDATE&data%5BFIELDS%5D%5BID%5D=" + std::to_string(card_) +
            "&data%5BFIELDS%5D%5BENTITY_TYPE_ID%5D=" + http_.card_type +
            "&ts=" + std::to_string(to_epoch_seconds(clock_.now()));
        if (!lanes::InboxDoor(*rig_->books).take(letter))
            throw std::runtime_error("the event was there already");
    }
    books::RemoteRuntime& crm() { return *rig_->books->crm(); }
    std::int64_t milliseconds_since(Instant began) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - began).count();
    }
    void send(Day day) {
        domain::Filter filter;
        filter.company = {"bitrix24", "company", std::to_string(company_)};
        filter.from = filter.to = day;
        const auto draft = take(desk::create(*rig_->books, filter, {"bench"}));
        const auto id = *draft.view.id;
        take(desk::send(*rig_->books, id, rig_->books->fingerprint(id), false, false, {"bench"}));
        sent_.push_back(id);
    }
    void agree() {
        take(desk::agree(*rig_->books, sent_.front(), "", {"bench"}));
        sent_.erase(sent_.begin());
    }

    ManualClock clock_{*parse_instant("2026-07-01T09:00:00Z")};
    std::unique_ptr<sandbox::Portal> portal_;
    SlowHttp http_;
    std::unique_ptr<Rig> rig_;
    std::int64_t company_ = 0, invoiced_ = 0, card_ = 0;
    std::string from_field_, to_field_;
    Day next_day_{}; // the last one of the card
    std::vector<std::int64_t> sent_;
};

} // namespace

// FILE REPORTS
int role_watch(const std::vector<std::string>& words) {
    if (words.size() != 3) throw std::runtime_error("watch FILE REPORTS");
    constexpr std::int64_t kAgreements = 10;
    const std::int64_t reports = std::stoll(words[2]);
    Watching it(words[1], reports, kAgreements);
    json::Writer out;
    out.begin_object();
    it.rest();
    auto before = it.requests();
    out.member("alone_ms", it.one_by_one()).member("alone", it.requests() - before);
    it.rest();
    before = it.requests();
    out.member("watch_ms", it.watch());
    const auto used = it.requests() - before;
    out.member("watch", used);
    std::int64_t longest = 0;
    for (std::int64_t i = 0; i < kAgreements; ++i) {
        it.rest();
        longest = std::max(longest, it.agreement(1 + i * (used - 1) / (kAgreements - 1)));
    }
    out.member("agreement_ms", longest);
    longest = 0;
    for (std::int64_t i = 0; i < kAgreements; ++i) {
        it.rest();
        longest = std::max(longest, it.card(1 + i * (used - 1) / (kAgreements - 1)));
    }
    out.member("card_ms", longest).member("hour", it.hour()).end_object();
    std::printf("%s\n", std::string(out.text()).c_str());
    return 0;
}

} // namespace hb::bench
