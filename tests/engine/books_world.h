#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "books/books.h"
#include "desk/terms.h"

// The books without a remote: facts are put into the mirror as a pull would put them. For histories
// of many steps.
namespace hb::test {

class BooksWorld {
public:
    BooksWorld();
    ~BooksWorld();

    std::int64_t company(const std::string& id, const std::string& name);
    std::int64_t own_company(const std::string& id, const std::string& name);
    void person(const std::string& id);
    // The task's client is `company`'s remote id; "" none.
    void task(const std::string& id, const std::string& company, domain::TaskStatus status,
              const std::vector<std::string>& tags = {});
    // At a moment, for what hangs on zones.
    void entry_at(const std::string& id, const std::string& task, const std::string& person,
                  std::int64_t seconds, const std::string& at);
    // Of any planner, and as its raw record stands: `{}` says nothing to rules. Owners follow, as
    // at the end of a pull's tasks.
    void task(const domain::SourceTask& task, const std::string& raw = "{}");
    void project(const std::string& id, const std::string& name, const std::string& raw = "{}");
    void person(const std::string& id, const std::string& name, const std::string& raw = "{}");
    void owners();
    void entry(const std::string& id, const std::string& task, const std::string& person,
               std::int64_t seconds, Day day, const std::string& text = "work");
    // From here on facts come from this planner; "bitrix24" at the beginning.
    void planner(const std::string& name);
    void gone(const std::string& stream, const std::string& id);
    // What a pull does after its pages: owners, drafts, drift.
    void settle();
    Result<desk::Applied> contract(const std::string& company, const std::string& terms);
    // The deal as the CRM would show it after our writes.
    domain::DealState deal(std::int64_t report, bool won = false);

    ManualClock clock;
    CountingIds ids;
    std::unique_ptr<store::Database> db;
    std::unique_ptr<store::Tables> tables; // for looking, and for what no command does
    std::unique_ptr<books::Books> books;
    books::Actor actor{"test"};

private:
    void keep(const std::string& stream, const std::string& id, domain::Fact fact,
              const std::string& content, const std::string& raw = "{}");
    books::RemoteRuntime& remote();
    std::string planner_ = "bitrix24";
    std::int64_t pull_ = 0;
    std::map<std::string, std::int64_t> remote_companies_;
};

} // namespace hb::test
