// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/protection.h"

#include <atomic>

#include "common/state/sent.h"

namespace rtpengine::dataplane {

namespace {

using state::ProtectionRecord;

constexpr unsigned max_parts = 32; // of a list: 128 SSRCs under one key, of a party that changes its own, or of many branches

// Who is killed in here leaves keys that are nobody's.
void begin_anew(state::Writer& writer, ProtectionRecord& first, std::uint64_t keys) {
    first.keys.set(0);
    std::atomic_thread_fence(std::memory_order_release);
    writer.give_back_list(&first, first.part.next);
    for (auto& source : first.sources)
        for (auto& word : source.words)
            word.set(0);
    std::atomic_thread_fence(std::memory_order_release);
    first.keys.set(keys);
}

} // namespace

void Protection::receive(state::Writer& writer, std::uint64_t owner, const void* from, state::Link& link) {
    writer_ = &writer;
    elsewhere_ = nullptr;
    first_ = state::follow<ProtectionRecord>(from, link);
    if (!first_) {
        first_ = writer.take<ProtectionRecord>(owner);
        if (!first_) return;
        first_->keys.set(fingerprint());
        state::lead(from, link, first_);
    }
    if (first_->keys.get() != fingerprint()) begin_anew(writer, *first_, fingerprint());
}

void Protection::send(state::Writer& writer, const Elsewhere& elsewhere, const void* from, state::Link& link) {
    writer_ = &writer;
    elsewhere_ = &elsewhere;
    first_ = writer.lead_to_sent(from, link, fingerprint());
}

srtp::Source* Protection::find(std::uint32_t ssrc) const {
    for (auto* at = first_; at; at = state::follow<ProtectionRecord>(at, at->part.next))
        if (auto* const known = srtp::Places(srtp::sources_of(*at)).find(ssrc)) return known;
    return nullptr;
}

// When all places are taken; a forged packet has no more than that one of it.
state::ProtectionRecord* Protection::grow(bool known_sender) {
    unsigned parts = 0;
    ProtectionRecord* last = nullptr;
    state::each_part(first_, [&](ProtectionRecord& part) { last = &part, ++parts; });
    if (!last || parts >= (known_sender ? max_parts : max_parts / 2) || !writer_->reserve<ProtectionRecord>(1)) return nullptr;
    auto* const more = writer_->take<ProtectionRecord>(first_->part.owner.get());
    state::lead(last, last->part.next, more);
    return more;
}

// One that the SSRC has had, or a free one; nullptr: none.
srtp::Source* Protection::place_for(std::uint32_t ssrc, bool known_sender) {
    ProtectionRecord* open = nullptr;
    for (auto* at = first_; at; at = state::follow<ProtectionRecord>(at, at->part.next)) {
        const srtp::Places places(srtp::sources_of(*at));
        if (auto* const held = places.held(ssrc)) return held;
        if (!open && places.room()) open = at;
    }
    if (!open) open = grow(known_sender);
    return open ? srtp::Places(srtp::sources_of(*open)).clean() : nullptr;
}

// It has its place behind a packet that succeeded; use() was before, for whoever sees it.
template <class Do> srtp::Outcome Protection::begin(std::uint32_t ssrc, bool known_sender, Do run) {
    auto* const place = place_for(ssrc, known_sender);
    if (!place) return {srtp::Fault::no_place};
    if (elsewhere_) return begin_sending(*place, ssrc, run);
    const auto outcome = run(*place);
    if (outcome) place->ssrc.set(state::taken | ssrc);
    return outcome;
}

// Two who ask at once both see it, and both step back.
template <class Do> srtp::Outcome Protection::begin_sending(srtp::Source& place, std::uint32_t ssrc, Do run) {
    place.ssrc.set(state::asked | ssrc);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    auto outcome = srtp::Outcome{srtp::Fault::elsewhere};
    if (const auto sent = elsewhere_->sent(fingerprint(), ssrc)) {
        srtp::go_on(place, *sent);
        outcome = run(place);
    }
    if (outcome) place.ssrc.set(state::taken | ssrc);
    else state::rest(srtp::room_of(place), state::asked);
    return outcome;
}

template <class Do> srtp::Outcome Protection::with_place(srtp::Half half, srtp::Bytes packet, bool known_sender, Do run) {
    const auto header = srtp::Header::parse(half, packet); // of what is protected the beginning is plain
    if (!header) return {srtp::Fault::malformed};
    if (auto* const known = find(header->ssrc)) [[likely]] return run(*known);
    return begin(header->ssrc, known_sender, run);
}

srtp::Outcome Protection::protect(srtp::Half half, const srtp::Turn& turn, srtp::Bytes from,
                                  std::span<std::uint8_t> to, bool known_sender) {
    auto& session = keys_->sessions().front();
    return with_place(half, from, known_sender, [&](srtp::Source& source) { return session.protect(half, source, turn, from, to); });
}

srtp::Outcome Protection::unprotect(srtp::Half half, const srtp::Turn& turn, srtp::Bytes from,
                                    std::span<std::uint8_t> to) {
    auto* session = srtp::session_of(keys_->sessions(), half, from);
    if (!session) return {srtp::Fault::forged};
    return with_place(half, from, true, [&](srtp::Source& source) { return session->unprotect(half, source, turn, from, to); });
}

} // namespace rtpengine::dataplane
