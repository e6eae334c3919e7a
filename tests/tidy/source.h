#pragma once

#include <string>
#include <string_view>
#include <vector>

// C++ text, read as far as the tidy rules need it.
namespace hb::tidy {

struct Literal {
    int line = 0;
    std::string text;
};

struct Include {
    int line = 0;
    std::string name; // without its quotes or brackets
    bool angled = false;
};

struct Source {
    std::string path; // "src/domain/money.cpp"
    std::string code; // comments, string and character literals are blanks; lines stay lines
    std::vector<Literal> literals;
    std::vector<Literal> comments; // without their slashes; a line each
    std::vector<Include> includes;

    bool is_header() const { return path.ends_with(".h"); }
    bool in(std::string_view folder) const { return path.starts_with(folder); }
    std::string room() const; // "domain" for src/domain/…, "" elsewhere
    int line_of(std::size_t offset) const;
};

Source read_source(std::string path, std::string_view text);
// The names of the tests of a source: literals that follow each other behind the macro.
std::vector<std::string> test_names(std::string_view text);
// Every .h and .cpp below src/ and tests/ of the project.
std::vector<Source> read_all(const std::string& project);

struct Page {
    std::string path;
    std::string text;
};
// The pages, scripts, scenarios and migrations of the project: files that end in one of `endings`.
std::vector<Page> read_pages(const std::string& project, const std::vector<std::string>& endings);

std::string read_file(const std::string& path);

} // namespace hb::tidy
