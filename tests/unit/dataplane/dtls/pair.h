// SPDX-License-Identifier: Apache-2.0
// Two sessions, and a network between them that does what a test wants.
#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "dataplane/dtls/session.h"

namespace rtpengine::dtls {

inline const std::string usual_ciphers = "DEFAULT:!NULL:!aNULL:!SHA256:!SHA384:!aECDH:!AESGCM+AES256:!aPSK";
using Datagram = std::vector<std::uint8_t>;
using Arriving = std::vector<Datagram>;

struct Side {
    explicit Side(IdentityTerms terms = {"test"}, unsigned mtu = 1200) : identity(*make_identity(terms)), context(*Context::make(identity, usual_ciphers, mtu)) {}

    void begin(bool active, const std::string& hash, const std::string& fingerprint) {
        session = *Session::make(context, {active, hash, fingerprint}, [this](Bytes bytes) { sent.emplace_back(bytes.begin(), bytes.end()); });
        session->start();
    }

    Identity identity;
    std::shared_ptr<const Context> context;
    std::unique_ptr<Session> session;
    std::deque<Datagram> sent; // on its way to the other one
};

struct Pair {
    explicit Pair(IdentityTerms active_terms = {"test"}, unsigned mtu = 1200, const std::string& hash = "sha-256")
        : active(active_terms, mtu), passive({"test"}, mtu) {
        passive.begin(false, hash, digest(hash, active.identity.certificate));
        active.begin(true, hash, digest(hash, passive.identity.certificate));
    }

    // What the network makes of a datagram: those that arrive, instead.
    using Network = std::function<Arriving(const Datagram&)>;

    bool carry(Side& from, Side& to, const Network& network) {
        if (from.sent.empty()) return false;
        const auto datagram = std::move(from.sent.front());
        from.sent.pop_front();
        for (const auto& arriving : network(datagram)) to.session->receive(arriving);
        return true;
    }
    // Until nothing moves any more; patience ends when nothing else happens.
    void run(const Network& network = [](const Datagram& datagram) { return Arriving{datagram}; }) {
        for (unsigned left = 20'000; left; --left) {
            const bool moved = carry(active, passive, network) | carry(passive, active, network);
            if (moved) continue;
            const bool waits = expire(active) | expire(passive);
            if (!waits) return;
        }
        FAIL("it never ends");
    }
    static bool expire(Side& side) {
        const auto wait = side.session->patience_ms();
        if (!wait) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(*wait)); // OpenSSL's own clock has to come there
        side.session->expire();
        return true;
    }
    bool finished() const {
        return active.session->state() == Session::State::finished && passive.session->state() == Session::State::finished;
    }

    Side active, passive;
};

} // namespace rtpengine::dtls
