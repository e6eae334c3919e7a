#pragma once

#include <map>

#include "domain/report.h"
#include "mapping/mapping.h"
#include "mapping/parts.h"

// Intent -> the fields of invoices, documents and report cards, as the Bitrix24 connector's op
// kinds take them (connector/bitrix24.h). Pure; texts come from the mapping's templates.
namespace hb::mapping {

struct InvoiceTerms {
    std::string key;            // "hb-…", its xmlId
    std::string company_id;     // who pays
    std::string own_company_id; // "" none: the portal's default
    domain::OpPart deal;        // the op that makes it
    std::string card_parent;    // "parentId1044", "" none
    std::string card;           // its id
};
// invoice.create: title, parents, company, currency, isManualOpportunity Y, opportunity = total.
Written invoice_fields(const Mapping& mapping, const domain::Revision& revision,
                       const InvoiceTerms& terms);

// deal.update and invoice.update: what of ours is written again where somebody changed it (G56).
struct WrittenAgain {
    bool amount = false, currency = false, company = false;
    bool any() const { return amount || currency || company; }
};
std::string again_fields(const domain::Revision& revision, const WrittenAgain& what);

// document.create of one template on a deal; `key` goes along as a value of the document.
Written document_fields(const domain::OpPart& deal, std::string_view template_id,
                        std::string_view number, std::string_view key);

// comment.create with a text of ours on "deal", "invoice" or "card"; the key is appended.
std::string comment_text_fields(std::string_view entity, std::string_view text,
                                std::string_view key);

// card.create and card.update; what is absent is left alone, "" empties.
struct CardFields {
    std::optional<std::string> key; // card.create
    std::optional<std::string> title, company, deal, state;
    std::map<std::string, std::string> fields; // by logical name (domain/crm_objects.h)
    std::optional<domain::LinkPart> link;      // "link" of the fields
};
Written card_fields(const CardFields& card);
// The state that the fields of a card.create or card.update name; "" none.
std::string read_card_state(std::string_view fields);
// One member of a flat object of texts; "" when it is not there.
std::string read_text_member(std::string_view object, std::string_view name);
// card.adopt
std::string card_key_fields(std::string_view key);
// card.files before their bytes are there: {"documents":["12","13"]}, ids of our documents.
std::string card_file_list(const std::vector<std::int64_t>& documents);
std::vector<std::int64_t> read_card_file_list(std::string_view fields);
// card.files as the connector takes it.
struct CardFile {
    std::string name;
    std::string base64;
};
std::string card_files_fields(const std::vector<CardFile>& files);

} // namespace hb::mapping
