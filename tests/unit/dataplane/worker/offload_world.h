// SPDX-License-Identifier: Apache-2.0
// A worker without sockets and clocks, above a kernel module in memory: for tests of what moves between the
// two.
#pragma once

#include <memory>
#include <stdexcept>

#include <doctest/doctest.h>

#include "../io/no_ports.h"
#include "../offload/fake_module.h"
#include "common/state/totals.h"
#include "dataplane/worker/offloader.h"

namespace rtpengine::test {

// Thrown where a worker is killed.
struct Killed {};

// A table on whose calls the worker can be killed.
class DeadlyTable final : public FakeTable {
  public:
    enum class When { never, before, after };
    DeadlyTable(FakeModule& module, When& when) : FakeTable(module), when_(when) {}

  private:
    int call(unsigned char* message) override {
        const auto when = std::exchange(when_, When::never);
        if (when == When::before) throw Killed{};
        const int result = FakeTable::call(message);
        if (when == When::after) throw Killed{};
        return result;
    }
    When& when_;
};

class World {
  public:
    static constexpr std::uint32_t slots = 64;

    World() {
        start();
    }

    void start() {
        worker_ = nullptr;
        worker_ = std::make_unique<Worker>(dataplane::StateFiles{states[0].get(), {-1, states[1].get()}}, module, deadly);
    }
    void kill() { worker_ = nullptr; }
    bool alive() const { return worker_ != nullptr; }

    dataplane::Streams& streams() { return worker_->streams; }
    dataplane::Offloader& offloader() { return worker_->offloader; }
    state::Header& header() { return worker_->records.header(); }
    state::StreamRecord& record(std::uint32_t slot) { return *worker_->records.record(slot); }
    state::Path path_of(std::uint32_t slot) {
        return static_cast<state::Path>(record(slot).path.get());
    }
    bool in_kernel(std::uint32_t slot) { return path_of(slot) == state::Path::kernel; }

    // As Worker::update() and sync() do it.
    std::vector<dataplane::SinkTotals> set(const std::vector<dataplane::StreamSpec>& specs) {
        std::vector<dataplane::SinkTotals> removed;
        for (const auto& spec : specs) {
            const auto outcome = streams().set(spec, now_us);
            REQUIRE(outcome.outcome == dataplane::Outcome::ok);
            removed.insert(removed.end(), outcome.removed.begin(), outcome.removed.end());
        }
        for (const auto& spec : specs)
            offloader().changed(spec.slot, now_us);
        return removed;
    }
    void sync(const std::vector<dataplane::StreamSpec>& specs) {
        offloader().take_over();
        streams().begin_sync();
        set(specs);
        for (std::uint32_t slot = 0; (slot = streams().close_unclaimed(slot));) {}
    }

    // Lets time pass, tick by tick.
    void pass(std::uint64_t us) {
        for (std::uint64_t t = 0; t < us; t += dataplane::Offloader::tick_us) {
            now_us += dataplane::Offloader::tick_us;
            offloader().begin_tick();
            while (!offloader().go_on(now_us)) {}
        }
    }

    // RTP from the peer of `slot`: through the kernel, or as Forwarder counts it. True: the kernel.
    // `slow`: on its way for a while, in the kernel.
    bool packet(std::uint32_t slot, const FakePacket& packet, bool slow = false) {
        auto& stream = streams()[slot];
        REQUIRE(stream.record);
        const auto& local = stream.echo.from;
        if (slow ? module.packet_on_its_way(local, packet, now_us * 1000) : module.packet(local, packet, now_us * 1000)) return true;
        auto& record = *stream.record;
        record.last_packet_us.set(now_us);
        record.in.packets.add(1);
        record.in.bytes.add(packet.bytes);
        stream.rtp.count(worker_->records.writer(), record, {packet.payload_type, false, false, packet.sequence, 0, packet.ssrc, 12},
                         packet.bytes);
        for (const auto& exit : stream.exits) {
            exit.route.counters->packets.add(1);
            exit.route.counters->bytes.add(packet.bytes);
        }
        return false;
    }
    // The peer has been heard and learning has ended.
    void learn(std::uint32_t slot, const char* source) {
        auto& stream = streams()[slot];
        stream.learned.source = stream.learned.remote = Endpoint::parse(source).value();
        stream.learned.confirmed = stream.learned.received = true;
        dataplane::store_learned(*stream.record, stream.rule, stream.learned);
        offloader().learned(std::span(&slot, 1), now_us);
    }

    // The n-th in the stream's record.
    state::SourceRecord& source(std::uint32_t slot, unsigned n) {
        auto* found = &record(slot).source_list;
        state::each_source(record(slot), [&](auto& each) {
            if (n-- == 0) found = &each;
        });
        return *found;
    }
    state::View view(std::uint32_t slot) { return worker_->records.writer().map().stream(slot); }
    std::uint64_t sent_to_first(std::uint32_t slot) {
        return state::total_out(*state::follow<state::SinkRecord>(&record(slot), record(slot).sinks)).packets;
    }
    std::uint64_t total_in(std::uint32_t slot) { return state::total_in(view(slot)).packets; }

    const Fd states[2] = {*state::Map::create(slots), *state::Map::create(slots)}; // ours, and another worker's
    FakeModule module;
    DeadlyTable::When deadly = DeadlyTable::When::never;
    std::uint64_t now_us = 1'000'000'000;

  private:
    struct Worker {
        Worker(const dataplane::StateFiles& files, FakeModule& module, DeadlyTable::When& deadly)
            : records(std::move(*dataplane::Records::open(files, 0))),
              egress(ports, nullptr, *transit, 0, records.header().out, records.header().turns),
              streams(records, ports, egress),
              offloader(records, streams,
                        std::make_unique<DeadlyTable>(module, deadly),
                        {*Address::parse("192.0.2.1")}) {}
        dataplane::Records records;
        NoPorts ports;
        std::unique_ptr<io::Transit> transit = std::move(*io::Transit::open({}));
        io::Egress egress;
        dataplane::Streams streams;
        dataplane::Offloader offloader;
    };

    std::unique_ptr<Worker> worker_;
};

inline dataplane::StreamSpec spec(std::uint64_t id, std::uint32_t slot, const char* signalled) {
    dataplane::StreamSpec spec;
    spec.id = id;
    spec.slot = slot;
    spec.local = {*Address::parse("192.0.2.1"), static_cast<std::uint16_t>(30000 + slot)};
    spec.rule.component = flow::Component::rtp;
    spec.rule.may_learn = true;
    if (signalled) spec.rule.signalled = Endpoint::parse(signalled).value();
    spec.signalled_epoch = spec.learn_epoch = 1;
    return spec;
}

inline void add_sink(dataplane::StreamSpec& from, const dataplane::StreamSpec& to) {
    from.sinks.push_back({0, to.slot, to.id, to.local, flow::Component::rtp, 0});
}

} // namespace rtpengine::test
