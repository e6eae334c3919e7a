#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sandbox/crm_store.h"
#include "sandbox/pick.h"
#include "sandbox/table.h"
#include "sandbox/tree.h"
#include "sandbox/wire.h"

// Everything a portal knows. Plain data: the rules of the calls are in calls_*.cpp.
namespace hb::sandbox {

struct User {
    std::int64_t id = 0;
    std::string name, last_name, email, position, time_zone;
    std::int64_t department = 1;
    bool active = true;
    bool admin = false;
    std::optional<bool> crm_admin{}; // none: as `admin`
    std::string type = "employee";   // others never come out of user.get
    Seconds registered = 0;
};

struct Group {
    std::int64_t id = 0;
    std::string name;
    std::int64_t owner = 1;
    bool closed = false;
    bool visible = true;
    bool project = false;
    Seconds created = 0;
    int members = 1;
};

struct Department {
    std::int64_t id = 0;
    std::string name;
    std::int64_t parent = 0;
    std::int64_t head = 0;
};

struct Task {
    std::int64_t id = 0;
    std::int64_t parent = 0, group = 0, stage = 0;
    std::int64_t created_by = 0, responsible = 0;
    std::int64_t changed_by = 0, status_changed_by = 0, closed_by = 0;
    int status = 2; // 2 pending, 3 in progress, 4 awaiting control, 5 completed, 6 deferred
    int priority = 1;
    std::string title, description, mark, xml_id;
    Seconds created = 0, changed = 0, status_changed = 0, closed = 0, activity = 0;
    Seconds started = 0, deadline = 0, start_plan = 0, end_plan = 0;
    std::int64_t estimate = 0;
    bool control = false;
    bool tracking = true;
    std::vector<std::int64_t> accomplices, auditors;
    std::vector<std::string> tags;
    std::vector<std::string> crm;                    // UF_CRM_TASK
    std::vector<std::pair<std::string, Tree>> extra; // values of custom fields
};

// Kept small: a benchmark holds a million of them.
struct Entry {
    std::uint32_t id = 0;
    std::uint32_t task = 0;
    std::uint32_t user = 0;
    std::uint32_t comment = 0; // into State::comments
    std::int32_t seconds = 0;
    std::int32_t source = 2;
    std::uint32_t created = 0, start = 0, stop = 0; // seconds since the epoch
};

struct TaskField { // a custom field of tasks
    std::int64_t id = 0;
    std::string name, type, xml_id, label;
    int sort = 100;
    bool multiple = false, mandatory = false, system = false;
    Tree settings = Tree::list();
};

struct ProductRow {
    std::int64_t id = 0;
    std::int64_t product = 0;
    std::string name, measure_name = "pcs", xml_id;
    int measure = 796, sort = 10, type = 4;
    Micro price = 0, quantity = kMicro, exclusive = 0, netto = 0, brutto = 0, account = 0;
    int discount_type = 2;
    Micro discount_rate = 0, discount_sum = 0;
    std::optional<Micro> tax_rate; // percent
    bool tax_included = false;
};

struct Payment {
    std::int64_t id = 0;
    int owner_type = 2;
    std::int64_t owner = 0;
    std::string number, currency;
    bool paid = false;
    Seconds paid_at = 0;
    std::int64_t paid_by = 0;
    Micro sum = 0;
};

struct TimelineComment {
    std::int64_t id = 0;
    std::string entity_type; // "deal", "company", "dynamic_31"
    std::int64_t entity = 0;
    std::int64_t author = 0;
    Seconds created = 0;
    std::string text;
    std::vector<std::pair<std::string, std::size_t>> files; // name and size
};

struct Notice {
    std::int64_t id = 0;
    std::int64_t user = 0;
    bool system = true;
    std::string text, tag, client;
    Seconds created = 0;
};

struct StageMove {
    std::int64_t id = 0;
    int entity_type = 2;
    int type = 1; // 1 created, 2 moved, 3 moved to a final stage, 5 moved to another funnel
    std::int64_t owner = 0, category = 0;
    std::string stage, semantic;
    Seconds created = 0;
};

struct Currency {
    std::string code, name;
    Micro rate = kMicro; // one unit in the base currency
    bool base = false;
    int sort = 100;
};

struct Category {
    std::int64_t id = 0;
    int entity_type = 2;
    std::string name;
    int sort = 100;
    bool is_default = false;
};

struct CrmStatus {
    std::int64_t id = 0;
    std::string entity, status, name, semantics; // semantics: "", "S" or "F"
    int sort = 10;
    bool system = false;
    std::optional<std::int64_t> category;
    std::string color = "#39A8EF";
    std::string extra; // process, success, failure, apology; "" for what has no stages
};

// A smart process. Its fields and items are a CrmStore under its entity type.
struct CrmType {
    struct Relation {
        int entity_type = 0;
        bool in_card = false;
        bool predefined = false;
    };
    std::int64_t id = 0; // names of custom fields use this, everything else the entity type
    int entity_type = 0;
    std::string title, code;
    std::map<std::string, bool> flags; // "isStagesEnabled", …
    std::vector<Relation> parents, children;
    bool in_calendar = false, in_tasks = false, in_task_templates = false; // linkedUserFields
    std::int64_t created_by = 0, updated_by = 0;
    Seconds created = 0, updated = 0;

    bool flag(const std::string& name) const {
        const auto at = flags.find(name);
        return at != flags.end() && at->second;
    }
};

struct CustomField { // of a CRM type, made by userfieldconfig.add
    std::int64_t id = 0;
    std::string entity; // "CRM_7", "CRM_DEAL"
    std::string name, type, xml_id;
    int sort = 100;
    bool multiple = false, mandatory = false, show_filter = false, in_list = true,
         edit_in_list = true, searchable = false;
    Tree settings = Tree::list();
    Tree label, help;            // by language
    Tree choices = Tree::list(); // of an enumeration
};

struct StoredFile {
    std::int64_t id = 0;
    std::string name, bytes;
};

struct Numerator {
    std::int64_t id = 0;
    std::string name, pattern = "{NUMBER}";
    std::int64_t next = 1, start = 1, step = 1;
    int length = 0;
    std::string pad = "0";
    bool own = false; // made by REST: the others can't be changed there
};

struct DocumentTemplate {
    std::int64_t id = 0;
    std::string name, region = "ru";
    std::vector<std::string> entity_types; // "2", "2_category_9", "31_3"
    std::vector<std::string> users{"UA"};
    std::int64_t numerator = 0;
    bool active = true, deleted = false, with_stamps = false;
    int sort = 500;
    Seconds created = 0, updated = 0;
};

struct Document {
    std::int64_t id = 0;
    std::int64_t template_id = 0, entity = 0;
    int entity_type = 2;
    std::string title, number;
    Seconds created = 0, updated = 0;
    Seconds rendered = 0; // when the conversion to PDF began
    bool failed = false;  // the conversion fails when its time is over
    std::int64_t created_by = 0, updated_by = 0;
    bool stamps = false, is_public = false;
    Tree values = Tree::map();
    // What is in the file: the object as it was when the file was made.
    std::string subject, currency;
    Micro amount = 0;
    std::int64_t rows = 0;
};

// What an object may be hidden by: "created, but not yet visible".
enum class Thing { Task, Entry, CrmItem, Comment, Payment, Document, User, Group };

// Rows that nobody sees, by a fault.
struct Veil {
    std::int64_t fault = 0;
    Thing thing = Thing::Task;
    int type = 0;
    RowPick pick;
    Seconds until = 0; // 0: for good
};

class State {
public:
    Table<User> users;
    Table<Group> groups;
    Table<Department> departments;
    Table<Task> tasks;
    Table<Payment> payments;
    Table<TimelineComment> timeline;
    Table<Notice> notices;
    Table<StageMove> stage_moves;
    Table<TaskField> task_fields;
    std::map<std::int64_t, std::string> flows; // of tasks: their names
    Table<CrmStatus> statuses;
    std::vector<Currency> currencies;
    std::vector<Category> categories;
    std::map<int, CrmStore> crm; // by entityTypeId
    std::map<std::pair<int, std::int64_t>, std::vector<ProductRow>> rows;
    std::map<std::string, std::int64_t> tag_ids;
    Table<CrmType> types;
    Table<CustomField> custom_fields;
    Table<StoredFile> files;
    Table<Numerator> numerators;
    Table<DocumentTemplate> templates;
    Table<Document> documents;

    std::int64_t next_task = 1, next_entry = 1, next_row = 1, next_payment = 1, next_comment = 1,
                 next_notice = 1, next_move = 1, next_task_field = 1001, next_status = 101,
                 next_type = 7, next_category = 30, next_custom_field = 6951, next_file = 5601,
                 next_numerator = 45, next_template = 39, next_document = 61;

    // Time records, with an index by task and the sum of seconds per task.
    const Table<Entry>& entries() const { return entries_; }
    Entry& add_entry(Entry entry, std::string_view comment); // id 0: the next one
    bool erase_entry(std::int64_t id);
    void change_seconds(Entry& entry, std::int32_t seconds);
    Entry* entry(std::int64_t id); // may be changed, all but its seconds
    // Records at these positions whose CREATED_DATE lies in the range; looks at summaries of
    // blocks.
    std::int64_t count_created(std::size_t from, std::size_t to, std::int64_t first,
                               std::int64_t last) const;
    std::uint32_t comment_id(std::string_view comment);
    const std::string& comment(std::uint32_t id) const { return comments_[id]; }
    std::vector<std::int64_t> entries_of(std::int64_t task) const; // sorted
    // Nothing when the task has no record at all.
    std::optional<std::int64_t> spent(std::int64_t task) const;
    void reserve_entries(std::size_t count) { entries_.rows().reserve(count); }

    // A task with its records.
    bool erase_task(std::int64_t id);
    Task& add_task(Task task); // id 0: the next one

    void hide(Thing kind, int type, std::int64_t id, Seconds until);
    bool hidden(Thing kind, int type, std::int64_t id, Seconds now) const;
    bool anything_hidden() const { return !hidden_.empty() || !veils.empty(); }
    std::vector<Veil> veils;

    const Category* category(int entity_type, std::int64_t id) const;
    // The stages of one funnel in their order.
    std::vector<const CrmStatus*> stages(int entity_type, std::int64_t category) const;
    const CrmStatus* stage(int entity_type, std::int64_t category, std::string_view id) const;
    const CrmType* type_of(int entity_type) const; // none for built-in types
    const Currency* currency(std::string_view code) const;
    std::string base_currency() const;
    std::int64_t tag_id(const std::string& title);

private:
    struct OfTask {
        std::vector<std::uint32_t> entries;
        std::int64_t seconds = 0;
    };
    struct Block { // the range of CREATED_DATE over kBlock neighbours
        std::uint32_t first = 0;
        std::uint32_t last = 0;
    };
    static constexpr std::size_t kBlock = 1024;
    Table<Entry> entries_;
    mutable std::vector<Block> blocks_; // empty: to be made again
    std::unordered_map<std::int64_t, OfTask> by_task_;
    std::vector<std::string> comments_{std::string{}};
    std::unordered_map<std::string, std::uint32_t> comment_ids_{{std::string{}, 0}};
    std::map<std::tuple<Thing, int, std::int64_t>, Seconds> hidden_;
};

std::string stage_entity(int entity_type, std::int64_t category); // "DEAL_STAGE_9"
// What the ids of a funnel's stages begin with: "", "C9:", "DT1030_31:".
std::string stage_prefix(int entity_type, std::int64_t category);
std::string short_code(int entity_type); // "D", "SI", "T406"; "" for an unknown built-in type
std::string semantic_letter(const CrmStatus* stage); // P, S or F

} // namespace hb::sandbox
