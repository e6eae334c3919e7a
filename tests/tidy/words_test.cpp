// One word per idea (the glossary of src/README.md), and none of the turns of phrase that make a
// reader stop.
#include <catch2/catch.hpp>

#include <algorithm>
#include <regex>
#include <set>

#include "base/text.h"
#include "source.h"

using namespace hb;
using namespace hb::tidy;

namespace {

struct Phrase {
    const char* pattern;
    const char* better;
};
const Phrase kPhrases[] = {
    {"\\b(stands?|stood|standing) (in|on)\\b(?! for\\b)", "is in, is on"},
    {"\\b(tells?|told|telling) of\\b", "reports, shows, names"},
    {"\\b(says?|said) of\\b", "says about, shows"},
    {"\\bwhoever\\b", "anyone who, the one who"},
    {"\\bnobody's\\b", "no one's, none"},
    {"\\bleft out:", "default:"},
    {"\\bany more\\b", "no longer"},
    {"\\bmend(s|ed|ing)?\\b(?!=)", "fix"},
    {"\\blooks? whether\\b", "check whether"},
};

// Rooms whose comments have not been gone through yet. A room leaves the list when it has been, and
// never comes back.
const std::set<std::string> kCommentsLater = {"books", "connector", "lanes"};
const std::set<std::string> kTestsLater = {"tests/app/", "tests/connector/", "tests/engine/",
                                           "tests/manifest/", "tests/web/"};

struct Text {
    std::string where;
    std::string text;
};

bool later(const std::string& path) {
    return std::any_of(kTestsLater.begin(), kTestsLater.end(),
                       [&](const auto& folder) { return path.starts_with(folder); });
}

void add(std::vector<Text>& out, const std::string& path, const std::vector<Literal>& lines) {
    for (const Literal& line : lines)
        out.push_back({path + ":" + std::to_string(line.line), line.text});
}

// Code between fences and `quotes` is not prose.
void add_page(std::vector<Text>& out, const Page& page) {
    static const std::regex quoted("`[^`]*`");
    bool fenced = false;
    int number = 0;
    for (const std::string_view line : split(page.text, '\n')) {
        ++number;
        if (line.starts_with("```")) fenced = !fenced;
        if (!fenced)
            out.push_back({page.path + ":" + std::to_string(number),
                           std::regex_replace(std::string(line), quoted, "``")});
    }
}

std::vector<Text> pages() {
    std::vector<Text> out;
    for (const Page& page : read_pages(HB_SOURCE_DIR, {".md"}))
        if (!page.path.starts_with("tests/")) add_page(out, page);
    return out;
}

// Pages, scripts, comments, texts and the names of tests.
std::vector<Text> prose() {
    std::vector<Text> out = pages();
    for (const Page& page : read_pages(HB_SOURCE_DIR, {".cmake", ".scenario", ".service"}))
        add_page(out, page);
    for (const Source& source : read_all(HB_SOURCE_DIR)) {
        if (source.in("tests/tidy/") || later(source.path)) continue;
        const std::string room = source.room();
        if (!kCommentsLater.contains(room)) add(out, source.path, source.comments);
        if (source.in("src/")) add(out, source.path, source.literals);
        if (source.in("tests/"))
            for (const auto& name :
                 test_names(read_file(std::string(HB_SOURCE_DIR) + "/" + source.path)))
                out.push_back({source.path, name});
    }
    return out;
}

// "is in, is on" for a phrase that has a better one, "" for a good text.
std::string better_for(const std::string& text) {
    static const std::vector<std::pair<std::regex, const char*>> phrases = [] {
        std::vector<std::pair<std::regex, const char*>> out;
        for (const Phrase& phrase : kPhrases)
            out.emplace_back(std::regex(phrase.pattern, std::regex::icase), phrase.better);
        return out;
    }();
    static const std::regex any("stand|stood|tell|told|said|says? of|whoever|nobody|left out|any "
                                "more|mend|whether",
                                std::regex::icase);
    if (text == "mended" || !std::regex_search(text, any)) return ""; // a member of an answer
    for (const auto& [pattern, better] : phrases)
        if (std::regex_search(text, pattern)) return better;
    return "";
}

struct Word {
    std::string word, meaning, other;
};

std::vector<Word> glossary(const std::string& page) {
    std::vector<Word> out;
    const std::size_t begin = page.find("## 6. Glossary");
    if (begin == std::string::npos) return out;
    for (const std::string_view line : split(std::string_view(page).substr(begin), '\n')) {
        const auto cells = split(line, '|');
        if (cells.size() != 5 || trim(cells[1]) == "word" || trim(cells[1]).starts_with("-"))
            continue;
        out.push_back({std::string(trim(cells[1])), std::string(trim(cells[2])),
                       std::string(trim(cells[3]))});
    }
    return out;
}

// The words of a column that are in bold.
std::vector<std::string> banned(const std::vector<Word>& words) {
    std::vector<std::string> out;
    static const std::regex bold(R"(\*\*([^*]+)\*\*)");
    for (const Word& word : words)
        for (std::sregex_iterator hit(word.other.begin(), word.other.end(), bold), end; hit != end;
             ++hit)
            out.push_back((*hit)[1].str());
    return out;
}

bool has_word(const std::string& text, const std::string& word) {
    return std::regex_search(text, std::regex("\\b" + word + "s?\\b", std::regex::icase));
}

// Words of a glossary that are in none of `used`, and words in bold that are.
std::string judge(const std::vector<Word>& words, const std::vector<Text>& used) {
    std::string wrong, all;
    std::set<std::string> seen;
    for (const Text& text : used) all += text.text + "\n";
    all = fold_case(all);
    for (const Word& word : words)
        for (const std::string_view part : split(word.word, ',')) {
            const std::string one(trim(part));
            if (!seen.insert(one).second) wrong += one + ": twice in the glossary\n";
            if (all.find(one) == std::string::npos) wrong += one + ": used nowhere\n";
        }
    for (const std::string& word : banned(words))
        for (const Text& text : used)
            if (has_word(text.text, word)) wrong += text.where + ": \"" + word + "\"\n";
    return wrong;
}

std::string rooms_page() {
    return read_file(std::string(HB_SOURCE_DIR) + "/src/README.md");
}

} // namespace

TEST_CASE("pages, comments and texts have none of the phrases that make a reader stop") {
    std::string wrong;
    const std::vector<Text> all = prose();
    CHECK(all.size() > 5000);
    for (const Text& text : all)
        if (const std::string better = better_for(text.text); !better.empty())
            wrong += text.where + ": " + text.text.substr(0, 100) + " -> " + better + "\n";
    CHECK(wrong == "");
}

TEST_CASE("each phrase that makes a reader stop is found, and its innocent twin is not") {
    for (const char* text : {"what stands in the file", "It stood on report 3",
                             "two planners tell of it", "told of a payment", "what they say of it",
                             "Whoever asks", "that is nobody's", "left out: all", "not any more",
                             "fix or mend it", "mended by hand", "look whether it is there"}) {
        INFO(text);
        CHECK(better_for(text) != "");
    }
    for (const char* text : {"a stand-in for a planner", "it stands in for one", "tell the client",
                             "they say so", "nobody knows", "it is left out", "any money",
                             "recommended", "whether it is there", "standby mended="}) {
        INFO(text);
        CHECK(better_for(text) == "");
    }
}

TEST_CASE("each word of the glossary is used, none twice, and its banned synonyms are not") {
    const auto words = glossary(rooms_page());
    CHECK(words.size() > 40);
    CHECK(banned(words).size() >= 4);
    std::vector<Text> used;
    for (const Source& source : read_all(HB_SOURCE_DIR))
        if (source.in("src/") && !source.in("src/sandbox/")) {
            add(used, source.path, source.comments);
            add(used, source.path, source.literals);
        }
    // The texts of what vendors call it are theirs.
    std::erase_if(used, [](const Text& text) {
        return text.where.starts_with("src/connector/") || text.text.starts_with("/");
    });
    for (Text& page : pages())
        if (!page.where.starts_with("connectors/") && !page.where.starts_with("src/README.md") &&
            !page.where.starts_with("src/sandbox/"))
            used.push_back(std::move(page));
    CHECK(judge(words, used) == "");
}

TEST_CASE("a word of the glossary that nobody uses, one that is there twice, and a banned one are "
          "found") {
    const std::string page = "## 6. Glossary\n| word | meaning | not |\n|---|---|---|\n"
                             "| client | whose time it is | **customer**, owner |\n"
                             "| quux | unused | |\n| client | again | |\n";
    const auto words = glossary(page);
    REQUIRE(words.size() == 3);
    const std::string wrong = judge(words, {{"x.cpp:1", "the customer of this client"}});
    CHECK(wrong == "quux: used nowhere\nclient: twice in the glossary\nx.cpp:1: \"customer\"\n");
}
