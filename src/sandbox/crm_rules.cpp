#include "sandbox/crm_rules.h"

namespace hb::sandbox {

namespace {

Failure bad_value(Dialect dialect, const std::string& field) {
    if (dialect == Dialect::Classic) return fail("", "Wrong value of field " + field + ".");
    return fail("CRM_FIELD_ERROR_VALUE_NOT_VALID", "Invalid value of field \"" + field + "\"");
}

// The stage must belong to the funnel; none means the funnel's first.
std::optional<Failure> settle_stage(Call& call, CrmStore& store, CrmItem& item,
                                    std::int64_t category_before, Dialect dialect) {
    const auto category = store.number(item, "categoryId");
    if (call.state.category(store.entity_type, category) == nullptr)
        return bad_value(dialect, "CATEGORY_ID");
    const auto stages = call.state.stages(store.entity_type, category);
    const std::string stage = store.text(item, "stageId");
    const CrmStatus* found = call.state.stage(store.entity_type, category, stage);
    const bool moved = category != category_before;
    if (found == nullptr && (stage.empty() || moved) && !stages.empty()) {
        const bool stage_of_old_funnel =
            moved && call.state.stage(store.entity_type, category_before, stage) != nullptr;
        if (stage.empty() || stage_of_old_funnel) found = stages.front();
    }
    if (found == nullptr) return bad_value(dialect, "STAGE_ID");
    store.set(item, "stageId", found->status);
    store.set(item, "stageSemanticId", semantic_letter(found));
    if (store.entity_type == 2)
        store.set(item, "closed", std::int64_t{semantic_letter(found) != "P"});
    return std::nullopt;
}

void record_move(Call& call, const CrmStore& store, const CrmItem& item, int type) {
    StageMove move;
    move.id = call.state.next_move++;
    move.entity_type = store.entity_type;
    move.type = type;
    move.owner = item.id;
    move.category = store.number(item, "categoryId");
    move.stage = store.text(item, "stageId");
    move.semantic = store.text(item, "stageSemanticId");
    move.created = call.now;
    call.state.stage_moves.add(std::move(move));
}

// Classic callers send CONTACT_IDS; the first one is the main contact.
void settle_contacts(CrmStore& store, CrmItem& item, bool list_sent) {
    if (!store.position("contactIds")) return;
    const auto* list = std::get_if<std::vector<std::int64_t>>(&store.get(item, "contactIds"));
    const auto main = store.number(item, "contactId");
    if (list_sent && list != nullptr && !list->empty()) {
        store.set(item, "contactId", list->front());
    } else if (list_sent) {
        store.set(item, "contactId", CrmValue{});
    } else if (main != 0 && (list == nullptr || list->empty())) {
        store.set(item, "contactIds", std::vector<std::int64_t>{main});
    }
}

// HAS_PHONE and HAS_EMAIL follow the lists.
void settle_ways(CrmStore& store, CrmItem& item) {
    for (const auto& [list, flag] : {std::pair{"PHONE", "hasPhone"}, {"EMAIL", "hasEmail"}}) {
        if (!store.position(list)) continue;
        const auto* values = std::get_if<std::vector<std::string>>(&store.get(item, list));
        store.set(item, flag, std::int64_t{values != nullptr && !values->empty()});
    }
}

// What is sent for a field of files: ["name","base64"] or {"id":77}; a list of these for several.
// Only what is listed stays; an id that the item does not hold drops the file without a word.
CrmValue take_files(Call& call, const CrmField& field, const Tree& sent, const CrmValue& old) {
    const auto* held = std::get_if<std::vector<std::int64_t>>(&old);
    std::vector<std::int64_t> ids;
    const auto take = [&](const Tree& one) {
        if (!one.is_branch()) return;
        if (const Tree* id = one.find("id")) {
            const auto kept = id->integer().value_or(0);
            if (held != nullptr && std::find(held->begin(), held->end(), kept) != held->end())
                ids.push_back(kept);
            return;
        }
        const auto pair = one.strings();
        if (pair.size() != 2 || one.at(0)->is_branch() || pair[0].empty()) return;
        StoredFile file{call.state.next_file++, pair[0], base64_bytes(pair[1])};
        ids.push_back(call.state.files.add(std::move(file)).id);
    };
    if (field.multiple)
        for (std::size_t i = 0; sent.is_branch() && i < sent.size(); ++i) take(*sent.at(i));
    else
        take(sent);
    return ids.empty() ? CrmValue{} : CrmValue{std::move(ids)};
}

std::variant<CrmValue, Failure> take_value(Call& call, const CrmField& field, const Tree& sent,
                                           const CrmValue& old, Dialect dialect,
                                           const std::string& name) {
    if (field.multiple && !sent.is_branch() && !sent.nothing())
        return fail("100", "Expected iterable value for multiple field, but got string instead");
    if (field.user_type == "file") return take_files(call, field, sent, old);
    auto value = read_crm_value(field, sent, call.offset());
    if (!value) return bad_value(dialect, name);
    return std::move(*value);
}

std::optional<Failure> take_fields(Call& call, CrmStore& store, CrmItem& item, const Tree& fields,
                                   Dialect dialect) {
    bool contacts_sent = false;
    item.values.resize(store.fields.size());
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string name = fields.key(i) == "CONTACT_IDS" ? "contactIds" : fields.key(i);
        contacts_sent = contacts_sent || name == "contactIds";
        for (std::size_t f = 0; f < store.fields.size(); ++f) {
            const CrmField& field = store.fields[f];
            const bool named = wire_name(field, dialect) == name ||
                               (name == "contactIds" && field.universal == name);
            // Unknown names and read-only fields are swallowed, as the portal does.
            if (!named || name.empty() || field.access == Access::ReadOnly) continue;
            auto value = take_value(call, field, *fields.at(i), item.values[f], dialect, name);
            if (const auto* failure = std::get_if<Failure>(&value)) return *failure;
            item.values[f] = std::move(std::get<CrmValue>(value));
        }
    }
    settle_contacts(store, item, contacts_sent);
    settle_ways(store, item);
    return std::nullopt;
}

std::optional<Failure> check_currency(const Call& call, const CrmStore& store, const CrmItem& item,
                                      Dialect dialect) {
    if (!store.position("currencyId")) return std::nullopt;
    const std::string code = store.text(item, "currencyId");
    if (code.empty() || call.state.currency(code) != nullptr) return std::nullopt;
    return bad_value(dialect, "CURRENCY_ID");
}

bool has_stages(const CrmStore& store) {
    return store.position("stageId").has_value();
}

std::optional<Failure> check_category(const Call& call, const CrmStore& store, const CrmItem& item,
                                      Dialect dialect) {
    if (has_stages(store) || !store.position("categoryId")) return std::nullopt;
    // Companies have a category 0 that is in no list.
    if (store.entity_type == 4 && store.number(item, "categoryId") == 0) return std::nullopt;
    if (call.state.category(store.entity_type, store.number(item, "categoryId")) != nullptr)
        return std::nullopt;
    return bad_value(dialect, "CATEGORY_ID");
}

void set_defaults(Call& call, CrmStore& store, CrmItem& item) {
    const auto absent = [&](const char* name) {
        return store.position(name) && store.get(item, name).index() == 0;
    };
    if (absent("assignedById")) store.set(item, "assignedById", call.caller.id);
    if (absent("opened")) store.set(item, "opened", std::int64_t{1});
    for (const auto& field : store.fields)
        if (field.user_type == "boolean" && !field.multiple && absent(field.universal.c_str()))
            store.set(item, field.universal, std::int64_t{0});
    if (!store.position("categoryId") || store.entity_type == 4) return;
    if (absent("categoryId"))
        for (const auto& category : call.state.categories)
            if (category.entity_type == store.entity_type && category.is_default)
                store.set(item, "categoryId", category.id);
    const Seconds today = calendar_day(call.now, call.offset());
    if (absent("begindate")) store.set(item, "begindate", today);
    if (absent("closedate")) store.set(item, "closedate", today + Seconds{7} * 86400);
    if (absent("currencyId")) store.set(item, "currencyId", call.state.base_currency());
    if (absent("opportunity")) store.set(item, "opportunity", std::int64_t{0});
    if (absent("taxValue")) store.set(item, "taxValue", std::int64_t{0});
    if (absent("mycompanyId"))
        for (const auto& company : call.state.crm.at(4).items.rows())
            if (absent("mycompanyId") && call.state.crm.at(4).flag(company, "isMyCompany"))
                store.set(item, "mycompanyId", company.id);
}

void stamp_birth(const Call& call, CrmStore& store, CrmItem& item) {
    store.set(item, "createdTime", call.now);
    store.set(item, "createdBy", call.caller.id);
    if (!store.position("movedTime")) return;
    store.set(item, "movedTime", call.now);
    store.set(item, "movedBy", call.caller.id);
}

void stamp_change(const Call& call, CrmStore& store, CrmItem& item) {
    store.set(item, "updatedTime", call.now);
    store.set(item, "updatedBy", call.caller.id);
    if (!store.position("lastActivityTime")) return;
    store.set(item, "lastActivityTime", call.now);
    store.set(item, "lastActivityBy", call.caller.id);
}

void name_untitled(CrmStore& store, CrmItem& item) {
    if (!store.position("title") || !store.text(item, "title").empty()) return;
    const char* kind = store.entity_type == 31 ? "Invoice #" : "Deal #";
    if (store.entity_type == 4) kind = "Company #";
    if (store.entity_type >= 128) kind = "Item #";
    store.set(item, "title", kind + std::to_string(item.id));
}

std::optional<Failure> check_mandatory(const CrmStore& store, const CrmItem& item) {
    for (std::size_t i = 0; i < store.fields.size(); ++i)
        if (store.fields[i].mandatory && (i >= item.values.size() || item.values[i].index() == 0))
            return fail("CRM_FIELD_ERROR_REQUIRED",
                        "Required field \"" + store.fields[i].title + "\" is not filled");
    return std::nullopt;
}

void tell_change(Call& call, const CrmStore& store, std::int64_t id, Change change) {
    const int type = store.entity_type;
    if (type == 2) return call.tell(event_name("ONCRMDEAL", change), type, id);
    if (type == 3) return call.tell(event_name("ONCRMCONTACT", change), type, id);
    if (type == 4) return call.tell(event_name("ONCRMCOMPANY", change), type, id);
    call.tell(event_name("ONCRMDYNAMICITEM", change), type, id,
              {{"ENTITY_TYPE_ID", std::to_string(type)}});
}

} // namespace

bool may_see(const Call& call, const CrmStore& store, const CrmItem& item) {
    if (call.hidden(Thing::CrmItem, store.entity_type, item.id)) return false;
    if (call.token.crm == Token::CrmRights::None) return false;
    return call.token.crm == Token::CrmRights::All ||
           store.number(item, "assignedById") == call.caller.id;
}

CrmItem* find_crm_item(Call& call, CrmStore& store, std::int64_t id) {
    CrmItem* item = store.items.find(id);
    return item != nullptr && may_see(call, store, *item) ? item : nullptr;
}

CrmStore* find_store(Call& call, int entity_type) {
    const auto at = call.state.crm.find(entity_type);
    return at == call.state.crm.end() ? nullptr : &at->second;
}

std::variant<std::int64_t, Failure> create_crm_item(Call& call, CrmStore& store, const Tree& fields,
                                                    Dialect dialect) {
    CrmItem item;
    if (auto failure = take_fields(call, store, item, fields, dialect)) return *failure;
    set_defaults(call, store, item);
    if (auto failure = check_mandatory(store, item)) return *failure;
    if (auto failure = check_currency(call, store, item, dialect)) return *failure;
    if (auto failure = check_category(call, store, item, dialect)) return *failure;
    if (has_stages(store)) {
        const auto category = store.number(item, "categoryId");
        if (auto failure = settle_stage(call, store, item, category, dialect)) return *failure;
    }
    stamp_birth(call, store, item);
    stamp_change(call, store, item);
    CrmItem& kept = store.add(std::move(item));
    name_untitled(store, kept);
    if (has_stages(store)) record_move(call, store, kept, 1);
    call.created.emplace_back(Thing::CrmItem, store.entity_type, kept.id);
    tell_change(call, store, kept.id, Change::Added);
    return kept.id;
}

std::variant<bool, Failure> update_crm_item(Call& call, CrmStore& store, CrmItem& item,
                                            const Tree& fields, Dialect dialect) {
    CrmItem changed = item;
    changed.values.resize(store.fields.size());
    const CrmItem before = changed;
    if (auto failure = take_fields(call, store, changed, fields, dialect)) return *failure;
    if (auto failure = check_currency(call, store, changed, dialect)) return *failure;
    if (auto failure = check_category(call, store, changed, dialect)) return *failure;
    int move = 0;
    if (has_stages(store)) {
        // A classic update can't move a deal to another funnel.
        if (dialect == Dialect::Classic)
            store.set(changed, "categoryId", store.get(before, "categoryId"));
        const auto category = store.number(before, "categoryId");
        if (auto failure = settle_stage(call, store, changed, category, dialect)) return *failure;
        if (store.number(changed, "categoryId") != category)
            move = 5;
        else if (store.text(changed, "stageId") != store.text(before, "stageId"))
            move = store.text(changed, "stageSemanticId") == "P" ? 2 : 3;
        follow_rows(call.state, store, changed, false);
    }
    if (changed.values == before.values && dialect != Dialect::Classic) return false;
    stamp_change(call, store, changed);
    if (move != 0) {
        store.set(changed, "movedTime", call.now);
        store.set(changed, "movedBy", call.caller.id);
        if (store.position("previousStageId"))
            store.set(changed, "previousStageId", store.text(before, "stageId"));
        record_move(call, store, changed, move);
    }
    item = std::move(changed);
    // A deal that goes to another funnel reports that, and nothing else.
    if (move == 5 && store.entity_type == 2)
        call.tell("ONCRMDEALMOVETOCATEGORY", 2, item.id,
                  {{"CATEGORY_ID", std::to_string(store.number(item, "categoryId"))},
                   {"STAGE_ID", store.text(item, "stageId")}});
    else
        tell_change(call, store, item.id, Change::Changed);
    return true;
}

void delete_crm_item(Call& call, CrmStore& store, std::int64_t id) {
    const int type = store.entity_type;
    store.items.erase(id);
    tell_change(call, store, id, Change::Deleted);
    call.state.rows.erase({type, id});
    std::erase_if(call.state.payments.rows(),
                  [&](const Payment& one) { return one.owner_type == type && one.owner == id; });
}

Micro rows_total(const std::vector<ProductRow>& rows) {
    Micro total = 0;
    for (const auto& row : rows) total += round_to(multiply(row.price, row.quantity), 2);
    return total;
}

void follow_rows(State& state, CrmStore& store, CrmItem& item, bool even_without_rows) {
    if (!store.position("opportunity") || store.flag(item, "isManualOpportunity")) return;
    const auto at = state.rows.find({store.entity_type, item.id});
    const bool has_rows = at != state.rows.end() && !at->second.empty();
    if (has_rows)
        store.set(item, "opportunity", rows_total(at->second));
    else if (even_without_rows)
        store.set(item, "opportunity", std::int64_t{0});
}

FilterDialect crm_dialect(const Call& call, const CrmStore& store, Dialect dialect) {
    FilterDialect out;
    out.prefixes = crm_prefixes();
    out.groups = dialect != Dialect::Classic;
    out.offset_minutes = call.offset();
    out.lookup = [&store, dialect](std::string_view name) -> std::optional<FieldRef> {
        for (std::size_t i = 0; i < store.fields.size(); ++i)
            if (!name.empty() && wire_name(store.fields[i], dialect) == name) {
                // A custom yes or no reads Y or N, and is asked for with 1 or 0.
                const bool by_number = store.fields[i].user_type == "boolean";
                return FieldRef{static_cast<int>(i),
                                by_number ? FieldType::Integer : store.fields[i].type};
            }
        return std::nullopt;
    };
    return out;
}

Page<CrmItem> crm_page(const Call& call, const CrmStore& store, Filter filter,
                       std::vector<SortKey> order, PageRequest request) {
    Query<CrmItem> query;
    query.filter = std::move(filter);
    query.order = std::move(order);
    query.id_field = *store.position("id");
    query.page = request;
    if (call.token.crm != Token::CrmRights::All || call.state.anything_hidden())
        query.visible = [&](const CrmItem& item) { return may_see(call, store, item); };
    return select_page(store.items, query, crm_cell);
}

} // namespace hb::sandbox
