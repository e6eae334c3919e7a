#pragma once

#include <string_view>

#include "lanes/floor.h"
#include "lanes/notice_words.h"
#include "render/notice_text.h"

// Tells people what happened. The log of the books says what did: it is read from where the last
// look ended, and the notices and that place are committed together, so nothing is told twice or
// forgotten. Calls no remote: what is told are ops of the outbox (G20).
namespace hb::lanes {

class Notices {
public:
    Notices(Books& books) : books_(books) {}

    // Ops for what happened since the last look. Returns how many were planned.
    std::int64_t plan();
    // What has not been delivered for days is no news any more: it waits for a person.
    void give_up();
    // One notice for each rule; returns the ops.
    std::vector<std::int64_t> plan_test();

private:
    struct Happening {
        std::string on;          // a word of kNoticeEvents
        domain::Purpose purpose; // of its ops
        render::NoticeFacts facts;
        std::optional<std::int64_t> report;
        std::vector<domain::Question> asked; // in the words of who is told
        // Remembered when it was told, so that it is told once: a remote, a name, a value.
        std::optional<std::int64_t> note_remote;
        std::vector<std::int64_t> stuck_ops; // told with it
        std::string note_name, note_value;
    };
    std::vector<Happening> happened(Step& step, const std::vector<store::EventRow>& events);
    void parked(Step& step, const store::EventRow& event, std::vector<Happening>& out);
    void asks(Step& step, const store::EventRow& event, std::vector<Happening>& out);
    void outage(Step& step, const store::EventRow& event, std::vector<Happening>& out);
    void stuck(Step& step, std::vector<Happening>& out);
    void look_at_remotes(Step& step, std::vector<Happening>& out);
    void look_at_bills(Step& step, std::vector<Happening>& out);
    void drop_untold(Step& step, const domain::Purpose& purpose);
    bool wanted(std::string_view on) const;
    render::NoticeFacts facts_of(Step& step, std::int64_t report, std::string event);
    std::optional<std::int64_t> tell(Step& step, const books::NoticeRule& rule, std::size_t n,
                                     const Happening& happening);
    std::string person_of(Step& step, const books::NoticeRule& rule,
                          const std::optional<std::int64_t>& report);
    RemoteRuntime* find_place(const std::string& name);

    Books& books_;
};

inline constexpr const char* kPerhapsSent = "perhaps sent";

} // namespace hb::lanes
