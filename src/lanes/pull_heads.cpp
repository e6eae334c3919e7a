#include "books/books.h"
#include "lanes/patience.h"
#include "lanes/pull.h"

// The first steps of a pull's streams in one request (P21): a poll that finds nothing new is over
// with it, and where there is something new the walk goes on behind that page.
namespace hb::lanes {
namespace {

// Heads that lay about while something long was read are asked for anew by their streams.
constexpr std::chrono::seconds kHeadsGoodFor{60};
// A busy lane writes between two steps, which makes heads worthless; then each stream goes by
// itself.
constexpr int kHeadsAtMost = 2;

} // namespace

std::vector<domain::ReadRequest> Pull::heads() {
    const auto& able = remote_.connector->capabilities();
    std::vector<domain::ReadRequest> out;
    if (!able.heads || options_.only_entries) return out;
    begin();
    const Read read = books_.read();
    for (std::size_t i = index_; i < able.streams.size(); ++i) {
        const auto& stream = able.streams[i];
        const auto full = read->sources.find_cursor(remote_.row.id, stream, "full");
        const auto changes = read->sources.find_cursor(remote_.row.id, stream, "changes");
        if (able.known_parents.count(stream) > 0 || reads_whole(read, stream, full, changes))
            continue;
        domain::ReadRequest request;
        request.stream = stream;
        request.cursor = changes->cursor;
        out.push_back(std::move(request));
    }
    return out;
}

void Pull::use_heads(const std::vector<domain::ReadRequest>& asked, const connector::Heads& heads) {
    ++heads_asked_;
    ahead_ = {{}, remote_.connector->counters().requests, books_.clock.now()};
    for (std::size_t i = 0; i < asked.size() && i < heads.streams.size(); ++i)
        if (heads.streams[i]) ahead_.pages[asked[i].stream] = {asked[i].cursor, *heads.streams[i]};
}

// Between two streams, when there is more than one to ask for. What anybody asked or wrote
// meanwhile may be newer than the pages in hand.
bool Pull::wants_heads() {
    const Instant now = books_.clock.now();
    const bool stale = remote_.connector->counters().requests != ahead_.requests ||
                       now < ahead_.at || now - ahead_.at > kHeadsGoodFor;
    if (stale) ahead_.pages.clear();
    return !begun_ && ahead_.pages.empty() && heads_asked_ < kHeadsAtMost && (index_ == 0 || stale);
}

// Nothing: the walk goes on, with them or without.
std::optional<Pull::Turn> Pull::ask_heads() {
    connector::HeadsWish wish;
    wish.streams = heads();
    if (wish.streams.size() < 2) {
        heads_asked_ = kHeadsAtMost;
        return std::nullopt;
    }
    failed_before_ = remote_.connector->contact().failed;
    books_.at("before read");
    const auto got = remote_.connector->read_heads(wish);
    books_.at("after read");
    if (got) {
        pauses_ = 0;
        use_heads(wish.streams, *got);
        return std::nullopt;
    }
    const bool unanswered = remote_.connector->contact().failed != failed_before_;
    if (unanswered ||
        asks_for_pause(books_, *remote_.connector, got.error(), failed_before_, kPauseOfPull))
        return missed(got.error());
    heads_asked_ = kHeadsAtMost; // it does not like them together: each by itself says why
    return std::nullopt;
}

Result<domain::Page> Pull::first_or_ask(const domain::ReadRequest& request) {
    const auto found = ahead_.pages.find(request.stream);
    if (found == ahead_.pages.end()) return ask(request);
    const auto first = std::move(found->second);
    ahead_.pages.erase(found);
    if (request.reading != domain::Reading::Changes || request.cursor != first.cursor ||
        !request.known_parents.empty())
        return ask(request);
    return first.page;
}

} // namespace hb::lanes
