// SPDX-License-Identifier: Apache-2.0
// Runs tests/packets/*.rows against flow::decide().
#include <map>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "dataplane/flow/decide.h"
#include "dataplane/flow/learn.h"
#include "rows.h"

using namespace rtpengine;
using namespace rtpengine::flow;

namespace {

const std::map<std::string, rtp::Kind> kinds{{"rtp", rtp::Kind::rtp},   {"rtcp", rtp::Kind::rtcp}, {"stun", rtp::Kind::stun},
                                             {"dtls", rtp::Kind::dtls}, {"zrtp", rtp::Kind::zrtp}, {"junk", rtp::Kind::other}};

class Case final : public test::PacketCase {
  public:
    void stream(const Rule& rule) override {
        rule_ = rule;
        if (std::exchange(fresh_, false)) take_signalled(rule_, learned_, now_us_);
    }
    void signal(const Endpoint& endpoint) override {
        CHECK(rule_.signalled == endpoint);
        take_signalled(rule_, learned_, now_us_);
    }
    void relearn() override { restart_learning(learned_, now_us_); }

    void row(const test::Row& row) override {
        now_us_ = row.ms * 1000;
        const auto kind = rtp::classify(row.packet);
        CHECK(kind == kinds.at(row.kind));
        check_fast_path(kind, row.from);
        const auto verdict = decide(rule_, learned_, kind, row.from, now_us_);
        learned_ = verdict.learned;
        const std::map<Action, std::string> actions{{Action::ignore, "ignore"},
                                                    {Action::refuse, "refuse"},
                                                    {Action::consume, "consume"},
                                                    {Action::reflect, "reflect"},
                                                    {Action::forward, "forward"}};
        CHECK(actions.at(verdict.action) == row.verdict);
        const std::string known = learned_.remote.address.known() ? learned_.remote.str() : "-";
        CHECK(known == row.remote);
        const std::string reached = learned_.confirmed ? "confirmed" : "learning";
        CHECK(reached == row.state);
    }

  private:
    // What the worker does without asking decide() must be what decide() says.
    void check_fast_path(rtp::Kind kind, const Endpoint& source) const {
        if (!settled(rule_, learned_, source) || rule_.drop) return;
        const auto admission = admit(rule_.component, kind);
        const auto verdict = decide(rule_, learned_, kind, source, now_us_);
        CHECK(verdict.learned == learned_);
        CHECK(verdict.content == admission.content);
        const bool goes_on = admission.action == Action::forward;
        const auto action = goes_on ? route(rule_, admission.content) : admission.action;
        CHECK(verdict.action == action);
    }

    Rule rule_;
    Learned learned_;
    std::uint64_t now_us_ = 0;
    bool fresh_ = true;
};

} // namespace

TEST_CASE("packet tables") {
    CHECK(test::run_all_rows([] { return std::make_unique<Case>(); }) >= 3);
}
