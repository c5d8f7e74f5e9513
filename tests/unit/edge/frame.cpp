// SPDX-License-Identifier: Apache-2.0
#include "edge/ws/frame.h"

#include <doctest/doctest.h>

#include "edge/ws/upgrade.h"

using namespace rtpengine::edge;
using namespace rtpengine::edge::ws;

namespace {

// As a client writes it.
std::string masked(const std::string& frame) {
    const std::string mask = "\x11\xfe\x03\x80";
    std::string out = frame;
    const auto size = static_cast<unsigned char>(frame[1]) & 0x7f;
    const std::size_t head = size == 126 ? 4 : size == 127 ? 10 : 2;
    out[1] = static_cast<char>(out[1] | static_cast<char>(0x80));
    for (std::size_t i = head; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ mask[(i - head) % 4]);
    return out.insert(head, mask);
}

std::string with_first(unsigned char first, const std::string& payload) {
    auto frame = frame_of(Opcode::text, payload);
    frame[0] = static_cast<char>(first);
    return masked(frame);
}

int code_of(const std::string& input) {
    const auto read = read_frame(input, Assembly::longest);
    return read ? 0 : read.error().code;
}

} // namespace

TEST_CASE("a frame of any size is read as it was written, whole or not at all") {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{125}, std::size_t{126}, std::size_t{65535}, std::size_t{65536}, Assembly::longest}) {
        const auto frame = masked(frame_of(Opcode::binary, std::string(size, 'x')));
        const auto read = read_frame(frame + "next", Assembly::longest);
        REQUIRE(read);
        REQUIRE(*read);
        CHECK((*read)->length == frame.size());
        CHECK((*read)->payload == std::string(size, 'x'));
        CHECK((*read)->opcode == Opcode::binary);
        CHECK((*read)->last);
        for (const std::size_t come : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{5}, frame.size() - 1}) {
            const auto part = read_frame(frame.substr(0, come), Assembly::longest);
            REQUIRE(part);
            CHECK(!*part);
        }
    }
}

TEST_CASE("what no client may send") {
    CHECK(code_of(frame_of(Opcode::text, "unmasked")) == protocol_error);
    for (const unsigned char first : {0xc1, 0xa1, 0x91, 0x83, 0x87, 0x8b, 0x8f, 0x09, 0x08}) CHECK(code_of(with_first(first, "x")) == protocol_error);
    CHECK(code_of(with_first(0x89, std::string(126, 'x'))) == protocol_error);
    CHECK(code_of(with_first(0x82, std::string(Assembly::longest + 1, 'x'))) == too_big);
    CHECK(code_of("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff") == too_big);
}

TEST_CASE("fragments become a message") {
    const auto frame = [](Opcode opcode, bool last, std::string payload) { return Frame{last, opcode, std::move(payload), 0}; };
    Assembly assembly;
    CHECK(!*assembly.add(frame(Opcode::text, false, "a")));
    CHECK(!assembly.add(frame(Opcode::text, true, "b")));
    CHECK(!*assembly.add(frame(Opcode::continuation, false, "c")));
    CHECK(**assembly.add(frame(Opcode::continuation, true, "d")) == "acd");
    CHECK(!assembly.add(frame(Opcode::continuation, true, "e")));
    CHECK(**assembly.add(frame(Opcode::binary, true, "")) == "");
    CHECK(!*assembly.add(frame(Opcode::binary, false, std::string(Assembly::longest, 'x'))));
    const auto more = assembly.add(frame(Opcode::continuation, true, "x"));
    REQUIRE(!more);
    CHECK(more.error().code == too_big);
}

TEST_CASE("who asks for WebSocket, and what for") {
    const auto request = [](const std::string& more) {
        return *http::parse_head("GET / HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n" + more + "\r\n");
    };
    const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", version = "Sec-WebSocket-Version: 13\r\n";
    CHECK(wanted(request("")));
    CHECK(!wanted(*http::parse_head("GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")));
    CHECK(accept_of(request(key + version)) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="); // RFC 6455 section 1.3
    CHECK(!accept_of(request(key)));
    CHECK(!accept_of(request(version + "Sec-WebSocket-Key: short\r\n")));
    CHECK(subprotocol_of(request("Sec-WebSocket-Protocol: chat, ng-plain.rtpengine.com\r\n")) == Subprotocol::ng_plain);
    CHECK(subprotocol_of(request("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: echo.rtpengine.com\r\n")) == Subprotocol::echo);
    CHECK(!subprotocol_of(request("")));
    CHECK(!subprotocol_of(request("Sec-WebSocket-Protocol: chat\r\n")));
}
