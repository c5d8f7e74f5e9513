// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/kept.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::sdp;

namespace {

// How many sections there were.
std::size_t all_come_back(const std::string& body) {
    const auto session = parse(body);
    if (!session) return 0;
    for (const auto& section : session->sections) {
        const auto kept = keep(section);
        CAPTURE(kept);
        CHECK(read_kept(kept) == section);
        CHECK(keep(read_kept(kept)) == kept);
    }
    return session->sections.size();
}

} // namespace

TEST_CASE("a section comes back as it was, whatever the corpus has in it") {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(SDP_CORPUS)) {
        CAPTURE(entry.path());
        std::ifstream file(entry.path(), std::ios::binary);
        count += all_come_back({std::istreambuf_iterator<char>(file), {}});
    }
    CHECK(count >= 30);
}

TEST_CASE("what a section has from its session comes back, and stays apart from its own") {
    const std::string session = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\na=sendonly\r\n"
                                "a=setup:actpass\r\na=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33\r\n"
                                "a=tls-id:abc\r\na=ice-ufrag:aaaa\r\na=ice-pwd:bbbbbbbbbbbbbbbbbbbbbb\r\na=ice-options:trickle ice2\r\n"
                                "a=ice-lite\r\na=end-of-candidates\r\na=extmap-allow-mixed\r\na=extmap:3/recvonly urn:x param\r\n";
    const std::string bare = "m=audio 4000/2 RTP/AVP 0 8\r\ni=J\xf6rg\r\nb=AS:64\r\na=x:y\r\n";
    const std::string own = "m=video 4002 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP6 2001:db8::1\r\na=recvonly\r\na=setup:nonsense\r\na=setup: passive\r\n"
                            "a=ice-ufrag:cccc\r\na=extmap:x\r\na=rtpmap:96 VP8/90000\r\n";
    CHECK(all_come_back(session + bare + own) == 2);
    const auto kept = keep(parse(session + bare)->sections[0]);
    CHECK(read_kept(kept).fingerprint);
    CHECK(read_kept(kept).attributes == "x:y\n"); // copied verbatim to the other side: no more than its own
}

TEST_CASE("no section, and what was not kept by us") {
    CHECK(keep({}).empty());
    CHECK(read_kept("") == Section{});
    CHECK(read_kept("m=\r\nnonsense") == Section{});
    CHECK(read_kept("m=audio 1 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\nm=audio 2 RTP/AVP 0\r\n") == Section{});
}
