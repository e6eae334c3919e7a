#include "app/lacking.h"

namespace hb::app {
namespace {

class WithoutSecret final : public connector::Connector {
public:
    WithoutSecret(std::unique_ptr<connector::Connector> inner, Error why)
        : inner_(std::move(inner)), why_(std::move(why)) {}

    const connector::Capabilities& capabilities() const override { return inner_->capabilities(); }
    std::string account() const override { return ""; }
    Instant earliest() const override { return inner_->earliest(); }
    connector::Counters counters() const override { return {}; }
    std::string object_url(std::string_view kind, std::string_view id) const override {
        return inner_->object_url(kind, id);
    }
    std::string task_url(std::string_view task, std::string_view group,
                         std::string_view user) const override {
        return inner_->task_url(task, group, user);
    }
    void use_cards(const std::string& layout) override { inner_->use_cards(layout); }

    Result<Rights> rights() override { return why_; }
    Result<domain::Page> read(const domain::ReadRequest&) override { return why_; }
    // It did not run, and may as soon as the secret is there.
    domain::WriteResult write(const domain::WriteOp&) override {
        domain::WriteResult out;
        out.outcome = domain::Outcome::Refused;
        out.error = why_;
        return out;
    }
    Result<std::vector<std::string>> find(const domain::WriteOp&) override { return why_; }
    Result<std::string> read_back(const domain::WriteOp&) override { return why_; }
    Result<domain::DealState> read_deal(std::string_view) override { return why_; }
    Result<std::string> deal_stage(std::string_view, std::string_view) override { return why_; }
    Result<std::vector<std::string>> currencies() override { return why_; }
    Result<domain::DealState> read_invoice(std::string_view) override { return why_; }
    Result<std::string> invoice_stage(std::string_view) override { return why_; }
    Result<domain::CardPage> read_cards(std::string_view) override { return why_; }
    Result<domain::CardState> read_card(std::string_view) override { return why_; }
    Result<connector::OwnedPage> read_ours(std::string_view) override { return why_; }
    Result<domain::MovePage> read_moves(std::string_view) override { return why_; }
    Result<domain::DocumentState> read_document(std::string_view) override { return why_; }
    Result<domain::DocumentFile> download_document(std::string_view) override { return why_; }
    Result<domain::SetupReport> setup(bool, std::string_view, std::string_view) override {
        return why_;
    }
    Result<domain::EventHint> decode_event(std::string_view body) const override {
        return inner_->decode_event(body);
    }
    Status refresh_if_idle() override { return why_; }
    Result<domain::OfflineEvents> take_events() override { return why_; }
    Status finish_events(std::string_view, const std::vector<std::string>&,
                         const std::vector<std::string>&) override {
        return why_;
    }
    Status read_objects(std::vector<domain::ObjectReading>&) override { return why_; }
    connector::CheckReport check() override {
        connector::CheckReport out;
        out.problems.push_back({why_.message, why_.hint});
        return out;
    }

private:
    std::unique_ptr<connector::Connector> inner_;
    Error why_;
};

} // namespace

Error lacking_secret(const std::string& who, const std::vector<mapping::FileProblem>& lacking) {
    const auto& first = lacking.front();
    return Error{Code::Usage, who + " can't be called: " + first.message, "", first.hint};
}

Error lacking_key(const Config& config) {
    const auto& first = config.secret_key_lacking.front();
    return Error{Code::Usage, "secret_key is missing: " + first.message, "", first.hint};
}

std::unique_ptr<connector::Connector>
connector_without_secret(std::unique_ptr<connector::Connector> inner, Error why) {
    return std::make_unique<WithoutSecret>(std::move(inner), std::move(why));
}

std::optional<Error> lacks(const Config& config, const std::string& remote) {
    for (const auto& each : config.remotes)
        if (each.name == remote && !each.lacking.empty())
            return lacking_secret(remote, each.lacking);
    return std::nullopt;
}

std::optional<Error> lacks_for_notices(const Config& config) {
    for (std::size_t i = 0; i < config.notify.size(); ++i) {
        const auto& rule = config.notify[i];
        if (!rule.lacking.empty())
            return lacking_secret("notify/" + std::to_string(i), rule.lacking);
        if (auto of_portal = lacks(config, rule.remote)) return of_portal;
    }
    return std::nullopt;
}

} // namespace hb::app
