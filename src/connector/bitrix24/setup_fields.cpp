#include "connector/bitrix24/setup_run.h"

#include "base/text.h"
#include "connector/bitrix24/items.h"
#include "connector/bitrix24/query.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

// Our own fields and what others add to the type.
constexpr std::size_t kFieldPages = 4;

std::string field_name(std::int64_t type_id, std::string_view name) {
    std::string upper;
    for (const char c : name) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return "UF_CRM_" + std::to_string(type_id) + "_HB_" + upper;
}

std::string xml_id(std::string_view name) {
    const std::string field = field_name(0, name);
    return field.substr(field.find("HB_"));
}

// What a field of another type can hold as well.
bool fits(const CardField& field, const json::Value& row) {
    const std::string type = text_or_empty(row["userTypeId"]);
    const auto multiple = row["multiple"].flag();
    if (field.type == "file") return type == "file" && multiple && *multiple;
    if (multiple && *multiple) return false;
    return type == field.type || type == "string" || (field.type == "date" && type == "datetime");
}

Write field_write(const SetupRun& run, std::int64_t type_id, const CardField& field,
                  std::size_t index) {
    const std::string id = type_id > 0 ? std::to_string(type_id) : "{typeId}";
    const std::string name = "UF_CRM_" + id + "_" + xml_id(field.name);
    json::Writer out;
    out.begin_object().member("moduleId", "crm").key("field").begin_object();
    out.member("entityId", "CRM_" + id).member("fieldName", name);
    out.member("userTypeId", field.type).member("xmlId", xml_id(field.name));
    out.member("sort", static_cast<std::int64_t>(100 + index * 10));
    out.member("multiple", field.type == "file" ? "Y" : "N").member("mandatory", "N");
    out.key("editFormLabel").begin_object().member("en", field.en).member("ru", field.ru);
    out.end_object();
    if (field.lines > 1)
        out.key("settings").begin_object().member("ROWS", field.lines).end_object();
    out.end_object().end_object();
    return {"field " + std::string(field.name), "userfieldconfig.add", out.take(), run.made()};
}

// Takes note of the fields that are there. False when one is of a kind that can't hold its value.
Result<bool> list_fields(SetupRun& run, Cards& cards, bool tell) {
    std::vector<Command> commands;
    for (std::size_t page = 0; page < kFieldPages; ++page)
        commands.push_back(fields_command("f" + std::to_string(page), cards.type_id, page));
    const BatchReply reply = run.client.batch(commands);
    if (reply.trouble) return run.client.error(*reply.trouble);
    bool good = true;
    for (std::size_t page = 0; page < kFieldPages; ++page) {
        const Part& part = reply.part("f" + std::to_string(page));
        if (part.trouble && is_forbidden(*part.trouble)) {
            if (tell) run.trouble("fields of the cards", *part.trouble);
            return false;
        }
        if (part.trouble) return run.client.error(*part.trouble);
        const json::Value rows = part.result["fields"];
        for (const auto row : rows) {
            for (const auto& field : kCardFields) {
                if (!is_field(row, cards.type_id, field.name)) continue;
                cards.fields[std::string(field.name)] = text_or_empty(row["fieldName"]);
                if (fits(field, row)) continue;
                good = false;
                if (tell)
                    run.step("field " + std::string(field.name), "failed",
                             text_or_empty(row["fieldName"]) + " is of type " +
                                 text_or_empty(row["userTypeId"]) + ", not " +
                                 std::string(field.type) +
                                 ": delete it in Bitrix24 and run the setup again");
            }
        }
        if (rows.size() < kPageRowsMax) break;
    }
    return good;
}

} // namespace

Command fields_command(std::string key, std::int64_t type_id, std::size_t page) {
    Query query;
    query.add({"moduleId"}, "crm").add({"filter", "entityId"}, "CRM_" + std::to_string(type_id));
    query.add({"start"}, std::to_string(page * kPageRowsMax));
    return {std::move(key), "userfieldconfig.list", query.text()};
}

bool is_field(const json::Value& row, std::int64_t type_id, std::string_view name) {
    const auto entity = row["entityId"].text_view();
    if (entity && *entity != "CRM_" + std::to_string(type_id)) return false;
    return text_or_empty(row["fieldName"]) == field_name(type_id, name) ||
           fold_case(text_or_empty(row["xmlId"])) == fold_case(xml_id(name));
}

Result<bool> have_fields(SetupRun& run, Cards& cards) {
    cards.fields.clear();
    const auto listed = list_fields(run, cards, true);
    if (!listed) return listed.error();
    if (!*listed) return false;
    std::vector<Write> writes;
    for (std::size_t i = 0; i < kCardFields.size(); ++i)
        if (cards.fields.count(std::string(kCardFields[i].name)) == 0)
            writes.push_back(field_write(run, cards.type_id, kCardFields[i], i));
    if (writes.empty()) run.step("fields of the cards", "ok");
    run.carry_out(writes);
    if (run.dry || writes.empty()) return writes.empty();
    // Read again: what counts is what is there, also when somebody was first.
    const auto after = list_fields(run, cards, false);
    if (!after) return after.error();
    return *after && cards.fields.size() == kCardFields.size();
}

void plan_fields(SetupRun& run) {
    std::vector<Write> writes;
    for (std::size_t i = 0; i < kCardFields.size(); ++i)
        writes.push_back(field_write(run, 0, kCardFields[i], i));
    run.carry_out(writes);
}

} // namespace hb::connector::bitrix24
