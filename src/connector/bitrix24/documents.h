#pragma once

#include "connector/bitrix24/client.h"
#include "domain/crm_objects.h"
#include "domain/exchange.h"
#include "json/value.h"

namespace hb::connector::bitrix24 {

// document.create: one call, which makes a second document with the next number when it is
// repeated; whoever is not sure looks it up first.
domain::WriteResult create_document(Client& client, const domain::WriteOp& op,
                                    const json::Value& fields);
// The documents of the op's template on its item, lowest id first (G20).
Result<std::vector<std::string>> find_document(Client& client, const domain::WriteOp& op);

Result<domain::DocumentState> read_document_state(Client& client, std::string_view id);
// The PDF; the docx where the conversion failed. Code::Remote while the PDF is not made yet.
// Its link carries a token: it is fetched fresh, used once, and stands in no error.
Result<domain::DocumentFile> fetch_document(Client& client, std::string_view id);

} // namespace hb::connector::bitrix24
