
#include "app/arguments.h"
#include "app/commands/commands.h"
#include "app/config_settings.h"
#include "app/exit_code.h"
#include "app/lacking.h"
#include "base/limits.h"
#include "base/text.h"
#include "desk/terms.h"
#include "domain/locales.h"
#include "mapping/contract_file.h"
#include "render/columns.h"
#include "json/writer.h"

// contract list|show|apply
namespace hb::app {
namespace {

void add_terms(json::Writer& json, const domain::Contract& contract) {
    json.member("version", contract.version).key("contract").raw(mapping::contract_text(contract));
}

std::vector<domain::Contract> all_contracts(const Session& session) {
    std::vector<std::int64_t> clients;
    for (const auto& row : session.books().view()->contracts.all())
        if (std::find(clients.begin(), clients.end(), row.client) == clients.end())
            clients.push_back(row.client);
    std::vector<domain::Contract> out;
    for (const auto client : clients)
        for (auto& contract : session.books().contracts_of(client))
            out.push_back(std::move(contract));
    return out;
}

std::string client_name(const Session& session, const domain::Ref& client) {
    const books::View read = session.books().view();
    const auto company = read->sources.find_company(client);
    return company ? company->name : "";
}

std::string vat_words(const domain::Vat& vat) {
    if (vat.mode == domain::VatMode::None) return "no VAT";
    return domain::format_vat_rate(vat.rate_e4) + " % " + domain::to_string(vat.mode);
}

std::string rate_words(const domain::Contract& contract) {
    std::vector<std::string> amounts;
    for (const auto& rule : contract.rates)
        amounts.push_back(domain::format_amount(rule.amount, contract.currency));
    return join(amounts, " ") + " " + contract.currency.code;
}

int list(Session& session) {
    render::Columns table(
        {{"CLIENT"}, {"NAME"}, {"VERSION"}, {"FROM"}, {"VAT"}, {"RATES AN HOUR"}});
    json::Writer json;
    json.begin_object().key("contracts").begin_array();
    for (const auto& contract : all_contracts(session)) {
        const auto name = client_name(session, contract.client);
        table.add({to_string(contract.client), name, std::to_string(contract.version),
                   format_day(contract.valid_from), vat_words(contract.vat), rate_words(contract)});
        json.begin_object()
            .member("client", to_string(contract.client))
            .member("name", name)
            .member("version", contract.version)
            .member("valid_from", format_day(contract.valid_from))
            .member("currency", contract.currency.code)
            .end_object();
    }
    session.out.text(table.empty() ? "No contracts yet: hourbridge contract apply FILE"
                                   : table.text());
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

int show(Session& session, const std::string& client) {
    const auto ref = read_ref(session, client, {"company"});
    if (!ref) return session.out.fail(ref.error());
    const auto company = session.books().read()->sources.find_company(*ref);
    const auto contracts =
        company ? session.books().contracts_of(company->id) : std::vector<domain::Contract>{};
    if (contracts.empty())
        return session.out.fail(Error{Code::NotFound, "there is no contract of " + to_string(*ref),
                                      "", "hourbridge contract apply FILE"});
    json::Writer json;
    json.begin_object().member("client", to_string(*ref)).member("name", company->name);
    json.key("versions").begin_array();
    for (const auto& contract : contracts) {
        const std::string text = mapping::contract_text(contract);
        const auto document = json::Document::parse(text);
        json::Writer pretty(2);
        if (document) pretty.value(document->root());
        session.out.text("Version " + std::to_string(contract.version) + ", from " +
                         format_day(contract.valid_from) + "\n" +
                         (document ? pretty.text() : text));
        json.begin_object();
        add_terms(json, contract);
        json.end_object();
    }
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

// What the CRM can bill in (G12); a CRM that can't be asked is a warning, not a refusal.
std::vector<std::string> known_currencies(Session& session) {
    auto* crm = session.books().crm();
    if (crm == nullptr) return {};
    auto& clock = session.process.clock;
    while (crm->earliest() > clock.now()) clock.wait_until(crm->earliest());
    auto currencies = [crm] {
        const std::lock_guard<std::recursive_mutex> busy(*crm->busy);
        return crm->connector->currencies();
    }();
    if (currencies) return *currencies;
    session.out.note("warning: " + crm->row.name +
                     " could not be asked for its currencies: " + to_string(currencies.error()));
    return {};
}

mapping::ContractDefaults defaults_of(const Config& config) {
    mapping::ContractDefaults defaults{config.time_zone, config.locale, {}};
    for (const auto& remote : config.remotes)
        if (remote.connector != "bitrix24") defaults.project_remotes.push_back(remote.name);
    return defaults;
}

int apply(Session& session, const std::string& file, bool dry_run) {
    const std::string path = session.path(file);
    std::vector<mapping::FileProblem> problems;
    const auto text = session.read_argument(file);
    if (!text) {
        problems.push_back({path, 0, "", "can't read the contract: " + text.error().message,
                            "config/contracts.example.json shows one"});
        return session.out.fail(problems, "the contract was not applied");
    }
    const auto contract =
        mapping::parse_contract(*text, path, defaults_of(*session.config), problems);
    if (!contract || !problems.empty())
        return session.out.fail(problems, "the contract was not applied");
    if (!domain::is_shipped_locale(contract->locale)) {
        problems.push_back({path, 0, "/locale",
                            "there are no texts in this language: " + contract->locale,
                            "shipped are " + domain::shipped_locales()});
        return session.out.fail(problems, "the contract was not applied");
    }
    const auto client = read_ref(session, to_string(contract->client), {"company"});
    if (!client) return session.out.fail(client.error());
    // Terms in a currency that the CRM does not know would be found out when the client has agreed.
    if (const auto lacking = lacks(*session.config, session.config->crm_remote))
        return session.out.fail(*lacking);
    const auto applied = desk::apply_contract(session.books(), *contract, known_currencies(session),
                                              dry_run, session.actor());
    if (!applied) return session.out.fail(applied.error());
    const auto& done = applied->contract;
    session.out.text(std::string(dry_run ? "Would be" : "Is") + " in force: version " +
                     std::to_string(done.version) + " of " + to_string(done.client) + " (" +
                     client_name(session, done.client) + ") from " + format_day(done.valid_from));
    for (const auto& change : applied->changes) session.out.text("  " + change);
    for (const auto& warning : applied->warnings) session.out.note("warning: " + warning);
    json::Writer json;
    json.begin_object()
        .member("client", to_string(done.client))
        .member("name", client_name(session, done.client))
        .member("valid_from", format_day(done.valid_from));
    add_terms(json, done);
    json.member("dry_run", dry_run).key("changes").begin_array();
    for (const auto& change : applied->changes) json.string(change);
    json.end_array().key("warnings").begin_array();
    for (const auto& warning : applied->warnings) json.string(warning);
    session.out.document(json.end_array().end_object().text());
    return kDone;
}

} // namespace

void add_contract(Commands& commands) {
    Syntax group =
        commands.group("contract", "The terms of each client: rates, VAT, rounding, work types");
    commands.add(group, "list", "All contracts, with their versions", "contract list", Needs::Reads,
                 list);

    const auto client = std::make_shared<std::string>();
    commands
        .add(group, "show", "The terms of one client, every default filled in",
             "contract show bitrix24:company:12", Needs::Reads,
             [client](Session& session) { return show(session, *client); })
        .add_option("CLIENT", *client, "REMOTE:company:ID")
        .required();

    const auto file = std::make_shared<std::string>();
    const auto dry_run = std::make_shared<bool>(false);
    Syntax app =
        commands.add(group, "apply", "Put a contract file in force as the client's next version",
                     "contract apply acme.json --dry-run", Needs::Remotes,
                     [file, dry_run](Session& session) { return apply(session, *file, *dry_run); });
    app.add_option("FILE", *file, "JSON with comments; see config/contracts.example.json")
        .required();
    app.add_flag("--dry-run", *dry_run, "only say what would change");
    commands.takes_file([file] { return NamedFile{*file, FileUse::Read}; });
}

} // namespace hb::app
