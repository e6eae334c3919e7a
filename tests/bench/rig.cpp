#include "bench/rig.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "base/text.h"
#include "connector/bitrix24.h"
#include "desk/terms.h"
#include "mapping/contract_file.h"
#include "mapping/shipped.h"
#include "sandbox/seed.h"

namespace hb::bench {
namespace {

class PortalHttp final : public net::HttpClient {
public:
    explicit PortalHttp(sandbox::Portal& portal) : portal_(portal) {}

    net::Response send(const net::Request& request) override {
        const std::string& url = request.url.reveal();
        sandbox::HttpRequest in;
        in.method = request.verb == net::Verb::Post ? "POST" : "GET";
        in.path = url.substr(url.find('/', url.find("//") + 2));
        const auto query = in.path.find('?');
        if (query != std::string::npos) {
            in.query = in.path.substr(query + 1);
            in.path.resize(query);
        }
        for (const auto& [name, value] : request.headers)
            if (fold_case(name) == "content-type") in.content_type = value;
        in.body = request.body;
        auto answer = portal_.handle(in);
        net::Response out;
        out.reach = net::Reach::Answered;
        out.status = answer.status;
        out.body = std::move(answer.body);
        out.headers.emplace_back("content-type", answer.content_type);
        return out;
    }

private:
    sandbox::Portal& portal_;
};

template <class T> T take(Result<T> result, const std::string& doing) {
    if (!result) throw std::runtime_error(doing + ": " + to_string(result.error()));
    return std::move(*result);
}

books::Settings settings() {
    books::Settings out;
    out.zone = *Zone::find("Europe/Minsk");
    out.crm_remote = "bitrix24";
    out.public_url = "https://reports.example.com";
    out.settle.evidence = {domain::Evidence::Payment, domain::Evidence::DealWon};
    out.nonbillable = {{"bug", "", "", "bug"}, {"", "Internal", "", "internal"}};
    out.key = Secret("bench key");
    return out;
}

std::unique_ptr<books::RemoteRuntime> make_remote(Clock& clock, const std::string& webhook,
                                                  std::unique_ptr<net::HttpClient> http,
                                                  Limiting limiting) {
    auto remote = std::make_unique<books::RemoteRuntime>();
    connector::Bitrix24Options options;
    options.webhook_url = Secret(webhook);
    if (limiting == Limiting::None) options.limits = {1'000'000'000, 1e6, std::chrono::hours{1000}};
    remote->connector =
        take(connector::make_bitrix24(options, std::move(http), clock), "the connector");
    std::vector<mapping::FileProblem> problems;
    auto shipped = mapping::Mapping::parse(mapping::shipped_mapping("bitrix24"),
                                           "mappings/bitrix24.json", problems);
    if (!shipped) throw std::runtime_error("the shipped mapping can't be read");
    remote->mapping = std::make_unique<mapping::Mapping>(std::move(*shipped));
    return remote;
}

} // namespace

std::unique_ptr<sandbox::Portal> open_portal(Clock& clock, std::int64_t tasks, std::int64_t entries,
                                             std::int64_t gap) {
    sandbox::PortalOptions options;
    options.limits.requests = false;
    options.limits.operating = false;
    options.limits.cost_ms = 0;
    auto portal = std::make_unique<sandbox::Portal>(options, clock);
    sandbox::seed_basics(*portal);
    sandbox::seed_rows(*portal, tasks, entries, gap);
    return portal;
}

std::unique_ptr<net::HttpClient> portal_http(sandbox::Portal& portal) {
    return std::make_unique<PortalHttp>(portal);
}

Rig::Rig(Clock& clock_, const std::string& file, const std::string& webhook,
         std::unique_ptr<net::HttpClient> http, Books open, Limiting limiting)
    : clock(clock_) {
    db = take(open == Books::Write ? store::Database::open_writer(file)
                                   : store::Database::open_reader(file),
              "the books");
    // Books that the program made are sealed with its key.
    std::ifstream sealed(std::filesystem::path(file).parent_path() / "secret.key");
    if (std::string key; sealed >> key) db->use_chain_key(Secret(key));
    tables = std::make_unique<store::Tables>(*db);
    books = std::make_unique<books::Books>(*db, clock, ids, settings());
    auto remote = make_remote(clock, webhook, std::move(http), limiting);
    auto known = tables->sources.find_remote("bitrix24");
    if (!known) {
        store::Tx tx(*db);
        known = tables->sources.add_remote("bitrix24", "bitrix24", remote->connector->account(),
                                           clock.now());
        tx.commit();
    }
    remote->row = *known;
    books->remotes.push_back(std::move(remote));
    if (open == Books::Write) books->readers = std::make_unique<store::Readers>(file);
    books->show_settings();
    service = std::make_unique<lanes::Service>(*books);
}

lanes::PullReport Rig::pull_everything() {
    lanes::PullOptions options;
    options.full = true;
    auto report = service->pull(*books->remotes.front(), options);
    if (report.error) throw std::runtime_error("the pull: " + to_string(*report.error));
    if (report.stopped) throw std::runtime_error("the pull: " + report.stopped->reason);
    return report;
}

void Rig::contract(std::int64_t company) {
    const std::string text = "{\"client\":\"bitrix24:company:" + std::to_string(company) +
                             "\",\"valid_from\":\"2020-01-01\",\"currency\":\"BYN\","
                             "\"rates\":[{\"amount\":\"90.00\"}]}";
    std::vector<mapping::FileProblem> problems;
    const auto parsed = mapping::parse_contract(text, "contract", {"Europe/Minsk", "en"}, problems);
    if (!parsed) throw std::runtime_error("a contract of the bench can't be read");
    take(desk::apply_contract(*books, *parsed, {"BYN"}, false, {"bench"}), "a contract");
}

} // namespace hb::bench
