#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#include <cstdlib>

#include <sys/statvfs.h>

namespace {

constexpr unsigned long long kRoom = 1ULL << 30; // bytes; all tests at once need a third of it

// Thousands of books are committed to hundreds of times each, and nothing that a test asks is about
// this machine's disk: what a power cut leaves is played from a trace (tests/power). So temporary
// folders lie in memory, unless somebody says where (TMPDIR) or there is too little of it.
void keep_books_in_memory() {
    struct statvfs about {};
    if (std::getenv("TMPDIR") != nullptr || statvfs("/dev/shm", &about) != 0) return;
    if (about.f_bavail * std::uint64_t{about.f_frsize} >= kRoom) setenv("TMPDIR", "/dev/shm", 0);
}

} // namespace

int main(int argc, char** argv) {
    keep_books_in_memory();
    return Catch::Session().run(argc, argv);
}
