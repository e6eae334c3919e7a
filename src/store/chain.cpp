#include "store/chain.h"

#include "base/count.h"
#include "base/digest.h"
#include "base/text.h"
#include "store/crm.h"
#include "store/rows.h"

namespace hb::store {
namespace {

constexpr std::int64_t kAtOnce = 1000;

// {"key":"NAME"}, as Events::begin_key writes it; anything else is the name of no key.
std::string key_named_by(const EventRow& row) {
    constexpr std::string_view before = R"({"key":")", after = R"("})";
    const std::string_view data = row.data;
    if (!data.starts_with(before) || !data.ends_with(after)) return "?";
    return std::string(data.substr(before.size(), data.size() - before.size() - after.size()));
}

// What a restore writes. Only that may stand behind a row that names no key: anyone who makes such
// rows up has done no more than what bringing back an older copy does.
bool is_of_restore(const EventRow& row) {
    return row.action == kChainKeyed || row.action == "books.restored" ||
           row.action == "links.carried" || row.action == "numbers.skipped";
}

// What SQLite remembers as given out: a log whose last rows were cut off shows.
std::int64_t last_given_seq(Database& db) {
    return first(db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'events'"), only_integer)
        .value_or(0);
}

class Looker {
public:
    explicit Looker(Database& db) : db_(db), ours_(chain_key_name(db.chain_key())) {}

    ChainLook look() {
        const Snapshot snapshot(db_); // rows may be added meanwhile
        Events events(db_);
        for (auto page = events.since(0, kAtOnce); !page.empty() && look_.broken.empty();
             page = events.since(seq_, kAtOnce))
            for (const auto& row : page)
                if (look_.broken.empty()) look_.broken = judge(row);
        if (look_.broken.empty()) look_.broken = judge_end();
        if (look_.broken.empty()) look_.broken = judge_keys();
        return look_;
    }

private:
    std::string judge(const EventRow& row) {
        const std::string which = "event " + std::to_string(row.seq);
        if (row.seq != seq_ + 1)
            return which + " follows event " + std::to_string(seq_) + ": rows are missing";
        if (row.previous != hash_) return which + " does not carry the hash of the row before";
        if (row.action == kChainKeyed) begin(row);
        const bool readable = name_.empty() || name_ == ours_;
        if (look_.keyed_from > 0 && name_.empty() && !is_of_restore(row))
            return which + " is not sealed with a key";
        if (!readable || (name_.empty() && look_.keyed_from > 0)) note_unread(row.seq);
        if (readable && row.hash != chain_hash(row, name_.empty() ? "" : db_.chain_key()))
            return which + " was changed: its hash differs";
        seq_ = row.seq;
        hash_ = row.hash;
        return "";
    }

    void begin(const EventRow& row) {
        name_ = key_named_by(row);
        named_at_ = row.seq;
        if (look_.keyed_from == 0) look_.keyed_from = row.seq;
    }

    void note_unread(std::int64_t seq) {
        if (look_.unread++ == 0) look_.unread_from = seq;
        look_.unread_to = seq;
    }

    std::string judge_end() {
        const std::int64_t given = last_given_seq(db_);
        if (given == seq_) return "";
        return "the log ends at event " + std::to_string(seq_) + ", but " + std::to_string(given) +
               " were written";
    }

    std::string judge_keys() {
        Settings settings(db_);
        const bool with_key = !db_.chain_key().empty();
        if (look_.keyed_from == 0)
            return (with_key && seq_ > 0) || settings.get(0, "chain.key")
                       ? "no row is sealed with the secret key: the row chain.keyed is missing"
                       : "";
        const auto begins = parse_integer(settings.get(0, "chain.begins").value_or(""));
        if (!begins || look_.keyed_from != *begins + 1)
            return "rows are sealed with a key from event " + std::to_string(look_.keyed_from) +
                   " on, not from where that began";
        if (with_key && !name_.empty() && name_ != ours_)
            return "from event " + std::to_string(named_at_) +
                   " on rows are sealed with another key than the secret key";
        return "";
    }

    Database& db_;
    const std::string ours_;
    ChainLook look_;
    std::int64_t seq_ = 0;
    std::string hash_;
    std::string name_; // of the key by which rows are sealed at the moment; "": none
    std::int64_t named_at_ = 0;
};

std::string from_to(std::int64_t from, std::int64_t to) {
    return from == to ? "event " + std::to_string(from)
                      : "events " + std::to_string(from) + " to " + std::to_string(to);
}

} // namespace

std::string chain_key(const Secret& secret_key) {
    if (secret_key.empty()) return "";
    return hmac_sha256(secret_key.reveal(), "hourbridge: the chain of the log");
}

std::string chain_key_name(std::string_view key) {
    return key.empty() ? "" : hex(hmac_sha256(key, "name")).substr(0, 16);
}

std::string chain_hash(const EventRow& row, std::string_view key) {
    std::string text = row.previous;
    const auto add = [&text](const std::string& part) { text.append("\n").append(part); };
    add(std::to_string(row.seq));
    add(std::to_string(to_epoch_ms(row.at)));
    add(row.actor);
    add(row.action);
    add(row.report ? std::to_string(*row.report) : "");
    add(row.subject);
    add(row.data);
    return key.empty() ? sha256_hex(text) : hex(hmac_sha256(key, text));
}

ChainLook look_at_chain(Database& db) {
    return Looker(db).look();
}

std::string how_far(const ChainLook& look, bool with_key) {
    if (look.keyed_from == 0) return "";
    const std::string sealed =
        "sealed with a key from event " + std::to_string(look.keyed_from) + " on";
    if (look.unread == 0) return sealed;
    const std::string rows = from_to(look.unread_from, look.unread_to);
    if (!with_key)
        return sealed + ", and the secret key is not here: of " + rows +
               " only the order was looked at, not what they say";
    return sealed + "; " + count(look.unread, "row", "rows") + " among " + rows +
           (look.unread == 1 ? " is" : " are") +
           " sealed with another key or none, as after a replaced secret key or a restore without "
           "it: only the order was looked at";
}

} // namespace hb::store
