// SPDX-License-Identifier: Apache-2.0
#include "bench/ng/load.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <memory>
#include <poll.h>
#include <sys/socket.h>

namespace rtpengine::bench {
namespace {

constexpr std::size_t batch = 64;
constexpr std::int64_t patience_ns = 500'000'000;   // until a request is sent again
constexpr std::int64_t last_answer_ns = 10'000'000'000; // until it is given up
constexpr int look_ms = 50;                         // for late ones

std::int64_t now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

} // namespace

double Answers::percentile_us(Verb verb, double fraction) const {
    auto delays = delays_us[std::size_t(verb)];
    if (delays.empty()) return 0;
    const auto at = delays.begin() + std::ptrdiff_t(fraction * double(delays.size() - 1));
    std::nth_element(delays.begin(), at, delays.end());
    return double(*at);
}

struct Load::Buffers {
    std::array<std::array<char, 8192>, batch> in;
    std::array<iovec, batch> vectors;
    std::array<mmsghdr, batch> messages;
};

struct Load::Run {
    const std::vector<Verb>& steps;
    std::uint32_t next, end;
    std::int64_t stop_ns;
    std::size_t busy = 0;
    Answers answers;

    void wrong(const std::string& why) {
        if (++answers.wrong == 1) answers.first_fault = why;
    }
};

Load::Load(Fd socket, std::size_t in_flight, bool srtp)
    : socket_(std::move(socket)), slots_(in_flight), buffers_(std::make_shared<Buffers>()), srtp_(srtp), owners_(65536) {}

Result<Load> Load::connect(const Netns& proxy, std::uint16_t port, std::size_t in_flight, bool srtp) {
    Fd socket;
    auto made = proxy.within([&]() -> Status {
        socket.reset(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        const sockaddr_in to{AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {}};
        if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
            return Error{fmt::format("NG socket: {}", std::strerror(errno)), errno};
        return {};
    });
    if (!made) return made.error();
    return Load(std::move(socket), in_flight, srtp);
}

Answers Load::run(const std::vector<Verb>& steps, std::uint32_t first, std::uint32_t count, double seconds) {
    const auto start = now_ns();
    Run run{steps, first, first + count, start + std::int64_t(seconds * 1e9), 0, {}};
    auto looked = start;
    for (auto& slot : slots_) begin(run, slot);
    flush();
    while (run.busy > 0) {
        pollfd waiting{socket_.get(), POLLIN, 0};
        if (::poll(&waiting, 1, look_ms) > 0) receive(run);
        if (now_ns() - looked > look_ms * 1'000'000LL) {
            looked = now_ns();
            repeat_late(run);
        }
        flush();
    }
    run.answers.seconds = double(now_ns() - start) / 1e9;
    return std::move(run.answers);
}

void Load::begin(Run& run, Slot& slot) {
    if (run.next == run.end || now_ns() >= run.stop_ns) return;
    slot.call = run.next++;
    slot.step = 0;
    if (ports_.size() <= slot.call) ports_.resize(slot.call + 1);
    ++run.busy;
    ask(run, slot);
}

void Load::ask(Run& run, Slot& slot) {
    const auto verb = run.steps[slot.step];
    if (verb == Verb::remove) // from here on the proxy may give the ports to another call
        for (auto& port : ports_[slot.call]) owners_[std::exchange(port, std::uint16_t(0))] = 0;
    slot.cookie = fmt::format("{}_{}", &slot - slots_.data(), ++serial_);
    slot.datagram = request(verb, slot.call, slot.cookie, srtp_);
    slot.sent_ns = slot.first_sent_ns = now_ns();
    to_send_.push_back(&slot);
}

void Load::receive(Run& run) {
    for (;;) {
        for (std::size_t i = 0; i < batch; ++i) {
            buffers_->vectors[i] = {buffers_->in[i].data(), buffers_->in[i].size()};
            buffers_->messages[i] = {};
            buffers_->messages[i].msg_hdr.msg_iov = &buffers_->vectors[i];
            buffers_->messages[i].msg_hdr.msg_iovlen = 1;
        }
        const int got = ::recvmmsg(socket_.get(), buffers_->messages.data(), batch, MSG_DONTWAIT, nullptr);
        for (int i = 0; i < got; ++i) {
            const auto slot = std::size_t(i);
            take(run, {buffers_->in[slot].data(), buffers_->messages[slot].msg_len});
        }
        if (got < int(batch)) return;
    }
}

// A reply's cookie begins with the number of the slot that waits for it.
void Load::take(Run& run, std::string_view message) {
    std::size_t index = 0;
    std::from_chars(message.data(), message.data() + message.size(), index);
    const auto space = message.find(' ');
    if (index >= slots_.size() || space == message.npos) return run.wrong("no reply of ours: " + std::string(message));
    auto& slot = slots_[index];
    if (slot.datagram.empty() || message.substr(0, space) != slot.cookie) return; // the second answer to a repeated request
    const auto verb = run.steps[slot.step];
    ++run.answers.requests;
    run.answers.delays_us[std::size_t(verb)].push_back(std::uint32_t((now_ns() - slot.first_sent_ns) / 1000));
    check(run, slot, verb, message.substr(space + 1));
    slot.datagram.clear();
    if (++slot.step < run.steps.size()) return ask(run, slot);
    --run.busy;
    begin(run, slot);
}

// Two living calls never have the same port.
void Load::check(Run& run, const Slot& slot, Verb verb, std::string_view body) {
    std::uint16_t port = 0;
    if (const auto why = fault(verb, body, port); !why.empty()) return run.wrong(why);
    if (verb == Verb::remove) return;
    if (owners_[port] != 0) return run.wrong(fmt::format("port {} belongs to two calls", port));
    owners_[port] = slot.call + 1;
    ports_[slot.call][std::size_t(verb)] = port;
}

void Load::repeat_late(Run& run) {
    const auto now = now_ns();
    for (auto& slot : slots_) {
        if (slot.datagram.empty() || now - slot.sent_ns < patience_ns) continue;
        if (now - slot.first_sent_ns > last_answer_ns) {
            run.wrong(fmt::format("no answer to {}", name(run.steps[slot.step])));
            slot.datagram.clear();
            --run.busy;
            continue;
        }
        ++run.answers.repeated;
        slot.sent_ns = now;
        to_send_.push_back(&slot);
    }
}

// What the socket doesn't take now is late, and sent again then.
void Load::flush() {
    for (std::size_t done = 0; done < to_send_.size(); done += batch) {
        const auto count = std::min(batch, to_send_.size() - done);
        for (std::size_t i = 0; i < count; ++i) {
            auto& datagram = to_send_[done + i]->datagram;
            buffers_->vectors[i] = {datagram.data(), datagram.size()};
            buffers_->messages[i] = {};
            buffers_->messages[i].msg_hdr.msg_iov = &buffers_->vectors[i];
            buffers_->messages[i].msg_hdr.msg_iovlen = 1;
        }
        (void)!::sendmmsg(socket_.get(), buffers_->messages.data(), unsigned(count), 0);
    }
    to_send_.clear();
}

} // namespace rtpengine::bench
