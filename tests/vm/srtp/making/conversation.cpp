/* SPDX-License-Identifier: Apache-2.0 */
#include "conversation.h"

#include "chance.h"

#include <cerrno>
#include <stdexcept>

namespace making {

Conversation::Conversation(Steps& steps, const Suite& suite)
    : steps_(steps),
      suite_(suite),
      config_(configure(suite)),
      out_(suite, config_, true),
      in_(suite, config_, false) {
    steps_.note(suite.name());
    steps_.add(step(Kind::create, out_side, 0), bytes_of(created(config_, false)));
    steps_.add(step(Kind::create, in_side, 0), bytes_of(created(config_, true)));
    for (bool is_rtcp : {false, true})
        steps_.add(step(Kind::overhead, out_side, suite.overhead(is_rtcp), is_rtcp), {});
}

void Conversation::run(unsigned packets) {
    for (unsigned n = 0; n < packets; n++) {
        unsigned source = upto(std::size(ssrcs) - 1);
        bool is_rtcp = one_in(5);
        Bytes packet = is_rtcp ? rtcp(ssrcs[source], upto(60))
                               : rtp(ssrcs[source], sequence_[source].next(), payload_size());
        send(packet, is_rtcp);
        if (n % 64 == 63) move(n % 128 == 127);
    }
    forge(false);
    forge(true);
}

void Conversation::send(const Bytes& packet, bool is_rtcp) {
    Bytes made = packet;
    int err = out_.protect(made, is_rtcp);
    expect(steps_, Kind::protect, out_side, packet, made, err, is_rtcp);
    if (err || one_in(20)) return; // lost
    late_.emplace_back(made, is_rtcp);
    while (late_.size() > 5 || (!late_.empty() && !one_in(3)))
        deliver();
}

// In some other order, some of them twice.
void Conversation::deliver() {
    size_t at = one_in(4) ? upto(late_.size() - 1) : 0;
    auto [packet, is_rtcp] = late_[at];
    if (!one_in(10)) late_.erase(late_.begin() + at);
    receive(packet, is_rtcp);
}

void Conversation::receive(const Bytes& packet, bool is_rtcp) {
    if (is_rtcp && suite_.mki && suite_.tag(false) != suite_.tag(true))
        return; // libsrtp2 seeks RTP's MKI
    Bytes made = packet;
    int err = in_.unprotect(made, is_rtcp);
    if (err && !suite_.tag(is_rtcp)) return; // libsrtp2 looks for replays without tags too, we don't
    expect(steps_, Kind::unprotect, in_side, packet, made, err, is_rtcp);
}

// Goes on with another side that has the state of the one before.
void Conversation::move(bool incoming) {
    uint32_t side = incoming ? in_side : out_side;
    auto create = bytes_of(created(config_, incoming));
    steps_.add(step(Kind::clone, clone_side, 0, false, side), create);
    steps_.add(step(Kind::create, side, 0), bytes_of(created(config_, incoming)));
    steps_.add(step(Kind::clone, side, 0, false, clone_side), create);
}

// Every byte flipped; cut off; then as it was.
void Conversation::forge(bool is_rtcp) {
    if (!suite_.tag(is_rtcp)) return;
    Bytes packet = is_rtcp ? rtcp(ssrcs[1], 12) : rtp(ssrcs[1], sequence_[1].next() + 300, 50);
    if (out_.protect(packet, is_rtcp)) throw std::runtime_error("nothing to forge");
    steps_.add(step(Kind::flip, in_side, 0, is_rtcp), packet);
    for (size_t cut : {1, 4, 10}) {
        Bytes shorter(packet.begin(), packet.end() - cut);
        steps_.add(step(Kind::unprotect, in_side, -EBADMSG, is_rtcp), shorter);
    }
    receive(packet, is_rtcp);
    receive(packet, is_rtcp);
}

} // namespace making
