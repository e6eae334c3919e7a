#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sandbox/call.h"
#include "json/writer.h"

// Tasks: who sees them, how they are written, what a change does to them. Inner header.
namespace hb::sandbox {

// Administrators see everything, others what they take part in; nobody sees what is not visible
// yet.
bool may_see(const Call& call, const Task& task);
// The same, whether it is visible or not.
bool takes_part(const Call& call, const Task& task);
// The task when the caller may see it.
Task* find_task(Call& call, std::int64_t id);

enum class TaskShape { List, Get, Full }; // Full: the answer of add, update, complete

class TaskWriter {
public:
    TaskWriter(const Call& call, const Tree* select, TaskShape shape);
    void write(json::Writer& to, const Task& task) const;

private:
    bool asked(std::string_view name) const;
    void write_people(json::Writer& to, const Task& task) const;
    void write_custom(json::Writer& to, const Task& task) const;

    const Call& call_;
    TaskShape shape_;
    bool all_;
    std::vector<std::string> names_;
    std::vector<bool> fields_;
    // What stands beside the plain fields, decided once for all rows.
    bool description_, sub_status_, tags_, group_, creator_, responsible_, accomplices_, auditors_;
    std::vector<const TaskField*> custom_;
};

// Puts the sent fields into a task. An error leaves the task half changed: work on a copy.
std::optional<Failure> apply_task_fields(State& state, const PortalOptions& options, Task& task,
                                         const Tree& fields);
void set_task_status(Task& task, int status, std::int64_t by, Seconds now);
// -1 overdue, -3 almost overdue, else the status itself.
int sub_status(const Task& task, Seconds now);

Outcome task_list(Call& call);

} // namespace hb::sandbox
