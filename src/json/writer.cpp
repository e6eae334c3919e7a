#include "json/writer.h"

#include "base/ensure.h"
#include "base/text.h"

namespace hb::json {

namespace {

// The shortest escapes, as RFC 8785 asks; the same everywhere, so that kept texts compare equal.
void append_escaped(std::string& out, std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::size_t plain = 0; // where the run of bytes that need no escape begins
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        out += text.substr(plain, i - plain);
        plain = i + 1;
        switch (byte) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            out += "\\u00";
            out += kDigits[byte >> 4U];
            out += kDigits[byte & 15U];
        }
    }
    out += text.substr(plain);
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    if (is_utf8(text))
        append_escaped(out, text);
    else
        append_escaped(out, to_utf8(text));
    out += '"';
}

} // namespace

std::string quote(std::string_view text) {
    std::string out;
    append_quoted(out, text);
    return out;
}

void Writer::newline() {
    if (indent_ <= 0) return;
    out_ += '\n';
    out_.append(stack_.size() * static_cast<std::size_t>(indent_), ' ');
}

void Writer::before_value() {
    if (stack_.empty()) {
        ensure(out_.empty(), "a second JSON value after the first");
    } else if (stack_.back() == ':') {
        stack_.back() = '{';
    } else {
        ensure(stack_.back() == '[', "a JSON value without its key");
        if (!first_) out_ += ',';
        newline();
    }
    first_ = false;
}

Writer& Writer::begin_object() {
    before_value();
    out_ += '{';
    stack_ += '{';
    first_ = true;
    return *this;
}

Writer& Writer::begin_array() {
    before_value();
    out_ += '[';
    stack_ += '[';
    first_ = true;
    return *this;
}

Writer& Writer::end_object() {
    ensure(!stack_.empty() && stack_.back() == '{', "the end of a JSON object that is not open");
    stack_.pop_back();
    if (!first_) newline();
    out_ += '}';
    first_ = false;
    return *this;
}

Writer& Writer::end_array() {
    ensure(!stack_.empty() && stack_.back() == '[', "the end of a JSON array that is not open");
    stack_.pop_back();
    if (!first_) newline();
    out_ += ']';
    first_ = false;
    return *this;
}

Writer& Writer::key(std::string_view name) {
    ensure(!stack_.empty() && stack_.back() == '{', "a JSON key outside an object");
    if (!first_) out_ += ',';
    newline();
    append_quoted(out_, name);
    out_ += indent_ > 0 ? ": " : ":";
    stack_.back() = ':';
    return *this;
}

Writer& Writer::string(std::string_view text) {
    before_value();
    append_quoted(out_, text);
    return *this;
}

Writer& Writer::integer(std::int64_t number) {
    return raw(std::to_string(number));
}
Writer& Writer::boolean(bool value) {
    return raw(value ? "true" : "false");
}
Writer& Writer::null() {
    return raw("null");
}

Writer& Writer::raw(std::string_view json) {
    ensure(!json.empty(), "an empty text where JSON was due");
    before_value();
    out_ += json;
    return *this;
}

Writer& Writer::value(const Value& value) {
    switch (value.kind()) {
    case Kind::Missing:
    case Kind::Null:
        return null();
    case Kind::Bool:
        return boolean(*value.boolean());
    case Kind::Number:
        return raw(*value.text());
    case Kind::String:
        return string(*value.string());
    case Kind::Array:
        begin_array();
        for (const Value& element : value) this->value(element);
        return end_array();
    case Kind::Object:
        begin_object();
        for (const Value& member : value) key(member.key()).value(member);
        return end_object();
    }
    fail_invariant("a Kind that does not exist");
}

const std::string& Writer::text() const {
    ensure(stack_.empty(), "a JSON text that is not finished");
    return out_;
}

std::string Writer::take() {
    ensure(stack_.empty(), "a JSON text that is not finished");
    std::string out = std::move(out_);
    out_.clear();
    first_ = true;
    return out;
}

} // namespace hb::json
