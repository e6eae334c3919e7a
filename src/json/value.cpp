#include "json/value.h"

#include "base/text.h"
#include "json/tree.h"
#include "json/writer.h"

namespace hb::json {

const char* to_string(Kind kind) {
    switch (kind) {
    case Kind::Missing:
        return "missing";
    case Kind::Null:
        return "null";
    case Kind::Bool:
        return "boolean";
    case Kind::Number:
        return "number";
    case Kind::String:
        return "string";
    case Kind::Array:
        return "array";
    case Kind::Object:
        return "object";
    }
    fail_invariant("a Kind that does not exist");
}

Document::Document() = default;
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

Value Document::root() const {
    return impl_ ? Value(impl_.get(), 0) : Value();
}

int Document::line_of(const Value& value) const {
    if (value.missing()) return 0;
    return static_cast<int>(value.document_->nodes[value.node_].line);
}

// A missing value keeps the node it was asked of, so that its path is searched only when told.
Kind Value::kind() const {
    if (document_ == nullptr || !missing_path_.empty()) return Kind::Missing;
    return document_->nodes[node_].kind;
}

bool Value::nothing() const {
    switch (kind()) {
    case Kind::Missing:
    case Kind::Null:
        return true;
    case Kind::Bool:
    case Kind::Number:
        return false;
    case Kind::String:
        return document_->nodes[node_].text_length == 0;
    case Kind::Array:
    case Kind::Object:
        return document_->nodes[node_].end == node_ + 1;
    }
    return true;
}

Value Value::operator[](std::string_view key) const {
    std::uint32_t found = 0; // node 0 is the root and never a member
    if (is_object()) {
        const auto& nodes = document_->nodes;
        for (std::uint32_t at = node_ + 1; at < nodes[node_].end; at = nodes[at].end)
            if (document_->key(nodes[at]) == key) found = at;
    }
    if (found != 0) return Value(document_, found);
    Value absent = *this;
    absent.missing_path_ = add_token(missing_path_, key);
    return absent;
}

Value Value::operator[](std::size_t index) const {
    if (is_array()) {
        const auto& nodes = document_->nodes;
        std::size_t left = index;
        for (std::uint32_t at = node_ + 1; at < nodes[node_].end; at = nodes[at].end)
            if (left-- == 0) return Value(document_, at);
    }
    Value absent = *this;
    absent.missing_path_ = add_token(missing_path_, std::to_string(index));
    return absent;
}

namespace {

std::string read_token(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const bool escape =
            token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
        out += escape ? (token[++i] == '0' ? '~' : '/') : token[i];
    }
    return out;
}

std::optional<std::size_t> read_index(std::string_view token) {
    const auto number = parse_integer(token);
    const bool plain = number && *number >= 0 && std::to_string(*number) == token;
    return plain ? std::optional(static_cast<std::size_t>(*number)) : std::nullopt;
}

} // namespace

std::string add_token(std::string base, std::string_view token) {
    base += '/';
    for (const char c : token) {
        if (c == '~')
            base += "~0";
        else if (c == '/')
            base += "~1";
        else
            base += c;
    }
    return base;
}

Value Value::pointer(std::string_view json_pointer) const {
    if (json_pointer.empty()) return *this;
    Value here = *this;
    if (json_pointer.front() != '/') { // not a pointer, so nothing is there
        here.missing_path_ = add_token(missing_path_, json_pointer);
        return here;
    }
    for (const std::string_view part : split(json_pointer.substr(1), '/')) {
        const std::string token = read_token(part);
        const auto index = here.is_array() ? read_index(token) : std::nullopt;
        here = index ? here[*index] : here[token];
    }
    return here;
}

std::size_t Value::size() const {
    if (!is_array() && !is_object()) return 0;
    const auto& nodes = document_->nodes;
    std::size_t count = 0;
    for (std::uint32_t at = node_ + 1; at < nodes[node_].end; at = nodes[at].end) ++count;
    return count;
}

Value::Iterator Value::begin() const {
    return missing() ? Iterator(nullptr, 0) : Iterator(document_, node_ + 1);
}
Value::Iterator Value::end() const {
    return missing() ? Iterator(nullptr, 0) : Iterator(document_, document_->nodes[node_].end);
}

Value Value::Iterator::operator*() const {
    return Value(document_, node_);
}
Value::Iterator& Value::Iterator::operator++() {
    node_ = document_->nodes[node_].end;
    return *this;
}

std::string_view Value::key() const {
    return missing() ? std::string_view() : document_->key(document_->nodes[node_]);
}

std::string Value::path() const {
    if (document_ == nullptr) return missing_path_;
    const auto& nodes = document_->nodes;
    std::string out;
    for (std::uint32_t here = 0; here != node_;) {
        std::uint32_t child = here + 1;
        std::size_t index = 0;
        for (; nodes[child].end <= node_; child = nodes[child].end) ++index;
        out = nodes[here].kind == Kind::Array
                  ? add_token(std::move(out), std::to_string(index))
                  : add_token(std::move(out), document_->key(nodes[child]));
        here = child;
    }
    return out + missing_path_;
}

std::string Value::dump() const {
    Writer out;
    out.value(*this);
    return out.take();
}

} // namespace hb::json
