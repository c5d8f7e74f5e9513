// SPDX-License-Identifier: Apache-2.0
// The verbs subscribe request and subscribe answer (specification sections 2.17 and 2.18): somebody is offered what others send, and
// answers. Those others needn't know, and nothing of theirs changes.
#include <algorithm>

#include "control/call/allocate.h"
#include "control/call/alone.h"
#include "control/call/bundle.h"
#include "control/call/demand.h"
#include "control/call/listen.h"
#include "control/call/key_exchange.h"
#include "control/call/ice.h"
#include "control/call/place.h"
#include "control/call/source_report.h"
#include "control/call/sources.h"
#include "control/sdp/kept.h"
#include "control/verbs/answer_alone.h"
#include "control/verbs/body.h"
#include "control/verbs/names.h"
#include "control/verbs/table.h"

namespace rtpengine::verbs {

using namespace call;

namespace {

constexpr const char* not_requested = "Failed to request subscription";

// A section for each media, or for all of a type.
using Groups = std::vector<std::vector<Media*>>;

Groups grouped(const std::vector<Media*>& medias, bool mixed) {
    Groups groups;
    for (auto* media : medias) {
        const auto same = std::ranges::find_if(groups, [&](const auto& group) { return mixed && group.front()->type == media->type; });
        if (same == groups.end()) groups.push_back({media});
        else same->push_back(media);
    }
    return groups;
}

// What the first of each group has said, with the codecs that it uses.
std::vector<sdp::Section> sections_of(const Groups& groups, bool siprec) {
    std::vector<sdp::Section> sections;
    for (const auto& group : groups) {
        sections.push_back(sdp::read_kept(group.front()->last_section));
        if (sections.back().rtp() && !group.front()->codecs.empty()) sections.back().codecs = group.front()->codecs;
        if (siprec) sections.back().label = siprec_label(*group.front());
    }
    return sections;
}

// Of two sources each may have called its media the same.
void give_own_mid(Media& media) {
    const auto taken = [&] {
        return std::ranges::any_of(media.party->medias, [&](const auto& other) { return other.get() != &media && other->mid == media.mid; });
    };
    while (media.mid && taken()) *media.mid += "-" + std::to_string(media.index);
}

void offer_section(const Terms& terms, const sdp::Section& section, const std::vector<Media*>& group, Media& receiver) {
    const auto& source = *group.front();
    receiver.type = source.type;
    offer_alone(terms, section, source, receiver);
    give_own_mid(receiver);
    receiver.send = !terms.flags.inactive;
    receiver.recv = terms.flags.bidirectional && !terms.flags.inactive;
    if (terms.flags.address_family != Family::none) receiver.family = terms.flags.address_family;
    if (receiver.family == Family::none) receiver.family = source.family;
    const auto back = terms.flags.bidirectional ? Back::everything : terms.flags.mirror_rtcp ? Back::rtcp : Back::nothing;
    for (auto* each : group) listen(receiver, *each, back);
}

// All that the subscriber had before is over; sections that are no longer needed stay, rejected.
std::vector<Pair> offer_all(const Terms& terms, const Groups& groups, const std::vector<sdp::Section>& sections, Party& subscriber) {
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        auto& receiver = subscriber.media_at(i, groups[i].front()->type);
        offer_section(terms, sections[i], groups[i], receiver);
        pairs.push_back({&sections[i], groups[i].front(), &receiver});
    }
    for (std::size_t i = groups.size(); i < subscriber.medias.size(); ++i) subscriber.medias[i]->rejected = true;
    offer_bundle(terms, subscriber);
    settle_bundles(subscriber);
    return pairs;
}

bool includes(const std::vector<Party*>& parties, const Party* party) { return std::ranges::find(parties, party) != parties.end(); }

Party& subscriber_of(const Job& job, std::size_t sections, const Touch& touch) {
    auto& call = *job.call;
    const auto& flags = job.flags();
    auto* known = call.find_tag(flags.to_tag);
    auto& party = known ? *known : take_place(call, flags.to_tag, sections, BootClock::now(), touch);
    touch(party);
    party.closed = false;
    give_label(party, flags.set_label.empty() ? flags.to_label : flags.set_label, touch);
    stop_listening(party, touch);
    return party;
}

Outcome offer_sources(const Job& job, Basket& basket) {
    auto& instance = *job.instance;
    auto& call = *job.call;
    const auto& flags = job.flags();
    const auto sources = select_sources(call, flags);
    if (!sources) return refuse(job, sources.error());
    const auto medias = sending_medias(*sources);
    const auto groups = grouped(medias, flags.mix);
    if (groups.empty() || includes(*sources, call.find_tag(flags.to_tag))) return refuse(job, Error{not_requested});
    const auto sections = sections_of(groups, flags.siprec);
    if (const auto fits = party_fits(call, sections); !fits) return refuse(job, fits.error());
    Change change(call);
    const auto touch = [&change](Party& party) { change.touch(party); };
    if (flags.bidirectional || flags.mirror_rtcp) std::ranges::for_each(*sources, [&](Party* party) { touch(*party); });
    auto& subscriber = subscriber_of(job, groups.size(), touch);
    const Terms offer{flags, true, instance.certificate()};
    const auto pairs = offer_all(offer, groups, sections, subscriber);
    restart_learning(subscriber);
    if (const auto done = allocate_alone(subscriber, flags, instance.interfaces(), basket); !done)
        return done.error().message == out_of_ports ? Outcome::no_ports : refuse(job, done.error());
    if (!basket.complete()) return Outcome::not_open;
    for (const auto& media : subscriber.medias) {
        give_credentials(*media);
        renew_keys(offer, *media);
    }
    auto& first = *sources->front();
    const auto session = sdp::read_kept_session(first.last_session);
    conclude_body(job, {subscriber, &first, session, pairs, offer, false}, change, basket, "Failed to create SDP",
                  [&](ng::Writer& keys, std::string_view body) {
                      keys.add("sdp", body);
                      write_sources(pairs, medias.size(), flags.siprec, keys);
                      keys.add("to-tag", subscriber.tag);
                  });
    return Outcome::answered;
}

} // namespace

void subscribe_request(const Job& job) {
    auto named = job;
    fill_in(named, {&ng::DialogueFlags::to_tag});
    with_ports(named, offer_sources);
}

void subscribe_answer(const Job& job) {
    auto* party = job.call->find_tag(job.flags().to_tag);
    if (!party) return job.answer.error("To-tag not found");
    take_answer(job, *party, job.flags().allow_transcoding, "Failed to process subscription answer");
}

} // namespace rtpengine::verbs
