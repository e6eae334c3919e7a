#include <algorithm>

#include "audit/reader.h"
#include "base/digest.h"
#include "base/text.h"
#include "engine/history_model.h"

// What each report costs, from the revisions of its entries and the version of its contract.
namespace hb::test {
namespace {

std::string text(const json::Value& data, const char* key) {
    return std::string(data[key].text_view().value_or(""));
}
bool is_one(const Cells& row, const char* column) {
    return row.at(column) == "1";
}
std::int64_t integer(const json::Value& data, const char* key) {
    const auto number = data[key].integer();
    return number ? *number : -1;
}

std::int64_t percent_e4(std::string_view text) {
    const auto point = text.find('.');
    std::string digits(text.substr(0, point));
    std::string fraction(point == std::string_view::npos ? "" : text.substr(point + 1));
    fraction.resize(4, '0');
    return std::stoll(digits + fraction);
}

ModelTerms model_of(const AuditTerms& terms) {
    ModelTerms out;
    out.rounding = terms.level;
    out.mode = terms.mode;
    out.step = terms.step;
    return out;
}

ModelTotals totals(std::int64_t sum, const AuditTerms& terms) {
    constexpr std::int64_t whole = 1'000'000; // 100 %
    if (terms.vat == "added") {
        const auto vat = round_half_away(sum * terms.vat_e4, whole);
        return {sum, vat, sum + vat};
    }
    if (terms.vat == "included") {
        const auto vat = round_half_away(sum * terms.vat_e4, whole + terms.vat_e4);
        return {sum - vat, vat, sum};
    }
    return {sum, 0, sum};
}

// With amounts of both signs each line has the tax on itself, rounded down; what is missing to the
// tax of the sum goes one each to the largest remainders.
std::vector<std::int64_t> gross_of(const std::vector<std::int64_t>& amounts,
                                   const AuditTerms& terms) {
    auto out = amounts;
    if (terms.vat != "added") return out;
    std::int64_t sum = 0;
    bool mixed = false;
    for (const auto amount : amounts) {
        sum += amount;
        mixed = mixed || amount < 0;
    }
    const auto tax = totals(sum, terms).vat;
    if (!mixed) {
        const auto parts = shares(tax, amounts);
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += parts[i];
        return out;
    }
    constexpr std::int64_t whole = 1'000'000;
    std::vector<std::int64_t> rest(amounts.size());
    std::vector<std::size_t> order(amounts.size());
    std::int64_t missing = tax;
    for (std::size_t i = 0; i < amounts.size(); ++i) {
        const auto product = amounts[i] * terms.vat_e4;
        rest[i] = (product % whole + whole) % whole;
        out[i] += (product - rest[i]) / whole;
        missing -= (product - rest[i]) / whole;
        order[i] = i;
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return rest[a] > rest[b]; });
    for (std::size_t i = 0; i < order.size() && missing > 0; ++i, --missing) ++out[order[i]];
    return out;
}

} // namespace

AuditTerms audit_terms(const json::Value& contract) {
    AuditTerms out;
    out.currency = text(contract, "currency");
    out.vat = text(contract["vat"], "mode");
    if (out.vat != "none") out.vat_e4 = percent_e4(text(contract["vat"], "rate"));
    const auto rounding = contract["rounding"];
    out.level = text(rounding, "level");
    out.mode = text(rounding, "mode");
    out.step = rounding["step_minutes"].missing() ? 0 : 60 * integer(rounding, "step_minutes");
    if (!rounding["step_seconds"].missing()) out.step = integer(rounding, "step_seconds");
    for (const auto rate : contract["rates"])
        out.rates.push_back({minor_of(text(rate, "amount")), text(rate, "project"),
                             text(rate, "work_type"), text(rate, "person"),
                             text(rate, "valid_from")});
    return out;
}

std::optional<std::int64_t> rate_of(const AuditTerms& terms, const std::string& project,
                                    const std::string& work_type, const std::string& person,
                                    const std::string& day) {
    std::optional<std::pair<int, std::string>> best; // scope, and the later valid_from
    std::int64_t amount = 0;
    for (const auto& rate : terms.rates) {
        if (!rate.project.empty() && rate.project != project) continue;
        if (!rate.person.empty() && rate.person != person) continue;
        if (!rate.work_type.empty() && fold_case(rate.work_type) != fold_case(work_type)) continue;
        if (rate.from > day) continue; // days in words are in the order of the calendar
        const int scope = (rate.person.empty() ? 0 : 4) + (rate.work_type.empty() ? 0 : 2) +
                          (rate.project.empty() ? 0 : 1);
        if (best && *best >= std::pair{scope, rate.from}) continue;
        best = {scope, rate.from};
        amount = rate.amount;
    }
    return best ? std::optional(amount) : std::nullopt;
}

std::string AuditReader::person_name(const std::string& id) const {
    const auto name = [this](const Cells& row) {
        return remotes_.at(row.at("remote"))->at("name") + ":user:" + row.at("remote_id");
    };
    const auto& person = *persons_.at(id);
    for (const auto& link : dump_.rows("links"))
        if (link.at("removed_at").empty() && link.at("subject") == name(person))
            return link.at("target");
    return person.at("same_as").empty() ? name(person) : name(*persons_.at(person.at("same_as")));
}

const AuditReader::Entry* AuditReader::entry(const Cells& allocation) const {
    const auto known = revisions_.find({allocation.at("entry"), allocation.at("entry_revision")});
    return known == revisions_.end() ? nullptr : &known->second;
}

void AuditReader::bills() {
    for (const auto& report : dump_.rows("reports")) {
        const int sent = std::stoi(report.at("revision"));
        for (int n = 1; n <= sent; ++n) bill(report, n);
        if (report.at("state") == "draft") bill(report, 0);
    }
    for (const auto& [key, lines] : lines_) {
        const auto* report = dump_.find("reports", "id", key.first);
        if (report == nullptr || std::stoi(report->at("revision")) < key.second)
            wrong("report " + key.first + " has no revision " + std::to_string(key.second) +
                  ", but lines of it");
    }
}

// The version that a frozen text names; a draft's own.
const Cells* AuditReader::contract_of(const Cells& report, int revision) const {
    if (revision == 0) return dump_.find("contracts", "id", report.at("contract"));
    for (const auto& row : dump_.rows("revisions")) {
        if (row.at("report") != report.at("id") || std::stoi(row.at("n")) != revision) continue;
        const auto frozen = json::Document::parse(row.at("canonical"));
        if (!frozen) return nullptr;
        const auto version = std::to_string(integer(frozen->root()["contract"], "version"));
        for (const auto& contract : dump_.rows("contracts"))
            if (contract.at("client") == report.at("client") && contract.at("version") == version)
                return &contract;
    }
    return nullptr;
}

void AuditReader::bill(const Cells& report, int revision) {
    const std::string who =
        "report " + report.at("id") + ", revision " + std::to_string(revision) + ": ";
    const auto* contract = contract_of(report, revision);
    if (contract == nullptr) return wrong(who + "the version of its contract is not there");
    const auto parsed = json::Document::parse(contract->at("text"));
    if (!parsed) return wrong(who + "its contract is no JSON");
    const auto terms = audit_terms(parsed->root());
    const auto lines = lines_[{report.at("id"), revision}];
    const auto known = versions_known(report, revision, *contract);
    const auto& now = report.at("state");
    if (revision > 0 && revision == std::stoi(report.at("revision")) && now != "draft" &&
        now != "cancelled" && now != "credited")
        frozen_days(report, revision, who);
    for (const auto* line : lines) {
        const std::string which = who + "line " + line->at("position") + ": ";
        std::int64_t seconds = 0;
        for (const auto* share : allocations_[line->at("id")]) {
            seconds += number_in(*share, "seconds");
            if (share->at("report") != report.at("id")) wrong(which + "time of another report");
        }
        if (seconds != number_in(*line, "worked_seconds"))
            wrong(which + "its time is " + std::to_string(seconds) + " s (rule 4)");
        if (line->at("kind") == "work")
            work_line(*line, known, which);
        else
            correction_line(*line, which);
    }
    money(lines, terms, who);
    sums(report, revision, lines, terms, who);
    if (revision > 0) frozen_text(report, revision, lines, who);
    const auto& state = report.at("state");
    if (revision > 0 && revision == std::stoi(report.at("revision")) &&
        (state == "agreed" || state == "invoiced" || state == "partly_paid" || state == "paid"))
        corrected(report, lines, terms, who);
    ++recomputed_;
}

void AuditReader::work_line(const Cells& line, const std::vector<const Cells*>& versions,
                            const std::string& who) {
    for (const auto* share : allocations_[line.at("id")]) {
        const auto* facts = entry(*share);
        if (facts == nullptr) {
            wrong(who + "the revision of entry " + share->at("entry") + " is not kept");
            continue;
        }
        if (facts->seconds != number_in(*share, "seconds"))
            wrong(who + "entry " + share->at("entry") + " had " + std::to_string(facts->seconds) +
                  " s (rule 1)");
        if (facts->task != number_in(line, "task"))
            wrong(who + "entry " + share->at("entry") + " was of another task");
        const auto of_day = json::Document::parse(version_on(versions, facts->day)->at("text"));
        guarded_share(line, *share, *facts, of_day->root(), who);
        if (!is_one(line, "billable")) continue;
        const auto terms = audit_terms(of_day->root());
        const auto rate = rate_of(terms, line.at("project"), line.at("work_type"),
                                  person_name(facts->person), facts->day);
        if (!rate || *rate != number_in(line, "rate"))
            wrong(who + "rate " + line.at("rate") + ", the contract says " +
                  (rate ? std::to_string(*rate) : "none") + " (G7)");
    }
}

// Rules 22, 27: what was decided, and by the terms of the bill that it corrects.
void AuditReader::correction_line(const Cells& line, const std::string& who) {
    const auto& shares = allocations_[line.at("id")];
    if (shares.size() != 1) return wrong(who + "a correction of more than one");
    const auto& origin = shares.front()->at("origin");
    const auto known = adjustments_.find(origin.substr(origin.find(':') + 1));
    if (origin.substr(0, 11) != "adjustment:" || known == adjustments_.end())
        return wrong(who + origin + " is not there");
    const auto& row = *known->second;
    if (row.at("decision") != "next_report") wrong(who + origin + " was not decided for it");
    const auto same = [&](const char* told, const char* column) {
        if (line.at(told) != row.at(column))
            wrong(who + told + " " + line.at(told) + ", decided " + row.at(column));
    };
    same("worked_seconds", "delta_seconds");
    same("billed_seconds", "delta_billed");
    same("amount", "delta_amount");
    if (!is_one(line, "billable")) return;
    const auto* billed = dump_.find("lines", "id", row.at("line"));
    const auto& rate = row.at("client").empty() ? billed->at("rate") : row.at("rate");
    if (line.at("rate") != rate) wrong(who + "rate " + line.at("rate") + ", billed by " + rate);
}

std::map<std::string, AuditReader::Group>
AuditReader::groups(const std::vector<const Cells*>& lines, const AuditTerms& terms,
                    const std::map<std::string, std::int64_t>& changed) const {
    std::map<std::string, Group> out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& line = *lines[i];
        const auto known = allocations_.find(line.at("id"));
        if (line.at("kind") != "work" || !is_one(line, "billable") || known == allocations_.end())
            continue;
        for (const auto* share : known->second) {
            const auto* facts = entry(*share);
            std::string key = "entry " + share->at("entry");
            if (terms.level == "task_day") key = line.at("task") + " " + (facts ? facts->day : "");
            if (terms.level == "task") key = line.at("task");
            if (terms.level == "report") key = "";
            auto& group = out[key];
            if (group.lines.empty() || group.lines.back() != i) {
                group.lines.push_back(i);
                group.raw.push_back(0);
            }
            const auto change = changed.find(share->at("entry"));
            group.raw.back() +=
                number_in(*share, "seconds") + (change == changed.end() ? 0 : change->second);
        }
    }
    return out;
}

// G6: rounding by the contract's groups, then one price a line.
void AuditReader::money(const std::vector<const Cells*>& lines, const AuditTerms& terms,
                        const std::string& who) {
    std::vector<std::int64_t> billed(lines.size(), 0), amounts;
    for (const auto& [key, group] : groups(lines, terms, {})) {
        std::int64_t sum = 0;
        for (const auto seconds : group.raw) sum += seconds;
        const auto parts = shares(rounded(sum, model_of(terms)), group.raw);
        for (std::size_t i = 0; i < parts.size(); ++i) billed[group.lines[i]] += parts[i];
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& line = *lines[i];
        const std::string which = who + "line " + line.at("position") + ": ";
        amounts.push_back(number_in(line, "amount"));
        if (line.at("kind") != "work") continue;
        if (number_in(line, "billed_seconds") != billed[i])
            wrong(which + line.at("billed_seconds") + " s billed, rounding gives " +
                  std::to_string(billed[i]) + " (G6)");
        const auto amount =
            is_one(line, "billable") ? price_of(number_in(line, "rate"), billed[i]) : 0;
        if (amounts.back() != amount)
            wrong(which + "it costs " + std::to_string(amount) + ", not " + line.at("amount"));
    }
    const auto gross = gross_of(amounts, terms);
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (number_in(*lines[i], "gross") != gross[i])
            wrong(who + "line " + lines[i]->at("position") + ": with its tax it costs " +
                  std::to_string(gross[i]) + ", not " + lines[i]->at("gross") + " (G5)");
}

void AuditReader::sums(const Cells& report, int revision, const std::vector<const Cells*>& lines,
                       const AuditTerms& terms, const std::string& who) {
    const auto sent = std::stoi(report.at("revision"));
    const bool draft = report.at("state") == "draft" ||
                       (report.at("state") == "cancelled" && report.at("sent_at").empty());
    const bool counts = draft ? revision == 0 : revision == sent;
    std::int64_t worked = 0, billed = 0, free = 0, amount = 0;
    for (const auto* line : lines) {
        worked += number_in(*line, "worked_seconds");
        billed += number_in(*line, "billed_seconds");
        free += is_one(*line, "billable") ? 0 : number_in(*line, "worked_seconds");
        amount += number_in(*line, "amount");
    }
    const auto money = totals(amount, terms);
    const std::pair<const char*, std::int64_t> told[] = {
        {"worked_seconds", worked},   {"billed_seconds", billed}, {"nonbillable_seconds", free},
        {"subtotal", money.subtotal}, {"vat", money.vat},         {"total", money.total},
    };
    for (const auto& [column, value] : told) {
        if (counts && number_in(report, column) != value)
            wrong(who + column + std::string(" is ") + report.at(column) + ", its lines give " +
                  std::to_string(value));
        if (revision == 0) continue;
        const auto& row = *std::find_if(
            dump_.rows("revisions").begin(), dump_.rows("revisions").end(), [&](const Cells& r) {
                return r.at("report") == report.at("id") && std::stoi(r.at("n")) == revision;
            });
        const auto frozen = json::Document::parse(row.at("canonical"));
        const auto value_there = frozen->root()[column];
        const auto there = value_there.is_number() ? *value_there.integer()
                                                   : minor_of(text(frozen->root(), column));
        if (there != value)
            wrong(who + column + std::string(" was told as ") + std::to_string(there) +
                  ", its lines give " + std::to_string(value));
    }
    if (revision == 0) return;
    const auto& totals_told = stories_[report.at("id")].totals;
    const auto total = totals_told.find(revision);
    if (total != totals_told.end() &&
        minor_of(total->second.substr(0, total->second.find(' '))) != money.total)
        wrong(who + "the log says " + total->second + ", its lines give " +
              std::to_string(money.total));
}

// G22: the text that the client agreed to, line by line.
void AuditReader::frozen_text(const Cells& report, int revision,
                              const std::vector<const Cells*>& lines, const std::string& who) {
    const Cells* row = nullptr;
    for (const auto& one : dump_.rows("revisions"))
        if (one.at("report") == report.at("id") && std::stoi(one.at("n")) == revision) row = &one;
    if (row == nullptr) return wrong(who + "its text is not kept");
    if (sha256_hex(row->at("canonical")) != row->at("hash")) wrong(who + "another hash");
    const auto parsed = json::Document::parse(row->at("canonical"));
    const auto frozen = parsed->root();
    nothing_empty(frozen, who);
    if (text(frozen, "number") != report.at("number")) wrong(who + "another number");
    const auto* contract = contract_of(report, revision);
    const auto terms = json::Document::parse(contract->at("text"));
    if (!(audit_terms(frozen["contract"]) == audit_terms(terms->root())))
        wrong(who + "its terms are not those of version " + contract->at("version"));
    if (text(frozen, "currency") != text(terms->root(), "currency")) wrong(who + "its currency");
    if (frozen["lines"].size() != lines.size()) return wrong(who + "other lines were shown");
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto shown = frozen["lines"][i];
        const auto& line = *lines[i];
        const bool same =
            text(shown, "kind") == line.at("kind") &&
            text(shown["task"], "title") == line.at("task_title") &&
            text(shown, "work_type") == line.at("work_type") &&
            text(shown, "reason") == line.at("reason") &&
            *shown["billable"].boolean() == is_one(line, "billable") &&
            integer(shown, "worked_seconds") == number_in(line, "worked_seconds") &&
            integer(shown, "billed_seconds") == number_in(line, "billed_seconds") &&
            minor_of(text(shown, "amount")) == number_in(line, "amount") &&
            minor_of(text(shown, "gross")) == number_in(line, "gross") &&
            (shown["rate"].null() || minor_of(text(shown, "rate")) == number_in(line, "rate"));
        if (!same) wrong(who + "line " + line.at("position") + " is not the one that was shown");
    }
}

// G10: a bill and what was decided about it cost what its time costs now. Bills with write-offs or
// transfers follow other stories.
void AuditReader::corrected(const Cells& report, const std::vector<const Cells*>& lines,
                            const AuditTerms& terms, const std::string& who) {
    std::map<std::string, std::int64_t> changed;
    std::int64_t told = 0;
    for (const auto& row : dump_.rows("adjustments")) {
        if (row.at("report") != report.at("id") || is_one(row, "replaced")) continue;
        if (row.at("decision").empty()) continue;
        if (row.at("decision") == "write_off" || is_one(row, "transfer")) return;
        changed[row.at("entry")] += number_in(row, "delta_seconds");
        told += number_in(row, "delta_amount");
    }
    if (changed.empty()) return;
    std::vector<std::int64_t> billed(lines.size(), 0);
    for (const auto& [key, group] : groups(lines, terms, changed)) {
        std::int64_t sum = 0;
        for (const auto seconds : group.raw) sum += seconds;
        const auto parts = shares(rounded(sum, model_of(terms)), group.raw);
        for (std::size_t i = 0; i < parts.size(); ++i) billed[group.lines[i]] += parts[i];
    }
    std::int64_t difference = 0;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (lines[i]->at("kind") == "work")
            difference +=
                price_of(number_in(*lines[i], "rate"), billed[i]) - number_in(*lines[i], "amount");
    if (difference != told)
        wrong(who + "its corrections come to " + std::to_string(told) + ", its time to " +
              std::to_string(difference));
}

} // namespace hb::test
