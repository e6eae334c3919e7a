#include <csignal>
#include <string>
#include <vector>

#include "base/memory.h"
#include "base/seams.h"
#include "sandbox/program/words.h"

int main(int argc, char** argv) {
    hb::bound_memory();
    std::signal(SIGPIPE, SIG_IGN);
    hb::Seams seams;
    return hb::sandbox::run_words(std::vector<std::string>(argv + 1, argv + argc), seams.clock());
}
