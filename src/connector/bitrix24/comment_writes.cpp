#include <algorithm>

#include "connector/bitrix24/query.h"
#include "connector/bitrix24/write_parts.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::WriteOp;
using domain::WriteResult;

// Comments are read newest first in one batch; a deal with more is beyond any look-up.
constexpr std::size_t kCommentPages = kBatchCommandsMax;

// What the timeline calls the kind of item that the op names.
Result<std::string> timeline_type(const Cards& cards, const json::Value& fields) {
    const std::string type(fields["entityType"].text_view().value_or("deal"));
    if (type == "invoice") return "dynamic_" + std::to_string(kInvoices.id);
    if (type != "card") return type;
    if (cards.there()) return "dynamic_" + std::to_string(cards.entity_type);
    return Error{Code::Usage, "there are no report cards in this portal", "",
                 "run `hourbridge portal setup`"};
}

std::vector<Command> comment_pages(const WriteOp& op, std::string_view type, std::size_t first,
                                   std::size_t end) {
    std::vector<Command> commands;
    for (std::size_t page = first; page < end; ++page) {
        Query query;
        query.add({"filter", "ENTITY_ID"}, op.target).add({"filter", "ENTITY_TYPE"}, type);
        query.add_list({"select"}, {"ID", "COMMENT"}).add({"order", "ID"}, "DESC");
        query.add({"start"}, std::to_string(page * kPageRowsMax));
        commands.push_back(
            Command{"c" + std::to_string(page), "crm.timeline.comment.list", query.text()});
    }
    return commands;
}

// Adds the ids of a page's comments with the marker; true when more pages may follow.
Result<bool> comments_with_key(const Client& client, const Part& part, const std::string& key,
                               std::vector<std::int64_t>& ids) {
    if (part.trouble) return client.error(*part.trouble);
    if (!part.result.is_array()) return part.result.expected("a list of comments");
    for (const auto item : part.result) {
        const auto id = item["ID"].integer();
        const auto text = item["COMMENT"].text();
        if (!id || !text) return item.expected("a comment with ID and COMMENT");
        if (text->find(key) != std::string::npos) ids.push_back(*id);
    }
    return part.result.size() >= kPageRowsMax;
}

} // namespace

WriteResult create_comment(Client& client, const Cards& cards, const WriteOp& op,
                           const json::Value& fields) {
    const auto text = fields["comment"].text_view().value_or("");
    const auto type = timeline_type(cards, fields);
    if (!type) return unsendable(op, type.error().message);
    if (op.key.empty() || text.find(op.key) == std::string_view::npos)
        return unsendable(op, "the comment does not contain the op's key");
    json::Writer body;
    body.begin_object().key("fields").begin_object().key("ENTITY_ID").raw(op.target);
    body.member("ENTITY_TYPE", *type).member("COMMENT", text).end_object().end_object();
    CallOptions options;
    options.fresh_connection = true;
    const Reply reply = client.call("crm.timeline.comment.add", body.take(), options);
    if (reply.trouble) return write_result(*reply.trouble, client.options().remote);
    const auto id = reply.result().text();
    if (!id || !is_id(*id))
        return unreadable(client, "crm.timeline.comment.add", "no id of the new comment");
    return done(*id, "");
}

Result<std::vector<std::string>> find_comment(Client& client, const Cards& cards,
                                              const WriteOp& op) {
    const auto fields = parse_fields(op);
    if (!fields) return fields.error();
    const auto type = timeline_type(cards, fields->root());
    if (!type) return type.error();
    std::vector<std::int64_t> ids;
    bool more = true;
    // Most deals have one page of comments; only a full one costs the second request.
    for (std::size_t first = 0, end = 1; more && first < kCommentPages;
         first = end, end = kCommentPages) {
        const BatchReply reply = client.batch(comment_pages(op, *type, first, end));
        if (reply.trouble) return client.error(*reply.trouble);
        for (std::size_t page = first; page < end && more; ++page) {
            const Part& part = reply.part("c" + std::to_string(page));
            const auto next = comments_with_key(client, part, op.key, ids);
            if (!next) return next.error();
            more = *next;
        }
    }
    if (more && ids.empty())
        return Error{Code::NeedsPerson, "there are too many comments to look one up",
                     *type + " " + op.target, "look for the marker " + op.key + " in the timeline"};
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<std::string> out;
    for (const auto id : ids) out.push_back(std::to_string(id));
    return out;
}

} // namespace hb::connector::bitrix24
