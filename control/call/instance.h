// SPDX-License-Identifier: Apache-2.0
// One instance as an operator sees it: its calls, interfaces, limits and timers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "common/uv/loop.h"
#include "control/call/allocate.h"
#include "control/call/basket.h"
#include "control/call/change.h"
#include "control/call/committer.h"
#include "control/call/keeper.h"
#include "control/call/model.h"
#include "control/call/registry.h"
#include "control/call/totals.h"
#include "control/call/turn.h"
#include "control/ng/responder.h"
#include "control/worker/client.h"
#include "link.pb.h"

namespace rtpengine::call {

// How a verb answers: exactly one of these, once. Copies share the one right to answer.
class Answer {
  public:
    explicit Answer(ng::Responder responder) : responder_(std::make_shared<ng::Responder>(std::move(responder))) {}
    void ok(ng::Dict reply) const { responder_->ok(std::move(reply)); }
    // Sends ok(reply) when it is called; by then nothing can go wrong any more.
    // `reason`: it is an error.
    std::function<void()> prepared(ng::Dict reply, std::string_view reason = "") const {
        const bool failed = !reason.empty();
        reply = failed ? ng::Responder::failed(reason, std::move(reply)) : ng::Responder::complete(std::move(reply));
        return [responder = responder_, failed, reply = std::make_shared<ng::Dict>(std::move(reply))] {
            responder->send(std::move(*reply), failed);
        };
    }
    Status fits(const ng::Dict& reply) const { return responder_->fits(reply); } // ok(reply) would arrive
    void error(const std::string& reason, ng::Dict keys = {}) const { responder_->error(reason, std::move(keys)); }
    void load_limit(const std::string& message) const;

  private:
    std::shared_ptr<ng::Responder> responder_;
};

enum class End { regular, forced, timeout, silent_timeout, offer_timeout, final_timeout };

class Instance {
  public:
    // What all instances of the process share.
    struct Shared {
        worker::Workers& workers;
        uv::Loop& loop;
        StreamIds& stream_ids;
        std::mt19937_64& random;
        std::string loop_id; // 12 hex digits, of loop-protect
        Keeper* keeper = nullptr; // null: nobody keeps calls
        Patience patience = {};
    };

    Instance(const link::InstanceConfig& config, Shared shared);

    // The NG verbs.
    void offer(const Endpoint& source, const ng::Dict& request, Answer answer);
    void answer(const Endpoint& source, const ng::Dict& request, Answer answer);
    void remove(const ng::Dict& request, Answer answer);
    void query(const ng::Dict& request, Answer answer);
    void list(const ng::Dict& request, Answer answer);
    void block_media(const ng::Dict& request, Answer answer);
    void unblock_media(const ng::Dict& request, Answer answer);
    bool has_call(std::string_view id) const { return calls_.contains(std::string(id)); }

    bool serves(unsigned worker) const;
    // Of no running call: it was in stock, and is forgotten.
    bool lost(std::uint64_t stream) { return stock_.lost(stream); }
    // Adds what `worker` shall have of the next calls after that number; returns the number to go on after, 0: that was all.
    std::uint64_t add_to_sync(unsigned worker, std::uint64_t after, link::Sync& sync);
    // Every tick_ms. True: go_round() has something to do.
    bool tick();
    // Looks at some of the calls whose time it is; true: at all of them. Each call's time is once a second.
    bool go_round();
    static constexpr std::uint64_t tick_ms = 50;
    // Takes a call over from a former process; before the first request.
    void restore(std::shared_ptr<Call> call);
    void restore(const Totals& totals) { totals_ = totals; }
    ports::Interfaces& interfaces() { return interfaces_; }
    // Looks at the next calls after that number, and ends the one that has this stream, at which `worker` has died so often.
    // Returns the number to go on after; 0: it was found, or no call has it.
    std::uint64_t end_poisoned(std::uint64_t after, std::uint64_t stream, const std::string& worker, unsigned deaths);
    link::Heartbeat::Load load() const;

    const link::InstanceConfig& config() const { return config_; }
    const Registry& calls() const { return calls_; }
    const ports::Interfaces& interfaces() const { return interfaces_; }
    const Totals& totals() const { return totals_; }
    StateReader reader() const { return committer_.reader(); }
    const ng::FlagDefaults& flag_defaults() const { return flag_defaults_; }
    double age_s() const { return static_cast<double>(shared_.loop.now_ms() - totals_.since_ms) / 1000; }

  private:
    struct Asked; // an offer or answer
    // What is done at a call in its turn.
    using Work = std::function<void(const std::shared_ptr<Call>& call, const Turn& turn)>;

    void set_blocked(bool on, const ng::Dict& request, Answer answer);
    void exchange(bool offer, const Endpoint& source, const ng::Dict& request, Answer answer);
    void start_exchange(const std::shared_ptr<const Asked>& asked);
    void run_exchange(const std::shared_ptr<Call>& call, const std::shared_ptr<const Asked>& asked, const Turn& turn);
    void attempt(const std::shared_ptr<Call>& call, const std::shared_ptr<const Asked>& asked, const Turn& turn,
                 const std::shared_ptr<Basket>& basket, unsigned number);
    enum class Outcome { answered, not_open, no_ports }; // but for the first nothing was done
    Outcome change_call(const std::shared_ptr<Call>& call, const Asked& asked, const Turn& turn, Basket& basket);
    void conclude(const std::shared_ptr<Call>& call, const Asked& asked, const Turn& turn, Exchange& exchange, Change& change,
                  Basket& basket);
    std::shared_ptr<Call> find(const std::string& id) const;
    std::shared_ptr<Call> create(const std::string& id, const Endpoint& source);
    // Runs `work` when no other request for the call is running, and that has ended with the last copy of its turn. The call
    // may have died meanwhile. False: too many wait.
    bool exclusively(const std::shared_ptr<Call>& call, Work work);
    // Likewise, and reports that it makes have what the kernel counted up to now.
    bool exclusively_with_figures(const std::shared_ptr<Call>& call, Work work);
    void turn_ended(const std::shared_ptr<Call>& call);
    static void refuse_busy(const Answer& answer);
    // Marks the call, which changes now, to be kept. What is returned, called later, answers as soon as it is.
    std::function<void()> kept_and(const std::shared_ptr<Call>& call, std::function<void()> answer);

    void schedule_or_remove(const std::shared_ptr<Call>& call, Party* party, int delay_s);
    void remove_party(const std::shared_ptr<Call>& call, Party& party);
    // Ends the call at once. Its ports are closed behind it.
    void destroy(const std::shared_ptr<Call>& call, End end);
    void mark_loops(Exchange& exchange) const;
    bool limit_reached() const;
    void recount(const Call& call);

    void check_deletions(const std::shared_ptr<Call>& call);
    void check_timeouts(const std::shared_ptr<Call>& call);
    void catch_up(const std::shared_ptr<Call>& call);
    std::optional<End> timed_out(const Call& call) const;

    link::InstanceConfig config_;
    Shared shared_;
    ports::Interfaces interfaces_;
    Committer committer_;
    Stock stock_;
    Registry calls_;
    std::uint64_t round_at_ = 0; // number of the call that was looked at last
    std::size_t due_ = 0;        // calls that shall be looked at now
    ng::FlagDefaults flag_defaults_;
    Totals totals_;
    Turns turns_;
};

} // namespace rtpengine::call
