#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/rig.h"
#include "books/viewing.h"
#include "render/page.h"
#include "json/writer.h"

// What the roles that work on books share.
namespace hb::bench {

inline constexpr const char* kNowhere = "http://127.0.0.1:1/rest/1/sandbox/";
inline constexpr std::int64_t kRowsOfAPage = 2500; // what one request brings

std::unique_ptr<net::HttpClient> nobody(); // answers nothing

std::int64_t micros(double milliseconds);
double milliseconds_of(const std::function<void()>& work);
// The same without the time in which other programs of the machine had the cores.
double milliseconds_alone(const std::function<void()>& work);
// For figures whose tail counts: the 99th percentile of the wall clock would be about other
// programs on the machine. The books lie in the page cache, so nothing waits for the disk.
double cpu_milliseconds_of(const std::function<void()>& work);
void add_times(json::Writer& line, const std::string& name, const std::vector<double>& times);

DayRange month_before(Instant now, int back); // a whole one

// Entries `first` to `first + kRowsOfAPage - 1` with new ids, kept as a pull keeps one page.
void keep_page(Rig& rig, std::int64_t page, std::int64_t tasks);

struct Report {
    std::size_t lines = 0;
    std::size_t bytes = 0;
};

render::PageOptions page_options(); // of a page with the form

// What `report create` works out, and both forms in which people see it; nothing is stored.
Report make_report(books::Books& books, std::int64_t client, const DayRange& month);
// The same with the view kept.
domain::ReportView evaluate_report(books::Books& books, std::int64_t client, const DayRange& month);

} // namespace hb::bench
