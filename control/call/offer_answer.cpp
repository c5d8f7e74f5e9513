// SPDX-License-Identifier: Apache-2.0
// The verbs offer and answer.
#include <algorithm>

#include "common/base/log.h"
#include "common/base/memory.h"
#include "control/call/body.h"
#include "control/call/demand.h"
#include "control/call/dialogue.h"
#include "control/call/instance.h"

namespace rtpengine::call {

namespace {

const char* missing_key(const ng::Flags& flags, bool offer) {
    if (flags.sdp.empty()) return "No SDP body in message";
    if (flags.call_id.empty()) return "No call-id in message";
    if (flags.from_tag.empty()) return "No from-tag in message";
    if (!offer && flags.to_tag.empty()) return "No to-tag in message";
    return nullptr;
}

bool seen_before(const sdp::Session& session, const std::string& own_id) {
    return !session.loop_ids.empty() &&
           std::all_of(session.loop_ids.begin(), session.loop_ids.end(), [&](const auto& id) { return id == own_id; });
}

void take_call_options(Call& call, const ng::Flags& flags, bool offer, std::uint32_t default_tos) {
    call.last_signal = BootClock::now();
    call.delete_at.reset();
    if (offer && flags.tos >= 0) call.tos = flags.tos <= 255 ? flags.tos : static_cast<int>(default_tos);
    if (flags.drop_traffic != ng::DropTraffic::unchanged)
        call.drop_traffic = flags.drop_traffic == ng::DropTraffic::start;
}

void take_party_options(Exchange& exchange) {
    const auto& flags = *exchange.flags;
    auto& sender = *exchange.sender;
    if (!flags.label.empty()) {
        if (auto* other = exchange.call->find_label(flags.label)) other->label.clear();
        sender.label = flags.label;
    }
    if (!flags.metadata.empty()) sender.metadata = flags.metadata;
    if (exchange.offer) exchange.receiver->final_response = false;
    else sender.final_response = flags.sip_message == ng::SipMessage::response && flags.sip_code >= 200;
}

// What the parties send from now on is looked at anew; a port that has not been in an SDP yet learns nothing.
void restart_learning(Exchange& exchange) {
    for (auto& media : exchange.receiver->medias) ++media->learn_epoch;
    for (auto& media : exchange.sender->medias)
        if (media->learn_epoch) ++media->learn_epoch;
}

void refuse_new(const ng::Flags& flags, const Answer& answer) {
    const std::string reason = "Parallel session limit reached";
    const bool told_apart = std::find(flags.supports.begin(), flags.supports.end(), "load limit") != flags.supports.end();
    told_apart ? answer.load_limit(reason) : answer.error(reason);
}

bool our_address(const ports::Interfaces& interfaces, const Address& address) {
    for (const auto& interface : interfaces.all())
        for (const auto& local : interface->addresses)
            if (local->address == address || local->advertised == address) return true;
    return false;
}

} // namespace

void Instance::mark_loops(Exchange& exchange) const {
    for (const auto& pair : exchange.pairs)
        pair.sender->loop_check = our_address(interfaces_, pair.sender->rtp.signalled.address);
}

void Instance::offer(const Endpoint& source, const ng::Dict& request, Answer answer) {
    exchange(true, source, request, std::move(answer));
}

void Instance::answer(const Endpoint& source, const ng::Dict& request, Answer answer) {
    exchange(false, source, request, std::move(answer));
}

struct Instance::Asked {
    bool offer;
    Endpoint source; // the proxy's
    std::shared_ptr<const ng::Flags> flags;
    std::shared_ptr<const sdp::Session> session;
    Answer answer;
};

void Instance::exchange(bool offer, const Endpoint& source, const ng::Dict& request, Answer answer) {
    auto parsed = ng::parse_flags(offer ? "offer" : "answer", request, flag_defaults_);
    if (!parsed) return answer.error(parsed.error().message);
    if (const auto fits = names_fit(*parsed); !fits) return answer.error(fits.error().message);
    if (const auto* missing = missing_key(*parsed, offer)) return answer.error(missing);
    if (!offer && !has_call(parsed->call_id)) return answer.error("Unknown call-id");
    auto session = sdp::parse(parsed->sdp, parsed->fragment);
    if (!session) return answer.error(session.error().message);
    if (config_.reject_invalid_sdp() && session->blank_line) return answer.error("Failed to parse SDP");
    start_exchange(std::make_shared<const Asked>(Asked{offer, source, std::make_shared<const ng::Flags>(*std::move(parsed)),
                                                       std::make_shared<const sdp::Session>(*std::move(session)), std::move(answer)}));
}

// Once more when the call that it was for ended while it waited: an offer makes another one then.
void Instance::start_exchange(const std::shared_ptr<const Asked>& asked) {
    const auto& flags = *asked->flags;
    auto call = find(flags.call_id);
    if (!asked->offer && !call) return asked->answer.error("Unknown call-id");
    if (!call && limit_reached()) {
        ++totals_.rejected;
        if (shared_.keeper) shared_.keeper->counted(totals_);
        return refuse_new(flags, asked->answer);
    }
    if (!call && !memory::enough()) return asked->answer.error("Out of memory: no new calls until there is some again");
    if (!call) call = create(flags.call_id, asked->source);
    if (!exclusively(call, [this, asked](const auto& call, const Turn& turn) { run_exchange(call, asked, turn); })) refuse_busy(asked->answer);
}

void Instance::run_exchange(const std::shared_ptr<Call>& call, const std::shared_ptr<const Asked>& asked, const Turn& turn) {
    if (call->dead) return start_exchange(asked);
    const auto& [offer, source, flags, session, answer] = *asked;
    if (flags->loop_protect && seen_before(*session, shared_.loop_id)) {
        ng::Dict reply;
        reply.add("sdp", flags->sdp);
        return answer.ok(std::move(reply));
    }
    if (const auto fits = call_fits(*call, *flags, *session); !fits) return answer.error(fits.error().message);
    if (flags->fragment) { // trickle ICE: nothing to add to yet
        take_call_options(*call, *flags, offer, config_.tos());
        return answer.ok({});
    }
    auto change = std::make_shared<Change>(call, committer_);
    auto& draft = *change->draft();
    take_call_options(draft, *flags, offer, config_.tos());
    const auto dialogue = find_dialogue(draft, *flags, !offer, BootClock::now());
    if (!dialogue) return answer.error(dialogue.error().message);

    auto exchange = std::make_shared<Exchange>(
        Exchange{change->draft(), dialogue->sender, dialogue->receiver, session, flags, offer, {}});
    take_party_options(*exchange);
    match_sections(*exchange);
    negotiate(*exchange, flag_defaults_.learning);
    mark_loops(*exchange);
    restart_learning(*exchange);
    if (const auto done = allocate_ports(*exchange, interfaces_, shared_.stream_ids); !done)
        return answer.error(done.error().message);
    change->carry_out([this, call, asked, exchange, change, turn](const Status& done) {
        if (done) return conclude(call, *asked, *exchange, *change, turn);
        log::record(log::Level::err, log::Subsystem::core, {call->id}, "{}", done.error().message);
        asked->answer.error(done.error().message);
    });
}

// The workers have what they need: the rest can fail only by what is written.
void Instance::conclude(const std::shared_ptr<Call>& call, const Asked& asked, Exchange& exchange, Change& change, const Turn& turn) {
    const bool fresh = call->parties.empty();
    const auto body = write_body(exchange, shared_.loop_id, shared_.random);
    if (!body) return asked.answer.error(body.error().message);
    ng::Dict reply;
    reply.add("sdp", *body);
    if (const auto fits = asked.answer.fits(reply); !fits) return asked.answer.error(fits.error().message);
    const bool good = !body->empty();
    if (!good && !fresh) return asked.answer.error("Error rewriting SDP", std::move(reply));
    // A call without a body stays, as the protocol says, but nothing else would ever end one that has no media.
    if (!good) change.draft()->delete_at = BootClock::now() + std::chrono::seconds(config_.timeout());
    change.keep([this, call, turn, answer = asked.answer, good, reply = std::move(reply)]() mutable {
        when_kept(call, [answer, good, reply = std::move(reply)]() mutable {
            good ? answer.ok(std::move(reply)) : answer.error("Error rewriting SDP", std::move(reply));
        });
    });
}

} // namespace rtpengine::call
