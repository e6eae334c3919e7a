#include "base/memory.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace hb {

namespace {

// What is larger gets pages of its own and gives them back as soon as it is freed. Left alone,
// glibc raises this limit with each large block that is freed, and answers of a portal then lie in
// heaps that small blocks keep from shrinking: 2.8 of 11 MB of a service at rest.
constexpr int kLargeBlock = 128 << 10;

} // namespace

void bound_memory() {
#ifdef __GLIBC__
    ::mallopt(M_ARENA_MAX, 2);
    ::mallopt(M_MMAP_THRESHOLD, kLargeBlock);
    ::mallopt(M_TRIM_THRESHOLD, kLargeBlock);
#endif
}

void give_back_memory() {
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

} // namespace hb
