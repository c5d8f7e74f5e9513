// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "dataplane/ice/allowance.h"
#include "dataplane/ice/host.h"
#include "dataplane/ice/message.h"
#include "dataplane/ice/pair.h"
#include "dataplane/ice/seen.h"

namespace rtpengine::ice {

// ICE for one component (RFC 8445), full or lite: terms, datagrams and the time in, datagrams and what they proved out. Knows no
// socket and no clock; times are ms of whatever clock its owner has, from 1.
class Agent {
  public:
    static constexpr std::uint64_t never = ~std::uint64_t{0};
    static constexpr std::size_t most_pairs = 100;
    static constexpr std::uint64_t pace_ms = 20, patience_ms = 200; // between new checks; for better pairs than the first valid one
    static constexpr std::uint64_t consent_ms = 30'000, consent_pace_ms = 5'000; // RFC 7675 section 5.1
    // A peer may be there, and answer, only when its phone is picked up: its best pairs are tried again as often while there is none.
    static constexpr unsigned most_rounds = 12, of_a_round = 10;
    static constexpr std::uint64_t quiet_ms = 3'000; // of a selected pair, until a lesser one may follow it

    // Checks to who hasn't answered one yet: of what `checks` are to be, and of an agent by the peer's asking, which may be somebody's
    // who has recorded the peer.
    static constexpr unsigned triggers_at_once = 32, triggers_a_second = 8;

    // Both outlive it. `checks`: what it may send, together with others, to who hasn't answered yet; what is beyond that is lost.
    Agent(Host& host, Allowance& checks);

    // Other credentials begin anew; media goes on as it was until a pair is selected again, as long as consent lasts.
    void set(const Terms& terms, std::uint64_t now_ms);
    void add(const Local& local, std::uint64_t now_ms);
    void remove(std::uint32_t port);
    bool empty() const { return locals_.empty(); }
    // What a predecessor had selected: under these terms, then it goes on, and consent is asked for at once; or under former ones, then
    // media goes there until a pair is selected.
    void resume(const Selection& selection, bool under_these, std::uint64_t now_ms);

    // A datagram that looks like STUN came to `port`.
    void receive(std::uint32_t port, const Endpoint& source, Bytes datagram, std::uint64_t now_ms);
    void turn(std::uint64_t now_ms);
    std::uint64_t due_ms() const; // when it wants its next turn

    // Whoever sends from there is the peer: a check of ours was answered from there. Until a pair is selected an authentic check that
    // came from there, and from nowhere else before, does as well: media may follow it at once.
    bool proved(std::uint32_t port, const Endpoint& source) const;
    const std::optional<Selection>& selected() const { return selected_; }
    bool controlling() const { return controlling_; }

  private:
    using Pairs = std::vector<Pair>;

    void restart(const Terms& terms, std::uint64_t now_ms);
    void make_pairs();
    bool forget_failed();
    Pair* make_pair(const Local& local, const Remote& remote);
    Pair* find(std::uint32_t port, const Endpoint& remote);
    const Pair* find(std::uint32_t port, const Endpoint& remote) const;
    const Local* local(std::uint32_t port) const;
    bool done() const { return selected_ && current_; } // nothing is left to be checked
    bool asks() const { return !terms_.lite && !done(); } // checks of its own accord

    void request(std::uint32_t port, const Endpoint& source, const Message& message, std::uint64_t now_ms);
    bool agree_on_roles(std::uint32_t port, const Endpoint& source, const Message& message);
    void refuse(std::uint32_t port, const Endpoint& source, const Message& message, std::uint16_t code, std::string_view reason);
    void grant(std::uint32_t port, const Endpoint& source, const Message& message, std::string_view pwd);
    void heard(Pair& pair, bool nominates, std::uint64_t now_ms);
    void trigger(Pair& pair, std::uint64_t now_ms);

    void response(std::uint32_t port, const Endpoint& source, const Message& message, std::uint64_t now_ms);
    void failed(Pair& pair, const Message& message, std::uint64_t now_ms);
    void succeeded(Pair& pair, std::uint64_t now_ms);
    bool may_follow(const Pair& pair, std::uint64_t now_ms) const;
    void select(Pair& pair, std::uint64_t now_ms);

    void try_again();
    void begin(Pair& pair, bool nominates, std::uint64_t now_ms);
    void send_check(Pair& pair, const Attempt& attempt, std::uint64_t now_ms);
    void go_on(Pair& pair, std::uint64_t now_ms);
    void check_next(std::uint64_t now_ms);
    Pair* next_to_check();
    const Pair* best_valid() const;
    bool may_nominate(const Pair& pair, std::uint64_t now_ms) const;
    void nominate(std::uint64_t now_ms);
    void ask_consent(std::uint64_t now_ms);
    void lose();

    Host& host_;
    Allowance& checks_;
    Allowance triggers_{triggers_at_once, triggers_a_second};
    Terms terms_;
    Credentials former_; // ours, the latest before these that the peer has used: still answered
    bool met_ = false;   // the peer has used these
    std::uint64_t tie_breaker_ = 0;
    bool controlling_ = false;
    std::vector<Local> locals_;
    Pairs pairs_;
    Seen seen_;
    std::optional<Selection> selected_;
    bool current_ = false; // selected under these terms
    std::uint64_t consent_until_ms_ = 0, next_consent_ms_ = 0;
    std::uint64_t next_check_ms_ = 0;
    std::uint64_t first_valid_ms_ = 0; // 0: none yet
    unsigned rounds_ = 0;              // of failed pairs that were tried again
};

} // namespace rtpengine::ice
