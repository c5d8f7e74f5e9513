// SPDX-License-Identifier: Apache-2.0
// What a request asks for: all keys and flags of the NG protocol, typed. parse_flags() fills it; the verbs of
// control/call read it. Unknown keys and words are logged and ignored, as the protocol wants.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "control/ng/flags/addressing.h"
#include "control/ng/flags/body.h"
#include "control/ng/flags/codecs.h"
#include "control/ng/flags/dialogue.h"
#include "control/ng/flags/packets.h"
#include "control/ng/flags/recording.h"
#include "control/ng/flags/security.h"
#include "control/ng/flags/unknown.h"
#include "common/ng/value.h"

namespace rtpengine::ng {

// How the request is worked on, and answered.
struct RequestFlags {
    std::vector<std::string> supports;
    std::string xmlrpc_callback;
    int delete_delay = -1; // seconds; negative: configured default
    int lease = -1; // seconds, 0: ends; negative: as it was
    bool fatal = false, fast = false, debug = false, no_redis_update = false;

    // Keys of commands that are not built yet (playback, DTMF, recording): values as received, names in lower
    // case with hyphens ("repeat-times").
    Dict rest;

    bool operator==(const RequestFlags&) const = default;
};

// All of them. Whoever needs a part takes that part.
struct Flags : DialogueFlags, AddressingFlags, BodyFlags, SecurityFlags, CodecFlags, PacketFlags, RecordingFlags, RequestFlags {
    bool operator==(const Flags&) const = default;
};

// What the configuration presets (specification section 3.3) and the templates by name.
struct FlagDefaults {
    bool sip_source = false;
    bool dtls_passive = false;
    Learning learning = Learning::heuristic;
    std::vector<std::pair<std::string, std::string>> templates;
};

// `command` selects the operation letters (a key may mean something only in offers) and the automatic templates.
// Errors are the wire's own error-reason strings (sdp-attr, sdp-media-remove, ...).
// What isn't known is told to `unknown`, if anybody hears it.
Result<Flags> parse_flags(std::string_view command, const Dict& request, const FlagDefaults& defaults, Unknown* unknown = nullptr);

} // namespace rtpengine::ng
