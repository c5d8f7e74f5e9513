// SPDX-License-Identifier: Apache-2.0
// The verb publish (specification section 2.16): an offer that nobody but us answers. Others may subscribe to what comes.
#include <algorithm>

#include "control/call/allocate.h"
#include "control/call/alone.h"
#include "control/call/bundle.h"
#include "control/call/demand.h"
#include "control/call/ice.h"
#include "control/call/key_exchange.h"
#include "control/call/own_session.h"
#include "control/call/place.h"
#include "control/call/recording.h"
#include "control/verbs/body.h"
#include "control/verbs/table.h"

namespace rtpengine::verbs {

using namespace call;

namespace {

constexpr const char* not_published = "Failed to create SDP";

Party& publisher(const Job& job, const Touch& touch) {
    auto& call = *job.call;
    const auto& flags = job.flags();
    auto* known = call.find_tag(flags.from_tag);
    auto& party = known ? *known : take_place(call, flags.from_tag, job.session->sections.size(), BootClock::now(), touch);
    touch(party);
    party.delete_at.reset();
    party.closed = false;
    give_label(party, flags.label, touch);
    if (!flags.metadata.empty()) party.metadata = flags.metadata;
    take_recording(flags, call, {&party});
    return party;
}

// What we answer, section by section; who publishes is sent nothing unless he wants it.
std::vector<sdp::Section> answer_all(const Job& job, const std::vector<Said>& said) {
    std::vector<sdp::Section> sections;
    for (const auto& each : said) {
        sections.push_back(answer_alone(job.flags(), job.instance->certificate(), each));
        auto& media = *each.media;
        if (!job.flags().bidirectional) media.send = false;
        if (each.section->connection) media.family = each.section->connection->family;
    }
    return sections;
}

std::vector<Pair> pairs_of(const std::vector<sdp::Section>& sections, const std::vector<Said>& said) {
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < said.size(); ++i) pairs.push_back({&sections[i], nullptr, said[i].media});
    return pairs;
}

Outcome take_publication(const Job& job, Basket& basket) {
    auto& instance = *job.instance;
    auto& call = *job.call;
    const auto& flags = job.flags();
    if (const auto fits = call_fits(call, flags, *job.session); !fits) return refuse(job, fits.error());
    Change change(call);
    const auto touch = [&change](Party& party) { change.touch(party); };
    if (flags.fragment) return take_fragment(job, change, flags.from_tag), Outcome::answered;
    call.last_signal = BootClock::now();
    call.delete_at.reset();
    auto& party = publisher(job, touch);
    const auto said = take_in(party, *job.session, {flags, true, instance.certificate()}, instance.flag_defaults().learning);
    const auto sections = answer_all(job, said);
    if (std::ranges::all_of(said, [](const Said& each) { return each.media->rejected; })) return refuse(job, Error{not_published});
    settle_bundles(party);
    take_early_fragments(job, party);
    mark_loops(said, instance.interfaces());
    restart_learning(party);
    if (const auto done = allocate_alone(party, flags, instance.interfaces(), basket); !done)
        return done.error().message == out_of_ports ? Outcome::no_ports : refuse(job, done.error());
    if (!basket.complete()) return Outcome::not_open;
    const Terms answer{flags, false, instance.certificate()};
    for (const auto& media : party.medias) {
        give_credentials(*media);
        renew_keys(answer, *media);
    }
    const auto own = own_session();
    conclude_body(job, {party, nullptr, own, pairs_of(sections, said), answer}, change, basket, not_published,
                  [&](ng::Writer& keys, std::string_view body) {
                      keys.add("call-id", call.id);
                      keys.add("from-tag", party.tag);
                      keys.add("sdp", body);
                  });
    return Outcome::answered;
}

} // namespace

void publish(const Job& job) { with_ports(job, take_publication); }

} // namespace rtpengine::verbs
