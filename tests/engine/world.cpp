#include "engine/world.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "base/held.h"
#include "base/text.h"
#include "desk/reports.h"
#include "desk/terms.h"
#include "engine/asks.h"
#include "mapping/contract_file.h"
#include "mapping/shipped.h"
#include "sandbox/seed.h"
#include "json/value.h"
#include "json/writer.h"

namespace hb::test {
namespace {

// The portal as an HTTP client sees it, without sockets.
class PortalHttp final : public net::HttpClient {
public:
    PortalHttp(sandbox::Portal& portal, ManualClock& clock) : portal_(portal), clock_(clock) {}

    net::Response send(const net::Request& request) override {
        must_not_hold_books("a remote call");
        const std::string& url = request.url.reveal();
        const auto path = url.find('/', url.find("//") + 2);
        sandbox::HttpRequest in;
        in.method = request.verb == net::Verb::Post ? "POST" : "GET";
        in.path = url.substr(path);
        const auto query = in.path.find('?');
        if (query != std::string::npos) {
            in.query = in.path.substr(query + 1);
            in.path.resize(query);
        }
        for (const auto& [name, value] : request.headers)
            if (fold_case(name) == "content-type") in.content_type = value;
        in.body = request.body;
        const auto answer = portal_.handle(in);

        net::Response out;
        if (answer.delay_ms > 0)
            clock_.advance(std::chrono::milliseconds{
                std::min<std::int64_t>(answer.delay_ms, request.timeouts.total.count())});
        if (answer.delivery != sandbox::HttpAnswer::Delivery::Whole ||
            answer.delay_ms > request.timeouts.total.count()) {
            out.reach = net::Reach::Unknown;
            out.trouble = "the connection closed without a whole answer";
            return out;
        }
        out.reach = net::Reach::Answered;
        out.status = answer.status;
        out.body = answer.body;
        out.headers.emplace_back("content-type", answer.content_type);
        for (const auto& [name, value] : answer.headers)
            out.headers.emplace_back(fold_case(name), value);
        return out;
    }

private:
    sandbox::Portal& portal_;
    ManualClock& clock_;
};

sandbox::Seconds seconds_of(const std::string& when) {
    const auto at = parse_instant(when);
    REQUIRE(at.ok());
    return to_epoch_seconds(*at);
}

void add_document_templates(sandbox::Portal& portal) {
    portal.edit([](sandbox::State& state) {
        for (const auto& [id, name] : {std::pair{11, "Act"}, {13, "Invoice"}}) {
            sandbox::Numerator numerator;
            numerator.id = id + 20;
            numerator.name = name;
            numerator.next = numerator.start = 1;
            numerator.length = 4;
            state.numerators.add(std::move(numerator));
            sandbox::DocumentTemplate one;
            one.id = id;
            one.name = name;
            one.numerator = id + 20;
            one.entity_types = {"2", "2_category_0"};
            state.templates.add(std::move(one));
        }
    });
}

} // namespace

World::World(WorldOptions options)
    : clock(*parse_instant("2026-07-01T09:00:00Z")), options_(std::move(options)) {
    sandbox::PortalOptions portal_options;
    portal_options.limits.requests = options_.portal_limits;
    portal_options.limits.operating = options_.portal_limits;
    portal_options.strict_filters = true; // a typo of ours would list everything
    portal = std::make_unique<sandbox::Portal>(portal_options, clock);
    sandbox::seed_basics(*portal);
    file_ = options_.file;
    if (file_.empty()) {
        std::string name =
            (std::filesystem::temp_directory_path() / "hourbridge-world-XXXXXX").string();
        const char* made = mkdtemp(name.data());
        REQUIRE(made != nullptr);
        file_ = std::string(made) + "/hourbridge.db";
        own_file_ = true;
    }
    if (options_.full_crm) add_document_templates(*portal);
    open();
}

World::~World() {
    // Every story ends with books that add up, whatever else it looks at.
    if (db && std::uncaught_exceptions() == 0 && !db->in_transaction()) CHECK(verify() == "");
    service.reset();
    books.reset();
    tables.reset();
    db.reset();
    if (!own_file_) return;
    const auto folder = std::filesystem::path(file_).parent_path();
    if (std::getenv("DUMP") != nullptr)
        std::printf("the books are kept in %s\n", file_.c_str());
    else
        std::filesystem::remove_all(folder);
}

void World::tick() {
    ++moments_;
    if (kill_at_ != 0 && moments_ >= kill_at_) throw Killed{};
}

void World::kill_at(int moment) {
    moments_ = 0;
    kill_at_ = moment;
}

void World::open() {
    auto opened = store::Database::open_writer(file_);
    REQUIRE(opened.ok());
    db = std::move(*opened);
    db->failpoint = [this](std::string_view) { tick(); };

    books::Settings settings;
    settings.zone = *Zone::find("Europe/Minsk");
    settings.crm_remote = "bitrix24";
    settings.public_url = "https://reports.example.com";
    settings.deal_create = options_.deal_create;
    settings.late_policy = options_.late_policy;
    settings.settle.evidence = {domain::Evidence::Payment, domain::Evidence::InvoicePaid,
                                domain::Evidence::DealWon};
    settings.nonbillable = {{"bug", "", "", "bug"}, {"", "Internal", "", "internal"}};
    settings.key = Secret("test key");
    if (options_.full_crm) {
        settings.invoice = true;
        settings.document_templates = {"11", "13"};
        settings.documents_dir = std::filesystem::path(file_).parent_path().string() + "/documents";
    }
    tables = std::make_unique<store::Tables>(*db);
    books = std::make_unique<books::Books>(*db, clock, ids, settings);
    books->readers = std::make_unique<store::Readers>(file_);
    books->uptime = uptime;
    books->failpoint = [this](std::string_view) { tick(); };

    auto remote = std::make_unique<books::RemoteRuntime>();
    connector::Bitrix24Options portal_options;
    portal_options.webhook_url = Secret("http://127.0.0.1:1/rest/1/sandbox/");
    if (options_.full_crm) { // what `check` looks for besides
        portal_options.templates = settings.document_templates;
        portal_options.scopes = {"im"};
    }
    auto made = connector::make_bitrix24(portal_options,
                                         std::make_unique<PortalHttp>(*portal, clock), clock);
    REQUIRE(made.ok());
    remote->connector = std::move(*made);
    std::vector<mapping::FileProblem> problems;
    auto shipped = mapping::Mapping::parse(mapping::shipped_mapping("bitrix24"),
                                           "mappings/bitrix24.json", problems);
    REQUIRE(shipped.has_value());
    remote->mapping = std::make_unique<mapping::Mapping>(std::move(*shipped));
    auto known = tables->sources.find_remote("bitrix24");
    if (!known) {
        const auto failpoint = db->failpoint;
        db->failpoint = nullptr; // the first contact is not part of any story
        store::Tx tx(*db);
        known = tables->sources.add_remote("bitrix24", "bitrix24", remote->connector->account(),
                                           clock.now());
        tx.commit();
        db->failpoint = failpoint;
    }
    remote->row = *known;
    books->remotes.push_back(std::move(remote));
    books->show_settings();
    service = std::make_unique<lanes::Service>(*books);
}

void World::restart() {
    service.reset();
    books.reset();
    tables.reset();
    db.reset();
    open();
}

void World::wake(Wakes where) {
    const Uptime before = books->up();
    const std::string other = "other-" + std::to_string(++woken_);
    Uptime offset{before.machine, before.boot, std::chrono::milliseconds{0}};
    if (where == Wakes::OtherMachine || where == Wakes::Hidden) offset.machine = other;
    if (where == Wakes::OtherBoot || where == Wakes::Hidden) offset.boot = other;
    // Runs for a year already: by its own measure everything was long ago.
    if (where != Wakes::Same) offset.at = std::chrono::hours{24 * 365};
    if (where == Wakes::Snapshot) offset.at = -std::chrono::hours{1};
    const auto begun = clock.now();
    uptime = [this, offset, begun, ran = before.at] {
        return Uptime{offset.machine, offset.boot, ran + offset.at + (clock.now() - begun)};
    };
    restart();
    if (where != Wakes::Same) hide_unheard_creates();
}

// Deals and invoices that were created without anybody hearing of it: nobody has their ids.
void World::hide_unheard_creates() {
    std::set<std::string> heard;
    for (const auto& op : tables->outbox.list(store::OpState::Done, 100'000))
        heard.insert(op.remote_id);
    const auto until = to_epoch_seconds(clock.now()) + 60;
    portal->edit([&](sandbox::State& state) {
        for (const auto& [type, key] : {std::pair{2, "originId"}, std::pair{31, "xmlId"}}) {
            const auto& store = state.crm.at(type);
            for (const auto& item : store.items.rows())
                if (!store.text(item, key).empty() && heard.count(std::to_string(item.id)) == 0)
                    state.hide(sandbox::Thing::CrmItem, type, item.id, until);
        }
    });
}

std::int64_t World::company(const std::string& title, bool own) {
    json::Writer body;
    body.begin_object()
        .key("fields")
        .begin_object()
        .member("TITLE", title)
        .member("IS_MY_COMPANY", own ? "Y" : "N")
        .end_object()
        .end_object();
    const auto answer = portal->handle({"POST", "/rest/1/sandbox/crm.company.add", "",
                                        "application/json", body.text(), "127.0.0.1"});
    const auto parsed = json::Document::parse(answer.body);
    REQUIRE(parsed.ok());
    INFO(answer.body);
    const auto id = parsed->root()["result"].integer();
    REQUIRE(id.ok());
    return *id;
}

std::int64_t World::user(const std::string& name) {
    std::int64_t id = 0;
    portal->edit([&](sandbox::State& state) {
        sandbox::User user;
        user.id = static_cast<std::int64_t>(state.users.rows().size()) + 100;
        user.name = name;
        state.users.add(user);
        id = user.id;
    });
    return id;
}

std::int64_t World::group(const std::string& name) {
    std::int64_t id = 0;
    portal->edit([&](sandbox::State& state) {
        sandbox::Group group;
        group.id = static_cast<std::int64_t>(state.groups.rows().size()) + 100;
        group.name = name;
        state.groups.add(group);
        id = group.id;
    });
    return id;
}

std::int64_t World::task(const TaskMaker& maker) {
    std::int64_t id = 0;
    const auto now = to_epoch_seconds(clock.now());
    portal->edit([&](sandbox::State& state) {
        sandbox::Task task;
        task.title = maker.title;
        task.crm = maker.links;
        task.tags = maker.tags;
        task.group = maker.group;
        task.parent = maker.parent;
        task.status = maker.status;
        task.created_by = task.responsible = 1;
        task.created = task.changed = now;
        if (maker.status == 5) task.closed = now;
        id = state.add_task(task).id;
    });
    return id;
}

std::int64_t World::entry(std::int64_t task, std::int64_t user, std::int64_t seconds,
                          const std::string& when, const std::string& text) {
    std::int64_t id = 0;
    portal->edit([&](sandbox::State& state) {
        sandbox::Entry entry;
        entry.task = static_cast<std::uint32_t>(task);
        entry.user = static_cast<std::uint32_t>(user);
        entry.seconds = static_cast<std::int32_t>(seconds);
        entry.created = static_cast<std::uint32_t>(seconds_of(when));
        entry.start = entry.stop = static_cast<std::uint32_t>(to_epoch_seconds(clock.now()));
        id = state.add_entry(entry, text).id;
    });
    return id;
}

void World::edit_entry(std::int64_t entry, std::int64_t seconds) {
    portal->edit([&](sandbox::State& state) {
        auto* row = state.entry(entry);
        REQUIRE(row != nullptr);
        state.change_seconds(*row, static_cast<std::int32_t>(seconds));
    });
}

void World::delete_entry(std::int64_t entry) {
    portal->edit([&](sandbox::State& state) { REQUIRE(state.erase_entry(entry)); });
}

void World::move_entry(std::int64_t entry, std::int64_t task) {
    portal->edit([&](sandbox::State& state) {
        const auto* row = state.entry(entry);
        REQUIRE(row != nullptr);
        sandbox::Entry moved = *row;
        const std::string text = state.comment(moved.comment);
        moved.task = static_cast<std::uint32_t>(task);
        REQUIRE(state.erase_entry(entry));
        state.add_entry(moved, text);
    });
}

void World::redate_entry(std::int64_t entry, const std::string& when) {
    portal->edit([&](sandbox::State& state) {
        auto* row = state.entry(entry);
        REQUIRE(row != nullptr);
        row->created = static_cast<std::uint32_t>(seconds_of(when));
    });
}

void World::link_task(std::int64_t task, std::int64_t company) {
    const auto now = to_epoch_seconds(clock.now());
    portal->edit([&](sandbox::State& state) {
        auto* row = state.tasks.find(task);
        REQUIRE(row != nullptr);
        row->crm.clear();
        if (company != 0) row->crm.push_back("CO_" + std::to_string(company));
        row->changed = now;
    });
}

void World::tag_task(std::int64_t task, const std::vector<std::string>& tags) {
    const auto now = to_epoch_seconds(clock.now());
    portal->edit([&](sandbox::State& state) {
        auto* row = state.tasks.find(task);
        REQUIRE(row != nullptr);
        row->tags = tags;
        row->changed = now;
    });
}

namespace {

json::Document call(const sandbox::Portal& portal, const std::string& method,
                    const std::string& body) {
    auto& open = const_cast<sandbox::Portal&>(portal);
    auto answer = open.handle(
        {"POST", "/rest/1/sandbox/" + method, "", "application/json", body, "127.0.0.1"});
    // A fault that waits for the service may hit the person at the portal instead, who looks and
    // clicks once more.
    if (answer.delivery != sandbox::HttpAnswer::Delivery::Whole || answer.status >= 500)
        answer = open.handle(
            {"POST", "/rest/1/sandbox/" + method, "", "application/json", body, "127.0.0.1"});
    auto parsed = json::Document::parse(answer.body);
    INFO(method << " " << body << " -> " << answer.body);
    REQUIRE(parsed.ok());
    REQUIRE(parsed->root()["error"].missing());
    return std::move(*parsed);
}

} // namespace

void World::win_deal(std::int64_t deal, const std::string& stage) {
    call(*portal, "crm.item.update",
         "{\"entityTypeId\":2,\"id\":" + std::to_string(deal) + ",\"fields\":{\"stageId\":\"" +
             stage + "\"}}");
}

std::int64_t World::pay(std::int64_t deal, std::int64_t minor, const std::string& currency) {
    std::int64_t id = 0;
    const auto now = to_epoch_seconds(clock.now());
    portal->edit([&](sandbox::State& state) {
        sandbox::Payment payment;
        payment.id = state.next_payment++;
        payment.owner = deal;
        payment.currency = currency;
        payment.paid = true;
        payment.paid_at = now;
        payment.sum = minor * (sandbox::kMicro / 100);
        state.payments.add(payment);
        id = payment.id;
    });
    return id;
}

void World::unpay(std::int64_t payment) {
    call(*portal, "crm.item.payment.unpay", "{\"id\":" + std::to_string(payment) + "}");
}

std::vector<std::int64_t> World::deals() const {
    const auto answer = call(*portal, "crm.item.list",
                             "{\"entityTypeId\":2,\"filter\":{\"originatorId\":\"hourbridge\"},"
                             "\"select\":[\"id\"],\"order\":{\"id\":\"ASC\"},\"start\":-1}");
    std::vector<std::int64_t> out;
    for (const auto item : answer.root()["result"]["items"])
        out.push_back(item["id"].integer().value());
    return out;
}

std::int64_t World::comments_of(std::int64_t deal) const {
    const auto answer = call(*portal, "crm.timeline.comment.list",
                             "{\"filter\":{\"ENTITY_ID\":" + std::to_string(deal) +
                                 ",\"ENTITY_TYPE\":\"deal\"},\"select\":[\"ID\",\"COMMENT\"]}");
    return static_cast<std::int64_t>(answer.root()["result"].size());
}

std::int64_t World::rows_of(std::int64_t deal) const {
    const auto answer =
        call(*portal, "crm.item.productrow.list",
             "{\"filter\":{\"=ownerType\":\"D\",\"=ownerId\":" + std::to_string(deal) + "}}");
    return static_cast<std::int64_t>(answer.root()["result"]["productRows"].size());
}

std::string World::mark(std::int64_t task, const std::string& field) const {
    const auto answer =
        call(*portal, "tasks.task.get",
             "{\"taskId\":" + std::to_string(task) + ",\"select\":[\"ID\",\"" + field + "\"]}");
    const auto row = answer.root()["result"]["task"];
    for (const auto member : row)
        if (fold_case(member.key()).rfind("ufhb", 0) == 0)
            return std::string(member.text_view().value_or(""));
    return "";
}

void World::edit_mark(std::int64_t task, const std::string& field, const std::string& value) {
    call(*portal, "tasks.task.update",
         "{\"taskId\":" + std::to_string(task) + ",\"fields\":{\"" + field + "\":\"" + value +
             "\"}}");
}

std::string World::portal_text() const {
    std::string out;
    for (const auto deal : deals()) {
        const auto item = call(*portal, "crm.item.get",
                               "{\"entityTypeId\":2,\"id\":" + std::to_string(deal) + "}");
        const auto fields = item.root()["result"]["item"];
        out += "deal " + fields["title"].dump() + " " + fields["opportunity"].dump() + " " +
               fields["stageId"].dump() + " rows " + std::to_string(rows_of(deal)) + " comments " +
               std::to_string(comments_of(deal)) + "\n";
    }
    portal->edit([&](sandbox::State& state) {
        for (const auto& task : state.tasks.rows())
            for (const auto& [name, value] : task.extra)
                out += "task " + std::to_string(task.id) + " " + name + "\n";
    });
    return out;
}

void World::contract(std::int64_t company, const std::string& rate, const std::string& terms,
                     const std::string& currency, const std::string& from) {
    const std::string text = "{\"client\":\"bitrix24:company:" + std::to_string(company) +
                             "\",\"valid_from\":\"" + from + "\",\"currency\":\"" + currency +
                             "\"," + terms + "\"rates\":[{\"amount\":\"" + rate + "\"}]}";
    std::vector<mapping::FileProblem> problems;
    const auto parsed = mapping::parse_contract(text, "contract", {"Europe/Minsk", "en"}, problems);
    for (const auto& problem : problems) UNSCOPED_INFO(to_string(problem));
    REQUIRE(parsed.has_value());
    const auto applied = desk::apply_contract(*books, *parsed, {"BYN", "EUR"}, false, actor);
    if (!applied) UNSCOPED_INFO(to_string(applied.error()));
    REQUIRE(applied.ok());
}

lanes::PullReport World::pull(lanes::PullOptions options) {
    return service->pull(*books->remotes.front(), options);
}

lanes::RunReport World::run(std::chrono::seconds wait) {
    return service->run(wait);
}

domain::Filter World::filter(std::int64_t company, const std::string& from,
                             const std::string& to) const {
    domain::Filter filter;
    filter.company = {"bitrix24", "company", std::to_string(company)};
    filter.from = *parse_day(from);
    filter.to = *parse_day(to);
    return filter;
}

std::int64_t World::draft(std::int64_t company, const std::string& from, const std::string& to) {
    const auto created = desk::create(*books, filter(company, from, to), actor);
    if (!created) UNSCOPED_INFO(to_string(created.error()));
    REQUIRE(created.ok());
    REQUIRE(created->view.id.has_value());
    return *created->view.id;
}

void World::send(std::int64_t report) {
    const auto print = books->fingerprint(report);
    const auto read = service->read_before_freezing(report);
    REQUIRE(read.ok());
    const auto sent = desk::send(*books, report, print, false, false, actor);
    if (!sent) UNSCOPED_INFO(to_string(sent.error()));
    REQUIRE(sent.ok());
}

void World::agree(std::int64_t report) {
    const auto agreed = desk::agree(*books, report, "", actor);
    if (!agreed) UNSCOPED_INFO(to_string(agreed.error()));
    REQUIRE(agreed.ok());
}

std::string World::state(std::int64_t report) {
    return domain::to_string(tables->reports.find(report)->state);
}

std::string World::total(std::int64_t report) {
    const auto row = tables->reports.find(report);
    return domain::format_amount(row->total, *domain::find_currency(row->currency));
}

std::string World::verify() {
    std::string out;
    for (const auto& check : store::verify_books(*db))
        if (!check.ok) out += check.name + ": " + check.detail + "\n";
    return out;
}

std::string World::books_text() {
    std::string out;
    for (const auto& row : tables->reports.list(std::nullopt, std::nullopt)) {
        out += "report " + std::to_string(row.id) + " " + row.number.value_or("-") + " " +
               domain::to_string(row.state) + " total " + std::to_string(row.total) + " settled " +
               std::to_string(row.settled) + " asks " + asks_of(*books, row.id) + "\n";
        for (const auto& line : tables->reports.lines(row.id, store::counting_revision(row)))
            out += "  " + line.line.kind + " task " + std::to_string(line.line.task) + " " +
                   std::to_string(line.line.worked_seconds) + " s " +
                   std::to_string(line.line.amount) + "\n";
    }
    std::map<std::string, int> ops;
    for (const auto& op : tables->outbox.list(std::nullopt, 100000))
        if (!op.superseded)
            ++ops[op.purpose.text() + " " + std::string(to_string(op.op.kind)) + " " +
                  store::to_string(op.state)];
    for (const auto& [text, count] : ops) out += "op " + text + " x" + std::to_string(count) + "\n";
    return out;
}

} // namespace hb::test
