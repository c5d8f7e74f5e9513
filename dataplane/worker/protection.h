// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "common/state/writer.h"
#include "dataplane/srtp/places.h"
#include "dataplane/worker/elsewhere.h"
#include "dataplane/worker/key_set.h"

namespace rtpengine::dataplane {

// One direction of a stream under its keys: what a stream receives, or what a sink sends. The keys are here, made anew by each process;
// the state of SSRCs lies in the records of who protects or unprotects.
class Protection {
  public:
    using Keys = KeySet::Keys;

    explicit Protection(std::shared_ptr<KeySet> keys) : keys_(std::move(keys)) {} // there are some
    bool is(const Keys& keys) const { return keys == keys_->keys(); }

    // Where its state lies: behind `link`, which `from` has. Nothing there: one ProtectionRecord is taken of the reserve. What is there of
    // other keys is forgotten. All of them outlive the protection, or it is attached again.
    // What the stream `owner` receives is its own ...
    void receive(state::Writer& writer, std::uint64_t owner, const void* from, state::Link& link);
    // ... what a sink sends is of all that send under these keys, also of other workers: of each SSRC one at a time, who goes on where
    // the other one has stopped.
    void send(state::Writer& writer, const Elsewhere& elsewhere, const void* from, state::Link& link);

    std::uint64_t fingerprint() const { return keys_->fingerprint(); }
    // nullptr: there are several.
    const srtp::Parameters* only_keys() const { return keys_->keys().size() == 1 ? &keys_->keys().front() : nullptr; }
    // What is known of an SSRC; nullptr: nothing.
    srtp::Source* find(std::uint32_t ssrc) const;

    // As srtp::Session's.
    std::size_t overhead(srtp::Half half) const { return keys_->sessions().front().overhead(half); }
    // `known_sender`: it comes from where its party is. Others can't take more than half of the places.
    srtp::Outcome protect(srtp::Half half, const srtp::Turn& turn, srtp::Bytes from, std::span<std::uint8_t> to, bool known_sender = true);
    srtp::Outcome unprotect(srtp::Half half, const srtp::Turn& turn, srtp::Bytes from,
                            std::span<std::uint8_t> to);

  private:
    template <class Do> srtp::Outcome with_place(srtp::Half half, srtp::Bytes packet, bool known_sender, Do run);
    template <class Do> srtp::Outcome begin(std::uint32_t ssrc, bool known_sender, Do run);
    template <class Do> srtp::Outcome begin_sending(srtp::Source& place, std::uint32_t ssrc, Do run);
    srtp::Source* place_for(std::uint32_t ssrc, bool known_sender);
    state::ProtectionRecord* grow(bool known_sender);

    std::shared_ptr<KeySet> keys_;
    state::Writer* writer_ = nullptr;
    state::ProtectionRecord* first_ = nullptr;
    const Elsewhere* elsewhere_ = nullptr; // there: it sends
};

} // namespace rtpengine::dataplane
