// SPDX-License-Identifier: Apache-2.0
// One instance as an operator sees it: its calls, interfaces, limits and timers. What requests do with them is in control/verbs.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/uv/loop.h"
#include "control/call/basket.h"
#include "control/call/change.h"
#include "control/call/committer.h"
#include "control/call/fragments.h"
#include "control/call/keeper.h"
#include "control/call/model.h"
#include "control/call/registry.h"
#include "control/call/totals.h"
#include "control/call/turn.h"
#include "control/ng/flags.h"
#include "control/worker/client.h"
#include "link.pb.h"

namespace rtpengine::call {

enum class End { regular, forced, timeout, silent_timeout, offer_timeout, final_timeout, lease };

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

    // ---- calls
    std::shared_ptr<Call> find(const std::string& id) const { return calls_.find(id); }
    bool has_call(std::string_view id) const { return calls_.contains(std::string(id)); }
    // No new ones, for now.
    bool limit_reached() const;
    void count_rejected();
    // No other call has its id. One that is still empty when the turn that it was made for ends is gone again.
    std::shared_ptr<Call> create(const std::string& id, const Endpoint& source);
    void forget_if_unused(Call& call) noexcept; // nobody is at work on it, and it is empty

    // What is done at a call in its turn.
    using Work = std::function<void(const std::shared_ptr<Call>& call, const Turn& turn)>;
    // Runs `work` when no other request for the call is running, and that has ended with the last copy of its turn. The call
    // may have died meanwhile. False: too many wait.
    bool exclusively(const std::shared_ptr<Call>& call, Work work);
    // Likewise, for what nobody will ask for again: it is never refused. Whoever asks has few of them wait.
    void in_turn(const std::shared_ptr<Call>& call, Work work);
    // Likewise, and reports that it makes have what the kernel counted up to now.
    bool exclusively_with_figures(const std::shared_ptr<Call>& call, Work work);
    // The latter alone.
    void with_figures(const std::shared_ptr<Call>& call, std::function<void()> work);

    // ---- changes of a call, in its turn
    // What can fail was before: the change stays, is kept and told, and `send` is called when a successor would know of it.
    void conclude(const std::shared_ptr<Call>& call, const Turn& turn, Change& change, std::function<void()> send, Basket* basket = nullptr);
    // Marks the call, which changes now, to be kept. What is returned, called later in this turn of the loop, answers as soon as it is:
    // that takes no memory, so what can fail is before the change.
    std::function<void()> kept_and(const std::shared_ptr<Call>& call, std::function<void()> answer);
    // A party and who would be left alone, or the entire call (nullptr).
    void schedule_or_remove(const std::shared_ptr<Call>& call, Party* party, int delay_s);

    // Candidates for parties that aren't known yet.
    Fragments& fragments() { return fragments_; }

    // ---- ports
    Stock& stock() { return stock_; }
    ports::Interfaces& interfaces() { return interfaces_; }
    // By when somebody who asks now for what others give back is told that there is none.
    std::uint64_t patient_until() const { return shared_.loop.now_ms() + shared_.patience.open; }
    bool may_get_ports(std::uint64_t until_ms) const { return committer_.leaving() && shared_.loop.now_ms() < until_ms; }
    void await_ports(std::uint64_t until_ms, std::function<void()> work) { committer_.await_ports(until_ms, std::move(work)); }

    // ---- the process and its workers
    // Checks on a port of a call have selected a pair, or lost it.
    void take_news(const link::IceNews& news);
    bool serves(unsigned worker) const;
    // Who we are in DTLS: DER; empty: we have no part in it.
    void introduce(std::string certificate) { certificate_ = std::move(certificate); }
    const std::string* certificate() const { return certificate_.empty() ? nullptr : &certificate_; }
    // What came of a handshake. False: of none of our calls.
    bool take_news(std::string_view scope, const link::DtlsNews& news);
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
    // Looks at the next calls after that number, and ends the one that has this stream, at which `worker` has died so often.
    // Returns the number to go on after; 0: it was found, or no call has it.
    std::uint64_t end_poisoned(std::uint64_t after, std::uint64_t stream, const std::string& worker, unsigned deaths);
    // An operator ends a call; false: there is none of that id. Some calls, whichever; true: there are more.
    bool terminate(const std::string& id);
    bool terminate_some(std::size_t most);
    // And changes what may change while calls go on, for as long as this process lives.
    template <class Change> void change_config(Change change) { change(config_); }
    link::Heartbeat::Load load() const;

    const link::InstanceConfig& config() const { return config_; }
    const Registry& calls() const { return calls_; }
    const ports::Interfaces& interfaces() const { return interfaces_; }
    const Totals& totals() const { return totals_; }
    StateReader reader() const { return committer_.reader(); }
    const ng::FlagDefaults& flag_defaults() const { return flag_defaults_; }
    const std::string& loop_id() const { return shared_.loop_id; }
    std::mt19937_64& random() { return shared_.random; }
    double age_s() const { return static_cast<double>(shared_.loop.now_ms() - totals_.since_ms) / 1000; }

  private:
    void forget(Call& call) noexcept;
    void keep(const std::shared_ptr<Call>& call); // as it is at the end of this round of the loop
    void turn_ended(const std::shared_ptr<Call>& call);
    void remove_party(const std::shared_ptr<Call>& call, Party& party);
    // Ends the call at once. Its ports are closed behind it.
    void destroy(const std::shared_ptr<Call>& call, End end);
    std::shared_ptr<Call> in_scope(std::string_view scope) const;
    void apply(const std::shared_ptr<Call>& call, const link::DtlsNews& news);
    void apply(const std::shared_ptr<Call>& call, const Turn& turn, std::uint64_t stream, const Endpoint& remote);
    void recount(const Call& call);
    void count_more(const Call& call);

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
    std::string certificate_;
    Totals totals_;
    Turns turns_;
    std::unordered_map<std::uint64_t, Endpoint> pairs_; // by stream: what workers said last of pairs, and what waits for its call's turn
    Fragments fragments_;
};

// Of the process; owned elsewhere.
using Instances = std::vector<Instance*>;

} // namespace rtpengine::call
