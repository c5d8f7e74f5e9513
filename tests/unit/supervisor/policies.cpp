// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/policies.h"

#include <cstring>
#include <random>

#include <doctest/doctest.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>

using namespace rtpengine;
using namespace rtpengine::supervisor::bpf;

namespace {

Policy policy(Policy::Way way, const char* source, std::uint8_t source_bits, const char* destination, std::uint8_t destination_bits) {
    Policy made;
    made.way = way;
    if (*source) made.source = *Address::parse(source);
    if (*destination) made.destination = *Address::parse(destination);
    made.source_bits = source_bits;
    made.destination_bits = destination_bits;
    return made;
}

const std::vector<Address> media = {*Address::parse("10.1.0.1"), *Address::parse("fd01::1")};

bool stands_against(const Policy& policy) { return !passed_by({{policy}, false}, media).empty(); }

std::vector<std::uint8_t> message(std::uint8_t direction, std::uint8_t action, std::uint16_t attribute, std::uint32_t value) {
    std::vector<std::uint8_t> bytes(NLMSG_LENGTH(sizeof(xfrm_userpolicy_info)) + 8);
    auto& header = *reinterpret_cast<nlmsghdr*>(bytes.data());
    header.nlmsg_type = XFRM_MSG_NEWPOLICY;
    header.nlmsg_len = static_cast<std::uint32_t>(bytes.size());
    auto& info = *reinterpret_cast<xfrm_userpolicy_info*>(bytes.data() + NLMSG_HDRLEN);
    info.dir = direction;
    info.action = action;
    info.sel.family = 2;
    info.sel.proto = 17;
    info.sel.prefixlen_s = 16;
    std::memcpy(&info.sel.saddr, "\x0a\x01\0\0", 4);
    auto& first = *reinterpret_cast<nlattr*>(bytes.data() + NLMSG_LENGTH(sizeof info));
    first.nla_len = 8;
    first.nla_type = attribute;
    std::memcpy(&first + 1, &value, sizeof value);
    return bytes;
}

} // namespace

TEST_CASE("BPF stands back for policies that could match media, and for no others") {
    using enum Policy::Way;
    CHECK(passed_by({}, media).empty());
    CHECK(stands_against(policy(out, "", 0, "", 0)));
    CHECK(stands_against(policy(out, "10.1.0.1", 32, "10.2.0.2", 32)));
    CHECK(stands_against(policy(out, "10.1.0.0", 16, "", 0)));
    CHECK(stands_against(policy(out, "10.1.0.0", 31, "", 0)));
    CHECK_FALSE(stands_against(policy(out, "10.1.0.2", 31, "", 0)));
    CHECK_FALSE(stands_against(policy(out, "10.2.0.0", 16, "10.1.0.1", 32)));
    CHECK(stands_against(policy(out, "fd01::", 64, "", 0)));
    CHECK_FALSE(stands_against(policy(out, "fd02::", 64, "", 0)));
    CHECK(stands_against(policy(in, "10.2.0.0", 16, "10.1.0.0", 24)));
    CHECK_FALSE(stands_against(policy(in, "10.1.0.1", 32, "10.2.0.0", 24)));
    CHECK_FALSE(stands_against(policy(forward, "", 0, "", 0)));
    auto other = policy(out, "", 0, "", 0);
    other.protocol = 6;
    CHECK_FALSE(stands_against(other));
    other.protocol = 17;
    CHECK(stands_against(other));
    other.bypass = true;
    CHECK_FALSE(stands_against(other));
    other.bypass = false, other.if_id = 5; // what is sent to the device meets it there
    CHECK_FALSE(stands_against(other));
    CHECK(passed_by({{}, true}, media).find("blocked") != std::string::npos);
    CHECK(passed_by({{policy(out, "10.1.0.0", 16, "", 0)}, false}, media) == "IPsec: a policy for packets from 10.1.0.1");
}

TEST_CASE("policies are read from the kernel's messages") {
    auto read = parse_policy(message(XFRM_POLICY_OUT, XFRM_POLICY_ALLOW, XFRMA_TMPL, 1));
    REQUIRE(read);
    CHECK(*read == [] {
        auto wanted = policy(Policy::Way::out, "10.1.0.0", 16, "", 0);
        wanted.protocol = 17;
        return wanted;
    }());
    CHECK(parse_policy(message(XFRM_POLICY_OUT, XFRM_POLICY_ALLOW, XFRMA_MARK, 1))->bypass);
    CHECK_FALSE(parse_policy(message(XFRM_POLICY_OUT, XFRM_POLICY_BLOCK, XFRMA_MARK, 1))->bypass);
    CHECK(parse_policy(message(XFRM_POLICY_IN, XFRM_POLICY_BLOCK, XFRMA_IF_ID, 7))->if_id == 7);
    CHECK(parse_policy(message(XFRM_POLICY_IN, XFRM_POLICY_BLOCK, XFRMA_IF_ID, 7))->way == Policy::Way::in);
    CHECK_FALSE(parse_policy(message(3, XFRM_POLICY_BLOCK, XFRMA_MARK, 1))); // of a socket
    auto whole = message(XFRM_POLICY_OUT, XFRM_POLICY_ALLOW, XFRMA_TMPL, 1);
    for (std::size_t length = 0; length < whole.size(); ++length) CHECK_FALSE(parse_policy(std::span(whole).first(length)));
    std::mt19937 dice(7);
    for (int i = 0; i < 20'000; ++i) { // nothing of it may be read beyond its end
        auto changed = whole;
        changed[dice() % changed.size()] = static_cast<std::uint8_t>(dice());
        (void)parse_policy(changed);
    }
}
