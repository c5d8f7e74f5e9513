// SPDX-License-Identifier: Apache-2.0
#include "common/options/netfilter.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::options;

namespace {

using Words = std::vector<std::string>;

Values values(const Words& words) {
    const auto parsed = parse_command_line(words);
    REQUIRE(parsed);
    return *parsed;
}

Netfilter rules(const Words& words) {
    auto made = make_netfilter(values(words));
    REQUIRE(made);
    return *made;
}

NetfilterAction action(const Words& words) {
    const auto made = make_netfilter_action(values(words));
    REQUIRE(made);
    REQUIRE(*made);
    return **made;
}

std::string netfilter_error(const Words& words) {
    const auto made = make_netfilter(values(words));
    return made ? "" : made.error().message;
}

std::string action_error(const Words& words) {
    const auto made = make_netfilter_action(values(words));
    return made ? "" : made.error().message;
}

} // namespace

TEST_CASE("no rules of ours unless a chain is named and there is a table") {
    CHECK(rules({}).chain == "");
    CHECK(rules({"--table=0"}).chain == "");
    CHECK(rules({"--table=0", "--nftables-chain="}).chain == "");
    CHECK(rules({"--nftables-chain=rtp"}).chain == "");
    CHECK(rules({"--table=0", "--nftables-chain=rtp"}).chain == "rtp");
}

TEST_CASE("defaults: a jump at the top of INPUT, in both families") {
    const auto made = rules({"--table=3", "--nftables-chain=rtp"});
    CHECK(made.table == 3);
    CHECK(made.entry == Entry::jump);
    CHECK(made.base_chain == "INPUT");
    CHECK_FALSE(made.append);
    CHECK(made.ip);
    CHECK(made.ip6);
}

TEST_CASE("families") {
    struct Row {
        const char* word;
        bool ip, ip6;
    };
    for (const auto& row : {Row{"ip", true, false}, Row{"ip4", true, false}, Row{"ip6", false, true},
                            Row{"ip,ip6", true, true}, Row{"ip6,ip4", true, true}}) {
        CAPTURE(row.word);
        const auto made =
            rules({"-t0", "--nftables-chain=rtp", std::string("--nftables-family=") + row.word});
        CHECK(made.ip == row.ip);
        CHECK(made.ip6 == row.ip6);
    }
}

TEST_CASE("inet tables take no x_tables target: refused where it would matter") {
    CHECK(netfilter_error({"-t0", "--nftables-chain=rtp", "--nftables-family=inet"}).find("use ip,ip6") !=
          std::string::npos);
    CHECK(netfilter_error({"--nftables-family=inet", "--xtables"}) != "");
    CHECK(action_error({"-t0", "--nftables-start", "--nftables-family=inet"}) != "");
    CHECK(netfilter_error({"--nftables-family=inet"}) == "");
}

TEST_CASE("how packets come to our chain") {
    CHECK(rules({"-t0", "--nftables-chain=rtp", "--nftables-base-chain="}).entry == Entry::hooked);
    CHECK(rules({"-t0", "--nftables-chain=rtp", "--nftables-base-chain=none"}).entry == Entry::none);
    CHECK(rules({"-t0", "--nftables-chain=rtp", "--nftables-base-chain=VOIP"}).base_chain == "VOIP");
    CHECK(rules({"-t0", "--nftables-chain=rtp", "--nftables-append"}).append);
    CHECK(netfilter_error({"-t0", "--nftables-chain=INPUT"}).find("both 'INPUT'") != std::string::npos);
    CHECK(netfilter_error({"-t0", "--nftables-chain=" + std::string(256, 'x')}).find("255") != std::string::npos);
}

TEST_CASE("actions: the chain is rtpengine_TABLE unless named") {
    CHECK(action({"-t4", "--nftables-start"}).rules.chain == "rtpengine_4");
    CHECK(action({"-t4", "--nftables-start"}).verb == NetfilterVerb::start);
    CHECK(action({"-t4", "--nftables-stop"}).verb == NetfilterVerb::stop);
    CHECK(action({"-t4", "--nftables-status"}).verb == NetfilterVerb::status);
    CHECK(action({"-t4", "--nftables-stop", "--nftables-chain=x"}).rules.chain == "x");
    const auto none = make_netfilter_action(values({"-t4"}));
    REQUIRE(none);
    CHECK_FALSE(*none);
}

TEST_CASE("actions that can't be done") {
    CHECK(action_error({"--nftables-start"}).find("--table") != std::string::npos);
    CHECK(action_error({"-t4", "--nftables-start", "--nftables-chain="}).find("nftables-chain is empty") !=
          std::string::npos);
    CHECK(action_error({"-t4", "--nftables-start", "--nftables-stop"}).find("exclude each other") !=
          std::string::npos);
}
