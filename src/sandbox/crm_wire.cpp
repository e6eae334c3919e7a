#include "sandbox/crm_wire.h"

#include "base/text.h"

namespace hb::sandbox {

namespace {

// Phones and e-mails: [{"ID":"8303","VALUE_TYPE":"WORK","VALUE":"+1…","TYPE_ID":"PHONE"}].
void write_contact_ways(json::Writer& to, const CrmField& field, const CrmItem& item,
                        const std::vector<std::string>& values) {
    to.begin_array();
    std::int64_t id = item.id * 10;
    for (const auto& value : values) {
        to.begin_object().member("ID", std::to_string(++id)).member("VALUE_TYPE", "WORK");
        to.member("VALUE", value).member("TYPE_ID", field.classic).end_object();
    }
    to.end_array();
}

std::vector<std::string> read_contact_ways(const Tree& sent) {
    std::vector<std::string> out;
    if (!sent.is_branch() && !sent.nothing()) out.push_back(sent.str());
    for (std::size_t i = 0; sent.is_branch() && i < sent.size(); ++i) {
        const Tree* value = sent.at(i)->find("VALUE");
        const std::string text = value == nullptr ? sent.at(i)->str() : value->str();
        if (!text.empty()) out.push_back(text);
    }
    return out;
}

void write_classic_value(json::Writer& to, const CrmField& field, const CrmValue& value,
                         int offset) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        switch (field.type) {
        case FieldType::Amount:
            to.string(write_fixed(*number, 2));
            return;
        case FieldType::Flag:
            to.string(*number != 0 ? "Y" : "N");
            return;
        case FieldType::Moment:
            to.string(write_moment(*number, offset));
            return;
        case FieldType::Date:
            to.string(write_date(*number, offset));
            return;
        default:
            to.string(std::to_string(*number));
            return;
        }
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
        to.string(*text);
    } else if (const auto* tree = std::get_if<Tree>(&value)) {
        tree->write(to);
    } else if (field.absent == "null") {
        to.null();
    } else if (field.type == FieldType::Amount) {
        to.string("0.00");
    } else {
        to.string(field.absent == "0" ? "0" : "");
    }
}

void write_universal_number(json::Writer& to, const CrmField& field, std::int64_t number,
                            int offset) {
    switch (field.type) {
    case FieldType::Amount:
        to.raw(write_number(number));
        return;
    case FieldType::Flag:
        to.string(number != 0 ? "Y" : "N");
        return;
    case FieldType::Moment:
        to.string(write_moment(number, offset));
        return;
    case FieldType::Date:
        to.string(write_date(number, offset));
        return;
    default:
        to.integer(number);
        return;
    }
}

void write_universal_value(json::Writer& to, const CrmField& field, const CrmValue& value,
                           int offset) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        write_universal_number(to, field, *number, offset);
        return;
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
        to.string(*text);
    } else if (const auto* tree = std::get_if<Tree>(&value)) {
        tree->write(to);
    } else if (field.type == FieldType::IntegerList) {
        to.begin_array();
        if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value))
            for (const auto id : *list) to.integer(id);
        to.end_array();
    } else {
        to.raw(field.absent);
    }
}

// Several values of a custom field; none is [].
void write_many(json::Writer& to, const CrmField& field, const CrmValue& value, int offset) {
    to.begin_array();
    if (const auto* numbers = std::get_if<std::vector<std::int64_t>>(&value))
        for (const auto number : *numbers) write_universal_number(to, field, number, offset);
    if (const auto* texts = std::get_if<std::vector<std::string>>(&value))
        for (const auto& text : *texts) to.string(text);
    to.end_array();
}

// {"id":77,"url":"…","urlMachine":"…"}
void write_file(json::Writer& to, const CrmStore& store, const CrmItem& item, const CrmField& field,
                std::int64_t file, const Links& links) {
    const std::string query = "entityTypeId=" + std::to_string(store.entity_type) +
                              "&id=" + std::to_string(item.id) + "&fieldName=" + field.classic +
                              "&fileId=" + std::to_string(file);
    to.begin_object().member("id", file);
    to.member("url", links.session("crm.controller.item.getFile", query));
    to.member("urlMachine", links.machine("crm.controller.item.getFile", "file", file));
    to.end_object();
}

void write_files(json::Writer& to, const CrmStore& store, const CrmItem& item,
                 const CrmField& field, const CrmValue& value, const Links& links) {
    const auto* ids = std::get_if<std::vector<std::int64_t>>(&value);
    if (field.multiple) {
        to.begin_array();
        if (ids != nullptr)
            for (const auto id : *ids) write_file(to, store, item, field, id, links);
        to.end_array();
    } else if (ids == nullptr || ids->empty()) {
        to.null();
    } else {
        write_file(to, store, item, field, ids->front(), links);
    }
}

CrmValue absent_value(const CrmField& field) {
    if (field.type == FieldType::Flag && !field.multiple) return std::int64_t{0};
    return {};
}

std::optional<CrmValue> read_many(const CrmField& field, const Tree& sent, int offset) {
    CrmField one = field;
    one.multiple = false;
    std::vector<std::int64_t> numbers;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < sent.size(); ++i) {
        auto value = read_crm_value(one, *sent.at(i), offset);
        if (!value) return std::nullopt;
        if (const auto* number = std::get_if<std::int64_t>(&*value)) numbers.push_back(*number);
        if (auto* text = std::get_if<std::string>(&*value)) texts.push_back(std::move(*text));
    }
    CrmValue out;
    if (!numbers.empty()) out = std::move(numbers);
    if (!texts.empty()) out = std::move(texts);
    return out;
}

} // namespace

std::string wire_name(const CrmField& field, Dialect dialect) {
    if (dialect == Dialect::Classic) return field.classic;
    if (dialect == Dialect::UniversalWithOriginalNames && field.is_custom) return field.classic;
    return field.universal;
}

std::vector<bool> selected_fields(const CrmStore& store, const Tree* select, Dialect dialect) {
    const auto names = select == nullptr ? std::vector<std::string>{} : select->strings();
    const auto asked = [&](std::string_view name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    const bool all = names.empty() || asked("*");
    // Classic lists leave custom fields and the multiple ones out unless they are named.
    const bool custom_too = asked("UF_*") || (all && dialect != Dialect::Classic);
    std::vector<bool> out;
    for (const auto& field : store.fields) {
        const std::string name = wire_name(field, dialect);
        const bool by_default = field.is_custom ? custom_too : all;
        const bool multiple = name == "PHONE" || name == "EMAIL";
        out.push_back(!name.empty() &&
                      ((by_default && !multiple) || asked(name) || same_word(name, "ID")));
    }
    return out;
}

void write_crm_item(json::Writer& to, const CrmStore& store, const CrmItem& item,
                    const std::vector<bool>& selected, const ItemShape& shape) {
    static const CrmValue none;
    to.begin_object();
    for (std::size_t i = 0; i < store.fields.size(); ++i) {
        if (!selected[i]) continue;
        const CrmField& field = store.fields[i];
        to.key(wire_name(field, shape.dialect));
        const CrmValue& kept = i < item.values.size() ? item.values[i] : none;
        const CrmValue fallback = absent_value(field);
        const CrmValue& value = kept.index() == 0 ? fallback : kept;
        const auto* texts = std::get_if<std::vector<std::string>>(&value);
        if (field.user_type == "file")
            write_files(to, store, item, field, value, shape.links);
        else if (field.multiple)
            write_many(to, field, value, shape.offset_minutes);
        else if (texts != nullptr)
            write_contact_ways(to, field, item, *texts);
        else if (shape.dialect == Dialect::Classic)
            write_classic_value(to, field, value, shape.offset_minutes);
        else
            write_universal_value(to, field, value, shape.offset_minutes);
    }
    if (shape.with_type) to.member("entityTypeId", store.entity_type);
    to.end_object();
}

std::optional<CrmValue> read_crm_value(const CrmField& field, const Tree& sent,
                                       int offset_minutes) {
    if (field.type == FieldType::IntegerList) {
        std::vector<std::int64_t> ids;
        for (const auto id : sent.integers())
            if (id != 0) ids.push_back(id);
        return CrmValue{ids};
    }
    if (field.type == FieldType::TextList) return CrmValue{read_contact_ways(sent)};
    if (field.multiple) return read_many(field, sent, offset_minutes);
    if (sent.is_branch()) {
        if (sent.nothing()) return CrmValue{};
        return field.is_custom ? std::optional<CrmValue>{sent} : std::nullopt;
    }
    if (field.type == FieldType::Flag) return CrmValue{std::int64_t{sent.truthy()}};
    if (sent.nothing()) return CrmValue{};
    const std::string text = sent.str();
    std::optional<std::int64_t> number;
    switch (field.type) {
    case FieldType::Text:
        if (field.is_custom && field.user_type.empty() && sent.kind() != Tree::Kind::Text)
            return CrmValue{sent};
        return CrmValue{text};
    case FieldType::Amount:
        number = read_decimal(text);
        break;
    case FieldType::Moment:
        number = read_moment(text, offset_minutes);
        break;
    case FieldType::Date:
        number = read_date(text, offset_minutes);
        break;
    default:
        number = sent.integer();
        break;
    }
    if (!number) return std::nullopt;
    if (field.type == FieldType::Amount && field.user_type.empty()) number = round_to(*number, 2);
    return CrmValue{*number};
}

} // namespace hb::sandbox
