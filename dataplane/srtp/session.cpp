// SPDX-License-Identifier: Apache-2.0
#include "dataplane/srtp/session.h"

#include <cstring>

namespace rtpengine::srtp {

namespace {

// 48 bits: ROC and sequence number, or the index of RTCP.
void add_be48(std::uint8_t* at, std::uint64_t value) {
    for (int i = 0; i < 6; ++i) at[i] ^= static_cast<std::uint8_t>(value >> (40 - 8 * i));
}

void add_be32(std::uint8_t* at, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) at[i] ^= static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

bool encrypts(const Parameters& parameters, Half half) {
    const auto& session = parameters.session;
    return parameters.suite->cipher != Cipher::null &&
           !(half == Half::rtp ? session.unencrypted_srtp : session.unencrypted_srtcp);
}

std::size_t tag_size(const Parameters& parameters, Half half) {
    if (half == Half::rtcp) return parameters.suite->rtcp_tag;
    return parameters.session.unauthenticated_srtp ? 0 : parameters.suite->rtp_tag;
}

// The index that an outgoing packet gets.
Outcome next_index(Half half, const Window& window, const Header& header, std::uint64_t& index) {
    index = half == Half::rtp ? guess(window, header.sequence) : window.next.get();
    if (index > (half == Half::rtp ? last_rtp_index : last_rtcp_index)) return {Fault::used_up};
    return {was_used(window, index) ? Fault::repeated : Fault::none};
}

} // namespace

struct Session::Sealing {
    Half half;
    Header header;
    std::size_t body; // header and payload
    bool encrypted;
    std::uint64_t index;

    Bytes payload(Bytes packet) const { return packet.subspan(header.size, body - header.size); }

    // RFC 3711 section 4.1.1.
    Block counter_iv(const Keys& keys) const {
        Block iv;
        std::memcpy(iv.data(), keys.salt.data(), iv.size());
        add_be32(iv.data() + 4, header.ssrc);
        add_be48(iv.data() + 8, index);
        return iv;
    }

    // RFC 7714 sections 8.1 and 9.1.
    Gcm::Nonce nonce(const Keys& keys) const {
        Gcm::Nonce nonce;
        std::memcpy(nonce.data(), keys.salt.data(), nonce.size());
        add_be32(nonce.data() + 2, header.ssrc);
        add_be48(nonce.data() + 6, index);
        return nonce;
    }

    // RFC 3711 sections 4.1.2.2 and 4.1.2.3.
    Block f8_iv(const std::uint8_t* packet) const {
        Block iv{};
        if (half == Half::rtp) {
            std::memcpy(iv.data() + 1, packet + 1, 11);
            put_be32(iv.data() + 12, static_cast<std::uint32_t>(index >> 16));
        } else {
            put_be32(iv.data() + 4, word());
            std::memcpy(iv.data() + 8, packet, 8);
        }
        return iv;
    }

    // RFC 7714 sections 8.2, 9.2 and 9.3; `word`: E and index, where there is one.
    Gcm::Associated associated(Bytes packet, const std::uint8_t* word) const {
        return {packet.first(encrypted ? header.size : body), word ? Bytes{word, Trailer::of_index} : Bytes{}};
    }
    std::uint32_t word() const { return static_cast<std::uint32_t>(index) | (encrypted ? encrypted_bit : 0); }
};

std::string_view name(Fault fault) {
    constexpr std::string_view names[] = {"none",     "malformed", "no room",  "forged",
                                          "repeated", "used up",   "no place", "lent", "elsewhere", "failed"};
    return names[static_cast<int>(fault)];
}

Result<Session::Keys> Session::keys(const Parameters& parameters, const SessionKeys& derived, Half half, const std::shared_ptr<RareCiphers>& rare) {
    const auto tag = tag_size(parameters, half);
    Keys keys{None{},
              parameters.suite->aead(),
              {},
              HmacSha1(derived.authentication.view().first<HmacSha1::size>()),
              tag,
              lay_out(half, parameters.suite->aead(), tag, parameters.master.mki.size()),
              encrypts(parameters, half)};
    (void)keys.salt.assign(derived.salt.view()); // it is shorter
    if (auto set = set_cipher(parameters, derived, rare, keys); !set) return set.error();
    return keys;
}

Status Session::set_cipher(const Parameters& parameters, const SessionKeys& derived, const std::shared_ptr<RareCiphers>& rare, Keys& keys) {
    const auto kind = parameters.suite->cipher;
    const auto set = [&](auto cipher) -> Status {
        if (!cipher) return cipher.error();
        keys.cipher = *std::move(cipher);
        return {};
    };
    const bool shared = rare && (kind == Cipher::aes_cm || kind == Cipher::aes_gcm);
    if (shared) {
        keys.cipher = Shared{rare, derived.key};
        return kind == Cipher::aes_cm ? rare->prepare_counter(derived.key.size()) : rare->prepare_gcm(derived.key.size());
    }
    switch (kind) {
    case Cipher::null: break;
    case Cipher::aes_cm: return set(Counter128::make(derived.key.view()));
    case Cipher::aes_f8: return set(F8::make(derived.key.view(), derived.salt.view()));
    case Cipher::aes_gcm: return set(Gcm::make(derived.key.view()));
    }
    return {};
}

Counter128* Session::counter_of(Keys& keys) {
    if (auto* own = std::get_if<Counter128>(&keys.cipher)) return own;
    auto* shared = std::get_if<Shared>(&keys.cipher);
    return shared ? shared->ciphers->counter(shared->key.view()) : nullptr;
}

Gcm* Session::gcm_of(Keys& keys) {
    if (auto* own = std::get_if<Gcm>(&keys.cipher)) return own;
    auto* shared = std::get_if<Shared>(&keys.cipher);
    return shared ? shared->ciphers->gcm(shared->key.view()) : nullptr;
}

Result<Session> Session::make(const Parameters& parameters, const std::shared_ptr<RareCiphers>& rare) {
    const auto rtp = derive(parameters, Half::rtp);
    if (!rtp) return rtp.error();
    const auto rtcp = derive(parameters, Half::rtcp);
    if (!rtcp) return rtcp.error();
    return make(parameters, *rtp, *rtcp, rare);
}

Result<Session> Session::make(const Parameters& parameters, const SessionKeys& rtp, const SessionKeys& rtcp,
                              const std::shared_ptr<RareCiphers>& rare) {
    auto for_rtp = keys(parameters, rtp, Half::rtp, nullptr);
    if (!for_rtp) return for_rtp.error();
    auto for_rtcp = keys(parameters, rtcp, Half::rtcp, rare);
    if (!for_rtcp) return for_rtcp.error();
    return Session{parameters.master.mki, *std::move(for_rtp), *std::move(for_rtcp)};
}

// What both ways have in common; not GCM's.
bool Session::crypt(Keys& keys, const Sealing& packet, Bytes from, std::uint8_t* to) {
    const auto payload = packet.payload(from);
    auto* const out = to + packet.header.size;
    if (packet.encrypted && !keys.aead && !std::holds_alternative<None>(keys.cipher)) {
        if (auto* f8 = std::get_if<F8>(&keys.cipher)) return f8->crypt(packet.f8_iv(from.data()), payload, out);
        auto* const counter = counter_of(keys);
        return counter && counter->crypt(packet.counter_iv(keys), payload, out);
    }
    if (out != payload.data() && !payload.empty()) std::memcpy(out, payload.data(), payload.size());
    return true;
}

// RFC 3711 section 4.2: of RTP the roll-over counter goes along, of RTCP what follows in the packet.
HmacSha1::Digest Session::digest(const Keys& keys, const Sealing& packet, const std::uint8_t* data) {
    if (packet.half == Half::rtcp) return keys.authentication.digest({data, packet.body + Trailer::of_index}, {});
    std::uint8_t roc[4];
    put_be32(roc, static_cast<std::uint32_t>(packet.index >> 16));
    return keys.authentication.digest({data, packet.body}, roc);
}

bool Session::seal(Keys& keys, const Sealing& packet, Bytes from, std::uint8_t* to) {
    auto* const trailer = to + packet.body;
    auto* const word = packet.half == Half::rtcp ? trailer + keys.trailer.index : nullptr;
    if (word) put_be32(word, packet.word());
    if (to != from.data()) std::memcpy(to, from.data(), packet.header.size);
    auto* const gcm = keys.aead ? gcm_of(keys) : nullptr;
    if (keys.aead && !gcm) return false;
    if (gcm && packet.encrypted)
        return gcm->seal(packet.nonce(keys), packet.associated(from, word), packet.payload(from), to + packet.header.size,
                         trailer + keys.trailer.tag);
    if (!crypt(keys, packet, from, to)) return false;
    if (gcm) return gcm->seal(packet.nonce(keys), packet.associated(from, word), {}, nullptr, trailer + keys.trailer.tag);
    if (keys.tag) std::memcpy(trailer + keys.trailer.tag, digest(keys, packet, to).data(), keys.tag);
    return true;
}

Outcome Session::protect(Half half, Source& source, const Turn& turn, Bytes from, std::span<std::uint8_t> to) {
    auto& keys = half_[static_cast<int>(half)];
    const auto header = Header::parse(half, from);
    if (!header) return {Fault::malformed};
    const auto size = from.size() + keys.trailer.size;
    if (to.size() < size) return {Fault::no_room};
    Sealing packet{half, *header, from.size(), keys.encrypts, 0};
    if (const auto outcome = next_index(half, window(source, half, turn), *header, packet.index); !outcome) return outcome;
    if (is_lent(source, half, packet.index)) return {Fault::lent};
    use(source, half, packet.index, turn);
    if (!mki_.empty()) std::memcpy(to.data() + from.size() + keys.trailer.mki, mki_.data(), mki_.size());
    if (!seal(keys, packet, from, to.data())) return {Fault::failed};
    return {Fault::none, size};
}

const std::uint8_t* Session::mki_of(Half half, Bytes packet) const {
    const auto& trailer = half_[static_cast<int>(half)].trailer;
    return packet.size() < trailer.size ? nullptr : packet.data() + packet.size() - trailer.size + trailer.mki;
}

Session* session_of(std::span<Session> sessions, Half half, Bytes packet) {
    if (sessions.size() == 1) return &sessions.front();
    for (auto& session : sessions) {
        const auto* mki = session.mki_of(half, packet);
        if (mki && std::memcmp(mki, session.mki().data(), session.mki().size()) == 0) return &session;
    }
    return nullptr;
}

// False: it isn't genuine, and nothing has changed.
bool Session::open(Keys& keys, const Sealing& packet, Bytes from, std::uint8_t* to) {
    const auto* const trailer = from.data() + packet.body;
    if (keys.aead) {
        auto* const gcm = gcm_of(keys);
        if (!gcm) return false;
        const auto* const word = packet.half == Half::rtcp ? trailer + keys.trailer.index : nullptr;
        const auto text = packet.encrypted ? packet.payload(from) : Bytes{};
        return gcm->open(packet.nonce(keys), packet.associated(from, word), text, to + packet.header.size,
                         trailer + keys.trailer.tag);
    }
    return !keys.tag || same(digest(keys, packet, from.data()).data(), trailer + keys.trailer.tag, keys.tag);
}

Outcome Session::unprotect(Half half, Source& source, const Turn& turn, Bytes from, std::span<std::uint8_t> to) {
    auto& keys = half_[static_cast<int>(half)];
    if (from.size() < keys.trailer.size) return {Fault::malformed};
    const auto size = from.size() - keys.trailer.size;
    const auto header = Header::parse(half, from.first(size));
    if (!header) return {Fault::malformed};
    if (to.size() < size) return {Fault::no_room};
    if (!mki_.empty() && std::memcmp(mki_of(half, from), mki_.data(), mki_.size()) != 0) return {Fault::forged};

    // RTCP brings its index along; that of RTP is known by half. Without a tag nothing can be said about repetitions.
    const auto& known = window(source, half, turn);
    Sealing packet{half, *header, size, keys.encrypts, 0};
    if (half == Half::rtcp) {
        const auto word = rtp_be32(from.data() + size + keys.trailer.index);
        packet.encrypted = word & encrypted_bit;
        packet.index = word & ~encrypted_bit;
    } else {
        packet.index = guess(known, header->sequence);
        if (packet.index > last_rtp_index) return {Fault::used_up};
    }
    if (keys.tag && was_used(known, packet.index)) return {Fault::repeated};
    if (!open(keys, packet, from, to.data())) return {Fault::forged};
    if (is_lent(source, half, packet.index)) return {Fault::lent};
    use(source, half, packet.index, turn);
    if (to.data() != from.data()) std::memcpy(to.data(), from.data(), header->size);
    const bool opened = packet.encrypted && keys.aead;
    if (!opened && !crypt(keys, packet, from, to.data())) return {Fault::failed};
    return {Fault::none, size};
}

} // namespace rtpengine::srtp
