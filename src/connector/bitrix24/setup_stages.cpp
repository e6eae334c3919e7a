#include "connector/bitrix24/setup_run.h"

#include <algorithm>

#include "base/text.h"
#include "connector/bitrix24/items.h"
#include "connector/bitrix24/query.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

struct Stage {
    std::string id;     // of crm.status.delete
    std::string status; // STATUS_ID
    std::string name;
    std::int64_t sort = 0;
    char semantics = 'P';
    bool system = false;
};

std::string status_filter(const std::string& entity) {
    json::Writer body;
    body.begin_object().key("filter").begin_object();
    if (!entity.empty()) body.member("ENTITY_ID", entity);
    body.end_object().key("order").begin_object().member("SORT", "ASC").end_object().end_object();
    return body.take();
}

Result<std::vector<Stage>> list_stages(Client& client, const std::string& entity) {
    const Reply reply = client.call("crm.status.list", status_filter(entity));
    if (reply.trouble) return client.error(*reply.trouble);
    std::vector<Stage> stages;
    for (const auto item : reply.result()) {
        if (text_or_empty(item["ENTITY_ID"]) != entity) continue;
        const auto sort = item["SORT"].integer();
        const std::string meaning = text_or_empty(item["SEMANTICS"]);
        const auto system = item["SYSTEM"].flag();
        stages.push_back({id_text(item["ID"]), text_or_empty(item["STATUS_ID"]),
                          text_or_empty(item["NAME"]), sort ? *sort : 0,
                          meaning.empty() ? 'P' : meaning.front(), system && *system});
    }
    std::stable_sort(stages.begin(), stages.end(),
                     [](const Stage& a, const Stage& b) { return a.sort < b.sort; });
    return stages;
}

// The category of a type that has one only. Some portals list none for it: its stages tell.
Result<std::string> only_category(SetupRun& run, int entity_type) {
    json::Writer body;
    body.begin_object().member("entityTypeId", entity_type).end_object();
    const Reply reply = run.client.call("crm.category.list", body.take());
    if (reply.trouble && !is_missing(*reply.trouble)) return run.client.error(*reply.trouble);
    std::string first;
    const json::Value none;
    const json::Value list = reply.trouble ? none : reply.result()["categories"];
    for (const auto item : list) {
        const std::string id(item["id"].text() ? *item["id"].text() : "");
        const auto is_default = item["isDefault"].flag();
        if (run.before.there() && run.before.category == id) return id;
        if (first.empty() || (is_default && *is_default)) first = id;
    }
    if (!first.empty()) return first;
    const Reply all = run.client.call("crm.status.list", status_filter(""));
    if (all.trouble) return run.client.error(*all.trouble);
    const std::string begin = "DYNAMIC_" + std::to_string(entity_type) + "_STAGE_";
    for (const auto item : all.result()) {
        const std::string entity = text_or_empty(item["ENTITY_ID"]);
        if (entity.substr(0, begin.size()) == begin) return entity.substr(begin.size());
    }
    return run.client.error(strange("crm.category.list", "the smart process has no pipeline"));
}

// Portals put the pipeline's prefix before a code; ours is what follows it.
bool has_code(const Stage& stage, std::string_view code) {
    const auto colon = stage.status.rfind(':');
    return !code.empty() && stage.status.substr(colon == std::string::npos ? 0 : colon + 1) == code;
}

// A person who adds a stage can give it a name only.
bool is_named(const Stage& stage, const CardStage& known) {
    return !known.name.empty() && fold_case(stage.name) == fold_case(known.name);
}

bool is_ours(const Stage& stage) {
    return std::any_of(kCardStages.begin(), kCardStages.end(), [&](const CardStage& known) {
        return has_code(stage, known.code) || is_named(stage, known);
    });
}

// The stage of a state: the one that the last layout named, ours by its code, or the pipeline's own
// first one of the meaning.
const Stage* stage_of(const SetupRun& run, const std::vector<Stage>& stages,
                      const CardStage& wanted) {
    const auto before = run.before.states.find(std::string(wanted.state));
    for (const auto& stage : stages)
        if (before != run.before.states.end() && stage.status == before->second &&
            stage.semantics == wanted.semantics)
            return &stage;
    for (const auto& stage : stages) {
        if (stage.semantics != wanted.semantics) continue;
        if (wanted.code.empty() ? !is_ours(stage) : has_code(stage, wanted.code)) return &stage;
    }
    for (const auto& stage : stages)
        if (stage.semantics == wanted.semantics && is_named(stage, wanted)) return &stage;
    return nullptr;
}

// Between the first stage and the won one, or after the last failed one: portals refuse another
// order.
std::int64_t sort_of(const SetupRun& run, const std::vector<Stage>& stages,
                     const CardStage& wanted) {
    std::int64_t last = 0;
    for (const auto& stage : stages) last = std::max(last, stage.sort);
    if (wanted.semantics == 'F') return last + 10;
    const Stage* first = stage_of(run, stages, kCardStages[0]);
    std::int64_t low = first != nullptr ? first->sort : 0;
    std::int64_t high = last + 10;
    for (const auto& stage : stages)
        if (stage.semantics == 'S') high = std::min(high, stage.sort);
    std::int64_t place = 0;
    std::int64_t places = 1;
    for (const auto& known : kCardStages) {
        if (known.semantics != 'P' || known.code.empty()) continue;
        ++places;
        if (&known <= &wanted) ++place;
    }
    const std::int64_t step = std::max<std::int64_t>(1, (high - low) / places);
    return std::max(low, std::min(high - 1, low + place * step));
}

Write stage_write(const SetupRun& run, const Cards& cards, const std::vector<Stage>& stages,
                  const CardStage& wanted) {
    const std::string type = cards.there() ? std::to_string(cards.entity_type) : "{entityTypeId}";
    const std::string category = cards.there() ? cards.category : "{category}";
    json::Writer out;
    out.begin_object().key("fields").begin_object();
    out.member("ENTITY_ID", "DYNAMIC_" + type + "_STAGE_" + category);
    out.member("STATUS_ID", "DT" + type + "_" + category + ":" + std::string(wanted.code));
    out.member("NAME", wanted.name).member("SORT", sort_of(run, stages, wanted));
    out.member("COLOR", wanted.color);
    if (wanted.semantics != 'P') out.member("SEMANTICS", std::string(1, wanted.semantics));
    out.end_object().end_object();
    return {"stage " + std::string(wanted.name), "crm.status.add", out.take(), run.made()};
}

// A new type comes with stages that no state uses: they would only invite cards.
std::vector<Write> unused_stages(const SetupRun& run, const std::vector<Stage>& stages) {
    std::vector<Write> writes;
    for (const auto& stage : stages) {
        const bool used = std::any_of(kCardStages.begin(), kCardStages.end(), [&](const auto& one) {
            return stage_of(run, stages, one) == &stage;
        });
        if (used || stage.id.empty()) continue;
        json::Writer out;
        out.begin_object().key("id").raw(stage.id);
        if (stage.system) out.key("params").begin_object().member("FORCED", "Y").end_object();
        out.end_object();
        writes.push_back({"removal of the unused stage " + stage.status, "crm.status.delete",
                          out.take(), "made"});
    }
    return writes;
}

} // namespace

Result<bool> have_stages(SetupRun& run, Cards& cards, bool fresh) {
    auto category = only_category(run, cards.entity_type);
    if (!category) return category.error();
    cards.category = std::move(*category);
    auto stages = list_stages(run.client, cards.stage_entity());
    if (!stages) return stages.error();
    std::vector<Write> writes;
    if (fresh) writes = unused_stages(run, *stages);
    for (const auto& wanted : kCardStages) {
        const Stage* found = stage_of(run, *stages, wanted);
        const std::string what = "stage of " + std::string(wanted.state);
        if (found == nullptr && wanted.code.empty())
            run.step(what, "failed",
                     "the pipeline has no stage with the meaning " +
                         std::string(1, wanted.semantics) + ": add one in Bitrix24");
        else if (found == nullptr)
            writes.push_back(stage_write(run, cards, *stages, wanted));
    }
    if (writes.empty()) run.step("stages of the cards", "ok");
    run.carry_out(writes);
    // A portal may have changed the codes: they are taken as it lists them.
    if (!run.dry && !writes.empty()) stages = list_stages(run.client, cards.stage_entity());
    if (!stages) return stages.error();
    cards.states.clear();
    for (const auto& wanted : kCardStages)
        if (const Stage* found = stage_of(run, *stages, wanted))
            cards.states[std::string(wanted.state)] = found->status;
    return cards.states.size() == kCardStages.size();
}

void plan_stages(SetupRun& run) {
    std::vector<Write> writes;
    for (const auto& wanted : kCardStages)
        if (!wanted.code.empty()) writes.push_back(stage_write(run, {}, {}, wanted));
    run.carry_out(writes);
}

} // namespace hb::connector::bitrix24
