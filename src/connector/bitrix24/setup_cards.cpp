#include <algorithm>

#include "connector/bitrix24/setup_run.h"

namespace hb::connector::bitrix24 {

Status set_up_cards(SetupRun& run, const std::vector<std::string>& scopes) {
    // Before the type is made: a type without its fields is of no use to anybody.
    if (!scopes.empty() &&
        std::find(scopes.begin(), scopes.end(), "userfieldconfig") == scopes.end()) {
        Trouble lacking;
        lacking.nature = Nature::Scope;
        lacking.method = "userfieldconfig.add";
        lacking.application = run.client.application();
        run.trouble("fields of the cards", lacking);
        return {};
    }
    bool fresh = false;
    const auto type = have_type(run, fresh);
    if (!type) return type.error();
    if (!*type) {
        if (!run.dry || !fresh) return {};
        plan_stages(run);
        plan_fields(run);
        return {};
    }
    Cards cards;
    cards.entity_type = (*type)->entity_type;
    cards.type_id = (*type)->id;
    const auto stages = have_stages(run, cards, fresh);
    if (!stages) return stages.error();
    const auto fields = have_fields(run, cards);
    if (!fields) return fields.error();
    if (*stages && *fields) run.report.cards = layout_of(cards);
    return {};
}

} // namespace hb::connector::bitrix24
