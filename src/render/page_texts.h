#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "render/locale.h"
#include "render/report_view.h"

// What the client's page says and draws beside the lines themselves.
namespace hb::render {

// The total is nothing, or in the client's favour: there is no invoice to wait for.
bool is_free(const domain::ReportView& view);

// "Partly paid: 860.00 BYN of 1,860.00 BYN paid"
std::string state_text(const Words& words, const domain::ReportView& view);
// What the client does next, or waits for; "" in a draft.
std::string next_text(const Words& words, const domain::ReportView& view);

// "Agreed by Ann Lee on 2 April 2026.", in pieces, since the name has its own direction of writing.
struct AgreedText {
    std::string before, name, after; // all empty: it is not agreed
};
AgreedText agreed_text(const Words& words, const domain::ReportView& view);

struct Bar {
    std::string name;
    std::int64_t seconds = 0;
    int length = 0;  // of the longest bar's 1,000
    int percent = 0; // of all bars
};
// The longest first, at most eight: behind the seventh the rest is one bar. What is not above zero
// has none. Empty: fewer than two bars, which show nothing.
std::vector<Bar> bars_of(std::vector<Bar> named, std::string_view rest);
// By project and by type of work: the time that is billed.
std::vector<Bar> project_bars(const Words& words, const domain::ReportView& view);
std::vector<Bar> type_bars(const Words& words, const domain::ReportView& view);

// Whether a sum is so long that a printed table has no room for it beside its other columns.
bool has_long_numbers(const Words& words, const domain::ReportView& view);

} // namespace hb::render
