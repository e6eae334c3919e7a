#include "connector/bitrix24/cards.h"

#include "base/text.h"
#include "connector/bitrix24/items.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

std::map<std::string, std::string> read_map(const json::Value& object) {
    std::map<std::string, std::string> out;
    for (const auto member : object)
        if (const auto text = member.text_view()) out[std::string(member.key())] = *text;
    return out;
}

void write_map(json::Writer& out, std::string_view name,
               const std::map<std::string, std::string>& values) {
    out.key(name).begin_object();
    for (const auto& [key, value] : values) out.member(key, value);
    out.end_object();
}

// Portals keep the line ends of whoever typed them.
std::string plain_lines(std::string text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 >= text.size() || text[i + 1] != '\n') out += text[i];
    return out;
}

bool is_date(std::string_view name) {
    for (const auto& field : kCardFields)
        if (field.name == name) return field.type == "date";
    return false;
}

} // namespace

std::string Cards::stage_entity() const {
    return "DYNAMIC_" + std::to_string(entity_type) + "_STAGE_" + category;
}

Cards parse_cards(std::string_view text) {
    Cards cards;
    if (text.empty()) return cards;
    const auto document = json::Document::parse(text);
    if (!document) return cards;
    const json::Value root = document->root();
    const auto type = root["entityTypeId"].integer();
    const auto id = root["typeId"].integer();
    if (!type || !id || *type < 1 || *type > 1'000'000 || *id < 1) return cards;
    cards.entity_type = static_cast<int>(*type);
    cards.type_id = *id;
    cards.category = text_or_empty(root["category"]);
    cards.fields = read_map(root["fields"]);
    cards.states = read_map(root["states"]);
    return cards;
}

domain::CardLayout layout_of(const Cards& cards) {
    domain::CardLayout layout;
    layout.entity_type_id = cards.entity_type;
    layout.states = cards.states;
    json::Writer out;
    out.begin_object().member("entityTypeId", cards.entity_type).member("typeId", cards.type_id);
    out.member("category", cards.category);
    write_map(out, "fields", cards.fields);
    write_map(out, "states", cards.states);
    layout.text = out.end_object().take();
    return layout;
}

std::string card_value(std::string_view name, const json::Value& value) {
    if (value.nothing()) return "";
    if (is_date(name)) {
        // A calendar date comes as a moment with an odd hour: its first ten characters count.
        return std::string(value.text_view().value_or("").substr(0, 10));
    }
    if (value.is_array()) { // a field that somebody made multiple
        std::vector<std::string> lines;
        for (const auto item : value)
            if (const auto text = item.text()) lines.push_back(*text);
        return join(lines, "\n");
    }
    const auto text = value.text();
    return text ? plain_lines(*text) : value.dump();
}

std::vector<std::string> card_files(const json::Value& value) {
    std::vector<std::string> names;
    const auto add = [&names](const json::Value& file) {
        for (const char* key : {"name", "fileName", "originalName", "NAME"})
            if (const auto name = file[key].text_view()) return names.emplace_back(*name), void();
        const auto id = file.is_object() ? file["id"].text() : file.text();
        names.push_back("#" + (id ? *id : std::string("?")));
    };
    if (value.nothing()) return names;
    // One file of a field that is not multiple comes alone.
    if (value.is_object() && !value["id"].missing())
        add(value);
    else if (value.is_array() || value.is_object())
        for (const auto file : value) add(file);
    return names;
}

domain::CardState card_state(const Cards& cards, const json::Value& item) {
    domain::CardState card;
    card.exists = true;
    card.id = id_text(item["id"]);
    card.title = text_or_empty(item["title"]);
    card.key = text_or_empty(item["xmlId"]);
    card.stage = text_or_empty(item["stageId"]);
    for (const auto& [state, stage] : cards.states)
        if (stage == card.stage) card.state = state;
    card.company = id_text(item["companyId"]);
    card.deal = id_text(item["parentId2"]);
    card.updated_by = id_text(item["updatedBy"]);
    card.responsible = id_text(item["assignedById"]);
    for (const auto& [name, field] : cards.fields) {
        if (name == "files") {
            card.files = card_files(item[field]);
            continue;
        }
        std::string value = card_value(name, item[field]);
        if (!value.empty()) card.fields[name] = std::move(value);
    }
    return card;
}

std::vector<std::string> card_select(const Cards& cards) {
    std::vector<std::string> names = {"id",        "title",        "xmlId",
                                      "stageId",   "companyId",    "parentId2",
                                      "updatedBy", "assignedById", "updatedTime"};
    for (const auto& [name, field] : cards.fields) names.push_back(field);
    return names;
}

} // namespace hb::connector::bitrix24
