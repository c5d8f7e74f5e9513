// SPDX-License-Identifier: Apache-2.0
// Processes that decrypt with one key, encrypt with another, and are killed at any moment, with all that they know in shared memory.
#include <csignal>
#include <map>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dataplane/srtp/places.h"
#include "tests/unit/srtp/packets.h"

using namespace rtpengine;
using namespace rtpengine::srtp;

namespace {

constexpr std::size_t batch = 8, batches = 2000, packets = batch * batches, longest = 96, kills = 100;

struct Slot {
    std::size_t size;
    std::uint8_t bytes[longest];
};

// One word says how far it is: batch, stage, packets of it that were sent.
struct Progress {
    std::uint64_t number, leaving, sent;
    std::uint64_t word() const { return number << 8 | leaving << 7 | sent; }
    static Progress of(std::uint64_t word) { return {word >> 8, word >> 7 & 1, word & 0x7f}; }
};

struct Shared {
    Turns turns;
    Source received[1], sent[1];
    Counter progress, on_the_wire;
    Slot arrivals[packets], departures[batch], wire[packets + kills];
};

void advance(Counter& counter, std::uint64_t value) {
    detail::then();
    counter.set(value);
    detail::then();
}

class Worker {
  public:
    Worker(Shared& shared, const Parameters& in, const Parameters& out)
        : shared_(shared), receiver_(*Session::make(in)), sender_(*Session::make(out)) {}

    // What a predecessor had begun to send leaves first; what it had only worked at is done again. Ends with the process.
    [[noreturn]] void run() {
        auto at = Progress::of(shared_.progress.get());
        auto turn = at.leaving ? settle(shared_.turns) : begin(shared_.turns);
        for (; at.number < batches; at = {at.number + 1, 0, 0}) {
            if (!at.leaving) {
                advance(shared_.progress, at.word());
                if (at.number > 0 && !refuses(shared_.arrivals[at.number * batch - 1], turn)) _exit(2);
                for (std::size_t i = 0; i < batch; ++i)
                    if (!handle(shared_.arrivals[at.number * batch + i], shared_.departures[i], turn)) _exit(1);
                at.leaving = 1;
                advance(shared_.progress, at.word());
                turn = settle(shared_.turns);
            }
            send(at);
        }
        _exit(0);
    }

  private:
    // The text has something of this process: who encrypts it again under an index that was seen is found out.
    bool handle(const Slot& arrival, Slot& departure, const Turn& turn) {
        std::uint8_t text[longest];
        const auto opened = Places(shared_.received).unprotect(receiver_, Half::rtp, turn, {arrival.bytes, arrival.size}, text);
        if (!opened) return false;
        put_be32(text + opened.size, static_cast<std::uint32_t>(getpid()));
        const auto made = Places(shared_.sent).protect(sender_, Half::rtp, turn, {text, opened.size + 4}, departure.bytes);
        departure.size = made.size;
        return static_cast<bool>(made);
    }
    // Its number once more, with another text.
    bool refuses(const Slot& former, const Turn& turn) {
        const auto text = rtp(7, rtp_be16(former.bytes + 2), {1, 2, 3, 4});
        std::uint8_t room[longest];
        return Places(shared_.sent).protect(sender_, Half::rtp, turn, text, room).fault == Fault::repeated;
    }
    void send(Progress& at) {
        for (; at.sent < batch; ++at.sent, advance(shared_.progress, at.word())) {
            const auto n = shared_.on_the_wire.get();
            shared_.wire[n] = shared_.departures[at.sent];
            advance(shared_.on_the_wire, n + 1);
        }
    }

    Shared& shared_;
    Session receiver_, sender_;
};

struct Unmap {
    void operator()(Shared* shared) const { munmap(shared, sizeof(Shared)); }
};

std::unique_ptr<Shared, Unmap> share(const Parameters& parameters) {
    auto* const memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    std::unique_ptr<Shared, Unmap> shared(new (memory) Shared{});
    auto peer = session(parameters);
    Source source;
    for (std::size_t i = 0; i < packets; ++i) {
        const auto made = protect(peer, Half::rtp, source, rtp(7, static_cast<std::uint16_t>(60000 + i), Datagram(40, 0x11))).packet;
        shared->arrivals[i].size = made.size();
        std::copy(made.begin(), made.end(), shared->arrivals[i].bytes);
    }
    return shared;
}

// Until it ends by itself or has sent `enough`; whether it has ended.
bool run_one(Shared& shared, const Parameters& in, const Parameters& out, std::uint64_t enough) {
    const auto child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        Worker(shared, in, out).run();
    }
    int status = 0;
    while (shared.on_the_wire.get() < enough)
        if (waitpid(child, &status, WNOHANG) == child) {
            REQUIRE(WIFEXITED(status));
            REQUIRE(WEXITSTATUS(status) == 0);
            return true;
        }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    return false;
}

} // namespace

TEST_CASE("whenever workers are killed, each packet leaves, and nothing else is encrypted under its index") {
    std::mt19937 random(1);
    for (const auto* name : {"AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM"}) {
        const auto in = random_parameters(random, *find_suite(name)), out = random_parameters(random, *find_suite(name));
        const auto shared = share(in);
        std::uint64_t enough = 0;
        for (std::size_t n = 0; n < kills; ++n) run_one(*shared, in, out, enough += random() % (packets / kills));
        CHECK(run_one(*shared, in, out, packets + kills + 1));

        auto receiver = session(out);
        Source source;
        std::map<std::uint16_t, Datagram> seen;
        for (std::size_t n = 0; n < shared->on_the_wire.get(); ++n) {
            const auto& slot = shared->wire[n];
            const Datagram packet(slot.bytes, slot.bytes + slot.size);
            const auto [known, first] = seen.try_emplace(rtp_be16(packet.data() + 2), packet);
            if (first) REQUIRE(unprotect(receiver, Half::rtp, source, packet).fault == Fault::none);
            else REQUIRE(known->second == packet); // killed between sending and noting that it was sent
        }
        CHECK(seen.size() == packets);
    }
}
