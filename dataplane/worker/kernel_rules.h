// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "dataplane/offload/offload.h"
#include "dataplane/worker/audit.h"
#include "dataplane/worker/departures.h"
#include "dataplane/worker/ledger.h"

namespace rtpengine::dataplane {

// Gives the kernel rules and takes them back, keeps their counters in the records, and says there what rules there are, so that
// a successor knows them. Decides nothing. Slots are those of open streams.
class KernelRules {
  public:
    // `offload` null: no kernel table. `addresses`: of this worker's interface; rules for others are other workers'.
    KernelRules(Records& records, Streams& streams, std::unique_ptr<offload::Offload> offload, std::vector<Address> addresses);
    KernelRules(const KernelRules&) = delete;
    KernelRules& operator=(const KernelRules&) = delete;

    // False: there is no kernel table, or no more. Any call may find that out; then no stream has a rule.
    bool active() const { return active_; }
    std::string name() const { return offload_->name(); }
    bool secures() const { return offload_->secures(); }
    std::string if_bypassed() const { return offload_->if_bypassed(); }
    unsigned changes_in_a_row() const { return offload_->changes_in_a_row(); }

    enum class Pushed : std::uint8_t {
        yes,
        withdrawn, // that rule had been, by a predecessor: it has to be collected first
    };
    // `replaces`: the stream has a rule, of this key. After an error it has what it had.
    Result<Pushed> push(std::uint32_t slot, const offload::Rule& rule, bool replaces);
    void withdraw(std::uint32_t slot, const offload::Key& key);
    // What the stream's rule has counted by now is booked. ENOENT: the kernel doesn't know it.
    Result<offload::State> read(std::uint32_t slot, const offload::Key& key);

    // What a predecessor left in the record; nullopt: no rule.
    std::optional<offload::Key> left_behind(std::uint32_t slot) const;
    // That is, as far as is known, this rule.
    bool left_same(std::uint32_t slot, const offload::Rule& rule) const;
    // There is a rule of this key: a predecessor gave it.
    void found(const offload::Key& key);
    // And it is what is wanted.
    void adopt(std::uint32_t slot);
    // The kernel lost it.
    void vanished(std::uint32_t slot, const offload::Key& key) { left(slot, key); }

    // Of one that is secured: there is an SSRC to begin with.
    bool can_start(std::uint32_t slot, const offload::Rule& rule);
    // The slot's record says that indices are lent; without a rule in the kernel, as of a predecessor's, nobody has them.
    void look_after(std::uint32_t slot);

    // Counters of this stream's former rule are not collected yet.
    bool departing(std::uint64_t id) const { return departures_.contains(id); }
    // The stream's sinks may have changed.
    void sinks_changed(std::uint64_t id) { departures_.changed(id); }

    // What is withdrawn is collected, some at a time: every tick, and sooner while packets wait for it. True: there is more.
    bool collect(unsigned some);
    bool tidy(std::uint64_t now_us, unsigned some);
    // Every few ticks: rules at our addresses that are no stream's go.
    void audit();

  private:
    void book_former(std::uint32_t slot, const std::optional<offload::Former>& former);
    void left(std::uint32_t slot, const offload::Key& key);
    bool is_ours(const offload::Key& key) const;
    std::unordered_map<std::uint64_t, Endpoint> told() const;
    void count();
    void take_back(std::uint32_t slot);
    // What is no loss of the table is told at the level of debugging.
    void look_into(const Error& error);
    void lose(const Error& error);

    Records& records_;
    Streams& streams_;
    std::unique_ptr<offload::Offload> offload_;
    Audit audit_;
    Ledger ledger_;
    Departures departures_;
    bool active_;
    std::unordered_map<std::uint64_t, offload::Key> living_; // by id
};

} // namespace rtpengine::dataplane
