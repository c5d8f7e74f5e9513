// SPDX-License-Identifier: Apache-2.0
// Walks the tables: every row is found by its spellings and changes the flags it belongs to.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "control/ng/command_table.h"
#include "control/ng/flags/reading.h"

using namespace rtpengine;
using namespace rtpengine::ng;

namespace {

const FlagDefaults no_defaults;

// A command for which the row means something.
std::string_view command_for(Operations operations) {
    for (const auto& row : command_table)
        if (row.operations & operations) return row.name;
    return "";
}

Flags parse(std::string_view command, std::string key, Value value,
            const FlagDefaults& defaults = no_defaults) {
    Dict request;
    request.add(std::move(key), std::move(value));
    auto flags = parse_flags(command, request, defaults);
    REQUIRE(flags);
    return *flags;
}

Flags parse_word(std::string_view command, std::string_view word,
                 const FlagDefaults& defaults = no_defaults) {
    return parse(command, "flags", List{Value(word)}, defaults);
}

// What each key takes, where a plain word or number wouldn't do.
const std::map<std::string_view, Value>& samples() {
    static const auto dict = [](const char* key, Value value) {
        Dict dict;
        dict.add(key, std::move(value));
        return dict;
    };
    static const List names{Value("a"), Value("b")};
    static const std::map<std::string_view, Value> values = {
        {"address-family", "IP6"},
        {"alias-key", "sdp"},
        {"all", "flows"},
        {"audio-player", "on"},
        {"bundle", "accept"},
        {"codec", dict("strip", names)},
        {"codecs", dict("strip", names)},
        {"direction", names},
        {"drop-traffic", "start"},
        {"dtls", "off"},
        {"dtls-reverse", "passive"},
        {"endpoint-learning", "off"},
        {"extmap", dict("mask", names)},
        {"flags", List{Value("fragment"), Value("debug")}},
        {"generate-rtcp", "on"},
        {"ice", "force"},
        {"ice-lite", "both"},
        {"inbound-peer", "192.0.2.1"},
        {"media", List{}},
        {"media-address", "192.0.2.1"},
        {"media-echo", "both"},
        {"medias", List{}},
        {"osrtp", "offer"},
        {"outbound-peer", "192.0.2.1"},
        {"passthrough", "on"},
        {"passthru", "on"},
        {"pause", 100},
        {"peer", "192.0.2.1"},
        {"player", "no"},
        {"received-from", List{Value("IP4"), Value("192.0.2.1")}},
        {"record-call", "yes"},
        {"replace", "origin"},
        {"rtcp-mux", "accept"},
        {"rtpp-flags", "label=x"},
        {"sdes", "only-AES_CM_128_HMAC_SHA1_80"},
        {"sdp-attr", dict("audio", dict("add", names))},
        {"sdp-media-remove", List{Value("video")}},
        {"sip-message-type", "request"},
        {"t.38", "decode"},
        {"t38", "decode"},
        {"tags", List{}},
        {"template", "named"},
        {"transport-protocol", "rtp/savp"},
    };
    return values;
}

std::string respelled(std::string_view name, char separator, bool upper) {
    std::string out(name);
    for (char& c : out) {
        if (c == '-') c = separator;
        if (upper) c = static_cast<char>(std::toupper(c));
    }
    return out;
}

std::vector<KeyRow> all_keys() {
    std::vector<KeyRow> all;
    for (const auto table : key_tables()) all.insert(all.end(), table.begin(), table.end());
    return all;
}

} // namespace

TEST_CASE("no key is in two tables") {
    std::set<std::string_view> names;
    for (const auto& row : all_keys()) CHECK_MESSAGE(names.insert(row.name).second, row.name);
}

TEST_CASE("every key is found in every spelling and changes the flags") {
    FlagDefaults defaults;
    defaults.templates = {{"named", "label=x"}};
    for (const auto& row : all_keys()) {
        if (row.name == "command") continue;
        CAPTURE(row.name);
        const auto command = command_for(row.operations);
        REQUIRE_FALSE(command.empty());
        const auto sample = samples().find(row.name);
        const Value value = sample != samples().end() ? sample->second : Value("7");
        const auto flags = parse(command, std::string(row.name), value, defaults);
        CHECK_FALSE(flags == *parse_flags(command, {}, defaults));
        for (const char separator : {' ', '_', '-'})
            for (const bool upper : {false, true})
                CHECK(parse(command, respelled(row.name, separator, upper), value, defaults) == flags);
    }
}

TEST_CASE("every word of the flags is found in every spelling and changes the flags") {
    const std::set<std::string_view> no_effect = {"asymmetric-codecs", "symmetric-codecs", "reorder-codecs"};
    FlagDefaults defaults;
    defaults.sip_source = true; // so that trust-address changes something
    for (const auto& row : word_rows()) {
        CAPTURE(row.name);
        const auto command = command_for(row.operations);
        REQUIRE_FALSE(command.empty());
        if (row.name == "sip-source-address") defaults.sip_source = false;
        const auto flags = parse_word(command, row.name, defaults);
        CHECK((flags == *parse_flags(command, {}, defaults)) == (no_effect.count(row.name) == 1));
        for (const char separator : {' ', '_', '-'})
            for (const bool upper : {false, true})
                CHECK(parse_word(command, respelled(row.name, separator, upper), defaults) == flags);
        defaults.sip_source = true;
    }
}

TEST_CASE("every prefix takes its value as it is written") {
    const std::map<std::string_view, const char*> values = {
        {"endpoint-learning-", "off"},
        {"osrtp-", "accept-RFC"},
        {"replace-", "origin"},
        {"rtcp-mux-", "require"},
        {"bundle-", "strict"},
        {"sdes-", "no-AES_CM_128_HMAC_SHA1_80"},
        {"sdp-attr-add-", "audio-X:Y-z"},
        {"sdp-attr-remove-", "none-X"},
        {"sdp-attr-substitute-", "video-A>B"},
        {"t38-", "no-V.17"},
        {"t.38-", "force"},
    };
    for (const auto& row : prefix_rows()) {
        CAPTURE(row.name);
        const auto command = command_for(row.operations);
        const auto sample = values.find(row.name);
        const std::string value = sample == values.end() ? "opus/48000/2" : sample->second;
        const auto flags = parse_word(command, std::string(row.name) + value);
        CHECK_FALSE(flags == Flags{});
        CHECK(parse_word(command, respelled(row.name, '-', true) + value) == flags);
    }
    CHECK(parse_word("offer", "codec-strip-opus/48000/2").codec.strip ==
          std::vector<std::string>{"opus/48000/2"});
    CHECK(parse_word("offer", "SDES-no-AES_CM_128").sdes == std::vector<std::string>{"no-AES_CM_128"});
    CHECK(parse_word("answer", "transcode-PCMA").codec.transcode.empty());
    CHECK(parse_word("answer", "codec-accept-PCMA").codec.accept.size() == 1);
}

TEST_CASE("what means nothing for a command isn't applied") {
    CHECK(parse("answer", "direction", List{Value("a")}).direction.empty());
    CHECK(parse("answer", "ptime", 20).ptime == 0);
    CHECK(parse("answer", "TOS", 20).tos == 256);
    CHECK_FALSE(parse_word("offer", "fast").fast);
    CHECK(parse_word("delete", "fast").fast);
    CHECK_FALSE(parse_word("answer", "WebRTC").mux_require);
}
