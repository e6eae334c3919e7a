#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/digest.h"
#include "case.h"

// Where each case is proven, and what it said when its test was written: a file that changes wants
// its test to be looked at again.
using namespace hb;

namespace {

struct Place {
    std::string digest; // of what is given, the steps, and what is expected
    std::string file;   // under tests/
};

const std::map<std::string, Place>& places() {
    static const std::map<std::string, Place> all{
        {"crm-emoji-titles", {"9005052246ef", "field/portal_test.cpp"}},
        {"crm-events-in-a-storm", {"6db1d3cbe39a", "web/field_test.cpp"}},
        {"crm-extra-parameter", {"daba4238a7e7", "field/portal_test.cpp"}},
        {"crm-one-503", {"e87bc941e904", "field/portal_test.cpp"}},
        {"crm-renewal-names-another-domain", {"a04b03f3e8af", "connector/field_test.cpp"}},
        {"crm-rows-are-emptied", {"c106691d1213", "field/portal_test.cpp"}},
        {"crm-run-time-used-up", {"e45e368be1a4", "field/portal_test.cpp"}},
        {"crm-slow-handler", {"fbb3504557f6", "web/field_test.cpp"}},
        {"crm-token-dies-in-a-pull", {"a2e8c74e79a0", "connector/field_test.cpp"}},
        {"crm-two-planners-shifted", {"ff4d261e3acf", "field/planners_test.cpp"}},
        {"days-adjacent-periods", {"2e8322939f52", "field/portal_test.cpp"}},
        {"days-clock-change", {"5aa86a005ce1", "field/field_test.cpp"}},
        {"days-month-border", {"0c92a4e17f5e", "field/planners_test.cpp"}},
        {"days-no-day-told", {"4be52f263c4c", "field/planners_test.cpp"}},
        {"days-offset-of-the-reader", {"bafb0ce63046", "field/field_test.cpp"}},
        {"days-typed-in-later", {"1ed4bc15b992", "field/planners_test.cpp"}},
        {"flags-exported-by-somebody", {"cdf0d4ba3c42", "field/field_test.cpp"}},
        {"flags-not-billable", {"7f6312054666", "field/field_test.cpp"}},
        {"money", {"0b99f74638d3", "field/money_test.cpp"}},
        {"paging-429-in-the-middle", {"acf360a734de", "field/field_test.cpp"}},
        {"paging-bitrix-by-id", {"0fb6cf16375c", "field/portal_test.cpp"}},
        {"paging-capped-page", {"5ec0b61ddf3c", "field/field_test.cpp"}},
        {"paging-header-zero", {"f62077563d94", "field/planners_test.cpp"}},
        {"paging-resume-and-deletions", {"e9318cbcc11a", "field/planners_test.cpp"}},
        {"paging-row-moves", {"d393645ad349", "field/hidden_test.cpp"}},
        {"paging-short-page", {"7aae2485aad0", "field/field_test.cpp"}},
        {"paging-token-dies", {"5b7309abedf7", "field/field_test.cpp"}},
        {"paging-token-repeats", {"50c53d651f5c", "field/hidden_test.cpp"}},
        {"people-switched-off", {"342813cf4815", "field/hidden_test.cpp"}},
        {"people-without-author", {"71fe6bf14b7e", "field/field_test.cpp"}},
        {"projects-archived", {"b3c932cd9000", "field/planners_test.cpp"}},
        {"tasks-not-listed", {"b74a2cb8d059", "field/planners_test.cpp"}},
        {"time-hundredths", {"d1ff5fb04cdd", "field/planners_test.cpp"}},
        {"time-iso-durations", {"dc679416295e", "field/field_test.cpp"}},
        {"time-more-than-a-day", {"5b51b9a55dd4", "field/planners_test.cpp"}},
        {"time-negative", {"1b1c167a176d", "field/field_test.cpp"}},
        {"time-of-seconds", {"e63326f0c360", "field/planners_test.cpp"}},
        {"time-still-running", {"16f8d11869c4", "field/planners_test.cpp"}},
        {"time-taken-off-by-another", {"ec8618e66f23", "field/hidden_test.cpp"}},
        {"time-without-a-task", {"2509eeefa12e", "field/field_test.cpp"}},
        {"time-without-an-end", {"e5d60ec358e6", "field/field_test.cpp"}},
        {"words-unproven", {"49566fbc1e1e", "field/planners_test.cpp"}},
    };
    return all;
}

std::string text_of(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string digest_of(const std::string& name) {
    const auto document = field::load(name);
    std::string all;
    for (const char* part : {"given", "steps", "expected", "cases"})
        if (!document.root()[part].missing()) all += document.root()[part].dump() + "\n";
    return sha256_hex(all).substr(0, 12);
}

} // namespace

TEST_CASE("Every case of the field has its place, and none is listed twice") {
    std::set<std::string> there, known;
    for (const auto& each : std::filesystem::directory_iterator(field::folder()))
        if (each.path().extension() == ".json") there.insert(each.path().stem().string());
    for (const auto& [name, place] : places()) known.insert(name);
    CHECK(there == known);
}

TEST_CASE("A case of the field that changed has a test that changed with it") {
    for (const auto& [name, place] : places()) {
        INFO(name << ": digest " << digest_of(name));
        CHECK(digest_of(name) == place.digest);
        const auto test = text_of(std::string(HB_SOURCE_DIR) + "/tests/" + place.file);
        CHECK(test.find("\"" + name + "\"") != std::string::npos);
    }
}
