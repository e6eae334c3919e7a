#include "source.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

#include "base/text.h"

namespace hb::tidy {

namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Blanks what is not code, and notes the literals.
class Reader {
public:
    Reader(std::string_view text, Source& out) : text_(text), out_(out) { out_.code = text; }

    void read() {
        while (at_ < text_.size()) {
            if (starts("//"))
                comment("\n", 0);
            else if (starts("/*"))
                comment("*/", 2);
            else if (text_[at_] == '"' && is_raw())
                raw_string();
            else if (text_[at_] == '"')
                quoted('"');
            else if (text_[at_] == '\'' && !is_digit_separator())
                quoted('\'');
            else
                next();
        }
    }

private:
    bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    void next() {
        if (text_[at_] == '\n') ++line_;
        ++at_;
    }
    void blank() {
        if (text_[at_] != '\n') out_.code[at_] = ' ';
        next();
    }
    // `more` characters of the end are blanked too.
    void blank_until(std::string_view end, std::size_t more) {
        const std::size_t found = text_.find(end, at_ + (more > 0 ? 2 : 0));
        const std::size_t stop = found == std::string_view::npos ? text_.size() : found + more;
        while (at_ < stop) blank();
    }
    void comment(std::string_view end, std::size_t more) {
        const std::size_t from = at_;
        int line = line_;
        blank_until(end, more);
        for (const std::string_view part : split(text_.substr(from, at_ - from), '\n'))
            out_.comments.push_back(
                {line++,
                 std::string(part.substr(part.find_first_not_of("/* ") == std::string_view::npos
                                             ? part.size()
                                             : part.find_first_not_of("/* ")))});
    }
    bool is_raw() const {
        return at_ > 0 && text_[at_ - 1] == 'R' &&
               (at_ < 2 || !is_word(text_[at_ - 2]) || text_[at_ - 2] == '8');
    }
    bool is_digit_separator() const { return at_ > 0 && is_word(text_[at_ - 1]); }

    void raw_string() {
        const int line = line_;
        const std::size_t open = text_.find('(', at_);
        const std::string end = ")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"";
        const std::size_t close = std::min(text_.find(end, open), text_.size());
        out_.literals.push_back({line, std::string(text_.substr(open + 1, close - open - 1))});
        const std::size_t stop = std::min(close + end.size(), text_.size());
        while (at_ < stop) blank();
    }

    void quoted(char quote) {
        const int line = line_;
        std::string inside;
        blank();
        while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
                inside += text_[at_];
                blank();
            }
            inside += text_[at_];
            blank();
        }
        if (at_ < text_.size() && text_[at_] == quote) blank();
        if (quote == '"') out_.literals.push_back({line, inside});
    }

    std::string_view text_;
    Source& out_;
    std::size_t at_ = 0;
    int line_ = 1;
};

void read_includes(std::string_view text, Source& out) {
    int number = 0;
    for (std::string_view line : split(text, '\n')) {
        ++number;
        line = trim(line);
        if (!line.starts_with("#include")) continue;
        line = trim(line.substr(8));
        if (line.empty()) continue;
        const bool angled = line.front() == '<';
        const std::size_t end = line.find(angled ? '>' : '"', 1);
        out.includes.push_back({number, std::string(line.substr(1, end - 1)), angled});
    }
}

} // namespace

std::string Source::room() const {
    if (!in("src/")) return {};
    const std::size_t end = path.find('/', 4);
    return end == std::string::npos ? "" : path.substr(4, end - 4);
}

int Source::line_of(std::size_t offset) const {
    return 1 + static_cast<int>(std::count(
                   code.begin(), code.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

Source read_source(std::string path, std::string_view text) {
    Source source;
    source.path = std::move(path);
    Reader(text, source).read();
    read_includes(text, source);
    return source;
}

std::vector<std::string> test_names(std::string_view source) {
    std::vector<std::string> out;
    static const std::string macro = "TEST_CASE(";
    for (auto at = source.find(macro); at != std::string::npos; at = source.find(macro, at)) {
        at += macro.size();
        std::string name;
        bool inside = false;
        for (; at < source.size(); ++at) {
            const char c = source[at];
            if (c == '"')
                inside = !inside;
            else if (inside)
                name += c;
            else if (c == ')' || c == ',')
                break;
        }
        out.push_back(name);
    }
    return out;
}

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<Page> read_pages(const std::string& project, const std::vector<std::string>& endings) {
    namespace fs = std::filesystem;
    std::vector<Page> all;
    const auto wanted = [&](const fs::path& path) {
        return std::find(endings.begin(), endings.end(), path.extension().string()) !=
               endings.end();
    };
    const auto take = [&](const fs::path& path) {
        const std::string name = path.lexically_relative(project).string();
        all.push_back({name, read_file(path.string())});
    };
    for (const char* folder :
         {".ci", "cmake", "connectors", "docs", "mappings", "packaging", "scripts", "src", "tests"})
        for (auto file = fs::recursive_directory_iterator(project + "/" + folder);
             file != fs::recursive_directory_iterator(); ++file) {
            const std::string name = file->path().filename().string();
            if (name == "node_modules" || name == "vendor") file.disable_recursion_pending();
            if (file->is_regular_file() && wanted(file->path())) take(file->path());
        }
    for (const auto& file : fs::directory_iterator(project))
        if (file.is_regular_file() && wanted(file.path())) take(file.path());
    std::sort(all.begin(), all.end(), [](const Page& a, const Page& b) { return a.path < b.path; });
    return all;
}

std::vector<Source> read_all(const std::string& project) {
    namespace fs = std::filesystem;
    std::vector<Source> all;
    for (const char* folder : {"src", "tests"})
        for (const auto& file : fs::recursive_directory_iterator(
                 project + "/" + folder, fs::directory_options::follow_directory_symlink)) {
            const std::string ending = file.path().extension().string();
            if (ending != ".h" && ending != ".cpp") continue;
            if (file.path().string().find("/node_modules/") != std::string::npos) continue;
            std::ifstream stream(file.path());
            const std::string text{std::istreambuf_iterator<char>(stream), {}};
            all.push_back(
                read_source(fs::path(file.path()).lexically_relative(project).string(), text));
        }
    std::sort(all.begin(), all.end(),
              [](const Source& a, const Source& b) { return a.path < b.path; });
    return all;
}

} // namespace hb::tidy
