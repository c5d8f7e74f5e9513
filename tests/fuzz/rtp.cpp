// SPDX-License-Identifier: Apache-2.0
// Classification, the RTP header, and what is made of a packet on its way out: whatever comes, a verdict, and nothing outside the
// datagram is read, written or named.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "dataplane/flow/bundle.h"
#include "dataplane/flow/decide.h"
#include "dataplane/rtp/edit.h"
#include "dataplane/rtp/kind.h"
#include "dataplane/rtp/packet.h"

using namespace rtpengine;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

rtp::Edit edit(bool all) {
    rtp::Edit made;
    made.silenced.set(0), made.silence[0] = 0xff;
    made.dropped.set(1);
    made.no_feedback = true;
    made.stripped.all = all;
    for (std::size_t id = 0; id < made.stripped.ids.size(); id += 2) made.stripped.ids.set(id);
    return made;
}

// What leaves is shorter at most, is of the same kind, and has lost what it shall lose.
void check_edits(rtp::Bytes datagram, rtp::Kind kind) {
    for (const bool all : {false, true}) {
        const auto room = std::make_unique<std::uint8_t[]>(datagram.size());
        const auto size = edit(all).apply(kind, datagram, {room.get(), datagram.size()});
        require(size <= datagram.size());
        const rtp::Bytes left{room.get(), size};
        require(size == 0 || rtp::classify(left) == kind);
        if (kind == rtp::Kind::rtp && all && size) require(!rtp::find_extension(left, 1));
    }
}

void check_bundle(rtp::Bytes packet) {
    flow::BundleRule rule{3, {{"a", {}}, {"b", {}}}};
    rule.members[0].types.set(0);
    rule.members[1].types.set(96);
    const auto members = rule.members.size();
    flow::Bundle bundle(std::move(rule));
    const auto first = bundle.member_of(packet);
    require(!first || *first < members);
    require(bundle.member_of(packet) == first);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of exactly this size, so that a byte too far is noticed.
    const auto copy = std::make_unique<std::uint8_t[]>(size);
    for (std::size_t i = 0; i < size; ++i)
        copy[i] = data[i];
    const rtp::Bytes datagram{copy.get(), size};
    const auto kind = rtp::classify(datagram);
    const auto packet = rtp::Packet::parse(datagram);
    require(kind != rtp::Kind::rtp || packet.has_value());
    require(!packet || (packet->header_size >= rtp::Packet::fixed_size && packet->header_size <= size));
    if (kind == rtp::Kind::rtp || kind == rtp::Kind::rtcp) check_edits(datagram, kind);
    if (kind == rtp::Kind::rtp) check_bundle(datagram);
    for (const auto component :
         {flow::Component::any, flow::Component::rtp, flow::Component::rtcp, flow::Component::muxed}) {
        const auto admission = flow::admit(component, kind);
        require(component == flow::Component::any || kind != rtp::Kind::other || !admission.teaches);
    }
    return 0;
}
