// SPDX-License-Identifier: Apache-2.0
// Applies rtpp_flags strings and templates as if their parts were keys and flags of the request.
#include "control/ng/flags/reading.h"

#include <array>

#include "common/ng/coerce.h"
#include "control/ng/flags/string.h"

namespace rtpengine::ng {

namespace {

constexpr unsigned max_strings = 4; // a template inside a string inside ...

// Words that build a transport bit by bit; exact spelling.
struct TransportWord {
    std::string_view name;
    unsigned keep, set;
};
constexpr TransportWord transport_words[] = {
    {"AVP", ~2U, 0},
    {"AVPF", ~0U, 2},
    {"DTLS", ~0U, 4},
    {"RTP", ~1U, 0},
    {"RTP/AVP", 0, 0},
    {"RTP/AVPF", 0, 2},
    {"RTP/SAVP", 0, 1},
    {"RTP/SAVPF", 0, 3},
    {"SRTP", ~0U, 1},
    {"UDP/TLS/RTP/SAVP", 0, 4},
    {"UDP/TLS/RTP/SAVPF", 0, 6},
};
static_assert(sorted_by_name(std::span<const TransportWord>(transport_words)));

constexpr std::array<std::string_view, 8> transports = {
    "RTP/AVP",          "RTP/SAVP",         "RTP/AVPF",          "RTP/SAVPF",
    "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVPF"};

bool transport_word(std::optional<unsigned>& bits, std::string_view word) {
    const auto* row = find_row(std::span<const TransportWord>(transport_words), word);
    if (row) bits = (bits.value_or(0) & row->keep) | row->set;
    return row;
}

// "codec-strip-A,B" is two codecs.
bool codec_words(Reading& r, std::string_view word) {
    const auto known = spelling(word);
    if (word.find(',') == std::string_view::npos) return false;
    for (const auto& row : prefix_rows()) {
        const bool codecs = row.name.starts_with("codec-") || row.name.starts_with("transcode-");
        if (!codecs || !known.starts_with(row.name)) continue;
        for (const auto& codec : r.members(Value(word.substr(row.name.size()))))
            apply_prefixed(r, std::string(row.name) + codec);
        return true;
    }
    return false;
}

void bare_word(Reading& r, std::string_view word) {
    if (word == "internal" || word == "external") return apply_key(r, "direction", Value(word));
    if (!codec_words(r, word)) apply_word(r, word);
}

} // namespace

void apply_string(Reading& r, std::string_view text) {
    if (r.strings >= max_strings) return ignore(r, "string inside of strings", text);
    ++r.strings;
    std::optional<unsigned> transport;
    StringReader reader(text);
    while (const auto item = reader.next()) {
        if (!item->key.empty())
            apply_key(r, item->key, item->value);
        else if (const auto word = text_of(item->value); !transport_word(transport, word))
            bare_word(r, word);
    }
    if (transport) apply_key(r, "transport-protocol", Value(transports[*transport]));
    --r.strings;
}

void apply_template(Reading& r, std::string_view name, bool must_exist) {
    for (const auto& [known, text] : r.defaults.templates)
        if (known == name) return apply_string(r, text);
    if (must_exist) ignore(r, "template", name);
}

} // namespace rtpengine::ng
