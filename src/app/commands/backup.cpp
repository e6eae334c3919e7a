#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/backups.h"
#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/secret_key.h"
#include "base/count.h"
#include "json/writer.h"

// backup FILE, dump TABLE
namespace hb::app {
namespace {

Error exists_already(const std::string& path) {
    return Error{Code::Usage, path + " exists already", "",
                 "a backup never overwrites anything: choose another name"};
}

Error asker_refused(const std::string& path, const Error& why) {
    if (why.message == std::strerror(EEXIST)) return exists_already(path);
    return Error{Code::Machine, "can't write " + path, why.message, why.hint};
}

// A copy of our own, gone again at the end.
class Draft {
public:
    Draft(const Config& config, IdSource& ids)
        : path_(handed_folder(config) + "/" + ids.id128() + ".db") {}
    ~Draft() {
        std::error_code gone;
        std::filesystem::remove(path_, gone);
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

Result<BackupMade> copy_here(Session& session, const std::string& path) {
    std::error_code unknown;
    if (std::filesystem::exists(path, unknown)) return exists_already(path);
    books::Books::say("copying the books and checking the copy");
    if (auto done = session.world->db->backup_to(path); !done) return done.error();
    books::Books::say("its hash");
    return write_manifest(*session.world->db, session.books().settings.documents_dir, path);
}

// For an asker whose folder is not ours to write in: a copy here, and from it into the open files.
Result<BackupMade> copy_to_asker(Session& session, const std::string& given) {
    const NamedFile copy{given, FileUse::New}, sums{given + kManifestEnd, FileUse::New};
    const auto to = find_passed(*session.passed, copy), beside = find_passed(*session.passed, sums);
    for (const auto* each : {&to, &beside})
        if (!*each) return asker_refused(session.path(given), each->error());
    if (auto there = make_backup_folder(handed_folder(*session.config)); !there)
        return there.error();
    const Draft draft(*session.config, session.process.ids);
    if (auto done = session.world->db->backup_to(draft.path()); !done) return done.error();
    auto manifest = manifest_of(*session.world->db, session.books().settings.documents_dir,
                                draft.path(), std::filesystem::path(given).filename().string());
    if (!manifest) return manifest.error();
    if (auto written = copy_to_passed(**to, draft.path()); !written) return written.error();
    if (auto written = write_passed(**beside, manifest->text); !written) return written.error();
    return manifest->made;
}

int backup(Session& session, const std::string& file) {
    const std::string path = session.path(file);
    const auto made = session.passed ? copy_to_asker(session, file) : copy_here(session, path);
    session.out.end_progress();
    if (!made) return session.out.fail(made.error());
    const std::int64_t bytes = made->bytes;
    session.out.text("Written and checked: " + path + " (" + std::to_string(bytes) +
                     " bytes); its hashes: " + path + kManifestEnd);
    const std::string documents = session.books().settings.documents_dir;
    if (made->documents > 0)
        session.out.note(
            "Copy " + documents + " beside it: " +
            count(made->documents, "file of documents belongs", "files of documents belong") +
            " to the backup.");
    if (made->missing > 0)
        session.out.note(count(made->missing, "of them is", "of them are") +
                         " missing there already.");
    if (session.config->secret_key.empty() && session.config->secret_key_lacking.empty())
        session.out.note("Keep " + secret_key_path(*session.config) +
                         " beside it, securely: client links are derived from it.");
    json::Writer json;
    json.begin_object().member("file", path).member("bytes", bytes);
    json.member("documents", made->documents).end_object();
    session.out.document(json.text());
    return kDone;
}

int dump(Session& session, const std::string& table, std::int64_t limit) {
    const auto rows = store::dump_table(*session.world->db, table, limit);
    if (!rows) return session.out.fail(rows.error());
    json::Writer json;
    json.begin_object().member("table", table).key("rows").begin_array();
    for (const auto& row : *rows) {
        std::string line;
        json.begin_object();
        for (const auto& [name, value] : row) {
            line += (line.empty() ? "" : "  ") + name + "=" + value;
            json.member(name, value);
        }
        json.end_object();
        session.out.text(line);
    }
    if (rows->empty()) session.out.text("No rows.");
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

} // namespace

void add_backup(Commands& commands) {
    const auto file = std::make_shared<std::string>();
    commands
        .add(commands.root(), "backup", "Copy the books while everything goes on",
             "backup /var/backups/hourbridge-2026-03-05.db", Needs::Reads,
             [file](Session& session) { return backup(session, *file); })
        .add_option("FILE", *file, "must not exist yet")
        .required();
    commands.takes_file([file] { return NamedFile{*file, FileUse::New}; });
    commands.takes_file([file] { return NamedFile{*file + kManifestEnd, FileUse::New}; });
}

void add_dump(Commands& commands) {
    const auto table = std::make_shared<std::string>();
    const auto limit = std::make_shared<std::int64_t>(1000);
    Syntax app =
        commands.add(commands.root(), "dump", "Rows of one table of the books, in words",
                     "dump allocations --limit 20", Needs::Reads,
                     [table, limit](Session& session) { return dump(session, *table, *limit); });
    app.add_option("TABLE", *table, "a wrong name lists the right ones").required();
    app.add_option("--limit", *limit, "how many rows at most").range(1, 1'000'000);
}

} // namespace hb::app
