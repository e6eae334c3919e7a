#include "connector/manifest/marks.h"

#include <algorithm>

#include "base/text.h"
#include "connector/manifest/rows.h"
#include "json/writer.h"

namespace hb::connector::manifest {
namespace {

using domain::Outcome;
using domain::WriteOp;
using domain::WriteResult;

constexpr const char* kPaid = "100"; // percent
constexpr std::chrono::minutes kBeforeLives{2};

WriteResult done(std::string answer = "") {
    WriteResult result;
    result.outcome = Outcome::Done;
    result.answer = std::move(answer);
    return result;
}

WriteResult gone() {
    WriteResult result = done();
    result.gone = true;
    return result;
}

std::string text_at(const json::Value& fields, const std::string& name) {
    return std::string(fields[name].text_view().value_or(""));
}

std::string value_of(const Addition& place, const json::Value& body, const Names& names) {
    const json::Value there = body.pointer(place.from);
    const json::Value value = place.kind == Addition::Kind::Named
                                  ? named(there, place.text.fill_all(names), place.take)
                                  : there;
    return value.nothing() ? "" : word_of(value).value_or("");
}

std::string id_of_row(const SetupStep& step, const json::Value& body, const Names& names) {
    const auto rows = rows_at(body, step.rows, true);
    if (!rows) return "";
    for (const json::Value& row : *rows)
        if (word_of(row.pointer(step.named)) == step.value.fill_all(names))
            return word_of(row.pointer(step.id)).value_or("");
    return "";
}

} // namespace

WriteResult Marks::rejected(std::string message, std::string hint) const {
    WriteResult result;
    result.outcome = Outcome::Rejected;
    result.error = Error{Code::Forbidden, caller_.options().remote + ": " + std::move(message), "",
                         std::move(hint)};
    return result;
}

// Did it run?
WriteResult Marks::failed(const Reply& reply, std::string_view what) const {
    WriteResult result;
    result.error = caller_.error(reply, what);
    result.due = reply.due;
    if (reply.fate == Fate::Lost) {
        result.outcome = Outcome::Unknown;
    } else if (reply.fate != Fate::Answered || reply.what == Do::Wait) {
        result.outcome = Outcome::Refused;
    } else if (reply.what == Do::Retry) {
        // 5xx after the request was taken: it may have run. A pause that was asked for says it did
        // not.
        result.outcome = reply.status == 503 ? Outcome::Refused : Outcome::Unknown;
    } else {
        result.outcome = Outcome::Rejected;
    }
    return result;
}

bool Marks::possible() const {
    const auto& mark = caller_.manifest().mark;
    return mark && std::none_of(mark->when.begin(), mark->when.end(),
                                [&](const auto& name) { return caller_.setting(name).empty(); });
}

const Mark* Marks::usable(const WriteOp& op) const {
    const auto& mark = caller_.manifest().mark;
    if (!possible()) return nullptr;
    if (op.kind == domain::OpKind::TaskField) return &*mark;
    const auto kind = mark->entries ? domain::OpKind::EntryMark : domain::OpKind::TaskMark;
    return op.kind == kind ? &*mark : nullptr;
}

Names Marks::names_of(const Mark& mark, const WriteOp& op, json::Value fields) const {
    (void)mark;
    Names names = caller_.names();
    names.set("target", op.target);
    names.set("percent", text_at(fields, caller_.options().paid_field));
    names.set("reports", text_at(fields, caller_.options().report_field));
    names.set("day", format_day(std::chrono::floor<std::chrono::days>(caller_.now())));
    for (const auto& [name, id] : made_) names.set("setup." + name, id);
    return names;
}

std::string Marks::fields_of(const std::string& percent, const std::string& reports) const {
    json::Writer out;
    out.begin_object().member(caller_.options().paid_field, percent);
    out.member(caller_.options().report_field, reports);
    return out.end_object().take();
}

WriteResult Marks::write(const WriteOp& op) {
    const Mark* mark = usable(op);
    if (op.kind == domain::OpKind::TaskField) return mark == nullptr ? done() : set_up(*mark, op);
    if (mark == nullptr)
        return rejected("nothing can be written there by an op of kind " +
                            std::string(to_string(op.kind)),
                        "this planner can't show payments, or a setting for it is missing: "
                        "connectors/" +
                            caller_.manifest().connector + "/quirks.md");
    return set_mark(*mark, op);
}

// What has to be known of the target before it is written. Nothing has been written yet, so an
// answer that is lost is no doubt. The answer is kept while the pace makes the write wait, and
// serves once.
std::optional<WriteResult> Marks::look_before(const Mark& mark, const std::string& target,
                                              Names& names) {
    const bool known = before_.target == target && caller_.now() < before_.at + kBeforeLives;
    if (!known) {
        const Reply reply = caller_.call(*mark.before, names);
        if (reply.fate == Fate::Answered && reply.what == Do::Gone) return gone();
        if (!reply.ok()) {
            WriteResult result = failed(reply, "what stands there before the mark");
            if (result.outcome == Outcome::Unknown) result.outcome = Outcome::Refused;
            return result;
        }
        before_ = {target, caller_.now(), {}};
        for (const auto& [name, place] : mark.take) {
            std::string word = value_of(place, reply.body(), names);
            if (word.empty()) {
                before_ = {};
                return rejected("what the mark needs is not there: " + name,
                                "compare connectors/" + caller_.manifest().connector +
                                    "/quirks.md with what this account answers");
            }
            before_.words.emplace_back(name, std::move(word));
        }
        if (caller_.earliest() > caller_.now()) {
            WriteResult later;
            later.outcome = Outcome::Refused;
            later.due = caller_.earliest();
            later.error = Error{Code::Remote, caller_.options().remote + ": the mark must wait", "",
                                "it goes on by itself"};
            return later;
        }
    }
    for (const auto& [name, word] : before_.words) names.set("before." + name, word);
    before_ = {};
    return std::nullopt;
}

// What can't be read is proven by the answer of its own write, where that tells of it.
bool Marks::answer_shows(const Mark& mark, const Reply& reply, const Names& names, bool set) {
    if (!reply.is_json || !reply.body().is_object()) return true;
    if (reply.body().pointer(mark.answered->at).missing()) return true;
    const Seen seen{reply.body(), {}, reply.status, &reply.response};
    return holds(*mark.answered, seen, names) == set;
}

WriteResult Marks::set_mark(const Mark& mark, const WriteOp& op) {
    const auto fields = json::Document::parse(op.fields);
    if (!fields) return rejected("the fields of a mark are no JSON");
    Names names = names_of(mark, op, fields->root());
    if (mark.before)
        if (auto stop = look_before(mark, op.target, names)) return *stop;
    const std::string percent = text_at(fields->root(), caller_.options().paid_field);
    const bool set = mark.only_paid ? percent == kPaid : !percent.empty();
    const Reply reply = caller_.call(set ? mark.set : mark.clear, names, true);
    if (reply.fate == Fate::Answered && reply.what == Do::Gone) return gone();
    if (!reply.ok() && !(reply.fate == Fate::Answered && reply.what == Do::Empty))
        return failed(reply, "the mark");
    if (mark.answered && !answer_shows(mark, reply, names, set))
        return rejected("the mark was taken, but the answer does not show it",
                        "look at record " + op.target +
                            " there: may this account change it? Then hourbridge outbox retry "
                            "with the op's number");
    if (caller_.earliest() > caller_.now()) return done(); // read back when the pace allows
    const auto there = read_back(op);
    return done(there && !there->empty() ? *there : "");
}

Result<std::string> Marks::read_back(const WriteOp& op) {
    const Mark* mark = usable(op);
    if (op.kind == domain::OpKind::TaskField) return op.fields;
    if (mark == nullptr) return std::string();
    const auto fields = json::Document::parse(op.fields);
    if (!fields) return Error{Code::Malformed, "the fields of a mark are no JSON", "", ""};
    if (mark->blind) return op.fields; // set again it would come out the same
    const Names names = names_of(*mark, op, fields->root());
    const Reply reply = caller_.call(mark->read, names);
    if (reply.fate == Fate::Answered && (reply.what == Do::Gone || reply.what == Do::Empty))
        return std::string();
    if (!reply.ok()) return caller_.error(reply, "the mark");
    if (!reply.is_json)
        return Error{Code::Malformed, caller_.options().remote + ": the mark came as no JSON", "",
                     "it is tried again"};
    const std::string percent = text_at(fields->root(), caller_.options().paid_field);
    const std::string reports = text_at(fields->root(), caller_.options().report_field);
    if (mark->only_paid) {
        const Seen seen{reply.body(), {}, reply.status, &reply.response};
        const bool there = holds(mark->there, seen, names);
        if (there == (percent == kPaid)) return op.fields;
        return fields_of(there ? kPaid : "", "");
    }
    const std::string percent_there = value_of(mark->percent, reply.body(), names);
    const std::string reports_there =
        mark->reports ? value_of(*mark->reports, reply.body(), names) : reports;
    if (percent_there == percent && reports_there == reports) return op.fields;
    return fields_of(percent_there, reports_there);
}

// What is not there yet is made, one request a call; what is there is found by its name (G44).
WriteResult Marks::set_up(const Mark& mark, const WriteOp& op) {
    while (steps_done_ < mark.setup.size()) {
        const SetupStep& step = mark.setup[steps_done_];
        const auto fields = json::Document::parse(op.fields);
        const Names names = names_of(mark, op, fields ? fields->root() : json::Value());
        const bool making = step_ == Step::Make;
        const Reply reply = caller_.call(making ? step.make : step.look, names, making);
        if (!reply.ok()) return failed(reply, step.what);
        const std::string id = making ? word_of(reply.body().pointer(step.made)).value_or("")
                                      : id_of_row(step, reply.body(), names);
        if (!id.empty()) {
            made_[step.as] = id;
            ++steps_done_;
            step_ = Step::Look;
        } else if (step_ == Step::LookAgain) {
            step_ = Step::Look;
            return rejected(step.what + " was made, but is not there", "make it by hand");
        } else {
            step_ = making ? Step::LookAgain : Step::Make;
        }
    }
    steps_done_ = 0; // the next op looks again: somebody may have removed it
    return done();
}

} // namespace hb::connector::manifest
