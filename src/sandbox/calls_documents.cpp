#include "sandbox/crm_rules.h"
#include "sandbox/documents.h"
#include "json/writer.h"

// crm.documentgenerator.document.*. Nothing here checks that the object exists, as on a portal: a
// document of nothing is made and spends a number.
namespace hb::sandbox {

namespace {

constexpr const char* kMethod = "crm.documentgenerator.document.";

Failure missing(std::string_view name) {
    return fail("100", "Could not find value for parameter {" + std::string{name} + "}");
}

// Who may not see the object may not see its papers.
bool may_read(Call& call, const Document& document) {
    CrmStore* store = find_store(call, document.entity_type);
    const CrmItem* item = store == nullptr ? nullptr : store->items.find(document.entity);
    if (item == nullptr || call.token.crm == Token::CrmRights::All) return true;
    return may_see(call, *store, *item);
}

std::variant<Document*, Failure> find(Call& call) {
    if (auto failure = check_generator(call)) return *failure;
    const auto id = call.integer("id");
    if (!id) return missing("id");
    Document* document = call.state.documents.find(*id);
    if (document == nullptr || call.hidden(Thing::Document, 0, *id))
        return fail("0", "Document not found");
    if (!may_read(call, *document)) return fail("DOCGEN_ACCESS_ERROR", "Access denied");
    return document;
}

// What is on the paper: the object as it is now.
void render(Call& call, Document& document) {
    document.rendered = call.now;
    document.failed = false;
    call.created.emplace_back(Thing::Document, 0, document.id);
    CrmStore* store = find_store(call, document.entity_type);
    const CrmItem* item = store == nullptr ? nullptr : store->items.find(document.entity);
    document.subject.clear();
    document.amount = 0;
    if (item == nullptr) return;
    if (store->position("title")) document.subject = store->text(*item, "title");
    if (!store->position("opportunity")) return;
    document.amount = store->number(*item, "opportunity");
    document.currency = store->text(*item, "currencyId");
    const auto rows = call.state.rows.find({document.entity_type, document.entity});
    document.rows = rows == call.state.rows.end() ? 0 : std::ssize(rows->second);
}

// Ids are numbers in the answer of add and texts everywhere else.
enum class Shape { Add, Other };

void person(json::Writer& to, const char* name, std::int64_t id, Shape shape) {
    to.key(name);
    if (id == 0)
        to.null();
    else if (shape == Shape::Add)
        to.integer(id);
    else
        to.string(std::to_string(id));
}

void write_links(json::Writer& to, const Call& call, const Document& document, bool for_machines) {
    const std::string id = "id=" + std::to_string(document.id);
    const auto link = [&](const char* name, const char* method, const char* kind) {
        const std::string action = std::string{kMethod} + method;
        to.member(std::string{name} + "Url", call.links().session(action, id));
        if (for_machines)
            to.member(std::string{name} + "UrlMachine",
                      call.links().machine(action, kind, document.id));
    };
    link("download", "download", "docx");
    if (conversion(document, call.options, call.now) != Conversion::Done) return;
    link("pdf", "getPdf", "pdf");
    link("image", "getImage", "image");
}

void write_values(json::Writer& to, const Document& document) {
    to.key("values").begin_object().member("productsTableVariant", "");
    to.member("_creationMethod", "rest").member("stampsEnabled", document.stamps);
    for (std::size_t i = 0; i < document.values.size(); ++i)
        document.values.at(i)->write(to.key(document.values.key(i)));
    to.end_object();
}

void write_document(json::Writer& to, const Call& call, const Document& document, Shape shape) {
    to.begin_object();
    to.member("changeStampsEnabled", false);
    to.member("changeStampsDisabledReason", "The template is missing seals and signatures");
    to.member("changeQrCodeEnabled", false).member("qrCodeEnabled", false);
    to.member("changeQrCodeDisabledReason", "The template is missing a QR code");
    to.key("products").begin_object().member("currencyId", document.currency);
    to.member("totalSum", write_fixed(document.amount, 2)).member("totalRows", document.rows);
    to.end_object();
    write_links(to, call, document, true);
    to.key("publicUrl");
    if (document.is_public)
        to.string(call.base + "/~" + std::to_string(document.id));
    else
        to.null();
    if (shape == Shape::Add)
        to.member("id", document.id);
    else
        to.member("id", std::to_string(document.id));
    to.member("title", document.title).member("number", document.number);
    to.member("createTime", call.moment(document.created));
    person(to, "createdBy", document.created_by, shape);
    to.member("updateTime", call.moment(document.updated));
    person(to, "updatedBy", document.updated_by, Shape::Add);
    to.member("stampsEnabled", document.stamps);
    const auto state = conversion(document, call.options, call.now);
    to.member("isTransformationError", state == Conversion::Failed);
    write_values(to, document);
    to.member("templateId", std::to_string(document.template_id));
    to.member("pullTag", "TRANSFORMDOCUMENT" + std::to_string(document.id));
    to.member("emailDiskFile", 5544 + document.id);
    to.member("entityId", std::to_string(document.entity));
    to.member("entityTypeId", std::to_string(document.entity_type)).end_object();
}

Answer one_document(const Call& call, const Document& document, Shape shape) {
    json::Writer out;
    out.begin_object().key("document");
    write_document(out, call, document, shape);
    out.end_object();
    return Answer{out.take(), {}, {}};
}

bool has_provider(const Call& call, std::int64_t entity_type) {
    if (entity_type == 1 || entity_type == 7) return true;
    const int number = static_cast<int>(entity_type);
    if (const CrmType* type = call.state.type_of(number)) return type->flag("isDocumentsEnabled");
    return call.state.crm.contains(number);
}

bool made_for(const DocumentTemplate& one, std::int64_t entity_type) {
    const std::string number = std::to_string(entity_type);
    return std::any_of(one.entity_types.begin(), one.entity_types.end(),
                       [&](const std::string& bound) {
                           return bound == number || bound.starts_with(number + "_");
                       });
}

void take_values(const Call& call, Document& document) {
    const Tree* sent = call.param("values");
    for (std::size_t i = 0; sent != nullptr && i < sent->size(); ++i)
        document.values.put(sent->key(i), *sent->at(i));
    if (const Tree* stamps = call.param("stampsEnabled")) document.stamps = stamps->truthy();
    const Tree* number = document.values.find("DocumentNumber");
    if (number != nullptr && !number->nothing()) document.number = number->str();
    const Tree* title = document.values.find("DocumentTitle");
    if (title != nullptr && !title->nothing()) document.title = title->str();
}

void tell(Call& call, const Document& document, Change change) {
    call.tell(event_name("ONCRMDOCUMENTGENERATORDOCUMENT", change), 0, document.id,
              {{"ENTITY_TYPE_ID", std::to_string(document.entity_type)},
               {"ENTITY_ID", std::to_string(document.entity)}});
}

Outcome add(Call& call) {
    if (auto failure = check_generator(call)) return *failure;
    for (const char* name : {"templateId", "entityTypeId", "entityId"})
        if (!call.integer(name)) return missing(name);
    const auto entity_type = *call.integer("entityTypeId");
    if (!has_provider(call, entity_type)) return fail("0", "No provider for entityTypeId");
    const DocumentTemplate* made_from = call.state.templates.find(*call.integer("templateId"));
    if (made_from == nullptr || made_from->deleted) return fail("0", "Template not found");
    if (!made_for(*made_from, entity_type)) return fail("0", "Cannot create document");
    Numerator* numerator = call.state.numerators.find(made_from->numerator);
    if (numerator == nullptr) return fail("0", "Error getting next number");
    Document document;
    document.id = call.state.next_document;
    call.state.next_document += 2;
    document.template_id = made_from->id;
    document.entity_type = static_cast<int>(entity_type);
    document.entity = *call.integer("entityId");
    take_values(call, document);
    if (document.number.empty()) document.number = take_number(*numerator);
    if (document.title.empty()) document.title = made_from->name + " " + document.number;
    document.created = document.updated = call.now;
    document.created_by = call.caller.id;
    render(call, document);
    const Document& kept = call.state.documents.add(std::move(document));
    tell(call, kept, Change::Added);
    return one_document(call, kept, Shape::Add);
}

Outcome get(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    return one_document(call, *std::get<Document*>(found), Shape::Other);
}

Outcome update(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    Document& document = *std::get<Document*>(found);
    take_values(call, document);
    document.updated = call.now;
    document.updated_by = call.caller.id;
    render(call, document);
    tell(call, document, Change::Changed);
    return one_document(call, document, Shape::Other);
}

Outcome erase(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const Document document = *std::get<Document*>(found);
    call.state.documents.erase(document.id);
    tell(call, document, Change::Deleted);
    return Answer{"null", {}, {}};
}

Outcome enable_public(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    Document& document = *std::get<Document*>(found);
    const Tree* status = call.param("status");
    document.is_public = status == nullptr || status->truthy();
    json::Writer out;
    out.begin_object().key("publicUrl");
    if (document.is_public)
        out.string(call.base + "/~" + std::to_string(document.id));
    else
        out.null();
    out.end_object();
    return Answer{out.take(), {}, {}};
}

Outcome get_fields(Call& call) {
    const auto found = find(call);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const Document& document = *std::get<Document*>(found);
    const Tree* values = call.param("values");
    json::Writer out;
    out.begin_object().key("documentFields").begin_object();
    const auto field = [&](const char* name, const char* title, const std::string& kept) {
        const Tree* sent = values == nullptr ? nullptr : values->find(name);
        out.key(name).begin_object().member("title", title);
        out.member("value", sent == nullptr ? kept : sent->str()).member("required", "Y");
        out.key("group").begin_array().string("Document").end_array();
        out.member("chain", std::string{"this.DOCUMENT."} + name);
        out.member("default", kept).end_object();
    };
    field("DocumentNumber", "Number", document.number);
    field("DocumentTitle", "Title", document.title);
    out.end_object().end_object();
    return Answer{out.take(), {}, {}};
}

std::optional<FieldRef> list_field(std::string_view name) {
    static const std::map<std::string, FieldRef, std::less<>> fields{
        {"id", {0, FieldType::Integer}},        {"entityTypeId", {1, FieldType::Integer}},
        {"entityId", {2, FieldType::Integer}},  {"templateId", {3, FieldType::Integer}},
        {"number", {4, FieldType::Text}},       {"title", {5, FieldType::Text}},
        {"createTime", {6, FieldType::Moment}}, {"updateTime", {7, FieldType::Moment}},
        {"createdBy", {8, FieldType::Integer}}, {"updatedBy", {9, FieldType::Integer}}};
    const auto at = fields.find(name);
    if (at == fields.end()) return std::nullopt;
    return at->second;
}

Cell list_cell(const Document& document, int field) {
    switch (field) {
    case 0:
        return document.id;
    case 1:
        return std::int64_t{document.entity_type};
    case 2:
        return document.entity;
    case 3:
        return document.template_id;
    case 4:
        return std::string_view{document.number};
    case 5:
        return std::string_view{document.title};
    case 6:
        return document.created;
    case 7:
        return document.updated;
    case 8:
        return document.created_by;
    default:
        return document.updated_by;
    }
}

void write_row(json::Writer& to, const Call& call, const Document& document) {
    const bool converted = conversion(document, call.options, call.now) == Conversion::Done;
    to.begin_object().member("id", std::to_string(document.id)).member("title", document.title);
    to.member("number", document.number);
    to.member("templateId", std::to_string(document.template_id));
    to.member("fileId", std::to_string(document.id + 222));
    for (const auto& [name, more] : {std::pair{"imageId", 224}, {"pdfId", 226}}) {
        to.key(name);
        if (converted)
            to.string(std::to_string(document.id + more));
        else
            to.null();
    }
    to.member("createTime", call.moment(document.created));
    to.member("updateTime", call.moment(document.updated));
    write_values(to, document);
    person(to, "createdBy", document.created_by, Shape::Other);
    person(to, "updatedBy", document.updated_by, Shape::Other);
    write_links(to, call, document, true);
    to.member("stampsEnabled", document.stamps);
    to.member("entityId", std::to_string(document.entity));
    to.member("entityTypeId", std::to_string(document.entity_type)).end_object();
}

// Whatever `select` names, whole rows come; entityTypeId in it is an error.
Outcome list(Call& call) {
    if (auto failure = check_generator(call)) return *failure;
    if (const Tree* select = call.param("select"))
        for (const auto& name : select->strings())
            if (name == "entityTypeId") return fail("100", "Unknown field definition entityTypeId");
    auto read =
        read_filter(call.param("filter"), {list_field, crm_prefixes(), false, call.offset()});
    auto order = read_order(call.param("order"), list_field);
    if (!read.ok() || !order.ok())
        return fail("100", "Unknown field definition " + read.bad_key + read.bad_value +
                               order.bad_key + order.bad_direction);
    Query<Document> query;
    query.filter = std::move(read.filter);
    query.order = std::move(order.keys);
    query.page = read_page(call);
    query.visible = [&](const Document& one) {
        return !call.hidden(Thing::Document, 0, one.id) && may_read(call, one);
    };
    const auto page = select_page(call.state.documents, query, list_cell);
    json::Writer out;
    out.begin_object().key("documents").begin_array();
    for (const Document* document : page.rows) write_row(out, call, *document);
    out.end_array().end_object();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, query.page, page.rows.size(), page.total, Uncounted::SaysNothing);
    return answer;
}

} // namespace

std::optional<Failure> check_generator(const Call& call) {
    if (!call.options.document_generator)
        return fail("DOCGEN_LIMIT_ERROR", "Document generator is not available on your plan");
    if (call.token.crm == Token::CrmRights::None)
        return fail("DOCGEN_ACCESS_ERROR", "Access denied");
    return std::nullopt;
}

Conversion conversion(const Document& document, const PortalOptions& options, Seconds now) {
    if (now < document.rendered + options.pdf_seconds) return Conversion::Running;
    return document.failed ? Conversion::Failed : Conversion::Done;
}

void add_document_calls(MethodTable& to) {
    const std::string prefix = kMethod;
    to.add(prefix + "add", "crm", add, true);
    to.add(prefix + "get", "crm", get);
    to.add(prefix + "list", "crm", list);
    to.add(prefix + "update", "crm", update, true);
    to.add(prefix + "delete", "crm", erase, true);
    to.add(prefix + "enablepublicurl", "crm", enable_public, true);
    to.add(prefix + "getfields", "crm", get_fields);
}

} // namespace hb::sandbox
