
#include "store/verify.h"
#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/lacking.h"
#include "base/count.h"
#include "base/digest.h"
#include "base/files.h"
#include "lanes/restored.h"
#include "json/writer.h"

// verify [--remote]: recomputes the books, compares kept files, and asks the CRM whether what we
// made stands there (G18) and shows what was agreed (G56)
namespace hb::app {
namespace {

std::string in_lines(const std::vector<std::string>& lines, const std::string& before = "") {
    std::string out;
    for (const auto& line : lines) out += "\n    " + before + line;
    return out;
}

// What deals and invoices show against what was agreed to (G56). What somebody accepted is named,
// and no difference.
void add_values(const lanes::Comparison& found, const std::string& crm,
                std::vector<store::Check>& checks, int& code) {
    const std::string wrong = in_lines(found.differs) + in_lines(found.unread, "not read: ");
    const std::string known = in_lines(found.accepted, "accepted: ");
    checks.push_back({"deals and invoices in " + crm, wrong.empty(),
                      (wrong.empty() ? count(found.compared, "report shows", "reports show") +
                                           " there what was agreed"
                                     : wrong) +
                          known});
    if (!found.differs.empty()) code = worse(code, kMachine);
    if (!found.unread.empty()) code = worse(code, kRemote);
}

// Every object that carries our mark against the books (G18): those of ours that are gone, those
// that the books know nothing of. The first comparison that finds all known ends what a restore
// holds back.
void compare_with_crm(Session& session, std::vector<store::Check>& checks, int& code) {
    auto* crm = session.books().crm();
    if (crm == nullptr) return;
    const auto found = session.service().compare_with_crm();
    if (!found) {
        checks.push_back({"objects in " + crm->row.name, false,
                          "could not be compared: " + to_string(found.error())});
        code = worse(code, kRemote);
        return;
    }
    const std::string wrong = in_lines(found->wrong);
    checks.push_back(
        {"objects in " + crm->row.name, wrong.empty(),
         wrong.empty() ? count(found->known, "object stands", "objects stand") : wrong});
    std::string unknown;
    for (const auto& object : found->unknown)
        unknown += "\n    " + to_string(object.what) + " \"" + object.title + "\" (" + object.key +
                   "): hourbridge outbox adopt " + to_string(object.what) + " [--report ID]";
    checks.push_back(
        {"unknown objects of ours", unknown.empty(), unknown.empty() ? "none" : unknown});
    if (!wrong.empty() || !unknown.empty()) code = kMachine;
    add_values(*found, crm->row.name, checks, code);
    if (found->found_again > 0)
        session.out.note(count(found->found_again, "object was", "objects were") +
                         " created before the restore; the next run adopts what was found");
    if (found->released) session.out.note("Everything is known: creating goes on.");
}

// The files that were kept for good, byte by byte.
store::Check compare_files(const Session& session) {
    const auto kept = session.books().read()->documents.kept();
    std::string wrong;
    for (const auto& document : kept) {
        const std::string path = session.books().settings.documents_dir + "/" + document.file;
        const auto digest = sha256_beneath(session.books().settings.documents_dir, document.file);
        if (!digest)
            wrong += "\n    " + path + ": " + digest.error().message;
        else if (*digest != document.sha256)
            wrong += "\n    " + path + ": its bytes changed since it was stored";
    }
    return {"files of documents", wrong.empty(),
            wrong.empty() ? count(static_cast<std::int64_t>(kept.size()), "file is", "files are") +
                                " as stored"
                          : wrong};
}

// What clients downloaded, byte by byte.
store::Check compare_given(const Session& session) {
    const auto keys = session.books().read()->given.keys();
    std::string wrong;
    for (const auto& key : keys) {
        const auto row = session.books().read()->given.find(key);
        if (!row || sha256_hex(row->bytes) != row->sha256)
            wrong += "\n    report " + std::to_string(key.report) + ", revision " +
                     std::to_string(key.revision) + ", " + key.form +
                     ": its bytes changed since it was given";
    }
    return {"documents that clients downloaded", wrong.empty(),
            wrong.empty() ? count(static_cast<std::int64_t>(keys.size()), "file is", "files are") +
                                " as given"
                          : wrong};
}

// Through a connection of its own where the session's is the service's: nobody waits for it.
std::vector<store::Check> verify_books(const Session& session, bool in_service) {
    const auto tell = [](const char* part) { books::Books::say(std::string("checking ") + part); };
    // A process of its own has its books for itself, and may say how far it is.
    if (!in_service) return store::verify_books(*session.world->db, tell);
    if (const auto reader = store::Database::open_reader(database_path(*session.config))) {
        (*reader)->use_chain_key(session.books().settings.key);
        return store::verify_books(**reader, tell);
    }
    const books::Read read = session.books().read();
    return store::verify_books(*session.world->db, tell);
}

int verify(Session& session, bool remote) {
    if (remote)
        if (const auto lacking = lacks(*session.config, session.config->crm_remote))
            return session.out.fail(*lacking);
    auto checks = verify_books(session, remote);
    books::Books::say("comparing files of documents");
    checks.push_back(compare_files(session));
    checks.push_back(compare_given(session));
    int code = kDone;
    for (const auto& check : checks)
        if (!check.ok) code = kMachine;
    if (remote) compare_with_crm(session, checks, code);
    session.out.end_progress();
    bool ok = true;
    json::Writer json;
    json.begin_object().key("checks").begin_array();
    std::string text;
    for (const auto& check : checks) {
        ok = ok && check.ok;
        text += std::string(check.ok ? "  ok      " : "  WRONG   ") + check.name +
                (check.detail.empty() ? "" : ": " + check.detail) + "\n";
        json.begin_object()
            .member("name", check.name)
            .member("ok", check.ok)
            .member("detail", check.detail)
            .end_object();
    }
    session.out.text(text + (ok ? "The books are right." : "The books need a look."));
    session.out.document(json.end_array().member("ok", ok).end_object().text());
    return code;
}

} // namespace

void add_verify(Commands& commands) {
    const auto remote = std::make_shared<bool>(false);
    commands
        .add(commands.root(), "verify", "Recompute every sum and the hash chain", "verify --remote",
             Needs::Remotes, [remote](Session& session) { return verify(session, *remote); })
        .add_flag(
            "--remote", *remote,
            "also look up in the CRM every object that we made, and compare amounts, currency, "
            "company and rows");
    commands.reads_when([remote] { return !*remote; }, Needs::Bare);
}

} // namespace hb::app
