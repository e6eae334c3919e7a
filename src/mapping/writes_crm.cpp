#include "mapping/writes_crm.h"

#include "base/clean.h"
#include "base/text.h"
#include "mapping/report_values.h"
#include "mapping/write_parts.h"
#include "json/value.h"
#include "json/writer.h"

namespace hb::mapping {

using json::Writer;

Written invoice_fields(const Mapping& mapping, const domain::Revision& revision,
                       const InvoiceTerms& terms) {
    const auto values = report_values(revision);
    Written invoice;
    Writer out;
    out.begin_object();
    out.member("title", shorten(mapping.fill("invoice.title", values), kNameCharactersMax));
    write_parts(out, invoice.needs, "parentId2", {terms.deal});
    if (!terms.card_parent.empty()) out.member(terms.card_parent, terms.card);
    out.member("companyId", terms.company_id);
    if (!terms.own_company_id.empty()) out.member("mycompanyId", terms.own_company_id);
    out.member("currencyId", revision.contract.currency.code);
    out.member("isManualOpportunity", "Y");
    out.member("opportunity", values.at("total"));
    out.member("xmlId", terms.key);
    invoice.fields = out.end_object().take();
    return invoice;
}

// A sum that follows the rows would be theirs again.
std::string again_fields(const domain::Revision& revision, const WrittenAgain& what) {
    Writer out;
    out.begin_object();
    if (what.company) out.member("companyId", revision.client.ref.id);
    if (what.currency) out.member("currencyId", revision.contract.currency.code);
    if (what.amount) {
        out.member("isManualOpportunity", "Y");
        out.member("opportunity", report_values(revision).at("total"));
    }
    return out.end_object().take();
}

Written document_fields(const domain::OpPart& deal, std::string_view template_id,
                        std::string_view number, std::string_view key) {
    Written document;
    Writer out;
    out.begin_object().member("entityTypeId", 2);
    write_parts(out, document.needs, "entityId", {deal});
    out.member("templateId", template_id);
    out.key("values").begin_object().member("HbReport", number).member("HbKey", key).end_object();
    document.fields = out.end_object().take();
    return document;
}

std::string comment_text_fields(std::string_view entity, std::string_view text,
                                std::string_view key) {
    Writer out;
    out.begin_object().member("entityType", entity);
    out.member("comment", std::string(text) + " (" + std::string(key) + ")");
    return out.end_object().take();
}

Written card_fields(const CardFields& card) {
    Written written;
    Writer out;
    out.begin_object();
    if (card.key) out.member("key", *card.key);
    if (card.title) out.member("title", *card.title);
    if (card.company) out.member("company", *card.company);
    if (card.deal) out.member("deal", *card.deal);
    if (card.state) out.member("state", *card.state);
    auto fields = card.fields;
    if (card.link) {
        fields["link"] = "";
        written.needs.push_back({"/fields/link", {*card.link}});
    }
    if (!fields.empty()) {
        out.key("fields").begin_object();
        for (const auto& [name, value] : fields) out.member(name, value);
        out.end_object();
    }
    written.fields = out.end_object().take();
    return written;
}

std::string read_text_member(std::string_view object, std::string_view name) {
    const auto document = json::Document::parse(object);
    if (!document) return "";
    const auto text = document->root()[name].text_view();
    return text ? std::string(*text) : "";
}

std::string read_card_state(std::string_view fields) {
    return read_text_member(fields, "state");
}

std::string card_key_fields(std::string_view key) {
    Writer out;
    return out.begin_object().member("key", key).end_object().take();
}

std::string card_file_list(const std::vector<std::int64_t>& documents) {
    Writer out;
    out.begin_object().key("documents").begin_array();
    for (const auto id : documents) out.integer(id);
    return out.end_array().end_object().take();
}

std::vector<std::int64_t> read_card_file_list(std::string_view fields) {
    std::vector<std::int64_t> out;
    const auto document = json::Document::parse(fields);
    if (!document) return out;
    for (const auto& id : document->root()["documents"])
        if (const auto number = id.integer()) out.push_back(*number);
    return out;
}

std::string card_files_fields(const std::vector<CardFile>& files) {
    Writer out;
    out.begin_object().key("files").begin_array();
    for (const auto& file : files)
        out.begin_object()
            .member("name", for_crm(file.name))
            .member("base64", file.base64)
            .end_object();
    return out.end_array().end_object().take();
}

} // namespace hb::mapping
