#include "store/reader.h"

#include <spdlog/spdlog.h>
#include <sqlite3.h>

#include "base/clean.h"
#include "store/connection.h"
#include "store/rows.h"

namespace hb::store {

// BEGIN alone opens nothing: the first read does.
Reader::Reader(Readers& home, std::unique_ptr<Database> db) : home_(&home), db_(std::move(db)) {
    db_->prepare("BEGIN").run();
    first(db_->prepare("SELECT count(*) FROM remotes"), only_integer);
    Held::begin();
}

// A connection that can't end its snapshot is closed, which ends it.
Reader::~Reader() {
    if (!db_) return;
    Held::end();
    try {
        if (db_->in_transaction()) db_->prepare("ROLLBACK").run();
        // Up to 2 MB for as long as the service runs, and of no use once somebody has written: what
        // clients look at again is kept as a finished page.
        execute(*db_, "PRAGMA shrink_memory");
    } catch (const std::exception& trouble) {
        spdlog::error("store reader=closed error={}", log_value(trouble.what()));
        return;
    }
    home_->take_back(std::move(db_));
}

Reader Readers::read() {
    std::unique_ptr<Database> db;
    {
        const MutexLock guard(mutex_);
        if (!idle_.empty()) {
            db = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    if (!db) {
        auto opened = Database::open_reader(path_);
        if (!opened) throw StoreError(to_string(opened.error()), SQLITE_CANTOPEN);
        db = std::move(*opened);
    }
    return Reader(*this, std::move(db));
}

void Readers::take_back(std::unique_ptr<Database> db) {
    const MutexLock guard(mutex_);
    if (idle_.size() < kept_) idle_.push_back(std::move(db));
}

} // namespace hb::store
