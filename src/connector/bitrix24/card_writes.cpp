#include "connector/bitrix24/card_ops.h"

#include "connector/bitrix24/items.h"
#include "connector/bitrix24/write_parts.h"
#include "domain/op_key.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::OpKind;
using domain::Outcome;
using domain::WriteOp;
using domain::WriteResult;

const char* const kRepair = "`hourbridge portal setup` makes the card type's fields and stages "
                            "anew where they are missing";

// The op's own name of a card's member -> the universal CRM's.
std::string_view member_name(std::string_view name) {
    if (name == "title") return "title";
    if (name == "company") return "companyId";
    if (name == "deal") return "parentId2";
    if (name == "state") return "stageId";
    if (name == "key") return "xmlId";
    return "";
}

WriteResult no_such(const WriteOp& op, const std::string& what) {
    WriteResult result = unsendable(op, "report cards have no " + what);
    result.error.hint = kRepair;
    return result;
}

// Writes the logical fields under the names that they have in this portal.
std::optional<WriteResult> write_fields(json::Writer& out, const Cards& cards, const WriteOp& op,
                                        const json::Value& fields) {
    for (const auto field : fields) {
        const auto known = cards.fields.find(std::string(field.key()));
        if (known == cards.fields.end() || field.key() == "files")
            return no_such(op, "field for " + std::string(field.key()));
        if (!field.is_string()) return unsendable(op, std::string(field.key()) + " is no text");
        out.member(known->second, field.text_view().value_or(""));
    }
    return std::nullopt;
}

std::optional<WriteResult> write_one(json::Writer& out, const Cards& cards, const WriteOp& op,
                                     const json::Value& member) {
    const std::string name(member.key());
    if (name == "fields") return write_fields(out, cards, op, member);
    const auto text = member.string();
    const std::string_view wire = member_name(name);
    if (!text || wire.empty()) return unsendable(op, name + " is nothing that a card has");
    out.key(wire);
    if (name == "state") {
        const auto stage = cards.states.find(*text);
        if (stage == cards.states.end()) return no_such(op, "stage for " + *text);
        out.string(stage->second);
    } else if (name == "company" || name == "deal") {
        if (!text->empty() && !is_id(*text)) return unsendable(op, name + " is no id");
        out.raw(text->empty() ? "0" : *text);
    } else {
        out.string(*text);
    }
    return std::nullopt;
}

struct Body {
    std::optional<WriteResult> wrong;
    std::string text;
};

Body body_of(const Cards& cards, const WriteOp& op, const json::Value& fields) {
    json::Writer out;
    out.begin_object();
    if (op.kind == OpKind::CardCreate && is_id(cards.category))
        out.key("categoryId").raw(cards.category);
    for (const auto member : fields)
        if (auto wrong = write_one(out, cards, op, member)) return {std::move(wrong), ""};
    out.end_object();
    return {std::nullopt, out.take()};
}

// A stage or field that somebody removed is refused by the portal: the way out is known.
WriteResult card_result(const Client& client, const Trouble& trouble) {
    WriteResult result = write_result(trouble, client.options().remote);
    if (trouble.nature == Nature::Failed && result.outcome == Outcome::Rejected)
        result.error.hint = kRepair;
    return result;
}

std::string state_now(const Cards& cards, const std::string& stage) {
    for (const auto& [state, id] : cards.states)
        if (id == stage) return state;
    return stage;
}

std::string value_now(const Cards& cards, std::string_view name, const json::Value& item) {
    const json::Value value = item[member_name(name)];
    if (name == "company" || name == "deal") return id_text(value);
    const std::string text = text_or_empty(value);
    return name == "state" ? state_now(cards, text) : text;
}

// The card's values under the op's names, in their order; the op's own text when all are equal.
std::string card_as_op(const Cards& cards, const WriteOp& op, const json::Value& fields,
                       const json::Value& item) {
    json::Writer out;
    bool same = true;
    const auto put = [&](const json::Value& wanted, const std::string& now) {
        same = same && wanted.text_view().value_or("") == now;
        out.member(wanted.key(), now);
    };
    out.begin_object();
    for (const auto member : fields) {
        if (member.key() != "fields") {
            put(member, value_now(cards, member.key(), item));
            continue;
        }
        out.key("fields").begin_object();
        for (const auto field : member) {
            const auto known = cards.fields.find(std::string(field.key()));
            const bool there = known != cards.fields.end();
            put(field, there ? card_value(field.key(), item[known->second]) : "");
        }
        out.end_object();
    }
    out.end_object();
    return same ? op.fields : out.take();
}

WriteResult create_card(Client& client, const Cards& cards, const WriteOp& op,
                        const json::Value& fields) {
    if (op.key.empty() || fields["key"].text_view().value_or("") != op.key)
        return unsendable(op, "key is not the op's key");
    Body body = body_of(cards, op, fields);
    if (body.wrong) return *body.wrong;
    WriteResult result = add_item(client, cards.entity_type, body.text);
    if (result.outcome == Outcome::Rejected && result.error.hint.empty())
        result.error.hint = kRepair;
    return result;
}

WriteResult update_card(Client& client, const Cards& cards, const WriteOp& op,
                        const json::Value& fields) {
    Body body = body_of(cards, op, fields);
    if (body.wrong) return *body.wrong;
    const Reply reply = update_item(client, cards.entity_type, op.target, body.text);
    if (reply.trouble) return card_result(client, *reply.trouble);
    const json::Value item = reply.result()["item"];
    return done(op.target, item.is_object() ? card_as_op(cards, op, fields, item) : "");
}

// Two requests: the key that is there decides whether ours may be written (G36).
WriteResult adopt_card(Client& client, const Cards& cards, const WriteOp& op,
                       const json::Value& fields) {
    const std::string key = text_or_empty(fields["key"]);
    if (!domain::is_our_key(key)) return unsendable(op, "the key does not begin with hb-");
    const Reply before = get_item(client, cards.entity_type, op.target);
    if (before.trouble) {
        WriteResult result = write_result(*before.trouble, client.options().remote);
        // Only read so far: whatever happened, nothing was written.
        if (result.outcome == Outcome::Unknown) result.outcome = Outcome::Refused;
        return result;
    }
    const std::string there = text_or_empty(before.result()["item"]["xmlId"]);
    if (there == key) return done(op.target, op.fields);
    if (domain::is_our_key(there)) {
        WriteResult result;
        result.outcome = Outcome::Rejected;
        result.error = Error{Code::Conflict, "the card belongs to another report already",
                             "card " + op.target + " carries " + there,
                             "was it copied from a card of ours? make a new card, or empty its "
                             "external code"};
        return result;
    }
    return update_card(client, cards, op, fields);
}

bool is_base64(std::string_view text) {
    const auto end = text.find_last_not_of('=');
    const std::string_view body = text.substr(0, end == text.npos ? 0 : end + 1);
    return text.size() % 4 == 0 && text.size() - body.size() <= 2 &&
           body.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789+/") == body.npos;
}

// Equal when the names are, or the number of files where the portal tells no names.
std::string files_as_op(const Cards& cards, const WriteOp& op, const json::Value& fields,
                        const json::Value& item) {
    const auto now = card_files(item[cards.fields.at("files")]);
    const json::Value wanted = fields["files"];
    bool same = now.size() == wanted.size();
    json::Writer out;
    out.begin_object().key("files").begin_array();
    for (std::size_t i = 0; i < now.size(); ++i) {
        const bool told = now[i].empty() || now[i].front() != '#';
        same = same && (!told || now[i] == wanted[i]["name"].text_view().value_or(""));
        out.begin_object().member("name", now[i]).end_object();
    }
    out.end_array().end_object();
    return same ? op.fields : out.take();
}

WriteResult set_files(Client& client, const Cards& cards, const WriteOp& op,
                      const json::Value& fields) {
    const auto field = cards.fields.find("files");
    if (field == cards.fields.end()) return no_such(op, "field for files");
    if (!fields["files"].is_array()) return unsendable(op, "files is no list");
    json::Writer out;
    out.begin_object().key(field->second).begin_array();
    for (const auto file : fields["files"]) {
        const auto name = file["name"].text_view();
        const auto data = file["base64"].text_view();
        // The portal stores a broken text as a broken file, and says nothing.
        if (!name || !data || !is_base64(*data))
            return unsendable(op, "a file has no name or no base64 content");
        out.begin_array().string(*name).string(*data).end_array();
    }
    out.end_array().end_object();
    const Reply reply = update_item(client, cards.entity_type, op.target, out.take());
    if (reply.trouble) return card_result(client, *reply.trouble);
    const json::Value item = reply.result()["item"];
    return done(op.target, item.is_object() ? files_as_op(cards, op, fields, item) : "");
}

} // namespace

WriteResult write_card(Client& client, const Cards& cards, const WriteOp& op,
                       const json::Value& fields) {
    if (!cards.there()) return no_such(op, "type in this portal");
    if (op.kind == OpKind::CardCreate) return create_card(client, cards, op, fields);
    if (op.kind == OpKind::CardAdopt) return adopt_card(client, cards, op, fields);
    if (op.kind == OpKind::CardUpdate) return update_card(client, cards, op, fields);
    if (op.kind == OpKind::CardFiles) return set_files(client, cards, op, fields);
    return unsendable(op, "a Bitrix24 portal knows no such write");
}

Result<std::vector<std::string>> find_card(Client& client, const Cards& cards, const WriteOp& op) {
    if (!cards.there() || op.key.empty())
        return Error{Code::Usage, "a report card can't be looked up without its type and key",
                     op.key, kRepair};
    return find_items(client, cards.entity_type, {{"xmlId", op.key}}, "xmlId", op.key);
}

Result<std::string> card_now(Client& client, const Cards& cards, const WriteOp& op,
                             const json::Value& fields) {
    if (!cards.there() || (op.kind == OpKind::CardFiles && cards.fields.count("files") == 0))
        return Error{Code::Usage, "there are no report cards in this portal",
                     std::string(to_string(op.kind)), kRepair};
    const Reply reply = get_item(client, cards.entity_type, op.target);
    if (reply.trouble && is_missing(*reply.trouble)) return std::string();
    if (reply.trouble) return client.error(*reply.trouble);
    const json::Value item = reply.result()["item"];
    if (!item.is_object()) return item.expected("a card");
    return op.kind == OpKind::CardFiles ? files_as_op(cards, op, fields, item)
                                        : card_as_op(cards, op, fields, item);
}

} // namespace hb::connector::bitrix24
