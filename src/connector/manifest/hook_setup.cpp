#include "connector/hook_setup.h"

#include "base/ensure.h"
#include "connector/manifest/caller.h"
#include "connector/manifest/rows.h"

namespace hb::connector {
namespace {

using namespace manifest;

Reply call(Caller& caller, Clock& clock, const Ask& ask, const Names& names, bool writes) {
    Reply reply;
    do {
        while (clock.now() < caller.earliest()) clock.wait_until(caller.earliest());
        reply = caller.call(ask, names, writes);
    } while (reply.fate == Fate::NotYet);
    return reply;
}

Result<HookSetup> look(Caller& caller, Clock& clock, const Webhook& webhook, const Names& names,
                       const std::string& url) {
    const SetupStep& step = *webhook.setup;
    const Reply reply = call(caller, clock, step.look, names, false);
    if (!reply.ok()) return caller.error(reply, "the list of webhooks");
    const auto rows = rows_at(reply.body(), step.rows, true);
    if (!rows)
        return Error{Code::Malformed,
                     caller.options().remote +
                         ": the list of webhooks has another form: " + rows.error().message,
                     "", "nothing was registered"};
    HookSetup out;
    for (const json::Value& row : *rows) {
        if (word_of(row.pointer(step.named)) != url) continue;
        out.was_there = true;
        out.id = word_of(row.pointer(step.id)).value_or("");
        out.state = webhook.state.empty() ? "" : word_of(row.pointer(webhook.state)).value_or("");
    }
    return out;
}

} // namespace

bool can_register_hook(const Plan& plan) {
    return plan.get().webhook && plan.get().webhook->setup;
}

Result<HookSetup> register_hook(const Plan& plan, PlannerOptions options,
                                std::unique_ptr<net::HttpClient> http, Clock& clock,
                                const std::string& url) {
    ensure(can_register_hook(plan), "the manifest says how a webhook is registered");
    const Webhook& webhook = *plan.get().webhook;
    Caller caller(plan.get(), std::move(options), std::move(http), clock);
    Names names = caller.names();
    names.set("hook.url", url);
    auto known = look(caller, clock, webhook, names, url);
    if (!known || known->was_there) return known;
    const Reply made = call(caller, clock, webhook.setup->make, names, true);
    // An answer that was lost may have registered it: the list tells.
    if (!made.ok() && made.fate != Fate::Lost) return caller.error(made, "the webhook");
    auto now = look(caller, clock, webhook, names, url);
    if (!now) return now;
    if (!now->was_there)
        return made.ok() ? Result<HookSetup>(Error{
                               Code::Remote,
                               caller.options().remote + " took the webhook, but does not list it",
                               "", "look at the planner's own page of webhooks"})
                         : Result<HookSetup>(caller.error(made, "the webhook"));
    now->was_there = false;
    return now;
}

} // namespace hb::connector
