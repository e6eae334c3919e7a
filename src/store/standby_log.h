#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/standby.h"

// The two parts of Standby that know nothing of each other; nobody else includes this.
namespace hb::store {

// The log's sequence number, which SQLite decides nothing by: "hbSt".
inline constexpr std::uint32_t kStandbyMark = 0x68625374;

// Pages by number, each with its last content.
class Standby::Pages {
public:
    void put(const LogFrame& frame);
    std::size_t bytes() const { return at_.size() * page_size_; }
    std::size_t count() const { return at_.size(); }
    std::string_view data(std::size_t at) const { return {bytes_.data() + at, page_size_}; }
    const std::map<std::uint32_t, std::size_t>& all() const { return at_; } // where each begins
    void clear();                                                           // all of them
    void keep_one();

private:
    std::size_t page_size_ = 0;
    std::string bytes_;
    std::map<std::uint32_t, std::size_t> at_;
};

// A log beside a copy, written by us alone; made with its first frames.
class Standby::Log {
public:
    Log(std::string path, bool kept);
    ~Log();
    // Frames for all of `pages`; `pages_after` not 0 ends the transaction and syncs.
    Status append(const Pages& pages, std::uint32_t page_size, std::uint32_t pages_after);
    std::uint32_t frames() const { return frames_; }
    std::uint64_t bytes() const { return bytes_; }

private:
    Status make(std::uint32_t page_size);
    Status write(const std::string& bytes);
    Status still_ours() const;

    const std::string path_;
    const bool kept_; // its name has to outlive a power cut
    int file_ = -1;
    LogHeader header_;
    LogSum sum_;
    std::uint32_t frames_ = 0;
    std::uint64_t bytes_ = 0;
};

Error standby_error(const std::string& what, const std::string& detail);
// Renames and removals in the folder of `file` are on the disk afterwards.
Status sync_folder(const std::string& file);

} // namespace hb::store
