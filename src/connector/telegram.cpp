#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "connector/sender.h"
#include "connector/senders.h"
#include "json/writer.h"

// Telegram's Bot API: POST https://api.telegram.org/botTOKEN/sendMessage
//   {"chat_id":"-100123","text":"…","disable_web_page_preview":true}
//   {"ok":true,"result":{"message_id":17,…}}
//   {"ok":false,"error_code":429,"description":"…","parameters":{"retry_after":5}}
namespace hb::connector {
namespace {

using domain::Outcome;

constexpr std::size_t kTextCharactersMax = 4000; // Telegram takes 4096
constexpr std::size_t kAnswerMax = 64u << 10;
constexpr net::Timeouts kTimeouts{std::chrono::seconds{5}, std::chrono::seconds{15}};
constexpr std::chrono::seconds kLongestPause{600};
// A group takes 20 messages a minute, a person one a second.
constexpr std::chrono::seconds kBetween{3};

class Telegram final : public Sender {
public:
    Telegram(TelegramOptions options, std::unique_ptr<net::HttpClient> http, Clock& clock)
        : Sender(telegram_account(options.token, options.api_url), std::move(http), clock),
          options_(std::move(options)) {}

    domain::WriteResult write(const domain::WriteOp& op) override;
    CheckReport check() override;

private:
    net::Response call(const char* method, std::string body);
    domain::WriteResult judge(const net::Response& response);
    std::string clean(std::string_view text) const;

    TelegramOptions options_;
};

net::Response Telegram::call(const char* method, std::string body) {
    net::Request request;
    request.url = Secret(options_.api_url + "/bot" + options_.token.reveal() + "/" + method);
    request.headers = {{"Content-Type", "application/json"}};
    request.body = std::move(body);
    request.timeouts = kTimeouts;
    request.fresh_connection = true; // libcurl repeats a POST on a kept one
    request.answer_bytes_max = kAnswerMax;
    return send(request);
}

// What a stranger says may quote what it was sent.
std::string Telegram::clean(std::string_view text) const {
    std::string out = shorten(to_utf8(text), 200);
    const std::string& token = options_.token.reveal();
    for (auto at = out.find(token); !token.empty() && at != std::string::npos; at = out.find(token))
        out.replace(at, token.size(), "…");
    return out;
}

domain::WriteResult Telegram::write(const domain::WriteOp& op) {
    const auto fields = json::Document::parse(op.fields);
    const auto text = fields ? fields->root()["text"].text() : Result<std::string>(fields.error());
    if (op.kind != domain::OpKind::TelegramSend || !text || text->empty() || op.target.empty())
        return failed(Outcome::Rejected, Error{Code::Usage, "this is no message",
                                               std::string(to_string(op.kind)), ""});
    json::Writer body;
    body.begin_object().member("chat_id", op.target);
    body.member("text", shorten(*text, kTextCharactersMax));
    // The preview would open a client's link.
    body.member("disable_web_page_preview", true).end_object();
    earliest_ = clock_.now() + kBetween;
    return judge(call("sendMessage", body.take()));
}

domain::WriteResult Telegram::judge(const net::Response& response) {
    if (response.reach == net::Reach::NotSent)
        return failed(
            Outcome::Refused,
            Error{Code::Remote, "Telegram can't be reached", response.trouble, "it is tried again"},
            step_back(kLongestPause));
    const Error lost{Code::Remote, "no clear answer of Telegram", response.trouble, ""};
    if (response.reach == net::Reach::Unknown) return failed(Outcome::Unknown, lost);
    const auto document = json::Document::parse(response.body);
    if (!document || response.status >= 500) return failed(Outcome::Unknown, lost);
    const json::Value root = document->root();
    if (const auto ok = root["ok"].boolean(); ok && *ok) {
        went_well();
        return done(root["result"]["message_id"].text().ok() ? *root["result"]["message_id"].text()
                                                             : "sent");
    }
    const std::string said = clean(root["description"].text_view().value_or("no reason given"));
    if (response.status == 429) {
        const auto after = root["parameters"]["retry_after"].integer();
        const auto pause = std::chrono::seconds{after ? std::clamp<std::int64_t>(*after, 1, 3600)
                                                      : std::int64_t{30}};
        earliest_ = clock_.now() + pause;
        return failed(Outcome::Refused, Error{Code::Remote, "Telegram asks us to wait", said, ""},
                      earliest_);
    }
    const bool token = response.status == 401 || response.status == 404;
    const auto moved = root["parameters"]["migrate_to_chat_id"].text();
    return failed(
        Outcome::Rejected,
        Error{Code::Forbidden,
              token ? "Telegram does not know the bot's token" : "Telegram refused: " + said,
              "status " + std::to_string(response.status),
              token   ? "take the token of @BotFather again"
              : moved ? "the chat is a supergroup now: write chat_id " + *moved
                      : "is the bot a member of the chat, and is chat_id the chat's number?"});
}

CheckReport Telegram::check() {
    CheckReport report;
    report.account = account();
    const auto response = call("getMe", "{}");
    report.reachable = response.reach == net::Reach::Answered;
    const auto document = json::Document::parse(response.body);
    if (!report.reachable) {
        report.problems.push_back(
            {"Telegram can't be reached: " + response.trouble,
             "may this machine open connections to " + options_.api_url + "?"});
        return report;
    }
    report.authorised = response.status == 200 && document;
    if (report.authorised)
        report.who = "@" + clean(document->root()["result"]["username"].text_view().value_or("?"));
    else
        report.problems.push_back(
            {"Telegram does not know the bot's token", "take the token of @BotFather again"});
    return report;
}

} // namespace

std::string telegram_account(const Secret& token, const std::string& api_url) {
    // Before the colon stands the bot's number, which is public.
    const std::string& text = token.reveal();
    const auto colon = text.find(':');
    const std::string bot =
        colon == std::string::npos ? sha256_hex(text).substr(0, 12) : text.substr(0, colon);
    return "telegram bot " + bot + " at " + net::redact_url(api_url);
}

std::unique_ptr<Connector> make_telegram(TelegramOptions options,
                                         std::unique_ptr<net::HttpClient> http, Clock& clock) {
    return std::make_unique<Telegram>(std::move(options), std::move(http), clock);
}

} // namespace hb::connector
