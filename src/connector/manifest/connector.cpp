#include <algorithm>

#include "base/ensure.h"
#include "base/text.h"
#include "connector/manifest.h"
#include "connector/manifest/marks.h"
#include "connector/manifest/reader.h"

namespace hb::connector {
namespace {

using namespace manifest;

constexpr std::chrono::seconds kSkewMax{120};
constexpr std::chrono::days kTokenWarning{30};

// By the name of a member that mappings read as the mark.
bool tasks_show_marks(const Manifest& manifest) {
    const Stream* tasks = manifest.find_stream("tasks");
    return tasks != nullptr &&
           std::any_of(tasks->additions.begin(), tasks->additions.end(),
                       [](const Addition& addition) { return addition.to == "hb_paid"; });
}

class Planner final : public Connector {
public:
    Planner(Plan plan, PlannerOptions options, std::unique_ptr<net::HttpClient> http, Clock& clock)
        : plan_(std::move(plan)), caller_(plan_.get(), std::move(options), std::move(http), clock),
          reader_(caller_), marks_(caller_) {
        for (const Stream& stream : plan_.get().streams) add_stream(stream);
        capabilities_.read_by_ids = true;
        const Stream* entries = plan_.get().find_stream("entries");
        capabilities_.work_windows = entries == nullptr || !entries->read.written;
        capabilities_.reconcile_by_walk =
            caller_.requests_per_hour() > 0 && entries != nullptr && !entries->by_ids;
        capabilities_.settle = caller_.options().settle;
        capabilities_.signed_events = plan_.get().webhook.has_value();
        if (const auto& mark = plan_.get().mark; mark && marks_.possible()) {
            capabilities_.mark = mark->entries ? MarkOf::Entry : MarkOf::Task;
            capabilities_.mark_only_paid = mark->only_paid;
            // A mark that no answer shows would be taken for one that somebody removed.
            capabilities_.sees_marks =
                !mark->entries && !mark->blind && tasks_show_marks(plan_.get());
        }
    }

    const Capabilities& capabilities() const override { return capabilities_; }
    std::string account() const override { return caller_.account(); }
    Instant earliest() const override { return caller_.earliest(); }
    Counters counters() const override { return caller_.counters(); }
    Contact contact() const override { return caller_.contact(); }
    Result<domain::Page> read(const domain::ReadRequest& request) override {
        return reader_.read(request);
    }
    domain::WriteResult write(const domain::WriteOp& op) override { return marks_.write(op); }
    Result<std::string> read_back(const domain::WriteOp& op) override {
        return marks_.read_back(op);
    }
    // Nothing that is made here carries a key of ours.
    Result<std::vector<std::string>> find(const domain::WriteOp& /*op*/) override {
        return absent();
    }
    Result<domain::DealState> read_deal(std::string_view /*id*/) override { return absent(); }
    Result<std::string> deal_stage(std::string_view /*category*/,
                                   std::string_view /*semantics*/) override {
        return absent();
    }
    Result<std::vector<std::string>> currencies() override { return std::vector<std::string>(); }
    Result<domain::EventHint> decode_event(std::string_view body) const override {
        return read_letter(body, caller_.options().remote);
    }
    Received receive(const Delivery& delivery, Instant now) const override {
        return connector::receive(plan_, caller_.options(), delivery, now);
    }
    Status refresh_if_idle() override { return caller_.refresh_if_idle(); }
    Result<Rights> rights() override;
    CheckReport check() override;
    std::string task_url(std::string_view task_id, std::string_view group_id,
                         std::string_view user_id) const override;

private:
    void check_token(CheckReport& report) const;
    void check_quota(CheckReport& report);
    void add_stream(const Stream& stream) {
        capabilities_.streams.push_back(stream.name);
        capabilities_.proofs[stream.name] = stream.proof;
        if (stream.each) capabilities_.parents[stream.name] = stream.each->stream;
        if (stream.known_parents) capabilities_.known_parents.insert(stream.name);
        if (stream.name == "tasks" && stream.ask.share == Share::Give)
            capabilities_.derived.insert(stream.name);
        for (const Stream& more : stream.also)
            if (more.each) capabilities_.parents[stream.name] = more.each->stream;
    }

    Plan plan_;
    Caller caller_;
    Reader reader_;
    Marks marks_;
    Capabilities capabilities_;
};

// By the call that `check` makes, where its answer names somebody.
Result<Connector::Rights> Planner::rights() {
    const auto& call = plan_.get().check;
    if (!call || call->who.empty()) return Rights{};
    const Reply reply = caller_.call(call->ask, caller_.names());
    if (!reply.ok()) return caller_.error(reply, "the account");
    return Rights{word_of(reply.body().pointer(call->who)).value_or(""), true};
}

CheckReport Planner::check() {
    CheckReport report;
    report.account = caller_.account();
    const auto& call = plan_.get().check;
    const Ask& ask = call ? call->ask : plan_.get().streams.front().ask;
    const Reply reply = caller_.call(ask, caller_.names());
    report.reachable = reply.fate == Fate::Answered && reply.what != Do::Retry;
    report.authorised = reply.ok();
    if (!reply.ok()) {
        const Error error = caller_.error(reply, "the account");
        report.problems.push_back(
            {error.message, error.hint.empty() ? "try again later" : error.hint});
        return report;
    }
    if (call && !call->who.empty())
        report.who = word_of(reply.body().pointer(call->who)).value_or("");
    if (!reply.is_json)
        report.problems.push_back({"the address answers, but not like " + plan_.get().title,
                                   "look at base_url of this remote"});
    report.clock_skew = caller_.clock_skew().value_or(std::chrono::seconds{0});
    if (std::chrono::abs(report.clock_skew) > kSkewMax)
        report.problems.push_back({"its clock is " + std::to_string(report.clock_skew.count()) +
                                       " s away from this machine's",
                                   "let both follow NTP"});
    check_token(report);
    check_quota(report);
    for (const auto& lack : plan_.get().lacks) report.notes.push_back(lack);
    return report;
}

void Planner::check_token(CheckReport& report) const {
    const auto& setting = plan_.get().token_until;
    const auto until = setting.empty() ? Result<Day>(Error{}) : parse_day(caller_.setting(setting));
    if (!until) return;
    const Day today = std::chrono::floor<std::chrono::days>(caller_.now());
    const auto left = *until - today;
    if (left > kTokenWarning) return;
    report.problems.push_back(
        {left.count() < 0 ? "its token ended on " + format_day(*until)
                          : "its token ends on " + format_day(*until) + ", in " +
                                std::to_string(left.count()) + " days",
         "make a new one there, and set it and settings." + setting + " anew"});
}

// What an hour allows, against what a whole reading asks.
void Planner::check_quota(CheckReport& report) {
    const auto hour = caller_.requests_per_hour();
    if (hour <= 0) return;
    const auto requests = reader_.requests_of_all();
    const auto hours = std::max<std::int64_t>(1, (requests + hour - 1) / hour);
    report.notes.push_back("its plan allows " + std::to_string(hour) +
                           " requests an hour: a whole reading takes " + std::to_string(requests) +
                           " or more of them, about " + std::to_string(hours) + " hours");
}

std::string Planner::task_url(std::string_view task_id, std::string_view group_id,
                              std::string_view user_id) const {
    Names names = caller_.names();
    names.set("task", std::string(task_id));
    names.set("project", std::string(group_id));
    names.set("user", std::string(user_id));
    return plan_.get().task_url.empty() ? "" : plan_.get().task_url.fill(names).value_or("");
}

// What counts as deleted (G48).
std::string proof_in_words(domain::Proof proof) {
    switch (proof) {
    case domain::Proof::Feed:
        return "named by the planner's own list";
    case domain::Proof::Id:
        return "asked for by id when a whole reading does not show them, nightly";
    case domain::Proof::Walk:
        return "missing in a proven whole reading, nightly";
    case domain::Proof::None:
        break;
    }
    return "none by itself, a person says so";
}

std::string entries_in_words(const Stream& entries) {
    std::string out;
    if (entries.read.kind == Read::Kind::Window)
        out = "the last " + std::to_string(entries.read.recent_days) + " days with each pull";
    else if (entries.read.kind == Read::Kind::Since)
        out = "what changed since the last pull";
    else
        out = "all of it with each pull";
    if (entries.sums) out += ", older months when their sums differ";
    return out + "; deleted ones: " + proof_in_words(entries.proof);
}

std::string events_in_words(const Webhook& webhook) {
    if (webhook.checks.empty()) return "";
    switch (webhook.checks.front().kind) {
    case EventCheck::Kind::Hmac:
        return "signed";
    case EventCheck::Kind::Token:
        return "with a token";
    case EventCheck::Kind::Basic:
        return "with a password";
    case EventCheck::Kind::None:
        return "by a secret path only";
    }
    return "";
}

} // namespace

std::unique_ptr<Connector> make_planner(Plan plan, PlannerOptions options,
                                        std::unique_ptr<net::HttpClient> http, Clock& clock) {
    ensure(static_cast<bool>(plan), "a planner needs a manifest");
    return std::make_unique<Planner>(std::move(plan), std::move(options), std::move(http), clock);
}

std::vector<std::string> sites_of(const Plan& plan, const PlannerOptions& options) {
    std::vector<std::string> sites;
    const Names names = setting_names(plan.get(), options);
    const auto add = [&sites](const std::string& url) {
        if (const auto site = net::parse_site(url)) sites.push_back(site->origin());
    };
    add(options.base_url.empty() ? plan.get().base.fill_all(names) : options.base_url);
    if (!options.base_url.empty()) return sites; // it takes the further hosts along (caller.cpp)
    for (const auto& [name, host] : plan.get().hosts) add(host.fill_all(names));
    return sites;
}

std::string account_of(const Plan& plan, const PlannerOptions& options) {
    Names names = setting_names(plan.get(), options);
    const auto base = net::parse_site(options.base_url.empty() ? plan.get().base.fill_all(names)
                                                               : options.base_url);
    if (base) names.set("base.host", base->host + (base->port.empty() ? "" : ":" + base->port));
    return plan.get().account.fill_all(names);
}

Abilities abilities_of(const Plan& plan) {
    const Manifest& manifest = plan.get();
    Abilities out;
    out.connector = manifest.connector;
    out.title = manifest.title;
    for (const Stream& stream : manifest.streams) out.streams.push_back(stream.name);
    if (const Stream* entries = manifest.find_stream("entries"))
        out.entries = entries_in_words(*entries);
    if (manifest.mark) out.mark = manifest.mark->words;
    if (manifest.webhook) out.events = events_in_words(*manifest.webhook);
    out.lacks = manifest.lacks;
    return out;
}

} // namespace hb::connector
