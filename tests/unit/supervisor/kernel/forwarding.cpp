// SPDX-License-Identifier: Apache-2.0
#include "supervisor/kernel/forwarding.h"

#include <doctest/doctest.h>

#include "fake_module.h"

using namespace rtpengine;
using namespace rtpengine::supervisor::kernel;

namespace {

options::InstanceSettings with_table(int table, bool no_fallback = false) {
    options::InstanceSettings settings;
    settings.config.set_table(table);
    settings.no_fallback = no_fallback;
    return settings;
}

std::unique_ptr<FakeModule> absent_module() {
    auto module = std::make_unique<FakeModule>();
    module->faults["add"] = ENOENT;
    return module;
}

} // namespace

TEST_CASE("table -1: the kernel is not touched") {
    const auto forwarding = set_up(absent_module(), with_table(-1, true), 1);
    REQUIRE(forwarding);
    CHECK_FALSE(forwarding->table);
    CHECK(forwarding->status.state == "off");
    CHECK(forwarding->status.table == -1);
}

TEST_CASE("a table, and it is said") {
    const auto forwarding = set_up(std::make_unique<FakeModule>(), with_table(2, true), 3);
    REQUIRE(forwarding);
    REQUIRE(forwarding->table);
    CHECK(forwarding->table->id() == 2);
    CHECK(forwarding->status.state == "open");
    CHECK(forwarding->status.detail == "");
}

TEST_CASE("without the module: userspace, or the end, as asked") {
    const auto forwarding = set_up(absent_module(), with_table(2), 1);
    REQUIRE(forwarding);
    CHECK_FALSE(forwarding->table);
    CHECK(forwarding->status.state == "failed");
    CHECK(forwarding->status.detail.find("modprobe xt_RTPENGINE") != std::string::npos);
    const auto refused = set_up(absent_module(), with_table(2, true), 1);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("modprobe xt_RTPENGINE") != std::string::npos);
    CHECK(refused.error().message.find("no-fallback") != std::string::npos);
}
