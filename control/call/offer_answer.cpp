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

constexpr unsigned max_attempts = 100; // each one finds at least one port that another program has

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
        if (auto* other = exchange.call->find_label(flags.label)) {
            exchange.touch(*other);
            other->label.clear();
        }
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
    std::uint64_t until_ms; // that it may wait for ports that others give back
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
                                                       std::make_shared<const sdp::Session>(*std::move(session)), std::move(answer),
                                                       shared_.loop.now_ms() + shared_.patience.open}));
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
    const auto& [offer, source, flags, session, answer, until_ms] = *asked;
    if (flags->loop_protect && seen_before(*session, shared_.loop_id)) {
        ng::Dict reply;
        reply.add("sdp", flags->sdp);
        return answer.ok(std::move(reply));
    }
    attempt(call, asked, turn, std::make_shared<Basket>(stock_), 1);
}

// Done in one go with open ports; where some have to be opened first, given up, and done again when they are.
void Instance::attempt(const std::shared_ptr<Call>& call, const std::shared_ptr<const Asked>& asked, const Turn& turn,
                       const std::shared_ptr<Basket>& basket, unsigned number) {
    const auto outcome = change_call(call, *asked, turn, *basket);
    if (outcome == Outcome::answered) return;
    basket->undo();
    const auto again = [=, this](const Status& opened) {
        guarded(call->id, [&] {
            if (opened && !call->dead) return attempt(call, asked, turn, basket, number + 1);
            const auto reason = opened ? "The call has ended" : opened.error().message;
            log::record(log::Level::err, log::Subsystem::core, {call->id}, "{}", reason);
            asked->answer.error(reason);
        });
    };
    const bool hopeless = outcome == Outcome::no_ports && (!committer_.leaving() || shared_.loop.now_ms() >= asked->until_ms);
    if (hopeless || number > max_attempts) return asked->answer.error(out_of_ports);
    if (outcome == Outcome::not_open) return basket->open(again);
    basket->give_up();
    committer_.await_ports(asked->until_ms, [again] { again({}); });
}

Instance::Outcome Instance::change_call(const std::shared_ptr<Call>& shared, const Asked& asked, const Turn& turn, Basket& basket) {
    auto& call = *shared;
    const auto& flags = asked.flags;
    const auto refuse = [&asked](const Error& error) { return asked.answer.error(error.message), Outcome::answered; };
    if (const auto fits = call_fits(call, *flags, *asked.session); !fits) return refuse(fits.error());
    Change change(call);
    const auto touch = [&change](Party& party) { change.touch(party); };
    take_call_options(call, *flags, asked.offer, config_.tos());
    if (flags->fragment) { // trickle ICE: nothing to add to yet
        change.keep();
        return asked.answer.ok({}), Outcome::answered;
    }
    const auto dialogue = find_dialogue(call, *flags, !asked.offer, BootClock::now(), touch);
    if (!dialogue) return refuse(dialogue.error());
    Exchange exchange{&call, dialogue->sender, dialogue->receiver, asked.session, flags, asked.offer, {}, touch};
    take_party_options(exchange);
    match_sections(exchange);
    negotiate(exchange, flag_defaults_.learning);
    mark_loops(exchange);
    restart_learning(exchange);
    if (const auto done = allocate_ports(exchange, interfaces_, basket); !done)
        return done.error().message == out_of_ports ? Outcome::no_ports : refuse(done.error());
    if (!basket.complete()) return Outcome::not_open;
    conclude(shared, asked, turn, exchange, change, basket);
    return Outcome::answered;
}

// What can fail comes first. The answer doesn't wait for the workers: ports are open, and what comes there waits for its rule.
void Instance::conclude(const std::shared_ptr<Call>& call, const Asked& asked, const Turn& turn, Exchange& exchange, Change& change,
                        Basket& basket) {
    const bool fresh = change.added() == call->parties.size(); // there were none
    const auto body = write_body(exchange, shared_.loop_id, shared_.random);
    if (!body) return asked.answer.error(body.error().message);
    ng::Dict reply;
    reply.add("sdp", *body);
    if (const auto fits = asked.answer.fits(reply); !fits) return asked.answer.error(fits.error().message);
    const bool good = !body->empty();
    if (!good && !fresh) return asked.answer.error("Error rewriting SDP", std::move(reply));
    // A call without a body stays, as the protocol says, but nothing else would ever end one that has no media.
    if (!good) call->delete_at = BootClock::now() + std::chrono::seconds(config_.timeout());
    const auto affected = change.affected();
    const auto send = kept_and(call, asked.answer.prepared(std::move(reply), good ? "" : "Error rewriting SDP"));
    basket.keep();
    change.keep();
    committer_.tell(call, affected, turn);
    send();
}

} // namespace rtpengine::call
