#pragma once

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "app/config.h"

// What the tests of the configuration share: a folder and variables for the length of a test, and
// one good file to be broken.
namespace hb::app::test {

// A folder of its own for each test, gone with it.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "hbcfgXXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() {
        std::error_code trouble;
        std::filesystem::remove_all(path, trouble);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path / name, std::ios::binary) << text;
        return (path / name).string();
    }
    std::string hide(std::string text) const { // the folder's name differs from run to run
        const std::string mine = path.string();
        for (std::size_t at = text.find(mine); at != std::string::npos; at = text.find(mine, at))
            text.replace(at, mine.size(), "DIR");
        return text;
    }
    std::filesystem::path path;
};

// An environment variable for the length of a test.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
    ~Variable() { unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    const char* name_;
};

inline std::string show(const std::vector<mapping::FileProblem>& problems) {
    std::string out;
    for (const mapping::FileProblem& each : problems) out += to_string(each) + "\n";
    return out;
}

inline std::optional<app::Config> load(const Folder& folder, const std::string& text,
                                       std::string& problems) {
    std::vector<mapping::FileProblem> found;
    auto config = app::load_config(folder.write("hb.json", text), found);
    problems = folder.hide(show(found));
    CHECK(config.has_value() == found.empty());
    return config;
}

inline app::Config must_load(const Folder& folder, const std::string& text) {
    std::string problems;
    auto config = load(folder, text, problems);
    INFO(problems);
    REQUIRE(config);
    return std::move(*config);
}

inline std::string problems_of(const std::string& text) {
    const Folder folder;
    std::string problems;
    load(folder, text, problems);
    return problems;
}

inline const char* const kGood = R"({
"data_dir": "data",
"listen": "127.0.0.1:8480",
"public_url": "https://reports.example.com/",
"time_zone": "Europe/Minsk",
"locale": "ru",
"remotes": {
"b24": {"connector": "bitrix24",
"webhook_url": "https://acme.bitrix24.by/rest/1/s3cr3tt0ken/",
"application_token": "s3cr3tt0ken",
"hook_secret": "s3cr3tt0ken-s3cr3tt0ken",
"limits": {"burst": 50, "per_second": 2.5, "operating_seconds": 300},
"timeouts": {"connect_ms": 5000, "total_ms": 65000},
"settle_seconds": 90,
"pull": {"every_minutes": 5, "window_days": 62, "reconcile_at": "03:30"}}
},
"crm": {"remote": "b24",
"deal": {"create": "on_agree", "category_id": 9, "stage_new": "C9:NEW"},
"task_marks": {"paid_field": "UF_PAID", "report_field": "UF_REPORT"}},
"payment": {"evidence": ["payment", "deal_won"], "tolerance_minor": 5},
"billing": {"nonbillable": [{"tag": "bug", "reason": "bug"}], "late_policy": "write_off"},
"secret_key": "s3cr3tt0ken-s3cr3tt0ken",
"log": {"level": "info", "format": "text"}
}
)";

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    INFO(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

} // namespace hb::app::test
