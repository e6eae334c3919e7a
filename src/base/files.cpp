#include "base/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/digest.h"
#include "base/ensure.h"
#include "base/text.h"

namespace hb {
namespace {

namespace fs = std::filesystem;

Error disk_error(const std::string& what, const std::string& path, int number) {
    return Error{Code::Machine, what, path + ": " + std::strerror(number),
                 "look at the disk's free space and the rights of the service's user"};
}

// A descriptor that closes itself.
class Descriptor {
public:
    Descriptor(const std::string& path, int flags) : number_(::open(path.c_str(), flags, 0600)) {}
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

Status sync_folder_of(const std::string& path) {
    const fs::path folder = fs::path(path).parent_path();
    const Descriptor holder(folder.empty() ? "." : folder.string(),
                            O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (holder.number() < 0 || ::fsync(holder.number()) != 0)
        return disk_error("can't sync a folder", folder.string(), errno);
    return {};
}

// Reads the file piece by piece; `take` says false when it can't go on. `path` for people.
Status read_pieces(const Descriptor& file, const std::string& path,
                   const std::function<bool(std::string_view piece)>& take) {
    if (file.number() < 0) return disk_error("a file can't be read", path, errno);
    std::string piece(1u << 20, '\0');
    for (;;) {
        const auto got = ::read(file.number(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return disk_error("a file can't be read", path, errno);
        if (got == 0) return {};
        if (!take(std::string_view(piece.data(), static_cast<std::size_t>(got))))
            return disk_error("a file can't be copied", path, errno);
    }
}

// A draft of our own: what lies there under its name is of an attempt that was cut off, or a link
// that somebody laid.
Descriptor make_draft(int folder, const std::string& draft) {
    ::unlinkat(folder, draft.c_str(), 0);
    return Descriptor(::openat(folder, draft.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
}

Descriptor open_folder(const std::string& path) {
    return Descriptor(path.empty() ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

// The folder beneath `root` in which `name` stands, made when it is missing and `make` says so.
Descriptor folder_beneath(const std::string& root, std::string_view name, bool make) {
    Descriptor at = open_folder(root);
    const auto slash = name.find('/');
    if (slash == std::string_view::npos || at.number() < 0) return at;
    const std::string part(name.substr(0, slash));
    if (make) ::mkdirat(at.number(), part.c_str(), 0700);
    return Descriptor(
        ::openat(at.number(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

std::string last_part(const std::string& name) {
    return name.substr(name.rfind('/') + 1);
}

Result<Descriptor> open_beneath(const std::string& folder, const std::string& name) {
    if (!stays_beneath(name))
        return Error{Code::Machine, "a file is named outside its folder",
                     for_people(name, Lines::Join), "restore a backup: the books were changed"};
    const Descriptor at = folder_beneath(folder, name, false);
    Descriptor file(at.number() < 0 ? -1
                                    : ::openat(at.number(), last_part(name).c_str(),
                                               O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (file.number() < 0) return disk_error("a file can't be read", folder + "/" + name, errno);
    return file;
}

Result<std::string> digest_of(const Descriptor& file, const std::string& path) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    ensure(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1,
           "SHA-256 is there");
    const auto read = read_pieces(file, path, [&](std::string_view piece) {
        return EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1;
    });
    if (!read) return read.error();
    std::string digest(32, '\0');
    EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr);
    return hex(digest);
}

// `from` under the name `name` in `folder`: whole or not at all.
Status copy_into(const Descriptor& from, int folder, const std::string& name,
                 const std::string& path) {
    const std::string draft = name + ".part";
    {
        const Descriptor file = make_draft(folder, draft);
        if (file.number() < 0) return disk_error("can't write a file", path, errno);
        auto copied = read_pieces(
            from, path, [&](std::string_view piece) { return write_all(file.number(), piece); });
        if (copied && ::fsync(file.number()) != 0)
            copied = disk_error("can't write a file", path, errno);
        if (!copied) {
            ::unlinkat(folder, draft.c_str(), 0);
            return copied;
        }
    }
    if (::renameat(folder, draft.c_str(), folder, name.c_str()) != 0)
        return disk_error("can't rename a file", path, errno);
    if (::fsync(folder) != 0) return disk_error("can't sync a folder", path, errno);
    return {};
}

} // namespace

bool stays_beneath(std::string_view name) {
    const auto parts = split(name, '/');
    return !parts.empty() && parts.size() <= 2 &&
           std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
               return !part.empty() && part.front() != '.' && part.size() <= 255 &&
                      part.find('\0') == std::string_view::npos &&
                      part.find('\\') == std::string_view::npos;
           });
}

Result<bool> path_exists(const std::string& path) {
    std::error_code trouble;
    const auto status = fs::status(path, trouble);
    if (status.type() == fs::file_type::not_found) return false;
    if (trouble) return disk_error("it can't be known what is there", path, trouble.value());
    return true;
}

Status make_folder(const std::string& path, unsigned mode) {
    const fs::path folder = fs::path(path).lexically_normal();
    std::error_code unknown;
    if (folder.empty() || fs::is_directory(folder, unknown)) return {};
    if (auto above = make_folder(folder.parent_path().string(), mode); !above) return above;
    if (::mkdir(folder.c_str(), mode) != 0 && errno != EEXIST)
        return disk_error("can't make a folder", folder.string(), errno);
    return sync_folder_of(folder.string());
}

Status copy_file(const std::string& from, const std::string& to) {
    const Descriptor source(from, O_RDONLY | O_CLOEXEC);
    const Descriptor folder = open_folder(fs::path(to).parent_path().string());
    if (folder.number() < 0) return disk_error("can't write a file", to, errno);
    return copy_into(source, folder.number(), fs::path(to).filename().string(), to);
}

Status copy_beneath(const std::string& from, const std::string& to, const std::string& name) {
    const auto source = open_beneath(from, name);
    if (!source) return source.error();
    if (auto made = make_folder(to, 0700); !made) return made;
    const Descriptor folder = folder_beneath(to, name, true);
    if (folder.number() < 0) return disk_error("can't write a file", to + "/" + name, errno);
    return copy_into(*source, folder.number(), last_part(name), to + "/" + name);
}

Result<std::string> sha256_of_file(const std::string& path) {
    return digest_of(Descriptor(path, O_RDONLY | O_CLOEXEC), path);
}

Result<std::string> sha256_beneath(const std::string& folder, const std::string& name) {
    const auto file = open_beneath(folder, name);
    if (!file) return file.error();
    return digest_of(*file, folder + "/" + name);
}

Result<std::string> read_beneath(const std::string& folder, const std::string& name,
                                 std::size_t bytes_max) {
    const auto file = open_beneath(folder, name);
    if (!file) return file.error();
    std::string bytes;
    bool fits = true;
    const auto read = read_pieces(*file, folder + "/" + name, [&](std::string_view piece) {
        fits = piece.size() <= bytes_max - bytes.size();
        if (fits) bytes += piece;
        return fits;
    });
    if (!fits)
        return Error{Code::Machine, "a file is too large to be read", folder + "/" + name,
                     "at most " + std::to_string(bytes_max) + " bytes"};
    if (!read) return read.error();
    return bytes;
}

Result<std::string> read_whole_file(const std::string& path, std::size_t bytes_max) {
    std::error_code trouble;
    if (!fs::is_regular_file(path, trouble))
        return Error{Code::NotFound, "there is no such file", path, ""};
    const auto size = fs::file_size(path, trouble);
    if (trouble || size > bytes_max)
        return Error{Code::Machine, "a file is too large to be read", path,
                     "at most " + std::to_string(bytes_max) + " bytes"};
    std::ifstream in(path, std::ios::binary);
    std::string bytes(size, '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(size));
    if (!in || in.gcount() != static_cast<std::streamsize>(size))
        return disk_error("a file can't be read", path, EIO);
    return bytes;
}

Status write_whole_file(const std::string& path, std::string_view bytes) {
    std::error_code trouble;
    if (auto made = make_folder(fs::path(path).parent_path().string()); !made) return made;
    const std::string draft = path + ".part";
    {
        const Descriptor file = make_draft(AT_FDCWD, draft);
        if (file.number() < 0 || !write_all(file.number(), bytes) || ::fsync(file.number()) != 0) {
            const int why = errno;
            fs::remove(draft, trouble);
            return disk_error("can't write a file", draft, why);
        }
    }
    if (::rename(draft.c_str(), path.c_str()) != 0)
        return disk_error("can't rename a file", draft, errno);
    return sync_folder_of(path);
}

std::string safe_file_name(std::string_view name) {
    std::string out;
    for (const char c : for_people(name, Lines::Join)) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || byte >= 0x80;
        out += plain ? c : '_';
    }
    if (out.empty() || out.front() == '.') out.insert(out.begin(), '_');
    constexpr std::size_t kLongest = 120;
    if (out.size() <= kLongest) return out;
    // The ending says what the file is; the middle gives way, never inside a UTF-8 sequence.
    const auto dot = out.rfind('.');
    const std::string ending =
        dot != std::string::npos && out.size() - dot <= 10 ? out.substr(dot) : "";
    std::size_t keep = kLongest - ending.size();
    while (keep > 0 && (static_cast<unsigned char>(out[keep]) & 0xC0) == 0x80) --keep;
    return out.substr(0, keep) + ending;
}

} // namespace hb
