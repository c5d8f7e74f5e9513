// SPDX-License-Identifier: Apache-2.0
// Calls set up and ended a second through each transport of NG, taking turns: rates, and their ratios to UDP's; see
// docs/performance.md.
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <vector>

#include "bench/common/daemon.h"
#include "bench/common/median.h"
#include "bench/common/ng_client.h"
#include "bench/ng/requests.h"
#include "bench/transports/lane.h"

namespace rtpengine::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t in_flight = 32; // calls
constexpr double ready_seconds = 15;

struct Rate {
    double requests_a_second = 0, cpu_us = 0; // of the daemon, a request
    std::uint64_t wrong = 0;
};

// Each call's offer, answer and deletion, the next as soon as the last is answered.
class Load {
  public:
    Load(Lane& lane, std::uint32_t first) : lane_(lane), next_(first) {}

    Result<Rate> run(const Daemon& daemon, double seconds) {
        const auto began = Clock::now();
        const auto cpu = daemon.cpu_ns();
        for (std::size_t i = 0; i < in_flight; ++i) ask(next_++, Verb::offer);
        while (!waiting_.empty()) {
            if (auto sent = flush(); !sent) return sent.error();
            ending_ = std::chrono::duration<double>(Clock::now() - began).count() >= seconds;
            if (!lane_.receive([this](std::string_view message) { take(message); })) return Error{"no answer in two seconds"};
        }
        const double elapsed = std::chrono::duration<double>(Clock::now() - began).count();
        return Rate{double(answered_) / elapsed, double(daemon.cpu_ns() - cpu) / 1000 / double(answered_), wrong_};
    }
    std::uint32_t next() const { return next_; }

  private:
    struct Asked {
        std::uint32_t call;
        Verb verb;
    };

    void ask(std::uint32_t call, Verb verb) {
        const auto cookie = fmt::format("{}_{}", call, int(verb));
        waiting_[cookie] = {call, verb};
        outgoing_.push_back(request(verb, call, cookie));
    }

    void take(std::string_view message) {
        const auto space = message.find(' ');
        const auto found = waiting_.find(std::string(message.substr(0, space)));
        if (found == waiting_.end()) return;
        const auto [call, verb] = found->second;
        waiting_.erase(found);
        ++answered_;
        std::uint16_t port = 0;
        if (!fault(verb, message.substr(space + 1), port).empty()) ++wrong_;
        if (verb != Verb::remove) ask(call, verb == Verb::offer ? Verb::answer : Verb::remove);
        else if (!ending_) ask(next_++, Verb::offer);
    }

    Status flush() { return outgoing_.empty() ? Status{} : lane_.send(std::exchange(outgoing_, {})); }

    Lane& lane_;
    std::uint32_t next_;
    std::map<std::string, Asked> waiting_;
    std::vector<std::string> outgoing_;
    std::uint64_t answered_ = 0, wrong_ = 0;
    bool ending_ = false;
};

Status measure(const std::string& command, double seconds, unsigned rounds, double least) {
    auto hosts = Topology::create();
    if (!hosts) return hosts.error();
    auto daemon = Daemon::start(command + " --listen-tcp-ng=127.0.0.1:2224 --listen-http=127.0.0.1:2225", hosts->proxy, false);
    if (!daemon) return daemon.error();
    auto client = NgClient::connect(hosts->proxy, ng_port);
    if (!client) return client.error();
    if (auto ready = client->wait_ready(ready_seconds); !ready) return Error{ready.error().message + "\n" + daemon->log_tail()};
    std::array<std::vector<double>, transports> rates, cpu;
    std::uint32_t next = 0;
    std::uint64_t wrong = 0;
    for (unsigned round = 0; round < rounds; ++round)
        for (int i = 0; i < transports; ++i) {
            auto lane = Lane::open(hosts->proxy, Transport(i));
            if (!lane) return lane.error();
            Load load(**lane, next % (max_calls / 2));
            const auto rate = load.run(*daemon, seconds);
            if (!rate) return Error{fmt::format("{}: {}", name(Transport(i)), rate.error().message)};
            next = load.next();
            wrong += rate->wrong;
            rates[std::size_t(i)].push_back(rate->requests_a_second);
            cpu[std::size_t(i)].push_back(rate->cpu_us);
        }
    bool slow = false;
    for (int i = 0; i < transports; ++i) {
        const auto rate = median(rates[std::size_t(i)]), ratio = rate / median(rates[0]);
        slow |= ratio < least;
        fmt::print("{:<10} {:8.0f} requests/s  {:5.2f} of UDP  {:6.1f} us of CPU a request\n", name(Transport(i)), rate, ratio, median(cpu[std::size_t(i)]));
    }
    fmt::print("{} wrong answers; medians of {} rounds of {} s\n", wrong, rounds, seconds);
    if (auto stopped = daemon->stop(); !stopped) return stopped;
    if (wrong) return Error{"there were wrong answers"};
    if (slow) return Error{fmt::format("a transport has less than {} of UDP's rate", least)};
    return {};
}

} // namespace
} // namespace rtpengine::bench

// transports DAEMON [SECONDS [ROUNDS [LEAST]]]; LEAST: the ratio below which it fails.
int main(int argc, char** argv) {
    if (argc < 2) {
        std::fputs("Usage: transports DAEMON [SECONDS [ROUNDS [LEAST]]]\n", stderr);
        return 1;
    }
    const auto number = [&](int i, double otherwise) { return argc > i ? std::atof(argv[i]) : otherwise; };
    const auto done = rtpengine::bench::measure(argv[1], number(2, 3), static_cast<unsigned>(number(3, 3)), number(4, 0));
    if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return done ? 0 : 1;
}
