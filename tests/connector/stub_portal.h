#pragma once

#include <map>
#include <set>

#include "wire.h"

// The parts of a portal that `portal setup` reads and makes: smart processes, their stages and
// fields, task fields, event handlers. Written from the protocol sheet, for setup only.
namespace wire {

// A call's arguments as bracket paths: "filter[entityId]" -> "CRM_7".
using Args = std::map<std::string, std::string>;

inline void flatten(Args& out, const std::string& path, const json::Value& value) {
    if (!value.is_object() && !value.is_array()) {
        out[path] = value.null() ? "" : value.text() ? *value.text() : value.dump();
        return;
    }
    std::size_t index = 0;
    for (const auto child : value) {
        const std::string step =
            value.is_array() ? std::to_string(index++) : std::string(child.key());
        flatten(out, path.empty() ? step : path + "[" + step + "]", child);
    }
}

struct StubPortal {
    using Row = std::map<std::string, std::string>;
    std::vector<std::string> scopes = {"task", "crm", "user", "sonet_group", "userfieldconfig"};
    std::vector<Row> types, stages, fields, task_fields, events;
    std::map<std::string, std::pair<std::string, std::string>> refused; // method -> error, text
    bool application = false;
    bool offline = false;
    bool lists_categories = true;
    bool links = true;                // crm.item.fields shows parentId2
    bool short_codes = false;         // gives stages other codes than asked for
    std::vector<std::string> written; // methods that changed something, in order
    int next_id = 100;

    net::Response operator()(const Seen& seen) {
        if (seen.method != "batch") {
            Args args;
            const auto body = json::Document::parse(seen.body);
            flatten(args, "", body->root());
            const auto [error, result] = call(seen.method, args);
            return error.empty() ? ok(result)
                                 : failed(400, error.substr(0, error.find('|')),
                                          error.substr(error.find('|') + 1));
        }
        BatchAnswer answer;
        for (const auto& one : calls_of(seen)) {
            Args args;
            for (const auto part : split(one.query, '&')) {
                const auto equals = part.find('=');
                if (equals != part.npos)
                    args[std::string(part.substr(0, equals))] = part.substr(equals + 1);
            }
            const auto [error, result] = call(one.method, args);
            if (error.empty())
                answer.results[one.key] = result;
            else
                answer.errors[one.key] = R"({"error":)" +
                                         json::quote(error.substr(0, error.find('|'))) +
                                         R"(,"error_description":)" +
                                         json::quote(error.substr(error.find('|') + 1)) + "}";
        }
        return answer.response();
    }

    // error "CODE|text" or a result
    std::pair<std::string, std::string> call(const std::string& method, Args& args) {
        if (const auto no = refused.find(method); no != refused.end())
            return {no->second.first + "|" + no->second.second, ""};
        const bool reads = method.find("list") != method.npos ||
                           method.find("get") != method.npos || method == "scope" ||
                           method == "crm.item.fields";
        if (!reads) written.push_back(method);
        if (method == "scope") return {"", quoted(scopes)};
        if (method == "method.get") {
            const auto no = refused.find(args["name"]);
            const bool lacks = no != refused.end() && no->second.first == "ERROR_METHOD_NOT_FOUND";
            return {"", lacks ? R"({"isExisting":false,"isAvailable":false})"
                              : R"({"isExisting":true,"isAvailable":true})"};
        }
        if (method == "crm.type.list") return {"", "{\"types\":" + page(types, args) + "}"};
        if (method == "crm.type.add") return {"", R"({"type":)" + add_type(args) + "}"};
        if (method == "crm.type.update") return update_type(args);
        if (method == "crm.item.fields")
            return {"", links ? R"({"fields":{"id":{},"parentId2":{"type":"crm_entity"}}})"
                              : R"({"fields":{"id":{}}})"};
        if (method == "crm.category.list") {
            if (!lists_categories) return {"NOT_FOUND|Smart process not found", ""};
            return {"", R"({"categories":[{"id":12,"name":"General","isDefault":"Y"}]})"};
        }
        if (method == "crm.status.list")
            return {"", rows(stages, {{"ENTITY_ID", args["filter[ENTITY_ID]"]}})};
        if (method == "crm.status.add") return add_stage(args);
        if (method == "crm.status.delete") return drop(stages, "ID", args["id"]);
        if (method == "userfieldconfig.list")
            return {"", "{\"fields\":" +
                            page(fields, args, {{"entityId", args["filter[entityId]"]}}) + "}"};
        if (method == "userfieldconfig.add") return add_field(args);
        if (method == "task.item.userfield.getlist") return {"", rows(task_fields, {})};
        if (method == "task.item.userfield.add") {
            task_fields.push_back({{"ID", id()},
                                   {"FIELD_NAME", args["PARAMS[FIELD_NAME]"]},
                                   {"USER_TYPE_ID", args["PARAMS[USER_TYPE_ID]"]}});
            return {"", task_fields.back()["ID"]};
        }
        if (method.rfind("event.", 0) == 0 && !application)
            return {"ACCESS_DENIED|Access denied! Application context required", ""};
        if (method == "event.get") return {"", rows(events, {})};
        if (method == "event.bind") {
            events.push_back({{"event", args["event"]},
                              {"handler", args["handler"]},
                              {"offline", args["event_type"] == "offline" ? "1" : "0"}});
            return {"", "true"};
        }
        if (method == "feature.get") return {"", offline ? R"({"value":"Y"})" : R"({"value":"N"})"};
        throw std::logic_error("setup calls " + method);
    }

    Row* stage(const std::string& code) {
        for (auto& row : stages)
            if (row["STATUS_ID"].substr(row["STATUS_ID"].rfind(':') + 1) == code) return &row;
        return nullptr;
    }

private:
    std::string id() { return std::to_string(next_id++); }
    static std::string quoted(const std::vector<std::string>& texts) {
        std::string out;
        for (const auto& text : texts) out += (out.empty() ? "" : ",") + json::quote(text);
        return "[" + out + "]";
    }
    static std::string rendered(const Row& row) {
        json::Writer out;
        out.begin_object();
        for (const auto& [name, value] : row)
            if (value == "null")
                out.key(name).null();
            else
                out.member(name, value);
        return out.end_object().take();
    }
    static std::string rows(const std::vector<Row>& from, const Row& filter) {
        std::string out;
        for (const auto& row : from) {
            bool fits = true;
            for (const auto& [name, value] : filter)
                fits = fits && (value.empty() || row.at(name) == value);
            if (fits) out += (out.empty() ? "" : ",") + rendered(row);
        }
        return "[" + out + "]";
    }
    static std::string page(const std::vector<Row>& from, Args& args, const Row& filter = {}) {
        return args["start"].empty() || args["start"] == "0" ? rows(from, filter) : "[]";
    }
    std::string add_type(Args& args) {
        Row type;
        for (const auto& [path, value] : args)
            if (path.rfind("fields[", 0) == 0 && path.find("][") == path.npos)
                type[path.substr(7, path.size() - 8)] = value;
        type["id"] = "7";
        type["entityTypeId"] = "1044";
        types.push_back(type);
        const std::vector<std::array<const char*, 3>> defaults = {{"NEW", "10", "null"},
                                                                  {"PREPARATION", "20", "null"},
                                                                  {"CLIENT", "30", "null"},
                                                                  {"SUCCESS", "40", "S"},
                                                                  {"FAIL", "50", "F"}};
        for (const auto& [code, sort, semantics] : defaults)
            stages.push_back({{"ID", id()},
                              {"ENTITY_ID", "DYNAMIC_1044_STAGE_12"},
                              {"STATUS_ID", "DT1044_12:" + std::string(code)},
                              {"SORT", sort},
                              {"SEMANTICS", semantics},
                              {"SYSTEM", std::string(code) == "NEW" ? "Y" : "N"}});
        return rendered(type);
    }
    std::pair<std::string, std::string> update_type(Args& args) {
        for (auto& type : types)
            for (const auto& [path, value] : args)
                if (type["id"] == args["id"] && path.rfind("fields[", 0) == 0)
                    type[path.substr(7, path.size() - 8)] = value;
        return {"", "{}"};
    }
    std::pair<std::string, std::string> add_stage(Args& args) {
        std::string code = args["fields[STATUS_ID]"];
        const std::string sort = args["fields[SORT]"];
        const std::string semantics = args["fields[SEMANTICS]"];
        for (auto& row : stages) {
            if (row["STATUS_ID"] == code) return {"Duplicate STATUS_ID.|", ""};
            // Work before success before failure.
            if (semantics.empty() && row["SEMANTICS"] == "S" &&
                std::stoi(sort) >= std::stoi(row["SORT"]))
                return {"ERROR_CORE|an intermediate stage after success", ""};
        }
        if (short_codes) code = "D1:" + code.substr(code.rfind(':') + 1);
        stages.push_back({{"ID", id()},
                          {"ENTITY_ID", args["fields[ENTITY_ID]"]},
                          {"STATUS_ID", code},
                          {"NAME", args["fields[NAME]"]},
                          {"SORT", sort},
                          {"SEMANTICS", semantics.empty() ? "null" : semantics},
                          {"SYSTEM", "N"}});
        return {"", stages.back()["ID"]};
    }
    std::pair<std::string, std::string> add_field(Args& args) {
        Row field;
        for (const char* name : {"entityId", "fieldName", "userTypeId", "xmlId", "multiple"})
            field[name] = args["field[" + std::string(name) + "]"];
        for (const auto& row : fields)
            if (row.at("fieldName") == field["fieldName"]) return {"|Field exists", ""};
        field["id"] = id();
        fields.push_back(field);
        return {"", R"({"field":)" + rendered(field) + "}"};
    }
    static std::pair<std::string, std::string> drop(std::vector<Row>& from, const char* name,
                                                    const std::string& value) {
        for (auto at = from.begin(); at != from.end(); ++at)
            if (at->at(name) == value) {
                from.erase(at);
                return {"", "true"};
            }
        return {"Status is not found.|", ""};
    }
};

} // namespace wire
