#include "web/process_figures.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include "base/text.h"
#include "base/uptime.h"

namespace hb::web {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

std::int64_t us_of(const timeval& time) {
    return time.tv_sec * kSecond + time.tv_usec;
}

// proc(5): what follows the name in brackets, from field 3 on.
std::vector<std::string> stat_fields() {
    std::ifstream in("/proc/self/stat");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto end = text.rfind(')');
    std::vector<std::string> out;
    if (end == std::string::npos || end + 2 > text.size()) return out;
    for (const auto field : split(std::string_view(text).substr(end + 2), ' '))
        out.emplace_back(field);
    return out;
}

std::int64_t field(const std::vector<std::string>& fields, std::size_t number) {
    const auto at = number - 3;
    return at < fields.size() ? parse_integer(fields[at]).value_or(0) : 0;
}

// The start is told in ticks since the machine's start.
std::int64_t start_us(std::int64_t ticks, Instant now) {
    if (ticks == 0) return 0;
    const auto per_second = std::max<std::int64_t>(::sysconf(_SC_CLK_TCK), 1);
    const auto age = running_time().count() * 1000 - ticks * (kSecond / per_second);
    return to_epoch_ms(now) * 1000 - age;
}

std::int64_t count_fds() {
    std::error_code trouble;
    std::int64_t count = 0;
    for (std::filesystem::directory_iterator at("/proc/self/fd", trouble), end;
         !trouble && at != end; at.increment(trouble))
        ++count;
    return count;
}

} // namespace

ProcessFigures read_process(const std::optional<Instant>& now) {
    ProcessFigures out;
    const auto fields = stat_fields();
    if (now) out.started_us = start_us(field(fields, 22), *now);
    out.virtual_bytes = field(fields, 23);
    out.resident_bytes = field(fields, 24) * ::sysconf(_SC_PAGESIZE);
    rusage used{};
    if (::getrusage(RUSAGE_SELF, &used) == 0)
        out.cpu_us = us_of(used.ru_utime) + us_of(used.ru_stime);
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
        out.max_fds = static_cast<std::int64_t>(limit.rlim_cur);
    out.open_fds = count_fds();
    return out;
}

} // namespace hb::web
