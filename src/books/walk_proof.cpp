#include "books/walk_proof.h"

#include "base/wall_clock.h"
#include "books/drafting.h"
#include "store/crm.h"

namespace hb::books {
namespace {

constexpr const char* kStreams[] = {"users", "groups", "companies", "deals", "tasks", "entries"};
constexpr std::string_view kBeforeWhy = ": ";

// Of a remote: "MOMENT: WHY".
std::string kept_name(const std::string& stream) {
    return "walk.unproven." + stream;
}

} // namespace

void note_proof(Step& step, const KnownRemote& remote, const std::string& stream,
                const domain::WalkEnd& end) {
    if (remote.can() == nullptr || remote.can()->proof_of(stream) != domain::Proof::Walk) return;
    const std::string name = kept_name(stream);
    const auto before = step->kept.get(remote.row.id, name);
    if (end.proven) {
        if (before) step->kept.erase(remote.row.id, name);
        return;
    }
    const std::string since =
        before ? before->substr(0, before->find(kBeforeWhy)) : format_instant(step.now());
    const std::string text = since + std::string(kBeforeWhy) + end.doubt;
    if (before != text) step->kept.put(remote.row.id, name, text, step.now());
}

std::map<std::string, std::string> unproven_streams(const Reading& read, std::int64_t remote) {
    std::map<std::string, std::string> out;
    for (const char* stream : kStreams)
        if (const auto text = read->kept.get(remote, kept_name(stream)))
            out[stream] = text->substr(text->find(kBeforeWhy) + kBeforeWhy.size());
    return out;
}

std::vector<std::string> unproven_texts(store::Database& db, const Zone& zone) {
    std::vector<std::string> out;
    const store::Settings kept(db);
    for (const auto& remote : store::Sources(db).remotes())
        for (const char* stream : kStreams)
            if (const auto text = kept.get(remote.id, kept_name(stream)))
                out.push_back(remote.name + " " + stream + ": unproven since " +
                              in_wall_clock(*text, zone));
    return out;
}

} // namespace hb::books
