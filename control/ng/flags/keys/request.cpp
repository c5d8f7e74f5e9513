// SPDX-License-Identifier: Apache-2.0
// Keys of the request itself, and those that bring further keys and words along.
#include "control/ng/flags/keys/tables.h"

namespace rtpengine::ng::keys {

namespace {

void flag_words(Reading& r, const Value& value) {
    r.words_are_list = value.list() != nullptr;
    for (const auto& member : r.members(value))
        apply_word(r, member);
    r.words_are_list = false;
}

void string_of_flags(Reading& r, const Value& value) {
    apply_string(r, text_of(value));
}

void template_name(Reading& r, const Value& value) {
    apply_template(r, text_of(value), true);
}

void command(Reading&, const Value&) {} // read before

constexpr KeyRow request_rows[] = {
    {"command", op_any, command},
    {"delete-delay", op_any, &Flags::delete_delay},
    {"flags", op_any, flag_words},
    {"lease", oa, &Flags::lease},
    {"rtpp-flags", op_any, string_of_flags},
    {"supports", op_any, &Flags::supports},
    {"template", op_any, template_name},
    {"xmlrpc-callback", oa, &Flags::xmlrpc_callback},
};
static_assert(sorted_by_name(std::span<const KeyRow>(request_rows)));

} // namespace

std::span<const KeyRow> request() { return request_rows; }

} // namespace rtpengine::ng::keys
