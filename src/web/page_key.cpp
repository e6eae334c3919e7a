#include "web/page_key.h"

#include <concepts>
#include <type_traits>

namespace hb::web {
namespace {

// Each value with its length before it: no two lists of values read alike.
class Key {
public:
    Key& add(std::string_view text) {
        text_ += std::to_string(text.size()) + ":";
        text_ += text;
        return *this;
    }
    template <class T>
    requires std::integral<T> Key& add(T number) {
        return add(std::string_view(std::to_string(number)));
    }
    template <class T>
    requires std::is_enum_v<T> Key& add(T value) { return add(static_cast<int>(value)); }
    Key& add(const std::string& text) { return add(std::string_view(text)); }
    Key& add(const std::optional<std::string>& text) {
        add(text.has_value());
        return add(std::string_view(text ? *text : std::string()));
    }
    Key& add(Day day) { return add(to_epoch_days(day)); }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

void add_options(Key& key, const render::PageOptions& options) {
    const auto& [style_path, icon_path, logo_path, agree_path, project_path, task_path, report_path,
                 typed_name, typed_email, message, pdf_path, xlsx_path, csv_path, json_path,
                 archive_path, inactive, staff] = options;
    (void)inactive, (void)staff; // of previews, which are not kept
    key.add(style_path).add(icon_path).add(logo_path).add(agree_path).add(message);
    key.add(project_path).add(task_path).add(report_path).add(typed_name).add(typed_email);
    key.add(pdf_path).add(xlsx_path).add(csv_path).add(json_path).add(archive_path);
}

} // namespace

std::string page_key(std::string_view form, const domain::ReportView& head,
                     const render::PageOptions& options) {
    // Every field has to be named here, so a new one does not compile before somebody has decided
    // whether the client sees it.
    const auto& [id, number, state, client_ref, client_name, own_company, period, filter_json,
                 currency, revision, hash, url, worked_seconds, billed_seconds, nonbillable_seconds,
                 totals, vat, paid, surplus, lines, completeness, late, excluded, warnings, deal,
                 invoice, card, documents, freshness, drifted, sending, questions, note, people,
                 locale, rounding, agreed_on, agreed_by, canonical, frozen_at, archive_url,
                 preview_url, opened, changed_since, changes, due_on, agreed_time, words, brand] =
        head;
    // Frozen with the revision: lines, words, completeness, canonical, frozen_at. Of staff alone:
    // the others.
    (void)lines, (void)words, (void)completeness, (void)canonical, (void)frozen_at, (void)late,
        (void)excluded, (void)warnings, (void)freshness, (void)sending, (void)questions, (void)note,
        (void)archive_url, (void)preview_url, (void)opened, (void)changes;
    Key key;
    key.add(form).add(hash).add(revision).add(id.value_or(0)).add(number).add(state);
    key.add(client_ref).add(client_name).add(own_company.has_value());
    if (own_company) key.add(to_string(own_company->ref)).add(own_company->name);
    key.add(period.from).add(period.to).add(filter_json).add(url);
    key.add(currency.code).add(currency.exponent).add(worked_seconds).add(billed_seconds);
    key.add(nonbillable_seconds).add(totals.subtotal).add(totals.vat).add(totals.total);
    key.add(vat.mode).add(vat.rate_e4).add(paid).add(surplus);
    key.add(deal).add(invoice).add(card).add(documents.size());
    for (const std::string& document : documents) key.add(document);
    key.add(people).add(locale);
    key.add(rounding.level).add(rounding.mode).add(rounding.step_seconds);
    key.add(drifted).add(agreed_on.has_value()).add(agreed_by);
    if (agreed_on) key.add(*agreed_on);
    key.add(changed_since);
    key.add(due_on.has_value()).add(agreed_time);
    if (due_on) key.add(*due_on);
    key.add(brand ? brand->fingerprint : std::string());
    add_options(key, options);
    return key.take();
}

} // namespace hb::web
