#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/call.h"

// Faults that are about rows: which ones, and what happens to them. Inner header.
namespace hb::sandbox {

struct RowKind {
    Thing thing = Thing::Task;
    int type = 0; // of CrmItem
    bool operator==(const RowKind&) const = default;
};

// "tasks", "entries", "users", "groups", "deals", "companies", "contacts", "invoices",
// "items/1030".
std::optional<RowKind> row_kind(const State& state, std::string_view what);
std::string what_of(RowKind kind); // the reverse
// What a method answers with; nothing for one whose rows are none of these.
std::optional<RowKind> rows_of_method(std::string_view method, const Tree& params);
bool picked(const State& state, const RowPick& pick, RowKind kind, std::int64_t id);
// What is wrong with a fault on this portal: "no such task: 99". Nothing when it can be added.
std::optional<std::string> wrong_pick(const State& state, const Fault& fault);

// The picked rows get a new time of change, as if somebody touched them between two pages.
void move_rows(Call& call, const Fault& fault);
// The picked rows went to the recycle bin: those who listen are told.
void tell_binned(Call& call, const Fault& fault);
// DropMember, RenameMember, RetypeMember, Scale, Shift in the rows of an answer.
void spoil_rows(Answer& answer, const Fault& fault, const State& state, std::string_view method,
                const Tree& params);

// The same on one row, by a path of names ("timeInterval/start"). A member that is not there, or
// that holds nothing of the kind, stays as it is.
void spoil_member(Tree& row, const Fault& fault);

} // namespace hb::sandbox
