#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/database.h"

// Copies of the books in a folder:
//
//   hourbridge-20260305T023000Z.db          the books, checked after writing
//   hourbridge-20260305T023000Z.db.sha256   written last: a copy without it is not a good one
//   hourbridge-latest.db, -wal              the standby copy, close behind the books (standby.h)
//   documents/…                             files of documents, which never change
//
// The .sha256 is what `sha256sum -c` reads in that folder: of the copy, and of every document. The
// standby copy has none: it changes, and carries sums of its own.
namespace hb::app {

struct BackupMade {
    std::string file;
    std::int64_t bytes = 0;
    std::int64_t documents = 0; // named in the manifest
    std::int64_t missing = 0;   // of these are not where they should be
};
// REQUIRES: `db` belongs to this thread, and is in no transaction
Result<BackupMade> make_backup(store::Database& db, const std::string& documents_dir,
                               const std::string& folder, const std::string& name);
// The content of the .sha256 of a copy at `file` that is called `name` where it goes.
struct Manifest {
    BackupMade made;
    std::string text;
};
Result<Manifest> manifest_of(store::Database& db, const std::string& documents_dir,
                             const std::string& file, const std::string& name);
inline constexpr const char* kManifestEnd = ".sha256";
// Beside a copy that stands at `file` already; the documents are named, not copied.
Result<BackupMade> write_manifest(store::Database& db, const std::string& documents_dir,
                                  const std::string& file);

Status make_backup_folder(const std::string& folder);
// A document is copied once: its file never changes.
Status copy_document(const std::string& from, const std::string& to, const std::string& file);

// Whether both lie on one device, so that one disk that dies takes them; what is not there yet
// counts as where it will be.
bool on_one_disk(const std::string& one, const std::string& other);

std::string backup_name(Instant at);
inline constexpr const char* kLatestBackup = "hourbridge-latest.db";

struct BackupFile {
    std::string path;
    Instant at{};
    bool good = false; // its manifest is there
};
// By time, the oldest first; the latest one is not among them.
std::vector<BackupFile> list_backups(const std::string& folder);
// What retention takes away: older than `keep_days`, and never the newest good one.
std::vector<std::string> outdated(const std::vector<BackupFile>& backups, int keep_days,
                                  Instant now);
// The last moment at or before `now` at which the clocks of `zone` showed `time_of_day`.
Instant last_time(std::chrono::minutes time_of_day, const Zone& zone, Instant now);

// Documents that the books name and that `documents_dir` lacks come from the folder of the backup.
struct DocumentsBack {
    std::int64_t copied = 0;
    std::vector<std::string> missing;
};
DocumentsBack bring_documents(store::Database& db, const std::string& documents_dir,
                              const std::string& backup_folder);

} // namespace hb::app
