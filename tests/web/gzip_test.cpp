#include <catch2/catch.hpp>

#include "web/gzip.h"

using namespace hb::web;

namespace {

Packed pack(const std::string& text, std::size_t piece) {
    Gzip gzip;
    for (std::size_t at = 0; at < text.size(); at += piece) gzip.add(text.substr(at, piece));
    return gzip.finish();
}

std::string long_text() {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += "<tr><td>" + std::to_string(i * 7919) + "</td></tr>\n";
    return text;
}

} // namespace

TEST_CASE("what was packed comes back, in whatever pieces it goes in and out") {
    for (const std::string& text : {std::string(), std::string("a"), long_text()}) {
        for (const std::size_t piece : {1u, 17u, 100'000u}) {
            const Packed packed = pack(text, piece);
            CHECK(packed.plain == text.size());
            CHECK(unpacked(packed) == text);
        }
        const Packed packed = pack(text, 4096);
        std::string_view rest = packed.gzip;
        Gunzip gunzip;
        std::string out, room(1000, '\0');
        while (const std::size_t got = gunzip.read(rest, room.data(), room.size()))
            out.append(room, 0, got);
        CHECK(out == text);
    }
    const Packed packed = pack(long_text(), 4096);
    CHECK(packed.gzip.size() < packed.plain / 4);
    CHECK(packed.gzip.capacity() < packed.gzip.size() + 64); // nothing is kept beside it
}

TEST_CASE("gzip is taken only where the client says so (RFC 9110)") {
    for (const char* yes : {"gzip", "GZIP", "br, gzip", "gzip;q=0.1", "gzip ; q=1", "x-gzip", "*",
                            "br;q=1, *;q=0.5", "identity, gzip;q=0.001"})
        CHECK(accepts_gzip(yes));
    for (const char* no : {"", "identity", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip; Q=0.0",
                           "*, gzip;q=0", "gzipped", "deflate, br"})
        CHECK_FALSE(accepts_gzip(no));
}
