// SPDX-License-Identifier: Apache-2.0
#include "control/call/origin.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

const sdp::Origin sender{"alice", "11", "12", "IP4", "198.51.100.1"};
const sdp::Origin previous{"bob", "21", "22", "IP4", "192.0.2.9"};
const auto local = *Address::parse("2001:db8::9");

sdp::Origin choose(void (*set)(ng::BodyFlags&), bool seen_before) {
    ng::BodyFlags flags;
    set(flags);
    LastBody last;
    if (seen_before) last.origin = previous;
    return choose_origin(sender, last, flags, local);
}

std::string text(const sdp::Origin& o) {
    return o.username + " " + o.session_id + " " + o.version + " " + o.address_type + " " + o.address;
}

struct Row {
    const char* name;
    void (*set)(ng::BodyFlags&);
    const char* first; // nothing was sent before
    const char* later; // `previous` was
};

const Row rows[] = {
    {"no flag", [](ng::BodyFlags&) {}, "alice 11 12 IP4 198.51.100.1", "alice 11 12 IP4 198.51.100.1"},
    {"origin", [](ng::BodyFlags& f) { f.replace_origin = true; }, "alice 11 12 IP6 2001:db8::9", "alice 11 12 IP4 192.0.2.9"},
    {"origin-full", [](ng::BodyFlags& f) { f.replace_origin_full = true; }, "alice 11 12 IP6 2001:db8::9",
     "bob 21 22 IP4 192.0.2.9"},
    {"username", [](ng::BodyFlags& f) { f.replace_username = true; }, "alice 11 12 IP4 198.51.100.1",
     "bob 11 12 IP4 198.51.100.1"},
    {"SDP-version", [](ng::BodyFlags& f) { f.replace_sdp_version = true; }, "alice 11 12 IP4 198.51.100.1",
     "alice 11 22 IP4 198.51.100.1"},
    {"force-increment-sdp-ver", [](ng::BodyFlags& f) { f.replace_force_increment = true; },
     "alice 11 12 IP4 198.51.100.1", "alice 11 23 IP4 198.51.100.1"},
};

} // namespace

TEST_CASE("the o= line by replace flag") {
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(text(choose(row.set, false)) == row.first);
        CHECK(text(choose(row.set, true)) == row.later);
    }
}

TEST_CASE("an empty user name becomes a dash") {
    CHECK(choose_origin({"", "1", "2", "IP4", "x"}, {}, {}, {}).username == "-");
}

TEST_CASE("versions count up when they are numbers") {
    CHECK(next_version("41") == "42");
    CHECK(next_version("abc") == "abc");
    CHECK(next_version("99999999999999999999999") == "99999999999999999999999");
    CHECK(next_version("") == "");
}
