#include "base/text.h"
#include "sandbox/call.h"
#include "json/writer.h"

// user.current, user.get, department.get, sonet_group.get, socialnetwork.api.workgroup.list.
namespace hb::sandbox {

namespace {

enum UserField {
    UserId,
    UserActive,
    UserName,
    UserLastName,
    UserEmail,
    UserDepartment,
    UserPosition,
    UserRegistered,
    UserType
};

std::optional<FieldRef> user_field(std::string_view name) {
    static const std::map<std::string, FieldRef, std::less<>> fields{
        {"ID", {UserId, FieldType::Integer}},
        {"ACTIVE", {UserActive, FieldType::Flag}},
        {"NAME", {UserName, FieldType::Text}},
        {"LAST_NAME", {UserLastName, FieldType::Text}},
        {"EMAIL", {UserEmail, FieldType::Text}},
        {"UF_DEPARTMENT", {UserDepartment, FieldType::Integer}},
        {"WORK_POSITION", {UserPosition, FieldType::Text}},
        {"DATE_REGISTER", {UserRegistered, FieldType::Moment}},
        {"USER_TYPE", {UserType, FieldType::Text}}};
    const auto at = fields.find(name);
    if (at == fields.end()) return std::nullopt;
    return at->second;
}

Cell user_cell(const User& user, int field) {
    switch (field) {
    case UserId:
        return user.id;
    case UserActive:
        return std::int64_t{user.active};
    case UserName:
        return std::string_view{user.name};
    case UserLastName:
        return std::string_view{user.last_name};
    case UserEmail:
        return std::string_view{user.email};
    case UserDepartment:
        return user.department;
    case UserPosition:
        return std::string_view{user.position};
    case UserRegistered:
        return user.registered;
    case UserType:
        return std::string_view{user.type};
    default:
        return {};
    }
}

class UserWriter {
public:
    UserWriter(const Call& call, const Tree* select) : call_(call) {
        if (select != nullptr) names_ = select->strings();
        if (std::find(names_.begin(), names_.end(), "*") != names_.end()) names_.clear();
    }

    void write(json::Writer& to, const User& user) const {
        to.begin_object();
        to.member("ID", std::to_string(user.id));
        if (asked("ACTIVE")) to.member("ACTIVE", user.active);
        text(to, "NAME", user.name);
        text(to, "LAST_NAME", user.last_name);
        text(to, "SECOND_NAME", "");
        text(to, "EMAIL", user.email);
        text(to, "LAST_LOGIN", call_.moment(call_.now - 3600));
        text(to, "DATE_REGISTER", write_date(user.registered, call_.offset()));
        text(to, "TIME_ZONE", user.time_zone);
        text(to, "IS_ONLINE", user.active ? "Y" : "N");
        // Empty PHP objects and two more ways to write a moment: as the portal does.
        if (asked("TIMESTAMP_X")) to.key("TIMESTAMP_X").begin_object().end_object();
        if (asked("LAST_ACTIVITY_DATE")) last_activity(to, user);
        text(to, "PERSONAL_GENDER", "");
        text(to, "PERSONAL_BIRTHDAY", "");
        text(to, "WORK_POSITION", user.position);
        text(to, "UF_EMPLOYMENT_DATE", "");
        if (asked("UF_DEPARTMENT")) write_departments(to, user);
        text(to, "USER_TYPE", user.type);
        to.end_object();
    }

private:
    static void write_departments(json::Writer& to, const User& user) {
        to.key("UF_DEPARTMENT").begin_array();
        if (user.department != 0) to.integer(user.department);
        to.end_array();
    }
    bool asked(std::string_view name) const {
        return names_.empty() || std::find(names_.begin(), names_.end(), name) != names_.end();
    }
    void text(json::Writer& to, std::string_view name, const std::string& value) const {
        if (asked(name)) to.member(name, value);
    }
    void last_activity(json::Writer& to, const User& user) const {
        to.key("LAST_ACTIVITY_DATE");
        if (user.id == call_.caller.id)
            to.string(write_plain_moment(call_.now, call_.offset()));
        else
            to.begin_object().end_object();
    }

    const Call& call_;
    std::vector<std::string> names_;
};

Outcome user_current(Call& call) {
    json::Writer out;
    UserWriter{call, nullptr}.write(out, call.caller);
    return Answer{out.take(), {}, {}};
}

// FILTER, and fields standing bare among the parameters.
Tree user_filter(const Call& call) {
    Tree filter = Tree::map();
    if (const Tree* sent = call.param("filter"))
        for (std::size_t i = 0; i < sent->size(); ++i) filter.put(sent->key(i), *sent->at(i));
    for (std::size_t i = 0; i < call.params.size(); ++i) {
        const std::string& key = call.params.key(i);
        if (user_field(key)) filter.put(key, *call.params.at(i));
    }
    return filter;
}

// ADMIN_MODE counts for administrators only; others may send it and get nothing by it.
bool as_administrator(const Call& call) {
    const Tree* mode = call.param("ADMIN_MODE");
    return call.admin() && mode != nullptr && mode->truthy();
}

// An exact id finds everybody; a range of ids is not exact.
bool asks_exactly(const Filter& filter) {
    return std::any_of(filter.all.begin(), filter.all.end(), [](const Condition& one) {
        return one.field.id == UserId && one.op == Op::Equal;
    });
}

Outcome user_get(Call& call) {
    const Tree sent = user_filter(call);
    auto read = read_filter(&sent, {user_field, crm_prefixes(), false, call.offset()});
    if (!read.bad_key.empty()) return fail("", "Unknown filter key " + read.bad_key);
    Query<User> query;
    query.filter = std::move(read.filter);
    query.id_field = UserId;
    query.page = read_page(call);
    const bool hides = !as_administrator(call) && !asks_exactly(query.filter);
    query.visible = [&call, hides](const User& user) {
        const bool known = user.type == "employee" || user.type == "extranet";
        const bool outside = user.type == "extranet" || user.department == 0;
        return known && !(hides && outside && user.id != call.caller.id) &&
               !call.hidden(Thing::User, 0, user.id);
    };
    if (const Tree* sort = call.param("sort"); sort != nullptr && !sort->is_branch()) {
        const auto field = user_field(sort->str());
        const Tree* order = call.param("order");
        if (field)
            query.order.push_back({*field, order != nullptr && lower(order->str()) == "desc"});
    }
    if (!read.bad_value.empty()) query.visible = [](const User&) { return false; };
    const auto page = select_page(call.state.users, query, user_cell);
    json::Writer out;
    const UserWriter writer{call, call.param("select")};
    out.begin_array();
    for (const User* user : page.rows) writer.write(out, *user);
    out.end_array();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, query.page, page.rows.size(), page.total);
    return answer;
}

Outcome department_get(Call& call) {
    const auto wanted = [&](const char* name, std::int64_t value) {
        const Tree* sent = call.param(name);
        if (sent == nullptr || sent->nothing()) return true;
        const auto ids = sent->integers();
        return std::find(ids.begin(), ids.end(), value) != ids.end();
    };
    const Tree* name = call.param("NAME");
    json::Writer out;
    std::int64_t total = 0;
    out.begin_array();
    for (const auto& one : call.state.departments.rows()) {
        if (!wanted("ID", one.id) || !wanted("PARENT", one.parent)) continue;
        if (name != nullptr && !name->nothing() && name->str() != one.name) continue;
        ++total;
        out.begin_object();
        out.member("ID", std::to_string(one.id)).member("NAME", one.name).member("SORT", 500);
        if (one.parent != 0) out.member("PARENT", std::to_string(one.parent));
        if (one.head != 0) out.member("UF_HEAD", std::to_string(one.head));
        out.end_object();
    }
    out.end_array();
    return Answer{out.take(), total, {}};
}

enum GroupField {
    GroupId,
    GroupName,
    GroupOwner,
    GroupActive,
    GroupVisible,
    GroupOpened,
    GroupClosed,
    GroupCreated,
    GroupExtranet,
    GroupType
};

std::optional<FieldRef> group_field(std::string_view name) {
    static const std::map<std::string, FieldRef, std::less<>> fields{
        {"ID", {GroupId, FieldType::Integer}},
        {"NAME", {GroupName, FieldType::Text}},
        {"OWNER_ID", {GroupOwner, FieldType::Integer}},
        {"ACTIVE", {GroupActive, FieldType::Flag}},
        {"VISIBLE", {GroupVisible, FieldType::Flag}},
        {"OPENED", {GroupOpened, FieldType::Flag}},
        {"CLOSED", {GroupClosed, FieldType::Flag}},
        {"DATE_CREATE", {GroupCreated, FieldType::Moment}},
        {"DATE_UPDATE", {GroupCreated, FieldType::Moment}},
        {"DATE_ACTIVITY", {GroupCreated, FieldType::Moment}},
        {"IS_EXTRANET", {GroupExtranet, FieldType::Flag}},
        {"TYPE", {GroupType, FieldType::Text}}};
    const auto at = fields.find(name);
    if (at == fields.end()) return std::nullopt;
    return at->second;
}

Cell group_cell(const Group& group, int field) {
    switch (field) {
    case GroupId:
        return group.id;
    case GroupName:
        return std::string_view{group.name};
    case GroupOwner:
        return group.owner;
    case GroupActive:
        return std::int64_t{1};
    case GroupVisible:
        return std::int64_t{group.visible};
    case GroupClosed:
        return std::int64_t{group.closed};
    case GroupCreated:
        return group.created;
    case GroupType:
        return group.project ? std::string_view{"project"} : std::string_view{"group"};
    default:
        return std::int64_t{0};
    }
}

// Both group lists: the same rows, rights and filters.
std::variant<Page<Group>, Failure> group_page(Call& call, bool as_admin, bool down,
                                              PageRequest request) {
    auto read =
        read_filter(call.param("filter"), {group_field, crm_prefixes(), false, call.offset()});
    if (!read.ok()) return fail("", "Unknown filter key " + read.bad_key + read.bad_value);
    const auto order = read_order(call.param("order"), group_field);
    if (!order.ok()) return fail("", "Unknown order " + order.bad_key + order.bad_direction);
    Query<Group> query;
    query.filter = std::move(read.filter);
    query.id_field = GroupId;
    query.order = order.keys;
    if (query.order.empty()) query.order.push_back({{GroupId, FieldType::Integer}, down});
    query.page = request;
    const bool sees_all = as_admin && call.admin();
    query.visible = [&call, sees_all](const Group& group) {
        return !call.hidden(Thing::Group, 0, group.id) &&
               (sees_all || group.visible || group.owner == call.caller.id);
    };
    return select_page(call.state.groups, query, group_cell);
}

void write_group(json::Writer& to, const Call& call, const Group& group) {
    const std::string created = call.moment(group.created);
    to.begin_object();
    to.member("ID", std::to_string(group.id)).member("SITE_ID", "s1").member("NAME", group.name);
    to.key("DESCRIPTION").null();
    to.member("DATE_CREATE", created).member("DATE_UPDATE", created);
    to.member("ACTIVE", "Y").member("VISIBLE", group.visible ? "Y" : "N").member("OPENED", "N");
    to.member("CLOSED", group.closed ? "Y" : "N").member("SUBJECT_ID", "1");
    to.member("OWNER_ID", std::to_string(group.owner)).key("KEYWORDS").null();
    to.member("NUMBER_OF_MEMBERS", std::to_string(group.members));
    to.member("DATE_ACTIVITY", created).member("SUBJECT_NAME", "Workgroups");
    to.member("PROJECT", group.project ? "Y" : "N").member("IS_EXTRANET", "N");
    to.end_object();
}

Outcome sonet_group_get(Call& call) {
    const Tree* as_admin = call.param("IS_ADMIN");
    const PageRequest request = read_page(call);
    auto found = group_page(call, as_admin != nullptr && as_admin->truthy(), true, request);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const auto& page = std::get<Page<Group>>(found);
    json::Writer out;
    out.begin_array();
    for (const Group* group : page.rows) write_group(out, call, *group);
    out.end_array();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, request, page.rows.size(), page.total);
    return answer;
}

void write_workgroup(json::Writer& to, const Call& call, const Group& group,
                     const std::vector<std::string>& select) {
    const auto asked = [&](std::string_view name) {
        return std::find(select.begin(), select.end(), name) != select.end();
    };
    to.begin_object().member("id", std::to_string(group.id));
    if (asked("NAME")) to.member("name", group.name);
    if (asked("TYPE")) to.member("type", group.project ? "project" : "group");
    if (asked("ACTIVE")) to.member("active", "Y");
    if (asked("CLOSED")) to.member("closed", group.closed ? "Y" : "N");
    if (asked("VISIBLE")) to.member("visible", group.visible ? "Y" : "N");
    if (asked("OWNER_ID")) to.member("ownerId", std::to_string(group.owner));
    if (asked("DATE_CREATE")) to.member("dateCreate", call.moment(group.created));
    if (asked("NUMBER_OF_MEMBERS")) to.member("numberOfMembers", std::to_string(group.members));
    if (asked("AVATAR")) {
        to.key("imageId").null();
        to.key("avatarType").null();
        to.member("avatar", "");
    }
    to.end_object();
}

Outcome workgroup_list(Call& call) {
    const Tree* params = call.param("params");
    const Tree* as_admin = params == nullptr ? nullptr : params->find_word("IS_ADMIN");
    const PageRequest request = read_page(call);
    auto found = group_page(call, as_admin != nullptr && as_admin->truthy(), false, request);
    if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
    const auto& page = std::get<Page<Group>>(found);
    const Tree* select = call.param("select");
    json::Writer out;
    out.begin_object().key("workgroups").begin_array();
    for (const Group* group : page.rows)
        write_workgroup(out, call, *group,
                        select == nullptr ? std::vector<std::string>{} : select->strings());
    out.end_array().end_object();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, request, page.rows.size(), page.total, Uncounted::SaysNothing);
    return answer;
}

// Names of access codes: "U1" is a person, "DR2" a department, "SG5" a workgroup.
std::string access_name(const State& state, const std::string& code) {
    const std::size_t digits = code.find_first_of("0123456789");
    const auto id =
        digits == std::string::npos ? 0 : parse_integer(code.substr(digits)).value_or(0);
    const std::string kind = code.substr(0, digits);
    if (const User* user = kind == "U" ? state.users.find(id) : nullptr)
        return user->name + " " + user->last_name;
    if (const Group* group = kind == "SG" ? state.groups.find(id) : nullptr) return group->name;
    const Department* one = kind == "D" || kind == "DR" ? state.departments.find(id) : nullptr;
    return one == nullptr ? std::string{} : one->name;
}

Outcome access_names(Call& call) {
    const Tree* codes = call.param("ACCESS");
    if (codes == nullptr) return fail("100", "Could not find value for parameter {ACCESS}");
    json::Writer out;
    out.begin_object();
    for (const auto& code : codes->strings()) {
        out.key(code).begin_object().member("id", code);
        out.member("name", access_name(call.state, code)).member("provider_id", "intranet");
        out.end_object();
    }
    out.end_object();
    return Answer{out.take(), {}, {}};
}

} // namespace

void add_people_calls(MethodTable& to) {
    to.add("user.current", "user", user_current);
    to.add("user.get", "user", user_get);
    to.add("access.name", "", access_names);
    to.add("department.get", "department", department_get);
    to.add("sonet_group.get", "sonet_group", sonet_group_get);
    to.add("socialnetwork.api.workgroup.list", "socialnetwork", workgroup_list);
}

} // namespace hb::sandbox
