#pragma once

#include "connector/bitrix24/cards.h"
#include "connector/bitrix24/client.h"

namespace hb::connector::bitrix24 {

// Everything that must be in order before the first pull, in two requests; never stops at the
// first problem. What reports need besides (documents' templates, the cards' stages and fields)
// is looked at where it is configured.
// By `profile`, which tells whether the caller is an administrator. A portal that refuses the
// method tells nobody, and then nothing that is not shown is taken for deleted.
Result<Connector::Rights> read_rights(Client& client);
CheckReport run_check(Client& client, const Cards& cards);

// check_reports.cpp: its commands in that batch, and what their parts say.
void add_report_commands(std::vector<Command>& commands, const Client& client, const Cards& cards);
void check_reports(const Client& client, const Cards& cards, const BatchReply& reply,
                   CheckReport& report);

} // namespace hb::connector::bitrix24
