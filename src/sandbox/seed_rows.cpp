#include "sandbox/seed_state.h"

// The basics of every portal, and plain rows for benchmarks.
namespace hb::sandbox {

namespace {

constexpr Seconds kFounded = 1'559'552'400; // 2019-06-03, a morning in Minsk

void add_stage(State& state, const std::string& entity, std::optional<std::int64_t> category,
               const char* id, const char* name, const char* semantics, const char* extra,
               const char* color) {
    CrmStatus status;
    status.id = state.next_status;
    state.next_status += 2;
    status.entity = entity;
    status.category = category;
    status.status = id;
    status.name = name;
    status.semantics = semantics;
    status.extra = extra;
    status.color = color;
    int sort = 10;
    for (const auto& one : state.statuses.rows())
        if (one.entity == entity) sort += 10;
    status.sort = sort;
    status.system = sort == 10 || *semantics != '\0';
    state.statuses.add(std::move(status));
}

void add_deal_stages(State& state) {
    const std::string general = stage_entity(2, 0);
    const std::string ninth = stage_entity(2, 9);
    const auto add = [&](const std::string& entity, std::int64_t category, const char* id,
                         const char* name, const char* semantics, const char* extra,
                         const char* color) {
        add_stage(state, entity, category, id, name, semantics, extra, color);
    };
    add(general, 0, "NEW", "New", "", "process", "#39A8EF");
    add(general, 0, "PREPARATION", "Document preparation", "", "process", "#2FC6F6");
    add(general, 0, "PREPAYMENT_INVOICE", "Prepayment invoice", "", "process", "#55D0E0");
    add(general, 0, "EXECUTING", "In progress", "", "process", "#47E4C2");
    add(general, 0, "FINAL_INVOICE", "Final invoice", "", "process", "#FFA900");
    add(general, 0, "WON", "Deal successful", "S", "success", "#7BD500");
    add(general, 0, "LOSE", "Deal failed", "F", "failure", "#FF5752");
    add(general, 0, "APOLOGY", "Failure reason analysis", "F", "apology", "#FF5752");
    add(ninth, 9, "C9:NEW", "Report agreed", "", "process", "#39A8EF");
    add(ninth, 9, "C9:UC_NYL06U", "Invoice sent", "", "process", "#2FC6F6");
    add(ninth, 9, "C9:UC_KN8KFI", "Reminded", "", "process", "#55D0E0");
    add(ninth, 9, "C9:WON", "Paid", "S", "success", "#7BD500");
    add(ninth, 9, "C9:LOSE", "Not paid", "F", "failure", "#FF5752");
}

void add_books(State& state) {
    state.currencies = {{"BYN", "Belarusian ruble", kMicro, true, 100},
                        {"RUB", "Russian ruble", 34'000, false, 200},
                        {"USD", "US dollar", 3'150'000, false, 300},
                        {"EUR", "Euro", 3'410'000, false, 400}};
    state.categories = {
        {9, 2, "Billing", 200, false}, {0, 2, "General", 300, true}, {3, 31, "General", 500, true}};
    add_deal_stages(state);
    const std::string invoices = stage_entity(31, 3);
    add_stage(state, invoices, 3, "DT31_3:N", "New", "", "", "#39A8EF");
    add_stage(state, invoices, 3, "DT31_3:S", "Sent", "", "", "#2FC6F6");
    add_stage(state, invoices, 3, "DT31_3:P", "Paid", "S", "", "#7BD500");
    add_stage(state, invoices, 3, "DT31_3:D", "Not paid", "F", "", "#FF5752");
    add_stage(state, "COMPANY_TYPE", std::nullopt, "CUSTOMER", "Client", "", "", "");
    add_stage(state, "COMPANY_TYPE", std::nullopt, "PARTNER", "Partner", "", "", "");
    add_stage(state, "DEAL_TYPE", std::nullopt, "SALE", "Sale", "", "", "");
    add_stage(state, "DEAL_TYPE", std::nullopt, "SERVICE", "Service", "", "", "");
    add_stage(state, "SOURCE", std::nullopt, "WEB", "Website", "", "", "");
}

void add_system_field(State& state, std::int64_t id, const char* name, const char* type,
                      bool multiple) {
    TaskField field;
    field.id = id;
    field.name = name;
    field.type = type;
    field.multiple = multiple;
    field.system = true;
    if (field.type == "crm") {
        field.settings = Tree::map();
        for (const char* kind : {"LEAD", "CONTACT", "COMPANY", "DEAL"})
            field.settings.put(kind, Tree::text("Y"));
    }
    state.task_fields.add(std::move(field));
}

constexpr std::int64_t kRowCompanies = 50;
constexpr std::int64_t kRowGroups = 20;

void add_row_owners(State& state, Seconds created) {
    CrmStore& companies = state.crm.at(4);
    for (std::int64_t id = 1; id <= kRowCompanies; ++id) {
        CrmItem company;
        company.id = id;
        companies.set(company, "title", "Client " + std::to_string(id));
        companies.set(company, "typeId", std::string{"CUSTOMER"});
        companies.set(company, "createdTime", created);
        companies.add(std::move(company));
    }
    for (std::int64_t id = 1; id <= kRowGroups; ++id) {
        Group group;
        group.id = id;
        group.name = "Project " + std::to_string(id);
        group.created = created;
        state.groups.add(std::move(group));
    }
}

} // namespace

std::vector<Token> seeded_tokens() {
    Token admin{kAdminToken, 1, all_scopes(), Token::CrmRights::All};
    Token plain{kPlainToken, 3, all_scopes(), Token::CrmRights::Own};
    return {admin, plain};
}

void fill_basics(State& state) {
    state.departments.add({1, "Studio", 0, 1});
    state.departments.add({2, "Design", 1, 0});
    state.departments.add({3, "Development", 1, 0});
    state.departments.add({4, "Accounts", 1, 0});
    User admin;
    admin.id = 1;
    admin.name = "Ольга";
    admin.last_name = "Ковалевич";
    admin.email = "olga@sandbox.example";
    admin.position = "Руководитель";
    admin.admin = true;
    admin.registered = kFounded;
    User plain = admin;
    plain.id = 3;
    plain.name = "Ivan";
    plain.last_name = "Petrov";
    plain.email = "ivan@sandbox.example";
    plain.position = "Designer";
    plain.department = 2;
    plain.admin = false;
    state.users.add(std::move(admin));
    state.users.add(std::move(plain));
    add_books(state);
    add_system_field(state, 229, "UF_TASK_WEBDAV_FILES", "disk_file", true);
    add_system_field(state, 662, "UF_MAIL_MESSAGE", "mail_message", false);
    add_system_field(state, 995, "UF_CRM_TASK", "crm", true);
}

void fill_rows(State& state, std::int64_t tasks, std::int64_t entries, std::int64_t gap,
               Seconds now) {
    constexpr Seconds kSpan = Seconds{540} * 86400;
    const Seconds begin = now - kSpan;
    add_row_owners(state, begin);
    state.tasks.rows().reserve(static_cast<std::size_t>(tasks));
    for (std::int64_t i = 0; i < tasks; ++i) {
        Task task;
        task.title = "Task " + std::to_string(i + 1);
        task.created = task.changed = task.activity = begin + kSpan / tasks * i;
        task.created_by = task.responsible = task.changed_by = i % 2 == 0 ? 1 : 3;
        task.crm.push_back("CO_" + std::to_string(1 + i % kRowCompanies));
        task.group = 1 + i % kRowGroups;
        state.add_task(std::move(task));
    }
    const char* const comments[] = {"", "layout", "правки по замечаниям", "review", "созвон"};
    state.reserve_entries(static_cast<std::size_t>(entries));
    for (std::int64_t i = 0; i < entries; ++i) {
        Entry entry;
        entry.id = static_cast<std::uint32_t>(1 + i * (gap + 1));
        // Records of a task lie near each other but not in one block, as on a real portal.
        entry.task = static_cast<std::uint32_t>(1 + (i * 7 + i / 64) % tasks);
        entry.user = i % 2 == 0 ? 1 : 3;
        entry.seconds = static_cast<std::int32_t>(300 + i * 37 % 14'400);
        entry.created = entry.start = entry.stop =
            static_cast<std::uint32_t>(begin + kSpan / std::max<std::int64_t>(1, entries) * i);
        state.add_entry(entry, comments[i % 5]);
    }
}

void seed_basics(Portal& portal) {
    bool done = false; // seeding twice would double people
    portal.edit([&](State& state) { done = !state.currencies.empty(); });
    if (done) return;
    portal.edit([](State& state) { fill_basics(state); });
    for (auto& token : seeded_tokens()) portal.add_token(std::move(token));
}

void seed_rows(Portal& portal, std::int64_t tasks, std::int64_t entries, std::int64_t gap) {
    const Seconds now = portal.now();
    portal.edit([&](State& state) { fill_rows(state, tasks, entries, gap, now); });
}

} // namespace hb::sandbox
