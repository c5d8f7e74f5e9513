// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/protection.h"

#include <atomic>
#include <utility>

#include "dataplane/srtp/fingerprint.h"

namespace rtpengine::dataplane {

namespace {

using state::ProtectionRecord;

constexpr unsigned max_parts = 8; // of a list: SSRCs under one key are as many as SSRCs with counters

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

Result<std::shared_ptr<Protection>> Protection::make(const Keys& keys) {
    if (keys.empty()) return std::shared_ptr<Protection>();
    for (const auto& each : keys)
        if (!each.valid())
            return Error{"keys that can't be used: of an unknown suite, or not as long as it wants them", 0};
    const auto fingerprint = srtp::fingerprint(keys);
    if (!fingerprint) return fingerprint.error();
    std::shared_ptr<Protection> made(new Protection(keys, *fingerprint));
    for (const auto& each : keys) {
        auto session = srtp::Session::make(each);
        if (!session) return session.error();
        made->sessions_.push_back(*std::move(session));
    }
    return made;
}

void Protection::attach(state::Writer& writer, std::uint64_t owner, const void* from, state::Link& link) {
    writer_ = &writer;
    first_ = state::follow<ProtectionRecord>(from, link);
    if (!first_) {
        first_ = writer.take<ProtectionRecord>(owner);
        if (!first_) return;
        first_->keys.set(fingerprint_);
        state::lead(from, link, first_);
    }
    if (first_->keys.get() != fingerprint_) begin_anew(writer, *first_, fingerprint_);
}

// When all places are taken; a forged packet has no more than that one of it.
bool Protection::grow() {
    unsigned parts = 0;
    auto* last = first_;
    for (auto* at = first_; at; at = state::follow<ProtectionRecord>(at, at->part.next), ++parts)
        last = at;
    if (!last || parts >= max_parts || !writer_->reserve<ProtectionRecord>(1)) return false;
    state::lead(last, last->part.next, writer_->take<ProtectionRecord>(first_->part.owner.get()));
    return true;
}

template <class Do> srtp::Outcome Protection::where_it_belongs(srtp::Half half, srtp::Bytes packet, Do run) {
    const auto header = srtp::Header::parse(half, packet);
    if (!header) return {srtp::Fault::malformed};
    ProtectionRecord* open = nullptr; // has a free place
    for (auto* at = first_; at; at = state::follow<ProtectionRecord>(at, at->part.next)) {
        const srtp::Places places(srtp::sources_of(*at));
        if (places.find(header->ssrc)) return run(places);
        if (!open && places.room()) open = at;
    }
    if (open) return run(srtp::Places(srtp::sources_of(*open)));
    return grow() ? where_it_belongs(half, packet, run) : srtp::Outcome{srtp::Fault::no_place};
}

srtp::Outcome Protection::protect(srtp::Half half, const srtp::Turn& turn, srtp::Bytes from,
                                  std::span<std::uint8_t> to) {
    auto& session = sessions_.front();
    return where_it_belongs(half, from, [&](const srtp::Places& places) {
        return places.protect(session, half, turn, from, to);
    });
}

srtp::Outcome Protection::unprotect(srtp::Half half, const srtp::Turn& turn, srtp::Bytes from,
                                    std::span<std::uint8_t> to) {
    auto* session = srtp::session_of(sessions_, half, from);
    if (!session) return {srtp::Fault::forged};
    return where_it_belongs(half, from, [&](const srtp::Places& places) {
        return places.unprotect(*session, half, turn, from, to);
    });
}

} // namespace rtpengine::dataplane
