#include "app/commands/report_words.h"
#include "app/exit_code.h"
#include "app/hidden_line.h"
#include "app/lacking.h"
#include "base/text.h"
#include "books/client_links.h"
#include "books/settings_names.h"
#include "desk/reports.h"
#include "render/columns.h"
#include "json/writer.h"

// report link|preview
namespace hb::app {
namespace {

struct Options {
    std::string report;
    bool fresh = false, revoke = false, all = false, share = false, password = false;
    bool archive = false, list = false;
    std::vector<std::string> which; // behind --revoke: the id of a link
};

Error bad(std::string what, std::string hint) {
    return Error{Code::Usage, std::move(what), "", std::move(hint)};
}

// Which of the options do not go together; nullopt: all is well.
std::optional<Error> trouble(const Options& options) {
    if (options.fresh && options.revoke)
        return bad("--new and --revoke exclude each other",
                   "to replace a link: --new alone ends the old one");
    if (options.all && (!options.fresh || options.share || options.archive || options.list ||
                        !options.report.empty()))
        return bad("--all goes with --new, and with no report",
                   "hourbridge report link --new --all");
    if (options.all) return std::nullopt;
    if (options.password && !options.share)
        return bad("--password goes with --share", "hourbridge report link 3 --share --password");
    const int kinds = (options.share ? 1 : 0) + (options.archive ? 1 : 0) + (options.list ? 1 : 0);
    if (kinds > 1 || ((options.share || options.list) && (options.fresh || options.revoke)))
        return bad("only one of --share, --archive, --list, --new and --revoke at a time",
                   "--archive goes with --new or --revoke");
    if (options.which.size() > 1 || (options.archive && !options.which.empty()))
        return bad("--revoke takes the number of one link", "hourbridge report link 3 --list");
    if (options.report.empty())
        return bad("which report?", "hourbridge report link 3, or --new --all for all of them");
    return std::nullopt;
}

// Every link anew: for when copies of the books, or mails, went where they should not.
int renew_links(Session& session) {
    const auto renewed = desk::renew_links(session.books(), session.actor());
    if (!renewed) return session.out.fail(renewed.error());
    std::string told;
    json::Writer json;
    json.begin_object().key("links").begin_array();
    for (const auto& view : *renewed) {
        told +=
            view.number.value_or(std::to_string(*view.id)) + "  " + view.url.value_or("") + "\n";
        json.begin_object().member("report", *view.id).member("url", view.url.value_or(""));
        json.end_object();
    }
    json.end_array().key("others").begin_array();
    for (const auto& link : books::renew_other_links(session.books(), session.actor())) {
        told += std::string(to_string(link.row.kind)) + "  " + link.url + "\n";
        json.begin_object().member("kind", to_string(link.row.kind)).member("url", link.url);
        json.end_object();
    }
    session.out.text(told.empty() ? "No report has a link." : told + "The links before are dead.");
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

int tell_report(Session& session, std::int64_t id, bool fresh, bool revoke) {
    const auto view = desk::link(session.books(), id, fresh, revoke, session.actor());
    if (!view) return session.out.fail(view.error());
    session.out.text(view->url ? *view->url : "This report has no link now.");
    if (!fresh && !revoke && view->archive_url)
        session.out.note("All reports of this client: " + *view->archive_url);
    session.out.document(render::report_json(*view, render::Audience::Staff));
    return kDone;
}

void write_link(json::Writer& json, const books::ShownLink& link) {
    const auto at = [&](const char* name, const std::optional<Instant>& instant) {
        instant ? json.member(name, format_instant(*instant)) : json.key(name).null();
    };
    json.begin_object().member("id", link.row.id).member("kind", to_string(link.row.kind));
    json.member("live", link.live).key("url");
    link.url.empty() ? json.null() : json.string(link.url);
    at("made", link.row.made_at);
    at("expires", link.row.expires_at);
    at("revoked", link.row.revoked_at);
    json.member("password", link.row.password.has_value());
    at("waits_until", link.row.waits_until);
    at("asked", link.row.asked_at);
    json.end_object();
}

int tell_one(Session& session, const books::ShownLink& link) {
    session.out.text(link.url.empty() ? "This link is dead." : link.url);
    json::Writer json;
    write_link(json, link);
    session.out.document(json.text());
    return kDone;
}

// The password is of this machine's own keyboard or pipe; a service gets it as an open file.
Result<std::optional<std::string>> password_hash(Session& session, const Options& options) {
    std::optional<std::string> hash;
    if (!options.password) return hash;
    const auto typed =
        session.passed == nullptr ? hidden_line() : session.read_argument(kStandardInput);
    if (!typed) return typed.error();
    if (typed->size() < kPasswordBytesMin || typed->size() > kPasswordBytesMax)
        return bad("the password is too short or too long", "8 to 128 bytes");
    const auto turn = HashTurn::take(std::chrono::seconds{30});
    if (!turn)
        return Error{Code::Machine, "too many passwords are being looked at", "", "try again"};
    hash = turn->hash(Secret(*typed), session.books().ids);
    return hash;
}

int share(Session& session, std::int64_t id, const Options& options) {
    auto hash = password_hash(session, options);
    if (!hash) return session.out.fail(hash.error());
    const auto link = books::share_report(session.books(), id, std::move(*hash), session.actor());
    return link ? tell_one(session, *link) : session.out.fail(link.error());
}

int archive(Session& session, std::int64_t id, const Options& options) {
    const auto link = books::archive_of_report(session.books(), id, options.fresh, session.actor());
    if (!link) return session.out.fail(link.error());
    if (!options.revoke) return tell_one(session, *link);
    const auto done = books::revoke_link(session.books(), id, link->row.id, session.actor());
    if (!done) return session.out.fail(done.error());
    session.out.text("This client's archive has no link now.");
    session.out.document(json::Writer().begin_object().key("url").null().end_object().text());
    return kDone;
}

std::string fate_of(const Session& session, const books::ShownLink& link) {
    if (link.row.revoked_at) return "revoked " + session.clock_text(*link.row.revoked_at);
    if (!link.live) return "expired";
    return link.row.expires_at ? "until " + session.clock_text(*link.row.expires_at) : "live";
}

int list(Session& session, std::int64_t id) {
    const books::Read read = session.books().read();
    const auto links = books::links_of(read, id);
    if (!links) return session.out.fail(links.error());
    render::Columns table(
        {{"LINK", render::Align::Right}, {"KIND"}, {"MADE"}, {""}, {"STATE"}, {"ADDRESS"}});
    json::Writer json;
    json.begin_object().member("report", id).key("links").begin_array();
    for (const auto& link : *links) {
        table.add({std::to_string(link.row.id), to_string(link.row.kind),
                   session.clock_text(link.row.made_at), link.row.password ? "password" : "",
                   fate_of(session, link), link.url});
        write_link(json, link);
    }
    session.out.text(table.empty() ? "This report has no link." : table.text());
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

int revoke(Session& session, std::int64_t id, const std::string& which) {
    const auto link = parse_integer(which);
    if (!link)
        return session.out.fail(bad("\"" + which + "\" is no number of a link",
                                    "hourbridge report link " + std::to_string(id) + " --list"));
    const auto done = books::revoke_link(session.books(), id, *link, session.actor());
    if (!done) return session.out.fail(done.error());
    return list(session, id);
}

int link_command(Session& session, const Options& options) {
    if (const auto wrong = trouble(options)) return session.out.fail(*wrong);
    if (!session.config->secret_key_lacking.empty())
        return session.out.fail(lacking_key(*session.config));
    if (options.all) return renew_links(session);
    const auto id = session.books().find_report(options.report);
    if (!id) return session.out.fail(id.error());
    if (options.list) return list(session, *id);
    if (options.share) return share(session, *id, options);
    if (options.archive) return archive(session, *id, options);
    if (!options.which.empty()) return revoke(session, *id, options.which.front());
    return tell_report(session, *id, options.fresh, options.revoke);
}

int preview(Session& session, const std::string& report) {
    const auto id = session.books().find_report(report);
    if (!id) return session.out.fail(id.error());
    const auto link = books::preview_report(session.books(), *id, session.actor());
    if (!link) return session.out.fail(link.error());
    session.out.text(link->url);
    session.out.note("For colleagues: it shows the draft until it is sent, or for " +
                     std::to_string(books::kPreviewLife.count()) + " days.");
    session.out.document(json::Writer()
                             .begin_object()
                             .member("report", *id)
                             .member("preview_url", link->url)
                             .member("expires", format_instant(*link->row.expires_at))
                             .end_object()
                             .text());
    return kDone;
}

struct Shown {
    std::string report;
    bool open = false;
};

} // namespace

void add_report_links(Commands& commands, Syntax group) {
    const auto linking = std::make_shared<Options>();
    Syntax linker =
        commands.add(group, "link", "Show the client's link, renew, share, list or revoke links",
                     "report link 3 --new", Needs::Writes,
                     [linking](Session& session) { return link_command(session, *linking); });
    commands.reads_when(
        [linking] { return !linking->fresh && !linking->revoke && !linking->share; });
    commands.takes_file([linking] {
        return NamedFile{linking->share && linking->password ? kStandardInput : "", FileUse::Read};
    });
    linker.add_option("REPORT", linking->report, "id or number; not with --all");
    linker.add_flag("--new", linking->fresh, "a fresh link; the old one ends");
    linker.add_list("--revoke", linking->revoke, linking->which,
                    "end the link; with a number of --list: end that one");
    linker.add_flag("--all", linking->all, "with --new: every link of every report and archive");
    linker.add_flag("--share", linking->share,
                    "one more read-only link, for the client's bookkeeper");
    linker.add_flag("--password", linking->password,
                    "with --share: it needs a password, typed here or the first line of "
                    "standard input");
    linker.add_flag("--archive", linking->archive,
                    "of all reports of this client; with --new or --revoke that one");
    linker.add_flag("--list", linking->list, "every link given for this report");

    const auto shown = std::make_shared<Shown>();
    Syntax viewer = commands.add(
        group, "preview", "A link to the draft as its client would see it, for colleagues",
        "report preview 3 --open", Needs::Writes,
        [shown](Session& session) { return preview(session, shown->report); });
    commands.opens_page([shown] { return shown->open; });
    viewer.add_option("REPORT", shown->report, "id or number").required();
    viewer.add_flag("--open", shown->open, "in this machine's browser");
}

} // namespace hb::app
