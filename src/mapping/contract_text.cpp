#include "mapping/contract_file.h"
#include "json/writer.h"

namespace hb::mapping {

namespace {

using json::Writer;

void write_vat(Writer& out, const domain::Vat& vat) {
    out.key("vat").begin_object().member("mode", domain::to_string(vat.mode));
    if (vat.mode != domain::VatMode::None) out.member("rate", domain::format_vat_rate(vat.rate_e4));
    out.end_object();
}

void write_rounding(Writer& out, const domain::Rounding& rounding) {
    out.key("rounding").begin_object().member("level", domain::to_string(rounding.level));
    if (rounding.level != domain::RoundingLevel::None) {
        const bool minutes = rounding.step_seconds % 60 == 0;
        out.member(minutes ? "step_minutes" : "step_seconds",
                   minutes ? rounding.step_seconds / 60 : rounding.step_seconds);
        out.member("mode", domain::to_string(rounding.mode));
    }
    out.end_object();
}

void write_rates(Writer& out, const domain::Contract& contract) {
    out.key("rates").begin_array();
    for (const domain::RateRule& rule : contract.rates) {
        out.begin_object();
        if (rule.project) out.member("project", domain::to_string(*rule.project));
        if (!rule.work_type.empty()) out.member("work_type", rule.work_type);
        if (rule.person) out.member("person", domain::to_string(*rule.person));
        if (rule.valid_from) out.member("valid_from", format_day(*rule.valid_from));
        out.member("amount", domain::format_amount(rule.amount, contract.currency)).end_object();
    }
    out.end_array();
}

void write_work_types(Writer& out, const std::vector<domain::WorkType>& rows) {
    out.key("work_types").begin_array();
    for (const domain::WorkType& row : rows) {
        out.begin_object().member("tag", row.tag).member("type", row.type);
        out.member("billable", row.billable).member("overhead", row.overhead);
        if (!row.reason.empty()) out.member("reason", row.reason);
        out.end_object();
    }
    out.end_array();
}

void write_nonbillable(Writer& out, const std::vector<domain::NonBillableRule>& rules) {
    out.key("nonbillable").begin_array();
    for (const domain::NonBillableRule& rule : rules) {
        out.begin_object();
        if (!rule.tag.empty()) out.member("tag", rule.tag);
        if (!rule.group.empty()) out.member("group", rule.group);
        if (!rule.work_type.empty()) out.member("work_type", rule.work_type);
        out.member("reason", rule.reason).end_object();
    }
    out.end_array();
}

void write_wordings(Writer& out, std::string_view name,
                    const std::map<std::string, domain::Wording, std::less<>>& rows) {
    if (rows.empty()) return;
    out.key(name).begin_object();
    for (const auto& [word, wording] : rows) {
        const auto all = wording.find("");
        if (wording.size() == 1 && all != wording.end()) {
            out.member(word, all->second);
            continue;
        }
        out.key(word).begin_object();
        for (const auto& [language, text] : wording) out.member(language, text);
        out.end_object();
    }
    out.end_object();
}

void write_words(Writer& out, const domain::Glossary& words) {
    if (words.empty()) return;
    out.key("words").begin_object();
    write_wordings(out, "reasons", words.reasons);
    write_wordings(out, "types", words.types);
    out.end_object();
}

} // namespace

std::string contract_text(const domain::Contract& contract) {
    Writer out(2);
    out.begin_object();
    out.member("client", domain::to_string(contract.client));
    out.member("valid_from", format_day(contract.valid_from));
    out.member("currency", contract.currency.code);
    write_vat(out, contract.vat);
    if (contract.own_company) out.member("own_company", domain::to_string(*contract.own_company));
    out.member("time_zone", contract.time_zone).member("locale", contract.locale);
    write_rounding(out, contract.rounding);
    write_rates(out, contract);
    write_work_types(out, contract.work_types);
    write_nonbillable(out, contract.nonbillable);
    write_words(out, contract.words);
    if (contract.late_policy) out.member("late_policy", domain::to_string(*contract.late_policy));
    const bool names = contract.people == domain::PeopleShown::Names;
    out.member("people", names ? "names" : "hidden");
    if (contract.ignore_planner_flags) out.member("planner_flags", "ignore");
    if (contract.accept_long_records) out.member("long_records", "accept");
    return out.end_object().take();
}

} // namespace hb::mapping
