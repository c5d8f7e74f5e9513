// SPDX-License-Identifier: Apache-2.0
// Runs tests/packets/*.rows against the program.
#include <doctest/doctest.h>

#include "../offload/kernel_rows.h"
#include "world.h"

using namespace rtpengine;
using namespace rtpengine::test;

namespace {

class Program final : public Kernel {
  public:
    offload::Offload& offload() override { return world_.bpf; }

    Fate deliver(const Packet& packet) override {
        const auto outcome = world_.run(packet);
        if (outcome.verdict == up) {
            CHECK(outcome.frame == frame_of(packet));
            return {true, std::nullopt};
        }
        if (outcome.verdict == dropped) return {};
        const auto sent = read(outcome.frame);
        REQUIRE(sent);
        return {false, sent};
    }

  private:
    World world_{4096}; // who is withdrawn keeps its place for a while
};

} // namespace

TEST_CASE("packet tables") {
    Program program;
    check_rows(program);
}
