#include <catch2/catch.hpp>

#include "connector/sender.h"
#include "engine/world.h"
#include "lanes/notices.h"

using namespace hb;
using namespace hb::test;
using domain::OpKind;
using domain::Outcome;

namespace {

// A place that notes what it is told and answers as the story says.
class Ear final : public connector::Sender {
public:
    Ear(Clock& clock, std::vector<domain::WriteOp>& heard, Outcome& answer)
        : Sender("ear", nullptr, clock), heard_(heard), answer_(answer) {}
    domain::WriteResult write(const domain::WriteOp& op) override {
        heard_.push_back(op);
        if (answer_ == Outcome::Done) return done("17");
        return failed(answer_, Error{Code::Remote, "no answer", "", ""},
                      clock_.now() + std::chrono::hours{1});
    }
    connector::CheckReport check() override { return {}; }

private:
    std::vector<domain::WriteOp>& heard_;
    Outcome& answer_;
};

struct Told {
    World world;
    std::vector<domain::WriteOp> heard;
    Outcome answer = Outcome::Done;
    std::int64_t client = 0, task = 0, worker = 0, report = 0;

    explicit Told(const std::vector<std::string>& on, OpKind kind = OpKind::TelegramSend,
                  const std::string& locale = "en") {
        client = world.company("Romashka LLC");
        worker = world.user("Worker");
        World::TaskMaker maker;
        maker.links = {"CO_" + std::to_string(client)};
        task = world.task(maker);
        world.entry(task, worker, 3600, "2026-06-10T10:00:00+03:00");
        REQUIRE_FALSE(world.pull().error);
        world.contract(client);
        listen(on, kind, locale);
        work(); // what was before the first rule is no news
    }
    void listen(const std::vector<std::string>& on, OpKind kind, const std::string& locale = "en") {
        auto& books = *world.books;
        books::NoticeRule rule{on, "ear", kind, "-100", "1", locale};
        if (kind == OpKind::NoticeSend) {
            rule.remote = "bitrix24";
            rule.target = "responsible";
        } else {
            auto ear = std::make_unique<books::RemoteRuntime>();
            const auto known = world.tables->sources.find_remote("ear");
            store::Tx tx(*world.db);
            ear->row =
                known ? *known
                      : world.tables->sources.add_remote("ear", "ear", "ear", world.clock.now());
            tx.commit();
            ear->connector = std::make_unique<Ear>(world.clock, heard, answer);
            books.senders.push_back(std::move(ear));
        }
        books.settings.notices.push_back(rule);
    }
    void work() {
        lanes::Troubles errors;
        world.service->tell(errors, std::nullopt);
        for (auto& remote : world.books->remotes)
            world.service->work_outbox(*remote, errors, std::nullopt);
        world.service->tell(errors, std::nullopt);
    }
    void send_and_agree() {
        report = world.draft(client, "2026-06-01", "2026-06-30");
        world.send(report);
        world.agree(report);
    }
    // With plain spaces, where a sum is held together by another one.
    std::string last() const {
        std::string text = heard.empty() ? "" : heard.back().fields;
        for (auto at = text.find("\u00a0"); at != std::string::npos; at = text.find("\u00a0"))
            text.replace(at, 2, " ");
        return text;
    }
    store::OpRow op() const {
        for (const auto& row : world.tables->outbox.list(std::nullopt, 1000))
            if (row.op.kind == OpKind::TelegramSend) return row;
        return {};
    }
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("payment is told with report, sum, rest due and the next step (M-S19, W-34)") {
    Told story({"paid"});
    story.send_and_agree();
    story.world.run();
    REQUIRE(story.world.state(story.report) == "invoiced");
    CHECK(story.heard.empty());
    story.world.pay(story.world.deals().front(), 4000);
    story.world.run();
    REQUIRE(story.heard.size() == 1);
    CHECK(has(story.last(), "Romashka LLC paid 40.00 BYN of 90.00 BYN"));
    CHECK(has(story.last(), "50.00 BYN are left"));
    CHECK(has(story.last(), "Next: ask the client for the rest"));
    story.world.pay(story.world.deals().front(), 5000);
    story.world.run();
    REQUIRE(story.heard.size() == 2);
    CHECK(has(story.last(), "is paid: 90.00 BYN of 90.00 BYN, nothing is left to pay"));
    CHECK(has(story.last(), "Next: print and send the documents"));
    CHECK(has(story.last(), "/crm/deal/details/"));
}

TEST_CASE("a story is told once, however often and from wherever the service starts") {
    Told story({"sent", "agreed", "invoiced"});
    story.send_and_agree();
    story.world.run();
    CHECK(story.heard.size() == 3);
    story.world.run();
    story.work();
    CHECK(story.heard.size() == 3);
    story.world.restart();
    story.listen({"sent", "agreed", "invoiced"}, OpKind::TelegramSend);
    story.world.run();
    CHECK(story.heard.size() == 3);
}

TEST_CASE("what happened before the first rule is no news, and no rule writes nothing (R5)") {
    Told story({"sent"});
    story.world.books->settings.notices.clear();
    story.send_and_agree();
    const auto before = story.world.db->total_changes();
    CHECK(lanes::Notices(*story.world.books).plan() == 0);
    CHECK(story.world.db->total_changes() == before);
    // A week later somebody adds a rule: that report was sent long ago.
    story.world.advance(std::chrono::hours{24 * 7});
    story.listen({"sent"}, OpKind::TelegramSend);
    story.work();
    CHECK(story.heard.empty());
}

TEST_CASE("Telegram is at most once: an unknown outcome is recorded as perhaps sent (G20)") {
    Told story({"sent"});
    story.answer = Outcome::Unknown;
    story.report = story.world.draft(story.client, "2026-06-01", "2026-06-30");
    story.world.send(story.report);
    story.work();
    story.world.advance(std::chrono::hours{1});
    story.work();
    CHECK(story.heard.size() == 1);
    CHECK(story.op().state == store::OpState::Done);
    CHECK(story.op().remote_id == lanes::kPerhapsSent);
}

TEST_CASE("a process that dies while it tells by Telegram never tells it again (G20)") {
    Told story({"sent"});
    story.report = story.world.draft(story.client, "2026-06-01", "2026-06-30");
    story.world.send(story.report);
    lanes::Notices(*story.world.books).plan();
    store::Tx tx(*story.world.db);
    REQUIRE(story.world.tables->outbox.claim(story.op().id, story.world.clock.now()));
    tx.commit();
    story.world.service->recover();
    story.work();
    CHECK(story.heard.empty());
    CHECK(story.op().remote_id == lanes::kPerhapsSent);
}

TEST_CASE("an outgoing webhook is repeated with the same id until it is taken (G20)") {
    Told story({"sent"}, OpKind::WebhookSend);
    story.answer = Outcome::Refused;
    story.report = story.world.draft(story.client, "2026-06-01", "2026-06-30");
    story.world.send(story.report);
    story.work();
    story.world.advance(std::chrono::hours{2});
    story.answer = Outcome::Done;
    story.work();
    REQUIRE(story.heard.size() == 2);
    CHECK(story.heard[0].fields == story.heard[1].fields);
    CHECK(has(story.last(), R"("id":"msg_)"));
    CHECK(has(story.last(), R"("type":"report.sent")"));
    CHECK(has(story.last(), R"("total":"90.00")"));
}

TEST_CASE(
    "what could not be delivered for three days waits for a person, and tells of itself nowhere") {
    Told story({"sent", "parked"}, OpKind::WebhookSend);
    story.answer = Outcome::Refused;
    story.report = story.world.draft(story.client, "2026-06-01", "2026-06-30");
    story.world.send(story.report);
    story.work();
    story.world.advance(std::chrono::hours{73});
    story.work();
    CHECK(story.world.tables->outbox.count(store::OpState::Parked) == 1);
    story.answer = Outcome::Done;
    const auto heard = story.heard.size();
    story.work();
    CHECK(story.heard.size() == heard);
}

TEST_CASE("the person who looks after the client is told in Bitrix24, once, without its markup") {
    Told story({"agreed"}, OpKind::NoticeSend);
    story.send_and_agree();
    story.world.run();
    story.world.run();
    std::vector<std::string> texts;
    story.world.portal->edit([&](sandbox::State& state) {
        for (const auto& notice : state.notices.rows()) {
            texts.push_back(notice.text);
            CHECK(notice.user == 1); // who made the company
        }
    });
    REQUIRE(texts.size() == 1);
    CHECK(has(texts[0], "Romashka LLC agreed to report"));
    CHECK(texts[0].find_first_of("[]") == std::string::npos);
}

TEST_CASE(
    "whoever looks after a company is read with it, and told instead of the one named for all") {
    Told story({"agreed"}, OpKind::NoticeSend);
    story.world.advance(std::chrono::minutes{30});
    story.world.portal->edit([&](sandbox::State& state) {
        auto& companies = state.crm.at(4);
        auto& company = *companies.items.find(story.client);
        companies.set(company, "assignedById", story.worker);
        companies.set(company, "updatedTime", to_epoch_seconds(story.world.clock.now()));
    });
    REQUIRE_FALSE(story.world.pull().error);
    story.send_and_agree();
    story.world.run();
    story.world.portal->edit([&](sandbox::State& state) {
        REQUIRE(state.notices.rows().size() == 1);
        CHECK(state.notices.rows().front().user == story.worker);
    });
}

// bitrix24 sources 26.250: TAG counts for the calling application only.
TEST_CASE("a notice in Bitrix24 whose answer was lost is not sent again beside the first one") {
    Told story({"agreed"}, OpKind::NoticeSend);
    sandbox::Fault lost;
    lost.kind = sandbox::Fault::Kind::LostAnswer;
    lost.method = "im.notify.system.add";
    story.world.portal->add_fault(lost);
    story.send_and_agree();
    for (int i = 0; i < 3; ++i) {
        story.world.run();
        story.world.advance(std::chrono::hours{1});
    }
    std::size_t shown = 0;
    story.world.portal->edit([&](sandbox::State& state) { shown = state.notices.rows().size(); });
    CHECK(shown == 1);
    std::int64_t perhaps = 0;
    for (const auto& op : story.world.tables->outbox.list(store::OpState::Done, 1000))
        if (op.op.kind == OpKind::NoticeSend && op.remote_id == lanes::kPerhapsSent) ++perhaps;
    CHECK(perhaps == 1);
}

TEST_CASE("an invoice that is not paid is told when its time is over, and again each time it is") {
    Told story({"overdue"});
    story.send_and_agree();
    story.world.run();
    story.world.advance(std::chrono::hours{24 * 13});
    story.work();
    CHECK(story.heard.empty());
    story.world.advance(std::chrono::hours{24});
    story.work();
    story.work();
    REQUIRE(story.heard.size() == 1);
    CHECK(has(story.last(), "is not paid, 14 days after it was invoiced: 90.00 BYN of 90.00 BYN"));
    story.world.advance(std::chrono::hours{24 * 14});
    story.work();
    CHECK(story.heard.size() == 2);
    story.world.pay(story.world.deals().front(), 9000);
    story.world.run();
    story.world.advance(std::chrono::hours{24 * 30});
    story.work();
    CHECK(story.heard.size() == 2);
}

TEST_CASE("a source that stands still is told once while it does, and anew the next time") {
    Told story({"stale", "stopped"});
    story.world.advance(std::chrono::hours{1});
    story.work();
    story.work();
    REQUIRE(story.heard.size() == 1);
    CHECK(has(story.last(), "bitrix24 has not been read for 60 min"));
    CHECK(has(story.last(), "Next: nothing is lost, and it goes on by itself once bitrix24 can be "
                            "read; if it stays so, tell your administrator."));
    story.world.pull();
    story.work();
    story.world.advance(std::chrono::hours{1});
    story.work();
    CHECK(story.heard.size() == 2);
    // A guard: its reason and what to do.
    store::Tx tx(*story.world.db);
    auto job = *story.world.tables->jobs.find(story.world.books->remotes[0]->row.id, "pull", "");
    job.stopped = "half of it is gone";
    job.what_to_do = "look at the rights";
    story.world.tables->jobs.put(job);
    tx.commit();
    story.work();
    story.work();
    REQUIRE(story.heard.size() == 3);
    CHECK(has(story.last(), "half of it is gone"));
    CHECK(has(story.last(), "Next: look in bitrix24 whether that is so"));
}

TEST_CASE("a standby copy that is not kept up is told to whoever looks after the machine (R15)") {
    Told story({"machine"});
    store::Tx tx(*story.world.db);
    story.world.tables->events.add(story.world.clock.now(), "service", "standby.late", std::nullopt,
                                   "the standby copy is not kept up to date (12 min behind)", "{}");
    tx.commit();
    story.work();
    story.work();
    REQUIRE(story.heard.size() == 1);
    CHECK(has(story.last(), "The backup failed: the standby copy is not kept up to date"));
}

TEST_CASE("notices speak the recipient's language") {
    Told story({"sent"}, OpKind::TelegramSend, "ru");
    story.report = story.world.draft(story.client, "2026-06-01", "2026-06-30");
    story.world.send(story.report);
    story.work();
    REQUIRE(story.heard.size() == 1);
    CHECK(has(story.last(), "отправлен"));
    CHECK(has(story.last(), "Дальше: ждём согласия клиента"));
}

TEST_CASE("a test notice goes to every rule's place, whatever it listens for") {
    Told story({"overdue"});
    const auto ops = lanes::Notices(*story.world.books).plan_test();
    REQUIRE(ops.size() == 1);
    story.work();
    CHECK(has(story.last(), "This is a test"));
    CHECK(story.world.tables->outbox.find(ops[0])->state == store::OpState::Done);
}

namespace {

// The portal is away until an ear of its own has heard of it.
std::vector<std::string> told_of_outage(const std::string& locale) {
    Told story({"outage"}, OpKind::TelegramSend, locale);
    sandbox::Fault fault;
    fault.kind = sandbox::Fault::Kind::Outage;
    fault.count = -1;
    story.send_and_agree();
    story.world.portal->add_fault(fault);
    // The ear's lane has a thread of its own, and this clock waits for no thread: what was told
    // moves the story on, not the time.
    auto& books = *story.world.books;
    bool away = true;
    story.world.service->serve([&] {
        const books::Read held = books.read();
        std::size_t told = 0;
        for (const auto& row : story.world.tables->outbox.list(store::OpState::Done, 1000))
            if (row.op.kind == OpKind::TelegramSend) ++told;
        if (told >= 1 && std::exchange(away, false)) story.world.portal->clear_faults();
        return told >= 2;
    });
    std::vector<std::string> texts;
    for (const auto& op : story.heard) texts.push_back(op.fields);
    return texts;
}

} // namespace

TEST_CASE("an outage is told at each end with its times, in English and in Russian (G63, G61)") {
    const auto english = told_of_outage("en");
    REQUIRE(english.size() == 2);
    CHECK(has(english[0], "bitrix24 is not available since 1"));
    CHECK(has(english[0], "(HTTP 503). Writes that wait: "));
    CHECK(has(english[0],
              "Next: nothing by hand: it is tried again by itself, and nothing is lost."));
    CHECK(has(english[1], "bitrix24 is available again; it was not from 1"));
    CHECK(has(english[1], " to 1"));
    CHECK(has(english[1], "Writes that go out now: "));
    CHECK(has(english[1], "Next: nothing by hand."));

    const auto russian = told_of_outage("ru");
    REQUIRE(russian.size() == 2);
    CHECK(has(russian[0], "bitrix24 недоступен с 1"));
    CHECK(has(russian[0], "(HTTP 503). Ждут записи: "));
    CHECK(has(russian[0], "Дальше: руками ничего: попытки идут сами, ничего не потеряно."));
    CHECK(has(russian[1], "bitrix24 снова доступен; не отвечал с 1"));
    CHECK(has(russian[1], " до 1"));
    CHECK(has(russian[1], "Сейчас уходит записей: "));
    CHECK(has(russian[1], "Дальше: руками ничего."));
    for (const auto& text : russian) CHECK_FALSE(has(text, "Next"));
}
