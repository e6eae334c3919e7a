#pragma once

#include <memory>
#include <string>

#include "app/config.h"
#include "app/failpoints.h"
#include "app/lock.h"
#include "app/machine.h"
#include "lanes/service.h"

// Puts the parts together. Nothing else in the program knows who works with whom.
namespace hb::app {

// What lives as long as the process.
struct Process {
    Clock& clock;
    IdSource& ids;
    Failpoints& failpoints;
    Seams& seams;
    Machine machine;
};

enum class Access {
    Reads,  // the books are opened read-only; nothing is made that is not there
    Writes, // holds the lock
};

// Everything that a command or the service works with. Members are made in this order and go in
// the opposite one.
struct World {
    std::unique_ptr<WriterLock> lock;
    std::unique_ptr<store::Database> db;
    std::unique_ptr<books::Books> books;
    std::unique_ptr<lanes::Service> service;
};

struct Opening {
    Access access = Access::Reads;
    // G17: an account that does not belong to its name stops here. Off for the commands that put
    // that right.
    bool judge_accounts = true;
    std::string database;  // another file than data_dir/hourbridge.db; "" that one
    bool needs_key = true; // off for a look at the books that shows no link and opens no token
    // Off for books that are thrown away: a token renewed there would take with it the only pair
    // that still renews.
    bool may_renew = true;
};

// REQUIRES: for Access::Writes, `lock` is held on config.data_dir.
Result<std::unique_ptr<World>> open_world(const Config& config, const Opening& opening,
                                          std::unique_ptr<WriterLock> lock, Process& process);

Status make_data_dir(const std::string& data_dir);
std::string database_path(const Config& config);
// Where files lie for a moment that go to an asker; emptied when a service starts.
std::string handed_folder(const Config& config);

// The connector of one remote, as configured; also without any books (`check`), when an application
// is as if it were not installed. `meters` outlives it.
Result<std::unique_ptr<connector::Connector>>
make_connector(const Config& config, const RemoteConfig& remote, Clock& clock,
               std::shared_ptr<connector::Keeper> keeper = nullptr,
               std::vector<std::string> more_scopes = {}, books::Meters* meters = nullptr);
// What the connector of a planner by manifest is made with. REQUIRES: remote.planner
connector::PlannerOptions full_planner_options(const Config& config, const RemoteConfig& remote,
                                               std::shared_ptr<connector::Keeper> keeper);
// The mapping of one remote before anybody applied another: the shipped one or the file that the
// configuration names.
struct MappingFile {
    std::string name; // for messages
    std::string text;
};
std::optional<MappingFile> mapping_file(const RemoteConfig& remote,
                                        std::vector<mapping::FileProblem>& problems);
std::unique_ptr<mapping::Mapping> make_mapping(const RemoteConfig& remote,
                                               std::vector<mapping::FileProblem>& problems);

// Rules of the configuration and the places that only take notices, instead of those before.
// REQUIRES: the lock, where others use the world
void use_notices(World& world, const Config& config, Access access);
// The place of one rule; nullptr for a person in Bitrix24.
std::unique_ptr<connector::Connector> make_sender(const NotifyRule& rule, Clock& clock,
                                                  books::Meters* meters = nullptr,
                                                  const std::string& remote = "");
// "03:30" since midnight.
std::chrono::minutes clock_time(const std::string& text);

// What G17 says about one remote against the books: nullopt when all is well or nothing is known.
std::optional<Error> judge_account(const store::Sources& sources, const std::string& name,
                                   const std::string& connector, const std::string& read);

} // namespace hb::app
