#include "web/gzip.h"

#include <array>
#include <optional>

#include <zlib.h>

#include "base/ensure.h"
#include "base/text.h"

namespace hb::web {
namespace {

// Pages repeat themselves: a higher level takes twice the time and saves little.
constexpr int kLevel = 4;
constexpr int kGzipWindow = 15 + 16; // zlib: "with a gzip header"
constexpr int kMemoryLevel = 8;

Bytef* bytes_of(const char* text) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(text)); // zlib only reads them
}

} // namespace

struct Gzip::Impl {
    z_stream stream{};
    Packed out;
};

Gzip::Gzip() : impl_(std::make_unique<Impl>()) {
    ensure(deflateInit2(&impl_->stream, kLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                        Z_DEFAULT_STRATEGY) == Z_OK,
           "zlib begins no text");
}

Gzip::~Gzip() {
    deflateEnd(&impl_->stream);
}

void Gzip::work(std::string_view piece, bool last) {
    z_stream& stream = impl_->stream;
    std::array<char, 16 * 1024> room;
    stream.next_in = bytes_of(piece.data());
    stream.avail_in = static_cast<uInt>(piece.size());
    int result = Z_OK;
    do {
        stream.next_out = bytes_of(room.data());
        stream.avail_out = room.size();
        result = deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH);
        ensure(result != Z_STREAM_ERROR, "zlib can't compress");
        impl_->out.gzip.append(room.data(), room.size() - stream.avail_out);
    } while (last ? result != Z_STREAM_END : stream.avail_out == 0);
}

void Gzip::add(std::string_view piece) {
    impl_->out.plain += piece.size();
    work(piece, false);
}

Packed Gzip::finish() {
    work({}, true);
    impl_->out.gzip.shrink_to_fit();
    return std::move(impl_->out);
}

struct Gunzip::Impl {
    z_stream stream{};
    bool ended = false;
};

Gunzip::Gunzip() : impl_(std::make_unique<Impl>()) {
    ensure(inflateInit2(&impl_->stream, kGzipWindow) == Z_OK, "zlib begins no text");
}

Gunzip::~Gunzip() {
    inflateEnd(&impl_->stream);
}

std::size_t Gunzip::read(std::string_view& from, char* into, std::size_t size) {
    if (impl_->ended) return 0;
    z_stream& stream = impl_->stream;
    stream.next_in = bytes_of(from.data());
    stream.avail_in = static_cast<uInt>(from.size());
    stream.next_out = bytes_of(into);
    stream.avail_out = static_cast<uInt>(size);
    const int result = inflate(&stream, Z_NO_FLUSH);
    ensure(result == Z_OK || result == Z_STREAM_END, "a kept text can't be read");
    impl_->ended = result == Z_STREAM_END;
    from.remove_prefix(from.size() - stream.avail_in);
    return size - stream.avail_out;
}

std::string unpacked(const Packed& packed) {
    std::string out(packed.plain, '\0');
    std::string_view rest = packed.gzip;
    Gunzip gunzip;
    std::size_t at = 0;
    while (at < out.size()) {
        const std::size_t got = gunzip.read(rest, out.data() + at, out.size() - at);
        ensure(got > 0, "a kept text is cut off");
        at += got;
    }
    return out;
}

namespace {

// The weight of one "name;q=0.5": absent counts as 1; only whether it is zero matters here.
bool is_refused(std::string_view parameters) {
    const std::string text = fold_case(parameters);
    const auto at = text.find("q=");
    if (at == std::string::npos) return false;
    const std::string_view weight = trim(std::string_view(text).substr(at + 2));
    return weight.find_first_not_of("0.") == std::string_view::npos;
}

} // namespace

bool accepts_gzip(std::string_view accept_encoding) {
    std::optional<bool> named, any;
    for (const std::string_view each : split(accept_encoding, ',')) {
        const std::size_t end = std::min(each.find(';'), each.size());
        const std::string name = fold_case(trim(each.substr(0, end)));
        const bool taken = !is_refused(each.substr(end));
        if (name == "gzip" || name == "x-gzip") named = taken;
        if (name == "*") any = taken;
    }
    return named.value_or(any.value_or(false));
}

} // namespace hb::web
