#include "connector/bitrix24/documents.h"

#include <algorithm>

#include "connector/bitrix24/items.h"
#include "connector/bitrix24/write_parts.h"

namespace hb::connector::bitrix24 {
namespace {

using domain::WriteOp;
using domain::WriteResult;

const char* const kList = "crm.documentgenerator.document.list";
// An item with more documents than this is beyond any look-up.
constexpr std::size_t kPages = 20;

struct Place {
    std::string entity_type, entity, template_id;
};

Result<Place> place_of(const WriteOp& op, const json::Value& fields) {
    Place place{id_text(fields["entityTypeId"]), id_text(fields["entityId"]),
                id_text(fields["templateId"])};
    if (is_id(place.entity_type) && is_id(place.entity) && is_id(place.template_id)) return place;
    return Error{Code::Usage, "a document needs entityTypeId, entityId and templateId", op.key,
                 "templates are numbers: `crm.documents.templates` lists them"};
}

std::string list_body(const Place& place, std::size_t start) {
    json::Writer body;
    body.begin_object().key("select").begin_array();
    // entityTypeId must not be selected: the portal answers with an error.
    for (const char* name : {"id", "templateId", "entityId"}) body.string(name);
    body.end_array().key("filter").begin_object();
    body.key("entityTypeId").raw(place.entity_type).key("entityId").raw(place.entity);
    body.end_object().key("order").begin_object().member("id", "ASC").end_object();
    body.member("start", static_cast<std::int64_t>(start)).end_object();
    return body.take();
}

// A list of documents, or an object keyed by id; [] when there are none.
bool is_listing(const json::Value& documents) {
    return documents.is_array() || documents.is_object();
}

// Adds the ids of a page's documents that were made from the template.
Status add_ids(const Client& client, const Place& place, const json::Value& documents,
               std::vector<std::int64_t>& ids) {
    for (const auto item : documents) {
        const auto id = item["id"].integer();
        const std::string made_from = id_text(item["templateId"]);
        const std::string entity = id_text(item["entityId"]);
        // Without its template nobody knows whether it is ours, and "absent" makes a second one.
        if (!id || made_from.empty())
            return client.error(strange(kList, "a document without id or template"));
        if (!entity.empty() && entity != place.entity)
            return client.error(strange(kList, "documents that were not asked for"));
        if (made_from == place.template_id) ids.push_back(*id);
    }
    return {};
}

} // namespace

WriteResult create_document(Client& client, const WriteOp& op, const json::Value& fields) {
    const auto place = place_of(op, fields);
    if (!place) return unsendable(op, place.error().message);
    json::Writer body;
    body.begin_object().key("templateId").raw(place->template_id);
    body.key("entityTypeId").raw(place->entity_type).key("entityId").raw(place->entity);
    for (const auto field : fields)
        if (field.key() == "values" || field.key() == "stampsEnabled")
            body.key(field.key()).value(field);
    body.end_object();
    CallOptions options;
    options.fresh_connection = true;
    const std::string method = "crm.documentgenerator.document.add";
    const Reply reply = client.call(method, body.take(), options);
    if (reply.trouble) return write_result(*reply.trouble, client.options().remote);
    const json::Value document = reply.result()["document"];
    const std::string id = id_text(document["id"]);
    if (!is_id(id)) return unreadable(client, method, "no id of the new document");
    json::Writer answer;
    answer.begin_object().member("id", id).member("title", text_or_empty(document["title"]));
    answer.member("number", text_or_empty(document["number"])).end_object();
    return done(id, answer.take());
}

Result<std::vector<std::string>> find_document(Client& client, const WriteOp& op) {
    const auto fields = parse_fields(op);
    if (!fields) return fields.error();
    const auto place = place_of(op, fields->root());
    if (!place) return place.error();
    std::vector<std::int64_t> ids;
    bool more = true;
    for (std::size_t page = 0; more; ++page) {
        if (page == kPages)
            return Error{Code::NeedsPerson, "there are too many documents to look one up",
                         "item " + place->entity, "look at the documents of that deal"};
        const Reply reply = client.call(kList, list_body(*place, page * kPageRowsMax));
        if (reply.trouble) return client.error(*reply.trouble);
        const json::Value documents = reply.result()["documents"];
        if (!is_listing(documents)) return documents.expected("a list of documents");
        if (const auto added = add_ids(client, *place, documents, ids); !added)
            return added.error();
        more = documents.size() >= kPageRowsMax;
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<std::string> out;
    for (const auto id : ids) out.push_back(std::to_string(id));
    return out;
}

} // namespace hb::connector::bitrix24
