#include "app/commands/mapping_effect.h"

#include "app/commands/concerned.h"
#include "base/text.h"
#include "render/columns.h"

namespace hb::app {
namespace {

using desk::MappingEffect;

std::string money(std::int64_t amount, const std::string& code) {
    const auto currency = domain::find_currency(code);
    return domain::format_amount(amount, currency ? *currency : domain::Currency{});
}

// Before and after, by currency.
std::map<std::string, std::pair<std::int64_t, std::int64_t>> sums_of(const MappingEffect& effect) {
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> out;
    for (const auto& draft : effect.money) {
        out[draft.currency].first += draft.before.total;
        out[draft.currency].second += draft.after.total;
    }
    return out;
}

// "; 4:00 h (240.00) leave it, 1:00 h (60.00) come in"
std::string moved_text(const MappingEffect::DraftMoney& draft) {
    const auto part = [&](const domain::Billed& billed) {
        return format_duration(billed.seconds) + " h (" + money(billed.amount, draft.currency) +
               ")";
    };
    return "; " + part(draft.moved.lost) + " leave it, " + part(draft.moved.gained) + " come in";
}

void tell_money(const Session& session, const MappingEffect& effect) {
    for (const auto& draft : effect.money)
        session.out.text("  draft " + std::to_string(draft.id) + ": " +
                         money(draft.before.total, draft.currency) + " -> " +
                         money(draft.after.total, draft.currency) + " " + draft.currency + ", " +
                         format_duration(draft.before.seconds) + " -> " +
                         format_duration(draft.after.seconds) + " h" + moved_text(draft));
    for (const auto& [code, sums] : sums_of(effect))
        session.out.text("  all drafts: " + money(sums.first, code) + " -> " +
                         money(sums.second, code) + " " + code);
    const auto& corrections = effect.corrections;
    for (const auto& [code, sum] : corrections.sums)
        session.out.text("  corrections of sent reports: " + money(sum, code) + " " + code);
    if (corrections.count > 0)
        session.out.text("  " + std::to_string(corrections.count) +
                         (corrections.count == 1 ? " correction" : " corrections") + " in all");
    for (const auto id : corrections.drifted)
        session.out.text("  report " + std::to_string(id) + " would differ from what was sent");
}

void add_money(json::Writer& json, const MappingEffect& effect) {
    json.key("money").begin_array();
    for (const auto& draft : effect.money)
        json.begin_object()
            .member("draft", draft.id)
            .member("currency", draft.currency)
            .member("before", money(draft.before.total, draft.currency))
            .member("after", money(draft.after.total, draft.currency))
            .member("seconds_before", draft.before.seconds)
            .member("seconds_after", draft.after.seconds)
            .member("lost", money(draft.moved.lost.amount, draft.currency))
            .member("gained", money(draft.moved.gained.amount, draft.currency))
            .member("seconds_lost", draft.moved.lost.seconds)
            .member("seconds_gained", draft.moved.gained.seconds)
            .member("asks", draft.beyond)
            .end_object();
    json.end_array().key("sums").begin_array();
    for (const auto& [code, sums] : sums_of(effect))
        json.begin_object()
            .member("currency", code)
            .member("before", money(sums.first, code))
            .member("after", money(sums.second, code))
            .end_object();
    json.end_array().key("corrections").begin_object();
    json.member("count", effect.corrections.count).key("sums").begin_array();
    for (const auto& [code, sum] : effect.corrections.sums)
        json.begin_object()
            .member("currency", code)
            .member("amount", money(sum, code))
            .end_object();
    json.end_array().key("drifted").begin_array();
    for (const auto id : effect.corrections.drifted) json.integer(id);
    json.end_array().end_object();
    json.member("breaks", effect.breaks());
}

} // namespace

void tell_effect(const Session& session, const desk::MappingEffect& effect) {
    render::Columns table({{"STREAM"},
                           {"RECORDS", render::Align::Right},
                           {"CHANGED", render::Align::Right},
                           {"FIXED", render::Align::Right},
                           {"BROKEN", render::Align::Right},
                           {"EMPTIED", render::Align::Right},
                           {"UNREADABLE", render::Align::Right}});
    for (const auto& stream : effect.streams)
        table.add({stream.name, std::to_string(stream.records), std::to_string(stream.changed),
                   std::to_string(stream.mended), std::to_string(stream.broken),
                   std::to_string(stream.emptied),
                   std::to_string(stream.problems_before) + " -> " +
                       std::to_string(stream.problems_after)});
    session.out.text(table.text());
    for (const auto& sample : effect.samples)
        session.out.text("  " + sample.ref + "\n    was  " + sample.before + "\n    now  " +
                         sample.after);
    session.out.text(concerned_text({effect.drafts, effect.sent}));
    tell_money(session, effect);
}

void add_effect(json::Writer& json, const desk::MappingEffect& effect) {
    json.key("streams").begin_array();
    for (const auto& stream : effect.streams)
        json.begin_object()
            .member("stream", stream.name)
            .member("records", stream.records)
            .member("changed", stream.changed)
            .member("mended", stream.mended)
            .member("broken", stream.broken)
            .member("emptied", stream.emptied)
            .member("unreadable_before", stream.problems_before)
            .member("unreadable_after", stream.problems_after)
            .end_object();
    json.end_array().key("samples").begin_array();
    for (const auto& sample : effect.samples)
        json.begin_object()
            .member("ref", sample.ref)
            .member("before", sample.before)
            .member("after", sample.after)
            .end_object();
    json.end_array();
    add_concerned(json, {effect.drafts, effect.sent});
    add_money(json, effect);
}

} // namespace hb::app
