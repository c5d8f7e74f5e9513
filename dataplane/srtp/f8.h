// SPDX-License-Identifier: Apache-2.0
// AES in f8 mode (RFC 3711 section 4.1.2).
#pragma once

#include "dataplane/srtp/crypto.h"

namespace rtpengine::srtp {

class F8 {
  public:
    // `salt`: at most 16 bytes.
    static Result<F8> make(Bytes key, Bytes salt);
    // `from` and `to` are the same or don't overlap. False: the library failed.
    bool crypt(const Block& iv, Bytes from, std::uint8_t* to);

  private:
    F8(Blocks key, Blocks masked) : key_(std::move(key)), masked_(std::move(masked)) {}
    Blocks key_, masked_; // masked: the key with the salt on it, which encrypts IVs
};

} // namespace rtpengine::srtp
