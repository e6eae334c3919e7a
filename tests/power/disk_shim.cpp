// A library that is preloaded into the program under test (LD_PRELOAD). It sees every change that
// the program makes to files below HB_DISK_ROOT and
//   HB_DISK_TRACE   writes it down there, in order, for disk.h to make power cuts of it;
//   HB_DISK_DIE_AT  ends the process just before its change number so and so;
//   HB_DISK_FAULTS  fails changes as a sick disk does while that file holds ENOSPC, EROFS or EIO.
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "power/disk_record.h"

namespace {

using hb::test::DiskOp;
using hb::test::DiskRecord;

template <class Function> Function* real(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}
#define REAL(name) static auto* const call = real<decltype(name)>(#name)

// What is changed and written down are one moment for all threads.
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
struct Lock {
    Lock() { pthread_mutex_lock(&mutex); }
    ~Lock() { pthread_mutex_unlock(&mutex); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
};

struct Setup {
    std::string root, faults;
    int trace = -1;
    long die_at = 0;
    Setup() {
        const auto text = [](const char* name) {
            const char* value = getenv(name);
            return std::string(value != nullptr ? value : "");
        };
        root = text("HB_DISK_ROOT");
        faults = text("HB_DISK_FAULTS");
        die_at = std::atol(text("HB_DISK_DIE_AT").c_str());
        const std::string file = text("HB_DISK_TRACE");
        static auto* const open_file = real<int(const char*, int, ...)>("open64");
        if (!file.empty())
            trace = open_file(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
};
const Setup& setup() {
    static const Setup made;
    return made;
}

constexpr int kFiles = 65536;
std::atomic<std::uint64_t> nodes[kFiles]; // of open files that are watched; 0 none

std::string absolute(const char* path) {
    if (path[0] == '/') return path;
    char here[4096];
    return std::string(getcwd(here, sizeof here) != nullptr ? here : "") + "/" + path;
}
// Of a name beneath an open folder.
std::string absolute_at(int folder, const char* path) {
    if (folder == AT_FDCWD || path[0] == '/') return absolute(path);
    char there[4096];
    const std::string link = "/proc/self/fd/" + std::to_string(folder);
    const ssize_t size = readlink(link.c_str(), there, sizeof there);
    return std::string(there, size > 0 ? static_cast<std::size_t>(size) : 0) + "/" + path;
}
bool watched(const std::string& path) {
    const std::string& root = setup().root;
    return !root.empty() && (path.rfind(root, 0) == 0 || path + "/" == root);
}

// A number may be of another file by now: some closes are not seen.
std::uint64_t node_of(int file) {
    if (file < 0 || file >= kFiles) return 0;
    const std::uint64_t node = nodes[file];
    if (node == 0) return 0;
    struct stat about {};
    if (fstat(file, &about) == 0 && about.st_ino == node) return node;
    nodes[file] = 0;
    return 0;
}

void note(DiskOp op, std::uint64_t node, std::uint64_t at, const std::string& paths,
          std::string_view data = {}) {
    if (setup().trace < 0) return;
    DiskRecord head{hb::test::kDiskMagic,
                    op,
                    node,
                    at,
                    static_cast<std::uint32_t>(paths.size()),
                    static_cast<std::uint32_t>(data.size())};
    const iovec parts[] = {{&head, sizeof head},
                           {const_cast<char*>(paths.data()), paths.size()},
                           {const_cast<char*>(data.data()), data.size()}};
    REAL(writev);
    if (call(setup().trace, parts, 3) < 0) abort();
}

void maybe_die() {
    static long changes = 0;
    if (setup().die_at > 0 && ++changes == setup().die_at) _exit(137);
}

// The trouble of the moment as an errno; 0 none.
int trouble() {
    if (setup().faults.empty()) return 0;
    static auto* const open_file = real<int(const char*, int, ...)>("open64");
    const int file = open_file(setup().faults.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    char word[16]{};
    const ssize_t got = read(file, word, sizeof word - 1);
    static auto* const close_file = real<int(int)>("close");
    close_file(file);
    if (got <= 0) return 0;
    const std::string_view name(word, static_cast<std::size_t>(got));
    if (name.rfind("ENOSPC", 0) == 0) return ENOSPC;
    if (name.rfind("EROFS", 0) == 0) return EROFS;
    return name.rfind("EIO", 0) == 0 ? EIO : 0;
}
int failed(int with) {
    errno = with;
    return -1;
}
// A full disk still takes what lies within a file.
int trouble_writing(int file, std::uint64_t end) {
    const int what = trouble();
    if (what != ENOSPC) return what;
    struct stat about {};
    return fstat(file, &about) == 0 && end > static_cast<std::uint64_t>(about.st_size) ? what : 0;
}
int trouble_opening(const std::string& path, int flags) {
    const bool writes = (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0;
    if (!writes || !watched(path)) return 0;
    const int what = trouble();
    struct stat about {};
    if (what == ENOSPC && stat(path.c_str(), &about) == 0) return 0;
    return what == EIO ? 0 : what;
}

void opened(int file, const std::string& path, int flags) {
    if (file < 0 || file >= kFiles) return;
    nodes[file] = 0;
    if (!watched(path)) return;
    struct stat about {};
    if (fstat(file, &about) != 0) return;
    if (S_ISDIR(about.st_mode)) {
        nodes[file] = about.st_ino;
        note(DiskOp::OpenDirectory, about.st_ino, 0, path);
    } else if (S_ISREG(about.st_mode) && (flags & (O_WRONLY | O_RDWR)) != 0) {
        nodes[file] = about.st_ino;
        note(DiskOp::Open, about.st_ino, 0, path);
        if ((flags & O_TRUNC) != 0) note(DiskOp::Resize, about.st_ino, 0, "");
    }
}

int open_with(const char* name, const char* path, int flags, mode_t mode) {
    const Lock lock;
    const std::string full = absolute(path);
    if (watched(full) && (flags & O_CREAT) != 0) maybe_die();
    if (const int what = trouble_opening(full, flags)) return failed(what);
    const int file = real<int(const char*, int, ...)>(name)(path, flags, mode);
    const int why = errno;
    opened(file, full, flags);
    errno = why;
    return file;
}

int openat_with(const char* name, int folder, const char* path, int flags, mode_t mode) {
    const Lock lock;
    const std::string full = absolute_at(folder, path);
    if (watched(full) && (flags & O_CREAT) != 0) maybe_die();
    if (const int what = trouble_opening(full, flags)) return failed(what);
    const int file = real<int(int, const char*, int, ...)>(name)(folder, path, flags, mode);
    const int why = errno;
    opened(file, full, flags);
    errno = why;
    return file;
}

FILE* fopen_with(const char* name, const char* path, const char* how) {
    const Lock lock;
    const std::string full = absolute(path);
    const int flags = std::strchr(how, 'r') != nullptr && std::strchr(how, '+') == nullptr
                          ? O_RDONLY
                          : O_WRONLY | (std::strchr(how, 'w') != nullptr ? O_TRUNC | O_CREAT : 0);
    if (const int what = trouble_opening(full, flags)) {
        errno = what;
        return nullptr;
    }
    FILE* const file = real<FILE*(const char*, const char*)>(name)(path, how);
    if (file != nullptr) opened(fileno(file), full, flags);
    return file;
}

// A change of names: `call` makes it.
template <class Call> int rearrange(DiskOp op, const std::string& paths, Call call) {
    if (!watched(paths)) return call();
    const Lock lock;
    maybe_die();
    const int what = trouble();
    if (what != 0 && !(what == ENOSPC && op != DiskOp::MakeDirectory)) return failed(what);
    const int done = call();
    const int why = errno;
    if (done == 0) note(op, 0, 0, paths);
    errno = why;
    return done;
}
std::string pair(const char* from, const char* to) {
    return absolute(from) + std::string(1, '\0') + absolute(to);
}

template <class Call> int sync_with(int file, Call call) {
    const Lock lock;
    const std::uint64_t node = node_of(file);
    if (node == 0) return call();
    maybe_die();
    if (trouble() == EIO) return failed(EIO);
    const int done = call();
    const int why = errno;
    if (done == 0) note(DiskOp::Sync, node, 0, "");
    errno = why;
    return done;
}

template <class Call> int resize_with(int file, std::uint64_t size, Call call) {
    const Lock lock;
    const std::uint64_t node = node_of(file);
    if (node == 0) return call();
    maybe_die();
    if (const int what = trouble_writing(file, size)) return failed(what);
    const int done = call();
    if (done == 0) note(DiskOp::Resize, node, size, "");
    return done;
}

template <class Call>
ssize_t write_with(int file, const void* data, std::size_t size, std::uint64_t at, Call call) {
    maybe_die();
    if (const int what = trouble_writing(file, at + size)) return failed(what);
    const ssize_t done = call();
    const int why = errno;
    if (done > 0)
        note(DiskOp::Write, node_of(file), at, "",
             {static_cast<const char*>(data), static_cast<std::size_t>(done)});
    errno = why;
    return done;
}

} // namespace

extern "C" {

int open(const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    return open_with("open", path, flags, mode);
}
int open64(const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    return open_with("open64", path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    return openat_with("openat", folder, path, flags, mode);
}
int openat64(int folder, const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    return openat_with("openat64", folder, path, flags, mode);
}
FILE* fopen(const char* path, const char* how) {
    return fopen_with("fopen", path, how);
}
FILE* fopen64(const char* path, const char* how) {
    return fopen_with("fopen64", path, how);
}
int close(int file) {
    if (file >= 0 && file < kFiles) nodes[file] = 0;
    REAL(close);
    return call(file);
}

ssize_t write(int file, const void* data, size_t size) {
    REAL(write);
    if (file < 0 || file >= kFiles || nodes[file] == 0) return call(file, data, size);
    const Lock lock;
    if (node_of(file) == 0) return call(file, data, size);
    const auto at = static_cast<std::uint64_t>(lseek(file, 0, SEEK_CUR));
    return write_with(file, data, size, at, [&] { return call(file, data, size); });
}
ssize_t writev(int file, const iovec* parts, int count) {
    REAL(writev);
    if (file < 0 || file >= kFiles || nodes[file] == 0) return call(file, parts, count);
    std::string all;
    for (int i = 0; i < count; ++i)
        all.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    return write(file, all.data(), all.size());
}
ssize_t pwrite(int file, const void* data, size_t size, off_t at) {
    REAL(pwrite);
    const Lock lock;
    if (node_of(file) == 0) return call(file, data, size, at);
    return write_with(file, data, size, static_cast<std::uint64_t>(at),
                      [&] { return call(file, data, size, at); });
}
ssize_t pwrite64(int file, const void* data, size_t size, off64_t at) {
    REAL(pwrite64);
    const Lock lock;
    if (node_of(file) == 0) return call(file, data, size, at);
    return write_with(file, data, size, static_cast<std::uint64_t>(at),
                      [&] { return call(file, data, size, at); });
}
int ftruncate(int file, off_t size) noexcept {
    REAL(ftruncate);
    return resize_with(file, static_cast<std::uint64_t>(size), [&] { return call(file, size); });
}
int ftruncate64(int file, off64_t size) noexcept {
    REAL(ftruncate64);
    return resize_with(file, static_cast<std::uint64_t>(size), [&] { return call(file, size); });
}
int fsync(int file) {
    REAL(fsync);
    return sync_with(file, [&] { return call(file); });
}
int fdatasync(int file) {
    REAL(fdatasync);
    return sync_with(file, [&] { return call(file); });
}

int rename(const char* from, const char* to) noexcept {
    REAL(rename);
    return rearrange(DiskOp::Rename, pair(from, to), [&] { return call(from, to); });
}
int renameat(int old_folder, const char* from, int new_folder, const char* to) noexcept {
    REAL(renameat);
    const std::string names =
        absolute_at(old_folder, from) + std::string(1, '\0') + absolute_at(new_folder, to);
    return rearrange(DiskOp::Rename, names, [&] { return call(old_folder, from, new_folder, to); });
}
int unlinkat(int folder, const char* path, int flags) noexcept {
    REAL(unlinkat);
    return rearrange(DiskOp::Unlink, absolute_at(folder, path),
                     [&] { return call(folder, path, flags); });
}
int mkdirat(int folder, const char* path, mode_t mode) noexcept {
    REAL(mkdirat);
    return rearrange(DiskOp::MakeDirectory, absolute_at(folder, path),
                     [&] { return call(folder, path, mode); });
}
int link(const char* from, const char* to) noexcept {
    REAL(link);
    return rearrange(DiskOp::Link, pair(from, to), [&] { return call(from, to); });
}
int unlink(const char* path) noexcept {
    REAL(unlink);
    return rearrange(DiskOp::Unlink, absolute(path), [&] { return call(path); });
}
int remove(const char* path) noexcept {
    REAL(remove);
    return rearrange(DiskOp::Unlink, absolute(path), [&] { return call(path); });
}
int rmdir(const char* path) noexcept {
    REAL(rmdir);
    return rearrange(DiskOp::Unlink, absolute(path), [&] { return call(path); });
}
int mkdir(const char* path, mode_t mode) noexcept {
    REAL(mkdir);
    return rearrange(DiskOp::MakeDirectory, absolute(path), [&] { return call(path, mode); });
}

} // extern "C"
