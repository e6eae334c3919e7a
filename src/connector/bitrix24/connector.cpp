#include <atomic>

#include "base/limits.h"
#include "base/text.h"
#include "connector/bitrix24.h"
#include "connector/bitrix24/card_ops.h"
#include "connector/bitrix24/check.h"
#include "connector/bitrix24/client.h"
#include "connector/bitrix24/documents.h"
#include "connector/bitrix24/events.h"
#include "connector/bitrix24/heads.h"
#include "connector/bitrix24/items.h"
#include "connector/bitrix24/moves.h"
#include "connector/bitrix24/ours.h"
#include "connector/bitrix24/setup.h"
#include "connector/bitrix24/streams.h"
#include "connector/bitrix24/writes.h"

namespace hb::connector {
namespace {

class Bitrix24 final : public Connector {
public:
    explicit Bitrix24(bitrix24::Client client) : client_(std::move(client)) {
        capabilities_.streams = bitrix24::stream_names();
        capabilities_.heads = true;
        capabilities_.read_by_ids = true;
        capabilities_.crm = true;
        capabilities_.task_totals = true;
        capabilities_.mark = MarkOf::Task;
        capabilities_.people_by_ids = true;
        capabilities_.two_lists = true;
        capabilities_.mark_fields = true;
        capabilities_.sees_marks = true;
        // What an administrator is not shown is not there; time records are asked for by id.
        for (const auto& stream : capabilities_.streams)
            capabilities_.proofs[stream] = domain::Proof::Walk;
        capabilities_.proofs["entries"] = domain::Proof::Id;
        capabilities_.settle = client_.options().settle;
    }

    const Capabilities& capabilities() const override { return capabilities_; }
    std::string account() const override { return client_.account(); }
    Instant earliest() const override { return client_.earliest(); }
    Instant earliest_leaving(int others) const override { return client_.earliest_leaving(others); }
    Counters counters() const override { return client_.counters(); }
    Contact contact() const override { return client_.contact(); }
    Result<Rights> rights() override { return bitrix24::read_rights(client_); }
    std::int64_t lack_changes() const override { return client_.lacks().changes(); }
    std::vector<domain::Lack> lacks() const override { return client_.lacks().all(); }
    void use_lacks(std::vector<domain::Lack> known) override {
        client_.lacks().use(std::move(known));
    }
    void try_lacking() override { client_.lacks().try_anew(client_.now()); }

    Result<domain::Page> read(const domain::ReadRequest& request) override {
        return bitrix24::read_page(client_, request);
    }
    Result<Heads> read_heads(const HeadsWish& wish) override {
        return bitrix24::read_heads(client_, cards_, wish);
    }
    domain::WriteResult write(const domain::WriteOp& op) override {
        return bitrix24::write_op(client_, cards_, op);
    }
    std::size_t many_max(domain::OpKind kind) const override {
        return kind == domain::OpKind::TaskMark ? kBatchCommandsMax / 2
                                                : 1; // each is written and read back
    }
    std::vector<domain::WriteResult> write_many(const std::vector<domain::WriteOp>& ops) override {
        return ops.front().kind == domain::OpKind::TaskMark ? bitrix24::mark_tasks(client_, ops)
                                                            : connector::Connector::write_many(ops);
    }
    Result<std::vector<std::string>> find(const domain::WriteOp& op) override {
        return bitrix24::find_op(client_, cards_, op);
    }
    Result<std::string> read_back(const domain::WriteOp& op) override {
        return bitrix24::read_back_op(client_, cards_, op);
    }
    Result<domain::DealState> read_deal(std::string_view id) override {
        return bitrix24::read_item_state(client_, bitrix24::kDeals, id);
    }
    Result<std::string> deal_stage(std::string_view category, std::string_view semantics) override {
        return bitrix24::find_deal_stage(client_, category, semantics);
    }
    Result<domain::DealState> read_invoice(std::string_view id) override {
        return bitrix24::read_item_state(client_, bitrix24::kInvoices, id);
    }
    Status read_objects(std::vector<domain::ObjectReading>& objects) override {
        return bitrix24::read_item_states(client_, objects);
    }
    Result<std::string> invoice_stage(std::string_view semantics) override {
        return bitrix24::find_invoice_stage(client_, semantics);
    }
    Result<std::vector<std::string>> currencies() override {
        return bitrix24::list_currencies(client_);
    }
    Result<domain::CardPage> read_cards(std::string_view cursor) override {
        return bitrix24::read_card_page(client_, cards_, cursor);
    }
    Result<domain::CardState> read_card(std::string_view id) override {
        return bitrix24::read_one_card(client_, cards_, id);
    }
    void use_cards(const std::string& layout) override {
        cards_ = bitrix24::parse_cards(layout);
        card_type_ = cards_.entity_type;
    }
    Result<domain::DocumentState> read_document(std::string_view id) override {
        return bitrix24::read_document_state(client_, id);
    }
    Result<domain::DocumentFile> download_document(std::string_view id) override {
        return bitrix24::fetch_document(client_, id);
    }
    Result<domain::SetupReport> setup(bool dry_run, std::string_view layout,
                                      std::string_view handler) override {
        client_.lacks().try_anew(client_.now());
        return bitrix24::run_setup(client_, dry_run, bitrix24::parse_cards(layout), handler);
    }
    Result<domain::MovePage> read_moves(std::string_view cursor) override {
        return bitrix24::read_move_page(client_, cards_, cursor);
    }
    Result<OwnedPage> read_ours(std::string_view cursor) override {
        return bitrix24::read_owned_page(client_, cards_, cursor);
    }
    void use_classic_lists(bool classic) override { client_.use_classic_lists(classic); }
    void use_limits(int burst, double per_second) override {
        client_.use_limits(burst, per_second);
    }
    Result<domain::OfflineEvents> take_events() override {
        return bitrix24::take_offline_events(client_);
    }
    Status finish_events(std::string_view process_id, const std::vector<std::string>& done,
                         const std::vector<std::string>& failed) override {
        return bitrix24::finish_offline_events(client_, std::string(process_id), done, failed);
    }
    std::string object_url(std::string_view kind, std::string_view id) const override;
    Result<domain::EventHint> decode_event(std::string_view body) const override {
        return bitrix24::decode_event_body(body, client_.options().remote, card_type_);
    }
    Result<AppTokens> decode_install(std::string_view body) const override {
        return client_.decode_install(body);
    }
    Status refresh_if_idle() override { return client_.refresh_if_idle(); }
    CheckReport check() override { return bitrix24::run_check(client_, cards_); }
    std::string task_url(std::string_view task_id, std::string_view group_id,
                         std::string_view user_id) const override;

private:
    bitrix24::Client client_;
    Capabilities capabilities_;
    bitrix24::Cards cards_;
    std::atomic<int> card_type_{0}; // object_url is asked from other threads
};

bool is_id(std::string_view text) {
    const auto number = parse_integer(text);
    return number && *number > 0;
}

std::string Bitrix24::object_url(std::string_view kind, std::string_view id) const {
    if (!is_id(id)) return "";
    const std::string crm = client_.address().site + "/crm/";
    const std::string details = "/details/" + std::string(id) + "/";
    if (kind == "deal" || kind == "company") return crm + std::string(kind) + details;
    const int type = kind == "invoice" ? bitrix24::kInvoices.id
                     : kind == "card"  ? card_type_.load()
                                       : 0;
    return type == 0 ? "" : crm + "type/" + std::to_string(type) + details;
}

std::string Bitrix24::task_url(std::string_view task_id, std::string_view group_id,
                               std::string_view user_id) const {
    if (!is_id(task_id)) return "";
    const std::string view = "/tasks/task/view/" + std::string(task_id) + "/";
    const std::string site = client_.address().site;
    if (is_id(group_id)) return site + "/workgroups/group/" + std::string(group_id) + view;
    if (is_id(user_id)) return site + "/company/personal/user/" + std::string(user_id) + view;
    return "";
}

} // namespace

Result<std::unique_ptr<Connector>>
make_bitrix24(Bitrix24Options options, std::unique_ptr<net::HttpClient> http, Clock& clock) {
    auto address = options.oauth ? bitrix24::parse_portal(options.oauth->portal)
                                 : bitrix24::parse_address(options.webhook_url);
    if (!address) return address.error();
    std::unique_ptr<Connector> made = std::make_unique<Bitrix24>(
        bitrix24::Client(std::move(options), std::move(*address), std::move(http), clock));
    return made;
}

} // namespace hb::connector
