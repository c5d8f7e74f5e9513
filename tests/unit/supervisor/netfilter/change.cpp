// SPDX-License-Identifier: Apache-2.0
#include "supervisor/netfilter/change.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <doctest/doctest.h>
#include <linux/netlink.h>

#include "supervisor/netfilter/advice.h"

using namespace rtpengine;
using namespace rtpengine::supervisor::netfilter;
using options::Entry;
using options::Netfilter;

namespace {

Netfilter ours(Entry entry = Entry::jump) {
    Netfilter rules;
    rules.table = 5;
    rules.chain = "rtp_5";
    rules.base_chain = "INPUT";
    rules.entry = entry;
    return rules;
}

const Target target = rtpengine_target(5);

// As if the kernel showed what we sent, under a handle.
Rule shown(const Change& change, std::uint64_t handle) {
    alignas(nlmsghdr) std::array<char, 8192> buffer{};
    REQUIRE(change.message.size() + 12 <= buffer.size());
    std::memcpy(buffer.data(), change.message.data(), change.message.size());
    auto& header = reinterpret_cast<nlmsghdr&>(buffer);
    const std::string handle_attribute{"\x0c\x00\x03\x00", 4}; // 12 bytes, NFTA_RULE_HANDLE
    std::memcpy(buffer.data() + header.nlmsg_len, handle_attribute.data(), 4);
    for (int i = 0; i < 8; ++i)
        buffer[header.nlmsg_len + 4 + static_cast<unsigned>(i)] = static_cast<char>(handle >> (56 - 8 * i));
    header.nlmsg_len += 12;
    const auto rule = parse_rule(header);
    REQUIRE(rule);
    return *rule;
}

std::vector<std::string> purposes(const std::vector<Change>& changes) {
    std::vector<std::string> all;
    for (const auto& change : changes)
        all.push_back(change.purpose);
    return all;
}

std::string hex(const std::string& bytes) {
    std::string text;
    for (const unsigned char byte : bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("what is sent to add the rules") {
    CHECK(purposes(additions(ours(), target, ip, true)) ==
          Texts{"add table ip filter", "add chain rtp_5 to table ip filter",
                "add target RTPENGINE to chain rtp_5 of table ip filter",
                "add the jump to rtp_5 to chain INPUT of table ip filter"});
    CHECK(purposes(additions(ours(), target, ip6, false))[3] == "add chain INPUT to table ip6 filter");
    for (const auto entry : {Entry::hooked, Entry::none})
        CHECK(additions(ours(entry), target, ip, false).size() == 3);
}

TEST_CASE("a rule reads back as it was written") {
    const auto changes = additions(ours(), target, ip, true);
    const auto rule = shown(changes[2], 7), jump = shown(changes[3], 8);
    CHECK(rule.chain == "rtp_5");
    CHECK(rule.handle == 7);
    CHECK(rule.target == target);
    CHECK(rule.jump == "");
    CHECK(rule.comment == our_comment);
    CHECK(jump.chain == "INPUT");
    CHECK(jump.handle == 8);
    CHECK_FALSE(jump.target);
    CHECK(jump.jump == "rtp_5");
    CHECK(jump.comment == our_comment);
}

TEST_CASE("the table's number is in the target, in host order; the kernel's own field is 0") {
    const std::uint32_t id = 0x01020304;
    const auto info = rtpengine_target(id).info;
    REQUIRE(info.size() == 16);
    CHECK(std::memcmp(info.data(), &id, 4) == 0);
    CHECK(info.substr(4) == std::string(12, '\0'));
}

TEST_CASE("the bytes of a message, in full") {
    const auto changes = removals(ours(), ip6, {}, false);
    REQUIRE(changes.size() == 1);
    // length, type DELCHAIN, request, sequence and port 0; family 10, version 0, resource 0;
    // attribute 1 "filter", attribute 3 "rtp_5"
    CHECK(hex(changes[0].message) == "2c00000005"
                                     "0a01000000000000000000"
                                     "0a000000"
                                     "0b000100"
                                     "66696c7465720000"
                                     "0a000300"
                                     "7274705f35000000");
}

TEST_CASE("only our own jumps are removed") {
    std::vector<Rule> present = {{"INPUT", 1, std::string(our_comment), "rtp_5", {}},
                                 {"INPUT", 2, "", "rtp_5", {}},
                                 {"INPUT", 3, std::string(our_comment), "rtp_6", {}},
                                 {"elsewhere", 4, std::string(our_comment), "rtp_5", {}},
                                 {"rtp_5", 5, std::string(our_comment), "", target}};
    CHECK(purposes(removals(ours(), ip, present, false)) ==
          Texts{"remove our rules from chain INPUT of table ip filter",
                "remove our rules from chain elsewhere of table ip filter",
                "remove chain rtp_5 from table ip filter"});
    CHECK(purposes(removals(ours(), ip, present, true)).back() ==
          "remove our rules from chain rtp_5 of table ip filter");
}

TEST_CASE("what is missing is named") {
    const Rule rule{"rtp_5", 1, "", "", target}, jump{"INPUT", 2, "", "rtp_5", {}};
    CHECK(missing(ours(), target, ip, {rule, jump}) == "");
    CHECK(missing(ours(Entry::none), target, ip, {rule}) == "");
    CHECK(missing(ours(Entry::hooked), target, ip, {rule}) == "");
    CHECK(missing(ours(), target, ip6, {rule}) == "no jump from chain INPUT to rtp_5 in table ip6 filter");
    CHECK(missing(ours(), target, ip, {jump}) ==
          "no rule for kernel table 5 in chain rtp_5 of table ip filter");
    const Rule other{"rtp_5", 1, "", "", rtpengine_target(6)};
    CHECK(missing(ours(), target, ip, {other, jump}) != "");
}

TEST_CASE("a batch is numbered, framed, and its last change acknowledged") {
    const auto bytes = batch(additions(ours(), target, ip, true));
    std::vector<nlmsghdr> headers;
    for (std::size_t at = 0; at < bytes.size(); at += headers.back().nlmsg_len) {
        headers.emplace_back();
        REQUIRE(at + sizeof(nlmsghdr) <= bytes.size());
        std::memcpy(&headers.back(), bytes.data() + at, sizeof(nlmsghdr));
        REQUIRE(headers.back().nlmsg_len % 4 == 0);
    }
    REQUIRE(headers.size() == 6);
    for (std::size_t i = 0; i < headers.size(); ++i) {
        CHECK(headers[i].nlmsg_seq == i);
        CHECK(bool(headers[i].nlmsg_flags & NLM_F_ACK) == (i == 4));
    }
    CHECK(headers.front().nlmsg_type == 16); // NFNL_MSG_BATCH_BEGIN
    CHECK(headers.back().nlmsg_type == 17);
}

TEST_CASE("the longest names fit") {
    auto rules = ours();
    rules.chain = std::string(255, 'c');
    rules.base_chain = std::string(255, 'b');
    const auto changes = additions(rules, target, ip, false);
    CHECK(shown(changes.back(), 1).jump == rules.chain);
    CHECK(shown(changes.back(), 1).chain == rules.base_chain);
}

TEST_CASE("a rule that is cut short anywhere is read as far as it goes, or not at all") {
    const auto whole = additions(ours(), target, ip, true)[2].message;
    for (std::size_t length = sizeof(nlmsghdr); length < whole.size(); ++length) {
        alignas(nlmsghdr) std::array<char, 4096> buffer{};
        std::memcpy(buffer.data(), whole.data(), length);
        auto& header = reinterpret_cast<nlmsghdr&>(buffer);
        header.nlmsg_len = static_cast<std::uint32_t>(length);
        CHECK_FALSE(parse_rule(header)); // it has no handle
    }
}

TEST_CASE("errors say what to do") {
    struct Row {
        const char* purpose;
        int code;
        const char* advice;
    };
    for (const auto& row :
         {Row{"add target RTPENGINE to chain x", ENOENT, "modprobe xt_RTPENGINE, modprobe nft_compat"},
          Row{"add target RTPENGINE to chain x", EOPNOTSUPP, "modprobe nft_compat"},
          Row{"add target RTPENGINE to chain x", EINVAL, "max_tables"},
          Row{"add table ip filter", EOPNOTSUPP, "modprobe nf_tables"},
          Row{"talk to netfilter", EPROTONOSUPPORT, "modprobe nf_tables"},
          Row{"add table ip filter", EPERM, "CAP_NET_ADMIN"},
          Row{"add chain a to table b", EEXIST, "another name"},
          Row{"remove chain a from b", EBUSY, "not ours"}}) {
        CAPTURE(row.purpose);
        const auto error = explain(row.purpose, row.code);
        CHECK(error.code == row.code);
        CHECK(error.message.find(std::string("cannot ") + row.purpose) == 0);
        CHECK(error.message.find(row.advice) != std::string::npos);
    }
    CHECK(explain("x", EIO).message == "cannot x: Input/output error");
}
