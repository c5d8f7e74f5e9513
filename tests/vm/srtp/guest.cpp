/* SPDX-License-Identifier: Apache-2.0 */
// First and only program in the machine: loads the test module, does the steps of /steps, measures, powers
// off.
#include "steps.h"

#include "module/srtp_test.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using Bytes = std::vector<uint8_t>;

int checked(int result, const std::string& what) {
    if (result < 0) throw std::runtime_error(what + ": " + strerror(errno));
    return result;
}

template <class T> T as(const Bytes& bytes) {
    if (bytes.size() != sizeof(T)) throw std::runtime_error("a step of the wrong size");
    T value;
    memcpy(&value, bytes.data(), sizeof value);
    return value;
}

/// An open /dev/srtp_test.
class Side {
  public:
    Side() : fd_(checked(open("/dev/srtp_test", O_RDWR | O_CLOEXEC), "/dev/srtp_test")) {}
    Side(const Side&) = delete;
    Side& operator=(const Side&) = delete;
    ~Side() { close(fd_); }

    int fd() const { return fd_; }

    /// What the ioctl returns, or a negative errno.
    int call(unsigned long number, void* argument) const {
        int result = ioctl(fd_, number, argument);
        return result < 0 ? -errno : result;
    }

    int overhead(bool rtcp) const { return ioctl(fd_, SRTP_TEST_OVERHEAD, static_cast<unsigned long>(rtcp)); }

    srtp_test_sources sources() const {
        srtp_test_sources out{};
        checked(call(SRTP_TEST_SOURCES, &out), "sources");
        return out;
    }

    /// Length or negative errno; `packet` becomes what the kernel left, `room` bytes longer than it was.
    int crypt(unsigned long number, Bytes& packet, uint32_t room, bool rtcp) const {
        auto argument = std::make_unique<srtp_test_packet>();
        argument->rtcp = rtcp;
        argument->length = packet.size();
        argument->room = room;
        memcpy(argument->data, packet.data(), packet.size());
        if (int result = call(number, argument.get()); result < 0)
            throw std::runtime_error("ioctl " + std::to_string(result));
        packet.assign(argument->data, argument->data + packet.size() + room);
        return argument->result;
    }

  private:
    int fd_;
};

std::string hex(const Bytes& bytes) {
    std::string out;
    for (uint8_t byte : bytes)
        out += "0123456789abcdef"[byte >> 4], out += "0123456789abcdef"[byte & 15];
    return out;
}

class Replay {
  public:
    void run(const Step& step, const Bytes& input, const Bytes& expected) {
        Side& side = sides_.at(step.side);
        switch (step.kind) {
        case Kind::note: note_.assign(input.begin(), input.end()); return;
        case Kind::create: return create(side, as<srtp_test_create>(input), step.result);
        case Kind::clone: return clone(side, as<srtp_test_create>(input), step);
        case Kind::protect: return crypt(SRTP_TEST_PROTECT, step, input, expected);
        case Kind::unprotect: return crypt(SRTP_TEST_UNPROTECT, step, input, expected);
        case Kind::flip: return flip(step, input);
        case Kind::sources: return sources(side, as<srtp_test_sources>(expected));
        case Kind::matches: return matches(side, as<rtpengine_srtp>(input), step.result);
        case Kind::overhead: return check(side.overhead(step.rtcp), step.result, "overhead");
        case Kind::wait: std::this_thread::sleep_for(std::chrono::seconds(step.room)); return;
        }
        throw std::runtime_error("unknown step");
    }

    unsigned steps = 0, wrong = 0;

  private:
    void check(int is, int should, const char* what) {
        if (is != should)
            fail(std::string(what) + " gave " + std::to_string(is) + ", not " + std::to_string(should));
    }

    void fail(const std::string& what) {
        if (++wrong <= 20) printf("WRONG at step %u (%s): %s\n", steps, note_.c_str(), what.c_str());
    }

    void create(Side& side, srtp_test_create argument, int should) {
        check(side.call(SRTP_TEST_CREATE, &argument), should, "create");
    }

    void clone(Side& side, srtp_test_create argument, const Step& step) {
        srtp_test_sources from = sides_.at(step.room).sources();
        std::copy(std::begin(from.sources), std::end(from.sources), argument.sources);
        create(side, argument, step.result);
    }

    void crypt(unsigned long number, const Step& step, const Bytes& input, const Bytes& expected) {
        Bytes packet = input;
        int result = sides_.at(step.side).crypt(number, packet, step.room, step.rtcp);
        check(result, step.result, number == SRTP_TEST_PROTECT ? "protect" : "unprotect");
        packet.resize(result < 0 ? input.size() : result);
        const Bytes& should = step.result < 0 ? input : expected;
        if (result == step.result && packet != should)
            fail(hex(input) + " became " + hex(packet) + ", not " + hex(should));
    }

    void flip(const Step& step, const Bytes& input) {
        for (size_t at = 0; at < input.size() * 8; at += 1 + at % 7) {
            Bytes packet = input;
            packet[at / 8] ^= 1 << at % 8;
            const Bytes flipped = packet;
            int result = sides_.at(step.side).crypt(SRTP_TEST_UNPROTECT, packet, 0, step.rtcp);
            if (result >= 0) fail("accepted with bit " + std::to_string(at) + " flipped");
            if (result < 0 && packet != flipped) fail("refused but changed, bit " + std::to_string(at));
        }
    }

    void sources(const Side& side, const srtp_test_sources& should) {
        srtp_test_sources is = side.sources();
        if (memcmp(&is, &should, sizeof is)) fail("other sources: " + std::to_string(is.count));
    }

    void matches(const Side& side, rtpengine_srtp config, int should) {
        check(side.call(SRTP_TEST_MATCHES, &config), should, "matches");
    }

    std::array<Side, max_sides> sides_;
    std::string note_;
};

Bytes read(std::istream& from, size_t size) {
    Bytes bytes(size);
    if (!from.read(reinterpret_cast<char*>(bytes.data()), size))
        throw std::runtime_error("/steps is cut off");
    return bytes;
}

void replay() {
    Replay all;
    std::ifstream file("/steps", std::ios::binary);
    Step step;
    while (file.read(reinterpret_cast<char*>(&step), sizeof step)) {
        Bytes input = read(file, step.input);
        all.run(step, input, read(file, step.expected));
        all.steps++;
    }
    printf("%u steps, %u wrong\n", all.steps, all.wrong);
    if (all.wrong || !all.steps) throw std::runtime_error("steps went wrong");
}

srtp_test_create create_argument(rtpengine_cipher cipher, rtpengine_auth auth) {
    srtp_test_create argument{};
    argument.config.flags = RTPENGINE_SRTP;
    argument.config.cipher = cipher;
    argument.config.auth = auth;
    return argument;
}

Bytes rtp(uint16_t seq) {
    Bytes packet(172);
    packet[0] = 0x80;
    packet[2] = seq >> 8;
    packet[3] = seq;
    return packet;
}

/// Calls `work` with 0 to `count` - 1 in two threads, each of which does all of them.
void in_two_threads(unsigned count, const std::function<void(unsigned)>& work) {
    auto all = [&] {
        for (unsigned n = 0; n < count; n++)
            work(n);
    };
    std::jthread other(all);
    all();
}

/// Two CPUs have packets of one SSRC: every index is used once, every packet received once.
void race() {
    constexpr unsigned packets = 3000;
    auto argument = create_argument(RTPENGINE_AES_CM_128, RTPENGINE_HMAC_SHA1_80);
    Side out, in;
    for (const Side* side : {&out, &in})
        checked(side->call(SRTP_TEST_CREATE, &argument), "create");
    std::vector<Bytes> made(packets);
    std::atomic<unsigned> sent = 0, received = 0, unexpected = 0;
    auto count = [&](int result, std::atomic<unsigned>& done) {
        if (result >= 0)
            done++;
        else if (result != -EALREADY)
            unexpected++;
    };
    in_two_threads(packets, [&](unsigned n) {
        Bytes packet = rtp(n);
        int result = out.crypt(SRTP_TEST_PROTECT, packet, 64, false);
        count(result, sent);
        if (result < 0) return;
        packet.resize(result);
        made[n] = packet;
    });
    in_two_threads(packets, [&](unsigned n) {
        Bytes packet = made[n];
        count(in.crypt(SRTP_TEST_UNPROTECT, packet, 0, false), received);
    });
    printf("race: %u sent, %u received of %u, %u unexpected\n", sent.load(), received.load(), packets,
           unexpected.load());
    if (sent != packets || received != packets || unexpected) throw std::runtime_error("race");
}

struct Measured {
    const char* name;
    rtpengine_cipher cipher;
    rtpengine_auth auth;
};

constexpr Measured measured[] = {
    {"NULL, HMAC_SHA1_80", RTPENGINE_CIPHER_NULL, RTPENGINE_HMAC_SHA1_80},
    {"AES_CM_128, no authentication", RTPENGINE_AES_CM_128, RTPENGINE_AUTH_NULL},
    {"AES_CM_128_HMAC_SHA1_80", RTPENGINE_AES_CM_128, RTPENGINE_HMAC_SHA1_80},
    {"AES_CM_128_HMAC_SHA1_32", RTPENGINE_AES_CM_128, RTPENGINE_HMAC_SHA1_32},
    {"AES_192_CM_HMAC_SHA1_80", RTPENGINE_AES_CM_192, RTPENGINE_HMAC_SHA1_80},
    {"AES_256_CM_HMAC_SHA1_80", RTPENGINE_AES_CM_256, RTPENGINE_HMAC_SHA1_80},
    {"AEAD_AES_128_GCM", RTPENGINE_AES_GCM_128, RTPENGINE_AUTH_NULL},
    {"AEAD_AES_256_GCM", RTPENGINE_AES_GCM_256, RTPENGINE_AUTH_NULL},
};

double ticks(const Side& side, int peer) {
    srtp_test_measure argument{};
    argument.length = 172;
    argument.rounds = 1000;
    argument.peer = peer;
    argument.data[0] = 0x80;
    if (int result = side.call(SRTP_TEST_MEASURE, &argument); result < 0 || argument.result < 0)
        throw std::runtime_error("measuring: " + std::to_string(result < 0 ? result : argument.result));
    return double(argument.ticks) / argument.rounds;
}

/// TSC ticks for an RTP packet of 172 bytes: with `-icount shift=0` these are instructions.
void measure() {
    printf("%-32s %10s %10s\n", "ticks a packet of 172 bytes", "protect", "unprotect");
    for (const Measured& row : measured) {
        auto argument = create_argument(row.cipher, row.auth);
        Side out, again, in;
        for (const Side* side : {&out, &again, &in})
            checked(side->call(SRTP_TEST_CREATE, &argument), "create");
        printf("%-32s %10.0f %10.0f\n", row.name, ticks(out, -1), ticks(again, in.fd()));
    }
}

void load(const char* module) {
    int fd = checked(open(module, O_RDONLY | O_CLOEXEC), module);
    checked(syscall(SYS_finit_module, fd, "", 0), module);
    close(fd);
}

/// Messages at start-up of a kernel don't end with ours: only a line of its own counts.
int run(const std::string& what) try {
    mkdir("/dev", 0755);
    checked(mount("dev", "/dev", "devtmpfs", 0, nullptr), "/dev");
    int console = checked(open("/dev/console", O_RDWR), "/dev/console");
    for (int fd : {0, 1, 2})
        dup2(console, fd);
    setvbuf(stdout, nullptr, _IOLBF, 0);
    load("/srtp_test.ko");
    if (what == "all") replay(), measure();
    race();
    checked(syscall(SYS_delete_module, "srtp_test", 0), "rmmod");
    return 0;
} catch (const std::exception& fault) {
    printf("\nFAULT: %s\n", fault.what());
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    printf("\nSRTP-%s\n", run(argc > 1 ? argv[argc - 1] : "all") ? "FAILED" : "PASSED");
    fflush(stdout);
    sync();
    reboot(RB_POWER_OFF);
}
