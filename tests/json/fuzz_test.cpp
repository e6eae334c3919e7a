// Texts that are slightly wrong, in many random ways. What the parser takes is judged by a second,
// slow and simple reading of RFC 8259.

#include <cstdlib>
#include <iostream>
#include <random>

#include <catch2/catch.hpp>

#include "base/text.h"
#include "json/equal.h"
#include "json/value.h"

using namespace hb;
using namespace hb::json;

namespace {

class Grammar {
public:
    explicit Grammar(std::string_view text) : rest_(text) {}
    bool whole() {
        space();
        return value(1) && (space(), rest_.empty());
    }

private:
    bool take(std::string_view wanted) {
        if (rest_.substr(0, wanted.size()) != wanted) return false;
        rest_.remove_prefix(wanted.size());
        return true;
    }
    bool at(std::string_view any) const {
        return !rest_.empty() && any.find(rest_[0]) != std::string_view::npos;
    }
    void space() {
        while (at(" \t\r\n")) rest_.remove_prefix(1);
    }
    bool digits() {
        const std::size_t before = rest_.size();
        while (at("0123456789")) rest_.remove_prefix(1);
        return rest_.size() < before;
    }
    bool number() {
        take("-");
        if (!take("0") && !digits()) return false;
        if (take(".") && !digits()) return false;
        if (!take("e") && !take("E")) return true;
        if (!take("+")) take("-");
        return digits();
    }
    int hex4() {
        if (rest_.size() < 4) return -1;
        const std::string four(rest_.substr(0, 4));
        if (four.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return -1;
        rest_.remove_prefix(4);
        return std::stoi(four, nullptr, 16);
    }
    bool escape() {
        if (at("\"\\/bfnrt")) return rest_.remove_prefix(1), true;
        if (!take("u")) return false;
        const int first = hex4();
        if (first < 0 || (first >= 0xDC00 && first <= 0xDFFF)) return false;
        if (first < 0xD800 || first > 0xDBFF) return true;
        if (!take("\\u")) return false;
        const int second = hex4();
        return second >= 0xDC00 && second <= 0xDFFF;
    }
    bool string() {
        if (!take("\"")) return false;
        while (!rest_.empty()) {
            if (take("\"")) return true;
            if (take("\\")) {
                if (!escape()) return false;
            } else {
                if (static_cast<unsigned char>(rest_[0]) < 0x20) return false;
                rest_.remove_prefix(1);
            }
        }
        return false;
    }
    bool member(int depth) {
        space();
        if (!string()) return false;
        space();
        return take(":") && value(depth);
    }
    bool container(std::string_view close, int depth) {
        if (depth > 64) return false;
        space();
        if (take(close)) return true;
        do {
            if (!(close == "}" ? member(depth + 1) : value(depth + 1))) return false;
            space();
        } while (take(","));
        return take(close);
    }
    bool value(int depth) {
        space();
        if (take("null") || take("true") || take("false")) return true;
        if (take("[")) return container("]", depth);
        if (take("{")) return container("}", depth);
        return at("\"") ? string() : number();
    }

    std::string_view rest_;
};

bool is_json(std::string_view text) {
    return is_utf8(text) && Grammar(text).whole();
}

const std::vector<std::string> kSeeds = {
    R"({"result":[{"ID":"7","TASK_ID":691,"SECONDS":"3600","x":null,"t":true,"f":-1.5e-3}]})",
    R"([[[[]]],{"a":{"b":{"c":[1,2,3]}}},"",0,-0,1e5,false])",
    R"({"k\"e\\y":"\u0041\ud83d\ude00\/\b\n","Ключ":"значение 😀"," ":[" "]})",
    R"({"a":1,"a":2,"b":[{},[],{"":""}]} )",
};
const std::vector<std::string> kBits = {
    "\"", "\\",  "{",       "}",       "[",    "]",    ",",    ":",       "0",           "-",   ".",
    "e",  "\\u", "\\ud83d", "\n",      "\x01", "\xFF", "\xD0", "null",    "true",        "1e9", " ",
    "/*", "//",  "NaN",     "\\udc00", "+",    "00",   "[[",   "{\"a\":", "\xED\xA0\x80"};

std::string mutate(std::string text, std::mt19937& random) {
    const auto below = [&](std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
    };
    for (std::size_t times = 1 + below(4); times > 0; --times) {
        const std::size_t at = below(text.size() + 1);
        switch (below(5)) {
        case 0:
            text.erase(at, 1 + below(3));
            break;
        case 1:
            text.insert(at, kBits[below(kBits.size())]);
            break;
        case 2:
            text.insert(at, text.substr(below(text.size() + 1), below(20)));
            break;
        case 3:
            text.resize(at);
            break;
        default:
            if (at < text.size()) text[at] = static_cast<char>(below(256));
        }
    }
    return text;
}

// Reads everything there is, so that a sanitizer sees each access.
std::size_t walk(const Value& value) {
    std::size_t seen = 1 + value.key().size() + value.path().size();
    seen += value.integer().ok() + value.text().ok() + value.flag().ok() + value.decimal().ok();
    for (const Value& child : value) seen += walk(child);
    return seen;
}

std::string judge(const std::string& text) {
    const auto parsed = Document::parse(text);
    const bool valid = is_json(text);
    if (!parsed) {
        const bool too_large = parsed.error().message.find("number too large") != std::string::npos;
        return valid && !too_large ? "refused: " + parsed.error().message : "";
    }
    if (!valid) return "accepted, but it is not JSON";
    if (walk(parsed->root()) == 0) return "read as nothing";
    const auto again = Document::parse(parsed->root().dump());
    if (!again) return "its dump is refused: " + again.error().message;
    return equal(parsed->root(), again->root()) ? "" : "its dump reads differently";
}

} // namespace

TEST_CASE("mutated texts are refused or read as RFC 8259 says, and never crash") {
    const char* given = std::getenv("HB_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
    std::cout << "json fuzz seed: HB_SEED=" << seed << "\n";
    std::mt19937 random(seed);
    int accepted = 0;
    for (int i = 0; i < 20000; ++i) {
        const std::string text =
            mutate(kSeeds[static_cast<std::size_t>(i) % kSeeds.size()], random);
        const std::string verdict = judge(text);
        if (verdict.empty()) {
            accepted += is_json(text) ? 1 : 0;
            continue;
        }
        INFO("seed " << seed << ", text: " << text);
        REQUIRE(verdict == "");
    }
    CHECK(accepted > 100);
    CHECK(accepted < 19000);
}

TEST_CASE("mutated texts never crash the reading of edited files either") {
    std::mt19937 random(20260305);
    const std::string seed = "// c\n{\n \"a\": [1, 2,], /* x */\n \"b\": {\"c\": \"d\",},\n}\n";
    int accepted = 0;
    for (int i = 0; i < 10000; ++i) {
        const auto parsed =
            Document::parse(mutate(seed, random), {.comments = true, .unique_keys = true});
        if (!parsed) continue;
        ++accepted;
        REQUIRE(walk(parsed->root()) > 0);
        REQUIRE(is_json(parsed->root().dump()));
    }
    CHECK(accepted > 100);
}
