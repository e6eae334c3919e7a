#include "connector/bitrix24/items.h"
#include "connector/bitrix24/write_parts.h"

namespace hb::connector::bitrix24 {

using domain::Outcome;
using domain::WriteOp;
using domain::WriteResult;

WriteResult send_notice(Client& client, const WriteOp& op, const json::Value& fields) {
    const std::string message = text_or_empty(fields["message"]);
    const std::string tag = text_or_empty(fields["tag"]);
    if (message.empty() || tag.empty()) return unsendable(op, "message or tag is missing");
    json::Writer body;
    body.begin_object().key("USER_ID").raw(op.target).member("MESSAGE", message);
    // An application's second notice of a tag replaces the first one. A webhook has no application:
    // whatever CLIENT_ID it sends, its second notice stands beside the first.
    if (client.application()) body.member("TAG", tag);
    body.end_object();
    const std::string method = "im.notify.system.add";
    const Reply reply = client.call(method, body.take());
    if (reply.trouble) return write_result(*reply.trouble, client.options().remote);
    const json::Value result = reply.result();
    if (const auto delivered = result.boolean(); delivered && !*delivered) {
        WriteResult refused;
        refused.outcome = Outcome::Rejected;
        refused.error =
            Error{Code::NeedsPerson, "Bitrix24 did not deliver a notice to user " + op.target,
                  method + ": false", "has this person left, or switched notices off?"};
        return refused;
    }
    const std::string id = id_text(result);
    return is_id(id) ? done(id, "") : unreadable(client, method, "no id of the notice");
}

} // namespace hb::connector::bitrix24
