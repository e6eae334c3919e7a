#include <filesystem>

#include "app/backups.h"
#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/secret_key.h"
#include "base/count.h"
#include "base/files.h"
#include "lanes/restored.h"
#include "store/numbers.h"
#include "store/outbox.h"
#include "store/restore.h"
#include "json/writer.h"

// restore FILE: a backup in the place of the books, never beside a running service
namespace hb::app {
namespace {

Result<std::unique_ptr<WriterLock>> hold(const Config& config) {
    if (auto made = make_data_dir(config.data_dir); !made) return made.error();
    auto lock = WriterLock::try_take(config.data_dir);
    if (!lock || *lock) return lock;
    return Error{Code::Machine, "a service or command works with these books", config.data_dir,
                 "stop it first: systemctl stop hourbridge"};
}

std::string kept_name(const Config& config, Instant now) {
    std::string stamp;
    for (const char c : format_instant(now))
        if (c != '-' && c != ':') stamp += c;
    const std::string name = database_path(config) + ".before-restore-" + stamp;
    std::string free = name;
    std::error_code unknown;
    for (int n = 2; std::filesystem::exists(free, unknown); ++n)
        free = name + "-" + std::to_string(n);
    return free;
}

// What the books knew that a backup does not, because it is older.
struct Since {
    bool links_known = true, numbers_known = true;
};

void say_what_is_next(Session& session, const std::string& kept, const DocumentsBack& documents,
                      const Since& since) {
    auto& out = session.out;
    if (!kept.empty()) out.text("The books as they were: " + kept);
    if (!since.numbers_known)
        out.note("Reports may have been numbered after this backup was taken. So that no number is "
                 "used twice, new ones continue " +
                 std::to_string(store::kNumbersLost) + " further.");
    if (!since.links_known)
        out.note("Links of clients that were revoked after this backup was taken are live again: "
                 "no readable books show which. Revoke them again, or make all anew: hourbridge "
                 "report link --new --all");
    if (documents.copied > 0)
        out.text(count(documents.copied, "file", "files") + " of documents came back too.");
    for (const auto& file : documents.missing)
        out.note("missing: documents/" + file + " (bring it from your backup)");
    out.text("Now: start the service, then run hourbridge verify --remote. Until it knows every "
             "object of ours in the CRM, nothing is created there.");
}

int restore(Session& session, const std::string& given) {
    const Config& config = *session.config;
    const std::string file = session.path(given);
    const auto lock = hold(config);
    if (!lock) return session.out.fail(lock.error());
    auto& process = session.process;
    const Instant now = process.clock.now();
    Since since;
    const auto numbers = path_exists(store::numbers_file(database_path(config)));
    if (!numbers) return session.out.fail(numbers.error());
    const auto done = store::restore_books(
        file, database_path(config), kept_name(config, now),
        [&](store::Database& db) {
            // Without it the log says so, and goes on with the key of the next start.
            if (const auto key = load_secret_key(config, false, process.ids))
                db.use_chain_key(*key);
            store::Events(db).begin_key(now);
            lanes::mark_restored(db, now);
            const auto until_now = store::Database::open_reader(database_path(config));
            store::Database* const known = until_now ? until_now->get() : nullptr;
            since.links_known = lanes::keep_links_revoked(known, db, now);
            since.numbers_known = lanes::keep_numbers_given(known, *numbers, db, now);
        },
        [&](std::string_view moment) { process.failpoints.hit(moment); });
    if (!done) return session.out.fail(done.error());
    DocumentsBack documents;
    if (const auto books = store::Database::open_reader(database_path(config)))
        documents = bring_documents(**books, config.data_dir + "/documents",
                                    std::filesystem::path(file).parent_path().string());
    session.out.text("Restored from " + file + ", checked.");
    say_what_is_next(session, done->kept, documents, since);
    json::Writer json;
    json.begin_object().member("restored", file).key("kept");
    if (done->kept.empty())
        json.null();
    else
        json.string(done->kept);
    json.member("revoked_links_known", since.links_known);
    json.member("given_numbers_known", since.numbers_known);
    json.member("documents", documents.copied).key("missing_documents").begin_array();
    for (const auto& each : documents.missing) json.string(each);
    session.out.document(json.end_array().end_object().text());
    return documents.missing.empty() ? kDone : kPerson;
}

} // namespace

void add_restore(Commands& commands) {
    const auto file = std::make_shared<std::string>();
    commands
        .add(commands.root(), "restore", "Replace the books by a backup",
             "restore /var/backups/hourbridge-20260305T023000Z.db", Needs::Config,
             [file](Session& session) { return restore(session, *file); })
        .add_option("FILE", *file, "that hourbridge backup has made")
        .required();
}

} // namespace hb::app
