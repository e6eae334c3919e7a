// RapidJSON asserts where it is misused; here that must never end the program.
#define RAPIDJSON_ASSERT(holds) ::hb::ensure((holds), "RapidJSON: " #holds)

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/ensure.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "base/limits.h"
#include "base/text.h"
#include "json/syntax.h"
#include "json/tree.h"

namespace hb::json {

namespace {

namespace rj = rapidjson;

// Builds the tree from the reader's events. A refusal of ours is in `refusal`.
class Builder : public rj::BaseReaderHandler<rj::UTF8<>, Builder> {
public:
    Builder(Tree& tree, const rj::MemoryStream& stream, const ParseOptions& options,
            bool has_escapes)
        : tree_(tree), stream_(stream), depth_max_(std::min(options.depth_max, kDepthHardMax)),
          unique_keys_(options.unique_keys), has_escapes_(has_escapes) {}

    bool Null() { return add(Kind::Null); }
    bool Bool(bool value) {
        if (!add(Kind::Bool)) return false;
        tree_.nodes.back().truth = value;
        return true;
    }
    bool RawNumber(const char* text, rj::SizeType length, bool) {
        return add_text(Kind::Number, std::string_view(text, length));
    }
    bool String(const char* text, rj::SizeType length, bool) {
        const std::string_view view(text, length);
        return is_text(view) && add_text(Kind::String, view);
    }
    bool Key(const char* text, rj::SizeType length, bool) {
        const std::string_view view(text, length);
        if (!is_text(view)) return false;
        key_ = keep(view);
        key_length_ = length;
        return true;
    }
    bool StartObject() { return open(Kind::Object); }
    bool StartArray() { return open(Kind::Array); }
    bool EndObject(rj::SizeType) { return (!unique_keys_ || keys_differ()) && close(); }
    bool EndArray(rj::SizeType) { return close(); }

    const std::string& refusal() const { return refusal_; }
    bool key_twice() const { return key_twice_; }

private:
    bool refuse(std::string why) {
        refusal_ = std::move(why);
        return false;
    }

    std::uint32_t keep(std::string_view text) {
        const auto at = static_cast<std::uint32_t>(tree_.arena.size());
        tree_.arena += text;
        return at;
    }

    bool add(Kind kind) {
        if (tree_.nodes.size() >= kJsonValuesMax) return refuse("too many values");
        Node node;
        node.kind = kind;
        node.key = key_;
        node.key_length = key_length_;
        node.line = line_here();
        node.end = static_cast<std::uint32_t>(tree_.nodes.size() + 1);
        key_length_ = 0;
        tree_.nodes.push_back(node);
        return true;
    }

    bool add_text(Kind kind, std::string_view text) {
        if (!add(kind)) return false;
        tree_.nodes.back().text = keep(text);
        tree_.nodes.back().text_length = static_cast<std::uint32_t>(text.size());
        return true;
    }

    bool open(Kind kind) {
        if (open_.size() >= depth_max_)
            return refuse("nested deeper than " + std::to_string(depth_max_) + " levels");
        open_.push_back(tree_.nodes.size());
        return add(kind);
    }

    bool close() {
        tree_.nodes[open_.back()].end = static_cast<std::uint32_t>(tree_.nodes.size());
        open_.pop_back();
        return true;
    }

    // The bytes of the whole text were checked, but an escape can still spell half a surrogate
    // pair, and RapidJSON 1.1 lets a lone second half through.
    bool is_text(std::string_view text) {
        return !has_escapes_ || is_utf8(text) || refuse("half a surrogate pair in a string");
    }

    bool keys_differ() {
        keys_.clear();
        for (std::size_t at = open_.back() + 1; at < tree_.nodes.size(); at = tree_.nodes[at].end)
            keys_.push_back(tree_.key(tree_.nodes[at]));
        std::sort(keys_.begin(), keys_.end());
        const auto twice = std::adjacent_find(keys_.begin(), keys_.end());
        if (twice == keys_.end()) return true;
        key_twice_ = true;
        return refuse("the key \"" + shorten(*twice, 60) + "\" stands twice in one object");
    }

    // A scalar's event comes right after its last byte, a container's at its first.
    std::uint32_t line_here() {
        line_ += static_cast<std::uint32_t>(std::count(stream_.begin_ + seen_, stream_.src_, '\n'));
        seen_ = stream_.Tell();
        return line_;
    }

    Tree& tree_;
    const rj::MemoryStream& stream_;
    std::size_t depth_max_;
    bool unique_keys_;
    bool has_escapes_;
    std::vector<std::size_t> open_;
    std::vector<std::string_view> keys_;
    std::string refusal_;
    bool key_twice_ = false;
    std::uint32_t key_ = 0;
    std::uint32_t key_length_ = 0;
    std::uint32_t line_ = 1;
    std::size_t seen_ = 0;
};

std::string what_went_wrong(rj::ParseErrorCode code) {
    switch (code) {
    case rj::kParseErrorDocumentEmpty:
        return "the text is empty";
    case rj::kParseErrorDocumentRootNotSingular:
        return "more text after the end";
    case rj::kParseErrorObjectMissName:
        return "expected a key in quotes";
    case rj::kParseErrorObjectMissColon:
        return "expected ':' after the key";
    case rj::kParseErrorObjectMissCommaOrCurlyBracket:
        return "expected ',' or '}'";
    case rj::kParseErrorArrayMissCommaOrSquareBracket:
        return "expected ',' or ']'";
    case rj::kParseErrorStringUnicodeEscapeInvalidHex:
        return "\\u needs four hex digits";
    case rj::kParseErrorStringUnicodeSurrogateInvalid:
        return "half a surrogate pair in a string";
    case rj::kParseErrorStringEscapeInvalid:
        return "an escape or control character in a string";
    case rj::kParseErrorStringMissQuotationMark:
        return "a string without its closing quote";
    case rj::kParseErrorNumberTooBig:
        return "a number too large";
    case rj::kParseErrorNumberMissFraction:
        return "a number without digits after its point";
    case rj::kParseErrorNumberMissExponent:
        return "a number without digits in its exponent";
    case rj::kParseErrorUnspecificSyntaxError:
        return "a comment that is not one";
    default:
        return "expected a value";
    }
}

SyntaxFault fault_at(std::string_view text, std::size_t offset, std::string what) {
    const std::string_view before = text.substr(0, offset);
    const std::size_t start = before.rfind('\n');
    const std::string_view row = before.substr(start == std::string_view::npos ? 0 : start + 1);
    SyntaxFault fault;
    fault.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
    fault.column = 1 + static_cast<int>(std::count_if(row.begin(), row.end(), [](char c) {
                       return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
                   }));
    fault.what = std::move(what);
    fault.offset = offset;
    fault.size = text.size();
    return fault;
}

Error malformed(const SyntaxFault& fault) {
    return Error{Code::Malformed,
                 "line " + std::to_string(fault.line) + ", column " + std::to_string(fault.column) +
                     ": " + fault.what,
                 "byte " + std::to_string(fault.offset) + " of " + std::to_string(fault.size), ""};
}

constexpr unsigned kFlags = rj::kParseIterativeFlag | rj::kParseNumbersAsStringsFlag;
constexpr unsigned kEditedFlags = kFlags | rj::kParseCommentsFlag | rj::kParseTrailingCommasFlag;

std::optional<SyntaxFault> read_tree(std::string_view text, const ParseOptions& options,
                                     Tree& tree) {
    if (text.size() > std::numeric_limits<std::int32_t>::max())
        return fault_at({}, 0, "the text is too large");
    // Editors on Windows put a byte order mark before the first character.
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    if (const std::size_t good = utf8_prefix(text); good != text.size())
        return fault_at(text, good, "not UTF-8");
    // The reader takes a NUL for the end and would not see what follows.
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
        return fault_at(text, nul, "a NUL byte");
    tree.arena.reserve(text.size()); // what is kept is never longer than its source
    tree.nodes.reserve(text.size() / 16 + 1);
    rj::MemoryStream stream(text.data(), text.size());
    Builder builder(tree, stream, options, text.find("\\u") != std::string_view::npos);
    rj::Reader reader;
    const rj::ParseResult result = options.comments ? reader.Parse<kEditedFlags>(stream, builder)
                                                    : reader.Parse<kFlags>(stream, builder);
    if (!builder.refusal().empty()) {
        auto fault = fault_at(text, result.Offset(), builder.refusal());
        fault.key_twice = builder.key_twice();
        return fault;
    }
    if (result.IsError()) return fault_at(text, result.Offset(), what_went_wrong(result.Code()));
    return std::nullopt;
}

} // namespace

Result<Document> Document::parse(std::string_view text, const ParseOptions& options) {
    Document document;
    document.impl_ = std::make_unique<Impl>();
    if (const auto fault = read_tree(text, options, *document.impl_)) return malformed(*fault);
    return document;
}

std::optional<SyntaxFault> find_syntax_fault(std::string_view text, const ParseOptions& options) {
    Tree tree;
    return read_tree(text, options, tree);
}

} // namespace hb::json
