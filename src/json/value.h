#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hb::json {

enum class Kind : std::uint8_t { Missing, Null, Bool, Number, String, Array, Object };
const char* to_string(Kind kind);

struct Node; // value.cpp's own
class Value;

struct ParseOptions {
    bool comments = false;    // JSON with comments and trailing commas: files that people edit
    bool unique_keys = false; // refuse duplicate keys (money objects, configuration)
    std::size_t depth_max = 64;
};

// A parsed text; owns everything its Values point to. Movable; Values stay valid as long as it
// lives (also after a move). Read-only, so safe to share between threads.
class Document {
public:
    Document();
    ~Document();
    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;

    // Code::Malformed with "line L, column C: what" as message. Invalid UTF-8, NaN, a depth over
    // the cap and trailing text are errors; numbers keep their text.
    static Result<Document> parse(std::string_view text, const ParseOptions& options = {});

    Value root() const;
    // 1-based line on which `value` begins in the parsed text; 0 for a missing value.
    int line_of(const Value& value) const;

private:
    friend class Value;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// A read-only view of one place in a Document; cheap to copy. Never asserts, never throws: what is
// not there is Kind::Missing, and asking a thing of the wrong kind gives an Error that quotes path
// and content: "at /SECONDS: expected a number, got \"abc\"".
class Value {
public:
    Value() = default; // Missing

    Kind kind() const;
    bool missing() const { return kind() == Kind::Missing; }
    bool null() const { return kind() == Kind::Null; }
    bool is_object() const { return kind() == Kind::Object; }
    bool is_array() const { return kind() == Kind::Array; }
    bool is_string() const { return kind() == Kind::String; }
    bool is_number() const { return kind() == Kind::Number; }
    // Missing, null, "", [] or {}: the ways in which PHP says "nothing".
    bool nothing() const;

    Value operator[](
        std::string_view key) const; // with duplicate keys the LAST wins, as in PHP and JavaScript
    Value operator[](std::size_t index) const;
    Value pointer(std::string_view json_pointer) const; // RFC 6901; "" is the value itself
    std::size_t size() const;                           // members or elements; 0 for all else

    // Children in the order of the text. For an object each Value knows its key().
    class Iterator;
    Iterator begin() const;
    Iterator end() const;
    std::string_view key() const; // "" for array elements and the root

    // The exact readers.
    Result<std::string> string() const; // a string only
    Result<std::int64_t>
    integer() const;              // a number, or text that is one ("42"); no fraction, no overflow
    Result<bool> boolean() const; // true/false only
    // A string, or a number's own text: ids come as either.
    Result<std::string> text() const;
    // The same without an error: for optional fields; nullopt when nothing() or of another kind.
    std::optional<std::string_view> text_view() const;
    // The raw digits of a number ("19000.50"), or the text of a string that holds a decimal number.
    Result<std::string> decimal() const;
    // true for true, 1, "1", "Y", "y", "true"; false for false, 0, "0", "N", "n", "false",
    // "", null; else an error.
    Result<bool> flag() const;

    // JSON pointer from the root; "" for the root itself. Costs a search: for messages only.
    std::string path() const;
    // This value as compact JSON, keys in their order, numbers as they were written.
    std::string dump() const;
    // "expected X, got Y" at this place, as an Error with code Malformed.
    Error expected(std::string_view what) const;

private:
    friend class Document;
    friend class Iterator;
    Value(const Document::Impl* document, std::uint32_t node) : document_(document), node_(node) {}
    const Document::Impl* document_ = nullptr;
    std::uint32_t node_ = 0;
    std::string missing_path_; // of a value that is not there: the path that was asked for
};

class Value::Iterator {
public:
    Value operator*() const;
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return node_ == other.node_; }

private:
    friend class Value;
    Iterator(const Document::Impl* document, std::uint32_t node)
        : document_(document), node_(node) {}
    const Document::Impl* document_;
    std::uint32_t node_;
};

} // namespace hb::json
