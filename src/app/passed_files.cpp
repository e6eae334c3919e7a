#include "app/passed_files.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/hidden_line.h"
#include "base/held.h"
#include "base/limits.h"

namespace hb::app {
namespace {

Error disk_error(const std::string& name) {
    return Error{Code::Machine, "can't write " + name, std::strerror(errno),
                 "is the disk full? do you have write permission?"};
}

// A pipe without a writer is told by the service, not waited for here.
int open_as(const std::string& path, int flags, mode_t mode = 0) {
    return ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, mode);
}

constexpr int kMade = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;

// `made`: it was not there before.
PassedFile open_named(const NamedFile& named, const std::string& path, bool& made) {
    PassedFile out{named, OpenFile(), "", ""};
    if (named.use == FileUse::Read && named.name == kStandardInput)
        out.file = hidden_line_file();
    else if (named.use == FileUse::Read)
        out.file = OpenFile(open_as(path, O_RDONLY));
    else
        out.file = OpenFile(open_as(path, kMade, named.use == FileUse::New ? 0600 : 0666));
    made = out.file && named.use != FileUse::Read;
    if (!out.file && errno == EEXIST && named.use == FileUse::Replace)
        out.file = OpenFile(open_as(path, O_WRONLY));
    if (!out.file) out.trouble = std::strerror(errno);
    return out;
}

std::string unfit(const PassedFile& passed) {
    struct stat about {};
    if (::fstat(passed.file.number(), &about) != 0) return std::strerror(errno);
    if (S_ISDIR(about.st_mode)) return "it is a directory";
    if (!S_ISREG(about.st_mode)) return "it is no ordinary file, and the service takes no other";
    const int mode = ::fcntl(passed.file.number(), F_GETFL) & (O_ACCMODE | O_PATH);
    const bool reads = passed.named.use == FileUse::Read;
    if (mode != (reads ? O_RDONLY : O_WRONLY) && mode != O_RDWR)
        return reads ? "it is not open for reading" : "it is not open for writing";
    if (reads && about.st_size > static_cast<off_t>(kFileBytesMax))
        return "it is larger than " + std::to_string(kFileBytesMax) + " bytes";
    return "";
}

// From its beginning, wherever the asker has read to; a file that grows meanwhile is cut off.
std::string read_all(PassedFile& passed) {
    std::array<char, 65536> piece{};
    while (passed.bytes.size() <= kFileBytesMax) {
        const ssize_t got = ::pread(passed.file.number(), piece.data(), piece.size(),
                                    static_cast<off_t>(passed.bytes.size()));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::strerror(errno);
        if (got == 0) return "";
        passed.bytes.append(piece.data(), static_cast<std::size_t>(got));
    }
    return "it is larger than " + std::to_string(kFileBytesMax) + " bytes";
}

bool write_all(int to, std::string_view bytes) {
    must_not_hold_books("writing an asker's file");
    while (!bytes.empty()) {
        const ssize_t written = ::write(to, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool begin_anew(int file) {
    return ::lseek(file, 0, SEEK_SET) == 0 && ::ftruncate(file, 0) == 0;
}

} // namespace

OpenFile::~OpenFile() {
    if (number_ >= 0) ::close(number_);
}

FilesToPass::FilesToPass(const std::vector<NamedFile>& wanted, const std::string& directory) {
    for (const NamedFile& named : wanted) {
        const auto path = (std::filesystem::path(directory) / named.name).lexically_normal();
        bool made = false;
        files_.push_back(open_named(named, path.string(), made));
        if (made) made_.push_back(path.string());
    }
}

FilesToPass::~FilesToPass() {
    for (const auto& path : made_) ::unlink(path.c_str());
}

void take_over(std::vector<PassedFile>& files) {
    for (PassedFile& each : files) {
        if (!each.file) continue;
        each.trouble = unfit(each);
        if (each.trouble.empty() && each.named.use == FileUse::Read) each.trouble = read_all(each);
        if (!each.trouble.empty() || each.named.use == FileUse::Read) each.file = OpenFile();
    }
}

Result<const PassedFile*> find_passed(const std::vector<PassedFile>& files,
                                      const NamedFile& named) {
    for (const PassedFile& each : files) {
        if (each.named.name != named.name || each.named.use != named.use) continue;
        if (each.trouble.empty()) return &each;
        return Error{Code::Usage, each.trouble, "", ""};
    }
    return Error{Code::Usage, "it was not handed over to the service", "",
                 "the program that asked must be of the service's version"};
}

Status write_passed(const PassedFile& to, std::string_view bytes) {
    const int file = to.file.number();
    if (begin_anew(file) && write_all(file, bytes) && ::fsync(file) == 0) return {};
    return disk_error(to.named.name);
}

Status copy_to_passed(const PassedFile& to, const std::string& path) {
    const OpenFile from(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!from || !begin_anew(to.file.number())) return disk_error(to.named.name);
    std::array<char, 65536> piece{};
    for (;;) {
        const ssize_t got = ::read(from.number(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return disk_error(to.named.name);
        if (got == 0) break;
        if (!write_all(to.file.number(), {piece.data(), static_cast<std::size_t>(got)}))
            return disk_error(to.named.name);
    }
    if (::fsync(to.file.number()) == 0) return {};
    return disk_error(to.named.name);
}

} // namespace hb::app
