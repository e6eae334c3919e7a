#include "connector/bitrix24/tables.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "base/wall_clock.h"
#include "connector/bitrix24/query.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

Table users() {
    Table t;
    t.stream = "users";
    t.method = "user.get";
    t.dialect = Dialect::Users;
    t.id = "ID";
    t.select = {"ID", "ACTIVE", "NAME", "LAST_NAME", "EMAIL", "WORK_POSITION"};
    t.content = t.select;
    return t;
}

Table groups() {
    Table t;
    t.stream = "groups";
    t.method = "sonet_group.get";
    t.dialect = Dialect::Groups;
    t.id = "ID";
    t.content = {"ID", "NAME", "ACTIVE", "CLOSED", "OWNER_ID", "PROJECT"};
    return t;
}

Table classic(const char* stream, const char* method, std::vector<std::string> select) {
    Table t;
    t.stream = stream;
    t.method = method;
    t.dialect = Dialect::Classic;
    t.id = "ID";
    t.changed_filter = "DATE_MODIFY";
    t.big = true;
    t.select = std::move(select);
    t.content = t.select;
    return t;
}

Table items(const char* stream, int entity_type, std::vector<ItemMember> members) {
    Table t;
    t.stream = stream;
    t.method = "crm.item.list";
    t.dialect = Dialect::Items;
    t.rows = "items";
    t.id = "id";
    t.changed_filter = "updatedTime";
    t.big = true;
    t.entity_type = entity_type;
    t.members = std::move(members);
    for (const auto& member : t.members) {
        t.select.push_back(member.wire);
        t.content.push_back(member.classic);
    }
    return t;
}

Table companies(bool by_classic) {
    if (by_classic)
        return classic("companies", "crm.company.list",
                       {"ID", "TITLE", "IS_MY_COMPANY", "ASSIGNED_BY_ID"});
    return items("companies", 4,
                 {{"id", "ID", MemberKind::Id},
                  {"title", "TITLE", MemberKind::Text},
                  {"isMyCompany", "IS_MY_COMPANY", MemberKind::Flag},
                  {"categoryId", "CATEGORY_ID", MemberKind::Id},
                  {"assignedById", "ASSIGNED_BY_ID", MemberKind::Id}});
}

Table deals(bool by_classic) {
    if (by_classic)
        return classic(
            "deals", "crm.deal.list",
            {"ID", "TITLE", "COMPANY_ID", "STAGE_ID", "CATEGORY_ID", "ORIGINATOR_ID", "ORIGIN_ID"});
    return items("deals", 2,
                 {{"id", "ID", MemberKind::Id},
                  {"title", "TITLE", MemberKind::Text},
                  {"companyId", "COMPANY_ID", MemberKind::Id},
                  {"stageId", "STAGE_ID", MemberKind::Text},
                  {"categoryId", "CATEGORY_ID", MemberKind::Id},
                  {"originatorId", "ORIGINATOR_ID", MemberKind::Text},
                  {"originId", "ORIGIN_ID", MemberKind::Text}});
}

Table tasks(const Bitrix24Options& options) {
    Table t;
    t.stream = "tasks";
    t.method = "tasks.task.list";
    t.dialect = Dialect::Tasks;
    t.rows = "tasks";
    t.id = "id";
    t.changed_filter = "CHANGED_DATE";
    t.big = true;
    t.select = {"ID",           "TITLE",       "GROUP_ID",          "PARENT_ID",
                "STATUS",       "CREATED_BY",  "RESPONSIBLE_ID",    "CREATED_DATE",
                "CHANGED_DATE", "CLOSED_DATE", "DEADLINE",          "TIME_ESTIMATE",
                "TAGS",         "UF_CRM_TASK", "TIME_SPENT_IN_LOGS"};
    t.select.push_back(options.paid_field);
    t.select.push_back(options.report_field);
    t.content = {"id",           "title",         "groupId",     "parentId",       "status",
                 "createdBy",    "responsibleId", "createdDate", "closedDate",     "deadline",
                 "timeEstimate", "tags",          "ufCrmTask",   "timeSpentInLogs"};
    t.moments = {"createdDate", "closedDate", "deadline"};
    return t;
}

Table entries() {
    Table t;
    t.stream = "entries";
    t.method = "task.elapseditem.getlist";
    t.dialect = Dialect::Entries;
    t.id = "ID";
    t.big = true;
    t.select = {"ID", "TASK_ID", "USER_ID", "SECONDS", "CREATED_DATE", "COMMENT_TEXT"};
    t.content = t.select;
    t.moments = {"CREATED_DATE"};
    return t;
}

// Adds the id conditions under the filter's name. Form encoding drops empty maps, so the condition
// on the id is always there: an empty FILTER would move the positional arguments up.
void add_filter(Query& query, std::string_view name, const Table& table, const Ask& ask) {
    const bool items = table.dialect == Dialect::Items;
    const std::string id = items ? "id" : "ID";
    if (!ask.ids.empty())
        query.add_list({name, items || table.dialect == Dialect::Classic ? "@" + id : id}, ask.ids);
    else if (!ask.after_ref.empty())
        query.add_reference({name, ">" + id}, ask.after_ref);
    else
        query.add({name, ">" + id}, std::to_string(ask.after));
    if (ask.up_to > 0) query.add({name, "<=" + id}, std::to_string(ask.up_to));
    if (!ask.changed_since.empty())
        query.add({name, ">=" + table.changed_filter}, ask.changed_since);
    if (!ask.task.empty()) query.add({name, "TASK_ID"}, ask.task);
    if (!ask.work_from.empty()) query.add({name, ">=CREATED_DATE"}, ask.work_from);
    if (!ask.work_end.empty()) query.add({name, "<CREATED_DATE"}, ask.work_end);
}

std::string plain(const json::Value& value) {
    if (value.nothing()) return "";
    const auto text = value.text();
    if (text) return *text;
    return value.dump();
}

// Tags come as {"35":{"id":35,"title":"x"}}, as ["x"] or as []; their order means nothing.
std::string tags_of(const json::Value& value) {
    std::vector<std::string> titles;
    for (const auto tag : value) titles.push_back(plain(tag.is_object() ? tag["title"] : tag));
    std::sort(titles.begin(), titles.end());
    std::string out;
    for (const auto& title : titles) out += json::quote(title) + ",";
    return out;
}

std::string list_of(const json::Value& value) {
    std::string out;
    for (const auto item : value) out += json::quote(plain(item)) + ",";
    return out;
}

bool is_moment(const Table& table, std::string_view name) {
    return std::find(table.moments.begin(), table.moments.end(), name) != table.moments.end();
}

std::optional<Instant> moment_of(const Table& table, const json::Value& value) {
    const auto text = value.text_view();
    if (!text) return std::nullopt;
    if (table.wall) return moment_of_wall_clock(*text, *table.wall);
    const auto moment = parse_instant(*text);
    return moment ? std::optional(*moment) : std::nullopt;
}

// The row with its moments as they are: beside the texts under names of our own, and in the place
// of the texts, for mappings that name those.
std::string with_moments(const Table& table, const json::Value& row) {
    json::Writer out;
    out.begin_object();
    for (const auto member : row) {
        const std::string name(member.key());
        out.key(name);
        const auto moment =
            is_moment(table, name) ? moment_of(table, member) : std::optional<Instant>();
        if (!moment) {
            out.value(member);
            continue;
        }
        out.string(format_instant(*moment));
        out.member(worked_out_name(name), format_instant(*moment));
    }
    return out.end_object().take();
}

} // namespace

std::string worked_out_name(std::string_view name) {
    if (name == "createdDate") return "hb_created";
    if (name == "closedDate") return "hb_closed";
    return "hb_" + std::string(name);
}

std::vector<std::string> stream_names() {
    return {"users", "groups", "companies", "deals", "tasks", "entries"};
}

std::optional<Table> table_of(std::string_view stream, const Bitrix24Options& options) {
    if (stream == "users") return users();
    if (stream == "groups") return groups();
    if (stream == "companies") return companies(options.classic_lists);
    if (stream == "deals") return deals(options.classic_lists);
    if (stream == "tasks") return tasks(options);
    if (stream == "entries") return entries();
    return std::nullopt;
}

std::string query_of(const Table& table, const Ask& ask) {
    Query query;
    const std::string_view direction = ask.newest_first ? "DESC" : "ASC";
    switch (table.dialect) {
    case Dialect::Users:
        add_filter(query, "FILTER", table, ask);
        query.add({"sort"}, "ID").add({"order"}, direction).add_list({"select"}, table.select);
        // Without it people from outside and those in no department are left out; for others than
        // administrators it means nothing.
        query.add({"ADMIN_MODE"}, "Y").add({"start"}, "-1");
        break;
    case Dialect::Groups:
        query.add({"ORDER", "ID"}, direction);
        add_filter(query, "FILTER", table, ask);
        query.add({"IS_ADMIN"}, "Y");
        break;
    case Dialect::Items:
        query.add({"entityTypeId"}, std::to_string(table.entity_type));
        query.add({"order", "id"}, direction);
        add_filter(query, "filter", table, ask);
        query.add_list({"select"}, table.select).add({"start"}, "-1");
        break;
    case Dialect::Tasks:
    case Dialect::Classic:
        query.add({"order", "ID"}, direction);
        add_filter(query, "filter", table, ask);
        query.add_list({"select"}, table.select).add({"start"}, "-1");
        break;
    case Dialect::Entries:
        // By position: ORDER, FILTER, SELECT, PARAMS; no other parameter may come between.
        query.add({"0", "ID"}, direction);
        add_filter(query, "1", table, ask);
        query.add_list({"2"}, table.select);
        query.add({"3", "NAV_PARAMS", "nPageSize"}, "50").add({"3", "NAV_PARAMS", "iNumPage"}, "1");
        break;
    }
    return query.text();
}

std::string last_row_of(const Table& table, std::string_view key) {
    std::string out = "$result[" + std::string(key) + "]";
    if (!table.rows.empty()) out += "[" + table.rows + "]";
    return out + "[" + std::to_string(kPageRowsMax - 1) + "][" + table.id + "]";
}

Result<std::vector<Row>> rows_of(const Table& table, const json::Value& result) {
    const json::Value list = table.rows.empty() ? result : result[table.rows];
    if (!list.is_array() && !list.is_object()) return list.expected("a list of rows");
    std::vector<Row> rows;
    rows.reserve(list.size());
    for (const auto item : list) {
        if (!item.is_object()) return item.expected("a row");
        const auto id = item[table.id].integer();
        if (!id) return id.error();
        rows.push_back(Row{*id, item});
    }
    return rows;
}

std::string content_hash(const Table& table, const json::Value& row) {
    std::string text;
    for (const auto& name : table.content) {
        const json::Value value = row[name];
        std::string shown;
        if (name == "tags")
            shown = tags_of(value);
        else if (value.is_array() || value.is_object())
            shown = list_of(value);
        else if (const auto moment =
                     is_moment(table, name) ? moment_of(table, value) : std::optional<Instant>())
            shown = json::quote(format_instant(*moment));
        else
            shown = json::quote(plain(value));
        if (value.nothing()) shown = "\"\""; // null, "", [] and a missing key are one
        text += name + "=" + shown + "\n";
    }
    return sha256_hex(text);
}

domain::SourceRecord record_of(const Table& table, const Row& row) {
    domain::SourceRecord record;
    record.stream = table.stream;
    record.id = std::to_string(row.id);
    if (table.dialect == Dialect::Items) {
        record.text = classic_row(table.members, row.value);
        record.hash = content_hash(table, json::Document::parse(record.text)->root());
        return record;
    }
    record.text = table.wall ? with_moments(table, row.value) : row.value.dump();
    record.hash = content_hash(table, row.value);
    return record;
}

std::string wire_time(Instant instant) {
    std::string text = format_instant(instant);
    if (!text.empty() && text.back() == 'Z') text.replace(text.size() - 1, 1, "+00:00");
    return text;
}

std::string wire_day(Day day) {
    return format_day(day) + "T00:00:00+00:00";
}

} // namespace hb::connector::bitrix24
