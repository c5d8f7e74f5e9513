// SPDX-License-Identifier: Apache-2.0
// Of SHA-1 the old interface: the new one has no copy of a state without an allocation.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "dataplane/srtp/crypto.h"

#include <algorithm>
#include <cstring>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "common/rtp/packet.h"

namespace rtpengine::srtp {

namespace {

enum Way { decrypt, encrypt, as_before = -1 };

const EVP_CIPHER* by_key(std::size_t size, const EVP_CIPHER* (*of_128)(), const EVP_CIPHER* (*of_192)(), const EVP_CIPHER* (*of_256)()) {
    return size == 16 ? of_128() : size == 24 ? of_192() : size == 32 ? of_256() : nullptr;
}

Result<CipherContext> with_key(const EVP_CIPHER* cipher, Bytes key) {
    if (!cipher) return Error{"no AES with a key of " + std::to_string(key.size()) + " bytes"};
    CipherContext context(EVP_CIPHER_CTX_new());
    if (!context || EVP_CipherInit_ex(context.get(), cipher, nullptr, key.data(), nullptr, encrypt) != 1 ||
        EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1)
        return Error{"OpenSSL has no " + std::string(EVP_CIPHER_get0_name(cipher)) + ", or no memory for it"};
    return context;
}

// The library wants an int. What doesn't fit is no datagram.
bool update(EVP_CIPHER_CTX* context, std::uint8_t* to, Bytes from) {
    int length = 0;
    return from.empty() || EVP_CipherUpdate(context, to, &length, from.data(), static_cast<int>(from.size())) == 1;
}

bool start(EVP_CIPHER_CTX* context, const std::uint8_t* iv, Way way = as_before) {
    return EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, iv, way) == 1;
}

bool with_other_key(EVP_CIPHER_CTX* context, Bytes key) {
    return EVP_CipherInit_ex(context, nullptr, nullptr, key.data(), nullptr, encrypt) == 1;
}

bool associate(EVP_CIPHER_CTX* context, const Gcm::Associated& associated) {
    return update(context, nullptr, associated.first) && update(context, nullptr, associated.second);
}

bool finish(EVP_CIPHER_CTX* context) {
    std::uint8_t none[16];
    int length = 0;
    return EVP_CipherFinal_ex(context, none, &length) == 1;
}

bool tag_of(EVP_CIPHER_CTX* context, int what, void* tag) { return EVP_CIPHER_CTX_ctrl(context, what, 16, tag) == 1; }

// Blocks of counter mode, which become the key stream. Wiped: of a master key it is session keys.
struct KeyStream {
    static constexpr std::size_t blocks = 32;
    std::array<std::uint8_t, blocks * sizeof(Block)> bytes;
    std::size_t written = 0;

    ~KeyStream() { OPENSSL_cleanse(bytes.data(), written); }

    // The blocks for `size` bytes, from number `first` on.
    std::span<std::uint8_t> count(const Block& iv, std::uint16_t first, std::size_t size) {
        const auto whole = (size + sizeof iv - 1) / sizeof iv * sizeof iv;
        std::uint16_t number = rtp_be16(iv.data() + 14) + first;
        for (std::size_t at = 0; at < whole; at += sizeof iv, ++number) {
            std::memcpy(&bytes[at], iv.data(), sizeof iv);
            bytes[at + 14] = static_cast<std::uint8_t>(number >> 8);
            bytes[at + 15] = static_cast<std::uint8_t>(number);
        }
        written = std::max(written, whole);
        return {bytes.data(), whole};
    }
};

// XOR; `from` and `to` may be the same.
void combine(Bytes from, const std::uint8_t* stream, std::uint8_t* to) {
    std::size_t at = 0;
    for (std::uint64_t text[4], key[4]; at + sizeof text <= from.size(); at += sizeof text) {
        std::memcpy(text, &from[at], sizeof text);
        std::memcpy(key, stream + at, sizeof key);
        for (int i = 0; i < 4; ++i) text[i] ^= key[i];
        std::memcpy(to + at, text, sizeof text);
    }
    for (; at < from.size(); ++at) to[at] = from[at] ^ stream[at];
}

// All that is left of a block.
SHA_CTX behind_block(const std::array<std::uint32_t, 5>& state) {
    SHA_CTX context;
    context.h0 = state[0], context.h1 = state[1], context.h2 = state[2], context.h3 = state[3], context.h4 = state[4];
    context.Nl = 8 * SHA_CBLOCK;
    context.Nh = context.num = 0;
    return context;
}

// The state behind a block of the key, padded.
std::array<std::uint32_t, 5> absorb(std::span<const std::uint8_t> key, std::uint8_t pad) {
    std::uint8_t block[SHA_CBLOCK];
    for (std::size_t i = 0; i < sizeof block; ++i) block[i] = pad ^ (i < key.size() ? key[i] : 0);
    SHA_CTX context;
    SHA1_Init(&context);
    SHA1_Update(&context, block, sizeof block);
    const std::array<std::uint32_t, 5> state{context.h0, context.h1, context.h2, context.h3, context.h4};
    OPENSSL_cleanse(block, sizeof block);
    OPENSSL_cleanse(&context, sizeof context);
    return state;
}

} // namespace

void FreeCipher::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); } // wipes it

Result<Counter128> Counter128::make(Bytes key) {
    auto context = with_key(by_key(key.size(), EVP_aes_128_ecb, EVP_aes_192_ecb, EVP_aes_256_ecb), key);
    if (!context) return context.error();
    return Counter128{*std::move(context)};
}

bool Counter128::rekey(Bytes key) { return with_other_key(context_.get(), key); }

// The library's own counter mode wants an IV set before every packet, which takes longer than the cipher does.
bool Counter128::crypt(const Block& iv, Bytes from, std::uint8_t* to) {
    KeyStream stream;
    bool good = true;
    for (std::uint16_t block = 0; good && !from.empty(); block += KeyStream::blocks) {
        const auto part = from.first(std::min(from.size(), stream.bytes.size()));
        const auto used = stream.count(iv, block, part.size());
        good = update(context_.get(), used.data(), used);
        if (good) combine(part, used.data(), to);
        from = from.subspan(part.size());
        to += part.size();
    }
    return good;
}

Result<Blocks> Blocks::make(Bytes key) {
    auto context = with_key(by_key(key.size(), EVP_aes_128_ecb, EVP_aes_192_ecb, EVP_aes_256_ecb), key);
    if (!context) return context.error();
    return Blocks{*std::move(context)};
}

bool Blocks::encrypt(const Block& from, Block& to) { return update(context_.get(), to.data(), from); }

Result<Gcm> Gcm::make(Bytes key) {
    auto context = with_key(by_key(key.size(), EVP_aes_128_gcm, EVP_aes_192_gcm, EVP_aes_256_gcm), key);
    if (!context) return context.error();
    return Gcm{*std::move(context)};
}

bool Gcm::rekey(Bytes key) { return with_other_key(context_.get(), key); }

bool Gcm::seal(const Nonce& nonce, const Associated& associated, Bytes from, std::uint8_t* to, std::uint8_t* tag) {
    auto* context = context_.get();
    return start(context, nonce.data(), encrypt) && associate(context, associated) && update(context, to, from) &&
           finish(context) && tag_of(context, EVP_CTRL_AEAD_GET_TAG, tag);
}

// The library decrypts before it knows the tag. To do the same once more is to undo it.
bool Gcm::open(const Nonce& nonce, const Associated& associated, Bytes from, std::uint8_t* to, const std::uint8_t* tag) {
    auto* context = context_.get();
    if (!start(context, nonce.data(), decrypt) || !associate(context, associated) ||
        !tag_of(context, EVP_CTRL_AEAD_SET_TAG, const_cast<std::uint8_t*>(tag)))
        return false;
    if (update(context, to, from) && finish(context)) return true;
    if (to != from.data()) std::memset(to, 0, from.size());
    else if (start(context, nonce.data())) update(context, to, from);
    return false;
}

HmacSha1::HmacSha1(std::span<const std::uint8_t, size> key) : inner_(absorb(key, 0x36)), outer_(absorb(key, 0x5c)) {}

HmacSha1::~HmacSha1() {
    OPENSSL_cleanse(&inner_, sizeof inner_);
    OPENSSL_cleanse(&outer_, sizeof outer_);
}

HmacSha1::Digest HmacSha1::digest(Bytes first, Bytes second) const {
    Digest digest;
    auto context = behind_block(inner_);
    SHA1_Update(&context, first.data(), first.size());
    if (!second.empty()) SHA1_Update(&context, second.data(), second.size());
    SHA1_Final(digest.data(), &context);
    context = behind_block(outer_);
    SHA1_Update(&context, digest.data(), digest.size());
    SHA1_Final(digest.data(), &context);
    return digest;
}

bool same(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) { return CRYPTO_memcmp(a, b, size) == 0; }

} // namespace rtpengine::srtp
