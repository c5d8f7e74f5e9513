// SPDX-License-Identifier: Apache-2.0
#include "dataplane/link/codec.h"

#include <algorithm>
#include <bitset>

namespace rtpengine::dataplane {

namespace {

static_assert(static_cast<int>(flow::Component::rtp) == link::RTP &&
              static_cast<int>(flow::Component::rtcp) == link::RTCP &&
              static_cast<int>(flow::Component::muxed) == link::MUXED);
static_assert(static_cast<int>(flow::Learning::delayed) == link::DELAYED &&
              static_cast<int>(flow::Learning::immediate) == link::IMMEDIATE &&
              static_cast<int>(flow::Learning::off) == link::OFF);
static_assert(static_cast<int>(flow::Echo::blackhole) == link::BLACKHOLE &&
              static_cast<int>(flow::Echo::reflect) == link::REFLECT);
static_assert(static_cast<int>(Outcome::port_in_use) == link::PORT_IN_USE &&
              static_cast<int>(Outcome::failed) == link::FAILED);

// The enums on both sides have the same numbers, from 0 to `last`.
template <class To> To convert(int from, To last) {
    return from >= 0 && from <= static_cast<int>(last) ? static_cast<To>(from) : To{};
}

flow::Rule to_rule(const link::Stream& stream) {
    flow::Rule rule;
    rule.signalled = to_endpoint(stream.signalled());
    rule.component = convert(stream.component(), flow::Component::muxed);
    rule.learning = convert(stream.learning(), flow::Learning::off);
    rule.echo = convert(stream.echo(), flow::Echo::reflect);
    rule.may_learn = stream.learn_epoch() != 0;
    rule.strict_source = stream.strict_source();
    rule.media_handover = stream.media_handover();
    rule.asymmetric = stream.asymmetric();
    rule.nat_wait = stream.nat_wait();
    rule.pierce_nat = stream.pierce_nat();
    rule.drop = stream.drop();
    rule.rtp_not_forwarded = stream.rtp_not_forwarded();
    rule.dark = stream.dark();
    rule.ice = stream.has_ice() && !stream.ice().remote_ufrag().empty(); // a party that hasn't said anything yet may have none
    return rule;
}

// Whether they are valid() is for who uses them to say.
std::vector<srtp::Parameters> to_keys(const link::Srtp& message) {
    std::vector<srtp::Parameters> keys;
    if (message.masters().empty()) keys.emplace_back();
    for (const auto& master : message.masters()) {
        auto& each = keys.emplace_back();
        each.session = {message.unencrypted_srtp(), message.unencrypted_srtcp(), message.unauthenticated_srtp()};
        const auto assign = [](auto& secret, const std::string& bytes) {
            return secret.assign({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
        };
        const bool fit = assign(each.master.key, master.key()) && assign(each.master.salt, master.salt()) &&
                         assign(each.master.mki, master.mki());
        if (fit) each.suite = srtp::find_suite(message.suite());
    }
    return keys;
}

IceSpec to_ice(const link::Ice& message) {
    IceSpec ice{message.agent(), message.priority(), {}, message.call()};
    ice.terms.ours = {message.ufrag(), message.pwd()};
    ice.terms.theirs = {message.remote_ufrag(), message.remote_pwd()};
    ice.terms.controlling = message.controlling();
    ice.terms.lite = message.lite();
    for (const auto& candidate : message.candidates())
        if (const auto endpoint = to_endpoint(candidate.endpoint()); endpoint.known())
            ice.terms.remotes.push_back({endpoint, candidate.priority()});
    return ice;
}

template <std::size_t size> std::bitset<size> to_set(const std::string& bytes) {
    std::bitset<size> set;
    for (std::size_t i = 0; i < std::min(size, 8 * bytes.size()); ++i) set[i] = static_cast<std::uint8_t>(bytes[i / 8]) >> (i % 8) & 1;
    return set;
}

rtp::Edit to_edit(const link::Edit& message) {
    rtp::Edit edit;
    edit.dropped = to_set<rtp::payload_types>(message.dropped_types());
    for (const auto& silence : message.silence()) {
        if (silence.type() >= rtp::payload_types) continue;
        edit.silenced[silence.type()] = true;
        edit.silence[silence.type()] = static_cast<std::uint8_t>(silence.octet());
    }
    edit.stripped = {to_set<rtp::extension_ids>(message.stripped_extensions()), message.strip_all_extensions()};
    edit.no_feedback = message.no_feedback();
    return edit;
}

flow::BundleRule to_bundle(const link::Bundle& message) {
    flow::BundleRule bundle;
    bundle.mid_extension = message.mid_extension() < rtp::extension_ids ? message.mid_extension() : 0;
    for (const auto& member : message.members())
        if (bundle.members.size() < flow::BundleRule::most_members)
            bundle.members.push_back({member.mid(), to_set<rtp::payload_types>(member.types())});
    return bundle;
}

DtlsSpec to_dtls(const link::Dtls& message) {
    return {message.association(), message.active(), message.identity(), message.hash(), message.fingerprint(), message.done()};
}

void write(const srtp::Parameters& keys, link::Srtp& message) {
    const auto bytes = [](std::span<const std::uint8_t> view) { return std::string(view.begin(), view.end()); };
    message.set_suite(std::string(keys.suite->name));
    auto& master = *message.add_masters();
    master.set_key(bytes(keys.master.key.view()));
    master.set_salt(bytes(keys.master.salt.view()));
}

void write(const DtlsNews& news, link::DtlsNews& message) {
    message.set_stream(news.stream);
    message.set_association(news.association);
    message.set_failure(news.failure);
    if (!news.failure.empty()) return;
    write(news.receive, *message.mutable_receive());
    write(news.send, *message.mutable_send());
}

SinkSpec to_sink(const link::Sink& sink) {
    return {sink.worker(),
            sink.slot(),
            sink.stream(),
            to_endpoint(sink.local()),
            convert(sink.takes(), flow::Component::muxed),
            static_cast<std::uint8_t>(sink.tos()),
            sink.silent(),
            sink.has_send() ? to_keys(sink.send()) : std::vector<srtp::Parameters>(),
            sink.has_edit() ? to_edit(sink.edit()) : rtp::Edit{},
            sink.members()};
}

} // namespace

Endpoint to_endpoint(const link::Endpoint& endpoint) {
    if (endpoint.port() > 65535) return {};
    return {Address::from_bytes(endpoint.address()), static_cast<std::uint16_t>(endpoint.port())};
}

StreamSpec to_spec(const link::Stream& stream) {
    StreamSpec spec;
    spec.id = stream.id();
    spec.slot = stream.slot();
    spec.local = to_endpoint(stream.local());
    spec.rule = to_rule(stream);
    spec.signalled_epoch = stream.signalled_epoch();
    spec.initial_remote = to_endpoint(stream.initial_remote());
    spec.learn_epoch = stream.learn_epoch();
    spec.edition = stream.edition();
    spec.loop_check = stream.loop_check();
    spec.tos = static_cast<std::uint8_t>(stream.tos());
    spec.scope = stream.scope();
    if (stream.has_receive()) spec.receive = to_keys(stream.receive());
    if (stream.has_ice()) spec.ice = to_ice(stream.ice());
    if (stream.has_bundle()) spec.bundle = to_bundle(stream.bundle());
    if (stream.has_dtls()) spec.dtls = to_dtls(stream.dtls());
    spec.sinks.reserve(static_cast<std::size_t>(stream.sinks_size()));
    for (const auto& sink : stream.sinks())
        spec.sinks.push_back(to_sink(sink));
    return spec;
}

void write(const Endpoint& endpoint, link::Endpoint& message) {
    const auto raw = endpoint.address.raw();
    message.set_address(raw.data(), raw.size());
    message.set_port(endpoint.port);
}

void write(const StreamOutcome& outcome, link::StreamResult& result) {
    result.set_stream(outcome.stream);
    result.set_outcome(static_cast<link::Outcome>(outcome.outcome));
    result.set_error(outcome.error);
    for (const auto& totals : outcome.removed) {
        if (!totals.packets && !totals.bytes && !totals.errors) continue; // adds nothing
        auto& sink = *result.add_removed();
        sink.set_stream(totals.stream);
        sink.set_packets(totals.packets);
        sink.set_bytes(totals.bytes);
        sink.set_errors(totals.errors);
    }
}

void write(const Event& event, link::Event& said) {
    said.set_scope(event.scope);
    if (const auto* outcome = std::get_if<StreamOutcome>(&event.what)) write(*outcome, *said.mutable_stream());
    if (const auto* news = std::get_if<IceNews>(&event.what)) {
        said.mutable_ice()->set_stream(news->stream);
        said.mutable_ice()->set_controlling(news->controlling);
        said.mutable_ice()->set_call(news->call);
        if (news->remote.known()) write(news->remote, *said.mutable_ice()->mutable_remote());
    }
    if (const auto* news = std::get_if<DtlsNews>(&event.what)) write(*news, *said.mutable_dtls());
}

IdentitySpec to_identity(const link::Identity& message) {
    return {{message.certificate(), message.key()}, message.ciphers(), message.mtu()};
}

} // namespace rtpengine::dataplane
