#include <algorithm>

#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "lanes/notices.h"
#include "json/writer.h"

// notify test: one notice to each place, and what became of it
namespace hb::app {
namespace {

// A place that asks us to wait a little is waited for; one that is down is not.
constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::milliseconds kLookAgain{50};

std::string place_of(const books::NoticeRule& rule) {
    if (rule.kind == domain::OpKind::NoticeSend)
        return rule.remote + ":" +
               (rule.target == "responsible" ? "responsible" : "user:" + rule.target);
    return rule.remote + (rule.target.empty() ? "" : " chat " + rule.target);
}

// In a running service the lane of each place does it.
void deliver(Session& session, lanes::Troubles& errors) {
    if (session.service().has_lanes()) return session.books().clock.wake();
    const Instant until = session.books().clock.now() + kPatience;
    for (auto& remote : session.books().remotes) {
        for (const auto& rule : session.books().settings.notices) {
            if (rule.remote != remote->row.name) continue;
            session.service().work_outbox(*remote, errors, std::nullopt);
            break;
        }
    }
    session.service().tell(errors, until);
}

void wait_for(books::Books& books, const std::vector<std::int64_t>& ops, Instant until) {
    const auto under_way = [&books](std::int64_t id) {
        const auto op = books.read()->outbox.find(id);
        return op &&
               (op->state == store::OpState::InFlight || op->state == store::OpState::Uncertain ||
                (op->state == store::OpState::Pending && op->last_error.empty()));
    };
    while (books.clock.now() < until) {
        {
            const books::Read read = books.read();
            if (std::none_of(ops.begin(), ops.end(), under_way)) return;
        }
        books.clock.wait_until(books.clock.now() + kLookAgain);
    }
}

int test(Session& session) {
    if (session.books().settings.notices.empty()) {
        session.out.text("No notices are configured: add \"notify\" to the configuration.");
        session.out.document(R"({"notices":[]})");
        return kPerson;
    }
    const auto ops = lanes::Notices(session.books()).plan_test();
    lanes::Troubles errors;
    deliver(session, errors);
    wait_for(session.books(), ops, session.books().clock.now() + kPatience);
    int code = kDone;
    json::Writer json;
    json.begin_object().key("notices").begin_array();
    const books::Read read = session.books().read();
    for (std::size_t i = 0; i < ops.size(); ++i) {
        const auto& rule = session.books().settings.notices[i];
        const auto op = read->outbox.find(ops[i]);
        const bool done = op && op->state == store::OpState::Done;
        const std::string state = op ? store::to_string(op->state) : "nobody";
        const std::string why = !op     ? "there is nobody to tell: name a user, REMOTE:user:ID"
                                : !done ? op->last_error
                                        : "";
        session.out.text(
            place_of(rule) + ": " +
            (done ? op->remote_id == lanes::kPerhapsSent ? "perhaps sent, no answer came" : "sent"
                  : "not sent: " + why));
        json.begin_object().member("to", place_of(rule)).member("state", state);
        json.member("error", why).end_object();
        if (!done) code = worse(code, kRemote);
    }
    session.out.document(json.end_array().end_object().text());
    return code;
}

} // namespace

void add_notify(Commands& commands) {
    Syntax group = commands.group("notify", "Notices to people and programs");
    commands.add(group, "test", "Send one notice to each place of the configuration", "notify test",
                 Needs::Reading, test);
}

} // namespace hb::app
