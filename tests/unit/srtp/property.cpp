// SPDX-License-Identifier: Apache-2.0
// Two ends and what lies between them: loss, reordering, repetitions, forgeries, turns of the sequence number, changes of the SSRC,
// and workers that are killed and have successors.
#include <map>
#include <set>

#include "dataplane/srtp/places.h"
#include "tests/unit/srtp/packets.h"

using namespace rtpengine;
using namespace rtpengine::srtp;

namespace {

class Ends {
  public:
    Ends(std::mt19937& random, const Parameters& parameters)
        : random_(random), parameters_(parameters), sender_(session(parameters)), receiver_(session(parameters)) {}

    // A new packet, or an old one with other content.
    void send(Half half) {
        const auto packet = half == Half::rtp ? next_rtp() : rtcp(ssrc_, random_bytes(random_, random_() % 60));
        Datagram room(packet.size() + sender_.overhead(half));
        const auto outcome = Places(sent_).protect(sender_, half, {}, packet, room);
        REQUIRE(outcome);
        check_unique(half, room);
        under_way_.push_back({half, packet, room, 0});
        if (half == Half::rtp && random_() % 10 == 0) use_again(packet);
    }

    void arrive() {
        if (under_way_.empty()) return;
        const auto at = random_() % std::min<std::size_t>(under_way_.size(), 20);
        auto& packet = under_way_[at];
        if (random_() % 5 == 0) forge(packet);
        if (random_() % 10) take(packet); // else it is lost, for now
        if (random_() % 10 == 0) take(packet);
        if (random_() % 8) under_way_.erase(under_way_.begin() + static_cast<long>(at));
    }

    void change_ssrc() {
        if (ssrcs_ == places) return;
        ssrc_ = random_();
        sequence_ = static_cast<std::uint16_t>(random_() % 0x8000); // so that the first turn isn't missed (RFC 3711 section 3.3.1)
        ++ssrcs_;
        under_way_.clear(); // what comes out of the blue must be within half a turn
    }

    void kill() { // contexts are made anew, what is known of the SSRCs stays
        sender_ = session(parameters_);
        receiver_ = session(parameters_);
    }

    unsigned taken = 0;
    std::size_t turns() const { return turns_; }

  private:
    struct Packet {
        Half half;
        Datagram plain, protected_;
        unsigned taken;
    };
    static constexpr std::size_t places = 16;

    Datagram next_rtp() {
        const auto step = random_() % 50 == 0 ? 1 + random_() % 5000 : 1;
        const auto before = sequence_;
        sequence_ = static_cast<std::uint16_t>(sequence_ + step);
        turns_ += sequence_ < before;
        if (step > 1) under_way_.clear();
        return rtp(ssrc_, sequence_, random_bytes(random_, random_() % 200));
    }

    // No two packets have the same beginning of a key stream: what is plain is the same here, so what is encrypted mustn't be.
    void check_unique(Half half, const Datagram& packet) {
        if (half == Half::rtcp) REQUIRE(rtcp_words_.insert({ssrc_, rtp_be32(packet.data() + packet.size() - word_from_end())}).second);
    }
    std::size_t word_from_end() const {
        const auto& suite = *parameters_.suite;
        return 4 + parameters_.master.mki.size() + (suite.aead() ? 0u : suite.rtcp_tag);
    }

    void use_again(Datagram packet) {
        packet.push_back(1);
        Datagram room(packet.size() + sender_.overhead(Half::rtp));
        CHECK(Places(sent_).protect(sender_, Half::rtp, {}, packet, room).fault == Fault::repeated);
    }

    Outcome unprotect(Half half, const Datagram& packet, Datagram& room) {
        room.assign(packet.size(), 0);
        return Places(received_).unprotect(receiver_, half, {}, packet, room);
    }

    void forge(const Packet& packet) {
        auto forged = packet.protected_;
        forged[random_() % forged.size()] ^= static_cast<std::uint8_t>(1 << random_() % 8);
        Datagram room;
        const auto outcome = unprotect(packet.half, forged, room);
        REQUIRE_FALSE(outcome);
    }

    // The first time it is taken, if it isn't too late for the window; never again.
    void take(Packet& packet) {
        Datagram room;
        const auto outcome = unprotect(packet.half, packet.protected_, room);
        if (packet.taken) REQUIRE(outcome.fault == Fault::repeated);
        else REQUIRE((outcome || outcome.fault == Fault::repeated));
        if (!outcome) return;
        ++packet.taken, ++taken;
        room.resize(outcome.size);
        REQUIRE(room == packet.plain);
    }

    std::mt19937& random_;
    Parameters parameters_;
    Session sender_, receiver_;
    std::array<Source, places> sent_{}, received_{};
    std::vector<Packet> under_way_;
    std::set<std::pair<std::uint32_t, std::uint32_t>> rtcp_words_;
    std::uint32_t ssrc_ = 1;
    std::uint16_t sequence_ = 0x7f00;
    std::size_t ssrcs_ = 1, turns_ = 0;
};

} // namespace

TEST_CASE("whatever the network does, each packet comes out as it was, once, and nothing else does") {
    std::mt19937 random(1);
    for (const auto& suite : suites)
        for (const std::size_t mki : {0, 3}) {
            CAPTURE(suite.name);
            Ends ends(random, random_parameters(random, suite, mki));
            for (int step = 0; step < 6000; ++step) {
                ends.send(random() % 5 ? Half::rtp : Half::rtcp);
                ends.arrive();
                if (random() % 2) ends.arrive();
                if (random() % 100 == 0) ends.kill();
                if (random() % 1500 == 0) ends.change_ssrc();
            }
            CHECK(ends.taken > 3000);
            CHECK(ends.turns() > 0);
        }
}

TEST_CASE("half of a turn is bridged, more of it isn't") {
    std::mt19937 random(2);
    const auto parameters = random_parameters(random, *find_suite("AES_CM_128_HMAC_SHA1_80"));
    auto sender = session(parameters), receiver = session(parameters);
    Source out, in;
    const auto send = [&](std::uint16_t sequence) { return protect(sender, Half::rtp, out, rtp(1, sequence)); };
    const auto take = [&](const Attempt& packet) { return unprotect(receiver, Half::rtp, in, packet.packet).fault; };
    CHECK(take(send(0xffff)) == Fault::none);
    CHECK(take(send(0x7ffe)) == Fault::none); // the counter is 1 now
    for (const std::uint16_t sequence : {0x8000, 0xc000, 0xffff, 0x4000}) CHECK(take(send(sequence)) == Fault::none);
    CHECK(in.now[0].next.get() == 0x24001);
    CHECK(send(0xd000).fault == Fault::repeated); // rather 0x7000 back than 0x9000 forward
}
