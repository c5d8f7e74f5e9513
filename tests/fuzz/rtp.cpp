// SPDX-License-Identifier: Apache-2.0
// Classification and the RTP header: whatever comes, a verdict, and nothing outside the datagram is read or
// named.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "dataplane/flow/decide.h"
#include "dataplane/rtp/kind.h"
#include "dataplane/rtp/packet.h"

using namespace rtpengine;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
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
    for (const auto component :
         {flow::Component::any, flow::Component::rtp, flow::Component::rtcp, flow::Component::muxed}) {
        const auto admission = flow::admit(component, kind);
        require(component == flow::Component::any || kind != rtp::Kind::other || !admission.teaches);
    }
    return 0;
}
