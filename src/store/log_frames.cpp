#include "store/log_frames.h"

#include <cerrno>

#include <unistd.h>

#include "base/ensure.h"

namespace hb::store {
namespace {

constexpr std::uint32_t kMagic = 0x377f0682; // the last bit says how the sums read the bytes
constexpr std::uint32_t kVersion = 3007000;
constexpr std::size_t kSummedOfHeader = 24;
constexpr std::size_t kSummedOfFrameHeader = 8;

std::uint32_t byte(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}
std::uint32_t big(std::string_view bytes, std::size_t at) {
    return byte(bytes, at) << 24 | byte(bytes, at + 1) << 16 | byte(bytes, at + 2) << 8 |
           byte(bytes, at + 3);
}
std::uint32_t little(std::string_view bytes, std::size_t at) {
    return byte(bytes, at + 3) << 24 | byte(bytes, at + 2) << 16 | byte(bytes, at + 1) << 8 |
           byte(bytes, at);
}
void put_big(std::string& out, std::uint32_t value) {
    for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(value >> shift & 0xff);
}

template <class Word> LogSum sum_with(Word word, LogSum sum, std::string_view bytes) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
        sum.first += word(bytes, at) + sum.second;
        sum.second += word(bytes, at + 4) + sum.first;
    }
    return sum;
}
LogSum sum_of(bool big_endian, LogSum sum, std::string_view bytes) {
    // Not by a pointer to the function: these loops are all the work there is.
    return big_endian ? sum_with([](auto b, auto at) { return big(b, at); }, sum, bytes)
                      : sum_with([](auto b, auto at) { return little(b, at); }, sum, bytes);
}

bool is_page_size(std::uint32_t size) {
    return size >= 512 && size <= 65536 && (size & (size - 1)) == 0;
}

} // namespace

std::optional<LogHeader> read_log_header(std::string_view bytes) {
    if (bytes.size() < kLogHeaderBytes) return std::nullopt;
    LogHeader header;
    header.big_endian = (big(bytes, 0) & 1u) != 0;
    header.page_size = big(bytes, 8);
    header.sequence = big(bytes, 12);
    header.salt_1 = big(bytes, 16);
    header.salt_2 = big(bytes, 20);
    header.sum = sum_of(header.big_endian, {}, bytes.substr(0, kSummedOfHeader));
    const bool good = (big(bytes, 0) & ~1u) == kMagic && big(bytes, 4) == kVersion &&
                      is_page_size(header.page_size) &&
                      header.sum == LogSum{big(bytes, 24), big(bytes, 28)};
    return good ? std::optional(header) : std::nullopt;
}

std::string log_header_bytes(LogHeader& header) {
    std::string out;
    put_big(out, kMagic | (header.big_endian ? 1u : 0u));
    for (const std::uint32_t word :
         {kVersion, header.page_size, header.sequence, header.salt_1, header.salt_2})
        put_big(out, word);
    header.sum = sum_of(header.big_endian, {}, out);
    put_big(out, header.sum.first);
    put_big(out, header.sum.second);
    return out;
}

std::optional<LogFrame> read_log_frame(const LogHeader& log, LogSum& sum, std::string_view bytes) {
    if (bytes.size() < log.frame_bytes()) return std::nullopt;
    const std::string_view data = bytes.substr(kFrameHeaderBytes, log.page_size);
    if (big(bytes, 8) != log.salt_1 || big(bytes, 12) != log.salt_2 || big(bytes, 0) == 0)
        return std::nullopt;
    LogSum next = sum_of(log.big_endian, sum, bytes.substr(0, kSummedOfFrameHeader));
    next = sum_of(log.big_endian, next, data);
    if (next != sum_of_frame(bytes)) return std::nullopt;
    sum = next;
    return LogFrame{big(bytes, 0), big(bytes, 4), data};
}

void add_log_frame(std::string& out, const LogHeader& log, LogSum& sum, const LogFrame& frame) {
    ensure(frame.data.size() == log.page_size, "a frame holds one page");
    std::string head;
    put_big(head, frame.page);
    put_big(head, frame.pages_after);
    sum = sum_of(log.big_endian, sum, head);
    sum = sum_of(log.big_endian, sum, frame.data);
    for (const std::uint32_t word : {log.salt_1, log.salt_2, sum.first, sum.second})
        put_big(head, word);
    out += head;
    out += frame.data;
}

LogSum sum_of_frame(std::string_view frame) {
    ensure(frame.size() >= kFrameHeaderBytes, "a frame's header is there");
    return {big(frame, 16), big(frame, 20)};
}

bool read_at(int file, std::string& bytes, std::uint64_t at) {
    for (std::size_t have = 0; have < bytes.size();) {
        const auto got =
            ::pread(file, bytes.data() + have, bytes.size() - have, static_cast<off_t>(at + have));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        have += static_cast<std::size_t>(got);
    }
    return true;
}

std::optional<LogEnd> find_log_end(int file) {
    std::string head(kLogHeaderBytes, '\0');
    if (!read_at(file, head, 0)) return std::nullopt;
    const auto header = read_log_header(head);
    if (!header) return std::nullopt;
    LogEnd end{*header, 0};
    LogSum sum = header->sum;
    std::string bytes(header->frame_bytes(), '\0');
    for (std::uint32_t frame = 0;; ++frame) {
        if (!read_at(file, bytes, kLogHeaderBytes + frame * bytes.size())) return end;
        const auto known = read_log_frame(*header, sum, bytes);
        if (!known) return end;
        if (known->pages_after != 0) end.frames = frame + 1;
    }
}

} // namespace hb::store
