// SPDX-License-Identifier: Apache-2.0
// The verbs offer and answer.
#include <algorithm>

#include "control/call/alias.h"
#include "control/call/allocate.h"
#include "control/call/demand.h"
#include "control/call/describe.h"
#include "control/call/dialogue.h"
#include "control/call/ice.h"
#include "control/call/key_exchange.h"
#include "control/call/place.h"
#include "control/call/recording.h"
#include "control/verbs/body.h"
#include "control/verbs/table.h"

namespace rtpengine::verbs {

using namespace call;

namespace {

bool seen_before(const sdp::Session& session, const std::string& own_id) {
    return !session.loop_ids.empty() &&
           std::all_of(session.loop_ids.begin(), session.loop_ids.end(), [&](const auto& id) { return id == own_id; });
}

void take_call_options(Call& call, const ng::Flags& flags, bool offer, std::uint32_t default_tos) {
    call.last_signal = BootClock::now();
    call.delete_at.reset();
    if (offer && flags.tos >= 0) call.tos = flags.tos <= 255 ? flags.tos : static_cast<int>(default_tos);
    if (flags.lease >= 0) call.lease = std::chrono::seconds(flags.lease);
    if (flags.drop_traffic != ng::DropTraffic::unchanged)
        call.drop_traffic = flags.drop_traffic == ng::DropTraffic::start;
}

void take_party_options(const Dialogue& dialogue, const Terms& terms, const Touch& touch) {
    const auto& flags = terms.flags;
    auto& sender = *dialogue.sender;
    give_label(sender, flags.label, touch);
    if (!flags.metadata.empty()) sender.metadata = flags.metadata;
    if (flags.block_dtmf) sender.events_blocked = true;
    if (terms.offer) dialogue.receiver->final_response = false;
    else sender.final_response = flags.sip_message == ng::SipMessage::response && flags.sip_code >= 200;
}

// What the parties send from now on is looked at anew; a port that has not been in an SDP yet learns nothing.
void learn_again(const Dialogue& dialogue) {
    restart_learning(*dialogue.receiver);
    for (auto& media : dialogue.sender->medias)
        if (media->learn_epoch) ++media->learn_epoch;
}

void note_echo(const std::vector<Pair>& pairs) {
    for (const auto& pair : pairs)
        for (auto* media : {pair.sender, pair.receiver})
            if (media && media->echo == ng::MediaEcho::both) media->has_echoed = true;
}

// What can fail comes first. The answer doesn't wait for the workers: ports are open, and what comes there waits for its rule.
void conclude(const Job& job, const Description& description, Change& change, Basket& basket) {
    auto& instance = *job.instance;
    const bool fresh = change.added() == job.call->parties.size(); // there were none
    const auto body = describe(description, instance.loop_id());
    if (!body) return job.answer.error(body.error().message);
    auto keys = job.answer.keys();
    keys.add("sdp", *body);
    const bool good = !body->empty();
    auto reply = good ? ng::Responder::complete(std::move(keys)) : ng::Responder::failed(std::move(keys), "Error rewriting SDP");
    if (const auto fits = ng::fits(reply); !fits) return job.answer.error(fits.error().message);
    const auto send = job.answer.prepared(std::move(reply));
    if (!good && !fresh) return send();
    // A call without a body stays, as the protocol says, but nothing else would ever end one that has no media.
    if (!good) job.call->delete_at = BootClock::now() + std::chrono::seconds(instance.config().timeout());
    instance.conclude(job.call, job.turn, change, send, &basket);
}

void give_all_credentials(const Dialogue& dialogue) {
    for (auto* party : {dialogue.sender, dialogue.receiver})
        for (const auto& media : party->medias) give_credentials(*media);
}

Outcome change_call(const Job& job, Basket& basket, bool offer) {
    auto& instance = *job.instance;
    auto& call = *job.call;
    const auto& flags = job.flags();
    if (const auto fits = call_fits(call, flags, *job.session); !fits) return refuse(job, fits.error());
    Change change(call);
    const auto touch = [&change](Party& party) { change.touch(party); };
    take_call_options(call, flags, offer, instance.config().tos());
    if (flags.fragment) return take_fragment(job, change, flags.from_tag), Outcome::answered;
    const auto dialogue = find_dialogue(call, flags, !offer, BootClock::now(), touch, alias_key(flags, *job.session));
    if (!dialogue) return refuse(job, dialogue.error());
    auto& [sender, receiver] = *dialogue;
    const Terms terms{flags, offer, instance.certificate()};
    take_party_options(*dialogue, terms, touch);
    take_recording(flags, call, {sender, receiver});
    const auto said = take_in(*sender, *job.session, terms, instance.flag_defaults().learning);
    const auto pairs = pair_up(*receiver, said, terms, touch);
    note_echo(pairs);
    take_early_fragments(job, *sender);
    mark_loops(said, instance.interfaces());
    learn_again(*dialogue);
    if (const auto done = allocate_ports(*sender, *receiver, pairs, terms, instance.interfaces(), basket); !done)
        return done.error().message == out_of_ports ? Outcome::no_ports : refuse(job, done.error());
    if (!basket.complete()) return Outcome::not_open;
    give_all_credentials(*dialogue);
    for (const auto& pair : pairs)
        if (pair.sender && pair.receiver) renew_keys(terms, *pair.sender, *pair.receiver);
    conclude(job, {*receiver, sender, *job.session, pairs, terms}, change, basket);
    return Outcome::answered;
}

void exchange(const Job& job, bool offer) {
    if (job.flags().loop_protect && seen_before(*job.session, job.instance->loop_id())) {
        auto keys = job.answer.keys();
        keys.add("sdp", job.flags().sdp);
        return job.answer.ok(std::move(keys));
    }
    with_ports(job, [offer](const Job& job, Basket& basket) { return change_call(job, basket, offer); });
}

} // namespace

void offer(const Job& job) { exchange(job, true); }
void answer(const Job& job) { exchange(job, false); }

} // namespace rtpengine::verbs
