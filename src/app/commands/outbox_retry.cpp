
#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "desk/retries.h"
#include "json/writer.h"

// outbox retry: what a person does when writes got stuck
namespace hb::app {
namespace {

struct Wish {
    desk::RetryWish what;
    bool all = false;
};

std::optional<Error> wrong(const Wish& wish) {
    const bool filtered = !wish.what.remote.empty() || !wish.what.kind.empty();
    const char* const example = "hourbridge outbox list shows them; then hourbridge outbox retry "
                                "12 13, or hourbridge outbox retry --all";
    if (wish.all && !wish.what.ids.empty())
        return Error{Code::Usage, "either numbers or --all", "", example};
    if (filtered && !wish.all)
        return Error{Code::Usage, "--remote and --kind choose from --all", "",
                     "hourbridge outbox retry --all --kind task.mark"};
    if (!wish.all && wish.what.ids.empty())
        return Error{Code::Usage, "which writes? a number is missing", "", example};
    return std::nullopt;
}

std::string told(Session& session, const std::vector<std::int64_t>& ids) {
    if (ids.empty()) return "No write is stuck or waits for a person; nothing was changed.";
    std::string out;
    for (const auto id : ids) {
        const auto op = session.books().read()->outbox.find(id);
        out += "Op " + std::to_string(id) + " (" + op->purpose.text() + ") is queued again\n";
    }
    return out + "hourbridge run sends them now; a service does so by itself";
}

int retry(Session& session, const Wish& wish) {
    if (const auto error = wrong(wish)) return session.out.fail(*error);
    const books::Read read = session.books().read();
    const auto ids = desk::retry_ops(session.books(), wish.what, session.actor());
    if (!ids) return session.out.fail(ids.error());
    session.out.text(told(session, *ids));
    json::Writer json;
    json.begin_object().key("retried").begin_array();
    for (const auto id : *ids) {
        const auto op = read->outbox.find(id);
        json.begin_object().member("id", id).member("kind", to_string(op->op.kind));
        json.member("state", store::to_string(op->state)).end_object();
    }
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

} // namespace

void add_outbox_retry(Commands& commands, Syntax group) {
    const auto wish = std::make_shared<Wish>();
    Syntax app =
        commands.add(group, "retry", "Retry stuck writes; any that may have run is looked up first",
                     "outbox retry --all --remote bitrix24", Needs::Writes,
                     [wish](Session& session) { return retry(session, *wish); });
    app.add_option("ID", wish->what.ids, "numbers of ops, as hourbridge outbox list shows them");
    app.add_flag("--all", wish->all, "all that need a person or have failed");
    app.add_option("--remote", wish->what.remote, "of --all: those to this remote")
        .type_name("NAME");
    app.add_option("--kind", wish->what.kind, "of --all: those of this kind, as the list shows it")
        .type_name("KIND");
}

} // namespace hb::app
