#include <csignal>
#include <cstdio>

#include "app/command.h"
#include "app/environment.h"
#include "app/logging.h"
#include "base/held.h"
#include "base/memory.h"

namespace {

// Whoever reads our output may stop reading; that is no trouble of ours.
void write_to(hb::app::Stream stream, std::string_view bytes) {
    hb::must_not_hold_books("writing to the terminal");
    std::FILE* file = stream == hb::app::Stream::Out ? stdout : stderr;
    std::fwrite(bytes.data(), 1, bytes.size(), file);
    std::fflush(file);
}

} // namespace

int main(int argc, char** argv) {
    hb::bound_memory();
    std::signal(SIGPIPE, SIG_IGN);
    hb::app::set_up_logging();
    const auto environment = hb::app::read_environment();
    hb::app::Failpoints failpoints(environment.failpoint, environment.failpoint_count_file);
    hb::SystemClock clock;
    hb::RandomIds ids;
    hb::app::Process process{clock, ids, failpoints};
    return hb::app::run_command_line(std::vector<std::string>(argv + 1, argv + argc), process,
                                     write_to);
}
