// SPDX-License-Identifier: Apache-2.0
// What SRTP needs of OpenSSL: contexts that keep their key, and nothing that allocates when they are used.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "common/base/result.h"

struct evp_cipher_ctx_st;

namespace rtpengine::srtp {

using Bytes = std::span<const std::uint8_t>;
using Block = std::array<std::uint8_t, 16>;

struct FreeCipher {
    void operator()(evp_cipher_ctx_st* context) const;
};
using CipherContext = std::unique_ptr<evp_cipher_ctx_st, FreeCipher>;

// AES in counter mode; keys of 16, 24 or 32 bytes.
class Counter128 {
  public:
    static Result<Counter128> make(Bytes key);
    bool rekey(Bytes key); // of the same length; allocates nothing. False: the library failed
    // `from` and `to` are the same or don't overlap. The last 16 bits of `iv` count the blocks. False: the library failed.
    bool crypt(const Block& iv, Bytes from, std::uint8_t* to);

  private:
    explicit Counter128(CipherContext context) : context_(std::move(context)) {}
    CipherContext context_;
};

// AES of single blocks; a key of 16 bytes.
class Blocks {
  public:
    static Result<Blocks> make(Bytes key);
    bool encrypt(const Block& from, Block& to);

  private:
    explicit Blocks(CipherContext context) : context_(std::move(context)) {}
    CipherContext context_;
};

// AES-GCM with nonces of 12 bytes and tags of 16; keys of 16 or 32 bytes.
class Gcm {
  public:
    using Nonce = std::array<std::uint8_t, 12>;
    // What is authenticated in front of the text: two parts.
    struct Associated {
        Bytes first, second;
    };

    static Result<Gcm> make(Bytes key);
    bool rekey(Bytes key); // as Counter128's
    bool seal(const Nonce& nonce, const Associated& associated, Bytes from, std::uint8_t* to, std::uint8_t* tag);
    // False: the tag is another one. Then `to` is what it was if it is `from`, else zeros or what it was.
    bool open(const Nonce& nonce, const Associated& associated, Bytes from, std::uint8_t* to, const std::uint8_t* tag);

  private:
    explicit Gcm(CipherContext context) : context_(std::move(context)) {}
    CipherContext context_;
};

// HMAC-SHA1 (RFC 2104), with what the key alone contributes computed once.
class HmacSha1 {
  public:
    static constexpr std::size_t size = 20;
    using Digest = std::array<std::uint8_t, size>;

    explicit HmacSha1(std::span<const std::uint8_t, size> key);
    HmacSha1(const HmacSha1&) = default;
    HmacSha1& operator=(const HmacSha1&) = default;
    ~HmacSha1();
    // Of both, one behind the other.
    Digest digest(Bytes first, Bytes second) const;

  private:
    using State = std::array<std::uint32_t, 5>; // of SHA-1, behind one block
    State inner_, outer_;
};

// False: they differ. How long it takes doesn't say where.
bool same(const std::uint8_t* a, const std::uint8_t* b, std::size_t size);

} // namespace rtpengine::srtp
