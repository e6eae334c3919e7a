#include <catch2/catch.hpp>

#include <cstdio>

#include <unistd.h>

#include "base/ensure.h"
#include "connector/sender.h"
#include "desk/retries.h"
#include "domain/op_key.h"
#include "engine/world.h"
#include "lanes/outbox_job.h"

// R22 for every kind of write there is, by the list of them: one that is added is covered.
namespace hb::test {
namespace {

using domain::OpKind;
using domain::Purpose;
using domain::Repeat;
using store::OpState;

// Takes whatever it is told, marks many at once.
class Taker final : public connector::Sender {
public:
    Taker(Clock& clock, std::vector<std::string>& taken)
        : Sender("taker", nullptr, clock), taken_(taken) {
        can_.settle = std::chrono::seconds{1};
    }
    const connector::Capabilities& capabilities() const override { return can_; }
    domain::WriteResult write(const domain::WriteOp& op) override {
        taken_.push_back(op.key);
        auto result = done(std::to_string(taken_.size()));
        result.answer = op.fields;
        return result;
    }
    std::size_t many_max(OpKind kind) const override { return domain::is_mark(kind) ? 25 : 1; }
    Result<std::vector<std::string>> find(const domain::WriteOp&) override {
        return std::vector<std::string>();
    }
    Result<std::string> read_back(const domain::WriteOp& op) override { return op.fields; }
    connector::CheckReport check() override { return {}; }

private:
    connector::Capabilities can_;
    std::vector<std::string>& taken_;
};

// How ops of a kind are repeated. REQUIRES: a kind that is planned
Repeat repeat_of(OpKind kind) {
    if (!domain::object_of(kind).empty() || kind == OpKind::CommentCreate) return Repeat::Findable;
    return domain::is_told_once_at_most(kind) ? Repeat::Once : Repeat::Fixed;
}

std::string fields_of(OpKind kind) {
    if (domain::is_rows(kind)) return R"({"rows":[]})";
    if (kind == OpKind::CardCreate) return R"({"state":"agreed"})";
    if (kind == OpKind::DocumentCreate) return R"({"templateId":"11"})";
    return R"({"x":"1"})";
}

// What the program writes to its standard output meanwhile, which is where its log goes.
class Heard {
public:
    Heard() : before_(::dup(1)), file_(std::tmpfile()) {
        std::fflush(stdout);
        ::dup2(::fileno(file_), 1);
    }
    ~Heard() {
        if (before_ >= 0) end();
    }
    std::string end() {
        std::fflush(stdout);
        ::dup2(before_, 1);
        ::close(before_);
        before_ = -1;
        std::string text;
        std::rewind(file_);
        for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_))
            text += static_cast<char>(c);
        std::fclose(file_);
        return text;
    }

private:
    int before_;
    std::FILE* file_;
};

std::int64_t times(const std::string& text, const std::string& part) {
    std::int64_t n = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
}

// Two clients' reports, and ops of one kind for both: the first has two that wait, one after the
// other.
struct Shelf {
    World world;
    std::vector<std::string> taken;
    std::shared_ptr<books::RemoteRuntime> place = std::make_shared<books::RemoteRuntime>();
    std::int64_t reports[2] = {0, 0};
    std::int64_t first = 0, waits = 0, last = 0, other = 0;

    explicit Shelf(OpKind kind) {
        const auto worker = world.user("Worker");
        std::int64_t clients[2];
        for (auto& client : clients) {
            client = world.company("Client LLC");
            World::TaskMaker maker;
            maker.links = {"CO_" + std::to_string(client)};
            world.entry(world.task(maker), worker, 3600, "2026-06-10T10:00:00+03:00");
        }
        REQUIRE_FALSE(world.pull().error);
        for (int i = 0; i < 2; ++i) {
            world.contract(clients[i]);
            reports[i] = world.draft(clients[i], "2026-06-01", "2026-06-30");
            world.send(reports[i]);
        }
        auto& books = *world.books;
        store::Tx tx(*world.db);
        place->row = world.tables->sources.add_remote("taker", "taker", "taker", world.clock.now());
        place->connector = std::make_unique<Taker>(world.clock, taken);
        books.senders.push_back(place);
        first = add(kind, reports[0], "first", std::nullopt);
        waits = add(OpKind::CommentCreate, reports[0], "waits", first);
        last = add(OpKind::DealStage, reports[0], "last", waits);
        other = add(kind, reports[1], "other", std::nullopt);
        tx.commit();
    }
    std::int64_t add(OpKind kind, std::int64_t report, const std::string& what,
                     std::optional<std::int64_t> after) {
        store::OpRow op;
        op.remote = place->row.id;
        op.report = report;
        op.purpose = Purpose::stored("of the test: " + what);
        op.op = {kind, repeat_of(kind), domain::new_key(world.ids), "7", fields_of(kind)};
        op.after = after;
        op.due_at = op.made_at = world.clock.now();
        return world.tables->outbox.add(op);
    }
    void work() {
        for (int i = 0; i < 8; ++i) {
            lanes::OutboxJob job(*world.books, *place);
            while (job.step() == lanes::OutboxJob::Turn::Worked) continue;
            world.advance(std::chrono::seconds{30});
        }
    }
    store::OpRow op(std::int64_t id) { return world.tables->outbox.find(id).value(); }
    std::int64_t sent(std::int64_t id) {
        return std::count(taken.begin(), taken.end(), op(id).op.key);
    }
};

} // namespace

TEST_CASE("whatever kind of op breaks an invariant, it is parked alone with its chain and the "
          "invariant's text, logged once with its number, the lane goes on, and a retry of the "
          "first releases the chain (R22, G63)") {
    for (const auto& [kind, name] : domain::kOpKinds) {
        INFO(name);
        Shelf shelf(kind);
        auto& books = *shelf.world.books;
        books.failpoint = [&](std::string_view moment) {
            if (moment == "before write" && shelf.op(shelf.first).state == OpState::InFlight)
                fail_invariant("the fields are whole");
        };
        Heard heard;
        shelf.work();
        const std::string log = heard.end();
        books.failpoint = nullptr;
        for (const auto id : {shelf.first, shelf.waits, shelf.last}) {
            CHECK((shelf.op(id).state == OpState::Parked));
            CHECK(shelf.op(id).last_error.find("the fields are whole") != std::string::npos);
            CHECK(shelf.sent(id) == 0);
        }
        CHECK((shelf.op(shelf.other).state == OpState::Done));
        CHECK(shelf.sent(shelf.other) == 1);
        INFO(log);
        CHECK(times(log, "op id=" + std::to_string(shelf.first) + " ") == 1);
        CHECK(times(log, "the fields are whole") == 1);
        CHECK(shelf.world.verify() == "");

        const auto again = desk::retry_ops(books, {{shelf.first}, "", ""}, {"test"});
        REQUIRE(again.ok());
        CHECK(*again == std::vector<std::int64_t>{shelf.first, shelf.waits, shelf.last});
        shelf.work();
        for (const auto id : {shelf.first, shelf.waits, shelf.last}) {
            CHECK((shelf.op(id).state == OpState::Done));
            CHECK(shelf.sent(id) == 1);
        }
        CHECK(shelf.world.tables->outbox.count(OpState::Parked) == 0);
        CHECK(shelf.world.verify() == "");
    }
}

TEST_CASE("whatever kind of op is refused for good, it is parked with its chain and the other "
          "client's goes out (R22)") {
    for (const auto& [kind, name] : domain::kOpKinds) {
        INFO(name);
        Shelf shelf(kind);
        class Refuser final : public connector::Sender {
        public:
            Refuser(Clock& clock, std::string key, std::vector<std::string>& taken)
                : Sender("taker", nullptr, clock), key_(std::move(key)), taken_(taken) {}
            domain::WriteResult write(const domain::WriteOp& op) override {
                if (op.key == key_)
                    return failed(domain::Outcome::Rejected,
                                  Error{Code::Forbidden, "refused for good", "", ""});
                taken_.push_back(op.key);
                auto result = done("1");
                result.answer = op.fields;
                return result;
            }
            Result<std::string> read_back(const domain::WriteOp& op) override { return op.fields; }
            connector::CheckReport check() override { return {}; }

        private:
            std::string key_;
            std::vector<std::string>& taken_;
        };
        shelf.place->connector =
            std::make_unique<Refuser>(shelf.world.clock, shelf.op(shelf.first).op.key, shelf.taken);
        shelf.work();
        for (const auto id : {shelf.first, shelf.waits, shelf.last}) {
            CHECK((shelf.op(id).state == OpState::Parked));
            CHECK(shelf.op(id).last_error.find("refused for good") != std::string::npos);
        }
        CHECK((shelf.op(shelf.other).state == OpState::Done));
        CHECK(shelf.world.verify() == "");
    }
}

} // namespace hb::test
