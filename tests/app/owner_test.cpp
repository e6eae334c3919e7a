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
