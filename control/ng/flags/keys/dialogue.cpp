// SPDX-License-Identifier: Apache-2.0
// Keys that say which call, party or branch is meant.
#include "control/ng/flags/keys/tables.h"

namespace rtpengine::ng::keys {

namespace {

constexpr Operations selectors = op_select | op_subscribe_request | op_connect;

void set_from_tag(Reading& r, const Value& value) {
    r.flags.from_tag = text_of(value);
    r.flags.directional |= r.in_string();
}

void set_to_tag(Reading& r, const Value& value) {
    r.flags.to_tag = text_of(value);
    r.flags.to_tag_honoured |= r.in_string();
}

constexpr KeyRow dialogue_rows[] = {
    {"address", op_any, &Flags::address},
    {"alias-key", oa, word<apply_alias_key>},
    {"all", selectors | op_delete, word<apply_all>},
    {"call-id", op_any, &Flags::call_id},
    {"from-label", op_any, &Flags::label},
    {"from-tag", op_any, set_from_tag},
    {"from-tags", op_any, escaped<&Flags::from_tags>},
    {"label", op_any, &Flags::label},
    {"metadata", op_any, &Flags::metadata},
    {"set-label", selectors, &Flags::set_label},
    {"sip-code", op_answer, &Flags::sip_code},
    {"sip-message-type", oa, word<apply_sip_message>},
    {"sip-response-code", op_answer, &Flags::sip_code},
    {"source-call-id", op_any, &Flags::source_call_id},
    {"source-tag", op_any, &Flags::source_tag},
    {"to-call-id", op_any, &Flags::to_call_id},
    {"to-label", op_any, &Flags::to_label},
    {"to-tag", op_any, set_to_tag},
    {"via-branch", oa | op_delete, &Flags::via_branch},
};
static_assert(sorted_by_name(std::span<const KeyRow>(dialogue_rows)));

} // namespace

std::span<const KeyRow> dialogue() { return dialogue_rows; }

} // namespace rtpengine::ng::keys
