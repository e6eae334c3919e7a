#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hb::web {

// A text as it is kept and sent: compressed once, and its length without that.
struct Packed {
    std::string gzip;
    std::size_t plain = 0;
};

// Compresses a text piece by piece; the pieces themselves are not kept.
class Gzip {
public:
    Gzip();
    ~Gzip();
    void add(std::string_view piece);
    Packed finish(); // REQUIRES: once

private:
    struct Impl;
    void work(std::string_view piece, bool last);
    std::unique_ptr<Impl> impl_;
};

// Gives the text back in pieces.
class Gunzip {
public:
    Gunzip();
    ~Gunzip();
    // Some bytes more, at most `size`; 0: that was all. `from` moves on over what was used.
    std::size_t read(std::string_view& from, char* into, std::size_t size);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

std::string unpacked(const Packed& packed);

// RFC 9110 12.5.3: may an answer to this Accept-Encoding be compressed with gzip?
bool accepts_gzip(std::string_view accept_encoding);

} // namespace hb::web
