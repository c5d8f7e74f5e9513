// SPDX-License-Identifier: Apache-2.0
// Whatever happens in whatever order, every packet is counted exactly once: a random walk over packets,
// re-invites, closed and opened streams, rules that are not reached or refused, and workers that are killed
// between calls, or in the middle of one.
#include <algorithm>
#include <map>
#include <random>

#include <doctest/doctest.h>

#include "offload_world.h"

using namespace rtpengine;
using namespace rtpengine::dataplane;
using namespace rtpengine::test;

namespace {

constexpr std::uint32_t streams_count = 4;

struct Walk : World {
    explicit Walk(unsigned seed) : random(seed) {
        for (std::uint32_t slot = 0; slot < streams_count; ++slot)
            specs.push_back(make(slot));
        for (auto& from : specs)
            choose_sinks(from);
        survive([this] { sync(specs); });
        for (std::uint32_t slot = 0; slot < streams_count; ++slot)
            learn_peer(slot);
    }

    unsigned roll(unsigned n) { return static_cast<unsigned>(random() % n); }

    StreamSpec make(std::uint32_t slot) {
        const std::string peer = "198.51.100." + std::to_string(slot + 1) + ":4000";
        return spec(++last_id, slot, peer.c_str());
    }
    void choose_sinks(StreamSpec& from) {
        from.sinks.clear();
        for (const auto& to : specs)
            if (to.slot != from.slot && roll(2)) add_sink(from, to);
    }
    void learn_peer(std::uint32_t slot) {
        const std::string peer =
            "198.51.100." + std::to_string(roll(4) + 1) + ":" + std::to_string(4000 + roll(3));
        survive([&] { learn(slot, peer.c_str()); });
    }

    // A worker that dies in the middle gets a successor, which is told everything again.
    template <class Do> void survive(Do something) {
        try {
            something();
        } catch (const Killed&) {
            kill();
        }
        while (!alive()) {
            start();
            try {
                sync(specs);
            } catch (const Killed&) {
                kill();
            }
        }
    }

    void send(std::uint32_t slot) {
        auto& sequence = sequences[slot];
        packet(slot, {static_cast<std::uint8_t>(roll(20) ? 8 : 100 + roll(3)), 50 + slot, sequence++}, !roll(3));
        ++model_in[specs[slot].id];
    }
    void reinvite() {
        auto& spec = specs[roll(streams_count)];
        switch (roll(4)) {
        case 0: spec.rule.drop = !spec.rule.drop; break;
        case 1: spec.rule.strict_source = !spec.rule.strict_source; break;
        case 2:
            for (auto& sink : spec.sinks)
                sink.tos = static_cast<std::uint8_t>(roll(2) * 4);
            break;
        case 3: choose_sinks(spec); break;
        }
        survive([&] { set({spec}); });
    }
    // What its record says when it has been closed is final. The replacement sends to the same sinks.
    void reopen() {
        const auto slot = roll(streams_count);
        const auto former = specs[slot];
        specs[slot] = make(slot);
        for (auto& from : specs)
            for (auto& sink : from.sinks)
                if (sink.stream == former.id) sink.stream = specs[slot].id;
        choose_sinks(specs[slot]);
        // Closed alone first, so that the record can be looked at.
        std::vector<StreamSpec> others;
        std::copy_if(specs.begin(), specs.end(), std::back_inserter(others),
                     [&](const auto& spec) { return spec.slot != slot; });
        std::swap(specs, others);
        module.land(); // what is on its way to a closed stream is the worker's sums' only
        survive([this] { pass(Offloader::tick_us); });
        survive([&] { streams().close({former.id, former.slot}); });
        CHECK(total_in(slot) == model_in[former.id]);
        CHECK(source(slot, 0).packets.get() == model_in[former.id]);
        std::swap(specs, others);
        sequences[slot] = static_cast<std::uint16_t>(roll(65536));
        survive([&] { set(specs); });
        learn_peer(slot);
    }
    void refresh() {
        const auto& spec = specs[roll(streams_count)];
        land();
        offloader().refresh({spec.id, spec.slot});
        CHECK(total_in(spec.slot) == model_in[spec.id]);
    }
    void land() {
        module.land();
        survive([this] { pass(Offloader::tick_us); });
    }
    void step() {
        const auto n = roll(1000);
        if (n < 700) return send(roll(streams_count));
        if (n < 800) return survive([this] { pass(Offloader::tick_us * (1 + roll(40))); });
        if (n < 900) return land();
        if (n < 930) return reinvite();
        if (n < 950) return learn_peer(roll(streams_count));
        if (n < 960) return reopen();
        if (n < 970) return void(module.reached = !module.reached);
        if (n < 980) return void(deadly = roll(2) ? DeadlyTable::When::before : DeadlyTable::When::after);
        if (n < 990) return survive([] { throw Killed{}; });
        if (n < 995) return void(module.next_error = ENOMEM);
        if (n < 998) return refresh();
        survive([this] { pass(2 * Offloader::ticks_per_turn * Offloader::tick_us); });
    }
    void check() {
        land();
        survive([this] { pass(2 * Offloader::ticks_per_turn * Offloader::tick_us); });
        for (const auto& spec : specs) {
            CAPTURE(spec.slot);
            CHECK(total_in(spec.slot) == model_in[spec.id]);
            CHECK(state::total_in(view(spec.slot)).bytes == 172 * model_in[spec.id]);
            CHECK(source(spec.slot, 0).packets.get() == model_in[spec.id]);
            CHECK(source(spec.slot, 0).lost.get() == 0);
            std::uint64_t types = 0;
            state::each_type(record(spec.slot), [&](const auto& type) { types += type.packets.get(); });
            CHECK(types == model_in[spec.id]);
        }
        CHECK(header().offloaded.get() == module.size());
        survive([this] { pass(offload::Abandoned::patience_us + 2'000'000); }); // of streams that a killed worker had closed
        CHECK(module.withdrawn() == 0);
    }

    std::mt19937 random;
    std::vector<StreamSpec> specs;
    std::uint64_t last_id = 0;
    std::map<std::uint64_t, std::uint64_t> model_in; // packets by stream id
    std::uint16_t sequences[streams_count] = {};
};

} // namespace

TEST_CASE("every packet is counted once" * doctest::test_suite("kernel")) {
    unsigned offloaded = 0, late = 0;
    for (unsigned seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        Walk walk(seed);
        for (int i = 0; i < 1500; ++i)
            walk.step();
        offloaded += walk.module.sets;
        walk.deadly = DeadlyTable::When::never;
        walk.check();
        late += walk.module.late;
    }
    CHECK(offloaded > 1000); // it was about the kernel
    CHECK(late > 100);      // and about packets that came late
}

// What goes out is counted by sink, and moves to the reply when the sink goes: nobody is killed here, since a
// reply that was not sent is lost with its worker.
TEST_CASE("every packet that was sent is counted once for where it went" * doctest::test_suite("kernel")) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        World world;
        std::vector<StreamSpec> specs;
        for (std::uint32_t slot = 0; slot < 4; ++slot)
            specs.push_back(
                spec(slot + 1, slot, ("198.51.100." + std::to_string(slot + 1) + ":4000").c_str()));
        world.sync(specs);
        for (std::uint32_t slot = 0; slot < 4; ++slot)
            world.learn(slot, ("198.51.100." + std::to_string(slot + 1) + ":4000").c_str());
        std::map<std::uint64_t, std::uint64_t> expected, counted;
        auto& from = specs[0];
        for (int i = 0; i < 1000; ++i) {
            if (random() % 10 < 8) {
                world.packet(0, {8, 1, static_cast<std::uint16_t>(i)});
                for (const auto& sink : from.sinks)
                    ++expected[sink.stream];
                world.pass(random() % 2 ? Offloader::tick_us : 0);
            } else if (random() % 10 == 0) {
                from.sinks.clear();
                for (std::uint32_t slot = 1; slot < 4; ++slot)
                    if (random() % 2) add_sink(from, specs[slot]);
                for (const auto& totals : world.set({from}))
                    counted[totals.stream] += totals.packets;
            } else {
                world.pass(3'000'000);
            }
        }
        for (const auto& totals : world.streams().close({1, 0}).removed)
            counted[totals.stream] += totals.packets;
        CHECK(counted == expected);
        CHECK(world.module.deletes > 3);
    }
}
