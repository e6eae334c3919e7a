#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "connector/connector.h"
#include "connector/tokens.h"
#include "net/http.h"

// Planners that are a folder and no C++: connectors/NAME/manifest.json says how one is asked
// (connectors/README.md has the vocabulary), a mapping what its records mean.
namespace hb::connector {

// One problem of a manifest, or of what a remote sets for it.
struct ManifestProblem {
    std::string file;
    int line = 0;
    std::string path;
    std::string message;
    std::string hint;
};
std::string to_string(const ManifestProblem& problem); // "file:line: /path: message. hint"

namespace manifest {
struct Manifest;
}

// A manifest that has been read; cheap to copy, safe to share.
class Plan {
public:
    // All problems at once; an empty Plan when there is one.
    static Plan parse(std::string_view text, const std::string& file,
                      std::vector<ManifestProblem>& problems);
    explicit operator bool() const { return manifest_ != nullptr; }
    // REQUIRES: not empty
    const manifest::Manifest& get() const { return *manifest_; }

private:
    std::shared_ptr<const manifest::Manifest> manifest_;
};

// The text of a shipped manifest; "" when there is none of that name.
std::string_view shipped_manifest(std::string_view connector);
std::vector<std::string> shipped_manifests();

struct PlannerOptions {
    std::string remote;   // the user's name for it; appears in error texts
    std::string base_url; // "": the manifest's own
    std::map<std::string, Secret> settings;
    std::string paid_field = "UF_HB_PAID"; // the names of the parts of a task.mark op
    std::string report_field = "UF_HB_REPORT";
    std::shared_ptr<Keeper> keeper; // needed where the access is OAuth
    net::Timeouts timeouts;
    std::chrono::seconds settle{90};
    Zone zone = Zone::utc(); // where the settings name none
    std::string user_agent = "hourbridge";
};

// What is wrong with the settings of a remote: names that the manifest does not know, values that
// are missing or are not what they should be. `path` is "base_url" or "settings/NAME".
std::vector<ManifestProblem> check_settings(const Plan& plan, const PlannerOptions& options);
// The addresses that those settings and the manifest name: "https://HOST:PORT", the base first.
std::vector<std::string> sites_of(const Plan& plan, const PlannerOptions& options);
// Which account those settings name (G17).
std::string account_of(const Plan& plan, const PlannerOptions& options);

// One planner. REQUIRES: a plan, and settings without a problem. `clock` must outlive it.
//
// Streams: those of the manifest, of users, groups, tasks and entries in this order. A cursor
// belongs to one stream of one account. Ops:
//
//   task.field  Fixed. The set-up that marks need ("mark.setup"); Done when there is none.
//   task.mark   Fixed, target = task id. {"UF_HB_PAID":"100","UF_HB_REPORT":"HB2026-0001"}
//   entry.mark  the same for one time record, where the planner can only mark those.
//
// read_back gives the op's own fields when the planner shows what they ask for. Where only "paid"
// can be shown, that is at 100 percent (G44).
std::unique_ptr<Connector> make_planner(Plan plan, PlannerOptions options,
                                        std::unique_ptr<net::HttpClient> http, Clock& clock);

// --- webhooks -----------------------------------------------------------------------------------

// Judges one delivery; calls nothing. Comparisons take constant time.
Received receive(const Plan& plan, const PlannerOptions& options, const Delivery& delivery,
                 Instant now);
// What Received::letter says.
Result<domain::EventHint> read_letter(std::string_view letter, const std::string& remote);

// --- folders ------------------------------------------------------------------------------------

// What a planner can do, as `connector list` tells it.
struct Abilities {
    std::string connector;
    std::string title;
    std::vector<std::string> streams;
    std::string entries; // how new and deleted time records are found, in words
    std::string mark;    // what can be marked as paid, in words; "" nothing
    std::string events;  // how events prove themselves; "" none
    std::vector<std::string> lacks;
};
Abilities abilities_of(const Plan& plan);

} // namespace hb::connector
