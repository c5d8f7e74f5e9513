// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/srtp/parameters.h"
#include "dataplane/dtls/context.h"
#include "dataplane/dtls/record.h"

struct ssl_st;

namespace rtpengine::dtls {

// What was signalled: whether the ClientHello is ours (RFC 5763 section 5), and who the peer is.
struct Terms {
    bool active = false;
    std::string hash;        // of dtls::digest()
    std::string fingerprint; // that digest of the peer's certificate

    bool operator==(const Terms&) const = default;
};

struct Keys {
    srtp::Parameters receive, send;
};

// One handshake of DTLS-SRTP (RFC 5764). It knows no socket and no clock: datagrams and the end of its patience in, datagrams out.
class Session {
  public:
    enum class State : std::uint8_t { fresh, shaking, finished, failed };
    // A datagram for the peer, valid during the call.
    using Send = std::function<void(Bytes)>;

    static Result<std::unique_ptr<Session>> make(std::shared_ptr<const Context> context, Terms terms, Send send);
    ~Session();
    Session(const Session&) = delete;

    // The active side's ClientHello. The passive one sends nothing before it has received.
    void start();
    // What isn't whole records is ignored. A finished one sends its last flight again for whom that was lost.
    void receive(Bytes datagram);
    // How long to wait before expire(): ms. nullopt: for nothing.
    std::optional<std::uint64_t> patience_ms() const;
    void expire();

    State state() const { return state_; }
    const Keys& keys() const { return keys_; }             // when finished
    const std::string& failure() const { return failure_; } // when failed
    // Whom the terms don't name has shown a certificate: trying again is no use.
    bool impostor() const { return impostor_; }

  private:
    friend struct Callbacks;
    Session(std::shared_ptr<const Context> context, Terms terms, Send send)
        : context_(std::move(context)), terms_(std::move(terms)), send_(std::move(send)) {}
    bool prepare();
    void go_on();
    void finish();
    void fail(std::string why);
    bool derive();

    const std::shared_ptr<const Context> context_;
    const Terms terms_;
    const Send send_;
    ssl_st* ssl_ = nullptr;
    Bytes incoming_; // not read yet
    State state_ = State::fresh;
    bool impostor_ = false;
    Keys keys_;
    std::string failure_;
};

} // namespace rtpengine::dtls
