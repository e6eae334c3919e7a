#include "store/standby_log.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ensure.h"

namespace hb::store {

namespace fs = std::filesystem;

Error standby_error(const std::string& what, const std::string& detail) {
    return Error{Code::Machine, what, detail,
                 "the books themselves are unharmed; is the folder there, writable, and not full?"};
}

Status sync_folder(const std::string& file) {
    const fs::path folder = fs::path(file).parent_path();
    const int handle =
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = handle >= 0 && ::fsync(handle) == 0;
    const int why = errno;
    if (handle >= 0) ::close(handle);
    if (synced) return {};
    return standby_error("the folder of the standby copy can't be synced", std::strerror(why));
}

bool is_standby_log(const std::string& log) {
    const int file = ::open(log.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return false;
    std::string head(kLogHeaderBytes, '\0');
    const auto got = ::pread(file, head.data(), head.size(), 0);
    ::close(file);
    if (got < 0) return false;
    head.resize(static_cast<std::size_t>(got));
    // The power failed before its first transaction: SQLite finds nothing in it.
    if (head.find_first_not_of('\0') == std::string::npos) return true;
    const auto header = read_log_header(head);
    return header && header->sequence == kStandbyMark;
}

void Standby::Pages::put(const LogFrame& frame) {
    page_size_ = frame.data.size();
    const auto [known, fresh] = at_.try_emplace(frame.page, bytes_.size());
    if (fresh)
        bytes_ += frame.data;
    else
        bytes_.replace(known->second, page_size_, frame.data);
}

void Standby::Pages::clear() {
    std::string().swap(bytes_); // the memory too, which an assignment would keep
    at_.clear();
}

// The frame that ends the transaction, later, has to be one that was there.
void Standby::Pages::keep_one() {
    const auto last = *at_.rbegin();
    const std::string data(this->data(last.second));
    clear();
    put({last.first, 0, data});
}

Standby::Log::Log(std::string path, bool kept) : path_(std::move(path)), kept_(kept) {}

Standby::Log::~Log() {
    if (file_ >= 0) ::close(file_);
}

Status Standby::Log::make(std::uint32_t page_size) {
    file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file_ < 0)
        return standby_error("the standby copy's log can't be made", std::strerror(errno));
    header_.page_size = page_size;
    header_.sequence = kStandbyMark;
    sqlite3_randomness(sizeof header_.salt_1, &header_.salt_1);
    sqlite3_randomness(sizeof header_.salt_2, &header_.salt_2);
    const std::string head = log_header_bytes(header_);
    sum_ = header_.sum;
    return write(head);
}

Status Standby::Log::write(const std::string& bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
        const auto written = ::pwrite(file_, bytes.data() + done, bytes.size() - done,
                                      static_cast<off_t>(bytes_ + done));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0)
            return standby_error("the standby copy can't be written", std::strerror(errno));
        done += static_cast<std::size_t>(written);
    }
    bytes_ += bytes.size();
    return {};
}

// A person who opens the copy with another program brings its log in and takes it away.
Status Standby::Log::still_ours() const {
    struct stat open_one {
    }, named{};
    const bool same = ::fstat(file_, &open_one) == 0 && ::stat(path_.c_str(), &named) == 0 &&
                      open_one.st_ino == named.st_ino && open_one.st_dev == named.st_dev &&
                      open_one.st_size == static_cast<off_t>(bytes_);
    if (same) return {};
    return standby_error("somebody else has changed the standby copy", path_);
}

Status Standby::Log::append(const Pages& pages, std::uint32_t page_size,
                            std::uint32_t pages_after) {
    ensure(pages.count() > 0, "there is something to append");
    const bool fresh = file_ < 0;
    if (auto good = fresh ? make(page_size) : still_ours(); !good) return good;
    std::string bytes;
    std::size_t left = pages.count();
    for (const auto& [page, at] : pages.all()) {
        --left;
        add_log_frame(bytes, header_, sum_, {page, left == 0 ? pages_after : 0, pages.data(at)});
        ++frames_;
        if (bytes.size() < (1u << 20) && left > 0) continue;
        if (auto written = write(bytes); !written) return written;
        bytes.clear();
    }
    if (pages_after == 0) return {};
    if (::fsync(file_) != 0)
        return standby_error("the standby copy can't be synced", std::strerror(errno));
    return fresh && kept_ ? sync_folder(path_) : Status{};
}

} // namespace hb::store
