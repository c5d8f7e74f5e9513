// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace rtpengine::ng {

enum class AliasKey { off, sdp, address };
enum class AllSelector { none, all, offer_answer, except_offer_answer, flows };
enum class SipMessage { unknown, request, response };

// Which call, which of its parties, and what the SIP message says of their dialogue.
struct DialogueFlags {
    std::string call_id, to_call_id, source_call_id, from_tag, to_tag, source_tag, via_branch;
    std::string label, to_label, set_label, address, metadata;
    std::vector<std::string> from_tags;
    AllSelector all = AllSelector::none;
    AliasKey alias_key = AliasKey::off;
    int sip_code = 0;
    SipMessage sip_message = SipMessage::unknown;
    bool to_tag_honoured = false; // flag to-tag, or to-tag= inside rtpp_flags
    bool directional = false, bidirectional = false, new_branch = false, provisional = false, early_media = false, fragment = false,
         reset = false;

    bool operator==(const DialogueFlags&) const = default;
};

} // namespace rtpengine::ng
