// SPDX-License-Identifier: Apache-2.0
// What the SIP proxy wants of a body, beyond what the two sides say.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rtpengine::sdp {

struct CodecOperations { // each a list of codec strings; the words "all" and "full" are kept as such
    std::vector<std::string> strip, except, offer, ignore, transcode, mask, consume, accept, set;
    bool operator==(const CodecOperations&) const = default;
};

// Attribute lines without "a=".
struct AttributeEdits {
    std::vector<std::string> add, remove;
    std::vector<std::pair<std::string, std::string>> substitute;
    bool operator==(const AttributeEdits&) const = default;
};
struct SectionEdits {
    std::string type; // "global" for none|global, else audio, video, image, message, text, application
    AttributeEdits edits;
    bool operator==(const SectionEdits&) const = default;
};

} // namespace rtpengine::sdp
