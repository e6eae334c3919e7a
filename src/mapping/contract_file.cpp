#include "mapping/contract_file.h"

#include "mapping/files.h"
#include "mapping/glossary.h"
#include "mapping/nonbillable.h"
#include "json/writer.h"

namespace hb::mapping {

namespace embedded {
extern const std::string_view kContractSchema;
}

namespace {

using json::Value;

std::string plain(const Value& value) {
    return value.is_string() ? *value.string() : std::string();
}

// Finds the value of an enum whose word stands here; the schema reports every other word.
template <class Enum, std::size_t n>
Enum choice(const Value& value, const Enum (&all)[n], Enum otherwise) {
    for (const Enum each : all)
        if (plain(value) == to_string(each)) return each;
    return otherwise;
}

class ContractReader {
public:
    ContractReader(EditedFile& file, const ContractDefaults& defaults)
        : file_(file), defaults_(defaults) {}

    domain::Contract read() {
        const Value root = file_.root();
        contract_.client = ref(root["client"]).value_or(domain::Ref());
        if (const auto from = day(root["valid_from"])) contract_.valid_from = *from;
        currency(root["currency"]);
        vat(root["vat"]);
        contract_.own_company = ref(root["own_company"]);
        contract_.time_zone = text_or(root["time_zone"], defaults_.time_zone);
        contract_.locale = text_or(root["locale"], defaults_.locale);
        rounding(root["rounding"]);
        for (const Value& rule : root["rates"]) rate(rule);
        for (const Value& row : root["work_types"]) work_type(row);
        contract_.nonbillable =
            read_nonbillable(file_, root["nonbillable"], plain, [this](const std::string& group) {
                return group_text(group, defaults_.project_remotes);
            });
        contract_.words = read_glossary(file_, root["words"], plain);
        late_policy(root["late_policy"]);
        if (plain(root["people"]) == "hidden") contract_.people = domain::PeopleShown::Hidden;
        contract_.accept_long_records = plain(root["long_records"]) == "accept";
        contract_.ignore_planner_flags = plain(root["planner_flags"]) == "ignore";
        return std::move(contract_);
    }

private:
    static std::string text_or(const Value& value, const std::string& otherwise) {
        return value.is_string() ? *value.string() : otherwise;
    }

    static bool flag_or(const Value& value, bool otherwise) {
        const auto flag = value.boolean();
        return flag ? *flag : otherwise;
    }

    void refuse(const Value& value, const Error& error) {
        file_.problem(value, error.message, error.hint);
    }

    std::optional<domain::Ref> ref(const Value& value) {
        if (!value.is_string() || file_.told_at(value.path())) return std::nullopt;
        auto parsed = domain::parse_ref(plain(value));
        if (parsed) return project_ref(*parsed, defaults_.project_remotes);
        refuse(value, parsed.error());
        return std::nullopt;
    }

    std::optional<Day> day(const Value& value) {
        if (!value.is_string() || file_.told_at(value.path())) return std::nullopt;
        const auto parsed = parse_day(plain(value));
        if (parsed) return *parsed;
        refuse(value, parsed.error());
        return std::nullopt;
    }

    void currency(const Value& value) {
        if (!value.is_string() || file_.told_at(value.path())) return;
        const auto found = domain::find_currency(plain(value));
        if (found)
            contract_.currency = *found;
        else
            refuse(value, found.error());
    }

    void vat(const Value& value) {
        if (!value.is_object()) return;
        using domain::VatMode;
        contract_.vat.mode = choice(
            value["mode"], {VatMode::None, VatMode::Added, VatMode::Included}, VatMode::None);
        const Value rate = value["rate"];
        if (!rate.is_string()) return;
        const auto parsed = domain::parse_vat_rate(plain(rate));
        if (parsed)
            contract_.vat.rate_e4 = *parsed;
        else
            refuse(rate, parsed.error());
    }

    void rounding(const Value& value) {
        using domain::RoundingLevel;
        using domain::RoundingMode;
        domain::Rounding& out = contract_.rounding;
        out.level = choice(value["level"],
                           {RoundingLevel::None, RoundingLevel::Entry, RoundingLevel::TaskDay,
                            RoundingLevel::Task, RoundingLevel::Report},
                           RoundingLevel::None);
        if (out.level == RoundingLevel::None) return; // a step means nothing then
        out.mode =
            choice(value["mode"], {RoundingMode::Up, RoundingMode::Down, RoundingMode::Nearest},
                   RoundingMode::Up);
        if (!value["step_minutes"].missing() && !value["step_seconds"].missing())
            file_.problem(value["step_seconds"], "the step stands here twice",
                          "leave out step_seconds or step_minutes");
        if (const auto seconds = value["step_seconds"].integer()) out.step_seconds = *seconds;
        if (const auto minutes = value["step_minutes"].integer(); minutes && *minutes <= 24 * 60)
            out.step_seconds = *minutes * 60;
    }

    void rate(const Value& value) {
        if (!value.is_object()) return;
        domain::RateRule rule;
        rule.project = ref(value["project"]);
        rule.work_type = plain(value["work_type"]);
        rule.person = ref(value["person"]);
        rule.valid_from = day(value["valid_from"]);
        rule.amount = amount(value["amount"]);
        contract_.rates.push_back(std::move(rule));
    }

    std::int64_t amount(const Value& value) {
        if (!value.is_string()) return 0;
        if (!plain(value).empty() && plain(value).front() == '-') {
            file_.problem(value, "a rate can't be negative, got " + value.dump(),
                          "work that costs nothing goes to \"nonbillable\"");
            return 0;
        }
        // How many decimals are right is known only with the currency.
        if (contract_.currency.code.empty()) return 0;
        const auto parsed = domain::parse_amount(plain(value), contract_.currency);
        if (parsed) return *parsed;
        refuse(value, parsed.error());
        return 0;
    }

    void work_type(const Value& value) {
        if (!value.is_object()) return;
        contract_.work_types.push_back({plain(value["tag"]), plain(value["type"]),
                                        flag_or(value["billable"], true),
                                        flag_or(value["overhead"], false), plain(value["reason"])});
    }

    void late_policy(const Value& value) {
        using domain::LatePolicy;
        if (value.is_string())
            contract_.late_policy =
                choice(value, {LatePolicy::Ask, LatePolicy::NextReport, LatePolicy::WriteOff},
                       LatePolicy::Ask);
    }

    EditedFile& file_;
    const ContractDefaults& defaults_;
    domain::Contract contract_;
};

// What could not be read is missing in the contract; the reading told why, and once is enough.
bool is_news(const EditedFile& file, const std::string& path) {
    if (file.told_at(path)) return false;
    if (path == "/vat/rate" && file.told_at("/vat/mode")) return false;
    const bool absent = file.root().pointer(path).missing();
    return !absent || !file.told_at(path.substr(0, path.rfind('/')));
}

} // namespace

std::optional<domain::Contract> parse_contract(std::string_view text, const std::string& file,
                                               const ContractDefaults& defaults,
                                               std::vector<FileProblem>& problems) {
    EditedFile edited(file, problems);
    if (!edited.read(text, embedded::kContractSchema)) return std::nullopt;
    if (!edited.root().is_object()) return std::nullopt;
    domain::Contract contract = ContractReader(edited, defaults).read();
    for (const domain::ContractProblem& each : domain::problems_of(contract))
        if (is_news(edited, each.path)) edited.problem_at(each.path, each.message, each.hint);
    if (!edited.finish()) return std::nullopt;
    return contract;
}

} // namespace hb::mapping
