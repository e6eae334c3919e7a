#include <catch2/catch.hpp>

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "app/program.h"

// Root runs a command in a data directory that belongs to the service's user.
using namespace hb;
using namespace hb::test;
namespace fs = std::filesystem;

namespace {

constexpr uid_t kNobody = 65534;

uid_t owner_of(const fs::path& path) {
    struct stat about {};
    REQUIRE(lstat(path.c_str(), &about) == 0);
    return about.st_uid;
}

} // namespace

TEST_CASE(
    "what root makes in a data directory of another user belongs to that user, and no link leads "
    "root out of it (S2)") {
    if (geteuid() != 0) {
        WARN("only root can try this");
        return;
    }
    const Agency agency;
    agency.configure();
    fs::permissions(agency.folder.path(""), fs::perms(0755));
    agency.folder.write("victim", "precious");
    const std::string data = agency.folder.path("data");
    fs::create_directory(data);
    fs::create_symlink(agency.folder.path("victim"), data + "/secret.key.part");
    fs::create_symlink(agency.folder.path("victim"), data + "/secret.key");
    REQUIRE(lchown(data.c_str(), kNobody, kNobody) == 0);
    fs::permissions(data, fs::perms(0700));

    // The link in place of the key leads to root's file, which nobody may not read.
    fs::permissions(agency.folder.path("victim"), fs::perms(0600));
    const auto refused = agency.run({"sync"});
    CHECK(refused.code == 5);
    fs::remove(data + "/secret.key");

    const auto synced = agency.run({"sync"});
    INFO(synced.out << synced.err);
    CHECK(synced.code == 0);
    CHECK(agency.folder.read("victim") == "precious");
    int files = 0;
    for (const auto& file : fs::recursive_directory_iterator(data)) {
        INFO(file.path());
        CHECK(owner_of(file.path()) == kNobody);
        CHECK_FALSE(file.is_symlink());
        ++files;
    }
    CHECK(files >= 3); // the books, the lock, the key
    // Where root owns the directory root stays root.
    REQUIRE(chown(data.c_str(), 0, 0) == 0);
    CHECK(agency.run({"report", "list"}).code == 0);
}

TEST_CASE(
    "check says what other users of the machine may read or change, with the command against it "
    "(S8)") {
    const Agency agency;
    agency.begin();
    const auto warned = [&](const std::string& words) {
        const auto checked = agency.run({"check"});
        return checked.err.find(words) != std::string::npos;
    };
    const std::string config = agency.folder.path("hourbridge.json");
    const std::string data = agency.folder.path("data"), books = data + "/hourbridge.db";
    CHECK_FALSE(warned("its mode is"));
    CHECK_FALSE(warned("without TLS"));
    for (const auto& [path, mode] :
         {std::pair{config, 0644}, {config, 0620}, {data, 0755}, {data, 0710}, {books, 0640}}) {
        const auto good = fs::status(path).permissions();
        fs::permissions(path, static_cast<fs::perms>(mode));
        INFO(path << " " << mode);
        CHECK(warned("chmod " + std::string(path == data ? "700 " : "600 ") + path));
        fs::permissions(path, good);
    }
    CHECK_FALSE(warned("its mode is"));
    agency.configure(R"("public_url": "http://hours.example",)");
    CHECK(warned("links to reports go out without TLS"));

    // Without a secret in it a configuration may be read, and not be changed, by others.
    agency.folder.write("plain.json",
                        R"({"data_dir": "plain", "remotes": {"bitrix24": {"connector": "bitrix24",
                            "webhook_url": {"env": "HB_TEST_HOOK"}}}})");
    const std::string plain = agency.folder.path("plain.json");
    const auto judged = [&](int mode) {
        fs::permissions(plain, static_cast<fs::perms>(mode));
        const auto checked =
            agency.folder.run({"check", "--config", plain},
                              {{"HB_TEST_HOOK", agency.server->url() + "/rest/1/abcdefghij/"}});
        INFO(checked.out << checked.err);
        return (checked.out + checked.err).find("chmod 644 " + plain) != std::string::npos;
    };
    CHECK_FALSE(judged(0644));
    CHECK(judged(0664));
    CHECK(judged(0646));
}

TEST_CASE("check says where the first start may not make the key of the links") {
    if (geteuid() != 0) {
        WARN("only root can try this");
        return;
    }
    const Agency agency;
    fs::permissions(agency.folder.path(""), fs::perms(0755));
    const std::string data = agency.folder.path("data"), made = agency.folder.path("etc");
    fs::create_directory(data);
    fs::create_directory(made);
    REQUIRE(lchown(data.c_str(), kNobody, kNobody) == 0);
    fs::permissions(data, fs::perms(0700));
    const auto warned = [&](const std::string& place) {
        agency.configure(R"("secret_key": {"file": ")" + place + R"("},)");
        const auto checked = agency.run({"check"});
        INFO(checked.out << checked.err);
        return checked.err.find("the key of clients' links is not there yet") != std::string::npos;
    };
    CHECK(warned(made + "/secret.key"));
    CHECK(warned(made + "/data/secret.key"));
    CHECK_FALSE(warned(data + "/secret.key"));
    CHECK_FALSE(warned(data + "/keys/secret.key"));
    REQUIRE(lchown(made.c_str(), kNobody, kNobody) == 0);
    CHECK_FALSE(warned(made + "/secret.key"));
    CHECK_FALSE(fs::exists(made + "/secret.key"));
}

TEST_CASE("init --force leaves a file that others could read to its owner alone") {
    const Folder folder;
    folder.write("hourbridge.json", "{}");
    fs::permissions(folder.path("hourbridge.json"), fs::perms(0666));
    CHECK(folder.run({"init", "--force", "--config", folder.path("hourbridge.json")}).code == 0);
    CHECK(fs::status(folder.path("hourbridge.json")).permissions() == fs::perms(0600));
}
