// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace rtpengine::edge::snapshot {

// A command of NG as statistics have it: its name, and the column of `list totals`, whose lower-case form is part of keys
// (specification, operations.md section 5.5). In the order of the output.
struct Command {
    std::string_view name, column;
};

constexpr std::array<Command, 33> commands = {{
    {"ping", "Ping"}, {"offer", "Offer"}, {"answer", "Answer"}, {"delete", "Delete"}, {"query", "Query"}, {"list", "List"},
    {"start recording", "StartRec"}, {"stop recording", "StopRec"}, {"pause recording", "PauseRec"},
    {"start forwarding", "StartFwd"}, {"stop forwarding", "StopFwd"}, {"block DTMF", "BlkDTMF"}, {"unblock DTMF", "UnblkDTMF"},
    {"block media", "BlkMedia"}, {"unblock media", "UnblkMedia"}, {"play media", "PlayMedia"}, {"stop media", "StopMedia"},
    {"play DTMF", "PlayDTMF"}, {"statistics", "Stats"}, {"silence media", "SlnMedia"}, {"unsilence media", "UnslnMedia"},
    {"publish", "Pub"}, {"subscribe request", "SubReq"}, {"subscribe answer", "SubAns"}, {"unsubscribe", "Unsub"},
    {"inject start", "InjStart"}, {"inject stop", "InjStop"}, {"connect", "Conn"}, {"cli", "CLI"}, {"transform", "Trnsfm"},
    {"create", "Create"}, {"create answer", "CrtAnsw"}, {"mesh", "Mesh"},
}};

} // namespace rtpengine::edge::snapshot
