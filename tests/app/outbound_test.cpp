#include "app/outbound.h"
#include "config_support.h"

using namespace hb;
using namespace hb::app::test;

namespace {

const char* const kEverybody = R"({
  "data_dir": "data",
  "remotes": {
    "hook": {"connector": "bitrix24", "webhook_url": "https://acme.bitrix24.com/rest/1/abcdefghij/"},
    "own": {"connector": "bitrix24", "private": true,
            "webhook_url": "https://portal.lan:8443/rest/1/abcdefghij/"},
    "sandbox": {"connector": "bitrix24", "webhook_url": "http://127.0.0.1:8090/rest/1/abcdefghij/"},
    "app": {"connector": "bitrix24", "private": true,
            "oauth": {"portal": "crm.lan", "client_id": "a", "client_secret": "b",
                      "oauth_url": "https://auth.lan/oauth/token/"}},
    "redmine": {"connector": "redmine", "base_url": "https://redmine.lan", "private": true,
                "settings": {"key": "0123456789"}},
    "redmine2": {"connector": "redmine", "base_url": "https://redmine.example",
                 "settings": {"key": "0123456789"}},
    "tried": {"connector": "redmine", "base_url": "http://127.0.0.1:8091",
              "settings": {"key": "0123456789"}},
    "clickup": {"connector": "clickup", "settings": {"token": "pk_1", "workspace": "1"}}
  },
  "crm": {"remote": "hook"},
  "notify": [
    {"on": ["paid"], "telegram": {"token": "1:a", "chat_id": "-100"}},
    {"on": ["paid"], "telegram": {"token": "1:a", "chat_id": "-100", "private": true,
                                  "api_url": "https://telegram.lan"}},
    {"on": ["paid"], "webhook": {"url": "https://example.com/hook",
                                 "secret": "0123456789012345678901234567"}},
    {"on": ["paid"], "webhook": {"url": "http://127.0.0.1:9000/hook",
                                 "secret": "0123456789012345678901234567"}}
  ]
})";

} // namespace

TEST_CASE("each client of the program and where it may call (S4)") {
    Folder folder;
    std::vector<mapping::FileProblem> problems;
    const auto config = app::load_config(folder.write("hourbridge.json", kEverybody), problems);
    for (const auto& problem : problems) UNSCOPED_INFO(mapping::to_string(problem));
    REQUIRE(config);
    std::string all;
    for (const auto& remote : config->remotes) all += app::outbound_of(remote).words() + "\n";
    for (const auto& rule : config->notify)
        all += (rule.telegram ? app::outbound_of(*rule.telegram) : app::outbound_of(*rule.webhook))
                   .words() +
               "\n";
    CHECK(all == "hook: public\n"
                 "own: public; private: portal.lan\n"
                 "sandbox: public; this machine over http\n"
                 "app: public; private: auth.lan, crm.lan\n"
                 "redmine: public; private: redmine.lan\n"
                 "redmine2: public\n"
                 "tried: public; this machine over http\n"
                 "clickup: public\n"
                 "telegram: public\n"
                 "telegram: public; private: telegram.lan\n"
                 "webhook: public\n"
                 "webhook: public; this machine over http\n");
}
