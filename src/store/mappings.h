#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/exchange.h"
#include "store/database.h"

// Versions of mappings, and the kept raw records that a new one is tried on.
namespace hb::store {

struct MappingVersion {
    std::int64_t remote = 0;
    int version = 0;
    std::string text;
    std::string note; // why, as its author wrote; may be ""
    std::string actor;
    Instant at{};
    // Kept records are mapped anew stream by stream, in the order in which they came; "" when all
    // are.
    std::string stream;
    std::int64_t after = 0; // the last one done in that stream
};

class Mappings {
public:
    explicit Mappings(Database& db) : db_(db) {}

    void add(const MappingVersion& row); // version must be the remote's next
    std::vector<MappingVersion> of_remote(std::int64_t remote) const; // by version
    std::optional<MappingVersion> newest(std::int64_t remote) const;
    std::optional<MappingVersion> find(std::int64_t remote, int version) const;
    void keep_progress(std::int64_t remote, int version, std::string_view stream,
                       std::int64_t after);

    struct KeptRow {
        std::int64_t row = 0; // ascending
        domain::SourceRecord record;
        std::string problem; // "" when it was mapped
    };
    // Records that are not gone, after `after`.
    std::vector<KeptRow> records(std::int64_t remote, std::string_view stream, std::int64_t after,
                                 std::int64_t limit) const;

private:
    Database& db_;
};

} // namespace hb::store
