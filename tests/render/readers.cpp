#include "readers.h"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "json/value.h"

namespace hb::render::test {

namespace {

// A file that is there for as long as another program reads it.
class Lent {
public:
    Lent(std::string_view bytes, const std::string& suffix) {
        static int count = 0;
        path_ =
            (std::filesystem::temp_directory_path() /
             ("hb-document-" + std::to_string(::getpid()) + "-" + std::to_string(++count) + suffix))
                .string();
        std::ofstream(path_, std::ios::binary) << bytes;
    }
    ~Lent() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::string said_by(const std::string& command) {
    FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string out;
    std::array<char, 65536> part{};
    while (const auto got = std::fread(part.data(), 1, part.size(), pipe))
        out.append(part.data(), got);
    INFO(command);
    REQUIRE(::pclose(pipe) == 0);
    return out;
}

} // namespace

std::string PdfText::all() const {
    std::string text;
    for (const std::string& page : pages) text += page;
    return text;
}

PdfText read_pdf(std::string_view pdf) {
    const Lent file(pdf, ".pdf");
    std::istringstream text(said_by("pdftotext -layout -enc UTF-8 '" + file.path() + "' - "));
    PdfText out;
    for (std::string page; std::getline(text, page, '\f');) out.pages.push_back(page);
    return out;
}

Sheet read_xlsx(std::string_view xlsx) {
    const Lent file(xlsx, ".xlsx");
    const auto told = json::Document::parse(said_by(
        "/usr/bin/python3 '" HB_SOURCE_DIR "/tests/render/read_xlsx.py' '" + file.path() + "'"));
    REQUIRE(told.ok());
    Sheet sheet;
    for (const auto row : told->root()) {
        sheet.emplace_back();
        for (const auto cell : row)
            sheet.back().push_back({std::string(cell["formula"].text_view().value_or("")),
                                    std::string(cell["value"].text_view().value_or("")),
                                    std::string(cell["kind"].text_view().value_or("")),
                                    std::string(cell["format"].text_view().value_or(""))});
    }
    return sheet;
}

} // namespace hb::render::test
