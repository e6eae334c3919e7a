#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mapping/parts.h"

// A notice -> the fields of the op that carries it (connector/bitrix24.h, connector/senders.h).
// `page`: the client's page, told in a last line of its own.
namespace hb::mapping {

using Page = std::optional<domain::LinkPart>;
// notice.send: brackets would be Bitrix24's own markup.
Written notice_fields(std::string_view text, std::string_view tag, const Page& page);
// telegram.send
Written telegram_fields(std::string_view text, const Page& page);
// webhook.send: `event` is the message, an object with "data" that has "link" and "text".
Written hook_fields(std::string_view id, std::string_view event, const Page& page);

// Who looks after a company, as its raw record says: the CRM's id of the user; "" nobody.
std::string company_responsible(std::string_view record);

} // namespace hb::mapping
