#include "lanes/crm_lists.h"

#include <chrono>
#include <map>

#include "base/text.h"
#include "books/settings_names.h"
#include "store/mappings.h"

namespace hb::lanes {
namespace {

constexpr const char* kStreams[] = {"companies", "deals"};
// One command of ids: enough to meet every way in which a mapping names a member.
constexpr std::int64_t kTried = 50;
constexpr std::chrono::hours kTriedAgainAfter{24};
constexpr const char* kNewer = "newer";

// What is kept: "newer", or "older MAPPING TIME" and, on the next line, why.
struct Choice {
    bool known = false;
    bool newer = false;
    std::int64_t mapping = 0;
    Instant at{};
    std::string why;
};

Choice read_choice(const store::Settings& kept, std::int64_t remote) {
    Choice out;
    const auto text = kept.get(remote, books::kept::kCrmLists);
    if (!text) return out;
    out.known = true;
    out.newer = *text == kNewer;
    if (out.newer) return out;
    const auto line = text->find('\n');
    const auto words = split(std::string_view(*text).substr(0, line), ' ');
    out.mapping = words.size() > 1 ? parse_integer(words[1]).value_or(0) : 0;
    if (const auto at = words.size() > 2 ? parse_instant(words[2]) : Result<Instant>(Error{}))
        out.at = *at;
    if (line != std::string::npos) out.why = text->substr(line + 1);
    return out;
}

std::int64_t mapping_in_force(const Reading& read, const KnownRemote& remote) {
    const auto newest = read->mappings.newest(remote.row.id);
    return newest ? newest->version : 0;
}

using Records = std::map<std::string, domain::SourceRecord>;

// The rows of one list; or why there are none. Was it the remote that said no?
struct Asked {
    Records records;
    std::string refused;
    bool undecided = false; // it gave no answer, or asked for a pause
};

Asked ask(Books& books, RemoteRuntime& remote, const char* stream,
          const std::vector<std::string>& ids, bool older) {
    remote.connector->use_classic_lists(older);
    Asked out;
    domain::ReadRequest request;
    request.stream = stream;
    request.reading = domain::Reading::ByIds;
    request.ids = ids;
    for (;;) {
        const auto failed = remote.connector->contact().failed;
        auto page = remote.connector->read(request);
        if (!page) {
            const Error& error = page.error();
            out.refused = error.message + (error.detail.empty() ? "" : ": " + error.detail);
            out.undecided = error.code == Code::Machine ||
                            remote.connector->contact().failed > failed ||
                            remote.connector->earliest() > books.clock.now();
            return out;
        }
        for (auto& record : page->records) out.records[record.id] = std::move(record);
        if (page->complete) return out;
        request.cursor = page->cursor;
    }
}

std::string told(const mapping::Mapping& mapping, const domain::SourceRecord& record) {
    const auto mapped = mapping.apply(record);
    if (!mapped.problems.empty()) return mapped.problems.front();
    if (const auto* company = std::get_if<domain::SourceCompany>(&*mapped.fact))
        return company->id + " \"" + company->name + "\"" + (company->own ? " (own)" : "");
    const auto& deal = std::get<domain::SourceDeal>(*mapped.fact);
    return deal.id + " \"" + deal.title + "\" of company " + deal.company + " in " + deal.stage +
           " with " + deal.origin_id;
}

// "" when the mapping reads both alike.
std::string difference(const mapping::Mapping& mapping, const char* stream, const Records& older,
                       const Records& newer) {
    for (const auto& [id, record] : older) {
        const auto other = newer.find(id);
        if (other == newer.end())
            continue; // not there for the newer one: its own guard judges that
        const std::string before = told(mapping, record);
        const std::string after = told(mapping, other->second);
        if (before != after)
            return std::string(stream) + " " + id + " would be read as " + after + " instead of " +
                   before;
    }
    return "";
}

std::vector<std::string> kept_ids(const Reading& read, const KnownRemote& remote,
                                  const char* stream) {
    std::vector<std::string> ids;
    for (auto& row : read->mappings.records(remote.row.id, stream, 0, kTried))
        ids.push_back(std::move(row.record.id));
    return ids;
}

struct Verdict {
    bool undecided = false;
    std::string why; // "" the newer lists
};

Verdict try_stream(Books& books, RemoteRuntime& remote, const char* stream) {
    const auto ids = kept_ids(books.read(), remote, stream);
    if (ids.empty()) return {};
    Asked newer = ask(books, remote, stream, ids, false);
    if (newer.undecided) return {true, ""};
    Asked older = ask(books, remote, stream, ids, true);
    if (older.undecided) return {true, ""};
    // Without the older list there is no choice; without both, reading says what is wrong.
    if (!older.refused.empty()) return {};
    if (!newer.refused.empty()) return {false, newer.refused};
    return {false, difference(*remote.mapping, stream, older.records, newer.records)};
}

// A record may change between the two readings: what differs is looked at twice.
Verdict try_streams(Books& books, RemoteRuntime& remote) {
    for (const char* stream : kStreams) {
        Verdict verdict = try_stream(books, remote, stream);
        if (!verdict.undecided && !verdict.why.empty()) verdict = try_stream(books, remote, stream);
        if (verdict.undecided || !verdict.why.empty()) return verdict;
    }
    return {};
}

void keep_choice(Books& books, const KnownRemote& remote, const std::string& why) {
    Step step = books.begin();
    const Instant now = step.now();
    std::string text = kNewer;
    if (!why.empty())
        text = "older " + std::to_string(mapping_in_force(step, remote)) + " " +
               format_instant(now) + "\n" + why;
    step->kept.put(remote.row.id, books::kept::kCrmLists, text, now);
    // Companies that the older list never showed come with a whole walk alone.
    if (why.empty()) step->sources.drop_cursors(remote.row.id, "companies");
    step.done();
}

bool is_open(const Reading& read, const KnownRemote& remote, const Choice& choice) {
    if (!choice.known) return true;
    return !choice.newer && (read.now() - choice.at >= kTriedAgainAfter ||
                             mapping_in_force(read, remote) != choice.mapping);
}

} // namespace

void settle_crm_lists(Books& books, RemoteRuntime& remote) {
    if (!remote.connector->capabilities().two_lists) return;
    Choice choice;
    bool open = false;
    {
        const Read read = books.read();
        choice = read_choice(read->kept, remote.row.id);
        open = is_open(read, remote, choice);
    }
    if (open) {
        const Verdict verdict = try_streams(books, remote);
        choice.newer = !verdict.undecided && verdict.why.empty();
        if (!verdict.undecided) keep_choice(books, remote, verdict.why);
    }
    remote.connector->use_classic_lists(!choice.newer);
}

std::string why_older_lists(const store::Settings& kept, std::int64_t remote) {
    return read_choice(kept, remote).why;
}

} // namespace hb::lanes
