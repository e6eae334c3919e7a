#include "domain/purpose.h"

namespace hb::domain {
namespace {

std::string of(const char* what, std::int64_t id, std::string_view more) {
    return std::string(what) + " " + std::to_string(id) + " " + std::string(more);
}
std::string of_report(std::int64_t report, std::string_view what) {
    return of("report", report, what);
}
std::string of_card(std::int64_t card, std::string_view what) {
    return of("card", card, what);
}
std::string notice(std::string_view what, std::string_view which) {
    return "notice " + std::string(what) + " " + std::string(which);
}
std::string number_at(std::int64_t number, Instant now) {
    return std::to_string(number) + " " + std::to_string(to_epoch_seconds(now));
}

} // namespace

Purpose Purpose::deal(std::int64_t report) {
    return Purpose(of_report(report, "deal"));
}
Purpose Purpose::deal_rows(std::int64_t report) {
    return Purpose(of_report(report, "rows"));
}
Purpose Purpose::deal_failed(std::int64_t report) {
    return Purpose(of_report(report, "stage"));
}
Purpose Purpose::deal_restored(std::int64_t report) {
    return Purpose(of_report(report, "deal restored"));
}
Purpose Purpose::invoice(std::int64_t report) {
    return Purpose(of_report(report, "invoice"));
}
Purpose Purpose::invoice_rows(std::int64_t report) {
    return Purpose(of_report(report, "invoice rows"));
}
Purpose Purpose::invoice_failed(std::int64_t report) {
    return Purpose(of_report(report, "invoice stage"));
}
Purpose Purpose::invoice_restored(std::int64_t report) {
    return Purpose(of_report(report, "invoice restored"));
}
Purpose Purpose::document(std::int64_t report, std::string_view template_id) {
    return Purpose(of_report(report, "document " + std::string(template_id)));
}
Purpose Purpose::comment(std::int64_t report, std::string_view step) {
    return Purpose(of_report(report, "comment " + std::string(step)));
}
Purpose Purpose::card(std::int64_t report) {
    return Purpose(of_report(report, "card"));
}
Purpose Purpose::card_fields(std::int64_t report) {
    return Purpose(of_report(report, "card fields"));
}
Purpose Purpose::card_files(std::int64_t report) {
    return Purpose(of_report(report, "card files"));
}

Purpose Purpose::card_state(std::int64_t card) {
    return Purpose(of_card(card, "state"));
}
Purpose Purpose::card_adoption(std::int64_t card) {
    return Purpose(of_card(card, "adopt"));
}
Purpose Purpose::card_comment(std::int64_t card, std::int64_t n) {
    return Purpose(of_card(card, "comment " + std::to_string(n)));
}

Purpose Purpose::task_mark(std::int64_t task) {
    return Purpose(of("task", task, "mark"));
}
Purpose Purpose::entry_mark(std::int64_t entry) {
    return Purpose(of("entry", entry, "mark"));
}
Purpose Purpose::mark_setup(std::string_view remote) {
    return Purpose("marks of " + std::string(remote));
}
Purpose Purpose::mark_field(std::string_view remote, std::string_view field) {
    return Purpose("field " + std::string(remote) + " " + std::string(field));
}

Purpose Purpose::notice_of_event(std::int64_t event) {
    return Purpose(notice("event", std::to_string(event)));
}
Purpose Purpose::notice_of_outage(std::string_view remote, std::string_view since) {
    return Purpose(notice("outage", std::string(remote) + " " + std::string(since)));
}
Purpose Purpose::notice_of_stuck(std::int64_t op, Instant now) {
    return Purpose(notice("stuck", number_at(op, now)));
}
Purpose Purpose::notice_of_remote(std::string_view what, std::int64_t remote, Instant now) {
    return Purpose(notice(what, number_at(remote, now)));
}
Purpose Purpose::notice_of_bill(std::int64_t report, std::int64_t times) {
    return Purpose(notice("overdue", std::to_string(report) + " " + std::to_string(times)));
}
Purpose Purpose::notice_test(std::string_view id) {
    return Purpose(notice("test", id));
}
Purpose Purpose::by_rule(std::size_t rule) const {
    return Purpose(text_ + " " + std::to_string(rule));
}
Purpose Purpose::again(int times) const {
    return Purpose(text_ + " " + std::to_string(times));
}

} // namespace hb::domain
