// SPDX-License-Identifier: Apache-2.0
// SRTP and SRTCP of one direction under one master key.
#pragma once

#include <string_view>
#include <variant>

#include "common/srtp/parameters.h"
#include "common/srtp/source.h"
#include "dataplane/srtp/crypto.h"
#include "dataplane/srtp/derive.h"
#include "dataplane/srtp/f8.h"
#include "dataplane/srtp/packet.h"
#include "dataplane/srtp/rare_ciphers.h"

namespace rtpengine::srtp {

enum class Fault : std::uint8_t {
    none,
    malformed, // the header is longer than the packet, or there is no room for tag, index and MKI in what was received
    no_room,   // `to` is too small
    forged,    // tag or MKI is wrong
    repeated,  // received: this index came before, or is older than the window; sending: it was used before
    used_up,   // the key's last index was used: a new key is needed
    no_place,  // of more SSRCs than there are places for
    lent,      // this index is the kernel's to use
    elsewhere, // sending: another worker sends this SSRC under these keys
    failed,    // OpenSSL: nothing of it may leave
};
std::string_view name(Fault fault);

// How long the packet is now, or why there is none.
struct Outcome {
    Fault fault = Fault::none;
    std::size_t size = 0;

    explicit operator bool() const { return fault == Fault::none; }
};

// Keys, and no state: that is the sources'. Using it allocates nothing, takes no lock and makes no system call.
class Session {
  public:
    // Errors: the parameters aren't valid(), OpenSSL lacks the cipher, no memory. `rare`: RTCP's ciphers are those; none: its own.
    static Result<Session> make(const Parameters& parameters, const std::shared_ptr<RareCiphers>& rare = nullptr);
    // With session keys from elsewhere; of `parameters` the key and salt don't count.
    static Result<Session> make(const Parameters& parameters, const SessionKeys& rtp, const SessionKeys& rtcp,
                                const std::shared_ptr<RareCiphers>& rare = nullptr);

    // Bytes that protect() adds.
    std::size_t overhead(Half half) const { return half_[static_cast<int>(half)].trailer.size; }
    // In the packet, of mki().size() bytes; nullptr: it has no room for one.
    const std::uint8_t* mki_of(Half half, Bytes packet) const;
    Bytes mki() const { return mki_.view(); }

    // `from` and `to` begin at the same byte or don't overlap. `source` is that of the packet's SSRC under this key; its index
    // is used in there before it is in `to`, whatever becomes of the packet, and never twice. With malformed, no_room,
    // repeated and used_up, source and `to` are what they were.
    Outcome protect(Half half, Source& source, const Turn& turn, Bytes from, std::span<std::uint8_t> to);
    // Likewise; `to` needs from.size() - overhead() bytes. After an error `source` is what it was, and `to` too if it is `from`, but
    // for what is genuine and lent.
    Outcome unprotect(Half half, Source& source, const Turn& turn, Bytes from, std::span<std::uint8_t> to);

  private:
    struct None {};
    struct Shared {
        std::shared_ptr<RareCiphers> ciphers;
        Secret<max_key> key;
    };
    struct Keys {
        std::variant<None, Counter128, F8, Gcm, Shared> cipher;
        bool aead;
        Secret<16> salt; // zeros behind it
        HmacSha1 authentication;
        std::size_t tag;
        Trailer trailer;
        bool encrypts;
    };
    struct Sealing; // a packet and its index
    explicit Session(Mki mki, Keys rtp, Keys rtcp) : mki_(std::move(mki)), half_{std::move(rtp), std::move(rtcp)} {}
    static Result<Keys> keys(const Parameters& parameters, const SessionKeys& derived, Half half, const std::shared_ptr<RareCiphers>& rare);
    static Status set_cipher(const Parameters& parameters, const SessionKeys& derived, const std::shared_ptr<RareCiphers>& rare, Keys& keys);
    static Counter128* counter_of(Keys& keys); // nullptr: none, or it failed; as gcm_of()
    static Gcm* gcm_of(Keys& keys);

    static bool seal(Keys& keys, const Sealing& packet, Bytes from, std::uint8_t* to);
    static bool open(Keys& keys, const Sealing& packet, Bytes from, std::uint8_t* to);
    static bool crypt(Keys& keys, const Sealing& packet, Bytes from, std::uint8_t* to);
    static HmacSha1::Digest digest(const Keys& keys, const Sealing& packet, const std::uint8_t* protect);

    Mki mki_;
    Keys half_[2];
};

// Of several keys, all with MKIs of one length, the one that the packet names; nullptr: none of them. One alone is taken as it is:
// whether the MKI is its own, unprotect() finds out.
Session* session_of(std::span<Session> sessions, Half half, Bytes packet);

} // namespace rtpengine::srtp
