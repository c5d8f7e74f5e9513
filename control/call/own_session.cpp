// SPDX-License-Identifier: Apache-2.0
#include "control/call/own_session.h"

#include <array>

#include "control/random_bytes.h"
#include "control/sdp/kept.h"

namespace rtpengine::call {

namespace {

std::string number_of_28_bits() {
    std::array<std::uint8_t, 4> chance;
    random_bytes(chance);
    std::uint32_t number = chance[0] & 0x0f;
    for (std::size_t i = 1; i < chance.size(); ++i) number = number << 8 | chance[i];
    return std::to_string(number);
}

std::string formats_of(const sdp::CodecList& codecs) {
    std::string formats;
    for (const auto& codec : codecs) formats += (formats.empty() ? "" : " ") + std::to_string(codec.payload_type);
    return formats;
}

} // namespace

sdp::Session own_session() {
    sdp::Session session;
    session.origin = {"-", number_of_28_bits(), number_of_28_bits(), "", ""};
    session.name = "rtpengine";
    return session;
}

sdp::Section own_section(const Media& media, const sdp::CodecList& codecs) {
    sdp::Section section;
    section.type = media.type;
    section.port = 9; // any but 0
    section.protocol = media.protocol;
    section.protocol_text = media.protocol_text;
    section.codecs = codecs;
    section.formats = sdp::is_rtp(media.protocol) ? formats_of(codecs) : sdp::read_kept(media.last_section).formats;
    return section;
}

} // namespace rtpengine::call
