#pragma once

#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "web/front.h"
#include "web/head.h"

// What the sources of the front share; nobody else includes this.
namespace hb::web {

// Sockets live in real time, whatever clock the books go by.
using FrontTime = std::chrono::steady_clock;

enum class Phase { Rest, Head, Body, Working, Sending, Draining };

struct Connection {
    std::uint64_t id = 0;
    int socket = -1;
    std::string address;
    Phase phase = Phase::Rest;
    FrontTime::time_point until; // when its patience is over; not while it is worked for
    std::string in, out;
    std::size_t sent = 0;
    Page page;                      // follows `out`
    std::string_view page_left;     // of its bytes
    std::unique_ptr<Gunzip> gunzip; // where it is sent as plain text
    std::optional<Head> head;
    std::size_t working = 0; // bytes of the request that is worked for
    std::size_t answers = 0, drained = 0, held = 0;
    bool hang_up = false;
    bool told_to_continue = false;
};

struct Front::Impl {
    Impl(Answering answering_, Refusing refusing_, Judging judging_, FrontLimits limits_)
        : answering(std::move(answering_)), refusing(std::move(refusing_)),
          judging(std::move(judging_)), limits(limits_) {}

    const Answering answering;
    const Refusing refusing;
    const Judging judging;
    FrontLimits limits;
    int listener = -1, poll = -1, wake = -1, port = 0;
    std::string socket_file;

    std::mutex mutex; // of everything below
    std::condition_variable work_came;
    std::map<std::uint64_t, std::unique_ptr<Connection>> connections;
    struct Job {
        Connection* at = nullptr;
        WholeRequest request;
        bool heavy = false;
    };
    std::deque<Job> light, heavy;
    std::uint64_t next_id = 2;
    std::size_t held = 0;
    bool stopping = false, ended = false;
    std::thread loop_thread;
    std::list<std::thread> workers, gone_workers;
    int busy = 0, busy_heavy = 0;

    void watch(Connection& at, std::uint32_t events) const;
    void enter(Connection& at, Phase phase);
    void weigh(Connection& at);
    void drop(Connection& at);
    bool drop_largest();
    bool make_room(std::uint64_t id);
    void accept_all();
    void event(Connection& at);
    void receive(Connection& at);
    void advance(Connection& at);
    void begin(Connection& at);
    WholeRequest take_request(Connection& at);
    WholeAnswer answer(const WholeRequest& request) const;
    void refuse(Connection& at, int status);
    void give(Connection& at, WholeAnswer answer, std::size_t sent);
    bool next_piece(Connection& at);
    void go_on_later(Connection& at);
    void flush(Connection& at);
    void answered(Connection& at);
    void drain(Connection& at);
    void look_at_times();
    bool at_rest();
    void loop();
    int heavy_room() const;
    int ready_jobs() const;
    bool hire();
    void bury();
    Job next_job();
    void do_job(std::unique_lock<std::mutex>& lock);
    void work_on(std::list<std::thread>::iterator self);
};

} // namespace hb::web
