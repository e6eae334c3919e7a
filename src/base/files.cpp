#include "base/files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

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

} // namespace

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
    const fs::path folder = fs::path(path).parent_path();
    fs::create_directories(folder, trouble);
    if (trouble) return disk_error("can't make a folder", folder.string(), trouble.value());
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
    const Descriptor holder(folder.string(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (holder.number() < 0 || ::fsync(holder.number()) != 0)
        return disk_error("can't sync a folder", folder.string(), errno);
    return {};
}

std::string safe_file_name(std::string_view name) {
    std::string out;
    for (const char c : name) {
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
