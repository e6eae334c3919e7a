#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// SQLite's write-ahead log as bytes (sqlite.org/fileformat2.html, section 4): a header, then frames
// of one page each. A frame counts when its salts are the header's and its sum continues the sum of
// the frame before; a transaction counts from its last frame on, the only one that names a size.
namespace hb::store {

inline constexpr std::size_t kLogHeaderBytes = 32;
inline constexpr std::size_t kFrameHeaderBytes = 24;

struct LogSum {
    std::uint32_t first = 0, second = 0;
    friend bool operator==(const LogSum&, const LogSum&) = default;
};

struct LogHeader {
    std::uint32_t page_size = 0;
    std::uint32_t sequence = 0; // SQLite counts restarts here and decides nothing by it
    std::uint32_t salt_1 = 0, salt_2 = 0;
    bool big_endian = false; // how the sums read the bytes
    LogSum sum;
    std::size_t frame_bytes() const { return kFrameHeaderBytes + page_size; }
    bool same_log(const LogHeader& other) const {
        return salt_1 == other.salt_1 && salt_2 == other.salt_2 && page_size == other.page_size;
    }
};

struct LogFrame {
    std::uint32_t page = 0;
    std::uint32_t pages_after = 0; // of the database; 0: the transaction goes on
    std::string_view data;
};

// nullopt: these bytes are no header.
std::optional<LogHeader> read_log_header(std::string_view bytes);
// A header for a log of our own; fills in its sum.
std::string log_header_bytes(LogHeader& header);

// The next frame at the start of `bytes`; `sum` is of the frame before and becomes this one's.
// nullopt: it does not belong here, or is torn.
std::optional<LogFrame> read_log_frame(const LogHeader& log, LogSum& sum, std::string_view bytes);
void add_log_frame(std::string& out, const LogHeader& log, LogSum& sum, const LogFrame& frame);

// The sum that a frame's header holds. REQUIRES: at least its header is there
LogSum sum_of_frame(std::string_view frame);

// The log's own frames up to its last whole transaction, as SQLite would find them after a crash.
// nullopt: no log, or none that counts.
struct LogEnd {
    LogHeader header;
    std::uint32_t frames = 0;
};
std::optional<LogEnd> find_log_end(int file);

// Exactly `bytes.size()` bytes at `at`, or false.
bool read_at(int file, std::string& bytes, std::uint64_t at);

} // namespace hb::store
