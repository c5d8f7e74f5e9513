// SPDX-License-Identifier: Apache-2.0
// SRTP: whatever comes, it is refused or it was protected with the key; what is refused changes nothing; what isn't SRTP yet comes out
// again as it was. The first byte says which suite and what MKI; the rest is a packet.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include "common/srtp/suite.h"
#include "dataplane/srtp/places.h"

using namespace rtpengine;
using namespace rtpengine::srtp;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

struct Ends {
    Session sender, receiver;

    static Session make(const Suite& suite, std::size_t mki) {
        Parameters parameters;
        parameters.suite = &suite;
        parameters.master.key.make(suite.key)[0] = 1;
        parameters.master.salt.make(suite.salt)[0] = 2;
        parameters.master.mki.make(mki);
        auto made = Session::make(parameters);
        require(static_cast<bool>(made));
        return *std::move(made);
    }
};

// Of each suite, without an MKI and with one.
Ends& ends(std::uint8_t choice) {
    static std::vector<Ends> all = [] {
        std::vector<Ends> made;
        for (const auto& suite : suites)
            for (const std::size_t mki : {0, 3}) made.push_back({Ends::make(suite, mki), Ends::make(suite, mki)});
        return made;
    }();
    return all[choice % all.size()];
}

bool untouched(const Source& source) {
    return source.free() && source.turn.get() == 0 && source.now[0].next.get() == 0 && source.now[1].next.get() == 0;
}

// Taken: it is what we would have made of it. Of RTCP the index and whether it is encrypted are the sender's choice.
void genuine(Session& sender, Half half, Bytes packet, Bytes opened) {
    require(packet.size() == opened.size() + sender.overhead(half));
    if (half == Half::rtcp) return;
    Source source;
    std::vector<std::uint8_t> again(packet.size());
    require(static_cast<bool>(sender.protect(half, source, {}, opened, again)));
    require(std::equal(again.begin(), again.end(), packet.begin()));
}

void received(Ends& ends, Half half, Bytes packet) {
    const auto copy = std::make_unique<std::uint8_t[]>(packet.size());
    std::copy(packet.begin(), packet.end(), copy.get());
    const std::span<std::uint8_t> in_place(copy.get(), packet.size());
    Source place[1];
    const auto outcome = Places(place).unprotect(ends.receiver, half, {}, in_place, in_place);
    if (outcome) return genuine(ends.sender, half, packet, in_place.first(outcome.size));
    require(std::equal(packet.begin(), packet.end(), in_place.begin()));
    require(untouched(place[0]));
}

void there_and_back(Ends& ends, Half half, Bytes packet) {
    Source sent[1], received[1];
    const auto size = packet.size() + ends.sender.overhead(half);
    const auto room = std::make_unique<std::uint8_t[]>(size), back = std::make_unique<std::uint8_t[]>(packet.size());
    const auto made = Places(sent).protect(ends.sender, half, {}, packet, {room.get(), size});
    if (!made) return require(made.fault == Fault::malformed && untouched(sent[0]));
    require(made.size == size);
    const auto opened = Places(received).unprotect(ends.receiver, half, {}, {room.get(), size}, {back.get(), packet.size()});
    require(opened && opened.size == packet.size());
    require(std::equal(packet.begin(), packet.end(), back.get()));
    require(Places(sent).protect(ends.sender, Half::rtp, {}, packet, {room.get(), size}).fault != Fault::none || half == Half::rtcp);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (!size) return 0;
    auto& both = ends(data[0]);
    const Bytes packet{data + 1, size - 1};
    for (const auto half : {Half::rtp, Half::rtcp}) {
        received(both, half, packet);
        there_and_back(both, half, packet);
    }
    return 0;
}
