#include <CLI/CLI.hpp>

#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "json/writer.h"

// verify [--remote]: recomputes the books, and asks the CRM whether our deals stand (G18)
namespace hb::app {
namespace {

void wait_for(const Session& session, const connector::Connector& connector) {
    auto& clock = session.process.clock;
    while (connector.earliest() > clock.now()) clock.wait_until(connector.earliest());
}

struct RemoteFindings {
    std::vector<store::Check> checks;
    std::optional<Error> trouble;
};

// Each deal that we made is looked up by the key it carries.
RemoteFindings compare_deals(const Session& session) {
    RemoteFindings out;
    auto& core = session.core();
    auto* crm = core.crm();
    if (crm == nullptr) return out;
    std::int64_t deals = 0;
    std::string missing;
    for (const auto& row : core.outbox.list(store::OpState::Done, 1'000'000)) {
        if (row.remote != crm->row.id || row.op.kind != "deal.create") continue;
        wait_for(session, *crm->connector);
        const auto found = crm->connector->find(row.op);
        if (!found) {
            out.trouble = found.error();
            return out;
        }
        ++deals;
        const std::string mine = row.purpose + " (" + row.op.key + ")";
        if (found->empty())
            missing += "\n    " + mine + ": the CRM has no deal with this key";
        else if (found->size() > 1)
            missing += "\n    " + mine + ": the CRM has " + std::to_string(found->size()) +
                       " deals with this key";
        else if (found->front() != row.remote_id)
            missing += "\n    " + mine + ": is deal " + found->front() + " there, " +
                       row.remote_id + " here";
    }
    out.checks.push_back({"deals in " + crm->row.name, missing.empty(),
                          missing.empty() ? std::to_string(deals) + " deals stand" : missing});
    return out;
}

int verify(Session& session, bool remote) {
    auto checks = [&] {
        const auto lock = session.core().lock();
        return store::verify_books(*session.world->db);
    }();
    int code = kDone;
    for (const auto& check : checks)
        if (!check.ok) code = kMachine;
    if (remote) {
        auto found = compare_deals(session);
        for (auto& check : found.checks) {
            if (!check.ok) code = kMachine;
            checks.push_back(std::move(check));
        }
        if (found.trouble) {
            checks.push_back(
                {"deals in the CRM", false, "could not be compared: " + to_string(*found.trouble)});
            code = worse(code, kRemote);
        }
    }
    bool ok = true;
    json::Writer json;
    json.begin_object().key("checks").begin_array();
    std::string text;
    for (const auto& check : checks) {
        ok = ok && check.ok;
        text += std::string(check.ok ? "  ok      " : "  WRONG   ") + check.name +
                (check.detail.empty() ? "" : ": " + check.detail) + "\n";
        json.begin_object()
            .member("name", check.name)
            .member("ok", check.ok)
            .member("detail", check.detail)
            .end_object();
    }
    session.out.text(text + (ok ? "The books are right." : "The books need a look."));
    session.out.document(json.end_array().member("ok", ok).end_object().text());
    return code;
}

} // namespace

void add_verify(Commands& commands) {
    const auto remote = std::make_shared<bool>(false);
    commands
        .add(commands.root(), "verify", "Recompute every sum and the hash chain", "verify --remote",
             Needs::Reads, [remote](Session& session) { return verify(session, *remote); })
        .add_flag("--remote", *remote, "also look up in the CRM every deal that we made");
}

} // namespace hb::app
