#include "sandbox/seed.h"

#include "base/text.h"
#include "sandbox/seed_state.h"

// The agency: clients, workgroups, people, tasks and their time records, with the oddities that a
// real portal has. Nothing here depends on anything but the arguments.
namespace hb::sandbox {

namespace {

// splitmix64: small, and the same on every machine.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    std::int64_t below(std::int64_t n) {
        return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(n));
    }
    bool percent(std::int64_t p) { return below(100) < p; }
    template <class List> const auto& pick(const List& list) {
        return list[static_cast<std::size_t>(below(std::ssize(list)))];
    }

private:
    std::uint64_t state_;
};

struct Client {
    const char* name;
    const char* currency;
    std::int64_t company;
};
constexpr Client kClients[] = {
    {"ООО «Белый аист»", "BYN", 5},  {"Alpine Outfitters Ltd", "USD", 7},
    {"ЗАО «Минскпэйнт»", "BYN", 9},  {"Nordlicht GmbH", "EUR", 11},
    {"ИП Соколова & Ко", "RUB", 13}, {"Blue Harbor Inc.", "USD", 15},
    {"ОАО «Каравай»", "RUB", 17},    {"Zażółć Jaźń Sp. z o.o.", "EUR", 19}};
constexpr std::int64_t kOwnCompany = 3;
constexpr std::int64_t kInternalGroup = 1;

constexpr const char* kFirstNames[] = {"Анна",  "Пётр",  "Marta", "Сергей", "Elena",
                                       "Павел", "Ирина", "Jonas", "Дарья",  "Виктор"};
constexpr const char* kLastNames[] = {"Новик",   "Schmidt", "Лис",    "Kowalska", "Орлов",
                                      "Бондарь", "Weber",   "Сидоря", "Hansen",   "Мороз"};
constexpr const char* kTags[] = {"design", "development", "bug", "account"};
constexpr const char* kPositions[] = {"Designer", "Developer", "Tester", "Account manager"};
constexpr const char* kWork[] = {
    "Главная страница", "Landing page",    "Корзина и оплата",   "Newsletter",
    "Баннеры",          "API integration", "Каталог товаров",    "Checkout bug",
    "Отчёт по рекламе", "Mobile menu",     "Личный кабинет",     "SEO audit",
    "Логотип 🎨",        "Release 🚀",       "Встреча с клиентом", "Quarterly planning"};
constexpr const char* kComments[] = {"",
                                     "макет",
                                     "правки по замечаниям",
                                     "layout, second round",
                                     "созвон с клиентом ☎️",
                                     "fixed the 500 on checkout",
                                     "вёрстка",
                                     "review & merge",
                                     "тексты <черновик>",
                                     "research"};

class Agency {
public:
    Agency(State& state, std::uint64_t seed, const AgencySize& size, Day as_of, int offset_minutes)
        : state_(state), dice_(seed), size_(size), offset_(Seconds{offset_minutes} * 60) {
        end_ = to_epoch_days(as_of) * 86400 + 86400 - offset_ - 1; // the day's last second
        begin_ = end_ - kDays * 86400;
    }

    void build() {
        add_people();
        add_companies();
        add_groups();
        add_deals();
        add_tasks();
        add_entries();
        add_templates();
    }

private:
    static constexpr std::int64_t kDays = 548;

    // Midnight of the portal's calendar day that holds `at`.
    Seconds midnight(Seconds at) const { return (at + offset_) / 86400 * 86400 - offset_; }

    void add_people() {
        people_ = {1, 3};
        for (int i = 2; i < size_.people; ++i) {
            User user;
            user.id = 2 * i + 1;
            user.name = dice_.pick(kFirstNames);
            user.last_name = dice_.pick(kLastNames);
            user.email = "person" + std::to_string(user.id) + "@sandbox.example";
            user.department = 2 + i % 3;
            user.position = kPositions[i % 4];
            // A freelancer from outside and somebody in no department work as much as the others;
            // user.get shows them only in ADMIN_MODE or by their id.
            if (i == 5) user.type = "extranet";
            if (i == 5 || i == 9) user.department = 0;
            user.active = i % 8 != 7; // the dismissed ones have records too
            user.registered = begin_ - 86400 * (i + 10);
            people_.push_back(user.id);
            state_.users.add(std::move(user));
        }
        // Somebody whom user.get never tells about.
        User robot;
        robot.id = 99;
        robot.name = "Integration";
        robot.type = "system";
        state_.users.add(std::move(robot));
    }

    CrmItem new_item(CrmStore& store, std::int64_t id) {
        CrmItem item;
        item.id = id;
        item.values.resize(store.fields.size());
        store.set(item, "createdTime", begin_);
        store.set(item, "updatedTime", begin_);
        store.set(item, "createdBy", std::int64_t{1});
        store.set(item, "updatedBy", std::int64_t{1});
        store.set(item, "assignedById", std::int64_t{1});
        store.set(item, "opened", std::int64_t{1});
        return item;
    }

    void add_companies() {
        CrmStore& store = state_.crm.at(4);
        CrmItem own = new_item(store, kOwnCompany);
        store.set(own, "title", std::string{"Студия «Пять минут»"});
        store.set(own, "isMyCompany", std::int64_t{1});
        store.set(own, "currencyId", std::string{"BYN"});
        store.add(std::move(own));
        for (const auto& client : kClients) {
            CrmItem item = new_item(store, client.company);
            store.set(item, "title", std::string{client.name});
            store.set(item, "typeId", std::string{"CUSTOMER"});
            store.set(item, "currencyId", std::string{client.currency});
            store.set(item, "hasEmail", std::int64_t{1});
            store.set(item, "EMAIL",
                      std::vector<std::string>{"client" + std::to_string(client.company) +
                                               "@sandbox.example"});
            store.add(std::move(item));
        }
    }

    void add_groups() {
        for (int i = 0; i < size_.groups; ++i) {
            Group group;
            group.id = kInternalGroup + i;
            const Client& client = kClients[static_cast<std::size_t>(i + 7) % 8];
            const char* kind = i % 2 == 0 ? "Поддержка" : "Website";
            group.name = i == 0 ? "Internal" : std::string{kind} + " — " + client.name;
            if (i == size_.groups - 1 && i > 0) group.name = "Helpdesk (all clients)";
            group.closed = i == 5; // archived, but its time counts
            group.project = i % 3 == 0;
            group.owner = people_[static_cast<std::size_t>(i) % people_.size()];
            group.created = begin_ - 86400 * 30;
            group.members = 3 + i % 7;
            state_.groups.add(std::move(group));
        }
    }

    void add_deals() {
        CrmStore& store = state_.crm.at(2);
        for (int i = 0; i < 10; ++i) {
            CrmItem item = new_item(store, 101 + 2 * i);
            const std::int64_t category = i % 2 == 0 ? 0 : 9;
            const auto stages = state_.stages(2, category);
            const CrmStatus* stage = stages[static_cast<std::size_t>(i) % stages.size()];
            const Client& client = kClients[static_cast<std::size_t>(i) % 8];
            store.set(item, "title",
                      std::string{client.name} + " — договор " + std::to_string(i + 1));
            store.set(item, "categoryId", category);
            store.set(item, "stageId", stage->status);
            store.set(item, "stageSemanticId", semantic_letter(stage));
            store.set(item, "closed", std::int64_t{!stage->semantics.empty()});
            store.set(item, "currencyId", std::string{client.currency});
            store.set(item, "isManualOpportunity", std::int64_t{1});
            store.set(item, "opportunity", (1000 + i * 250) * kMicro);
            store.set(item, "begindate", (begin_ + offset_) / 86400 * 86400);
            store.set(item, "closedate", (end_ + offset_) / 86400 * 86400);
            // The last deal belongs to nobody.
            if (i < 9) store.set(item, "companyId", client.company);
            store.add(std::move(item));
        }
    }

    // Papers for deals and invoices; each kind has numbers of its own.
    void add_templates() {
        for (const auto& [id, name] : {std::pair{11, "Акт"}, {13, "Счёт"}}) {
            Numerator numerator;
            numerator.id = id + 20;
            numerator.name = name;
            numerator.next = numerator.start = 1;
            numerator.length = 4;
            state_.numerators.add(std::move(numerator));
            DocumentTemplate one;
            one.id = id;
            one.name = name;
            one.numerator = id + 20;
            one.entity_types = {"2", "2_category_0", "2_category_9", "31", "31_3"};
            one.created = one.updated = begin_;
            state_.templates.add(std::move(one));
        }
    }

    std::size_t client_of(std::int64_t group) const {
        return static_cast<std::size_t>(group - kInternalGroup + 7) % 8;
    }

    std::string title(int number) {
        std::string text = std::string{dice_.pick(kWork)} + " #" + std::to_string(number);
        if (number % 150 == 7)
            for (int i = 0; i < 30; ++i) text += " — очень длинное название задачи";
        if (number % 211 == 3) text = "<b>" + text + "</b> & \"quotes\"";
        return text;
    }

    void link(Task& task, std::size_t client, int number) {
        if (task.group == kInternalGroup) return;
        const std::string company = "CO_" + std::to_string(kClients[client].company);
        const auto kind = dice_.below(100);
        if (kind < 60) {
            task.crm = {company};
        } else if (kind < 72) {
            task.crm = {"D_" + std::to_string(101 + 2 * static_cast<int>(client))};
        } else if (kind < 75) {
            task.crm = {number % 2 == 0 ? "CO_99999" : "D_88888"}; // lead nowhere
        } else if (kind < 78) {
            task.crm = {"L_12", company, "T80_5"};
        } else if (kind < 90 && !task_ids_.empty()) {
            // A subtask: what it belongs to is on an ancestor.
            task.parent = task_ids_[task_ids_.size() - 1 -
                                    static_cast<std::size_t>(dice_.below(
                                        std::min<std::int64_t>(8, std::ssize(task_ids_))))];
            task.group = state_.tasks.find(task.parent)->group;
        }
        if (!task.crm.empty() && dice_.percent(5)) task.group = 0;
    }

    void finish(Task& task) {
        const Seconds age = end_ - task.created;
        const Seconds took = (1 + dice_.below(40)) * 86400;
        if (age > took && dice_.percent(85)) {
            task.status = 5;
            task.closed = task.status_changed = task.created + took;
            task.closed_by = task.status_changed_by = task.responsible;
        } else {
            task.status = dice_.percent(50) ? 3 : dice_.percent(10) ? 6 : 2;
            task.status_changed = task.created;
        }
        task.changed = task.activity = std::max(task.created, task.closed);
        task.changed_by = task.responsible;
    }

    void add_tasks() {
        const Seconds step = kDays * 86400 / size_.tasks;
        for (int i = 0; i < size_.tasks; ++i) {
            Task task;
            // Every twentieth id is that of a task deleted since.
            task.id = 11 + i + i / 19;
            task.created = begin_ + step * i + dice_.below(step);
            task.title = title(i + 1);
            task.description = i % 4 == 0 ? "Описание задачи, [B]важно[/B]" : "";
            task.group = kInternalGroup + (dice_.percent(8) ? 0 : dice_.below(size_.groups));
            const std::int64_t kind = dice_.below(4);
            task.responsible = people_[static_cast<std::size_t>((kind + 4 * dice_.below(7)) %
                                                                std::ssize(people_))];
            task.created_by = dice_.percent(70) ? 1 : task.responsible;
            if (dice_.percent(20)) task.accomplices.push_back(dice_.pick(people_));
            if (!dice_.percent(6)) task.tags.emplace_back(kTags[kind]);
            if (dice_.percent(4)) task.tags.emplace_back("Bug");
            task.estimate = dice_.percent(60) ? (1 + dice_.below(40)) * 1800 : 0;
            if (dice_.percent(40)) task.deadline = task.created + (3 + dice_.below(30)) * 86400;
            link(task, client_of(task.group == 0 ? 2 : task.group), i);
            finish(task);
            task_ids_.push_back(task.id);
            created_.push_back(task.created);
            state_.add_task(std::move(task));
        }
        state_.next_task += 5;
    }

    struct Draft {
        Seconds typed = 0;
        Entry entry{};
        const char* comment = "";
    };

    // The start of the work: mostly in working hours, at times on the edge of a day or a month.
    Seconds work_start(int number) {
        const Seconds day = midnight(begin_ + 86400 * 3 + dice_.below((kDays - 4) * 86400));
        if (number % 100 == 17) return day;                   // 00:00:00
        if (number % 100 == 41) return day + 86400 - 1;       // 23:59:59
        if (number % 100 == 63) return month_edge(day) + 600; // 00:10 on the first
        if (number % 100 == 77) return month_edge(day) - 600; // 23:50 on the last
        return day + 9 * 3600 + dice_.below(9 * 3600) / 60 * 60;
    }

    Seconds month_edge(Seconds day) const {
        const Day date = from_epoch_days((day + offset_) / 86400);
        const std::string first = format_day(date).substr(0, 8) + "01";
        const auto parsed = parse_day(first);
        return to_epoch_days(*parsed) * 86400 - offset_;
    }

    std::int32_t length(int number) {
        if (number % 250 == 9) return 0;
        if (number % 1500 == 31) return 93'600; // 26 hours: a forgotten timer
        if (dice_.percent(25)) return static_cast<std::int32_t>(120 + dice_.below(14'000));
        return static_cast<std::int32_t>(900 * (1 + dice_.below(24)));
    }

    Draft draft(int number) {
        Draft out;
        const Seconds start = work_start(number);
        const auto after = std::upper_bound(created_.begin(), created_.end(), start);
        const auto known = std::max<std::int64_t>(1, after - created_.begin());
        const auto back = dice_.below(std::min<std::int64_t>(known, 70));
        const std::size_t index = static_cast<std::size_t>(known - 1 - back);
        const Task& task = *state_.tasks.find(task_ids_[index]);
        out.entry.task = static_cast<std::uint32_t>(task.id);
        const bool helper = !task.accomplices.empty() && dice_.percent(30);
        out.entry.user =
            static_cast<std::uint32_t>(helper ? task.accomplices.front() : task.responsible);
        out.entry.seconds = length(number);
        out.entry.source = dice_.percent(80) ? 2 : 3;
        out.comment = dice_.pick(kComments);
        // Typed when the work was done, or up to three weeks later for a day in the past.
        const Seconds late = dice_.percent(9) ? (1 + dice_.below(21)) * 86400 : 0;
        out.typed = std::min(start + std::min<Seconds>(out.entry.seconds, 30'000) + late, end_);
        out.entry.created = static_cast<std::uint32_t>(std::min(start, end_));
        out.entry.start = out.entry.stop = static_cast<std::uint32_t>(out.typed);
        return out;
    }

    void add_entries() {
        std::vector<Draft> drafts;
        for (int i = 0; i < size_.entries; ++i) drafts.push_back(draft(i));
        std::stable_sort(drafts.begin(), drafts.end(),
                         [](const Draft& a, const Draft& b) { return a.typed < b.typed; });
        std::uint32_t id = 20;
        for (std::size_t i = 0; i < drafts.size(); ++i) {
            id += i % 13 == 12 ? 2 : 1; // records deleted since
            drafts[i].entry.id = id;
            if (i == 40 || i == 90) drafts[i].entry.user = 99;
            state_.add_entry(drafts[i].entry, drafts[i].comment);
        }
        state_.next_entry += 3;
    }

    State& state_;
    Dice dice_;
    AgencySize size_;
    Seconds offset_;
    Seconds begin_ = 0;
    Seconds end_ = 0;
    std::vector<std::int64_t> people_;
    std::vector<std::int64_t> task_ids_;
    std::vector<Seconds> created_;
};

} // namespace

void fill_agency(State& state, std::uint64_t seed, const AgencySize& size, Day as_of,
                 int offset_minutes) {
    Agency{state, seed, size, as_of, offset_minutes}.build();
}

void seed_agency(Portal& portal, Day as_of, std::uint64_t seed, const AgencySize& size) {
    seed_basics(portal);
    const int offset = portal.options().offset_minutes;
    portal.edit([&](State& state) { fill_agency(state, seed, size, as_of, offset); });
}

} // namespace hb::sandbox
