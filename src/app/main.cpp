#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include "app/command.h"
#include "app/environment.h"
#include "app/exit_code.h"
#include "app/logging.h"
#include "base/held.h"
#include "base/memory.h"

namespace {

struct Streams {
    std::string trouble; // why something did not reach standard output

    void write(hb::app::Stream stream, std::string_view bytes) {
        hb::must_not_hold_books("writing to the terminal");
        std::FILE* file = stream == hb::app::Stream::Out ? stdout : stderr;
        const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() &&
                             std::fflush(file) == 0;
        // A reader may stop reading, as head(1) does; that is no trouble of ours.
        if (written || stream == hb::app::Stream::Err || errno == EPIPE) return;
        if (trouble.empty()) trouble = std::strerror(errno);
    }
    // The command did its work; the asker did not get its answer.
    int code(int code) const {
        if (trouble.empty()) return code;
        std::fprintf(stderr, "hourbridge: standard output can't be written\n  detail: %s\n",
                     trouble.c_str());
        return hb::app::worse(code, hb::app::kMachine);
    }
};

} // namespace

int main(int argc, char** argv) {
    hb::bound_memory();
    std::signal(SIGPIPE, SIG_IGN);
    hb::app::set_up_logging();
    const auto environment = hb::app::read_environment();
    hb::Seams seams;
    hb::app::Failpoints failpoints(seams.failpoint(), seams.failpoint_count_file());
    hb::RandomIds ids;
    hb::app::Process process{seams.clock(), ids, failpoints, seams,
                             hb::app::read_machine(seams, environment, ids)};
    Streams streams;
    return streams.code(
        hb::app::run_command_line(std::vector<std::string>(argv + 1, argv + argc), process,
                                  [&streams](hb::app::Stream stream, std::string_view bytes) {
                                      streams.write(stream, bytes);
                                  }));
}
