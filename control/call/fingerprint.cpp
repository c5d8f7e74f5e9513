// SPDX-License-Identifier: Apache-2.0
#include "control/call/fingerprint.h"

#include <algorithm>
#include <functional>
#include <string>

#include "control/call/model.h"

namespace rtpengine::call {

namespace {

// Takes one value after the other; the order counts. tests/unit/call/fingerprint.cpp sees to it that no field is forgotten.
class Mix {
  public:
    void add(std::uint64_t value) {
        state_ = (state_ ^ value) * 0x9e3779b97f4a7c15ULL;
        state_ ^= state_ >> 29;
    }
    void add(const std::string& text) { add(std::hash<std::string>{}(text)); }
    void add(const link::Endpoint& endpoint) {
        add(endpoint.address());
        add(endpoint.port());
    }
    std::uint64_t value() const { return state_; }

  private:
    std::uint64_t state_ = 0x2545f4914f6cdd1dULL;
};

void add(Mix& mix, const link::Srtp& srtp) {
    mix.add(srtp.suite());
    for (const auto& master : srtp.masters())
        for (const auto* bytes : {&master.key(), &master.salt(), &master.mki()}) mix.add(*bytes);
    mix.add(std::uint64_t{srtp.unencrypted_srtp()} | std::uint64_t{srtp.unencrypted_srtcp()} << 1 |
            std::uint64_t{srtp.unauthenticated_srtp()} << 2);
}

void add(Mix& mix, const link::Edit& edit) {
    mix.add(edit.dropped_types());
    for (const auto& silence : edit.silence()) mix.add(std::uint64_t{silence.type()} << 32 | silence.octet());
    mix.add(edit.stripped_extensions());
    mix.add(std::uint64_t{edit.strip_all_extensions()} << 1 | edit.no_feedback());
}

void add(Mix& mix, const link::Sink& sink) {
    mix.add(std::uint64_t{sink.worker()} << 32 | sink.slot());
    mix.add(sink.stream());
    mix.add(sink.local());
    mix.add(std::uint64_t{sink.tos()} << 32 | static_cast<std::uint32_t>(sink.takes()));
    mix.add(std::uint64_t{sink.silent()} << 1 | sink.has_send());
    if (sink.has_send()) add(mix, sink.send());
    mix.add(sink.members());
    mix.add(std::uint64_t{sink.has_edit()});
    if (sink.has_edit()) add(mix, sink.edit());
}

void add(Mix& mix, const link::Bundle& bundle) {
    mix.add(bundle.mid_extension());
    for (const auto& member : bundle.members()) {
        mix.add(member.mid());
        mix.add(member.types());
    }
}

void add(Mix& mix, const link::Ice& ice) {
    mix.add(ice.agent());
    mix.add(std::uint64_t{ice.priority()} << 2 | std::uint64_t{ice.controlling()} << 1 | ice.lite());
    for (const auto* text : {&ice.ufrag(), &ice.pwd(), &ice.remote_ufrag(), &ice.remote_pwd(), &ice.call()}) mix.add(*text);
    for (const auto& candidate : ice.candidates()) {
        mix.add(candidate.endpoint());
        mix.add(candidate.priority());
    }
}

void add(Mix& mix, const link::Dtls& dtls) {
    mix.add(dtls.association());
    mix.add(std::uint64_t{dtls.active()} << 1 | dtls.done());
    for (const auto* bytes : {&dtls.identity(), &dtls.hash(), &dtls.fingerprint()}) mix.add(*bytes);
}

// One bit each.
std::uint64_t switches(const link::Stream& stream) {
    std::uint64_t bits = 0;
    for (const bool on : {stream.has_signalled(), stream.has_initial_remote(), stream.strict_source(), stream.media_handover(),
                          stream.asymmetric(), stream.nat_wait(), stream.pierce_nat(), stream.drop(), stream.loop_check(),
                          stream.rtp_not_forwarded(), stream.dark(), stream.has_receive(), stream.has_ice(), stream.has_bundle(), stream.has_dtls()})
        bits = bits << 1 | on;
    return bits;
}

} // namespace

std::uint64_t fingerprint(const link::Stream& stream) {
    Mix mix;
    mix.add(stream.id());
    mix.add(std::uint64_t{stream.slot()} << 32 | static_cast<std::uint32_t>(stream.component()));
    mix.add(stream.local());
    mix.add(stream.signalled());
    mix.add(stream.initial_remote());
    mix.add(std::uint64_t{stream.signalled_epoch()} << 32 | stream.learn_epoch());
    mix.add(std::uint64_t{stream.tos()} << 32 | static_cast<std::uint32_t>(stream.learning()));
    mix.add(std::uint64_t{static_cast<std::uint32_t>(stream.echo())} << 32 | switches(stream));
    mix.add(stream.scope());
    if (stream.has_receive()) add(mix, stream.receive());
    if (stream.has_ice()) add(mix, stream.ice());
    if (stream.has_bundle()) add(mix, stream.bundle());
    if (stream.has_dtls()) add(mix, stream.dtls());
    for (const auto& sink : stream.sinks()) add(mix, sink);
    return std::max<std::uint64_t>(mix.value(), opened_before + 1);
}

} // namespace rtpengine::call
