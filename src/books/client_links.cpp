#include "books/client_links.h"

#include "base/digest.h"
#include "base/text.h"
#include "books/draft_rows.h"
#include "books/link_numbers.h"
#include "voices/drafts.h"

namespace hb::books {
namespace {

namespace say = voices::drafts;

const char* place_of(LinkKind kind) {
    switch (kind) {
    case LinkKind::Archive:
        return "/a/";
    case LinkKind::Preview:
        return "/d/";
    case LinkKind::Report:
    case LinkKind::Share:
        break;
    }
    return "/r/";
}

std::int64_t of(const ClientLinkRow& link) {
    return link.report ? *link.report : link.client;
}

std::string token_of(const Settings& settings, const ClientLinkRow& link) {
    if (link.kind == LinkKind::Report) return link_token(settings, of(link), link.n);
    return base64url(hmac_sha256(settings.key.reveal(), std::string(to_string(link.kind)) +
                                                            "-link:" + std::to_string(of(link)) +
                                                            ":" + std::to_string(link.n)));
}

bool is_live(const Reading& read, const ClientLinkRow& link) {
    return read->client_links.live(link.digest, read.now(), read.now() - kLinkAfterEnd).has_value();
}

ShownLink shown(const Reading& read, ClientLinkRow row) {
    ShownLink out;
    out.live = is_live(read, row);
    if (out.live && !read.settings.key.empty()) out.url = link_url(read.settings, row);
    out.row = std::move(row);
    return out;
}

// The number of the report, or the client whose archive it is.
std::string subject_of(const Reading& read, const ClientLinkRow& link) {
    if (link.report) {
        const auto report = read->reports.find(*link.report);
        return report && report->number ? *report->number : std::to_string(*link.report);
    }
    const auto client = read->sources.find_company(link.client);
    return client ? to_string(client->ref) : std::to_string(link.client);
}

void note(Step& step, const char* action, const ClientLinkRow& link) {
    step->events.add(step.now(), step.actor(), action, link.report, subject_of(step, link),
                     EventData().add("kind", to_string(link.kind)).add("link", link.n).text());
}

ClientLinkRow give(Step& step, LinkKind kind, std::int64_t client,
                   std::optional<std::int64_t> report, std::optional<std::string> password = {}) {
    ClientLinkRow link;
    link.kind = kind;
    link.client = client;
    link.report = report;
    link.n = next_link(step, step->client_links.last_number(kind, of(link)));
    link.digest = sha256_hex(token_of(step.settings, link));
    link.made_at = step.now();
    if (kind == LinkKind::Preview) link.expires_at = step.now() + kPreviewLife;
    link.password = std::move(password);
    link.id = step->client_links.add(link);
    return link;
}

Result<store::ReportRow> sent_report(const Reading& read, std::int64_t report) {
    const auto row = read->reports.find(report);
    if (!row) return unknown_report(report);
    if (row->revision == 0) return voices::refuse<say::kNoLink>(Code::Conflict, report);
    return *row;
}

} // namespace

std::string link_url(const Settings& settings, const ClientLinkRow& link) {
    return settings.public_url + place_of(link.kind) + token_of(settings, link);
}

std::optional<std::string> archive_url(const Reading& read, std::int64_t client) {
    if (read.settings.key.empty()) return std::nullopt;
    const auto link = read->client_links.archive_of(client);
    return link ? std::optional(link_url(read.settings, *link)) : std::nullopt;
}

std::optional<std::string> preview_url(const Reading& read, std::int64_t report) {
    if (read.settings.key.empty()) return std::nullopt;
    const auto link = read->client_links.preview_of(report, read.now());
    return link ? std::optional(link_url(read.settings, *link)) : std::nullopt;
}

std::string preview_url(const Settings& settings, std::int64_t report, std::int64_t n) {
    ClientLinkRow link;
    link.kind = LinkKind::Preview;
    link.report = report;
    link.n = n;
    return link_url(settings, link);
}

std::optional<ClientLinkRow> live_link(const Reading& read, std::string_view token) {
    return read->client_links.live(sha256_hex(token), read.now(), read.now() - kLinkAfterEnd);
}

void keep_report_link(Step& step, const store::ReportRow& report) {
    for (const auto& link : step->client_links.of_report(report.id))
        if (link.kind == LinkKind::Report && !link.revoked_at && link.digest == report.link_digest)
            return;
    step->client_links.revoke_all(LinkKind::Report, report.id, step.now());
    if (!report.link_digest) return;
    ClientLinkRow link;
    link.client = report.client;
    link.report = report.id;
    link.n = report.link;
    link.digest = *report.link_digest;
    link.made_at = step.now();
    step->client_links.add(link);
}

void give_archive(Step& step, std::int64_t client) {
    if (step->client_links.last_number(LinkKind::Archive, client) == 0)
        give(step, LinkKind::Archive, client, std::nullopt);
}

void end_previews(Step& step, std::int64_t report) {
    step->client_links.revoke_all(LinkKind::Preview, report, step.now());
}

void keep_preview(Step& step, const store::ReportRow& report) {
    if (report.state != domain::State::Draft || step.settings.key.empty()) return;
    if (!step->client_links.preview_of(report.id, step.now() + std::chrono::hours{24}))
        give(step, LinkKind::Preview, report.client, report.id);
}

void give_missing_archives(Books& books) {
    {
        const Read read = books.read();
        if (read->client_links.clients_without_archive().empty()) return;
    }
    Step step = books.begin();
    for (const auto client : step->client_links.clients_without_archive())
        give_archive(step, client);
    step.leave();
}

Result<std::vector<ShownLink>> links_of(const Reading& read, std::int64_t report) {
    const auto row = read->reports.find(report);
    if (!row) return unknown_report(report);
    std::vector<ShownLink> out;
    for (auto& link : read->client_links.of_report(report))
        out.push_back(shown(read, std::move(link)));
    if (auto archive = read->client_links.archive_of(row->client))
        out.push_back(shown(read, std::move(*archive)));
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return a.row.id < b.row.id; });
    return out;
}

Result<ShownLink> share_report(Books& books, std::int64_t report,
                               std::optional<std::string> password, const Actor& actor) {
    Step step = books.begin(actor);
    const auto row = sent_report(step, report);
    if (!row) return row.error();
    auto link = give(step, LinkKind::Share, row->client, report, std::move(password));
    note(step, "link.made", link);
    auto out = shown(step, std::move(link));
    step.done();
    return out;
}

Result<ShownLink> archive_of_report(Books& books, std::int64_t report, bool fresh,
                                    const Actor& actor) {
    {
        const Read read = books.read(); // of books that may be there for reading alone
        const auto row = sent_report(read, report);
        if (!row) return row.error();
        auto link = read->client_links.archive_of(row->client);
        if (link && !fresh) return shown(read, std::move(*link));
    }
    Step step = books.begin(actor);
    const auto row = sent_report(step, report);
    if (!row) return row.error();
    if (const auto before = step->client_links.archive_of(row->client))
        step->client_links.revoke(before->id, step.now());
    auto link = give(step, LinkKind::Archive, row->client, std::nullopt);
    note(step, "link.made", link);
    auto out = shown(step, std::move(link));
    step.done();
    return out;
}

Result<ShownLink> preview_report(Books& books, std::int64_t report, const Actor& actor) {
    Step step = books.begin(actor);
    const auto row = step->reports.find(report);
    if (!row) return unknown_report(report);
    if (row->state != domain::State::Draft)
        return voices::refuse<say::kNoPreview>(Code::Conflict, report, domain::word_of(row->state));
    if (auto link = step->client_links.preview_of(report, step.now()))
        return shown(step, std::move(*link));
    auto link = give(step, LinkKind::Preview, row->client, report);
    note(step, "link.made", link);
    auto out = shown(step, std::move(link));
    step.done();
    return out;
}

Status revoke_link(Books& books, std::int64_t report, std::int64_t id, const Actor& actor) {
    Step step = books.begin(actor);
    auto row = step->reports.find(report);
    if (!row) return unknown_report(report);
    const auto link = step->client_links.find(id);
    const bool theirs =
        link && (link->report ? *link->report == report : link->client == row->client);
    if (!theirs) return voices::refuse<say::kNoSuchLink>(Code::NotFound, report, id);
    if (link->revoked_at) return {};
    if (link->kind == LinkKind::Report) {
        row->link_digest.reset();
        step->reports.update(*row);
    }
    step->client_links.revoke(id, step.now());
    note(step, "link.revoked", *link);
    step.done();
    return {};
}

std::vector<ShownLink> renew_other_links(Books& books, const Actor& actor) {
    Step step = books.begin(actor);
    std::vector<ShownLink> out;
    for (const auto kind : {LinkKind::Share, LinkKind::Archive, LinkKind::Preview})
        for (const auto& old : step->client_links.unrevoked(kind)) {
            const bool live = is_live(step, old);
            step->client_links.revoke(old.id, step.now());
            if (!live || kind == LinkKind::Preview) continue;
            auto link = give(step, kind, old.client, old.report, old.password);
            note(step, "link.made", link);
            out.push_back(shown(step, std::move(link)));
        }
    step.done();
    return out;
}

bool ask_for_link(Books& books, std::string_view token, const Actor& actor) {
    Step step = books.begin(actor);
    const auto link = step->client_links.find_digest(sha256_hex(token));
    if (!link || link->asked_at || is_live(step, *link)) return false;
    step->client_links.set_asked(link->id, step.now());
    std::optional<std::int64_t> report = link->report;
    if (!report) // of an archive the newest report says whose it was
        for (const auto& row : step->reports.list(std::nullopt, link->client))
            if (row.revision > 0) report = row.id;
    step->events.add(step.now(), step.actor(), "link.asked", report, subject_of(step, *link),
                     EventData().add("kind", to_string(link->kind)).add("link", link->n).text());
    step.done();
    return true;
}

namespace {

// The try is taken before it is looked at: a flood that comes at once has no more of them.
std::optional<std::string> take_try(Books& books, std::int64_t id) {
    Step step = books.begin();
    const auto link = step->client_links.find(id);
    if (!link || !link->password) return std::nullopt;
    if (link->waits_until && *link->waits_until > step.now()) return std::nullopt;
    const int tries = link->waits_until ? 1 : link->tries + 1; // the hour is over: anew
    std::optional<Instant> waits;
    if (tries >= kPasswordTries) waits = step.now() + kPasswordWait;
    step->client_links.set_tries(id, tries, waits);
    step.done();
    return link->password;
}

void forget_tries(Books& books, std::int64_t id) {
    Step step = books.begin();
    step->client_links.set_tries(id, 0, std::nullopt);
    step.done();
}

constexpr std::chrono::milliseconds kTurnPatience{1'000};

std::string pass_text(const Settings& settings, const ClientLinkRow& link,
                      const std::string& until) {
    return until + "." +
           base64url(hmac_sha256(settings.key.reveal(), "link-pass:" + std::to_string(link.id) +
                                                            ":" + until + ":" +
                                                            link.password.value_or("")));
}

} // namespace

Tried try_password(Books& books, std::int64_t link, const Secret& password) {
    const auto turn = HashTurn::take(kTurnPatience);
    if (!turn) return Tried::Busy;
    const auto hashed = take_try(books, link);
    if (!hashed) return Tried::Waits;
    if (password.reveal().size() > kPasswordBytesMax || !turn->is(password, *hashed))
        return Tried::Wrong;
    forget_tries(books, link);
    return Tried::Right;
}

std::string pass_of(const Settings& settings, const ClientLinkRow& link, Instant until) {
    return pass_text(settings, link, std::to_string(to_epoch_ms(until)));
}

bool is_pass(const Settings& settings, const ClientLinkRow& link, std::string_view pass,
             Instant now) {
    const std::string until(pass.substr(0, pass.find('.')));
    const auto ms = parse_integer(until);
    if (!ms || from_epoch_ms(*ms) <= now) return false;
    return equal_constant_time(pass, pass_text(settings, link, until));
}

} // namespace hb::books
