// SPDX-License-Identifier: Apache-2.0
// Agents, the network between them, and the time: all of it made up.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "dataplane/ice/agent.h"
#include "dataplane/ice/writer.h"

namespace world {

using namespace rtpengine;
using namespace rtpengine::ice;

struct World;

// Has ports at addresses; what its agent wants done is done by the network.
struct Peer final : Host {
    Peer(World& world, Credentials credentials, std::vector<std::string> addresses);

    void send(std::uint32_t port, const Endpoint& to, Bytes message) override;
    void random(std::span<std::uint8_t> to) override;
    void selected(const Selection& selection) override { events.push_back("selected " + selection.remote.str()); }
    void kept(const Selection&) override { ++kept_pairs; }
    void lost(const Selection& selection) override { events.push_back("lost " + selection.remote.str()); }
    bool off_limits(std::uint32_t, const Endpoint& to) const override { return to.address == forbidden; }
    void withheld(std::uint32_t) override { ++not_sent; }

    void add_ports();
    void meet(const Peer& other, bool controlling, bool with_candidates = true);
    std::vector<Remote> candidates() const;

    World& world;
    Terms terms;
    std::vector<Endpoint> ports; // by number
    std::vector<std::string> events;
    std::uint64_t sent = 0, not_sent = 0, kept_pairs = 0;
    Address forbidden; // none
    Allowance checks{2000, 20};
    Agent agent{*this, checks};
};

struct World {
    // What becomes of a datagram: false, it is lost. May change its source.
    std::function<bool(Endpoint& from, const Endpoint& to)> passes = [](const auto&, const auto&) { return true; };
    std::uint64_t now_ms = 1000, delay_ms = 10;
    std::mt19937 random{7};
    std::vector<Peer*> peers;

    struct Datagram {
        std::uint64_t at_ms;
        Endpoint from, to;
        std::vector<std::uint8_t> bytes;
    };
    std::list<Datagram> under_way;
    std::vector<Datagram> seen; // all that were sent

    void send(Endpoint from, const Endpoint& to, Bytes bytes);
    void deliver(const Datagram& datagram);
    // Until nothing is due before `for_ms` are over, or `until` is true.
    void run(std::uint64_t for_ms, const std::function<bool()>& until = [] { return false; });
};

inline Peer::Peer(World& world, Credentials credentials, std::vector<std::string> addresses) : world(world) {
    for (const auto& address : addresses) ports.push_back(*Endpoint::parse(address));
    terms.ours = std::move(credentials);
    add_ports();
    world.peers.push_back(this);
}

inline void Peer::add_ports() {
    for (std::uint32_t i = 0; i < ports.size(); ++i)
        agent.add({i, ports[i].address.family, (126u << 24) + ((65535 - i) << 8) + 255}, world.now_ms);
}

inline void Peer::send(std::uint32_t port, const Endpoint& to, Bytes message) {
    ++sent;
    world.send(ports[port], to, message);
}

inline void Peer::random(std::span<std::uint8_t> to) {
    for (auto& byte : to) byte = static_cast<std::uint8_t>(world.random());
}

inline std::vector<Remote> Peer::candidates() const {
    std::vector<Remote> all;
    for (std::uint32_t i = 0; i < ports.size(); ++i) all.push_back({ports[i], (126u << 24) + ((65535 - i) << 8) + 255});
    return all;
}

inline void Peer::meet(const Peer& other, bool controlling, bool with_candidates) {
    terms.theirs = other.terms.ours;
    terms.controlling = controlling;
    terms.remotes = with_candidates ? other.candidates() : std::vector<Remote>();
    agent.set(terms, world.now_ms);
    agent.turn(world.now_ms);
}

inline void World::send(Endpoint from, const Endpoint& to, Bytes bytes) {
    const Datagram datagram{now_ms + delay_ms, from, to, {bytes.begin(), bytes.end()}};
    seen.push_back(datagram);
    if (passes(from, to)) under_way.push_back({now_ms + delay_ms, from, to, {bytes.begin(), bytes.end()}});
}

inline void World::deliver(const Datagram& datagram) {
    for (auto* peer : peers)
        for (std::uint32_t port = 0; port < peer->ports.size(); ++port)
            if (peer->ports[port] == datagram.to) {
                peer->agent.receive(port, datagram.from, datagram.bytes, now_ms);
                peer->agent.turn(now_ms);
            }
}

inline void World::run(std::uint64_t for_ms, const std::function<bool()>& until) {
    for (const auto end = now_ms + for_ms; now_ms < end && !until(); ++now_ms) {
        while (!under_way.empty() && under_way.front().at_ms <= now_ms) {
            const auto datagram = under_way.front();
            under_way.pop_front();
            deliver(datagram);
        }
        for (auto* peer : peers)
            if (peer->agent.due_ms() <= now_ms) peer->agent.turn(now_ms);
    }
}

} // namespace world
