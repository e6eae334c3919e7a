#include <map>

#include "app/command.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "base/text.h"
#include "books/client_links.h"
#include "books/unbilled.h"
#include "domain/names.h"
#include "domain/versions.h"
#include "render/columns.h"
#include "store/unbilled.h"
#include "json/writer.h"

// client list: who can be billed, and by which name commands know them
namespace hb::app {
namespace {

struct Options {
    std::string name;
    bool all = false;
};

struct Client {
    store::CompanyRow company;
    std::vector<domain::Contract> versions;
    std::int64_t seconds = 0; // in the books, billed or not
};

bool is_meant(const Client& client, const Options& options) {
    if (!options.name.empty())
        return !domain::names_meant(options.name, {client.company.name}).empty();
    return options.all || !client.versions.empty() || client.seconds > 0;
}

std::vector<Client> clients(Session& session, const Options& options) {
    std::map<std::int64_t, std::int64_t> seconds;
    for (const auto& time : session.books().view()->overview.time_of_clients())
        if (time.client) seconds[*time.client] = time.seconds;
    std::vector<Client> out;
    for (const auto& remote : session.books().remotes)
        for (auto& company : session.books().view()->sources.companies(remote->row.id)) {
            if (company.own || !company.known) continue;
            Client client{std::move(company), {}, 0};
            client.seconds = seconds[client.company.id];
            client.versions = session.books().contracts_of(client.company.id);
            if (is_meant(client, options)) out.push_back(std::move(client));
        }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return std::tie(a.company.name, a.company.id) < std::tie(b.company.name, b.company.id);
    });
    return out;
}

std::optional<std::string> archive_of(Session& session, std::int64_t client) {
    const books::Read read = session.books().read();
    return books::archive_url(read, client);
}

int list(Session& session, const Options& options) {
    const Day today = session.books().settings.zone.day_of(session.process.clock.now());
    render::Columns table({{"CLIENT"},
                           {"NAME"},
                           {"TERMS"},
                           {"FROM"},
                           {""},
                           {"TIME", render::Align::Right},
                           {"ARCHIVE"}});
    json::Writer json;
    json.begin_object().key("clients").begin_array();
    for (const auto& client : clients(session, options)) {
        const auto* terms = domain::in_force(client.versions, today);
        const std::string ref = to_string(client.company.ref);
        json.begin_object().member("ref", ref).member("name", client.company.name);
        json.member("terms", terms != nullptr);
        if (terms != nullptr)
            json.member("version", terms->version)
                .member("valid_from", format_day(terms->valid_from))
                .member("currency", terms->currency.code);
        json.member("seconds", client.seconds).key("archive_url");
        const auto archive = archive_of(session, client.company.id);
        archive ? json.string(*archive) : json.null();
        json.end_object();
        table.add({ref, client.company.name,
                   terms != nullptr ? "version " + std::to_string(terms->version) : "no terms",
                   terms != nullptr ? format_day(terms->valid_from) : "",
                   terms != nullptr ? terms->currency.code : "", format_duration(client.seconds),
                   archive.value_or("")});
    }
    session.out.text(table.empty() ? options.name.empty()
                                         ? "No client has terms or time yet; --all lists all "
                                           "companies of the CRM."
                                         : "No client is called so."
                                   : table.text());
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

} // namespace

void add_client(Commands& commands) {
    Syntax group = commands.group("client", "The companies that time belongs to");
    const auto options = std::make_shared<Options>();
    Syntax app = commands.add(
        group, "list", "Clients with terms or time, and what they are called here", "client list",
        Needs::Reads, [options](Session& session) { return list(session, *options); });
    app.add_option("NAME", options->name, "only those whose name begins so, of the whole CRM");
    app.add_flag("--all", options->all, "also companies without terms and without time");
}

} // namespace hb::app
