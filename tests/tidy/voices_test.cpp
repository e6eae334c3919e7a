// Each row of the catalogue (src/voices) has a code of its own, and somebody says it.
#include <catch2/catch.hpp>

#include <map>
#include <regex>
#include <set>

#include "source.h"

using namespace hb;
using namespace hb::tidy;

namespace {

struct Row {
    std::string name, code, place;
};

std::vector<Row> rows_of(const Source& source) {
    static const std::regex row(R"(inline constexpr Text (k\w+)\s*=)");
    std::vector<Row> out;
    for (std::sregex_iterator hit(source.code.begin(), source.code.end(), row), end; hit != end;
         ++hit) {
        const int line = source.line_of(static_cast<std::size_t>(hit->position()));
        std::string code;
        for (const auto& literal : source.literals)
            if (code.empty() && literal.line >= line) code = literal.text;
        out.push_back({(*hit)[1].str(), code, source.path + ":" + std::to_string(line)});
    }
    return out;
}

std::string wrong_rows(const std::vector<Source>& all) {
    std::string wrong;
    std::map<std::string, std::string> codes;
    std::vector<Row> rows;
    std::set<std::string> said;
    static const std::regex use(R"(::\s*(k[A-Z]\w+))");
    for (const auto& source : all) {
        if (source.path.starts_with("src/voices/") && source.is_header()) {
            for (auto& row : rows_of(source)) rows.push_back(row);
            continue;
        }
        if (!source.path.starts_with("src/")) continue;
        for (std::sregex_iterator hit(source.code.begin(), source.code.end(), use), end; hit != end;
             ++hit)
            said.insert((*hit)[1].str());
    }
    for (const auto& row : rows) {
        if (const auto [at, fresh] = codes.emplace(row.code, row.place); !fresh)
            wrong += row.place + ": the code of " + at->second + "\n";
        if (!said.contains(row.name)) wrong += row.place + ": nobody says " + row.name + "\n";
    }
    return wrong;
}

} // namespace

TEST_CASE("each message of the catalogue has a code of its own and is said somewhere") {
    const auto all = read_all(HB_SOURCE_DIR);
    CHECK(wrong_rows(all) == "");
    std::size_t rows = 0;
    for (const auto& source : all)
        if (source.path.starts_with("src/voices/")) rows += rows_of(source).size();
    CHECK(rows > 50); // it reads what it judges

    const auto row = [](const char* name, const char* code) {
        return std::string("inline constexpr Text ") + name + " = text({\"" + code +
               "\", \"a\", \"б\"});\n";
    };
    const auto catalogue =
        read_source("src/voices/x.h", row("kOne", "x.one") + row("kTwo", "x.one"));
    const auto user = read_source("src/books/x.cpp", "auto a = say<words::kOne>();\n");
    CHECK(wrong_rows({catalogue, user}) == "src/voices/x.h:2: the code of src/voices/x.h:1\n"
                                           "src/voices/x.h:2: nobody says kTwo\n");
}
