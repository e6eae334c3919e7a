#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "base/digest.h"
#include "base/files.h"

using namespace hb;
namespace fs = std::filesystem;

namespace {

struct Folder {
    Folder() {
        std::string name = (fs::temp_directory_path() / "hbfilesXXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() {
        std::error_code trouble;
        fs::remove_all(path, trouble);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string operator/(const std::string& name) const { return path + "/" + name; }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path + "/" + name, std::ios::binary) << text;
    }
    std::string read(const std::string& name) const {
        std::ifstream in(path + "/" + name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    std::string path;
};

} // namespace

TEST_CASE("a name that comes from data stays beneath its folder or is refused") {
    for (const char* good : {"a.pdf", "2026-0001/7-act.pdf", "x..y", "\xD0\x90/\xD0\xB1.pdf"})
        CHECK(stays_beneath(good));
    for (const std::string bad : {"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b",
                                  "a/b/c", ".a", "a/.b", "a\\b", "./a"})
        CHECK_FALSE(stays_beneath(bad));
    CHECK_FALSE(stays_beneath(std::string("a\0b", 3)));
    CHECK_FALSE(stays_beneath(std::string(256, 'a')));

    const Folder folder;
    folder.write("secret", "s");
    fs::create_directories(folder / "inner");
    for (const char* bad : {"../secret", "/etc/hostname", ""}) {
        CHECK(sha256_beneath(folder / "inner", bad).error().code == Code::Machine);
        CHECK(read_beneath(folder / "inner", bad, 100).error().code == Code::Machine);
        CHECK(copy_beneath(folder / "inner", folder / "other", bad).error().code == Code::Machine);
    }
    CHECK_FALSE(fs::exists(folder / "other"));
}

TEST_CASE("beneath a folder no link is followed, neither to read nor to write") {
    const Folder folder;
    for (const char* name : {"from/n", "to", "elsewhere"}) fs::create_directories(folder / name);
    folder.write("from/n/a", "text");
    CHECK(copy_beneath(folder / "from", folder / "to", "n/a").ok());
    CHECK(folder.read("to/n/a") == "text");
    CHECK(*sha256_beneath(folder / "to", "n/a") == sha256_hex("text"));
    CHECK(*read_beneath(folder / "to", "n/a", 4) == "text");
    CHECK_FALSE(read_beneath(folder / "to", "n/a", 3).ok());
    CHECK((fs::status(folder / "to/n").permissions() & fs::perms::others_all) == fs::perms::none);

    fs::create_symlink(folder / "elsewhere", folder / "to/m");
    fs::create_directories(folder / "from/m");
    folder.write("from/m/a", "text");
    CHECK_FALSE(copy_beneath(folder / "from", folder / "to", "m/a").ok());
    CHECK(fs::is_empty(folder / "elsewhere"));
    fs::create_symlink(folder / "from/n/a", folder / "from/n/b");
    CHECK_FALSE(sha256_beneath(folder / "from", "n/b").ok());
    CHECK_FALSE(copy_beneath(folder / "from", folder / "to", "n/b").ok());
}

TEST_CASE(
    "a link that lies where a draft is written is not followed (root runs a command in a folder of "
    "another user)") {
    const Folder folder;
    folder.write("victim", "precious");
    folder.write("source", "text");
    fs::create_symlink(folder / "victim", folder / "key.part");
    CHECK(write_whole_file(folder / "key", "new").ok());
    CHECK(folder.read("key") == "new");
    CHECK(folder.read("victim") == "precious");
    fs::create_symlink(folder / "victim", folder / "copy.part");
    CHECK(copy_file(folder / "source", folder / "copy").ok());
    CHECK(folder.read("copy") == "text");
    CHECK(folder.read("victim") == "precious");
    // The name itself may be a link: it is replaced, not followed.
    fs::create_symlink(folder / "victim", folder / "link");
    CHECK(write_whole_file(folder / "link", "new").ok());
    CHECK(folder.read("victim") == "precious");
    CHECK_FALSE(fs::is_symlink(folder / "link"));
}
