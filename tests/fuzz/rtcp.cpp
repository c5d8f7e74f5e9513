// SPDX-License-Identifier: Apache-2.0
// Walks a compound RTCP datagram to its end: every packet lies inside it, and the walk ends.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "dataplane/rtp/kind.h"
#include "dataplane/rtp/rtcp.h"

using namespace rtpengine;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto copy = std::make_unique<std::uint8_t[]>(size);
    for (std::size_t i = 0; i < size; ++i)
        copy[i] = data[i];
    rtp::Bytes rest{copy.get(), size};
    require(rtp::classify(rest) != rtp::Kind::rtcp || rtp::Rtcp::parse(rest));
    std::size_t walked = 0;
    std::uint32_t sum = 0;
    while (const auto packet = rtp::Rtcp::parse(rest)) {
        const auto length = 4 + packet->body.size();
        require(length % 4 == 0 && length + packet->rest.size() == rest.size());
        for (const auto byte : packet->body)
            sum += byte; // touches all of it
        sum += packet->ssrc().value_or(0);
        walked += length;
        rest = packet->rest;
    }
    require(walked + rest.size() == size);
    volatile auto used = sum;
    (void)used;
    return 0;
}
