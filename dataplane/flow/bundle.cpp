// SPDX-License-Identifier: Apache-2.0
#include "dataplane/flow/bundle.h"

#include <algorithm>

namespace rtpengine::flow {

Bundle::Bundle(BundleRule rule) : rule_(std::move(rule)) {
    by_type_.fill(none);
    rtp::PayloadTypes once, twice;
    for (const auto& member : rule_.members) {
        twice |= once & member.types;
        once |= member.types;
    }
    for (std::size_t i = 0; i < std::min(rule_.members.size(), BundleRule::most_members); ++i)
        for (std::size_t type = 0; type < by_type_.size(); ++type)
            if (rule_.members[i].types[type] && !twice[type]) by_type_[type] = static_cast<std::uint8_t>(i);
}

std::uint8_t Bundle::by_mid(rtp::Bytes packet) const {
    if (!rule_.mid_extension) return none;
    const auto mid = rtp::find_extension(packet, rule_.mid_extension);
    if (!mid || mid->empty()) return none;
    for (std::size_t i = 0; i < std::min(rule_.members.size(), BundleRule::most_members); ++i)
        if (std::equal(mid->begin(), mid->end(), rule_.members[i].mid.begin(), rule_.members[i].mid.end(),
                       [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }))
            return static_cast<std::uint8_t>(i);
    return none;
}

std::uint8_t& Bundle::by_source(std::uint32_t ssrc) {
    auto& source = sources_[(ssrc * 0x9e3779b1u) >> 27];
    static_assert(remembered == 1u << 5);
    if (source.ssrc != ssrc) source = {ssrc, none};
    return source.member;
}

std::optional<std::uint8_t> Bundle::member_of(rtp::Bytes packet) {
    const auto header = rtp_read_header(packet.data());
    const auto said = by_mid(packet);
    auto member = said;
    if (said != none) by_source(header.ssrc) = said;
    else if (rule_.mid_extension) member = by_source(header.ssrc);
    if (member == none) member = by_type_[header.type];
    return member == none ? std::nullopt : std::optional(member);
}

} // namespace rtpengine::flow
