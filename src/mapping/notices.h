#pragma once

#include <string>
#include <string_view>

// A notice -> the fields of the op that carries it (connector/bitrix24.h, connector/senders.h).
namespace hb::mapping {

// notice.send: brackets would be Bitrix24's own markup.
std::string notice_fields(std::string_view text, std::string_view tag);
// telegram.send
std::string telegram_fields(std::string_view text);
// webhook.send
std::string hook_fields(std::string_view id, std::string_view body);

// Who looks after a company, as its raw record says: the CRM's id of the user; "" nobody.
std::string company_responsible(std::string_view record);

} // namespace hb::mapping
