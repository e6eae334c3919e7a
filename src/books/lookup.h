#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "books/step.h"
#include "domain/report_view.h"

// What is asked of the books about reports. Writes nothing.
namespace hb::books {

struct Created {
    domain::ReportView view; // id absent: nothing was free
    int exit_code = 0;       // G8: 0, 1 (something held, or no time at all), 4 (only held or late)
};

struct ByToken {
    std::int64_t report = 0;
    domain::ReportView view;
    bool withdrawn = false;    // recalled or cancelled: no figures
    store::ClientLinkRow link; // by which it was found
    bool seen = false;         // the client has looked at this revision before
    bool shared() const { return link.kind == store::LinkKind::Share; } // for reading alone
};
// Head: without lines, completeness and frozen text, which the revision's hash stands for.
enum class Detail { Head, Whole };

class Lookup {
public:
    explicit Lookup(const Reading& read) : read_(read) {}
    explicit Lookup(const Reading&& read) = delete; // it would outlive its books

    std::vector<domain::Contract> contracts_of(std::int64_t client);
    std::optional<domain::Contract> contract_on(std::int64_t client, Day day);

    // What Books::create() would make: nothing is stored, nothing is reserved.
    Result<Created> preview(const domain::Filter& filter, const Actor& actor);
    // Is what the filter names known? NotFound: a project or a work type that is not; the hint
    // lists those that are.
    Status check_filter(const domain::Filter& filter);
    Result<domain::ReportView> show(std::int64_t report);
    std::vector<domain::ReportView> list(std::optional<domain::State> state,
                                         std::optional<std::int64_t> client,
                                         std::string_view search);
    // A report by id or number.
    Result<std::int64_t> find_report(std::string_view id_or_number);

    // The ids of the draft's entries by remote: what is read again before freezing (G25).
    std::map<std::string, std::vector<std::string>> entries_to_read(std::int64_t report);
    // A fingerprint of what the draft would bill; send() compares it across the read before
    // freezing.
    std::string fingerprint(std::int64_t report);
    std::optional<ByToken> by_token(std::string_view token, Detail detail = Detail::Whole);

    // The late tray; `all`: with what was decided.
    std::vector<domain::LateRow> late(std::optional<std::int64_t> client, bool all);
    std::optional<int> percent_of_task(std::int64_t task);

private:
    const Reading& read_;
};

} // namespace hb::books
