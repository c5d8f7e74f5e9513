// SPDX-License-Identifier: Apache-2.0
// One request while its keys and flags are read, and what applies them. Internal to control/ng/flags.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "control/ng/flags.h"
#include "control/ng/flags/nearest.h"
#include "control/ng/flags/table.h"
#include "control/ng/flags/unknown.h"
#include "control/ng/operations.h"

namespace rtpengine::ng {

// Sets of operations that keys and words have in common.
constexpr Operations oa = op_offer | op_answer;
constexpr Operations oap = oa | op_publish;
constexpr Operations sdp_out = oap | op_subscribe_request | op_create;

struct Reading {
    Flags& flags;
    const FlagDefaults& defaults;
    Unknown* unknown; // nullptr: nobody hears of it
    Operations operations;
    NumberText numbers;
    std::string key{};           // being applied, in the common spelling
    bool words_are_list = false; // the words being applied are members of a real list
    unsigned strings = 0;        // inside so many rtpp_flags strings and templates
    std::string error{};         // the first one; the wire's words
    std::size_t words = 0;       // read so far: keys, words, members of lists

    void fail(std::string_view reason) {
        if (error.empty()) error = reason;
    }
    bool in_string() const { return strings > 0; }
    // False: there are too many words already, and the request fails.
    bool take(std::size_t more = 1);
    // list_of(), taken; empty when that is too much.
    std::vector<std::string> members(const Value& value);
};

using ApplyValue = void (*)(Reading&, const Value&);
using ApplyWord = void (*)(Reading&);
using ApplyText = void (*)(Reading&, std::string_view);

// Where a key's value goes: into a member (bool: not used, text, int, list: appended), or through a function.
struct KeyRow {
    std::string_view name;
    Operations operations;
    std::variant<std::string Flags::*, int Flags::*, std::vector<std::string> Flags::*, ApplyValue> target;
};

// What a word of `flags` does: switch something on, or a function. A null member: accepted, means nothing.
struct WordRow {
    std::string_view name;
    Operations operations;
    std::variant<bool Flags::*, ApplyWord> target;
};

// "PREFIX-value" as one word of `flags`.
struct PrefixRow {
    std::string_view name;
    Operations operations;
    ApplyText apply;
};

std::array<std::span<const KeyRow>, 8> key_tables(); // by idea; a name is in one of them
std::string_view nearest_key(std::string_view word); // the one that is nearest to a word in the common spelling; "": none is near
std::span<const WordRow> word_rows();
std::span<const PrefixRow> prefix_rows(); // in the order in which they are tried

void apply_key(Reading& reading, std::string_view key, const Value& value);
void apply_word(Reading& reading, std::string_view word);
// False: no row has that prefix.
bool apply_prefixed(Reading& reading, std::string_view word);
// A string in the grammar of section 3.6.
void apply_string(Reading& reading, std::string_view text);
void apply_template(Reading& reading, std::string_view name, bool must_exist);

// Says in the log, once, that something isn't known; it is ignored otherwise.
inline void ignore(Reading& reading, std::string_view what, std::string_view text, Unknown::Nearest nearest = nullptr) {
    if (reading.unknown) reading.unknown->say(what, text, nearest);
}
// For a member of a table.
template <const auto& rows> std::string_view nearest_in(std::string_view word) {
    return nearest(std::span<const std::remove_cvref_t<decltype(rows[0])>>(rows), word);
}

// Values whose reading takes more than a line.
void apply_sdp_attr(Reading& reading, const Value& value);
void add_sdp_attr(Reading& reading, std::string_view command,
                  std::string_view type_and_value); // prefixed form
void apply_media_remove(Reading& reading, const Value& value);
void check_media(Reading& reading, const Value& value);
void check_tags(Reading& reading, const Value& value);

// One member of the lists of section 3.5.
void apply_codec(Reading& reading, std::string_view list, std::string_view codec); // "strip", ...
void apply_rtcp_mux(Reading& reading, std::string_view member);
void apply_bundle(Reading& reading, std::string_view member);
void apply_ice(Reading& reading, std::string_view member);
void apply_dtls(Reading& reading, std::string_view member);
void apply_sdes(Reading& reading, std::string_view member);
void apply_osrtp(Reading& reading, std::string_view member);
void apply_replace(Reading& reading, std::string_view member);
void apply_t38(Reading& reading, std::string_view member);
void apply_webrtc(Reading& reading);

// Single values of the key tables.
void apply_learning(Reading& reading, std::string_view word);
void apply_ice_lite(Reading& reading, std::string_view word);
void apply_all(Reading& reading, std::string_view word);
void apply_alias_key(Reading& reading, std::string_view word);
void apply_media_echo(Reading& reading, std::string_view word);
void apply_sip_message(Reading& reading, std::string_view word);
void apply_drop_traffic(Reading& reading, std::string_view word);
void apply_audio_player(Reading& reading, std::string_view word);
void apply_passthrough(Reading& reading, std::string_view word);
void apply_generate_rtcp(Reading& reading, std::string_view word);
void apply_address_family(Reading& reading, std::string_view word);
void apply_transport(Reading& reading, std::string_view word);
void apply_record_call(Reading& reading, std::string_view word);

} // namespace rtpengine::ng
