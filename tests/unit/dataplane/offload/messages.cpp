// SPDX-License-Identifier: Apache-2.0
// Rules into messages, answers and blist into states.
#include <cstring>
#include <random>

#include <doctest/doctest.h>

#include "dataplane/offload/encode.h"
#include "dataplane/offload/parse.h"
#include "kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h"

using namespace rtpengine;
using namespace rtpengine::offload;

namespace {

Endpoint at(const char* text) {
    return Endpoint::parse(text).value();
}

Rule sample() {
    Rule rule;
    rule.key = {0x1122334455667788, at("192.0.2.1:30000")};
    rule.component = flow::Component::muxed;
    rule.source = at("198.51.100.1:4000");
    rule.mismatch = Mismatch::refuse;
    rule.destinations.push_back(
        {6, at("[2001:db8::1]:30002"), at("[2001:db8::2]:6000"), true, false, false, 184});
    rule.destinations.push_back({7, at("192.0.2.1:30003"), at("198.51.100.2:6001"), false, true, false, 0});
    return rule;
}

// A state with everything in it, SRTP sources too.
std::vector<unsigned char> state_bytes() {
    std::vector<unsigned char> bytes;
    const auto add = [&](const auto& value) {
        const auto* from = reinterpret_cast<const unsigned char*>(&value);
        bytes.insert(bytes.end(), from, from + sizeof value);
    };
    rtpengine_state front{};
    front.n_payload_types = 1;
    front.n_sources = 1;
    front.n_srtp_sources = 1;
    front.n_destinations = 2;
    front.size = sizeof front + sizeof(rtpengine_payload_type_state) + sizeof(rtpengine_source) +
                 2 * sizeof(rtpengine_srtp_source) + 2 * sizeof(rtpengine_destination_state);
    front.id = 9;
    front.local.family = RTPENGINE_IPV4;
    front.local.address[0] = 192;
    front.local.port = __builtin_bswap16(30000);
    front.in = {10, 1720, 1};
    front.to_userspace = 3;
    front.last_seen = 5'000'000'000;
    front.tos = 184;
    front.other_packets = 20;
    front.other_bytes = 21;
    front.other_types = 22;
    add(front);
    add(rtpengine_payload_type_state{8, {}, 10, 1720});
    rtpengine_source source{};
    source.ssrc = 0xabc;
    source.packets = 10;
    source.highest = 65540;
    source.window = 3;
    source.lost = 2;
    add(source);
    add(rtpengine_srtp_source{});
    add(rtpengine_destination_state{6, {9, 1548, 1}, 0, {}});
    add(rtpengine_destination_state{7, {1, 2, 3}, 1, {}});
    add(rtpengine_srtp_source{});
    return bytes;
}

std::size_t count(Bytes bytes) {
    std::size_t n = 0;
    CHECK(each_state(bytes, [&](const State&) { ++n; }));
    return n;
}

} // namespace

TEST_CASE("a rule as the module reads it") {
    std::vector<unsigned char> bytes(message_capacity);
    Sources sources;
    sources.push_back({0xabc, 160, 5, 860, 1, 2, 70000, 7});
    const auto size = encode_set(sample(), {.sources = sources}, bytes);
    CHECK(size == sizeof(rtpengine_set) + 2 * sizeof(rtpengine_destination));
    rtpengine_set set;
    std::memcpy(&set, bytes.data(), sizeof set);
    CHECK(set.header.command == RTPENGINE_SET);
    CHECK(set.header.size == size);
    CHECK(set.header.capacity == bytes.size());
    CHECK(set.stream.id == 0x1122334455667788);
    CHECK(set.stream.local.family == RTPENGINE_IPV4);
    CHECK(set.stream.local.port == __builtin_bswap16(30000));
    CHECK(set.stream.local.address[4] == 0);
    CHECK(set.stream.mismatch == RTPENGINE_MISMATCH_DROP);
    CHECK(set.stream.flags == RTPENGINE_COUNT_SOURCES);
    CHECK(set.stream.n_payload_types == 0); // all of them go on
    REQUIRE(set.stream.n_sources == 1);
    CHECK(set.stream.sources[0].highest == 70000);
    CHECK(set.stream.sources[0].window == 7);
    REQUIRE(set.stream.n_destinations == 2);
    rtpengine_destination to[2];
    std::memcpy(to, bytes.data() + sizeof set, sizeof to);
    CHECK(to[0].from.family == RTPENGINE_IPV6);
    CHECK(to[0].takes == RTPENGINE_TAKES_RTP);
    CHECK(to[0].tos == 184);
    CHECK(to[1].stream == 7);
    CHECK(to[1].takes == RTPENGINE_TAKES_RTCP);
}

TEST_CASE("different rules have different fingerprints") {
    const auto one = fingerprint(sample());
    CHECK(one == fingerprint(sample()));
    CHECK(one != 0);
    auto other = sample();
    other.destinations[1].tos = 1;
    CHECK(fingerprint(other) != one);
    other = sample();
    other.source.port++;
    CHECK(fingerprint(other) != one);
}

TEST_CASE("a state is read whole") {
    const auto bytes = state_bytes();
    Bytes rest = bytes;
    const auto state = take_state(rest);
    REQUIRE(state);
    CHECK(rest.empty());
    CHECK(state->key.id == 9);
    CHECK(state->key.local.str() == "192.0.0.0:30000");
    CHECK(state->in.errors == 1);
    CHECK(state->to_userspace == 3);
    CHECK(state->last_seen_us == 5'000'000);
    CHECK(state->tos == 184);
    CHECK(state->payload_types[0].packets == 10);
    CHECK(state->others.packets == 20);
    CHECK(state->others.bytes == 21);
    CHECK(state->others.type_packets == 22);
    CHECK(state->sources[0].highest == 65540);
    CHECK(state->sources[0].lost == 2);
    REQUIRE(state->destinations.size() == 2);
    CHECK(state->destinations[0].out.bytes == 1548);
    CHECK(state->destinations[1].stream == 7);
}

TEST_CASE("a list that is cut goes on with the next read") {
    auto bytes = state_bytes();
    const auto one = bytes.size();
    bytes.insert(bytes.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(one));
    CHECK(count(bytes) == 2);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        std::size_t n = 0;
        const auto used = each_state({bytes.data(), size}, [&](const State&) { ++n; });
        REQUIRE(used);
        CHECK(n == size / one);
        CHECK(*used == n * one);
    }
}

TEST_CASE("what is no state is refused") {
    const auto refused = [](auto change) {
        auto bytes = state_bytes();
        rtpengine_state front;
        std::memcpy(&front, bytes.data(), sizeof front);
        change(front);
        std::memcpy(bytes.data(), &front, sizeof front);
        return !each_state(bytes, [](const State&) {});
    };
    CHECK_FALSE(refused([](auto&) {}));
    CHECK(refused([](auto& front) { front.size = 0; }));
    CHECK(refused([](auto& front) { front.size -= 8; }));
    CHECK(refused([](auto& front) { front.size += 1; }));
    CHECK(refused([](auto& front) { front.size = 0xffffffff; }));
    CHECK(refused([](auto& front) { front.id = 0; }));
    CHECK(refused([](auto& front) { front.local.family = 5; }));
    CHECK(refused([](auto& front) { front.n_payload_types = 17; }));
    CHECK(refused([](auto& front) { front.n_sources = 5; }));
    CHECK(refused([](auto& front) { front.n_sources = 0; }));
    CHECK(refused([](auto& front) { front.n_destinations = 16; }));
}

TEST_CASE("a request is never taken for its answer") {
    std::vector<unsigned char> message(message_capacity);
    encode_set(sample(), {}, message);
    CHECK_FALSE(answered(message));
    for (const std::uint64_t id : {1ull, 32ull, 88ull, 0x20'0000'0020ull}) {
        encode_delete({id, at("192.0.2.1:30000")}, message);
        CHECK_FALSE(answered(message));
    }
    const auto state = state_bytes();
    const rtpengine_header header{RTPENGINE_DELETE,
                                  static_cast<__u32>(sizeof(rtpengine_header) + state.size()), 8128, 0};
    std::memcpy(message.data(), &header, sizeof header);
    std::memcpy(message.data() + sizeof header, state.data(), state.size());
    REQUIRE(answered(message));
    CHECK(answered(message)->key.id == 9);
    const rtpengine_header empty{RTPENGINE_SET, sizeof(rtpengine_header), 8128, 0};
    std::memcpy(message.data(), &empty, sizeof empty);
    CHECK_FALSE(answered(message));
}

TEST_CASE("garbage is survived") {
    std::mt19937 random(1);
    const auto good = state_bytes();
    for (int i = 0; i < 20'000; ++i) {
        auto bytes = good;
        for (int n = 0; n < 3; ++n)
            bytes[random() % bytes.size()] = static_cast<unsigned char>(random());
        bytes.resize(random() % (bytes.size() + 1));
        std::size_t n = 0;
        const auto used = each_state(bytes, [&](const State&) { ++n; });
        CHECK(n <= 1);
        if (used) CHECK(*used <= bytes.size());
    }
}
