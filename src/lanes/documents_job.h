#pragma once

#include "lanes/floor.h"

namespace hb::lanes {

// Waits for the PDF of each document that the portal makes, fetches it and keeps it with its
// SHA-256; then the card gets its complete list of files (G36). Nothing waits for documents (G19).
class DocumentsJob {
public:
    DocumentsJob(Books& books, RemoteRuntime& remote) : books_(books), remote_(remote) {}

    // Looks at one document that is due. False: none is.
    bool step();
    // What went wrong with the last one, "" nothing.
    const std::string& trouble() const { return trouble_; }

private:
    void later(store::DocumentRow row, const std::string& why);
    void keep(store::DocumentRow row, const domain::DocumentState& state,
              const domain::DocumentFile& file);

    Books& books_;
    RemoteRuntime& remote_;
    std::string trouble_;
};

} // namespace hb::lanes
