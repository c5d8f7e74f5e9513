// SPDX-License-Identifier: Apache-2.0
// Against the kernel's netfilter, in a network namespace of this process's own. The target is one that every
// kernel has: ours takes its module.
#include "supervisor/netfilter/rules.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <doctest/doctest.h>
#include <sched.h>

#include "supervisor/netfilter/change.h"
#include "supervisor/netfilter/socket.h"

using namespace rtpengine;
using namespace rtpengine::supervisor::netfilter;
using options::Entry;
using options::Netfilter;

namespace {

// -j MARK --set-mark 7
const Target mark{"MARK", 2, std::string("\7\0\0\0\xff\xff\xff\xff", 8)};

// Every test starts with empty rules.
struct Namespace {
    Namespace() { REQUIRE_MESSAGE(unshare(CLONE_NEWNET) == 0, strerror(errno)); }
};

Netfilter ours() {
    Netfilter rules;
    rules.table = 7;
    rules.chain = "rtp_7";
    rules.base_chain = "INPUT";
    return rules;
}

std::vector<Rule> rules_of(Family family) {
    auto rules = present_rules(family);
    REQUIRE(rules);
    return *std::move(rules);
}

bool exists(const std::string& chain, Family family = ip) {
    const auto there = chain_exists(chain, family);
    REQUIRE(there);
    return *there;
}

void must(const Status& done) {
    REQUIRE_MESSAGE(done, done.error().message);
}

std::string checked(const Netfilter& rules) {
    const auto what = check(rules, mark);
    REQUIRE(what);
    return *what;
}

// An operator's rule: a jump without our comment.
void add_foreign_jump(const std::string& from, const std::string& to) {
    auto other = ours();
    other.chain = to;
    other.base_chain = from;
    auto changes = additions(other, mark, ip, exists(from));
    auto& jump = changes.back().message;
    const auto at = jump.rfind(our_comment);
    REQUIRE(at != std::string::npos);
    jump[at] = 'X';
    must(commit(changes));
}

} // namespace

TEST_CASE("rules come, are seen, and go; base chain and table stay") {
    const Namespace empty;
    CHECK(checked(ours()).find("no rule for kernel table 7") != std::string::npos);
    must(start(ours(), mark));
    for (const auto family : {ip, ip6}) {
        const auto rules = rules_of(family);
        REQUIRE(rules.size() == 2);
        CHECK(std::count_if(rules.begin(), rules.end(),
                            [](const Rule& rule) { return rule.target == mark; }) == 1);
        for (const auto& rule : rules)
            CHECK(rule.comment == our_comment);
    }
    CHECK(checked(ours()) == "");
    must(stop(ours()));
    for (const auto family : {ip, ip6}) {
        CHECK(rules_of(family).empty());
        CHECK_FALSE(exists("rtp_7", family));
        CHECK(exists("INPUT", family));
    }
    CHECK(checked(ours()) != "");
}

TEST_CASE("twice is once, for starting and for stopping") {
    const Namespace empty;
    must(start(ours(), mark));
    must(start(ours(), mark));
    CHECK(rules_of(ip).size() == 2);
    CHECK(checked(ours()) == "");
    must(stop(ours()));
    must(stop(ours()));
    CHECK(rules_of(ip).empty());
}

TEST_CASE("one family only") {
    const Namespace empty;
    auto rules = ours();
    rules.ip = false;
    must(start(rules, mark));
    CHECK(checked(rules) == "");
    CHECK_FALSE(exists("INPUT", ip));
    CHECK(exists("rtp_7", ip6));
}

TEST_CASE("the jump comes first, or last, and rules of others are left alone") {
    const Namespace empty;
    add_foreign_jump("INPUT", "theirs");
    must(start(ours(), mark));
    const auto place_of_ours = [] {
        std::vector<std::string> jumps;
        for (const auto& rule : rules_of(ip))
            if (rule.chain == "INPUT") jumps.push_back(rule.jump);
        REQUIRE(jumps.size() == 2);
        return jumps[0] == "rtp_7" ? "first" : "last";
    };
    CHECK(std::string(place_of_ours()) == "first");
    auto appended = ours();
    appended.append = true;
    must(start(appended, mark));
    CHECK(std::string(place_of_ours()) == "last");
    must(stop(appended));
    const auto left = rules_of(ip);
    REQUIRE(left.size() == 2); // their jump, and what is in their chain
    CHECK(std::any_of(left.begin(), left.end(), [](const Rule& rule) { return rule.jump == "theirs"; }));
}

TEST_CASE("a chain that an operator's rule leads to is emptied, not removed") {
    const Namespace empty;
    add_foreign_jump("INPUT", "rtp_7");
    must(start(ours(), mark));
    CHECK(checked(ours()) == "");
    must(stop(ours()));
    CHECK(exists("rtp_7"));
    const auto left = rules_of(ip);
    REQUIRE(left.size() == 1);
    CHECK(left[0].jump == "rtp_7");
    CHECK(left[0].comment != our_comment);
    must(start(ours(), mark));
    CHECK(rules_of(ip).size() == 3);
}

TEST_CASE("hooked itself, or entered by the operator's rule") {
    const Namespace empty;
    auto rules = ours();
    rules.entry = Entry::hooked;
    rules.base_chain = "";
    must(start(rules, mark));
    CHECK(checked(rules) == "");
    CHECK_FALSE(exists("INPUT"));
    must(stop(rules));
    CHECK_FALSE(exists("rtp_7"));
    rules.entry = Entry::none;
    must(start(rules, mark));
    CHECK(checked(rules) == "");
    REQUIRE(rules_of(ip).size() == 1);
    must(stop(rules));
    CHECK_FALSE(exists("rtp_7"));
}

TEST_CASE("what changed kind is made anew") {
    const Namespace empty;
    auto rules = ours();
    rules.entry = Entry::hooked;
    must(start(rules, mark));
    must(start(ours(), mark));
    CHECK(checked(ours()) == "");
    must(start(rules, mark));
    CHECK(checked(rules) == "");
    CHECK(rules_of(ip).size() == 1); // the jump went with the chain it led to
}

TEST_CASE("a target that the kernel refuses leaves nothing behind, in no family") {
    const Namespace empty;
    const auto failed = start(ours(), {"NOSUCHTARGET", 0, std::string(8, '\0')});
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == ENOENT);
    CHECK(failed.error().message.find("cannot add target NOSUCHTARGET to chain rtp_7 of table ip filter") !=
          std::string::npos);
    CHECK(failed.error().message.find("modprobe xt_RTPENGINE") != std::string::npos);
    CHECK_FALSE(exists("rtp_7"));
    CHECK_FALSE(exists("INPUT"));
}

TEST_CASE("the kernel is asked for a target") {
    const Namespace empty;
    const auto known = target_exists(mark, ip), unknown = target_exists({"NOSUCHTARGET", 0, ""}, ip);
    REQUIRE(known);
    REQUIRE(unknown);
    CHECK(*known);
    CHECK_FALSE(*unknown);
}

TEST_CASE("of many rules all are read") {
    const Namespace empty;
    auto changes = additions(ours(), mark, ip, false);
    for (int i = 0; i < 500; ++i)
        changes.push_back(changes[2]);
    must(commit(changes));
    CHECK(rules_of(ip).size() == 502);
    must(stop(ours()));
    CHECK(rules_of(ip).empty());
}
