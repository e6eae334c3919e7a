#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"

namespace hb::store {

// Which document of a frozen revision: pdf, xlsx or csv.
struct GivenKey {
    std::int64_t report = 0;
    int revision = 0;
    std::string form;
};

struct GivenRow {
    GivenKey key;
    std::string sha256;
    std::string bytes;
    Instant at{};
};

// Documents as clients downloaded them. Callers hold a Tx for everything that writes.
class Given {
public:
    explicit Given(Database& db) : db_(db) {}

    std::optional<GivenRow> find(const GivenKey& key) const;
    // The first one stays. False: there is one already.
    bool keep(const GivenRow& row);
    std::vector<GivenKey> keys() const; // for verify

private:
    Database& db_;
};

} // namespace hb::store
