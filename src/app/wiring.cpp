#include "app/wiring.h"

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>

#include "app/config_places.h"
#include "app/config_settings.h"
#include "app/heard_http.h"
#include "app/lacking.h"
#include "app/mapping_file.h"
#include "app/night_spread.h"
#include "app/outbound.h"
#include "app/planner_options.h"
#include "app/secret_key.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "books/client_links.h"
#include "connector/bitrix24.h"
#include "desk/remapping.h"
#include "lanes/keeper.h"
#include "mapping/shipped.h"

namespace hb::app {
namespace {

namespace fs = std::filesystem;

Result<books::Settings> settings_of(const Config& config) {
    books::Settings out;
    const auto zone = Zone::find(config.time_zone);
    if (!zone) return zone.error();
    out.zone = *zone;
    out.locale = config.locale;
    out.public_url = config.public_url;
    // Without a proxy's address the links lead to this machine: enough to try things out.
    if (out.public_url.empty() && config.listen.rfind("unix:", 0) != 0)
        out.public_url = "http://" + config.listen;
    out.crm_remote = config.crm_remote;
    out.deal_create = config.deal_create;
    out.deal_category = config.deal_category;
    out.deal_stage_new = config.deal_stage_new;
    out.report_cards = config.report_cards;
    out.invoice = config.invoice_enabled;
    out.document_templates = config.document_templates;
    out.documents_dir = config.data_dir + "/documents";
    out.paid_field = config.paid_field;
    out.report_field = config.report_field;
    out.settle = {config.evidence, config.tolerance_minor};
    out.nonbillable = config.nonbillable;
    out.late_policy = config.late_policy;
    out.guards = config.guards;
    out.brands = config.brands;
    out.words = config.words;
    return out;
}

// A remote that was never read has no history to protect: correcting a mistyped address is no move.
bool has_history(const store::Sources& sources, const store::Remote& remote) {
    for (const auto& cursor : sources.cursors(remote.id))
        if (!cursor.cursor.empty() || cursor.completed_at) return true;
    return false;
}

// Before an application is installed nothing is known of its account: the remote has a row, so that
// the installation finds it, and the account comes with it (lanes/installs.h).
std::string account_until_installed(const std::string& name) {
    return "not installed: " + name;
}

// The account as the books keep it. Two planners of different kinds may live on one host: the
// second one's account says which it is.
std::string kept_account(const store::Sources& sources, const std::string& name,
                         const std::string& connector, const std::string& account) {
    const auto other = sources.find_account(account);
    if (!other || other->name == name || other->connector == connector) return account;
    return connector + ":" + account;
}

Status meet(World& world, const RemoteConfig& config, std::string account, const Opening& opening,
            store::Remote& row) {
    const books::Read read = world.books->read(); // books that may be there for reading alone
    const auto& sources = read->sources;
    if (account.empty()) {
        if (const auto known = sources.find_remote(config.name)) {
            row = *known;
            return {};
        }
        account = account_until_installed(config.name);
    }
    if (opening.judge_accounts)
        if (const auto wrong = judge_account(sources, config.name, config.connector, account))
            return *wrong;
    account = kept_account(sources, config.name, config.connector, account);
    if (const auto known = sources.find_remote(config.name)) {
        row = *known;
        if (row.account == account || opening.access == Access::Reads || !opening.judge_accounts)
            return {};
        books::Step step = world.books->begin();
        step->sources.move_remote(row.id, account);
        step.leave();
        row.account = account;
        return {};
    }
    row = {0, config.name, config.connector, account};
    if (opening.access == Access::Reads || !opening.judge_accounts) return {};
    books::Step step = world.books->begin();
    row = step->sources.add_remote(config.name, config.connector, account, step.now());
    step.leave();
    return {};
}

Error mapping_refused(const std::vector<mapping::FileProblem>& problems) {
    std::string all;
    for (const auto& problem : problems)
        all += (all.empty() ? "" : "\n  ") + mapping::to_string(problem);
    return Error{Code::Usage, "a mapping file can't be used:\n  " + all, "",
                 "hourbridge check lists every problem"};
}

// What was applied goes before the file (hourbridge mapping list), and so does what the file said
// until an edited one has passed its trial.
Status use_mapping_in_force(const books::Reading& read, const RemoteConfig& remote,
                            books::RemoteRuntime& runtime) {
    std::vector<mapping::FileProblem> problems;
    const auto file = mapping_file(remote, problems);
    if (!file) return mapping_refused(problems);
    const auto in_force = mapping_in_force(read, runtime.row, remote, *file);
    if (in_force == file->text) return {};
    auto parsed = mapping::Mapping::parse(
        in_force, "the mapping of " + runtime.row.name + " that is in force", problems);
    if (!parsed) return mapping_refused(problems);
    runtime.mapping = std::make_unique<mapping::Mapping>(std::move(*parsed));
    return {};
}

// Pages of the portal have addresses without its secret too: the books know its host.
RemoteConfig with_known_host(const books::Reading& read, RemoteConfig remote) {
    if (remote.lacking.empty() || remote.webhook_url.empty()) return remote;
    const auto known = read->sources.find_remote(remote.name);
    if (!known || known->account == account_until_installed(remote.name)) return remote;
    const std::string host = known->account.substr(0, known->account.find(':'));
    remote.webhook_url =
        Secret((is_loopback(host) ? "http://" : "https://") + known->account + "/rest/0/lacking/");
    return remote;
}

Status add_remote(World& world, const Config& config, const RemoteConfig& remote,
                  const Opening& opening) {
    auto runtime = std::make_unique<books::RemoteRuntime>();
    auto& books = *world.books;
    auto connector = make_connector(
        config, with_known_host(books.read(), remote), books.clock,
        std::make_shared<lanes::BooksKeeper>(books, remote.name,
                                             opening.access == Access::Writes && opening.may_renew),
        {}, &books.meters);
    if (!connector) return connector.error();
    runtime->connector = std::move(*connector);
    std::vector<mapping::FileProblem> problems;
    runtime->mapping = make_mapping(remote, problems);
    if (!runtime->mapping) return mapping_refused(problems);
    if (auto met = meet(world, remote, runtime->connector->account(), opening, runtime->row); !met)
        return met;
    if (auto used = use_mapping_in_force(books.read(), remote, *runtime); !used) return used;
    runtime->poll = std::chrono::minutes{remote.poll_minutes};
    runtime->window_days = remote.window_days;
    runtime->reconcile_at = later_at_night(remote.reconcile_at, night_delay(config));
    world.books->remotes.push_back(std::move(runtime));
    return {};
}

// A connector without books: nothing is installed, nothing was renamed.
class NothingKept final : public connector::Keeper {
public:
    bool writes() const override { return false; }
    Result<std::optional<connector::AppTokens>> tokens() override {
        return std::optional<connector::AppTokens>();
    }
    Result<bool> replace_tokens(const connector::AppTokens&, const connector::AppTokens&) override {
        return false;
    }
    std::string moved_to(std::string_view) override { return ""; }
    Status note_moved(std::string_view, std::string_view) override { return {}; }
};

Result<std::unique_ptr<store::Database>> open_database(const std::string& path, Access access) {
    if (access == Access::Writes) return store::Database::open_writer(path);
    std::error_code unknown;
    const fs::path folder = fs::path(path).parent_path();
    const auto there = path_exists(folder.string());
    if (there && *there && !fs::is_directory(folder, unknown))
        return Error{Code::Machine, "data_dir is not a directory", folder.string(),
                     "correct /data_dir in the configuration"};
    // Before the first start there is nothing to read, which is no trouble: the lists are empty.
    const auto books = path_exists(path);
    if (!books) return books.error();
    if (!*books) return store::Database::in_memory();
    return store::Database::open_reader(path);
}

} // namespace

namespace {

std::unique_ptr<connector::Connector> make_planner_of(const Config& config,
                                                      const RemoteConfig& remote, Clock& clock,
                                                      std::shared_ptr<connector::Keeper> keeper,
                                                      books::Meters* meters) {
    return connector::make_planner(
        remote.planner->plan, full_planner_options(config, remote, std::move(keeper)),
        make_heard_client(outbound_of(remote), meters, remote.name), clock);
}

} // namespace

connector::PlannerOptions full_planner_options(const Config& config, const RemoteConfig& remote,
                                               std::shared_ptr<connector::Keeper> keeper) {
    auto options = planner_options(remote);
    options.paid_field = config.paid_field;
    options.report_field = config.report_field;
    options.keeper = keeper ? std::move(keeper) : std::make_shared<NothingKept>();
    if (const auto zone = Zone::find(config.time_zone)) options.zone = *zone;
    return options;
}

Status make_data_dir(const std::string& data_dir) {
    const auto made = make_folder(data_dir, 0700); // it holds the books
    if (made) return {};
    return Error{Code::Machine, "can't make the data directory", made.error().detail,
                 "make it by hand and give it to the service's user"};
}

std::chrono::minutes clock_time(const std::string& text) {
    const auto parts = split(text, ':');
    const auto hours = parse_integer(parts.front()).value_or(3);
    const auto minutes = parts.size() > 1 ? parse_integer(parts[1]).value_or(30) : 0;
    return std::chrono::hours{hours} + std::chrono::minutes{minutes};
}

std::string handed_folder(const Config& config) {
    return config.data_dir + "/handed";
}

std::string database_path(const Config& config) {
    return config.data_dir + "/hourbridge.db";
}

namespace {

Result<std::unique_ptr<connector::Connector>> make_whole(const Config& config,
                                                         const RemoteConfig& remote, Clock& clock,
                                                         std::shared_ptr<connector::Keeper> keeper,
                                                         std::vector<std::string> more_scopes,
                                                         books::Meters* meters) {
    if (remote.planner) return make_planner_of(config, remote, clock, std::move(keeper), meters);
    connector::Bitrix24Options options;
    options.remote = remote.name;
    options.webhook_url = remote.webhook_url;
    if (remote.oauth)
        options.oauth =
            connector::OAuthOptions{remote.oauth->portal, remote.oauth->client_id,
                                    remote.oauth->client_secret, remote.oauth->oauth_url};
    options.scopes = std::move(more_scopes);
    // Events of payments can be had by an application only (G35).
    const auto& evidence = config.evidence;
    options.payments = std::find(evidence.begin(), evidence.end(), domain::Evidence::Payment) !=
                       evidence.end(); // G55: what does not count is not asked for
    if (remote.oauth && remote.name == config.crm_remote && options.payments)
        options.scopes.emplace_back("sale");
    options.keeper = keeper ? std::move(keeper) : std::make_shared<NothingKept>();
    options.limits.burst = remote.burst;
    options.limits.per_second = remote.per_second;
    options.limits.budget = std::chrono::seconds{remote.operating_seconds};
    options.timeouts = {std::chrono::milliseconds{remote.connect_ms},
                        std::chrono::milliseconds{remote.total_ms}};
    options.settle = std::chrono::seconds{remote.settle_seconds};
    const std::string& zone = remote.time_zone.empty() ? config.time_zone : remote.time_zone;
    if (const auto found = Zone::find(zone)) options.zone = *found;
    options.templates = config.document_templates;
    options.paid_field = config.paid_field;
    options.report_field = config.report_field;
    return connector::make_bitrix24(
        std::move(options), make_heard_client(outbound_of(remote), meters, remote.name), clock);
}

} // namespace

Result<std::unique_ptr<connector::Connector>>
make_connector(const Config& config, const RemoteConfig& remote, Clock& clock,
               std::shared_ptr<connector::Keeper> keeper, std::vector<std::string> more_scopes,
               books::Meters* meters) {
    auto made =
        make_whole(config, remote, clock, std::move(keeper), std::move(more_scopes), meters);
    if (!made || remote.lacking.empty()) return made;
    return connector_without_secret(std::move(*made), lacking_secret(remote.name, remote.lacking));
}

std::optional<MappingFile> mapping_file(const RemoteConfig& remote,
                                        std::vector<mapping::FileProblem>& problems) {
    if (remote.mapping_file.empty())
        return MappingFile{"mappings/" + remote.connector + ".json (shipped)",
                           std::string(mapping::shipped_mapping(remote.connector))};
    auto own = read_file(remote.mapping_file, kFileBytesMax);
    if (own) return MappingFile{remote.mapping_file, std::move(*own)};
    problems.push_back({remote.mapping_file, 0, "",
                        "can't read the mapping: " + own.error().message,
                        "correct remotes." + remote.name + ".mapping"});
    return std::nullopt;
}

std::unique_ptr<mapping::Mapping> make_mapping(const RemoteConfig& remote,
                                               std::vector<mapping::FileProblem>& problems) {
    const auto file = mapping_file(remote, problems);
    if (!file) return nullptr;
    auto parsed = mapping::Mapping::parse(file->text, file->name, problems);
    return parsed ? std::make_unique<mapping::Mapping>(std::move(*parsed)) : nullptr;
}

std::optional<Error> judge_account(const store::Sources& sources, const std::string& name,
                                   const std::string& connector, const std::string& read) {
    const std::string account = kept_account(sources, name, connector, read);
    const auto known = sources.find_remote(name);
    if (known && known->account == account) return std::nullopt;
    const auto other = sources.find_account(account);
    if (other)
        return Error{Code::Usage,
                     "the account " + account + " is known here under the name \"" + other->name +
                         "\", the configuration calls it \"" + name + "\"",
                     "", "hourbridge remote rename " + other->name + " " + name};
    if (known && has_history(sources, *known))
        return Error{Code::Usage,
                     "the remote \"" + name + "\" was " + known->account +
                         " until now, the configuration points it to " + account,
                     "",
                     "if it is the same account at a new address: hourbridge remote moved " + name +
                         ". If it is another one, give it another name"};
    return std::nullopt;
}

Result<std::unique_ptr<World>> open_world(const Config& config, const Opening& opening,
                                          std::unique_ptr<WriterLock> lock, Process& process) {
    auto settings = settings_of(config);
    if (!settings) return settings.error();
    auto world = std::make_unique<World>();
    world->lock = std::move(lock);
    const std::string path = opening.database.empty() ? database_path(config) : opening.database;
    auto db = open_database(path, opening.access);
    if (!db) return db.error();
    world->db = std::move(*db);
    world->books = std::make_unique<books::Books>(*world->db, process.clock, process.ids,
                                                  std::move(*settings));
    world->books->uptime = [machine = process.machine] { return machine.up(); };
    auto& books = *world->books;
    const bool fresh = books.read()->sources.remotes().empty();
    // A reader of books that do not exist yet shows no links, so it needs no key.
    // One that only looks goes without a key that others have in their environment.
    const bool lacks_key = !config.secret_key_lacking.empty();
    if (lacks_key && opening.access == Access::Writes) return lacking_key(config);
    if (opening.access == Access::Writes)
        if (const auto lacking = lacks_for_notices(config)) return *lacking;
    if (!lacks_key && !(fresh && opening.access == Access::Reads)) {
        auto key = load_secret_key(config, fresh && opening.access == Access::Writes, process.ids);
        if (!key && opening.needs_key) return key.error();
        if (key) books.settings.key = std::move(*key);
        world->db->use_chain_key(books.settings.key);
        if (opening.access == Access::Writes) {
            books::Step step = books.begin();
            step->events.begin_key(step.now());
            step.leave();
        }
    }
    books.failpoint = [&process](std::string_view moment) { process.failpoints.hit(moment); };
    if (opening.access == Access::Writes) world->db->failpoint = books.failpoint;
    for (const auto& remote : config.remotes)
        if (auto added = add_remote(*world, config, remote, opening); !added) return added.error();
    use_notices(*world, config, opening.access);
    if (opening.access == Access::Writes) books.readers = std::make_unique<store::Readers>(path);
    books.show_settings();
    world->service = std::make_unique<lanes::Service>(books);
    if (opening.access != Access::Writes) return world;
    books::give_missing_archives(books);
    for (const auto& remote : books.remotes) // a mapping that was being applied when we ended
        desk::Remapping(books, *remote, "").finish(nullptr);
    for (const auto& remote : config.remotes)
        if (auto taken = take_mapping_file(*world, remote); !taken) return taken.error();
    return world;
}

} // namespace hb::app
