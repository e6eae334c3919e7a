#include <CLI/CLI.hpp>

#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/limits.h"
#include "json/writer.h"

// verify [--remote]: recomputes the books, compares kept files, and asks the CRM whether what we
// made stands (G18)
namespace hb::app {
namespace {

void wait_for(const Session& session, const connector::Connector& connector) {
    auto& clock = session.process.clock;
    while (connector.earliest() > clock.now()) clock.wait_until(connector.earliest());
}

struct RemoteFindings {
    std::vector<store::Check> checks;
    std::optional<Error> trouble;
};

struct Kind {
    const char* op;
    const char* word;
};
constexpr Kind kMade[] = {{"deal.create", "deal"},
                          {"invoice.create", "invoice"},
                          {"card.create", "card"},
                          {"document.create", "document"}};

// Each object that we made is looked up by the key it carries.
RemoteFindings compare_objects(const Session& session) {
    RemoteFindings out;
    auto& core = session.core();
    auto* crm = core.crm();
    if (crm == nullptr) return out;
    const auto done = core.outbox.list(store::OpState::Done, 1'000'000);
    for (const auto& kind : kMade) {
        std::int64_t objects = 0;
        std::string missing;
        for (const auto& row : done) {
            if (row.remote != crm->row.id || row.op.kind != kind.op || row.superseded) continue;
            wait_for(session, *crm->connector);
            const auto found = crm->connector->find(row.op);
            if (!found) {
                out.trouble = found.error();
                return out;
            }
            ++objects;
            const std::string mine = row.purpose + " (" + row.op.key + ")";
            if (found->empty())
                missing += "\n    " + mine + ": the CRM has no " + kind.word + " with this key";
            else if (found->size() > 1)
                missing += "\n    " + mine + ": the CRM has " + std::to_string(found->size()) +
                           " of them with this key";
            else if (found->front() != row.remote_id)
                missing += "\n    " + mine + ": is " + kind.word + " " + found->front() +
                           " there, " + row.remote_id + " here";
        }
        if (objects == 0 && std::string_view(kind.word) != "deal") continue;
        const std::string name = std::string(kind.word) + "s";
        out.checks.push_back(
            {name + " in " + crm->row.name, missing.empty(),
             missing.empty() ? std::to_string(objects) + " " + name + " stand" : missing});
    }
    return out;
}

// The files that were kept for good, byte by byte.
store::Check compare_files(const Session& session) {
    auto& core = session.core();
    std::int64_t files = 0;
    std::string wrong;
    for (const auto& document : core.documents.kept()) {
        ++files;
        const std::string path = core.settings.documents_dir + "/" + document.file;
        const auto bytes = read_whole_file(path, kAnswerBytesMax);
        if (!bytes)
            wrong += "\n    " + path + ": " + bytes.error().message;
        else if (sha256_hex(*bytes) != document.sha256)
            wrong += "\n    " + path + ": its bytes changed since it was stored";
    }
    return {"files of documents", wrong.empty(),
            wrong.empty() ? std::to_string(files) + " files are as they were stored" : wrong};
}

int verify(Session& session, bool remote) {
    auto checks = [&] {
        const auto lock = session.core().lock();
        return store::verify_books(*session.world->db);
    }();
    checks.push_back(compare_files(session));
    int code = kDone;
    for (const auto& check : checks)
        if (!check.ok) code = kMachine;
    if (remote) {
        auto found = compare_objects(session);
        for (auto& check : found.checks) {
            if (!check.ok) code = kMachine;
            checks.push_back(std::move(check));
        }
        if (found.trouble) {
            checks.push_back({"objects in the CRM", false,
                              "could not be compared: " + to_string(*found.trouble)});
            code = worse(code, kRemote);
        }
    }
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
             Needs::Reads, [remote](Session& session) { return verify(session, *remote); })
        .add_flag("--remote", *remote, "also look up in the CRM every object that we made");
}

} // namespace hb::app
