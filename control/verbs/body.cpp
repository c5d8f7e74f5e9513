// SPDX-License-Identifier: Apache-2.0
#include "control/verbs/body.h"

#include <algorithm>

#include "control/call/ice.h"

namespace rtpengine::verbs {

using namespace call;

namespace {

bool our_address(const ports::Interfaces& interfaces, const Address& address) {
    for (const auto& interface : interfaces.all())
        for (const auto& local : interface->addresses)
            if (local->address == address || local->advertised == address) return true;
    return false;
}

} // namespace

Outcome refuse(const Job& job, const Error& error) { return job.answer.error(error.message), Outcome::answered; }

void mark_loops(const std::vector<Said>& said, const ports::Interfaces& interfaces) {
    for (const auto& each : said) each.media->loop_check = our_address(interfaces, each.media->rtp.signalled.address);
}

void restart_learning(Party& party) {
    for (auto& media : party.medias) ++media->learn_epoch;
}

void take_fragment(const Job& job, Change& change, const std::string& tag) {
    auto* party = job.call->find_tag(tag);
    if (!party) job.instance->fragments().keep(job.call->id, tag, job.session, job.flags().sdp.size(), BootClock::now());
    if (job.call->parties.empty()) return job.answer.ok();
    if (party) {
        change.touch(*party);
        trickle(*job.session, *party);
    }
    job.instance->conclude(job.call, job.turn, change, job.answer.prepared(ng::Responder::complete(job.answer.keys())));
}

void take_early_fragments(const Job& job, Party& party) {
    for (const auto& fragment : job.instance->fragments().find(job.call->id, party.tag, BootClock::now())) trickle(*fragment, party);
}

void conclude_body(const Job& job, const Description& description, Change& change, Basket& basket, std::string_view otherwise,
                   const WriteReply& write) {
    auto& instance = *job.instance;
    const auto body = describe(description, instance.loop_id());
    if (!body) return job.answer.error(body.error().message);
    if (body->empty()) return job.answer.error(otherwise);
    auto keys = job.answer.keys();
    write(keys, *body);
    auto reply = ng::Responder::complete(std::move(keys));
    if (const auto fits = ng::fits(reply); !fits) return job.answer.error(fits.error().message);
    instance.conclude(job.call, job.turn, change, job.answer.prepared(std::move(reply)), &basket);
}

} // namespace rtpengine::verbs
