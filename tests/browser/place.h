#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/serving.h"

// An agency with one client a language; its reports are in every state of a client's page.
namespace hb::test {

struct PageOf {
    std::string state, language;
    std::string url;
};

class Place : public Agency {
public:
    Place();
    // Every report in its state, and the service that shows them.
    std::vector<PageOf> pages();
    const Serving& serving() const { return *serving_; }

private:
    struct Client {
        std::string language, name;
        std::int64_t company = 0;
        std::vector<std::int64_t> tasks;
        std::map<std::string, std::int64_t> first_entry; // of a month
        std::map<std::string, std::int64_t> reports;     // by month
        std::map<std::string, std::string> links;        // "/r/TOKEN", likewise
    };
    void write_config();
    void make_clients();
    void make_work(Client& client);
    void make_month(Client& client, const std::string& month, bool free);
    void make_many(Client& client, const std::string& month, int lines);
    void apply_terms(const Client& client);
    void send_months();
    void meet(Client& client, const std::string& month, const json::Value& report);
    void find_reports();
    void agree_to(const std::string& month);
    void settle_money();
    void drift();
    void withdraw();
    void give_back();
    Ended must(const std::vector<std::string>& words, std::vector<int> codes = {0});
    std::string of(const Client& client) const {
        return "bitrix24:company:" + std::to_string(client.company);
    }

    std::vector<Client> clients_;
    std::vector<std::int64_t> groups_;
    std::optional<Serving> serving_;
};

} // namespace hb::test
