// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/types.h>

#include "common/link/socket.h"
#include "common/state/announcements.h"
#include "common/state/view.h"
#include "common/uv/loop.h"
#include "link.pb.h"
#include "supervisor/bpf/steering.h"

namespace rtpengine::live {

struct Limits {
    bool raw = true;               // CAP_NET_RAW
    std::uint64_t descriptors = 0; // 0: no limit of our own
    std::uint64_t file_size = 0;   // likewise
};

// Plays the supervisor and the control process for real worker processes: makes their state files, starts
// them, kills them, sends them requests.
class Control {
  public:
    explicit Control(std::vector<std::string> addresses, std::uint32_t slots = 64);
    ~Control();

    // Starts worker `index` (its interface has addresses[index]) and returns when it has said hello.
    void start(unsigned index, Limits limits = {});
    // And tells it that no stream is there yet: it takes packets from then on.
    void begin(unsigned index, Limits limits = {});
    // Starts its successor and returns when that one stands by: the pid of the first, whose end is the caller's
    // business. `state`: descriptor of a file that isn't its own; it is not waited for then.
    pid_t succeed(unsigned index, int state = -1);
    // What it said last in its heartbeat.
    link::Heartbeat beat(unsigned index) { return beats_[pids_.at(index)]; }
    pid_t pid(unsigned index) const { return pids_.at(index); }
    static int collect(pid_t pid); // waits for its end; its exit code, 1000 + a signal
    void forget(unsigned index) { pids_.erase(index); } // it has been collected
    void kill(unsigned index);     // -9
    int terminate(unsigned index); // SIGTERM; its exit code
    void welcome(unsigned index, std::uint64_t control_start, bool hello_wanted = false);
    void wait_hello(unsigned index, unsigned count);
    unsigned hellos(unsigned index) { return hellos_[name(index)]; }
    // One socket for all ports, which outlives the worker; else a socket for each, which doesn't.
    bool steered() const { return steering_.has_value(); }

    link::Reply update(unsigned index, const std::vector<link::Stream>& set,
                       const std::vector<link::StreamKey>& close = {});
    link::Reply sync(unsigned index, const std::vector<link::Stream>& set);
    link::Reply refresh(unsigned index, const std::vector<link::StreamKey>& streams);
    void send_raw(unsigned index, std::string_view bytes);

    // Another rule of that stream is under way.
    void announce(unsigned index, std::uint32_t slot, std::uint32_t edition) { announced_.at(index).set(slot, edition); }

    // None: nothing was opened there.
    state::View view(unsigned index, std::uint32_t slot) { return maps_.at(index).stream(slot); }
    const state::StreamRecord& record(unsigned index, std::uint32_t slot) {
        const auto view = this->view(index, slot);
        REQUIRE(view);
        return *view;
    }
    // The n-th of a record.
    const state::SinkRecord& sink(unsigned index, std::uint32_t slot, unsigned n) {
        const state::SinkRecord* found = nullptr;
        view(index, slot).each_sink([&](const auto& sink) {
            if (n-- == 0) found = &sink;
        });
        REQUIRE(found);
        return *found;
    }
    const state::Header& header(unsigned index) { return maps_.at(index).header(); }
    // Events that it has said so far.
    const std::vector<link::Event>& events(unsigned index) { return events_[name(index)]; }
    // Runs the loop until a message makes it so; fails the test when none does.
    void run_until(const std::function<bool()>& condition);
    // Waits until `condition` holds; fails the test when it doesn't come true.
    static void until(const std::function<bool()>& condition);

  private:
    static std::string name(unsigned index) { return "0/if" + std::to_string(index); }
    link::WorkerConfig config(unsigned index, int predecessor, int state);
    void spawn(unsigned index, Limits limits, int predecessor = -1, int state = -1);
    void heard(std::string_view bytes);
    link::Reply ask(unsigned index, link::Request request);
    void receive(std::string_view peer, std::string_view bytes);

    std::string directory_;
    std::vector<std::string> addresses_;
    std::uint32_t slots_;
    std::vector<Fd> states_;
    std::vector<state::Map> maps_;
    std::vector<Fd> transits_; // what they have in their hands
    std::vector<Fd> announced_files_;
    std::vector<state::Announcements> announced_;
    std::map<unsigned, pid_t> pids_;
    std::map<pid_t, link::Heartbeat> beats_;
    std::map<std::string, unsigned> hellos_;
    std::map<std::string, std::vector<link::Event>> events_;
    std::map<std::uint64_t, link::Reply> replies_;
    std::uint64_t next_request_ = 1;
    std::function<bool()> awaited_;
    std::optional<supervisor::bpf::Steering> steering_; // with RTPENGINE_MEDIA_SOCKETS=steered
    std::map<unsigned, link::Steering> steered_;        // by worker; its successors get the same
    link::Context context_;
    uv::Loop loop_;
    std::unique_ptr<link::Router> router_, supervisor_;
};

// An endpoint's message; "" is unknown.
link::Endpoint endpoint(const std::string& text);
// A stream that learns at once: `local` port, what SDP said.
link::Stream stream(std::uint64_t id, std::uint32_t slot, const std::string& local,
                    const std::string& signalled);
// `from` sends what it receives out of the port of `to`, which is worker `worker`'s.
void add_sink(link::Stream& from, const link::Stream& to, unsigned worker = 0,
              link::Component takes = link::ANY);
// Both directions.
void join(link::Stream& a, link::Stream& b, unsigned worker_of_a = 0, unsigned worker_of_b = 0);

} // namespace rtpengine::live
