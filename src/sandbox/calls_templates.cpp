#include "base/text.h"
#include "sandbox/documents.h"
#include "json/writer.h"

// crm.documentgenerator.template.* and numerator.*.
namespace hb::sandbox {

namespace {

std::optional<FieldRef> template_field(std::string_view name) {
    static const std::vector<std::string_view> names{
        "id",   "name",        "region",    "active",     "sort",
        "code", "numeratorId", "isDeleted", "createTime", "updateTime"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) {
            const bool number = i == 0 || i == 4 || i == 6;
            const FieldType type = i >= 8   ? FieldType::Moment
                                   : number ? FieldType::Integer
                                            : FieldType::Text;
            return FieldRef{static_cast<int>(i), type};
        }
    return std::nullopt;
}

Cell template_cell(const DocumentTemplate& one, int field) {
    switch (field) {
    case 0:
        return one.id;
    case 1:
        return std::string_view{one.name};
    case 2:
        return std::string_view{one.region};
    case 3:
        return one.active ? std::string_view{"Y"} : "N";
    case 4:
        return std::int64_t{one.sort};
    case 6:
        return one.numerator;
    case 7:
        return one.deleted ? std::string_view{"Y"} : "N";
    case 8:
        return one.created;
    case 9:
        return one.updated;
    default:
        return {};
    }
}

class TemplateWriter {
public:
    TemplateWriter(const Call& call, const Tree* select) : call_(call) {
        if (select != nullptr) names_ = select->strings();
    }

    void write(json::Writer& to, const DocumentTemplate& one) const {
        const std::string id = std::to_string(one.id);
        const auto text = [&](const char* name, const std::string& value) {
            if (asked(name)) to.member(name, value);
        };
        to.begin_object().member("id", id);
        text("name", one.name);
        text("region", one.region);
        if (asked("code")) to.key("code").null();
        to.member("download",
                  call_.links().session("crm.documentgenerator.template.download", "id=" + id));
        text("active", one.active ? "Y" : "N");
        text("moduleId", "crm");
        text("numeratorId", std::to_string(one.numerator));
        text("withStamps", one.with_stamps ? "Y" : "N");
        if (asked("users")) write_texts(to.key("users"), one.users);
        text("isDeleted", one.deleted ? "Y" : "N");
        text("sort", std::to_string(one.sort));
        to.member(
            "downloadMachine",
            call_.links().machine("crm.documentgenerator.template.download", "template", one.id));
        if (asked("entityTypeId")) write_texts(to.key("entityTypeId"), one.entity_types);
        text("createTime", call_.moment(one.created));
        text("updateTime", call_.moment(one.updated));
        to.end_object();
    }

private:
    bool asked(std::string_view name) const {
        return names_.empty() || std::find(names_.begin(), names_.end(), "*") != names_.end() ||
               std::find(names_.begin(), names_.end(), name) != names_.end();
    }
    static void write_texts(json::Writer& to, const std::vector<std::string>& texts) {
        to.begin_array();
        for (const auto& text : texts) to.string(text);
        to.end_array();
    }

    const Call& call_;
    std::vector<std::string> names_;
};

// An object by id, in the order that was asked for; [] when there is none.
Outcome template_list(Call& call) {
    if (auto failure = check_template_rights(call)) return *failure;
    auto read =
        read_filter(call.param("filter"), {template_field, crm_prefixes(), false, call.offset()});
    auto order = read_order(call.param("order"), template_field);
    if (!read.ok() || !order.ok())
        return fail("0", "Unknown field " + read.bad_key + read.bad_value + order.bad_key);
    Query<DocumentTemplate> query;
    query.filter = std::move(read.filter);
    query.order = std::move(order.keys);
    query.page = read_page(call);
    const auto page = select_page(call.state.templates, query, template_cell);
    const TemplateWriter writer{call, call.param("select")};
    json::Writer out;
    out.begin_object().key("templates");
    if (page.rows.empty()) {
        out.begin_array().end_array();
    } else {
        out.begin_object();
        for (const auto* one : page.rows) writer.write(out.key(std::to_string(one->id)), *one);
        out.end_object();
    }
    out.end_object();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, query.page, page.rows.size(), page.total, Uncounted::SaysNothing);
    return answer;
}

Outcome template_add(Call& call) {
    if (auto failure = check_template_rights(call)) return *failure;
    const Tree* fields = call.param("fields");
    if (fields == nullptr || !fields->is_branch())
        return fail("100", "Could not find value for parameter {fields}");
    std::vector<std::string> absent;
    for (const char* name : {"name", "file", "numeratorId", "region", "entityTypeId"})
        if (const Tree* sent = fields->find(name); sent == nullptr || sent->nothing())
            absent.emplace_back(name);
    if (!absent.empty()) return fail("0", "Empty required fields: " + join(absent, ", "));
    const auto file = fields->find("file")->strings();
    if (base64_bytes(file.back()).empty()) return fail("0", "Missing file content");
    DocumentTemplate one;
    one.numerator = fields->find("numeratorId")->integer().value_or(0);
    if (call.state.numerators.find(one.numerator) == nullptr)
        return fail("0", "Numerator not found");
    one.id = call.state.next_template;
    call.state.next_template += 2;
    one.name = fields->find("name")->str();
    one.region = fields->find("region")->str();
    one.entity_types = fields->find("entityTypeId")->strings();
    if (const Tree* users = fields->find("users")) one.users = users->strings();
    if (const Tree* active = fields->find("active")) one.active = active->truthy();
    if (const Tree* sort = fields->find("sort"))
        one.sort = static_cast<int>(sort->integer().value_or(500));
    one.created = one.updated = call.now;
    json::Writer out;
    out.begin_object().key("template");
    // Alone a template names its users by themselves.
    DocumentTemplate& kept = call.state.templates.add(std::move(one));
    Tree all = Tree::list();
    for (const char* name :
         {"name", "region", "code", "active", "moduleId", "numeratorId", "withStamps", "isDeleted",
          "sort", "entityTypeId", "createTime", "updateTime"})
        all.append(Tree::text(name));
    TemplateWriter{call, &all}.write(out, kept);
    out.end_object();
    return Answer{out.take(), {}, {}};
}

void write_numerator(json::Writer& to, const Numerator& one, bool id_as_text) {
    to.begin_object();
    if (id_as_text)
        to.member("id", std::to_string(one.id));
    else
        to.member("id", one.id);
    to.member("name", one.name).member("template", one.pattern);
    if (!id_as_text) to.key("code").null();
    to.key("settings").begin_object();
    to.key("Bitrix_Main_Numerator_Generator_SequentNumberGenerator").begin_object();
    to.member("start", one.start).member("step", one.step).member("length", one.length);
    to.member("padString", one.pad).key("periodicBy").null().key("timezone").null();
    to.member("isDirectNumeration", false).end_object().end_object().end_object();
}

std::optional<FieldRef> numerator_field(std::string_view name) {
    if (name == "id") return FieldRef{0, FieldType::Integer};
    if (name == "name") return FieldRef{1, FieldType::Text};
    return std::nullopt;
}

Outcome numerator_list(Call& call) {
    if (auto failure = check_template_rights(call)) return *failure;
    auto order = read_order(call.param("order"), numerator_field);
    Query<Numerator> query;
    query.order = std::move(order.keys);
    query.page = read_page(call);
    const auto page =
        select_page(call.state.numerators, query, [](const Numerator& one, int field) {
            return field == 0 ? Cell{one.id} : Cell{std::string_view{one.name}};
        });
    json::Writer out;
    out.begin_object().key("numerators").begin_array();
    for (const Numerator* one : page.rows) write_numerator(out, *one, true);
    out.end_array().end_object();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, query.page, page.rows.size(), page.total, Uncounted::SaysNothing);
    return answer;
}

Outcome numerator_add(Call& call) {
    if (auto failure = check_template_rights(call)) return *failure;
    const Tree* fields = call.param("fields");
    if (fields == nullptr || !fields->is_branch())
        return fail("100", "Could not find value for parameter {fields}");
    for (const char* name : {"name", "template"})
        if (const Tree* sent = fields->find(name); sent == nullptr || sent->nothing())
            return fail("0", "Empty required fields: " + std::string{name});
    Numerator one;
    one.id = call.state.next_numerator;
    call.state.next_numerator += 2;
    one.own = true;
    one.name = fields->find("name")->str();
    one.pattern = fields->find("template")->str();
    const Tree* settings = fields->find("settings");
    const Tree* sequence =
        settings == nullptr
            ? nullptr
            : settings->find("Bitrix_Main_Numerator_Generator_SequentNumberGenerator");
    const auto number = [&](const char* name, std::int64_t otherwise) {
        const Tree* sent = sequence == nullptr ? nullptr : sequence->find(name);
        return sent == nullptr ? otherwise : sent->integer().value_or(otherwise);
    };
    one.start = one.next = number("start", 1);
    one.step = number("step", 1);
    one.length = static_cast<int>(number("length", 0));
    json::Writer out;
    out.begin_object().key("numerator");
    write_numerator(out, call.state.numerators.add(std::move(one)), false);
    out.end_object();
    return Answer{out.take(), {}, {}};
}

} // namespace

std::optional<Failure> check_template_rights(const Call& call) {
    if (auto failure = check_generator(call)) return failure;
    if (!call.crm_admin()) return fail("", "You do not have permissions to modify templates");
    return std::nullopt;
}

std::string take_number(Numerator& numerator) {
    std::string digits = std::to_string(numerator.next);
    numerator.next += numerator.step;
    while (digits.size() < static_cast<std::size_t>(numerator.length))
        digits.insert(0, numerator.pad.empty() ? "0" : numerator.pad);
    std::string out = numerator.pattern;
    const std::size_t at = out.find("{NUMBER}");
    if (at != std::string::npos) out.replace(at, 8, digits);
    return out;
}

void add_template_calls(MethodTable& to) {
    to.add("crm.documentgenerator.template.list", "crm", template_list);
    to.add("crm.documentgenerator.template.add", "crm", template_add, true);
    to.add("crm.documentgenerator.numerator.list", "crm", numerator_list);
    to.add("crm.documentgenerator.numerator.add", "crm", numerator_add, true);
}

} // namespace hb::sandbox
