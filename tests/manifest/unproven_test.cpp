#include "app/program.h"
#include "stand_in.h"

// A reading that proves nothing, as the program's own commands tell it (G49).
namespace hb::test {
namespace {

// A portal, and beside it an OpenProject server: its walks are proof, and each page tells a total.
struct Office {
    Agency agency;
    std::unique_ptr<sandbox::Planner> played =
        std::move(*sandbox::Planner::load(stand_in::folder_of("openproject"), agency.clock));
    sandbox::Server server{
        [this](const sandbox::HttpRequest& request, const sandbox::Server::Headers& headers) {
            return played->handle(request, headers);
        }};

    Office() {
        REQUIRE(server.start(0).ok());
        std::string settings;
        for (const auto& [name, value] : played->settings())
            settings += (settings.empty() ? "\"" : ", \"") + name + "\": \"" + value + "\"";
        agency.folder.write(
            "hourbridge.json",
            R"({"data_dir": "data", "listen": "127.0.0.1:0", "time_zone": "Europe/Minsk",
  "remotes": {
    "bitrix24": {"connector": "bitrix24", "webhook_url": ")" +
                agency.webhook() +
                R"(", "settle_seconds": 1, "limits": {"burst": 1000, "per_second": 100}},
    "openproject": {"connector": "openproject", "base_url": ")" +
                server.url() + played->base_path() + R"(", "settings": {)" + settings + R"(}}},
  "crm": {"remote": "bitrix24"}
})");
        agency.begin();
    }
    ~Office() { server.stop(); }

    std::string unproven(const Ended& sync) const {
        for (const auto remote : sync.root()["remotes"])
            for (const auto stream : remote["streams"])
                if (text(remote["name"]) == "openproject" && text(stream["stream"]) == "entries")
                    return text(stream["unproven"]);
        FAIL("no entries of openproject were read");
        return "";
    }
    // What check says of it; "" nothing.
    std::string check() const {
        const auto said = agency.run({"check"});
        for (const auto warning : said.root()["warnings"])
            if (text(warning["message"]).find("unproven") != std::string::npos)
                return text(warning["message"]);
        return "";
    }
};

} // namespace

TEST_CASE("sync says that a reading is unproven and why, check since when, until one is proven "
          "(G49)") {
    const Office office;
    const std::vector<std::string> whole{"sync", "openproject", "--full"};
    const auto good = office.agency.run(whole);
    INFO(good.out << good.err);
    CHECK(good.code == 0);
    CHECK(office.unproven(good) == "");
    CHECK(office.check() == "");

    stand_in::control(
        *office.played, "faults",
        R"({"kind":"scale","what":"envelope","member":"total","factor":3,"count":99})");
    const auto doubtful = office.agency.run(whole);
    INFO(doubtful.out << doubtful.err);
    CHECK(doubtful.code == 0); // nobody is asked: the next whole reading tries again
    const auto why = office.unproven(doubtful);
    CHECK(why.find("the planner's total says") != std::string::npos);
    CHECK(doubtful.err.find("entries unproven: " + why) != std::string::npos);
    const auto since = office.check();
    CHECK(since.find("openproject entries: unproven since 20") == 0);
    CHECK(since.find(": " + why) != std::string::npos);
    // Reading what is new says it too: it proves nothing either.
    CHECK(office.unproven(office.agency.run({"sync", "openproject"})) == why);
    CHECK(office.check() == since);

    stand_in::control(*office.played, "faults", "", "DELETE");
    CHECK(office.unproven(office.agency.run(whole)) == "");
    CHECK(office.check() == "");
}

} // namespace hb::test
