#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connector/bitrix24/client.h"
#include "domain/exchange.h"

namespace hb::connector::bitrix24 {

// More rows than RULINGS G5 allows on a deal of ours, in whole pages.
inline constexpr std::size_t kRowPages = 5;

Result<domain::DealState> read_deal_state(Client& client, std::string_view id);
Result<std::string> find_deal_stage(Client& client, std::string_view category,
                                    std::string_view semantics);
Result<std::vector<std::string>> list_currencies(Client& client);

// The commands that list all product rows of a deal, keys "r0" to "r4".
void add_row_commands(std::vector<Command>& commands, std::string_view deal);
// The rows of those commands, in their order on the deal. REQUIRES: the reply carried them.
Result<std::vector<json::Value>> product_rows(const Client& client, const BatchReply& reply);

// A missing object answers NOT_FOUND, "Not found" or, in tasks, an empty list.
bool is_missing(const Trouble& trouble);

// Is `text` a plain decimal number ("2501", "-0.50")? Only such text may travel as a JSON number.
bool is_decimal(std::string_view text);
// Without leading and trailing zeros: "2501.00" and "2501" are one amount.
std::string plain_decimal(std::string_view text);

} // namespace hb::connector::bitrix24
