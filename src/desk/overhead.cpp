#include "desk/overhead.h"

#include <map>
#include <set>
#include <tuple>

#include "books/drafting.h"
#include "domain/versions.h"

namespace hb::desk {
namespace {

void finish(OverheadRow& row) {
    if (row.all_seconds > 0)
        row.percent_tenths =
            static_cast<int>(domain::mul_div_round(row.overhead_seconds, 1000, row.all_seconds));
    row.above_target = row.percent_tenths > kOverheadTargetPercent * 10;
}

} // namespace

std::vector<OverheadRow> overhead(const Reading& read, DayRange period) {
    std::set<std::int64_t> clients;
    for (const auto& contract : read->contracts.all()) clients.insert(contract.client);

    books::Drafting drafting(read);
    std::map<std::tuple<std::string, std::string, std::string>, OverheadRow> rows;
    for (const auto client : clients) {
        const auto company = read->sources.find_company(client);
        const auto versions = drafting.contracts_of(client);
        std::map<std::int64_t, domain::TaskFacts> tasks;
        for (const auto& entry : read->sources.entries_of_client(client, period.from, period.to)) {
            if (entry.deleted || entry.seconds <= 0) continue;
            auto task = tasks.find(entry.task);
            if (task == tasks.end())
                task =
                    tasks
                        .emplace(entry.task,
                                 drafting.task_facts(*read->sources.find_task(entry.task), false))
                        .first;
            const auto verdict =
                domain::judge(task->second, *domain::in_force(versions, entry.work_date),
                              read.settings.nonbillable, std::nullopt, entry.word);
            const std::string month = format_day(entry.work_date).substr(0, 7);
            const std::string project =
                task->second.group.id.empty() ? "" : to_string(task->second.group);
            for (const auto& key : {project, std::string("*")}) {
                auto& row = rows[{to_string(company->ref), key, month}];
                row.client = to_string(company->ref);
                row.client_name = company->name;
                row.project = key;
                row.project_name = key == "*" ? "all projects" : task->second.group_name;
                row.month = month;
                row.all_seconds += entry.seconds;
                if (verdict.overhead) row.overhead_seconds += entry.seconds;
            }
        }
    }
    std::vector<OverheadRow> out;
    for (auto& [key, row] : rows) {
        finish(row);
        out.push_back(std::move(row));
    }
    return out;
}

} // namespace hb::desk
