// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/handshake.h"

#include <algorithm>

#include "common/base/log.h"
#include "dataplane/worker/handshakes.h"

namespace rtpengine::dataplane {

namespace {

constexpr std::uint64_t look_again_ms = 50;    // whether it is known by now where to
constexpr std::uint64_t try_again_ms = 1000;   // after a handshake of ours that failed
constexpr std::uint64_t remember_ms = 60'000;  // the last flight: somebody may have lost it (RFC 6347 section 4.2.4)

using State = dtls::Session::State;

} // namespace

Handshake::Handshake(Handshakes& all, timing::Wheel& wheel, std::uint32_t slot, std::uint64_t stream, std::string scope, DtlsSpec spec)
    : all_(all), slot_(slot), stream_(stream), scope_(std::move(scope)), spec_(std::move(spec)), timer_(wheel, [this] { expired(); }) {}

bool Handshake::follow(const DtlsSpec& spec) {
    if (spec.association != spec_.association || spec.active != spec_.active || spec.identity != spec_.identity || spec.hash != spec_.hash ||
        spec.fingerprint != spec_.fingerprint)
        return false;
    spec_.done = spec.done;
    return true;
}

void Handshake::start() {
    if (!spec_.active || spec_.done || session_ || hopeless_) return;
    const auto to = all_.destination(slot_);
    if (!to) return timer_.start_ms(look_again_ms);
    peer_ = *to;
    begin();
    if (!session_) return;
    session_->start();
    look();
}

// Another ClientHello of theirs, before it is finished: they have begun again. Afterwards it says nothing to us: keys are in force.
void Handshake::receive(const Endpoint& source, dtls::Bytes datagram) {
    const auto hello = spec_.active || spec_.done || hopeless_ ? std::nullopt : dtls::client_hello(datagram);
    const bool unfinished = !session_ || session_->state() != State::finished;
    if (hello && dtls::is_whole(datagram) && unfinished && !(session_ && std::ranges::equal(*hello, hello_))) {
        begin();
        std::ranges::copy(*hello, hello_.begin());
    }
    if (!session_) return;
    peer_ = source;
    session_->receive(datagram);
    look();
}

void Handshake::begin() {
    session_.reset();
    const auto context = all_.context(spec_.identity);
    if (!context) return fail("the worker doesn't have our certificate");
    auto made = dtls::Session::make(context, {spec_.active, spec_.hash, spec_.fingerprint}, [this](dtls::Bytes bytes) { send(bytes); });
    if (!made) return fail(made.error().message);
    session_ = *std::move(made);
}

// What has come of it.
void Handshake::look() {
    timer_.stop();
    if (session_->state() == State::finished) {
        tell();
        return timer_.start_ms(remember_ms);
    }
    if (session_->state() == State::failed) {
        hopeless_ = session_->impostor();
        fail(session_->failure());
        session_.reset();
        return spec_.active && !hopeless_ ? timer_.start_ms(try_again_ms) : void();
    }
    if (const auto patience = session_->patience_ms()) timer_.start_ms(*patience);
}

void Handshake::fail(std::string why) {
    failure_ = std::move(why);
    tell();
}

void Handshake::tell() const {
    if (spec_.done) return;
    DtlsNews news{stream_, spec_.association, failure_, {}, {}};
    if (is_ahead()) news = {stream_, spec_.association, {}, session_->keys().receive, session_->keys().send};
    else if (failure_.empty()) return;
    all_.tell({scope_, news});
}

void Handshake::expired() {
    if (!session_) start();
    else if (session_->state() == State::finished) session_.reset();
    else session_->expire(), look();
    all_.flush();
}

void Handshake::send(dtls::Bytes datagram) const { all_.send(slot_, peer_, datagram); }

} // namespace rtpengine::dataplane
