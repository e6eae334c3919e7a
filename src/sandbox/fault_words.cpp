#include <algorithm>
#include <array>

#include "base/text.h"
#include "sandbox/faults.h"
#include "sandbox/seed.h"

// Faults as the control calls send them: known words only, each in its range.
namespace hb::sandbox {

namespace {

using Kind = Fault::Kind;

constexpr std::array<std::pair<Kind, const char*>, 25> kNames{{
    {Kind::LostAnswer, "lost_answer"},
    {Kind::Reset, "reset"},
    {Kind::Html, "html"},
    {Kind::Slow, "slow"},
    {Kind::Truncated, "truncated"},
    {Kind::Error, "error"},
    {Kind::Redirect, "redirect"},
    {Kind::EmptyList, "empty_list"},
    {Kind::EmptyResult, "empty_result"},
    {Kind::ShortPage, "short_page"},
    {Kind::NoTotal, "no_total"},
    {Kind::WrongTypes, "wrong_types"},
    {Kind::LateVisible, "late_visible"},
    {Kind::Transformation, "transformation_error"},
    {Kind::Hide, "hide"},
    {Kind::Bin, "bin"},
    {Kind::Narrow, "narrow"},
    {Kind::NoMethod, "no_method"},
    {Kind::Outage, "outage"},
    {Kind::DropMember, "drop_member"},
    {Kind::RenameMember, "rename_member"},
    {Kind::RetypeMember, "retype_member"},
    {Kind::Scale, "scale"},
    {Kind::Shift, "shift"},
    {Kind::MoveRow, "move_row"},
}};

constexpr std::array<std::string_view, 26> kWords{
    "kind",         "method",      "count",  "skip",        "delay_ms",   "seconds",
    "days",         "status",      "code",   "description", "containing", "location",
    "after_commit", "for_seconds", "answer", "retry_after", "what",       "share",
    "seed",         "ids",         "person", "project",     "member",     "to",
    "factor",       "token"};

constexpr std::array<std::string_view, 6> kTypes{"text", "number", "flag", "list", "map", "null"};

template <class Words> std::string known(const Words& words) {
    std::string out;
    for (const auto word : words) out += (out.empty() ? "" : ", ") + std::string{word};
    return out;
}

template <class Words> bool one_of(const Words& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Reads one member after the other; the first thing that is wrong stays.
struct Reader {
    const Tree& sent;
    std::string wrong{};

    const Tree* find(const char* name) const { return sent.find(name); }
    void complain(std::string text) {
        if (wrong.empty()) wrong = std::move(text);
    }
    std::string text(const char* name) {
        const Tree* value = find(name);
        if (value == nullptr) return {};
        if (value->is_branch()) complain(std::string{name} + " has to be a text");
        return value->str();
    }
    std::int64_t number(const char* name, std::int64_t otherwise, std::int64_t least) {
        const Tree* value = find(name);
        if (value == nullptr) return otherwise;
        const auto whole = value->integer();
        if (!whole || *whole < least)
            complain(std::string{name} + " has to be a whole number, " + std::to_string(least) +
                     " at least");
        return whole.value_or(otherwise);
    }
    Micro decimal(const char* name, Micro otherwise) {
        const Tree* value = find(name);
        if (value == nullptr) return otherwise;
        const auto amount = value->is_branch() ? std::nullopt : read_decimal(value->str());
        if (!amount) complain(std::string{name} + " has to be a number");
        return amount.value_or(otherwise);
    }
};

void read_pick(Reader& from, RowPick& pick) {
    pick.what = from.text("what");
    pick.share = from.decimal("share", pick.share);
    if (pick.share <= 0 || pick.share > 1'000'000)
        from.complain("share has to be more than 0 and at most 1");
    pick.seed = static_cast<std::uint64_t>(from.number("seed", 1, 0));
    pick.person = from.text("person");
    pick.project = from.text("project");
    const Tree* ids = from.find("ids");
    if (ids == nullptr) return;
    pick.ids = ids->strings();
    if (ids->kind() != Tree::Kind::List || pick.ids.empty())
        from.complain("ids has to be a list with an id in it");
}

void read_kind(Reader& from, Fault& fault) {
    const std::string kind = from.text("kind");
    if (kind == "503" || kind == "429" || kind == "error_200") {
        fault.kind = Kind::Error;
        fault.status = kind == "503" ? 503 : kind == "429" ? 429 : 200;
    } else if (const auto known_kind = read_fault_kind(kind)) {
        fault.kind = *known_kind;
    } else {
        from.complain("unknown kind of fault: " + kind);
    }
}

std::int64_t read_seconds(Reader& from) {
    constexpr std::int64_t kCentury = 36525;
    const std::int64_t days = from.number("days", 0, -kCentury);
    if (days > kCentury) from.complain("days has to be at most 36525");
    return from.number("seconds", 0, -kCentury * 86400) + days * 86400;
}

// What a kind can't do without.
void check_needs(Reader& from, const Fault& fault) {
    const std::string kind = to_string(fault.kind);
    if (spoils_members(fault) && (fault.member.empty() || fault.member.ends_with('/')))
        from.complain(kind + " needs a member");
    if (fault.kind == Kind::RenameMember && fault.to.empty())
        from.complain("rename_member needs the new name: \"to\"");
    if (fault.kind == Kind::RetypeMember && !one_of(kTypes, fault.to))
        from.complain("retype_member needs \"to\", one of " + known(kTypes));
    if (fault.kind == Kind::Scale && from.find("factor") == nullptr)
        from.complain("scale needs a factor");
    if (fault.kind == Kind::Shift && fault.seconds == 0)
        from.complain("shift needs seconds or days");
    if (fault.kind == Kind::NoMethod && fault.method == "*")
        from.complain("no_method needs the name of a method");
    if (fault.kind == Kind::Narrow && fault.pick.person.empty())
        from.complain("narrow needs the person whose webhook it becomes");
    if (fault.kind != Kind::Outage) return;
    if (fault.count < 0 && fault.for_seconds == 0)
        from.complain("an outage needs an end: for_seconds or count");
    if (fault.answer != "html" && fault.answer != "json" && fault.answer != "reset")
        from.complain("an outage's answer is html, json or reset");
    if (fault.method != "*") from.complain("an outage is of everything: no method");
}

} // namespace

const char* to_string(Fault::Kind kind) {
    for (const auto& [value, name] : kNames)
        if (value == kind) return name;
    return "?";
}

std::optional<Fault::Kind> read_fault_kind(std::string_view name) {
    for (const auto& [value, known] : kNames)
        if (name == known) return value;
    return std::nullopt;
}

ReadFault read_fault(const Tree& sent) {
    Reader from{sent};
    for (std::size_t i = 0; i < sent.size(); ++i)
        if (!one_of(kWords, sent.key(i)))
            from.complain("unknown word of a fault: " + sent.key(i) + "; there are " +
                          known(kWords));
    Fault fault;
    fault.status = static_cast<int>(from.number("status", 0, 0));
    if (fault.status != 0 && (fault.status < 100 || fault.status > 599))
        from.complain("status has to be one of HTTP");
    read_kind(from, fault);
    if (!from.text("method").empty()) fault.method = from.text("method");
    fault.count = from.number("count", lasts(fault) ? -1 : 1, -1);
    fault.skip = from.number("skip", 0, 0);
    fault.delay_ms = from.number("delay_ms", 0, 0);
    fault.seconds = read_seconds(from);
    fault.for_seconds = from.number("for_seconds", 0, 0);
    fault.retry_after = from.number("retry_after", 0, 0);
    fault.containing = from.text("containing");
    fault.code = from.text("code");
    fault.description = from.text("description");
    if (fault.kind == Kind::Redirect && !from.text("location").empty())
        fault.description = from.text("location");
    const Tree* after = sent.find("after_commit");
    fault.after_commit = after != nullptr && after->truthy();
    read_pick(from, fault.pick);
    fault.member = from.text("member");
    fault.to = from.text("to");
    fault.factor = from.decimal("factor", kMicro);
    fault.token = from.find("token") == nullptr ? kAdminToken : from.text("token");
    if (!from.text("answer").empty()) fault.answer = from.text("answer");
    check_needs(from, fault);
    if (!from.wrong.empty()) return from.wrong;
    return fault;
}

} // namespace hb::sandbox
