#pragma once

#include <map>
#include <string>

#include "connector/manifest/caller.h"
#include "domain/exchange.h"

// Writing what a planner can show of payments, and reading it back.
namespace hb::connector::manifest {

class Marks {
public:
    explicit Marks(Caller& caller) : caller_(caller) {}

    // Whether the settings that a mark needs are there.
    bool possible() const;
    domain::WriteResult write(const domain::WriteOp& op);
    // The op's own fields when they stand there, "" when the target is gone, else what does.
    Result<std::string> read_back(const domain::WriteOp& op);

private:
    Reply call_write(const Mark& mark, bool set, const Names& names);
    domain::WriteResult set_mark(const Mark& mark, const domain::WriteOp& op);
    std::optional<domain::WriteResult> look_before(const Mark& mark, const std::string& target,
                                                   Names& names);
    domain::WriteResult set_up(const Mark& mark, const domain::WriteOp& op);
    domain::WriteResult failed(const Reply& reply, std::string_view what) const;
    domain::WriteResult rejected(std::string message, std::string hint = "") const;
    Names names_of(const Mark& mark, const domain::WriteOp& op, json::Value fields) const;
    const Mark* usable(const domain::WriteOp& op) const;
    static bool answer_shows(const Mark& mark, const Reply& reply, const Names& names, bool set);
    std::string fields_of(const std::string& percent, const std::string& reports) const;

    Caller& caller_;
    std::map<std::string, std::string> made_; // of the set-up: name -> id
    struct Before {
        std::string target;
        Instant at{};
        std::vector<std::pair<std::string, std::string>> words;
    };
    Before before_;
    bool plain_ = false; // `without` was needed once
    std::size_t steps_done_ = 0;
    // Of the step that is under way: it is not there; it was made and must be there.
    enum class Step { Look, Make, LookAgain };
    Step step_ = Step::Look;
};

} // namespace hb::connector::manifest
