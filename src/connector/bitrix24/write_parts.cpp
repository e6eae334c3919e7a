#include "connector/bitrix24/write_parts.h"

#include "base/text.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::Outcome;
using domain::WriteOp;
using domain::WriteResult;

} // namespace

WriteResult done(std::string id, std::string answer) {
    WriteResult result;
    result.outcome = Outcome::Done;
    result.id = std::move(id);
    result.answer = std::move(answer);
    return result;
}

WriteResult unsendable(const WriteOp& op, const std::string& why) {
    WriteResult result;
    result.outcome = Outcome::Rejected;
    result.error =
        Error{Code::Usage,
              "a write of kind " + std::string(to_string(op.kind)) + " can't be sent: " + why,
              "key " + op.key, "probably a mapping error or a bug: please report it"};
    return result;
}

WriteResult unreadable(const Client& client, std::string method, std::string text) {
    const Trouble trouble{Nature::Garbage, std::move(method), "", std::move(text), 200, {}};
    return write_result(trouble, client.options().remote);
}

bool is_id(std::string_view text) {
    const auto number = parse_integer(text);
    return number && *number > 0;
}

Result<json::Document> parse_fields(const WriteOp& op) {
    json::ParseOptions strict;
    strict.unique_keys = true;
    auto document = json::Document::parse(op.fields, strict);
    if (document && !document->root().is_object()) return document->root().expected("an object");
    return document;
}

bool is_amount(std::string_view name) {
    return name == "opportunity" || name == "price" || name == "quantity" || name == "taxRate";
}

bool is_link(std::string_view name) {
    return name == "companyId" || name == "categoryId" || name == "contactId" ||
           name == "assignedById" || name == "mycompanyId" || name.substr(0, 8) == "parentId";
}

bool write_member(json::Writer& out, const json::Value& value) {
    const std::string name(value.key());
    out.key(name);
    if (value.is_string() && (is_amount(name) || is_link(name))) {
        const auto text = value.text();
        const bool none = text && text->empty() && is_link(name);
        if (!none && (!text || !is_decimal(*text))) return false;
        out.raw(none ? "0" : *text);
        return true;
    }
    out.value(value);
    return true;
}

} // namespace hb::connector::bitrix24
