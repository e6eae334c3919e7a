#pragma once

#include <cstdint>

// What the shim (disk_shim.cpp) writes of each change to the disk and disk_trace.cpp reads: this
// head, then `paths` bytes of paths (two are parted by a zero byte), then `bytes` bytes of data.
namespace hb::test {

enum class DiskOp : std::uint32_t {
    Open = 1, // file `node` is at the path; made there when nothing was
    OpenDirectory,
    Write,  // bytes at offset `at`
    Resize, // to `at` bytes
    Sync,   // fsync or fdatasync of `node`, after it has returned
    Rename,
    Link,
    Unlink,
    MakeDirectory,
    Mark, // of the test itself: what has been answered by now
};

struct DiskRecord {
    std::uint32_t magic = 0;
    DiskOp op{};
    std::uint64_t node = 0; // inode
    std::uint64_t at = 0;
    std::uint32_t paths = 0;
    std::uint32_t bytes = 0;
};

inline constexpr std::uint32_t kDiskMagic = 0x4b534448;

} // namespace hb::test
