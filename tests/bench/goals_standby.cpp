#include <filesystem>

#include "bench/goals.h"
#include "bench/measure.h"

// R15: what being half a minute behind costs.
namespace hb::bench {

void judge_standby(Run& run) {
    const std::int64_t entries = run.long_form ? 1'000'000 : 100'000;
    const std::string file = run.folder + "/standby-books.db";
    const std::string copies = run.folder + "/copies";
    std::filesystem::create_directories(copies);
    (void)run_role({"seed", file, std::to_string(entries)});
    const auto answer = run_role({"standby", file, copies});
    const auto got = answer.root();
    const auto of = [&](const char* name) { return static_cast<double>(number(got, name)); };
    const std::string size = grouped(entries);
    const double minutes = of("minutes");
    const auto kb_a_minute = [&](double bytes) { return bytes / minutes / 1024; };
    run.table.add({"R15",
                   "standby copy of " + size + ", written a minute of work",
                   kb_a_minute(of("written_bytes")),
                   "KB",
                   "a whole copy " + plain(of("whole_bytes") / 1024) + " KB",
                   of("written_bytes") / minutes / of("whole_bytes"),
                   "ratio",
                   0.1,
                   {}});
    run.table.add({"R15",
                   "the same beside the books' own log",
                   kb_a_minute(of("written_bytes")),
                   "KB",
                   "log " + plain(kb_a_minute(of("log_bytes"))) + " KB a minute",
                   of("written_bytes") / of("log_bytes"),
                   "ratio",
                   1.0,
                   {}});
    run.table.add({"R15",
                   "its CPU a minute of work",
                   of("ship_us") / minutes / 1e3,
                   "ms",
                   "a whole copy " + plain(of("whole_us") / 1e3) + " ms",
                   of("ship_us") / minutes / of("whole_us"),
                   "ratio",
                   0.1,
                   {}});
    run.table.add({"R15",
                   "of an import of 100,000 rows, written beside its log",
                   of("import_written_bytes") / 1048576,
                   "MB",
                   "log " + plain(of("import_log_bytes") / 1048576) + " MB, CPU " +
                       plain(of("import_us") / 1e3) + " ms",
                   of("import_written_bytes") / of("import_log_bytes"),
                   "ratio",
                   2.1,
                   {}});
    run.table.add({"R15",
                   "a new copy whole, checked: CPU",
                   of("base_us") / 1e3,
                   "ms",
                   "an online backup " + plain(of("whole_us") / 1e3) + " ms",
                   of("base_us") / of("whole_us"),
                   "ratio",
                   1.5,
                   {}});
    run.table.add(
        {"P8",
         "one durable commit that is followed (mean)",
         of("followed_us"),
         "us",
         "not followed " + plain(of("plain_us")) + " us, fdatasync " + plain(of("sync_us")) + " us",
         of("followed_us") / of("plain_us"),
         "ratio",
         1.05,
         {}});
    std::filesystem::remove_all(copies);
    std::filesystem::remove(file);
}

} // namespace hb::bench
