#include "app/heard_http.h"
#include "app/outbound.h"
#include "app/wiring.h"
#include "base/digest.h"
#include "base/text.h"
#include "connector/senders.h"
#include "net/http.h"

// Notices of the configuration: rules, and a remote of its own for each bot and each webhook, so
// that one that hangs holds up no other. Their names hold a colon, which no configured remote has.
namespace hb::app {
namespace {

std::string host_of(const std::string& url) {
    const auto begin = url.find("://");
    if (begin == std::string::npos) return "?";
    const auto end = url.find_first_of("/?#", begin + 3);
    std::string host = url.substr(begin + 3, end == std::string::npos ? end : end - begin - 3);
    return host.substr(host.rfind('@') == std::string::npos ? 0 : host.rfind('@') + 1);
}

std::string bot_of(const Secret& token) {
    const std::string& text = token.reveal();
    const auto colon = text.find(':');
    return colon == std::string::npos || colon == 0 ? sha256_hex(text).substr(0, 8)
                                                    : text.substr(0, colon);
}

store::Remote row_of(World& world, const std::string& name, const std::string& connector,
                     const std::string& account, Access access) {
    if (const auto known = world.books->read()->sources.find_remote(name)) return *known;
    if (access == Access::Reads) return {0, name, connector, account};
    books::Step step = world.books->begin();
    auto row = step->sources.add_remote(name, connector, account, step.now());
    step.leave();
    return row;
}

using Senders = std::vector<std::shared_ptr<books::RemoteRuntime>>;

// `before`: the places until now. A call to one of them may still be under way.
void add_sender(World& world, const Senders& before, const std::string& name,
                const std::string& kind, std::unique_ptr<connector::Connector> connector,
                Access access) {
    for (const auto& known : world.books->senders)
        if (known->row.name == name) return; // two chats of one bot
    auto runtime = std::make_shared<books::RemoteRuntime>();
    // The name tells the place, and is as unique as an account has to be (G17).
    runtime->row = row_of(world, name, kind, connector->account() + " (" + name + ")", access);
    runtime->connector = std::move(connector);
    for (const auto& known : before)
        if (known->row.name == name) runtime->busy = known->busy;
    world.books->senders.push_back(std::move(runtime));
}

// Whose rights a webhook's calls have: https://PORTAL/rest/UID/TOKEN/.
std::string user_of(const Config& config, const std::string& remote) {
    for (const auto& each : config.remotes) {
        if (each.name != remote || each.webhook_url.empty()) continue;
        const std::string& url = each.webhook_url.reveal();
        const auto rest = url.find("/rest/");
        if (rest == std::string::npos) continue;
        const auto id = split(std::string_view(url).substr(rest + 6), '/').front();
        if (parse_integer(id).value_or(0) > 0) return std::string(id);
    }
    return "";
}

books::NoticeRule rule_of(World& world, const Senders& before, const Config& config,
                          const NotifyRule& rule, Access access) {
    books::NoticeRule out{rule.on,     rule.remote, domain::OpKind::NoticeSend,
                          rule.person, "",          rule.locale};
    auto& clock = world.books->clock;
    if (rule.telegram) {
        out.remote = "telegram:" + bot_of(rule.telegram->token);
        out.kind = domain::OpKind::TelegramSend;
        out.target = rule.telegram->chat_id;
        add_sender(world, before, out.remote, "telegram",
                   make_sender(rule, clock, &world.books->meters, out.remote), access);
    } else if (rule.webhook) {
        const std::string& url = rule.webhook->url.reveal();
        out.remote = "webhook:" + host_of(url) + "-" + sha256_hex(url).substr(0, 6);
        out.kind = domain::OpKind::WebhookSend;
        out.target.clear();
        add_sender(world, before, out.remote, "webhook",
                   make_sender(rule, clock, &world.books->meters, out.remote), access);
    } else {
        out.otherwise = user_of(config, rule.remote);
    }
    return out;
}

} // namespace

std::unique_ptr<connector::Connector> make_sender(const NotifyRule& rule, Clock& clock,
                                                  books::Meters* meters,
                                                  const std::string& remote) {
    if (rule.telegram)
        return connector::make_telegram(
            {"telegram", rule.telegram->token, rule.telegram->api_url},
            make_heard_client(outbound_of(*rule.telegram), meters, remote), clock);
    if (rule.webhook)
        return connector::make_outgoing_hook(
            {"webhook", rule.webhook->url, rule.webhook->secrets},
            make_heard_client(outbound_of(*rule.webhook), meters, remote), clock);
    return nullptr;
}

void use_notices(World& world, const Config& config, Access access) {
    auto& books = *world.books;
    const Senders before = std::move(books.senders);
    books.senders.clear();
    books.settings.notices.clear();
    for (const auto& rule : config.notify)
        if (rule.lacking.empty()) // else `access` is Reads, and nothing is planned
            books.settings.notices.push_back(rule_of(world, before, config, rule, access));
    books.settings.overdue = std::chrono::days{config.overdue_days};
}

} // namespace hb::app
