#include "app/commands/check_books.h"

#include <algorithm>

#include "app/owner.h"
#include "app/secret_key.h"
#include "base/files.h"
#include "lanes/keeper.h"

namespace hb::app {
namespace {

// Whose tokens may stand sealed in the books.
bool has_applications(const Config& config) {
    return std::any_of(config.remotes.begin(), config.remotes.end(), [](const auto& remote) {
        return remote.oauth.has_value() || remote.planner.has_value();
    });
}

} // namespace

std::optional<Error> open_books(CheckBooks& books, const Config& config, Process& process) {
    if (auto owner = become_owner(config.data_dir); !owner) return owner.error();
    const auto there = path_exists(database_path(config));
    if (!there) return there.error();
    if (!*there) return std::nullopt;
    auto db = store::Database::open_reader(database_path(config));
    if (!db) return db.error();
    books.db = std::move(*db);
    if (!has_applications(config) || !config.secret_key_lacking.empty()) return std::nullopt;
    auto key = load_secret_key(config, false, process.ids);
    if (!key) return key.error();
    books.key = std::move(*key);
    auto lock = WriterLock::try_take(config.data_dir);
    if (!lock || !*lock) return std::nullopt; // a service runs, and renews
    auto writer = store::Database::open_writer(database_path(config));
    if (!writer) return std::nullopt;
    books.lock = std::move(*lock);
    books.db = std::move(*writer);
    books.db->use_chain_key(books.key);
    store::Events(*books.db).begin_key(process.clock.now());
    return std::nullopt;
}

std::shared_ptr<connector::Keeper> keeper_of(CheckBooks& books, const RemoteConfig& remote,
                                             Process& process) {
    if (!books.db) return nullptr;
    if (!books.books) {
        books::Settings settings;
        settings.key = books.key;
        books.books = std::make_unique<books::Books>(*books.db, process.clock, process.ids,
                                                     std::move(settings));
    }
    return std::make_shared<lanes::BooksKeeper>(*books.books, remote.name, books.lock != nullptr);
}

} // namespace hb::app
