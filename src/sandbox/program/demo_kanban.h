#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/program/stage.h"

namespace hb::sandbox {

// The second half of the demo: a manager who lives in the portal makes a report card on the kanban,
// moves it, and everything else follows. Asks the portal itself what is in it.
class DemoKanban {
public:
    struct Told {
        std::string title, what;
        std::vector<std::string> more;
    };
    // `company`: of a client with a contract; the period is a whole month.
    DemoKanban(Stage& stage, std::string company, DayRange month)
        : stage_(stage), company_(std::move(company)), month_(month) {}

    // What happened, act by act; or what went wrong.
    Result<std::vector<Told>> play();

private:
    Status set_up();
    Status make_card();
    Status send();
    Status agree();
    Status pay();
    Status follow_links();

    Result<json::Document> call(const std::string& method, const std::string& body);
    Result<json::Document> item(int type, const std::string& id);
    Status run();
    Status move_card(const std::string& state);
    Status look_at_cards();
    std::string field_named(const std::string& name) const; // "from": UF_CRM_7_HB_FROM
    std::string stage_of(const std::string& state) const;   // "sent": DT1030_30:HB_SENT
    std::vector<std::string> documents() const;
    std::string on_card(const std::string& field);
    Error unlike(const std::string& what) const;
    void tell(const std::string& title, const std::string& what,
              std::vector<std::string> more = {});

    Stage& stage_;
    std::string company_;
    DayRange month_;
    std::vector<Told> told_;
    int type_ = 0;
    std::string prefix_; // of the names of its fields
    std::map<std::string, std::string> stages_;
    std::string card_, deal_, invoice_, number_;
    std::int64_t report_ = 0;
};

} // namespace hb::sandbox
