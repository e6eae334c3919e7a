#include "desk/link_needed.h"

#include <algorithm>
#include <set>

#include "books/drafting.h"
#include "books/link_rules.h"
#include "books/named_companies.h"
#include "domain/titles.h"

namespace hb::desk {
namespace {

constexpr std::size_t kCandidates = 3;
constexpr int kAlike = 50; // percent; below it a proposal is noise

using Candidate = NeededRow::Candidate;

struct Known {
    std::string ref, name;
    domain::TitleShape shape;
};

std::vector<Candidate> alike(const std::string& name, const std::vector<Known>& all) {
    const domain::TitleShape shape(name);
    std::vector<Candidate> out;
    for (const auto& one : all)
        if (const int percent = shape.likeness(one.shape); percent >= kAlike)
            out.push_back({one.ref, one.name, percent});
    std::stable_sort(out.begin(), out.end(), [](const Candidate& a, const Candidate& b) {
        return a.likeness > b.likeness;
    });
    if (out.size() > kCandidates) out.resize(kCandidates);
    return out;
}

std::string plain_words(const std::string& name) {
    return domain::plain_name(name);
}

class Looking {
public:
    explicit Looking(const Reading& read) : read_(read), drafting_(read) {
        for (auto& row : linked_by_rules(read)) ruled_.emplace(row.ref, std::move(row));
        const auto* crm = read.crm();
        if (crm == nullptr) return;
        for (const auto& row : companies_by_name(read, crm->row.id))
            companies_.push_back({to_string(row.ref), row.name, domain::TitleShape(row.name)});
        for (const auto& row : read->sources.persons(crm->row.id))
            if (row.known)
                persons_.push_back(
                    {to_string(row.ref), row.name, domain::TitleShape(plain_words(row.name))});
    }

    Needed look() {
        for (const auto& waits : read_->link_rules.waiting()) add_work(waits);
        add_people();
        return std::move(out_);
    }

private:
    void add_work(const store::LinkRules::Waiting& waits) {
        NeededRow row;
        const std::string remote = read_.remote_name(waits.remote);
        if (waits.project.empty()) {
            row.ref = to_string(domain::Ref{remote, "task", waits.task});
            const auto task = read_->sources.find_task({remote, "task", waits.task});
            row.name = task ? task->facts.title : "";
        } else {
            const auto project = read_->sources.find_project({remote, "project", waits.project});
            row.ref =
                to_string(project ? project->ref : domain::Ref{remote, "project", waits.project});
            row.name = project ? project->name : "";
        }
        row.tasks = waits.tasks;
        row.entries = waits.entries;
        row.seconds = waits.seconds;
        if (!doubted(row)) {
            row.why = "no link, and no rule fits";
            row.candidates = alike(row.name, companies_);
            const auto sure =
                std::count_if(row.candidates.begin(), row.candidates.end(),
                              [](const Candidate& each) { return each.likeness == 100; });
            if (sure == 1 && !waits.project.empty()) ++out_.by_name[remote];
        }
        out_.entries += row.entries;
        out_.seconds += row.seconds;
        out_.work.push_back(std::move(row));
    }

    // A rule finds more than one: they are the candidates.
    bool doubted(NeededRow& row) {
        const auto found = ruled_.find(row.ref);
        if (found == ruled_.end() || found->second.targets.size() < 2) return false;
        const auto& match = found->second;
        row.why = "rule " + std::to_string(match.rule) + " finds " +
                  std::to_string(match.targets.size()) + " for \"" + match.value + "\"";
        for (const auto& ref : match.targets) {
            const auto parsed = domain::parse_ref(ref);
            const bool user = parsed && parsed->kind == "user";
            std::string name;
            if (user) {
                if (const auto person = read_->sources.find_person(*parsed)) name = person->name;
            } else if (parsed) {
                if (const auto company = read_->sources.find_company(*parsed)) name = company->name;
            }
            row.candidates.push_back({ref, name, 100});
        }
        return true;
    }

    // Clients whose terms name people: there it matters who somebody is.
    std::map<std::int64_t, std::set<std::string>> named_people() {
        std::map<std::int64_t, std::set<std::string>> out;
        for (const auto& row : read_->contracts.all())
            for (const auto& contract : drafting_.contracts_of(row.client))
                for (const auto& rate : contract.rates)
                    if (rate.person) out[row.client].insert(to_string(*rate.person));
        return out;
    }

    void add_people() {
        std::map<std::int64_t, NeededRow> rows;
        for (const auto& [client, named] : named_people()) {
            for (const auto& entry : read_->sources.free_until(client, day_max())) {
                if (entry.ref.remote == read_.settings.crm_remote || entry.seconds == 0) continue;
                const auto own = read_->sources.find_person(entry.person);
                const auto person = drafting_.joined(entry.person);
                if (person.id != entry.person || named.count(to_string(own->ref)) > 0) continue;
                auto& row = rows[entry.person];
                row.ref = to_string(own->ref);
                row.name = own->name;
                ++row.entries;
                row.seconds += entry.seconds;
            }
        }
        for (auto& [id, row] : rows) {
            if (!doubted(row)) {
                row.why = "rates of a client name people, and this one is joined to nobody";
                row.candidates = alike(plain_words(row.name), persons_);
            }
            out_.people.push_back(std::move(row));
        }
    }

    const Reading& read_;
    books::Drafting drafting_;
    std::map<std::string, books::RuleLinked> ruled_;
    std::vector<Known> companies_, persons_;
    Needed out_;
};

} // namespace

Needed links_needed(const Reading& read) {
    return Looking(read).look();
}

} // namespace hb::desk
