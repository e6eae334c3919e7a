#include "base/text.h"
#include "sandbox/crm_rules.h"
#include "json/writer.h"

// crm.timeline.comment.* and im.notify.*.
namespace hb::sandbox {

namespace {

std::optional<int> entity_type_of(const std::string& name) {
    if (name == "deal") return 2;
    if (name == "contact") return 3;
    if (name == "company") return 4;
    if (name.starts_with("dynamic_")) {
        const auto type = parse_integer(name.substr(8));
        if (type) return static_cast<int>(*type);
    }
    return std::nullopt;
}

bool exists(Call& call, const std::string& type_name, std::int64_t id) {
    const auto type = entity_type_of(type_name);
    CrmStore* store = type ? find_store(call, *type) : nullptr;
    return store != nullptr && find_crm_item(call, *store, id) != nullptr;
}

std::size_t base64_size(const std::string& text) {
    std::size_t padding = 0;
    while (padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
    return text.size() / 4 * 3 - std::min<std::size_t>(padding, 2);
}

Outcome comment_add(Call& call) {
    // The one classic call that takes `fields` in lower case only.
    const Tree* fields = call.params.find("fields");
    if (fields == nullptr || !fields->is_branch())
        return fail("100", "Could not find value for parameter {fields}");
    const Tree* type = fields->find("ENTITY_TYPE");
    const Tree* id = fields->find("ENTITY_ID");
    const Tree* text = fields->find("COMMENT");
    if (type == nullptr || id == nullptr || !id->integer() ||
        !exists(call, type->str(), *id->integer()))
        return fail("NOT_FOUND", "Not found.");
    if (text == nullptr || text->nothing()) return fail("", "Comment text is empty.");
    TimelineComment comment;
    comment.id = call.state.next_comment++;
    comment.entity_type = type->str();
    comment.entity = *id->integer();
    comment.author = call.caller.id;
    comment.created = call.now;
    comment.text = text->str();
    if (const Tree* files = fields->find("FILES"))
        for (std::size_t i = 0; i < files->size(); ++i) {
            const auto pair = files->at(i)->strings();
            if (pair.size() == 2) comment.files.emplace_back(pair[0], base64_size(pair[1]));
        }
    const auto made = call.state.timeline.add(std::move(comment)).id;
    call.created.emplace_back(Thing::Comment, 0, made);
    Told told{"ONCRMTIMELINECOMMENTADD", Tree::map(), "comment/" + std::to_string(made)};
    told.data.put("ID", Tree::text(std::to_string(made)));
    call.told.push_back(std::move(told));
    return Answer{std::to_string(made), {}, {}};
}

void write_files(json::Writer& to, const Call& call, const TimelineComment& comment) {
    to.key("FILES").begin_object();
    std::int64_t id = 0;
    for (const auto& [name, size] : comment.files) {
        ++id;
        to.key(std::to_string(id)).begin_object().member("id", id);
        to.member("date", call.moment(comment.created));
        to.member("type", name.ends_with(".gif") || name.ends_with(".png") ? "image" : "file");
        to.member("name", name).member("size", static_cast<std::int64_t>(size));
        to.member("authorId", comment.author).end_object();
    }
    to.end_object();
}

void write_comment(json::Writer& to, const Call& call, const TimelineComment& comment,
                   const std::vector<std::string>& select) {
    const auto asked = [&](std::string_view name) {
        return select.empty() || std::find(select.begin(), select.end(), "*") != select.end() ||
               std::find(select.begin(), select.end(), name) != select.end();
    };
    to.begin_object().member("ID", std::to_string(comment.id));
    if (asked("ENTITY_ID")) to.member("ENTITY_ID", std::to_string(comment.entity));
    if (asked("ENTITY_TYPE")) to.member("ENTITY_TYPE", comment.entity_type);
    if (asked("CREATED")) to.member("CREATED", call.moment(comment.created));
    if (asked("COMMENT")) to.member("COMMENT", comment.text);
    if (asked("AUTHOR_ID")) to.member("AUTHOR_ID", std::to_string(comment.author));
    if (asked("FILES")) write_files(to, call, comment);
    to.end_object();
}

std::optional<FieldRef> comment_field(std::string_view name) {
    static const std::map<std::string, FieldRef, std::less<>> fields{
        {"ID", {0, FieldType::Integer}},
        {"CREATED", {1, FieldType::Moment}},
        {"AUTHOR_ID", {2, FieldType::Integer}},
        {"ENTITY_ID", {3, FieldType::Integer}},
        {"ENTITY_TYPE", {4, FieldType::Text}}};
    const auto at = fields.find(name);
    if (at == fields.end()) return std::nullopt;
    return at->second;
}

Cell comment_cell(const TimelineComment& comment, int field) {
    switch (field) {
    case 0:
        return comment.id;
    case 1:
        return comment.created;
    case 2:
        return comment.author;
    case 3:
        return comment.entity;
    default:
        return std::string_view{comment.entity_type};
    }
}

Outcome comment_list(Call& call) {
    const Tree* sent = call.param("filter");
    if (sent == nullptr || sent->find("ENTITY_ID") == nullptr ||
        sent->find("ENTITY_TYPE") == nullptr)
        return fail("100", "Filter must hold ENTITY_ID and ENTITY_TYPE");
    auto read = read_filter(sent, {comment_field, crm_prefixes(), false, call.offset()});
    auto order = read_order(call.param("order"), comment_field);
    if (!read.ok() || !order.ok())
        return fail("", "Unknown field " + read.bad_key + read.bad_value + order.bad_key);
    Query<TimelineComment> query;
    query.filter = std::move(read.filter);
    query.order = std::move(order.keys);
    query.page = read_page(call);
    if (call.state.anything_hidden())
        query.visible = [&](const TimelineComment& one) {
            return !call.hidden(Thing::Comment, 0, one.id);
        };
    const auto page = select_page(call.state.timeline, query, comment_cell);
    const Tree* select = call.param("select");
    json::Writer out;
    out.begin_array();
    for (const TimelineComment* comment : page.rows)
        write_comment(out, call, *comment,
                      select == nullptr ? std::vector<std::string>{} : select->strings());
    out.end_array();
    Answer answer{out.take(), {}, {}};
    add_paging(answer, query.page, page.rows.size(), page.total);
    return answer;
}

Outcome comment_get(Call& call) {
    const auto id = call.integer("id");
    const TimelineComment* comment = id ? call.state.timeline.find(*id) : nullptr;
    if (comment == nullptr || call.hidden(Thing::Comment, 0, *id))
        return fail("NOT_FOUND", "Not found.");
    json::Writer out;
    write_comment(out, call, *comment, {});
    return Answer{out.take(), {}, {}};
}

Outcome notify(Call& call, bool system) {
    const auto user = call.integer("USER_ID");
    const Tree* text = call.param("MESSAGE");
    if (!user || *user <= 0) return fail("USER_ID_EMPTY", "User ID can't be empty");
    if (text == nullptr || text->nothing()) return fail("MESSAGE_EMPTY", "Message can't be empty");
    const User* person = call.state.users.find(*user);
    if (person == nullptr || !person->active) return Answer{"false", {}, {}};
    Notice notice;
    notice.id = call.state.next_notice++;
    notice.user = *user;
    notice.system = system;
    notice.text = text->str();
    notice.created = call.now;
    const Tree* tag = call.param("TAG");
    const Tree* client = call.param("CLIENT_ID");
    if (call.by_app && tag != nullptr && client != nullptr && !client->nothing()) {
        // A tag replaces the older notice of the calling application; a webhook has none, and what
        // it sends stands beside the first.
        notice.tag = tag->str();
        notice.client = client->str();
        std::erase_if(call.state.notices.rows(), [&](const Notice& one) {
            return one.user == notice.user && one.tag == notice.tag &&
                   one.client == notice.client && !notice.tag.empty();
        });
    }
    const auto made = call.state.notices.add(std::move(notice)).id;
    return Answer{std::to_string(made), {}, {}};
}

Outcome notify_system(Call& call) {
    return notify(call, true);
}

Outcome notify_personal(Call& call) {
    return notify(call, false);
}

} // namespace

void add_talk_calls(MethodTable& to) {
    to.add("crm.timeline.comment.add", "crm", comment_add, true);
    to.add("crm.timeline.comment.list", "crm", comment_list);
    to.add("crm.timeline.comment.get", "crm", comment_get);
    to.add("im.notify.system.add", "im", notify_system, true);
    to.add("im.notify.personal.add", "im", notify_personal, true);
}

} // namespace hb::sandbox
