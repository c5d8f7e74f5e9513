// SPDX-License-Identifier: Apache-2.0
// The fuzzer's bodies, modelled on real devices: what is good and what isn't, and that nothing gets lost.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "tests/unit/sdp/identity.h"

using namespace rtpengine;
using namespace rtpengine::sdp;

namespace {

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string refusal(const std::string& text) {
    const auto session = parse(text);
    return session ? "" : session.error().message;
}

} // namespace

TEST_CASE("every body of the corpus is taken or refused as it should be") {
    const std::set<std::string> malformed{"multicast", "name-for-address", "unknown-line",
                                          "no-equals", "trickle-fragment", "bare-fragment"},
        incomplete{"bad-rtcp", "no-address"};
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(SDP_CORPUS)) {
        const std::string name = entry.path().filename(), reason = refusal(content(entry.path()));
        CAPTURE(name);
        ++count;
        if (malformed.contains(name))
            CHECK(reason == "Failed to parse SDP");
        else
            CHECK(reason == (incomplete.contains(name) ? "Incomplete SDP specification" : ""));
    }
    CHECK(count >= 30);
}

TEST_CASE("what was read and printed reads and prints as the same again") {
    for (const auto& entry : std::filesystem::directory_iterator(SDP_CORPUS)) {
        const auto session = parse(content(entry.path()));
        if (!session || session->sections.empty()) continue;
        CAPTURE(entry.path());
        const std::string printed = print(same(*session), {});
        const auto again = parse(printed);
        REQUIRE(again);
        CHECK(print(same(*again), {}) == printed);
    }
}

TEST_CASE("nothing that passes is lost") {
    for (const auto& entry : std::filesystem::directory_iterator(SDP_CORPUS)) {
        const auto session = parse(content(entry.path()));
        if (!session) continue;
        CAPTURE(entry.path());
        const std::string printed = print(same(*session), {});
        for (const Attribute& attribute : session->uninterpreted)
            CHECK(printed.find("\r\na=" + attribute.line() + "\r\n") != printed.npos);
        for (const Section& section : session->sections)
            for (const Attribute& attribute : section.uninterpreted)
                if (section.port != 0)
                    CHECK(printed.find("\r\na=" + attribute.line() + "\r\n") != printed.npos);
    }
}
