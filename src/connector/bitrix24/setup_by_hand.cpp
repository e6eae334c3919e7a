#include <algorithm>
#include <set>

#include "base/text.h"
#include "connector/bitrix24/items.h"
#include "connector/bitrix24/query.h"
#include "connector/bitrix24/setup_run.h"

// What a portal does not offer, and what a person does instead: an older one, or one on the
// client's own machine, has fewer methods.
namespace hb::connector::bitrix24 {
namespace {

struct Instead {
    std::string_view method;
    std::string_view what;
};
// Setup finds again what was made by hand: types by their title, stages by their names, fields by
// their codes.
constexpr std::array kInstead = {
    Instead{"crm.type.add", "make the smart process \"Hour report\" by hand, with stages, clients "
                            "and documents, bound to deals"},
    Instead{"crm.type.update", "switch on stages, clients, documents and use in custom fields in "
                               "the settings of the smart process by hand"},
    Instead{"crm.status.add", "add these stages to the smart process by hand, each with its name "
                              "here: those of work before the won one, Credited among the lost"},
    Instead{"crm.status.delete", "remove these stages of the smart process by hand, or leave them"},
    Instead{"userfieldconfig.add",
            "add these fields to the smart process by hand, each with its code, which ends in HB_ "
            "and its name here in capitals; hourbridge portal setup --dry-run --json prints codes "
            "and types"},
    Instead{"task.item.userfield.add",
            "let an administrator add these fields (text) to tasks by hand"},
    Instead{"event.bind", "make an outgoing webhook for the events by hand"},
};

} // namespace

std::string not_offered(std::string_view method) {
    std::string out = "this portal does not offer " + std::string(method);
    for (const auto& each : kInstead)
        if (each.method == method)
            return out + ": " + std::string(each.what) + ". Then: hourbridge portal setup";
    return out;
}

bool SetupRun::lacks_method(const Trouble& trouble) const {
    const std::string_view scope = scope_of(trouble.method);
    return trouble.nature == Nature::NoMethod &&
           std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

// A portal that does not say so is taken to have it.
std::set<std::string> SetupRun::missing_methods(const std::vector<Write>& writes) const {
    std::set<std::string> methods;
    for (const auto& write : writes) methods.insert(write.method);
    std::vector<Command> commands;
    for (const auto& method : methods)
        commands.push_back({"m" + std::to_string(commands.size()), "method.get",
                            Query().add({"name"}, method).text()});
    if (commands.empty()) return {};
    const BatchReply reply = client.batch(commands);
    std::set<std::string> missing;
    std::size_t i = 0;
    for (const auto& method : methods) {
        const std::string key = "m" + std::to_string(i++);
        if (reply.trouble || reply.part(key).trouble) continue;
        const auto exists = reply.part(key).result["isExisting"].flag();
        if (exists && !*exists) missing.insert(method);
    }
    return missing;
}

} // namespace hb::connector::bitrix24
