// SPDX-License-Identifier: Apache-2.0
// Datagrams that are cut off, or changed, at every place.
#include "pair.h"

using namespace rtpengine;
using namespace rtpengine::dtls;

TEST_CASE("cut off anywhere, a datagram changes nothing") {
    Pair pair;
    pair.run([](const Datagram& datagram) {
        Arriving arriving;
        for (std::size_t size = 0; size < datagram.size(); size += 1 + datagram.size() / 97)
            arriving.emplace_back(datagram.begin(), datagram.begin() + static_cast<std::ptrdiff_t>(size));
        // What happens to end with a record is a part of the flight, and no harm.
        arriving.push_back(datagram);
        return arriving;
    });
    CHECK(pair.finished());
}

TEST_CASE("a byte that was changed ends in no keys, or in the same ones") {
    for (std::size_t at = 0; at < 160; at += 3) {
        Pair pair;
        auto hello = pair.active.sent.front();
        if (at >= hello.size()) break;
        hello[at] ^= 0x55;
        pair.passive.session->receive(hello);
        while (!pair.passive.sent.empty()) pair.carry(pair.passive, pair.active, [](const Datagram& datagram) { return Arriving{datagram}; });
        const auto &a = *pair.active.session, &b = *pair.passive.session;
        if (a.state() == Session::State::finished && b.state() == Session::State::finished) CHECK(a.keys().send == b.keys().receive);
    }
}
