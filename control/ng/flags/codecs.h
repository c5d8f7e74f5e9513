// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "control/sdp/wishes.h"

namespace rtpengine::ng {

// Codecs, and what is made of packets that one side can't use.
struct CodecFlags {
    sdp::CodecOperations codec;
    int ptime = 0, ptime_reverse = 0;
    std::vector<std::string> t38; // decode, force, stop, fec, no-ecm, no-v.17, no-v.27ter, no-v.29, no-v.34, no-iaf
    int t38_version = -1, delay_buffer = -1;
    std::string audio_player; // default, transcoding, off, force, or "": not given
    bool allow_asymmetric_codecs = false, allow_no_codec_media = false, allow_transcoding = false,
         always_transcode = false, force_transcoding = false, reuse_codecs = false, static_codecs = false,
         single_codec = false, no_jitter_buffer = false;

    bool operator==(const CodecFlags&) const = default;
};

} // namespace rtpengine::ng
