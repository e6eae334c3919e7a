#include "base/files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>

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
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
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

// Reads the file piece by piece; `take` says false when it can't go on.
Status read_pieces(const std::string& path,
                   const std::function<bool(std::string_view piece)>& take) {
    const Descriptor file(path, O_RDONLY | O_CLOEXEC);
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

} // namespace

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
    const std::string draft = to + ".part";
    std::error_code ignored;
    {
        const Descriptor file(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
        if (file.number() < 0) return disk_error("can't write a file", draft, errno);
        auto copied = read_pieces(
            from, [&](std::string_view piece) { return write_all(file.number(), piece); });
        if (copied && ::fsync(file.number()) != 0)
            copied = disk_error("can't write a file", draft, errno);
        if (!copied) {
            fs::remove(draft, ignored);
            return copied;
        }
    }
    if (::rename(draft.c_str(), to.c_str()) != 0)
        return disk_error("can't rename a file", draft, errno);
    return sync_folder_of(to);
}

Result<std::string> sha256_of_file(const std::string& path) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    ensure(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1,
           "SHA-256 is there");
    const auto read = read_pieces(path, [&](std::string_view piece) {
        return EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1;
    });
    if (!read) return read.error();
    std::string digest(32, '\0');
    EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr);
    return hex(digest);
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
        const Descriptor file(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
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
