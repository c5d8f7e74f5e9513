// SPDX-License-Identifier: Apache-2.0
#include "control/call/edit_rule.h"

#include <algorithm>
#include <bitset>
#include <optional>

#include "control/call/model.h"
#include "control/call/number_set.h"
#include "control/sdp/text.h"

namespace rtpengine::call {

namespace {

// What a payload of nothing is made of.
std::optional<std::uint8_t> silence_of(const sdp::Codec& codec) {
    struct Row {
        std::string_view name;
        std::uint8_t octet;
    };
    constexpr Row rows[] = {{"PCMU", 0xff}, {"PCMA", 0xd5}, {"G722", 0xfa}};
    for (const auto& row : rows)
        if (sdp::equal_ignoring_case(row.name, codec.name)) return row.octet;
    return std::nullopt;
}

bool is_event(const sdp::Codec& codec) { return sdp::equal_ignoring_case(codec.name, "telephone-event"); }

// Each that may come, by its payload type.
template <class Visit> void each_codec(const Media& source, Visit visit) {
    for (const auto& codec : source.codecs)
        if (codec.payload_type >= 0 && codec.payload_type < 128) visit(codec, static_cast<unsigned>(codec.payload_type));
}

std::bitset<128> dropped_types(const Media& source, const Treatment& treatment) {
    std::bitset<128> dropped;
    if (treatment.blocked && !treatment.bundled) dropped.set();
    each_codec(source, [&](const sdp::Codec& codec, unsigned type) {
        if (treatment.blocked) dropped.set(type, !is_event(codec));
        if (treatment.no_events && is_event(codec)) dropped.set(type);
        if (treatment.silenced && treatment.as_it_came && silence_of(codec)) dropped.set(type);
    });
    return dropped;
}

void put_silence(link::Edit& edit, const Media& source) {
    each_codec(source, [&](const sdp::Codec& codec, unsigned type) {
        const auto octet = silence_of(codec);
        if (!octet) return;
        auto& silence = *edit.add_silence();
        silence.set_type(type);
        silence.set_octet(*octet);
    });
}

// A mid is for who knows that there are any.
std::bitset<256> stripped_extensions(const Media& source, const Media& receiver) {
    auto stripped = receiver.extensions.stripped;
    const auto mid = source.extensions.mid;
    if (mid && !find_extension(receiver.extensions.shown, mid_extension)) stripped.set(mid);
    return stripped;
}

// Nearly always.
bool leaves_as_it_comes(const Media& source, const Media& receiver, const Treatment& treatment) {
    const auto& extensions = receiver.extensions;
    return !treatment.blocked && !treatment.silenced && !treatment.no_events && !source.extensions.mid && !extensions.strips_all && extensions.stripped.none();
}

bool says_something(const link::Edit& edit) {
    return !edit.dropped_types().empty() || edit.silence_size() || !edit.stripped_extensions().empty() || edit.strip_all_extensions() ||
           edit.no_feedback();
}

} // namespace

bool has_events(const Media& source) { return std::ranges::any_of(source.codecs, is_event); }

void put_rtp_edit(link::Sink& sink, const Media& source, const Media& receiver, const Treatment& treatment) {
    if (leaves_as_it_comes(source, receiver, treatment)) return;
    auto& edit = *sink.mutable_edit();
    edit.set_dropped_types(to_bytes(dropped_types(source, treatment)));
    if (!treatment.as_it_came) {
        if (treatment.silenced) put_silence(edit, source);
        edit.set_stripped_extensions(to_bytes(stripped_extensions(source, receiver)));
        edit.set_strip_all_extensions(receiver.extensions.strips_all);
    }
    if (!says_something(edit)) sink.clear_edit();
}

// Not where RTP comes to the same port: it would have to stay in userspace for that, and who doesn't know feedback ignores it (RFC 3550
// section 6.1).
void put_rtcp_edit(link::Sink& sink, const Media& source, const Media& receiver, const Treatment& treatment) {
    const bool muxed = source.mux.active || source.mux.asked || source.mux.offered;
    if (source.feedback && receiver.initialized && !receiver.feedback && !treatment.as_it_came && !muxed) sink.mutable_edit()->set_no_feedback(true);
}

void add_edit(link::Sink& to, const link::Sink& from) {
    if (!from.has_edit()) return;
    auto& edit = *to.mutable_edit();
    edit.set_dropped_types(to_bytes(to_set<128>(edit.dropped_types()) | to_set<128>(from.edit().dropped_types())));
    edit.set_stripped_extensions(to_bytes(to_set<256>(edit.stripped_extensions()) | to_set<256>(from.edit().stripped_extensions())));
    edit.mutable_silence()->MergeFrom(from.edit().silence());
    edit.set_strip_all_extensions(edit.strip_all_extensions() || from.edit().strip_all_extensions());
}

} // namespace rtpengine::call
