// SPDX-License-Identifier: Apache-2.0
// What protecting and unprotecting RTP costs, ours and libsrtp2's: CPU time a packet and the ratio, taking turns.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>

#include <malloc.h>

#include "bench/srtp/engine.h"
#include "dataplane/srtp/session.h"

using namespace bench;
using namespace rtpengine;

namespace {

constexpr unsigned rounds = 21, batches = 100; // a round: of one engine, before it is the other's turn

double cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

struct Cost {
    double protect = 0, unprotect = 0; // ns a packet
};

class Stream {
  public:
    Stream(std::unique_ptr<Engine> engine, std::size_t size, bool in_place)
        : engine_(std::move(engine)), size_(size), in_place_(in_place) {}

    bool round() {
        Cost cost;
        for (unsigned i = 0; i < batches; ++i)
            if (!once(cost)) return false;
        costs_.push_back({cost.protect / (batches * batch), cost.unprotect / (batches * batch)});
        return true;
    }
    double median(double Cost::*of) {
        std::ranges::nth_element(costs_, costs_.begin() + static_cast<long>(costs_.size() / 2), {}, of);
        return costs_[costs_.size() / 2].*of;
    }

  private:
    void fill() {
        for (auto& packet : plain_) {
            packet.bytes = {0x80, 0, static_cast<std::uint8_t>(sequence_ >> 8), static_cast<std::uint8_t>(sequence_), 0, 0, 0, 0, 1, 2, 3, 4};
            packet.size = size_;
            ++sequence_;
        }
    }
    bool once(Cost& cost) {
        fill();
        auto& out = in_place_ ? plain_ : protected_;
        auto& back = in_place_ ? plain_ : opened_;
        const auto a = cpu_ns();
        bool good = engine_->protect(plain_, out);
        const auto b = cpu_ns();
        good &= engine_->unprotect(out, back);
        cost.protect += b - a;
        cost.unprotect += cpu_ns() - b;
        return good && std::ranges::all_of(back, [&](const Packet& packet) { return packet.size == size_ && packet.bytes[20] == 0; });
    }

    std::unique_ptr<Engine> engine_;
    std::size_t size_;
    bool in_place_;
    std::uint16_t sequence_ = 0;
    Packets plain_{batch}, protected_{batch}, opened_{batch};
    std::vector<Cost> costs_;
};

srtp::Parameters parameters(const srtp::Suite& suite) {
    srtp::Parameters made;
    made.suite = &suite;
    std::ranges::fill(made.master.key.make(suite.key), 7);
    std::ranges::fill(made.master.salt.make(suite.salt), 9);
    return made;
}

bool compare(const srtp::Suite& suite, std::size_t size) {
    auto their_engine = theirs(parameters(suite));
    const bool both = their_engine != nullptr;
    Stream a(ours(parameters(suite)), size, false), b(std::move(their_engine), size, true);
    for (unsigned i = 0; i < rounds; ++i)
        if (!a.round() || (both && !b.round())) return false;
    std::printf("%-24s %5zu ", suite.name.data(), size);
    for (auto way : {&Cost::protect, &Cost::unprotect}) {
        const auto mine = a.median(way);
        if (both) std::printf(" %7.0f %7.0f %6.2f ", mine, b.median(way), mine / b.median(way));
        else std::printf(" %7.0f       -      - ", mine);
    }
    std::printf("\n");
    return true;
}

// Of one direction: time and memory to have its keys.
void of_a_key(const srtp::Suite& suite) {
    constexpr std::size_t count = 1000;
    std::vector<srtp::Session> sessions;
    sessions.reserve(count);
    const auto memory = mallinfo2().uordblks;
    const auto began = cpu_ns();
    for (std::size_t i = 0; i < count; ++i)
        if (auto made = srtp::Session::make(parameters(suite))) sessions.push_back(*std::move(made));
    const auto ns = (cpu_ns() - began) / count;
    std::printf("%-24s %7.1f us, %zu bytes\n", suite.name.data(), ns / 1000,
                (mallinfo2().uordblks - memory) / count + sizeof(srtp::Session));
}

} // namespace

int main() {
    std::printf("CPU time a packet in ns (medians of %u rounds of %zu packets), and ours in relation to libsrtp2's\n\n", rounds, batches * batch);
    std::printf("%-24s %5s  %24s %25s\n", "", "", "protect", "unprotect");
    std::printf("%-24s %5s  %7s %7s %6s  %7s %7s %6s\n", "suite", "bytes", "ours", "libsrtp", "ratio", "ours", "libsrtp", "ratio");
    for (const auto& suite : srtp::suites)
        for (const std::size_t size : {172, 1200})
            if (!compare(suite, size)) return std::fprintf(stderr, "%s: a packet didn't come out as it went in\n", suite.name.data()), 1;
    std::printf("\nA key of one direction, RTP and RTCP:\n");
    for (const auto& suite : srtp::suites) of_a_key(suite);
}
