// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "dataplane/srtp/session.h"

namespace rtpengine::dataplane {

// The keys of one direction, ready to be used: contexts of OpenSSL's, and no state.
class KeySet {
  public:
    using Keys = std::vector<srtp::Parameters>;

    // Of keys, one at least. Errors: keys that aren't valid(); what srtp::Session::make() says.
    static Result<KeySet> make(const Keys& keys, std::uint64_t fingerprint, const std::shared_ptr<srtp::RareCiphers>& rare);

    const Keys& keys() const { return keys_; }
    std::uint64_t fingerprint() const { return fingerprint_; }
    std::span<srtp::Session> sessions() { return sessions_; }

  private:
    KeySet(Keys keys, std::uint64_t fingerprint) : keys_(std::move(keys)), fingerprint_(fingerprint) {}

    Keys keys_;
    std::uint64_t fingerprint_;
    std::vector<srtp::Session> sessions_;
};

// A worker's, each once: a media's RTP and RTCP have the same keys, and so have all who send by one port.
class KeySets {
  public:
    // nullptr for no keys. It may outlive this. Errors: as KeySet's.
    Result<std::shared_ptr<KeySet>> of(const KeySet::Keys& keys);

  private:
    using Known = std::unordered_map<std::uint64_t, std::weak_ptr<KeySet>>; // by fingerprint
    std::shared_ptr<Known> known_ = std::make_shared<Known>();
    std::shared_ptr<srtp::RareCiphers> rare_ = std::make_shared<srtp::RareCiphers>();
};

} // namespace rtpengine::dataplane
