#include <catch2/catch.hpp>
#include <filesystem>

#include "connector/trial.h"

using namespace hb;
using namespace hb::connector;

namespace {

std::vector<std::string> folders() {
    std::vector<std::string> out;
    for (const auto& each :
         std::filesystem::directory_iterator(std::string(HB_SOURCE_DIR) + "/connectors"))
        if (std::filesystem::exists(each.path() / "manifest.json"))
            out.push_back(each.path().string());
    std::sort(out.begin(), out.end());
    return out;
}

} // namespace

TEST_CASE("Every connector folder passes the conformance suite against its transcripts (S3, S4)") {
    REQUIRE_FALSE(folders().empty());
    for (const auto& path : folders()) {
        std::vector<ManifestProblem> problems;
        const auto folder = trial::load_folder(path, problems);
        for (const auto& problem : problems) UNSCOPED_INFO(to_string(problem));
        if (!folder) UNSCOPED_INFO(to_string(folder.error()));
        REQUIRE(folder.ok());
        const auto findings = try_connector(*folder);
        CHECK(findings.size() >= 8);
        for (const auto& finding : findings) {
            INFO(folder->name << ": " << finding.what << ": " << finding.detail);
            CHECK(finding.good);
        }
    }
}
