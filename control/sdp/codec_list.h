// SPDX-License-Identifier: Apache-2.0
// Which codecs each side sees: specification sections 6.5.1 - 6.5.3, as far as no transcoding is needed.
#pragma once

#include <optional>
#include <vector>

#include "control/sdp/wishes.h"
#include "control/sdp/model.h"

namespace rtpengine::sdp {

using CodecList = std::vector<Codec>;

// What the receiver of an offer is shown.
struct OfferRequest {
    const CodecList& offered;  // of the sender's SDP
    const CodecList* previous; // the receiver's list from earlier exchanges, nullptr: none
    const CodecOperations& operations;
    bool static_codecs, reuse_codecs, allow_no_codec_media;
};
struct OfferResult {
    CodecList receiver; // printed towards R; empty only with allow_no_codec_media
    CodecList sender;   // S's own list after ignore (what we may send to S); becomes "as last offered"
};
OfferResult offer_codecs(const OfferRequest& request);

// The answer: `answered` is A's SDP list, `offered` what A was shown, `original` what O had offered (O's
// list).
struct AnswerRequest {
    const CodecList& answered;
    const CodecList& offered;
    const CodecList& original;
    const CodecOperations& operations;
    bool allow_asymmetric_codecs, single_codec, always_transcode, allow_no_codec_media, reuse_codecs;
};
struct AnswerResult {
    CodecList answerer; // accepted by A: A's list from now on
    CodecList offerer;  // printed towards O
};
AnswerResult answer_codecs(const AnswerRequest& request);

} // namespace rtpengine::sdp
