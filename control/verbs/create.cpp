// SPDX-License-Identifier: Apache-2.0
// The verbs create and create answer (specification section 2.22): a party is offered media of ours, which others may be connected to.
#include <algorithm>

#include "common/ng/coerce.h"
#include "control/call/allocate.h"
#include "control/call/alone.h"
#include "control/call/bundle.h"
#include "control/call/demand.h"
#include "control/call/ice.h"
#include "control/call/key_exchange.h"
#include "control/call/own_session.h"
#include "control/call/place.h"
#include "control/sdp/codec_default.h"
#include "control/sdp/kept.h"
#include "control/verbs/answer_alone.h"
#include "control/verbs/body.h"
#include "control/verbs/table.h"

namespace rtpengine::verbs {

using namespace call;

namespace {

constexpr const char* not_created = "failed to create SDP";

struct Wanted {
    std::string type;
    sdp::CodecList codecs;
};

std::vector<std::string> codec_names(const ng::Dict& media, const std::vector<std::string>& otherwise) {
    for (const char* key : {"codec", "codecs"})
        if (const auto* given = media.find(key)) return ng::list_of(*given);
    return otherwise;
}

// Of `media`, else audio.
std::vector<Wanted> wanted(const ng::Flags& flags) {
    const auto names = flags.codec.offer.empty() ? std::vector<std::string>{"PCMU", "PCMA"} : flags.codec.offer;
    std::vector<Wanted> all;
    for (const auto& [key, value] : flags.rest) {
        if ((key != "media" && key != "medias") || !value.list()) continue;
        for (const auto& each : *value.list())
            if (each.dict()) all.push_back({std::string(ng::text_of(*each.dict(), "type")), sdp::codecs_by_name(codec_names(*each.dict(), names))});
    }
    if (all.empty()) all.push_back({"audio", sdp::codecs_by_name(names)});
    return all;
}

// What a media that sends these codecs would have said.
Media imagined(Party& party, const Wanted& wanted) {
    Media media{};
    media.party = &party;
    media.type = wanted.type;
    media.protocol = sdp::Protocol::rtp_avp;
    media.protocol_text = "RTP/AVP";
    media.send = media.recv = true;
    return media;
}

std::vector<sdp::Section> sections_for(Party& party, const std::vector<Wanted>& all) {
    std::vector<sdp::Section> sections;
    for (const auto& each : all) sections.push_back(own_section(imagined(party, each), each.codecs));
    return sections;
}

std::vector<Pair> offer_wanted(const Terms& terms, const std::vector<Wanted>& all, const std::vector<sdp::Section>& sections, Party& party) {
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto& media = party.media_at(i, all[i].type);
        media.type = all[i].type;
        offer_alone(terms, sections[i], imagined(party, all[i]), media);
        media.family = terms.flags.address_family;
        pairs.push_back({&sections[i], nullptr, &media});
    }
    offer_bundle(terms, party);
    settle_bundles(party);
    return pairs;
}

void conclude_created(const Job& job, const Description& description, Change& change, Basket& basket) {
    conclude_body(job, description, change, basket, not_created, [&](ng::Writer& keys, std::string_view body) {
        keys.add("call-id", job.call->id);
        keys.add("from-tag", description.receiver.tag);
        keys.add("sdp", body);
    });
}

Outcome make_party(const Job& job, Basket& basket) {
    auto& instance = *job.instance;
    auto& call = *job.call;
    const auto& flags = job.flags();
    const auto all = wanted(flags);
    if (std::ranges::any_of(all, [](const Wanted& each) { return each.type.empty() || each.codecs.empty(); })) return refuse(job, Error{not_created});
    Change change(call);
    const auto touch = [&change](Party& party) { change.touch(party); };
    call.last_signal = BootClock::now();
    call.delete_at.reset();
    auto* known = call.find_tag(flags.from_tag);
    if (known) touch(*known);
    auto& party = known ? *known : take_place(call, flags.from_tag, all.size(), BootClock::now(), touch);
    const auto sections = sections_for(party, all);
    if (const auto fits = party_fits(call, sections); !fits) return refuse(job, fits.error());
    const Terms offer{flags, true, instance.certificate()};
    const auto pairs = offer_wanted(offer, all, sections, party);
    restart_learning(party);
    if (const auto done = allocate_alone(party, flags, instance.interfaces(), basket); !done)
        return done.error().message == out_of_ports ? Outcome::no_ports : refuse(job, done.error());
    if (!basket.complete()) return Outcome::not_open;
    for (const auto& media : party.medias) {
        give_credentials(*media);
        renew_keys(offer, *media);
    }
    const auto session = own_session();
    conclude_created(job, {party, nullptr, session, pairs, offer}, change, basket);
    return Outcome::answered;
}

Media* source_of(const Media& media) {
    for (const auto& subscription : media.subscriptions)
        if (subscription.carries()) return subscription.source;
    return nullptr;
}

Party* first_source(const Party& party) {
    for (const auto& media : party.medias)
        if (const auto* source = source_of(*media)) return source->party;
    return nullptr;
}

// As it is: in the words of those that it receives, else in ours.
Outcome show_party(const Job& job, Party& party, Basket& basket) {
    Change change(*job.call);
    change.touch(party);
    auto* sender = first_source(party);
    const auto session = sender ? sdp::read_kept_session(sender->last_session) : own_session();
    std::vector<sdp::Section> sections;
    for (const auto& media : party.medias) {
        const auto* source = source_of(*media);
        const bool said = source && !source->last_section.empty();
        sections.push_back(said ? sdp::read_kept(source->last_section) : own_section(*media, media->codecs));
    }
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < sections.size(); ++i) pairs.push_back({&sections[i], nullptr, party.medias[i].get()});
    conclude_created(job, {party, sender, session, pairs, {job.flags(), true, job.instance->certificate()}}, change, basket);
    return Outcome::answered;
}

Outcome make_or_show(const Job& job, Basket& basket) {
    auto* known = job.call->find_tag(job.flags().from_tag);
    return known && !known->medias.empty() ? show_party(job, *known, basket) : make_party(job, basket);
}

} // namespace

void create(const Job& job) { with_ports(job, make_or_show); }

void create_answer(const Job& job) {
    auto* party = job.call->find_tag(job.flags().from_tag);
    if (!party) return job.answer.error("from-tag not found");
    take_answer(job, *party, true, "failed to perform answer");
}

} // namespace rtpengine::verbs
