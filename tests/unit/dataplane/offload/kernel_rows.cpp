// SPDX-License-Identifier: Apache-2.0
#include "kernel_rows.h"

#include <thread>
#include <utility>

#include <doctest/doctest.h>

#include "../flow/rows.h"
#include "dataplane/flow/decide.h"
#include "dataplane/flow/learn.h"
#include "dataplane/offload/eligible.h"

namespace rtpengine::test {

namespace {

constexpr std::uint8_t tos = 0xb8;

struct Tally {
    unsigned in_kernel = 0, left = 0, not_eligible = 0;
};

class Case final : public PacketCase {
  public:
    Case(Kernel& kernel, Tally& tally) : kernel_(kernel), tally_(tally) {}

    void stream(const flow::Rule& rule) override {
        rule_ = rule;
        if (std::exchange(fresh_, false)) flow::take_signalled(rule_, learned_, now_us_);
    }
    void signal(const Endpoint&) override { flow::take_signalled(rule_, learned_, now_us_); }
    void relearn() override { flow::restart_learning(learned_, now_us_); }

    void row(const Row& row) override {
        now_us_ = row.ms * 1000;
        const bool ipv4 = row.from.address.family == Family::ipv4;
        const auto found = offload::eligible(situation(ipv4 ? parties_.port : parties_.port6));
        if (const auto* rule = std::get_if<offload::Rule>(&found))
            check(*rule, row);
        else
            ++tally_.not_eligible;
        const auto kind = rtp::classify(row.packet);
        learned_ = flow::decide(rule_, learned_, kind, row.from, now_us_).learned;
    }

  private:
    offload::Situation situation(const Endpoint& port) {
        exits_[0] = {70, parties_.exit, flow::Component::any, tos, parties_.callee, state::Path::kernel};
        offload::Exit echo{7, port, flow::Component::any, tos, learned_.remote, state::Path::kernel};
        if (!learned_.remote.known()) echo.missing = state::Path::no_destination;
        return {{7, port}, rule_, learned_, false, false, false, exits_, echo};
    }

    // STUN, DTLS and ZRTP; what is an error, which userspace counts; new sources while the destination
    // follows them.
    bool leaves(const offload::Rule& rule, const Row& row) const {
        const bool opaque = rule_.component == flow::Component::any;
        if (row.kind == "stun" || row.kind == "dtls" || row.kind == "zrtp") return true;
        if (row.kind == "junk") return !opaque;
        if (row.kind == "rtp" && rule_.component == flow::Component::rtcp) return true;
        return rule.mismatch == offload::Mismatch::to_userspace && row.from != rule.source;
    }

    std::string verdict_of(const Fate& fate, const offload::State& state) const {
        if (fate.left) return "left";
        if (state.in.errors) return "refuse";
        if (!fate.sent) return "consume";
        return fate.sent->to == parties_.callee ? "forward" : "reflect";
    }

    // As it came, but for the addresses and the TOS of the way out.
    void check_sent(const Packet& sent, const offload::Rule& rule, const Row& row) const {
        REQUIRE(rule.destinations.size() == 1);
        CHECK(sent.from == rule.destinations[0].from);
        CHECK(sent.to == rule.destinations[0].to);
        CHECK(sent.tos == tos);
        CHECK(sent.payload == row.packet);
    }

    // Nothing is left of it.
    offload::State take_back(const offload::Key& key) {
        auto& kernel = kernel_.offload();
        const auto former = kernel.withdraw(key);
        REQUIRE(former);
        REQUIRE(*former);
        if ((*former)->final) return (*former)->state;
        auto state = kernel.collect(key);
        for (; state && !*state; state = kernel.collect(key))
            std::this_thread::yield();
        REQUIRE(state);
        kernel.forget(key);
        return **state;
    }

    void check(const offload::Rule& rule, const Row& row) {
        REQUIRE(kernel_.offload().push(rule, {}));
        const auto fate = kernel_.deliver(Packet{row.from, rule.key.local, row.packet});
        const auto state = take_back(rule.key);
        const auto verdict = verdict_of(fate, state);
        CHECK(verdict == (leaves(rule, row) ? "left" : row.verdict));
        const auto& in = state.in;
        CHECK(in.packets == (verdict == "forward" || verdict == "reflect" || verdict == "consume"));
        CHECK(in.errors == (verdict == "refuse"));
        CHECK(state.to_userspace == fate.left);
        CHECK(fate.sent.has_value() == (verdict == "forward" || verdict == "reflect"));
        if (fate.sent) check_sent(*fate.sent, rule, row);
        ++(verdict == "left" ? tally_.left : tally_.in_kernel);
    }

    Kernel& kernel_;
    Tally& tally_;
    const Parties parties_;
    flow::Rule rule_;
    flow::Learned learned_;
    offload::Exit exits_[1];
    std::uint64_t now_us_ = 0;
    bool fresh_ = true;
};

} // namespace

void check_rows(Kernel& kernel) {
    Tally tally;
    CHECK(run_all_rows([&] { return std::make_unique<Case>(kernel, tally); }) >= 3);
    MESSAGE(tally.in_kernel << " rows by " << kernel.offload().name() << ", " << tally.left
                            << " left by it to userspace, " << tally.not_eligible
                            << " before a stream has a rule");
    CHECK(tally.in_kernel > 20);
}

} // namespace rtpengine::test
