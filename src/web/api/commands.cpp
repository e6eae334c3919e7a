#include <algorithm>

#include "base/text.h"
#include "books/step.h"
#include "desk/reports.h"
#include "web/api/call.h"

// Wishes: each is the command that openapi.json names, done in the name of anyone who asks.
namespace hb::web::api {
namespace {

using Words = std::vector<std::string>;

void option(Words& words, const std::string& name, const std::string& value) {
    if (!value.empty()) words.push_back("--" + name + "=" + value);
}

void options(Words& words, const std::string& name, const json::Value& values) {
    for (const auto each : values) option(words, name, std::string(*each.text_view()));
}

Words filter_words(const Call& call) {
    Words words{"report", "create"};
    for (const char* name : {"company", "period", "from", "to", "type", "status"})
        option(words, name, call.text(name));
    option(words, "percent-paid", call.text("percent_paid"));
    options(words, "project", call.in()["projects"]);
    options(words, "task-dates", call.in()["task_dates"]);
    return words;
}

std::string member_of(std::string_view document, const char* name) {
    const auto parsed = json::Document::parse(document);
    return parsed ? parsed->root()[name].dump() : "";
}

// Words that a person typed stand behind "=" or are checked to be no option.
std::string plain_word(const std::string& text) {
    if (text.starts_with('-'))
        throw Refusal{400, "invalid", "this may not begin with a hyphen: " + shorten(text, 40), ""};
    return text;
}

Words move_words(const Call& call, const std::string& id) {
    const std::string& op = call.operation.id;
    Words words{"report", op.substr(0, op.size() - std::string_view("Report").size()), id};
    if (op == "sendReport") {
        if (call.yes("strict")) words.emplace_back("--strict");
        if (call.yes("stale_ok")) words.emplace_back("--stale-ok");
        options(words, "accept", call.in()["accept"]);
    }
    if (op == "agreeReport") option(words, "hash", call.text("hash"));
    if (op == "excludeReport" || op == "includeReport")
        words.push_back(plain_word(call.text("what")));
    if (op == "overrideReport") {
        words.push_back(plain_word(call.text("entry")));
        option(words, "billable", call.text("billable"));
    }
    option(words, "reason", call.text("reason"));
    return words;
}

std::string started(const std::optional<std::string>& job) {
    if (!job)
        throw Refusal{503, "busy", "too much long work is under way", "try again later", {}, 30};
    json::Writer out;
    return out.begin_object().member("job", *job).end_object().text();
}

std::string new_id(const Call& call) {
    return call.books().ids.id128();
}

// A command as long work: its document is the result, exit codes 1 and 4 with one are no failure.
Answer as_job(const Call& call, const char* kind, Words words) {
    words.emplace_back("--json");
    Staff::Impl& at = call.at;
    const std::string actor = call.who.actor;
    return json(202,
                started(at.jobs.start(
                    new_id(call), kind, actor,
                    [&at, actor, words](Jobs::Seen& job, const std::function<void()>&) {
                        job.of = 1;
                        const Told told = at.seams.command(words, actor, nullptr);
                        const auto document = json::Document::parse(told.document);
                        if (!document) throw Refusal{500, "internal", "no answer"};
                        const auto error = document->root()["error"];
                        if (!error.missing())
                            throw refusal_of(error["code"].text_view().value_or("conflict"),
                                             std::string(error["message"].text_view().value_or("")),
                                             std::string(error["hint"].text_view().value_or("")));
                        job.result = told.document;
                        job.done = 1;
                    })));
}

struct Sent {
    std::int64_t id = 0;
    std::string tag;
};

// Each by itself: one that is refused holds no other up.
void send_one(Staff::Impl& at, const std::string& actor, const Sent& one, json::Writer& sent,
              json::Writer& refused) {
    const auto refuse = [&](const std::string& code, const std::string& message) {
        refused.begin_object().member("report", one.id).member("code", code);
        refused.member("message", message).end_object();
    };
    const std::string id = std::to_string(one.id);
    const Told now = at.seams.command({"report", "show", id, "--json"}, actor, nullptr);
    if (now.exit_code == 0 && report_tag(now.document) != one.tag)
        return refuse("stale", "somebody changed it in between");
    const Told told = at.seams.command({"report", "send", id, "--json"}, actor, nullptr);
    const auto document = json::Document::parse(told.document);
    const auto error = document ? document->root()["error"] : json::Value();
    if (told.exit_code == 0)
        sent.raw(told.document);
    else
        refuse(std::string(error["code"].text_view().value_or("conflict")),
               std::string(error["message"].text_view().value_or("")));
}

std::string contract_of(const Call& call, const std::string& day) {
    const auto contract = call.in()["contract"];
    if (contract["client"].text_view().value_or("") != call.place())
        throw Refusal{400, "invalid", "the terms are of another client than the address",
                      "/contract/client is " + call.place()};
    if (!day.empty() && contract["valid_from"].text_view().value_or("") != day)
        throw Refusal{400, "invalid", "the terms begin on another day than the address says",
                      "/contract/valid_from is " + day};
    return contract.dump();
}

Words mapping_words(const Call& call, Words words) {
    const auto in = call.in();
    if (!in["expect"].missing()) option(words, "expect", in["expect"].dump());
    if (!in["accept_broken"].missing()) option(words, "accept-broken", in["accept_broken"].dump());
    if (call.yes("accept_money")) words.emplace_back("--accept-money");
    if (call.yes("accept_corrections")) words.emplace_back("--accept-corrections");
    option(words, "note", call.text("note"));
    return words;
}

Answer list_users(Call& call) {
    return told(call, call.command({"user", "list"}));
}

Answer list_late(Call& call) {
    Words words{"late", "list"};
    option(words, "client", call.query("client"));
    if (call.query("all") == "true") words.emplace_back("--all");
    return paged(call, call.command(words), "late");
}

Answer get_unbilled(Call& call) {
    return told(call, call.command({"unbilled"}));
}

Answer list_clients(Call& call) {
    Words words{"client", "list"};
    if (call.query("all") == "true") words.emplace_back("--all");
    if (!call.query("name").empty()) words.push_back(plain_word(call.query("name")));
    return paged(call, call.command(words), "clients");
}

std::string contracts(const Call& call) {
    return call.command({"contract", "show", plain_word(call.place())});
}

Answer get_contracts(Call& call) {
    const std::string document = contracts(call);
    return told(call, document, 200, tag_of(document));
}

Answer list_remotes(Call& call) {
    return told(call, call.command({"remote", "list"}));
}

Answer get_remote_history(Call& call) {
    Words words{"sync", "history", plain_word(call.place())};
    option(words, "limit", call.query("limit"));
    return told(call, call.command(words));
}

Answer list_outbox(Call& call) {
    Words words{"outbox", "list"};
    option(words, "state", call.query("state"));
    return paged(call, call.command(words), "ops");
}

Answer list_mappings(Call& call) {
    return told(call, call.command({"mapping", "list"}));
}

Answer get_mapping(Call& call) {
    Words words{"mapping", "show", plain_word(call.place())};
    if (!call.query("version").empty()) words.push_back(call.query("version"));
    const std::string document = call.command(words);
    return told(call, document, 200, tag_of(document));
}

Answer diff_mapping(Call& call) {
    Words words{"mapping", "diff", plain_word(call.place())};
    if (!call.query("from").empty()) words.push_back(call.query("from"));
    if (!call.query("to").empty()) {
        if (words.size() == 3) throw Refusal{400, "query", "`to` goes with `from`", "name both"};
        words.push_back(call.query("to"));
    }
    return told(call, call.command(words));
}

const std::map<std::string, Handler, std::less<>>& handlers() {
    static const std::map<std::string, Handler, std::less<>> all = {
        {"signIn", sign_in},
        {"getSession", get_session},
        {"signOut", sign_out},
        {"freshen", freshen},
        {"changePassword", change_password},
        {"enrol", enrol},
        {"confirmEnrolment", confirm_enrolment},
        {"listSessions", list_sessions},
        {"endSession", end_session},
        {"listUsers", list_users},
        {"getOverview", get_overview},
        {"getMonth", get_month},
        {"listReports", list_reports},
        {"createReport", create_report},
        {"previewReport", preview_report},
        {"batchReports", batch_reports},
        {"sendReports", send_reports},
        {"getReport", get_report},
        {"getReportLines", get_report_lines},
        {"getReportHistory", get_report_history},
        {"sendReport", move_report},
        {"recallReport", move_report},
        {"agreeReport", move_report},
        {"invoiceReport", move_report},
        {"cancelReport", move_report},
        {"excludeReport", move_report},
        {"includeReport", move_report},
        {"overrideReport", move_report},
        {"noteReport", move_report},
        {"linkReport", link_report},
        {"exportReport", export_report},
        {"listLate", list_late},
        {"decideLate", decide_late},
        {"listNeeds", list_needs},
        {"getUnbilled", get_unbilled},
        {"listClients", list_clients},
        {"getContracts", get_contracts},
        {"putContract", put_contract},
        {"previewContract", preview_contract},
        {"listRemotes", list_remotes},
        {"syncRemote", sync_remote},
        {"pauseRemote", pause_remote},
        {"resumeRemote", resume_remote},
        {"getRemoteHistory", get_remote_history},
        {"listOutbox", list_outbox},
        {"retryOutbox", retry_outbox},
        {"listMappings", list_mappings},
        {"getMapping", get_mapping},
        {"previewMapping", preview_mapping},
        {"applyMapping", apply_mapping},
        {"rollbackMapping", rollback_mapping},
        {"diffMapping", diff_mapping},
        {"getJob", get_job},
    };
    return all;
}

} // namespace

Handler handler_of(std::string_view operation) {
    const auto found = handlers().find(operation);
    return found == handlers().end() ? nullptr : found->second;
}

std::vector<std::string> handled() {
    std::vector<std::string> out;
    for (const auto& [name, handler] : handlers()) out.push_back(name);
    return out;
}

Answer create_report(Call& call) {
    const std::string document = call.command(filter_words(call), nullptr, true);
    return told(call, document, 201, report_tag(document));
}

Answer preview_report(Call& call) {
    Words words = filter_words(call);
    words.emplace_back("--dry-run");
    return told(call, call.command(words, nullptr, true));
}

Answer batch_reports(Call& call) {
    return as_job(call, "batch", {"report", "batch", "--month=" + call.text("month")});
}

Answer send_reports(Call& call) {
    std::vector<Sent> wanted;
    for (const auto each : call.in()["reports"])
        wanted.push_back({each["id"].integer().value(), std::string(*each["etag"].text_view())});
    Staff::Impl& at = call.at;
    const std::string actor = call.who.actor;
    return json(202, started(at.jobs.start(
                         new_id(call), "send", actor,
                         [&at, actor, wanted](Jobs::Seen& job, const std::function<void()>& tell) {
                             json::Writer sent, refused;
                             sent.begin_array();
                             refused.begin_array();
                             job.of = static_cast<int>(wanted.size());
                             for (const auto& one : wanted) {
                                 send_one(at, actor, one, sent, refused);
                                 ++job.done;
                                 tell();
                             }
                             json::Writer out;
                             out.begin_object().key("reports").raw(sent.end_array().text());
                             out.key("refused").raw(refused.end_array().text());
                             job.result = out.end_object().text();
                         })));
}

Answer move_report(Call& call) {
    const std::int64_t id = call.id();
    std::unique_lock<std::mutex> edit(call.at.edits);
    call.match(report_tag(report_document(call, id)));
    // Sending reads remotes; what changes meanwhile it compares itself (G25).
    if (call.operation.id == "sendReport") edit.unlock();
    if (call.operation.id == "noteReport") {
        // A text of any shape: no command line would take it as it is.
        const auto noted = desk::note(call.books(), id, call.text("text"), call.actor());
        if (!noted) throw refusal_of(noted.error());
        return told_report(call, id);
    }
    const std::string document = call.command(move_words(call, std::to_string(id)));
    return told(call, document, 200, report_tag(document));
}

Answer link_report(Call& call) {
    const std::string action = call.text("action");
    Words words{"report", "link", std::to_string(call.id())};
    if (action == "renew") words.emplace_back("--new");
    if (action == "revoke") words.emplace_back("--revoke");
    const std::string document = call.command(words);
    desk::note_link_shown(call.books(), call.id(), call.place(), call.actor());
    const std::string url = member_of(document, "url");
    json::Writer out;
    return json(200, out.begin_object().key("url").raw(url).end_object().text());
}

Answer decide_late(Call& call) {
    Words words{"late", "decide", plain_word(call.place())};
    words.emplace_back(call.text("decision") == "write_off" ? "--write-off" : "--next-report");
    option(words, "reason", call.text("reason"));
    return told(call, call.command(words));
}

Answer put_contract(Call& call) {
    const std::string file = contract_of(call, call.place(1));
    const std::unique_lock<std::mutex> edit(call.at.edits);
    // A client without terms has none to change: the tag is that of the empty list.
    std::string before;
    try {
        before = contracts(call);
    } catch (const Refusal& refusal) {
        if (refusal.status != 404) throw;
    }
    call.match(tag_of(before));
    const std::string document = call.command({"contract", "apply", "file.json"}, &file);
    return told(call, document, 200, tag_of(contracts(call)));
}

Answer preview_contract(Call& call) {
    const std::string file = contract_of(call, "");
    const std::string text = call.command({"contract", "apply", "file.json", "--dry-run"}, &file);
    const auto document = json::Document::parse(text);
    json::Writer out;
    out.begin_object().key("drafts").value(document->root()["changes"]);
    out.key("warnings").value(document->root()["warnings"]);
    return told(call, out.end_object().text());
}

Answer sync_remote(Call& call) {
    return as_job(call, "sync", {"sync", plain_word(call.place())});
}

Answer pause_remote(Call& call) {
    Words words{"remote", "pause", plain_word(call.place())};
    option(words, "until", call.text("until"));
    return told(call, call.command(words));
}

Answer resume_remote(Call& call) {
    return told(call, call.command({"remote", "resume", plain_word(call.place())}));
}

Answer retry_outbox(Call& call) {
    Words words{"outbox", "retry"};
    if (call.yes("all")) words.emplace_back("--all");
    option(words, "remote", call.text("remote"));
    option(words, "kind", call.text("kind"));
    for (const auto id : call.in()["ids"]) words.push_back(id.dump());
    return told(call, call.command(words));
}

Answer preview_mapping(Call& call) {
    const std::string file = call.text("text");
    return told(call, call.command({"mapping", "preview", plain_word(call.place()), "file.json"},
                                   &file, true));
}

Answer apply_mapping(Call& call) {
    const std::string file = call.text("text");
    return told(call, call.command(mapping_words(call, {"mapping", "apply",
                                                        plain_word(call.place()), "file.json"}),
                                   &file));
}

Answer rollback_mapping(Call& call) {
    return told(call,
                call.command(mapping_words(call, {"mapping", "rollback", plain_word(call.place()),
                                                  call.in()["to"].dump()})));
}

} // namespace hb::web::api
