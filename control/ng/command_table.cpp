// SPDX-License-Identifier: Apache-2.0
#include "control/ng/command_table.h"

#include <algorithm>

namespace rtpengine::ng {

namespace {

constexpr Requirement call_id{Needs::call_id, "No call-id in message"};
constexpr Requirement sdp{Needs::sdp, "No SDP body in message"};
constexpr Requirement from_tag{Needs::from_tag, "No from-tag in message"};
constexpr Requirement to_tag{Needs::to_tag, "No to-tag in message"};
constexpr Requirement source_tag{Needs::source_tag, "No source-tag in message"};
// The capitals differ on purpose: clients compare these texts.
constexpr Requirement known_id{Needs::known_call, "Unknown call-id"};
constexpr Requirement known_ID{Needs::known_call, "Unknown call-ID"};
constexpr Requirement known_IDs{Needs::known_call, "Unknown call-ID(s)"};
constexpr Requirement unknown_ID{Needs::known_call, "unknown call-ID"};

constexpr Requirement offer[] = {sdp, call_id, from_tag};
constexpr Requirement answer[] = {sdp, call_id, from_tag, to_tag, known_id};
constexpr Requirement only_call_id[] = {call_id};
constexpr Requirement known_call[] = {call_id, known_id};
constexpr Requirement selection[] = {call_id, known_ID};
constexpr Requirement publish[] = {sdp};
constexpr Requirement subscribe_request[] = {call_id, known_IDs};
constexpr Requirement subscribe_answer[] = {call_id, known_ID, sdp, to_tag};
constexpr Requirement unsubscribe[] = {call_id, known_ID, to_tag};
constexpr Requirement inject[] = {call_id, to_tag, source_tag, known_IDs};
constexpr Requirement connect[] = {call_id, known_IDs, to_tag};
constexpr Requirement cli[] = {{Needs::body, "No 'body' in message"}};
constexpr Requirement create_answer[] = {sdp, call_id, from_tag, unknown_ID};
constexpr Requirement mesh[] = {{Needs::known_calls, "Unknown call ID(s)"}};

} // namespace

const std::array<CommandRow, command_count> command_table = {{
    {"ping", "ping", op_none, {}},
    {"offer", "offer", op_offer, offer},
    {"answer", "answer", op_answer, answer},
    {"delete", "delete", op_delete, only_call_id},
    {"query", "query", op_none, known_call},
    {"list", "list", op_none, {}},
    {"start recording", "startrec", op_recording, known_call},
    {"stop recording", "stoprec", op_recording, known_call},
    {"pause recording", "pauserec", op_recording, known_call},
    {"start forwarding", "startfwd", op_select, selection},
    {"stop forwarding", "stopfwd", op_select, selection},
    {"block DTMF", "blkdtmf", op_select, selection},
    {"unblock DTMF", "unblkdtmf", op_select, selection},
    {"block media", "blkmedia", op_select, selection},
    {"unblock media", "unblkmedia", op_select, selection},
    {"play media", "playmedia", op_select | op_play_media, selection},
    {"stop media", "stopmedia", op_select, selection},
    {"play DTMF", "playdtmf", op_select, selection},
    {"statistics", "stats", op_none, {}},
    {"silence media", "slnmedia", op_select, selection},
    {"unsilence media", "unslnmedia", op_select, selection},
    {"publish", "pub", op_publish, publish},
    {"subscribe request", "subreq", op_subscribe_request | op_select, subscribe_request},
    {"subscribe answer", "subans", op_subscribe_answer, subscribe_answer},
    {"unsubscribe", "unsub", op_unsubscribe, unsubscribe},
    {"inject start", "injstart", op_inject, inject},
    {"inject stop", "injstop", op_inject, inject},
    {"connect", "conn", op_connect | op_select, connect},
    {"cli", "cli", op_none, cli},
    {"transform", "trnsfm", op_transform, {}},
    {"create", "create", op_create, {}},
    {"create answer", "crtansw", op_create_answer, create_answer},
    {"mesh", "mesh", op_mesh, mesh},
}};

const CommandRow* find_command(std::string_view name) {
    if (name == "CLI") name = "cli";
    const auto found = std::find_if(command_table.begin(), command_table.end(),
                                    [&](const CommandRow& row) { return row.name == name; });
    return found == command_table.end() ? nullptr : &*found;
}

std::string_view without_call(const CommandRow& row) {
    const auto found = std::find_if(row.requirements.begin(), row.requirements.end(),
                                    [](const Requirement& requirement) { return requirement.needs == Needs::known_call; });
    return found == row.requirements.end() ? std::string_view{} : found->otherwise;
}

std::size_t index_of(const CommandRow& row) {
    return static_cast<std::size_t>(&row - command_table.data());
}

} // namespace rtpengine::ng
