#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <semaphore>
#include <set>
#include <thread>

#include "desk/signing_in.h"
#include "web/api/problem.h"
#include "web/api/spec.h"
#include "web/api/staff.h"
#include "json/value.h"
#include "json/writer.h"

// What the handlers of the API share; for this folder only.
namespace hb::web::api {

// Who asks.
struct Person {
    std::string kind; // cookie bearer; "" nobody
    std::string actor;
    std::vector<std::string> roles;
    std::optional<desk::Known> known; // of a cookie
    std::string secret;               // likewise
    bool has(std::string_view role) const;
    bool has_any(std::initializer_list<std::string_view> of) const;
};

// Long work, and how far it is.
class Jobs {
public:
    ~Jobs() { stop(); }
    void stop(); // waits for what is under way, and begins nothing more
    struct Seen {
        std::string id, kind, state = "waiting", person, result, problem; // JSON or ""
        int done = 0, of = 0;
    };
    using Work = std::function<void(Seen& job, const std::function<void()>& tell)>;
    // nullopt: too many are under way.
    std::optional<std::string> start(std::string id, std::string kind, std::string person,
                                     Work work);
    std::optional<Seen> find(const std::string& id);

private:
    std::mutex mutex_;
    std::map<std::string, Seen> jobs_;
    std::map<std::string, std::thread> threads_;
    std::vector<std::string> order_;
    bool stopped_ = false;
};

// How often somebody may ask (S-15, S-40); counts by the program's clock, in bounded tables.
class Pace {
public:
    // Seconds to wait; 0: it may, and it counts.
    int ask(const std::string& who, Instant now, int at_most, std::chrono::seconds in);
    // Failures at the door: a delay that grows with each of them, within fifteen minutes.
    int wait_at_door(const std::string& who, Instant now, int free);
    void failed_at_door(const std::string& who, Instant now);
    void entered(const std::string& who);

private:
    struct Window {
        Instant began{};
        int count = 0;
    };
    std::mutex mutex_;
    std::map<std::string, Window> windows_;
    struct Failures {
        Instant last{};
        int count = 0;
    };
    std::map<std::string, Failures> failures_;
};

// Wishes that this process works for, by who asked and their key. A key that the books have as
// worked for and that is not here was left by a process that died.
class Wishes {
public:
    // false: somebody does already.
    bool begin(const std::string& wish) {
        const std::lock_guard guard(mutex_);
        return under_way_.insert(wish).second;
    }
    void end(const std::string& wish) {
        const std::lock_guard guard(mutex_);
        under_way_.erase(wish);
    }

private:
    std::mutex mutex_;
    std::set<std::string> under_way_;
};

struct Staff::Impl {
    Impl(books::Books& books_, Seams seams_)
        : books(books_), began(books.clock.now()), seams(std::move(seams_)),
          apart(!seams.url.empty()) {}
    books::Books& books;
    const Instant began;
    Seams seams;
    bool apart; // an address of its own: nothing else is there
    Pace pace;
    Wishes wishes;
    std::mutex edits; // a tag compared and the edit after it: no other request comes between
    std::counting_semaphore<2> costly{2};
    Jobs jobs; // last: its threads use the others

    Answer guarded(const Request& request, std::string& route);
    Answer routed(const Request& request, std::string& route);
};

struct Call {
    Staff::Impl& at;
    const Request& request;
    const Operation& operation;
    std::vector<std::string> places;
    json::Document body;
    Person who;

    books::Books& books() const { return at.books; }
    json::Value in() const { return body.root(); }
    std::string text(const char* member) const { // "" missing
        return std::string(in()[member].text_view().value_or(""));
    }
    bool yes(const char* member) const {
        return !in()[member].missing() && in()[member].boolean().value();
    }
    std::string query(std::string_view name) const; // "" not given
    const std::string& place(std::size_t n = 0) const { return places.at(n); }
    std::int64_t id() const; // the first place; 404 when it is no number
    books::Actor actor() const { return {who.actor}; }
    // The document of a command done for this person; a refusal is thrown. `softly`: exit codes 1
    // and 4 with a document of its own are an answer.
    std::string command(const std::vector<std::string>& words, const std::string* file = nullptr,
                        bool softly = false) const;
    // 428 and 412, where the operation wants If-Match.
    void match(const std::string& tag) const;
};

using Handler = Answer (*)(Call&);
Handler handler_of(std::string_view operation); // nullptr: nobody built it
std::vector<std::string> handled();             // every operationId that has a handler

// `document` as these roles may see it, without links of clients.
std::string shown_to(const std::vector<std::string>& roles, std::string_view document);
// A strong tag of a report: of what it bills, its state and its note.
std::string report_tag(std::string_view report_json);
std::string tag_of(std::string_view text);
Answer told(const Call& call, std::string_view document, int status = 200, std::string tag = "");
// {"member": [...], "next": …} of the rows that `document` has under `member`.
Answer paged(const Call& call, std::string_view document, const char* member);

// Sessions.
Person who_asks(books::Books& books, const Request& request, bool& over);
std::string csrf_of(std::string_view secret);
Answer sign_in(Call& call);
Answer get_session(Call& call);
Answer sign_out(Call& call);
Answer freshen(Call& call);
Answer change_password(Call& call);
Answer enrol(Call& call);
Answer confirm_enrolment(Call& call);
Answer list_sessions(Call& call);
Answer end_session(Call& call);

// Reading.
Answer get_overview(Call& call);
Answer get_month(Call& call);
Answer list_needs(Call& call);
Answer list_reports(Call& call);
Answer get_report(Call& call);
Answer get_report_lines(Call& call);
Answer get_report_history(Call& call);
Answer export_report(Call& call);
Answer get_job(Call& call);

// Writing.
Answer create_report(Call& call);
Answer preview_report(Call& call);
Answer batch_reports(Call& call);
Answer send_reports(Call& call);
Answer move_report(Call& call);
Answer link_report(Call& call);
Answer decide_late(Call& call);
Answer put_contract(Call& call);
Answer preview_contract(Call& call);
Answer sync_remote(Call& call);
Answer pause_remote(Call& call);
Answer resume_remote(Call& call);
Answer retry_outbox(Call& call);
Answer preview_mapping(Call& call);
Answer apply_mapping(Call& call);
Answer rollback_mapping(Call& call);

// The report as an answer, with its tag.
Answer told_report(const Call& call, std::int64_t report, int status = 200);
std::string report_document(const Call& call, std::int64_t report); // whole; 404

} // namespace hb::web::api
