#include "base/base64.h"
#include "base/digest.h"
#include "base/text.h"
#include "connector/sender.h"
#include "connector/senders.h"
#include "json/value.h"

// An outgoing webhook as Standard Webhooks 1.0 describe it:
//   webhook-id: msg_2KWPBgLlAfxdpx2AI54pPJ85f4W
//   webhook-timestamp: 1674087231
//   webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=
namespace hb::connector {
namespace {

using domain::Outcome;

constexpr std::size_t kAnswerMax = 64u << 10;
// Standard Webhooks: a receiver has 15 to 30 seconds.
constexpr net::Timeouts kTimeouts{std::chrono::seconds{5}, std::chrono::seconds{15}};
constexpr std::chrono::seconds kLongestPause{3600};
constexpr int kGone = 410;

std::string key_of(const Secret& secret) {
    const std::string& text = secret.reveal();
    constexpr std::string_view kMark = "whsec_";
    if (text.rfind(kMark, 0) != 0) return text;
    return from_base64(std::string_view(text).substr(kMark.size())).value_or(text);
}

class OutgoingHook final : public Sender {
public:
    OutgoingHook(HookOptions options, std::unique_ptr<net::HttpClient> http, Clock& clock)
        : Sender(hook_account(options.url), std::move(http), clock), options_(std::move(options)) {}

    domain::WriteResult write(const domain::WriteOp& op) override;
    // There is no call that changes nothing: `notify test` sends one.
    CheckReport check() override {
        CheckReport report;
        report.account = account();
        return report;
    }

private:
    domain::WriteResult judge(const net::Response& response);

    HookOptions options_;
};

domain::WriteResult OutgoingHook::write(const domain::WriteOp& op) {
    const auto fields = json::Document::parse(op.fields);
    if (!fields) return failed(Outcome::Rejected, fields.error());
    const auto id = fields->root()["id"].text();
    const auto event = fields->root()["event"];
    if (op.kind != domain::OpKind::WebhookSend || !id || !event.is_object())
        return failed(Outcome::Rejected, Error{Code::Usage, "this is no message",
                                               std::string(to_string(op.kind)), ""});
    const std::string body = event.dump();
    const std::int64_t timestamp = to_epoch_seconds(clock_.now());
    net::Request request;
    request.url = options_.url;
    request.headers = {
        {"Content-Type", "application/json"},
        {"webhook-id", *id},
        {"webhook-timestamp", std::to_string(timestamp)},
        {"webhook-signature", hook_signature(options_.secrets, *id, timestamp, body)}};
    request.body = body;
    request.timeouts = kTimeouts;
    request.answer_bytes_max = kAnswerMax;
    return judge(send(request));
}

// Whatever is not taken comes again later under the same id, also what may have been taken: the
// receiver drops what it has.
domain::WriteResult OutgoingHook::judge(const net::Response& response) {
    const bool answered = response.reach == net::Reach::Answered;
    if (answered && response.status >= 200 && response.status < 300) {
        went_well();
        return done("taken");
    }
    if (answered && response.status == kGone)
        return failed(Outcome::Rejected,
                      Error{Code::Forbidden, "the receiver of the webhook wants no more (410)", "",
                            "take it out of \"notify\", or correct its address"});
    const auto asked = parse_integer(response.header("retry-after"));
    Instant due = step_back(kLongestPause);
    if (asked && *asked > 0)
        due = earliest_ = std::max(due, clock_.now() + std::chrono::seconds{std::min<std::int64_t>(
                                                           *asked, kLongestPause.count())});
    return failed(Outcome::Refused,
                  Error{Code::Remote, "the receiver of the webhook did not take it",
                        answered ? "status " + std::to_string(response.status) : response.trouble,
                        "it is tried again for three days"},
                  due);
}

} // namespace

std::string hook_signature(const std::vector<Secret>& secrets, std::string_view id,
                           std::int64_t timestamp, std::string_view body) {
    const std::string signed_text =
        std::string(id) + "." + std::to_string(timestamp) + "." + std::string(body);
    std::string out;
    for (const auto& secret : secrets)
        out += (out.empty() ? "v1," : " v1,") + base64(hmac_sha256(key_of(secret), signed_text));
    return out;
}

std::string hook_account(const Secret& url) {
    return "webhook " + sha256_hex(url.reveal()).substr(0, 12);
}

std::unique_ptr<Connector> make_outgoing_hook(HookOptions options,
                                              std::unique_ptr<net::HttpClient> http, Clock& clock) {
    return std::make_unique<OutgoingHook>(std::move(options), std::move(http), clock);
}

} // namespace hb::connector
