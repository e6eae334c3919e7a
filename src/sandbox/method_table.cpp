#include "base/wall_clock.h"
#include "sandbox/call.h"
#include "json/writer.h"

namespace hb::sandbox {

std::optional<std::int64_t> Call::integer(std::string_view name) const {
    const Tree* sent = param(name);
    return sent == nullptr ? std::nullopt : sent->integer();
}

namespace {

// What the caller's clocks are ahead of UTC at that moment; the portal's without a zone.
Seconds offset_of(const Call& call, Seconds at) {
    const auto zone = Zone::find(call.caller.time_zone);
    if (call.caller.time_zone.empty() || !zone) return call.offset() * Seconds{60};
    return offset_at(*zone, from_epoch_seconds(at)).count();
}

} // namespace

// The offset behind it is that of the moment of the call, whatever the date (protocol,
// Corrections).
std::string Call::wall_clock(Seconds at) const {
    const Seconds offset_now = offset_of(*this, now);
    return write_moment(at + offset_of(*this, at) - offset_now, static_cast<int>(offset_now / 60));
}

std::string Call::own_moment(Seconds at) const {
    return write_moment(at, static_cast<int>(offset_of(*this, at) / 60));
}

void Call::tell(std::string_view event, int entity_type, std::int64_t id,
                std::initializer_list<std::pair<const char*, std::string>> more) {
    Told out;
    out.event = event;
    out.object = std::to_string(entity_type) + "/" + std::to_string(id);
    Tree& fields = out.data.put("FIELDS", Tree::map());
    fields.put("ID", Tree::text(std::to_string(id)));
    for (const auto& [name, value] : more) fields.put(name, Tree::text(value));
    told.push_back(std::move(out));
}

std::string event_name(std::string_view family, Change change) {
    static constexpr std::string_view kEnds = "ADD UPDATE DELETE";
    const std::size_t at = change == Change::Added ? 0 : change == Change::Changed ? 4 : 11;
    return std::string{family} + std::string{kEnds.substr(at, kEnds.find(' ', at) - at)};
}

// Where a task has no state the portal writes the word "undefined", not an absent key.
void Call::tell_task(Change change, std::int64_t id) {
    const auto side = [&](bool there) {
        if (!there) return Tree::text("undefined");
        Tree out = Tree::map();
        out.put("ID", Tree::text(std::to_string(id)));
        return out;
    };
    const bool added = change == Change::Added;
    const bool deleted = change == Change::Deleted;
    Told out;
    out.event = event_name("ONTASK", change);
    out.object = "task/" + std::to_string(id);
    out.data.put("FIELDS_BEFORE", side(!added));
    out.data.put("FIELDS_AFTER", side(!deleted));
    if (!deleted) out.data.put("IS_ACCESSIBLE_BEFORE", Tree::text(added ? "N" : "undefined"));
    out.data.put("IS_ACCESSIBLE_AFTER", Tree::text(deleted ? "N" : "undefined"));
    told.push_back(std::move(out));
}

MethodTable::MethodTable() {
    add_system_calls(*this);
    add_people_calls(*this);
    add_task_calls(*this);
    add_entry_calls(*this);
    add_user_field_calls(*this);
    add_crm_classic_calls(*this);
    add_crm_item_calls(*this);
    add_crm_book_calls(*this);
    add_row_calls(*this);
    add_payment_calls(*this);
    add_talk_calls(*this);
    add_type_calls(*this);
    add_stage_calls(*this);
    add_custom_field_calls(*this);
    add_document_calls(*this);
    add_template_calls(*this);
    add_event_calls(*this);
    add_offline_calls(*this);
}

const Method* MethodTable::find(std::string_view name) const {
    const auto at = by_name_.find(lower(name));
    return at == by_name_.end() ? nullptr : &methods_[at->second];
}

void MethodTable::add(std::string name, std::string scope, Outcome (*run)(Call&), bool writes) {
    by_name_.emplace(lower(name), methods_.size());
    methods_.push_back({std::move(name), std::move(scope), run, writes});
}

const MethodTable& method_table() {
    static const MethodTable table;
    return table;
}

Failure fail(std::string_view code, std::string_view description, int status) {
    return {status, json::quote(code), std::string{description}};
}

Failure fail_number(std::string_view description) {
    return {400, "0", std::string{description}};
}

PageRequest read_page(const Call& call, std::string_view name) {
    PageRequest page;
    const auto start = call.integer(name);
    if (start && *start < 0) page.counted = false;
    if (start && *start > 0) page.first = static_cast<std::size_t>(*start / 50 * 50);
    return page;
}

void add_paging(Answer& answer, const PageRequest& request, std::size_t rows, std::int64_t total,
                Uncounted uncounted) {
    if (request.counted || uncounted == Uncounted::SaysZero)
        answer.total = request.counted ? total : 0;
    const auto after = static_cast<std::int64_t>(request.first + rows);
    if (request.counted && after < total && rows > 0) answer.next = after;
}

} // namespace hb::sandbox
