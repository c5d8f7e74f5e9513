// SPDX-License-Identifier: Apache-2.0
// One instance as an operator sees it: its calls, interfaces, limits and timers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>

#include "common/uv/loop.h"
#include "control/call/allocate.h"
#include "control/call/committer.h"
#include "control/call/keeper.h"
#include "control/call/model.h"
#include "control/call/totals.h"
#include "control/ng/responder.h"
#include "control/worker/client.h"
#include "link.pb.h"

namespace rtpengine::call {

// How a verb answers: exactly one of these, once. Copies share the one right to answer.
class Answer {
  public:
    explicit Answer(ng::Responder responder) : responder_(std::make_shared<ng::Responder>(std::move(responder))) {}
    void ok(ng::Dict reply) const { responder_->ok(std::move(reply)); }
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

    void add_to_sync(unsigned worker, link::Sync& sync);
    void tick(); // once a second
    // Takes a call over from a former process; before the first request.
    void restore(std::shared_ptr<Call> call);
    void restore(const Totals& totals) { totals_ = totals; }
    ports::Interfaces& interfaces() { return interfaces_; }
    // Ends the call that has this stream, at which `worker` has died so often; false: no call has it.
    bool end_poisoned(std::uint64_t stream, const std::string& worker, unsigned deaths);
    link::Heartbeat::Load load() const;

    const link::InstanceConfig& config() const { return config_; }
    const std::unordered_map<std::string, std::shared_ptr<Call>>& calls() const { return calls_; }
    const ports::Interfaces& interfaces() const { return interfaces_; }
    const Totals& totals() const { return totals_; }
    StateReader reader() const { return committer_.reader(); }
    const ng::FlagDefaults& flag_defaults() const { return flag_defaults_; }
    double age_s() const { return static_cast<double>(shared_.loop.now_ms() - totals_.since_ms) / 1000; }

  private:
    using Finish = std::function<void()>;

    void set_blocked(bool on, const ng::Dict& request, Answer answer);
    void exchange(bool offer, const Endpoint& source, const ng::Dict& request, Answer answer);
    void run_exchange(std::shared_ptr<Call> call, bool offer, std::shared_ptr<const ng::Flags> flags,
                      std::shared_ptr<const sdp::Session> session, const Answer& answer, const Finish& finish);
    std::shared_ptr<Call> find(const std::string& id) const;
    std::shared_ptr<Call> create(const std::string& id, const Endpoint& source);
    // Runs `work` when no other request for the call is running; `work` calls Finish when it is through.
    void exclusively(const std::shared_ptr<Call>& call, std::function<void(Finish)> work);
    // Likewise, and reports that it makes have what the kernel counted up to now. The call may have died meanwhile.
    void exclusively_with_figures(const std::shared_ptr<Call>& call, std::function<void(Finish)> work);
    void finished(const std::shared_ptr<Call>& call);
    // Answers a request that has changed the call, when the call is kept as it is now.
    void when_kept(const std::shared_ptr<Call>& call, std::function<void()> answer);

    void schedule_or_remove(const std::shared_ptr<Call>& call, Party* party, int delay_s, Finish finish);
    void remove_party(const std::shared_ptr<Call>& call, Party& party, Finish finish);
    // Ends the call at once; `closed` is called when its ports are.
    void destroy(const std::shared_ptr<Call>& call, End end, Finish closed = [] {});
    // Ends a call whose request, the one that is running, has failed.
    void abandon(const std::shared_ptr<Call>& call, Finish finish);
    void mark_loops(Exchange& exchange) const;
    bool limit_reached() const;

    void check_deletions(const std::shared_ptr<Call>& call);
    void check_timeouts(const std::shared_ptr<Call>& call);
    std::optional<End> timed_out(const Call& call) const;

    link::InstanceConfig config_;
    Shared shared_;
    ports::Interfaces interfaces_;
    Committer committer_;
    std::unordered_map<std::string, std::shared_ptr<Call>> calls_;
    ng::FlagDefaults flag_defaults_;
    Totals totals_;
};

} // namespace rtpengine::call
